"""Chosen images of both domains in one list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QObject, Qt

from training.data.records import ImageRecord
from uem_desktop.item_models.decided import shown_category
from uem_desktop.item_models.image_list import AnyIndex, ImageListModel
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.display_text import display_text

_NONE = np.empty(0, np.int64)


class ImageSelectionListModel(ImageListModel):
    """Some images with the numbers that they go by; asking for a row costs nothing per image."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._domains: tuple[Sequence[ImageRecord], ...] = ()
        self._names: tuple[str, ...] = ()
        self._images = _NONE

    def set_domains(self, domains: Sequence[tuple[str, Sequence[ImageRecord]]]) -> None:
        """Take images from these domains, names and records, numbered through; lists none."""
        self.beginResetModel()
        self._names = tuple(name for name, _ in domains)
        self._domains = tuple(records for _, records in domains)
        self._images = _NONE
        self.endResetModel()

    @property
    def has_domains(self) -> bool:
        """Whether there is anything to list from."""
        return bool(self._domains)

    def set_images(self, images: NDArray[np.int64]) -> None:
        """List other images, by their numbers, ascending."""
        if not np.array_equal(images, self._images):
            self.beginResetModel()
            self._images = images
            self.endResetModel()

    def image_at(self, row: int) -> int:
        """Return the number of the image in a row."""
        return int(self._images[row])

    def row_of(self, image: int) -> int:
        """Return the row of an image, -1 where it is not listed."""
        row = int(np.searchsorted(self._images, image))
        return row if row < len(self._images) and self._images[row] == image else -1

    def path_at(self, row: int) -> Path:
        """Return the image in a row."""
        return self._record(row)[0].path

    def _record(self, row: int) -> tuple[ImageRecord, str]:
        image = int(self._images[row])
        for name, records in zip(self._names, self._domains, strict=True):
            if image < len(records):
                return records[image], name
            image -= len(records)
        raise IndexError(image)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        record, domain = self._record(index.row())
        decided = self.decided(record.path)
        category = shown_category(record.category, decided)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return display_text(record.path.name)
            case Role.PATH:
                return record.path
            case Role.CATEGORY:
                return f"{category} · {domain}" if category else domain
            case Role.DECISIONS:
                return decided.marks
            case Role.ROW:
                return record.id
            case Role.IS_READY:
                return True
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join([display_text(record.path), *decided.sentences])
            case Qt.ItemDataRole.AccessibleTextRole:
                name = display_text(record.path.name)
                parts = (category, name, f"{domain} domain", *decided.sentences)
                return ", ".join(part for part in parts if part)
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._images)
