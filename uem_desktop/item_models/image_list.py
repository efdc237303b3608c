"""What every list of images has in common: one column, no children, files to drag out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from uem_desktop.item_models.decided import Lookup, nothing_decided
from uem_desktop.item_models.mime_data import FILE_MIME_TYPES, file_mime_data
from uem_desktop.item_models.roles import Role

AnyIndex = QModelIndex | QPersistentModelIndex

_TOOL_TIP, _SPOKEN = Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole
IMAGE_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)


class ImageListModel(QAbstractListModel):
    """A list whose rows are image files.

    Attributes:
        decided: Says what a person decided about an image of the list.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.decided: Lookup = nothing_decided

    def show_decisions(self, lookup: Lookup | None = None) -> None:
        """Say that decisions changed; a view paints again what is in sight.

        Args:
            lookup: Asks from now on; None for the one before.
        """
        self.decided = lookup or self.decided
        if count := self.rowCount():
            roles = [Role.DECISIONS, Role.CATEGORY, _TOOL_TIP, _SPOKEN]
            self.dataChanged.emit(self.index(0), self.index(count - 1), roles)

    def path_at(self, row: int) -> Path:
        """Return the file in a row."""
        raise NotImplementedError

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        return IMAGE_FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def mimeTypes(self) -> list[str]:
        return list(FILE_MIME_TYPES)

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return file_mime_data(self.path_at(index.row()) for index in indexes)

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def roleNames(self) -> dict[int, QByteArray]:
        return {role: QByteArray(role.name.lower().encode()) for role in Role}
