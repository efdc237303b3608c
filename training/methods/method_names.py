"""The methods there are; needs no torch."""

from __future__ import annotations

from training.config_fields import unknown_sentence
from training.errors import UserError

METHOD_NAMES = ("uem",)


def check_method(name: str) -> None:
    """Raise a UserError unless there is a method of this name."""
    if name not in METHOD_NAMES:
        raise UserError(unknown_sentence("method", name, list(METHOD_NAMES)))
