"""A few images in a line or a grid, each with a caption of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt

from uem_desktop.item_models.image_list import AnyIndex, ImageListModel
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.display_text import display_text


@dataclass(frozen=True, slots=True)
class StripImage:
    """One image.

    Attributes:
        path: The file.
        caption: First line of text.
        detail: Second line; None for none.
        mark: "correct", "wrong" or "unknown"; None for no mark.
    """

    path: Path
    caption: str = ""
    detail: str | None = None
    mark: str | None = None


class StripListModel(ImageListModel):
    """Images in the order that is given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: Sequence[StripImage] = ()
        self._limit: int | None = None
        self._count = 0

    def set_images(self, images: Sequence[StripImage]) -> None:
        """Show other images."""
        self.beginResetModel()
        self._all = images
        self._count = self._allowed()
        self.endResetModel()

    def set_limit(self, limit: int) -> None:
        """Show this many images at most."""
        self._limit = limit
        if self._allowed() != self._count:
            self.beginResetModel()
            self._count = self._allowed()
            self.endResetModel()

    def path_at(self, row: int) -> Path:
        """Return the file in a row."""
        return self._all[row].path

    def _allowed(self) -> int:
        return len(self._all) if self._limit is None else min(self._limit, len(self._all))

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        image = self._all[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return image.caption
            case Role.PATH:
                return image.path
            case Role.MARK:
                return image.mark
            case Role.CATEGORY:
                return image.detail
            case Role.IS_READY:
                return True
            case Role.DECISIONS:
                return self.decided(image.path).marks
            case Qt.ItemDataRole.ToolTipRole:
                lines = (display_text(image.path), image.caption, image.detail)
                return "\n".join(line for line in lines if line)
            case Qt.ItemDataRole.AccessibleTextRole:
                parts = (display_text(image.path.name), image.mark, image.caption, image.detail)
                return ", ".join(part for part in parts if part)
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._count
