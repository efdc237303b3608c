"""File names and messages as text that any terminal and any page can show."""

from __future__ import annotations

import os

_JOINER = "\u200d"  # holds the parts of one emoji together


def display_text(value: str | os.PathLike[str]) -> str:
    """Make a string safe to show: on one line, in valid Unicode, without control characters.

    Args:
        value: Text or a path; bytes of a file name that are no UTF-8 arrive as lone surrogates.

    Returns:
        The same text where each undecodable byte is a replacement character and each control or
        direction character is written as a Python escape.
    """
    text = os.fspath(value)
    if text.isprintable():
        return text
    return "".join(_display_character(character) for character in text)


def _display_character(character: str) -> str:
    if character.isprintable() or character == _JOINER:
        return character
    if "\ud800" <= character <= "\udfff":
        return "\N{REPLACEMENT CHARACTER}"
    if character.isspace() and character not in "\n\r\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029":
        return " "
    return character.encode("unicode_escape").decode("ascii")
