"""The two ways in which work ends early without being a bug."""

from __future__ import annotations

from collections.abc import Callable


class UserError(Exception):
    """Something a person can cause and mend; the message is one plain sentence."""


class Cancelled(Exception):
    """The person asked to stop; what is finished is kept."""


def check_stop(should_stop: Callable[[], bool] | None) -> None:
    """Raise `Cancelled` where ``should_stop`` is given and says so."""
    if should_stop is not None and should_stop():
        raise Cancelled
