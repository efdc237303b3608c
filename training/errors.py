"""The two ways in which work ends early without being a bug."""

from __future__ import annotations


class UserError(Exception):
    """Something a person can cause and mend; the message is one plain sentence."""


class Cancelled(Exception):
    """The person asked to stop; what is finished is kept."""
