"""Which item roles a thumbnail cell reads."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt

_FIRST = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True)
class CellRoles:
    """Role numbers of a model of images; a model with other numbers says its own.

    The caption is `Qt.DisplayRole`, the tool tip and the spoken name are Qt's roles too.

    Attributes:
        path: `pathlib.Path` of the image.
        mark: A `Mark` or its name; None for no mark.
        detail: Second line of text, for example the category; None for none.
        is_ready: False dims the caption of an image that is not embedded yet.
        decisions: A tuple of `DecisionMark` or their names; None or empty for none.
    """

    path: int = _FIRST + 1
    mark: int = _FIRST + 4
    detail: int = _FIRST + 5
    is_ready: int = _FIRST + 7
    decisions: int = _FIRST + 8
