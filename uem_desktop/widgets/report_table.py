"""Tables of a printed report; a row is never cut, and the head comes again on each page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from uem_desktop.widgets.report_pages import Block
from uem_desktop.widgets.report_text import Ink, Style
from uem_desktop.widgets.tokens import LIGHT

_PADDING = 4.0
_GAP, _NUMBER_GAP = 10.0, 3.0
_MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        title: Above it.
        share: Of the width; the shares of a table sum to 1.
        is_number: It stands to the right.
        style: Of its texts.
    """

    title: str
    share: float
    is_number: bool = False
    style: Style = Style.BODY


def table_blocks(
    ink: Ink, columns: Sequence[Column], rows: Sequence[Sequence[str]], width: float
) -> list[Block]:
    """Return the head of a table and one block for each row."""
    edges = [0.0]
    for column in columns:
        edges.append(edges[-1] + column.share * width)
    head = _head(ink, columns, edges)
    blocks = [head]
    blocks += [_row(ink, columns, edges, row, head) for row in rows]
    return blocks


def _head(ink: Ink, columns: Sequence[Column], edges: Sequence[float]) -> Block:
    def draw(ink: Ink, rect: QRectF) -> None:
        for column, left, right in zip(columns, edges, edges[1:], strict=False):
            cell = _cell(column, rect, left, right)
            ink.line(column.title, cell, Style.SMALL, _align(column))
        _rule(ink, rect, LIGHT.border_strong)

    return Block(ink.line_height(Style.SMALL) + 2 * _PADDING, draw, keeps_next=True)


def _row(
    ink: Ink, columns: Sequence[Column], edges: Sequence[float], row: Sequence[str], head: Block
) -> Block:
    heights = [
        ink.height(text, column.style, right - left - _GAP)
        if not column.is_number
        else ink.line_height(column.style)
        for text, column, left, right in zip(row, columns, edges, edges[1:], strict=False)
    ]
    most = _MOST_LINES * ink.line_height(Style.BODY)
    height = min(max(heights), most)

    def draw(ink: Ink, rect: QRectF) -> None:
        for text, column, left, right in zip(row, columns, edges, edges[1:], strict=False):
            cell = _cell(column, rect, left, right)
            if column.is_number:
                one = QRectF(cell.left(), cell.top() + _PADDING, cell.width(), ink.line_height(
                    column.style))  # fmt: skip
                ink.line(text, one, column.style, _align(column))
            else:
                ink.text(text, cell.adjusted(0, _PADDING, 0, -_PADDING), column.style)
        _rule(ink, rect, LIGHT.border)

    return Block(height + 2 * _PADDING, draw, head=head)


def _cell(column: Column, rect: QRectF, left: float, right: float) -> QRectF:
    gap = _NUMBER_GAP if column.is_number else _GAP
    return QRectF(rect.left() + left, rect.top(), right - left - gap, rect.height())


def _align(column: Column) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft


def _rule(ink: Ink, rect: QRectF, colour: str) -> None:
    ink.painter.setPen(QPen(QColor(colour), 0.5))
    ink.painter.drawLine(QPointF(rect.left(), rect.bottom()), QPointF(rect.right(), rect.bottom()))
