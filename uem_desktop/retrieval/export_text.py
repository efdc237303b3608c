r"""Any text as a cell of a table that no spreadsheet runs and from which it can be read back.

A cell that begins with an apostrophe is escaped: without that apostrophe, and with ``\\`` read as
a backslash, ``\xNN`` as a byte that is no UTF-8 and ``\uNNNN`` as half of a pair of UTF-16, it is
the text. Every other cell is the text itself.
"""

from __future__ import annotations

import re

_STARTS = tuple("=+-@\t\r\n'＝＋－＠")
"""What a spreadsheet takes for the beginning of a formula, what hides it, and the apostrophe."""

_ESCAPE = re.compile(r"\\(?:\\|x([0-9a-f]{2})|u([0-9a-f]{4}))")
_SURROGATE = re.compile("[\ud800-\udfff]")


def as_cell(text: str) -> str:
    """Write a text, which may hold the bytes of a file name that are no UTF-8, as a cell."""
    if not text.startswith(_STARTS) and _SURROGATE.search(text) is None:
        return text
    return "'" + "".join(map(_written, text))


def from_cell(cell: str) -> str:
    """Read a cell back; bytes that are no UTF-8 come as `os.fsdecode` has them."""
    return _ESCAPE.sub(_read, cell[1:]) if cell[:1] == "'" else cell


def _written(character: str) -> str:
    if character == "\\":
        return "\\\\"
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    if _SURROGATE.match(character):
        return f"\\u{ord(character):04x}"
    return character


def _read(match: re.Match[str]) -> str:
    if match[1]:
        return chr(0xDC00 + int(match[1], 16))
    return chr(int(match[2], 16)) if match[2] else "\\"
