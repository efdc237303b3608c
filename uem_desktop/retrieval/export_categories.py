"""How categories fare as tables: which is found for which, and what each comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from uem_desktop.retrieval.category_table import CategoryRow
from uem_desktop.retrieval.confusion import Confusion
from uem_desktop.retrieval.export_tables import Cell, Table

_CELL_COLUMNS: tuple[tuple[str, type], ...] = (
    ("query_category", str),
    ("found_category", str),
    ("places", int),
    ("share", float),
    ("right", int),
    ("queries", int),
    ("private", int),
    ("top_k", int),
)


def confusion_table(matrix: Confusion) -> Table:
    """Return one line for each cell of a confusion matrix, row by row, empty cells too.

    ``places`` counts the first k places of the category's queries that hold an image of the found
    category, which is empty for images without one; ``share`` is in percent of all of them.
    """
    shares, is_right = 100.0 * matrix.shares, matrix.is_right

    def lines() -> Iterator[Sequence[Cell]]:
        for row, asked in enumerate(matrix.asked):
            for column, found in enumerate(matrix.retrieved):
                yield (
                    asked,
                    found,
                    int(matrix.counts[row, column]),
                    float(shares[row, column]),
                    int(is_right[row, column]),
                    int(matrix.sizes[row]),
                    int(matrix.is_private[row]),
                    matrix.top_k,
                )

    return Table(_CELL_COLUMNS, lines(), matrix.counts.size)


def categories_table(rows: Sequence[CategoryRow]) -> Table:
    """Return one line for each category; every number but the counts is in percent.

    Args:
        rows: The categories, in the order of the lines.
    """
    depths = sorted({k for row in rows for k in row.precision_at})
    columns: tuple[tuple[str, type], ...] = (
        ("category", str),
        ("queries", int),
        ("gallery_images", int),
        ("private", int),
        ("ap_plain", float),
        ("ap_interpolated", float),
        *((f"p_at_{k}", float) for k in depths),
        ("called_private", float),
        ("confused_with", str),
        ("confused_share", float),
    )
    lines = (
        (
            row.category,
            row.query_count,
            row.gallery_count,
            int(row.is_private),
            row.ap_plain,
            row.ap_interpolated,
            *(row.precision_at.get(k) for k in depths),
            row.called_private,
            row.confused_with,
            row.confused_share,
        )
        for row in rows
    )
    return Table(columns, lines, len(rows))
