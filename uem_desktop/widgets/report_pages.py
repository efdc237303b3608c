"""Blocks that flow over the pages of a printed report; none is cut in two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPageSize, QPainter, QPdfWriter, QPen

from uem_desktop.widgets.report_text import Ink, Style
from uem_desktop.widgets.tokens import LIGHT

Draw = Callable[[Ink, QRectF], None]

_FINE = 10
MARGIN = 48.0
HEAD, FOOT = 60.0, 54.0
_PAGE = QPageSize(QPageSize.PageSizeId.A4)
PAGE_RECT = QRectF(QPointF(), _PAGE.size(QPageSize.Unit.Point))
BODY = PAGE_RECT.adjusted(MARGIN, HEAD, -MARGIN, -FOOT)


@dataclass(frozen=True, slots=True)
class Block:
    """Something that stays on one page.

    Attributes:
        height: Points.
        draw: Paints it into a rectangle of that height.
        space: Points above it, unless a page begins with it.
        keeps_next: It never ends a page, as headings do not.
        head: What stands above it again where a page begins with it, as the head of a table.
        begins_page: It begins a new page.
    """

    height: float
    draw: Draw
    space: float = 0.0
    keeps_next: bool = False
    head: Block | None = None
    begins_page: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A block at its place.

    Attributes:
        block: The block.
        top: Of the page's body, in points.
    """

    block: Block
    top: float


def flow(blocks: Sequence[Block], height: float) -> list[list[Placed]]:
    """Put blocks onto pages.

    Args:
        blocks: In their order.
        height: Of the body of a page. A block that is taller begins a page and hangs over.
    """
    pages: list[list[Placed]] = [[]]
    bottom = 0.0
    for number, block in enumerate(blocks):
        wanted = block.space + _kept_height(blocks[number:])
        if pages[-1] and (block.begins_page or bottom + wanted > height):
            pages.append([])
            bottom = 0.0
        if not pages[-1] and block.head is not None:
            pages[-1].append(Placed(block.head, 0.0))
            bottom = block.head.height
        top = bottom + (block.space if pages[-1] else 0.0)
        pages[-1].append(Placed(block, top))
        bottom = top + block.height
    return pages


def write_pages(
    writer: QPdfWriter, make_blocks: Callable[[Ink], Sequence[Block]], running: tuple[str, str]
) -> int:
    """Lay out and paint a report.

    Args:
        writer: Where to; its page is set here.
        make_blocks: Gives what to show; measuring needs the pages' fonts.
        running: What stands above, left, and below, left, on every page but the first.

    Returns:
        How many pages there are.
    """
    writer.setPageSize(_PAGE)
    writer.setPageMargins(QMarginsF())
    writer.setResolution(_FINE * 72)
    painter = QPainter(writer)
    painter.scale(_FINE, _FINE)
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
    )
    ink = Ink(painter)
    pages = flow(make_blocks(ink), BODY.height())
    for number, page in enumerate(pages, 1):
        if number > 1:
            writer.newPage()
            _paint_running(ink, running, number, len(pages))
        for placed in page:
            place = QRectF(BODY.left(), BODY.top() + placed.top, BODY.width(), placed.block.height)
            placed.block.draw(ink, place)
    painter.end()
    return len(pages)


def _kept_height(blocks: Sequence[Block]) -> float:
    """Return the height of the first block and all that it must not part from."""
    height = 0.0
    for place, block in enumerate(blocks):
        height += block.height + (block.space if place else 0.0)
        if not block.keeps_next:
            break
    return height


def _paint_running(ink: Ink, running: tuple[str, str], number: int, count: int) -> None:
    above, below = running
    left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    top = QRectF(BODY.left(), 28.0, BODY.width(), 14.0)
    foot = QRectF(BODY.left(), PAGE_RECT.bottom() - 38.0, BODY.width(), 14.0)
    ink.line(above, top, Style.SMALL, left)
    ink.painter.setPen(QPen(QColor(LIGHT.border), 0.6))
    ink.painter.drawLine(QPointF(top.left(), 46.0), QPointF(top.right(), 46.0))
    ink.line(below, foot, Style.SMALL, left)
    ink.line(f"{number} of {count}", foot, Style.SMALL, right)
