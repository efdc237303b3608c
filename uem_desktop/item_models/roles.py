"""What a view may ask an item for beyond Qt's own roles."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt

_FIRST = int(Qt.ItemDataRole.UserRole)


class Role(IntEnum):
    """Roles of the item models.

    The numbers of `PATH`, `MARK`, `CATEGORY`, `IS_READY` and `DECISIONS` are the ones that
    `uem_desktop.widgets.cell_roles.CellRoles` asks for when nothing else is said.
    """

    PATH = _FIRST + 1
    """`pathlib.Path` of the image."""
    RANK = _FIRST + 2
    """`int` from 1; None for an image that is no match."""
    SIMILARITY = _FIRST + 3
    """`float` cosine; None for an image that is no match."""
    MARK = _FIRST + 4
    """"correct", "wrong", "unknown" or "missed"; "private" for a query; None for no mark."""
    CATEGORY = _FIRST + 5
    """`str`, or None in an unlabelled domain."""
    ROW = _FIRST + 6
    """`int` row of the image in its domain."""
    IS_READY = _FIRST + 7
    """`bool`: whether the image has its embedding."""
    DECISIONS = _FIRST + 8
    """`tuple[str, ...]`: names of `DecisionMark`, what a person decided; empty for nothing."""
