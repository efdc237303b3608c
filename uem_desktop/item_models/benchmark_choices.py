"""Entries of which some are chosen: methods, or pairs of domains."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal

from uem_desktop.item_models.image_list import AnyIndex
from uem_desktop.retrieval.display_text import display_text

_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsUserCheckable
    | Qt.ItemFlag.ItemNeverHasChildren
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry.

    Attributes:
        name: What it is known by.
        title: As it is shown.
        detail: What more there is to say of it.
    """

    name: str
    title: str
    detail: str = ""

    @property
    def text(self) -> str:
        """Title and detail in one line."""
        return display_text(f"{self.title} · {self.detail}" if self.detail else self.title)


class ChoiceListModel(QAbstractListModel):
    """Entries with a tick each.

    Signals:
        chosen_changed: A person ticked others.
    """

    chosen_changed = Signal()

    def __init__(self, choices: Sequence[Choice] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choices = list(choices)
        self._chosen: set[str] = set()

    @property
    def names(self) -> tuple[str, ...]:
        """All entries in their order."""
        return tuple(choice.name for choice in self._choices)

    @property
    def chosen(self) -> tuple[str, ...]:
        """Those that are ticked, in their order."""
        return tuple(name for name in self.names if name in self._chosen)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Show other entries; ticks of those that stay are kept."""
        if list(choices) == self._choices:
            return
        self.beginResetModel()
        self._choices = list(choices)
        self.endResetModel()

    def set_chosen(self, names: Collection[str]) -> None:
        """Tick exactly these."""
        if set(names) == self._chosen:
            return
        self._chosen = set(names)
        if self._choices:
            self.dataChanged.emit(self.index(0), self.index(len(self._choices) - 1))

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        choice = self._choices[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return choice.text
            case Qt.ItemDataRole.ToolTipRole:
                return choice.text
            case Qt.ItemDataRole.CheckStateRole:
                is_chosen = choice.name in self._chosen
                return Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        name = self._choices[index.row()].name
        is_chosen = Qt.CheckState(value) == Qt.CheckState.Checked
        self._chosen = self._chosen | {name} if is_chosen else self._chosen - {name}
        row = self.index(index.row())
        self.dataChanged.emit(row, row)
        self.chosen_changed.emit()
        return True

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        return _FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._choices)
