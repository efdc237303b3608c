"""A printed report from its cover to its last table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor

from uem_desktop.widgets.marks import Mark, paint_badge
from uem_desktop.widgets.report_card import card_block
from uem_desktop.widgets.report_pages import BODY, Block
from uem_desktop.widgets.report_table import Column, table_blocks
from uem_desktop.widgets.report_text import Ink, Style
from uem_desktop.widgets.tokens import LIGHT

Content = dict[str, Any]

_WIDTH = BODY.width()
_MARK_WORDS = {
    Mark.CORRECT: "correct: same category",
    Mark.WRONG: "wrong: another category",
    Mark.UNKNOWN: "not judged: no category",
    Mark.MISSED: "missed: right, but ranked later",
}


def report_blocks(ink: Ink, content: Content) -> list[Block]:
    """Return everything that the report shows, in its order."""
    return [
        *_cover(ink, content),
        *_queries(ink, content),
        *_categories(ink, content),
        *_decisions(ink, content),
        *_skipped(ink, content),
    ]


def _cover(ink: Ink, content: Content) -> list[Block]:
    query, gallery = content["query"], content["gallery"]
    blocks = [
        text_block(ink, "Cross-domain retrieval", Style.EYEBROW, space=40.0),
        text_block(ink, f"{query['name']} → {gallery['name']}", Style.TITLE, space=6.0),
        text_block(ink, _lead(content), Style.NOTE, space=8.0),
        text_block(ink, content["created"], Style.NOTE, space=2.0),
    ]
    numbers = content["numbers"]
    if numbers is None:
        sentence = "No numbers here: they need sub-folders of the same names in both folders."
        blocks.append(text_block(ink, sentence, Style.STRONG, space=26.0))
    else:
        blocks.append(_numbers_block(numbers))
        if numbers["excluded"]:
            blocks.append(text_block(ink, _excluded(numbers), Style.SMALL, space=6.0))
    blocks.append(text_block(ink, "How this was made", Style.HEADING, space=26.0, keeps=True))
    columns = (Column("", 0.23, style=Style.NOTE), Column("", 0.77))
    code = (columns[0], Column("", 0.77, style=Style.CODE))
    for name, text, kind in content["facts"]:
        blocks += table_blocks(ink, code if kind == "code" else columns, [(name, text)], _WIDTH)[1:]
    if numbers is not None:
        blocks.append(
            text_block(ink, "What the numbers mean", Style.HEADING, space=24.0, keeps=True)
        )
        names = ("mAP@All, plain", "mAP@All, interpolated", "P@k")
        for name, text in zip(names, content["definitions"], strict=True):
            blocks += table_blocks(ink, columns, [(name, text)], _WIDTH)[1:]
    return blocks


def _queries(ink: Ink, content: Content) -> list[Block]:
    cards = content["cards"]
    if not cards:
        return []
    heading = content["heading"] or f"{len(cards):,} queries"
    return [
        text_block(ink, heading, Style.HEADING, keeps=True, begins_page=True),
        text_block(ink, content["note"], Style.NOTE, space=3.0, keeps=True),
        _legend_block(ink, content["kinds"]),
        *(card_block(ink, card, _WIDTH) for card in cards),
    ]


def _categories(ink: Ink, content: Content) -> list[Block]:
    rows = content["categories"]
    if not rows:
        return []
    cutoffs = [name for name, _ in rows[0]["precision_at"]]
    numbers = ("Queries", "Gallery", "AP", "AP int.", *cutoffs)
    share = 0.62 / len(numbers)
    columns = (
        Column("Category", 0.18),
        *(Column(name, share, is_number=True, style=Style.FIGURE) for name in numbers),
        Column("   Confused with", 0.2, style=Style.FIGURE),
    )
    lines = [
        (
            row["name"],
            f"{row['queries']:,}",
            f"{row['gallery']:,}" if row["gallery"] else "private",
            percent(row["ap_plain"]),
            percent(row["ap_interpolated"]),
            *(percent(value) for _, value in row["precision_at"]),
            "   –"
            if row["confused_with"] is None
            else f"   {row['confused_with']}, {row['confused_share']:.0f} %",
        )
        for row in rows
    ]
    note = (
        "Means over the queries of each category, in percent: AP is plain, AP int. is interpolated."
        " Private: the gallery has none. Confused with: the other category that its first matches"
        " have most often, and in how many of its queries."
    )
    return _section(ink, "Categories", note, columns, lines)


def _decisions(ink: Ink, content: Content) -> list[Block]:
    decisions = content["decisions"]
    if decisions is None:
        return []
    if not decisions["total"]:
        return _section(ink, "Decisions", "Nothing has been decided yet.", (), ())
    counts = ", ".join(f"{count:,} {name}" for name, count in decisions["counts"] if count)
    people = ", ".join(f"{name} ({count:,})" for name, count in decisions["people"])
    note = f"{counts}. By {people}. No number follows them."
    if decisions["total"] > len(decisions["latest"]):
        note += f" The last {len(decisions['latest']):,} of {decisions['total']:,}:"
    columns = (
        Column("Decision", 0.24),
        Column("About", 0.46),
        Column("By", 0.14),
        Column("When", 0.16, style=Style.FIGURE),
    )
    lines = [(one["what"], one["about"], one["who"], one["when"]) for one in decisions["latest"]]
    return _section(ink, "Decisions", note, columns, lines)


def _skipped(ink: Ink, content: Content) -> list[Block]:
    failures = content["failures"]
    if not failures:
        return _section(ink, "Skipped files", "No file was skipped.", (), ())
    columns = (Column("File", 0.62), Column("Why", 0.38))
    lines = [(one["path"], one["reason"]) for one in failures]
    title = f"{len(failures):,} skipped file{'' if len(failures) == 1 else 's'}"
    return _section(ink, title, "They are in none of the numbers.", columns, lines)


def _section(
    ink: Ink,
    title: str,
    note: str,
    columns: tuple[Column, ...],
    lines: Sequence[Sequence[str]],
) -> list[Block]:
    return [
        text_block(ink, title, Style.HEADING, space=30.0, keeps=True),
        text_block(ink, note, Style.NOTE, space=3.0, keeps=bool(lines)),
        *(table_blocks(ink, columns, lines, _WIDTH) if lines else ()),
    ]


def text_block(
    ink: Ink,
    text: str,
    style: Style,
    *,
    space: float = 0.0,
    keeps: bool = False,
    begins_page: bool = False,
) -> Block:
    """Return a paragraph over the whole width."""

    def draw(ink: Ink, rect: QRectF) -> None:
        ink.text(text, rect, style)

    height = ink.height(text, style, _WIDTH)
    return Block(height, draw, space=space, keeps_next=keeps, begins_page=begins_page)


def _numbers_block(numbers: Content) -> Block:
    def draw(ink: Ink, rect: QRectF) -> None:
        half = rect.width() * 0.42
        for place, (name, key) in enumerate(
            (("mAP@All, plain", "map_plain"), ("mAP@All, interpolated", "map_interpolated"))
        ):
            top = rect.top() + place * 56.0
            ink.line(name, QRectF(rect.left(), top, half, 12.0), Style.NOTE)
            value = f"{percent(numbers[key])} %"
            ink.line(value, QRectF(rect.left(), top + 14.0, half, 32.0), Style.BIG)
        _draw_bars(ink, numbers["precision_at"], rect.adjusted(half, 0, 0, 0))

    return Block(108.0, draw, space=26.0)


def _draw_bars(ink: Ink, values: list[tuple[str, float | None]], rect: QRectF) -> None:
    step = min(24.0, rect.height() / len(values))
    track = QRectF(rect.left() + 42.0, 0, rect.width() - 42.0 - 52.0, 7.0)
    for place, (name, value) in enumerate(values):
        line = QRectF(rect.left(), rect.top() + place * step, rect.width(), 12.0)
        ink.line(name, line, Style.NOTE)
        ink.line(f"{percent(value)} %", line, Style.BODY, Qt.AlignmentFlag.AlignRight)
        bar = track.translated(0, line.center().y() - 3.5)
        ink.painter.setPen(Qt.PenStyle.NoPen)
        ink.painter.setBrush(QColor(LIGHT.tile))
        ink.painter.drawRoundedRect(bar, 3.5, 3.5)
        ink.painter.setBrush(QColor(LIGHT.accent))
        bar.setWidth(max(bar.width() * (value or 0.0) / 100.0, 0.01))
        ink.painter.drawRoundedRect(bar, 3.5, 3.5)


def _legend_block(ink: Ink, kinds: list[str]) -> Block:
    shown = [mark for mark in _MARK_WORDS if mark in kinds]

    def draw(ink: Ink, rect: QRectF) -> None:
        left = rect.left()
        for mark in shown:
            words = _MARK_WORDS[mark]
            paint_badge(ink.painter, QRectF(left, rect.top(), 11.0, 11.0), mark, LIGHT)
            width = ink.width(words, Style.SMALL)
            ink.line(words, QRectF(left + 15.0, rect.top(), width + 1, 11.0), Style.SMALL)
            left += width + 31.0

    return Block(12.0, draw, space=8.0, keeps_next=True)


def _lead(content: Content) -> str:
    query, gallery = content["query"], content["gallery"]
    inside = [
        f" in {one['categories']:,} categories" if one["categories"] else ""
        for one in (query, gallery)
    ]
    return (
        f"{query['images']:,} query images{inside[0]}, searched for in"
        f" {gallery['images']:,} gallery images{inside[1]}."
    )


def _excluded(numbers: Content) -> str:
    return (
        f"{numbers['excluded']:,} of {numbers['queries']:,} queries have no category or no image of"
        " their category in the gallery and are left out of the numbers."
    )


def percent(value: float | None) -> str:
    """Return a percentage with two decimals, a dash where there is none."""
    return "–" if value is None else f"{value:.2f}"
