"""The results of a benchmark as a stand-alone HTML page with bar charts."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from training.benchmark.numbers import Number
from training.benchmark.tables import Table, TableRow
from training.resources import resource_path
from uem_desktop import __version__
from uem_desktop.retrieval.benchmark_view import (
    BenchmarkView,
    SettingView,
    best_cells,
    help_text,
    number_text,
)
from uem_desktop.retrieval.display_text import display_text

_STEP = 10.0
"""Charts end at a multiple of ten percent."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One method in a chart; lengths are percent of the chart's width.

    Attributes:
        title: Of the method.
        text: The number in words.
        length: Of the bar.
        low: Where the whisker of the deviation begins; None without a deviation.
        high: Where it ends.
        printed: Where the mark of the paper's number is; None where it prints nothing.
        printed_text: The paper's number in words.
        is_best: Whether it is the longest without help at retrieval time.
        has_help: Whether it is a row with help at retrieval time.
    """

    title: str
    text: str
    length: float
    low: float | None
    high: float | None
    printed: float | None
    printed_text: str
    is_best: bool
    has_help: bool


def benchmark_page(view: BenchmarkView) -> str:
    """Fill the template; every text in it is escaped."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource_path("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["display"] = display_text
    environment.filters["helped"] = help_text
    return environment.get_template("benchmark.html.j2").render(
        view=view,
        about=view.about,
        settings=[_setting(view, setting) for setting in view.settings],
        version=__version__,
        created=datetime.datetime.now().astimezone(),
    )


def chart_bars(view: BenchmarkView, table: Table) -> tuple[tuple[Bar, ...], float]:
    """Return the bars of a table's averages, and where the chart ends in percent."""
    ours = [row for row in table.rows if not row.is_printed and row.cells[-1] is not None]
    printed = {row.method: row.cells[-1] for row in table.rows if row.is_printed}
    best = best_cells(table)
    ends = [_high(number) for number in (*(row.cells[-1] for row in ours), *printed.values())]
    end = max(_STEP, _STEP * -(-max(ends, default=0.0) // _STEP))
    last = len(table.columns) - 1
    return tuple(
        _bar(view, table, row, printed.get(row.method), end, (place, last) in best)
        for place, row in enumerate(table.rows)
        if not row.is_printed and row.cells[-1] is not None
    ), end


def _bar(
    view: BenchmarkView,
    table: Table,
    row: TableRow,
    printed: Number | None,
    end: float,
    is_best: bool,
) -> Bar:
    number, metric = row.cells[-1], table.metrics[-1]
    assert number is not None
    spread = number.deviation
    has_help = bool(help_text(row.retrieval_help))
    mark = None if has_help else printed
    return Bar(
        title=view.title_of(row.method),
        text=number_text(number, metric),
        length=100 * number.mean / end,
        low=None if spread is None else max(0.0, 100 * (number.mean - spread) / end),
        high=None if spread is None else 100 * (number.mean + spread) / end,
        printed=None if mark is None else 100 * mark.mean / end,
        printed_text="" if mark is None else number_text(mark, metric),
        is_best=is_best and not has_help,
        has_help=has_help,
    )


def _high(number: Number | None) -> float:
    return 0.0 if number is None else number.mean + (number.deviation or 0.0)


def _setting(view: BenchmarkView, setting: SettingView) -> dict[str, Any]:
    bars, end = chart_bars(view, setting.tables[0])
    return {
        "view": setting,
        "bars": bars,
        "ticks": _ticks(end),
        "tables": [_table(table) for table in setting.tables],
    }


def _ticks(end: float) -> Sequence[tuple[float, str]]:
    """Return places in percent of the width and what stands there; five at most."""
    step = _STEP
    while end / step > 5:
        step += _STEP
    return [
        (100 * value * step / end, f"{value * step:.0f}") for value in range(int(end // step) + 1)
    ]


def _table(table: Table) -> dict[str, Any]:
    best = best_cells(table) if "mAP" in table.title else frozenset()
    return {
        "title": table.title,
        "columns": table.columns,
        "rows": [
            {
                "row": row,
                "cells": [
                    (number_text(number, metric), (place, column) in best)
                    for column, (number, metric) in enumerate(
                        zip(row.cells, table.metrics, strict=True)
                    )
                ],
            }
            for place, row in enumerate(table.rows)
        ],
    }
