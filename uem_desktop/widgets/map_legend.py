"""The legend of a map: what its colours mean, and which of them are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from uem_desktop.widgets.fonts import scaled, tabular
from uem_desktop.widgets.map_painter import paint_point
from uem_desktop.widgets.tokens import RADIUS_S, SPACE_S, tokens_of

AnyIndex = QModelIndex | QPersistentModelIndex

_ROW = 24
_COLOUR = Qt.ItemDataRole.UserRole
_SHAPE = Qt.ItemDataRole.UserRole + 1
_COUNT = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One colour.

    Attributes:
        title: What has it.
        count: How many points.
        colour: ``#rrggbb``.
        shape: ``"disc"``, ``"diamond"`` or ``"both"``.
    """

    title: str
    count: int
    colour: str
    shape: str = "both"


class MapLegend(QListWidget):
    """Lists colours; those that are selected are looked at alone, none selected means all.

    Signals:
        codes_chosen(list[int]): These colours are to be looked at alone.
        code_opened(int): All points of this colour are wanted.
    """

    codes_chosen = Signal(list)
    code_opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "plain")
        self.setAccessibleName("Colours of the map")
        self.setAccessibleDescription(
            "Space lets a colour stand out, Enter chooses its images, Esc shows all again."
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self._delegate = _LegendDelegate()
        self.setItemDelegate(self._delegate)
        self._is_filling = False
        self.itemSelectionChanged.connect(self._announce)
        self.itemDoubleClicked.connect(lambda item: self.code_opened.emit(self.row(item)))

    def show_entries(self, entries: Sequence[LegendEntry], chosen: Sequence[int] = ()) -> None:
        """Show other colours, some of them chosen."""
        self._is_filling = True
        try:
            self.clear()
            for code, entry in enumerate(entries):
                item = QListWidgetItem(entry.title)
                item.setData(_COLOUR, entry.colour)
                item.setData(_SHAPE, entry.shape)
                item.setData(_COUNT, f"{entry.count:,}")
                plural = "" if entry.count == 1 else "s"
                item.setToolTip(
                    f"{entry.title}: {entry.count:,} image{plural}\n"
                    "A click lets them stand out, a double click or Enter chooses them."
                )
                self.addItem(item)
                item.setSelected(code in chosen)
        finally:
            self._is_filling = False
        self.updateGeometry()

    def chosen(self) -> list[int]:
        """Return the colours that are looked at alone, ascending."""
        return sorted(index.row() for index in self.selectedIndexes())

    def clear_choice(self) -> bool:
        """Look at all colours; whether that changes anything."""
        had_some = bool(self.selectedIndexes())
        self.clearSelection()
        return had_some

    def _announce(self) -> None:
        if not self._is_filling:
            self.codes_chosen.emit(self.chosen())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.code_opened.emit(self.currentRow())
        elif event.text().isalpha() or event.key() == Qt.Key.Key_Escape:
            event.ignore()  # letters decide, Esc goes back: both belong to the page
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(260, self.count() * _ROW + 4)


class _LegendDelegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        # PySide's stubs do not tell the members of QStyleOption
        given: Any = option
        rect: QRect = given.rect
        tokens, state = tokens_of(given.palette), QStyle.StateFlag
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        is_chosen = state.State_Selected in given.state
        if is_chosen or state.State_MouseOver in given.state:
            painter.setBrush(QColor(tokens.accent_soft if is_chosen else tokens.hover))
            painter.drawRoundedRect(rect.adjusted(4, 1, -4, -1), RADIUS_S, RADIUS_S)
        painter.setBrush(QColor(index.data(_COLOUR)))
        middle = QPointF(rect.left() + 20.0, rect.center().y() + 0.5)
        shape = index.data(_SHAPE)
        if shape == "both":
            paint_point(painter, middle - QPointF(5.0, 0), 8.5, is_square=False)
            paint_point(painter, middle + QPointF(5.5, 0), 8.5, is_square=True)
        else:
            paint_point(painter, middle, 10.0, is_square=shape == "diamond")
        count = str(index.data(_COUNT))
        font = tabular(scaled(given.font, 0.92))
        width = QFontMetrics(font).horizontalAdvance(count)
        room = rect.adjusted(36, 0, -SPACE_S - 4, 0)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text_dim))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        room.setRight(room.right() - width - SPACE_S)
        painter.setFont(given.font)
        painter.setPen(QColor(tokens.text))
        title = str(index.data(Qt.ItemDataRole.DisplayRole))
        shown = QFontMetrics(given.font).elidedText(
            title, Qt.TextElideMode.ElideMiddle, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        if state.State_HasFocus in given.state:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(tokens.accent))
            painter.drawRoundedRect(rect.adjusted(4, 1, -5, -2), RADIUS_S, RADIUS_S)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(120, _ROW)
