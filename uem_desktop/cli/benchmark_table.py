"""The table in the terminal that fills while a benchmark runs."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from training.benchmark.tables import AP_KINDS, Summary, TableRow, map_metric
from training.methods.method_names import method_named
from training.progress import duration_text
from uem_desktop.retrieval.benchmark_standing import Standing
from uem_desktop.retrieval.benchmark_view import help_text, number_text
from uem_desktop.retrieval.display_text import display_text

_NAME_WIDTH = 26
_CELL_WIDTH = 14
_BAR_WIDTH = 32


def live_view(standing: Standing, width: int) -> RenderableType:
    """Return the table of the setting that is going on, and below it how far everything is.

    Args:
        standing: What is known.
        width: Columns of the terminal; where pairs do not fit, averages of settings are shown.
    """
    parts: list[RenderableType] = []
    if standing.setting:
        fits = _NAME_WIDTH + _CELL_WIDTH * (len(standing.pairs) + 1) <= width
        parts.append(_pairs(standing) if fits else _averages(standing))
    parts.append(_progress(standing))
    return Group(*parts)


def _pairs(standing: Standing) -> Table:
    summary = Summary(standing.results, standing.pairs)
    metric = map_metric(standing.setting, AP_KINDS[0])
    found = summary.pair_table(standing.setting, metric)
    table = _table(f"{standing.setting} · {found.title}, percent")
    for column in found.columns:
        table.add_column(Text(display_text(column)), justify="right")
    rows = {(row.method, row.retrieval_help): row for row in found.rows if not row.is_printed}
    for method in standing.methods:
        rows.setdefault((method, "off"), TableRow(method, "off", "", (None,) * len(found.columns)))
    for row in rows.values():
        table.add_row(_name(row), *(number_text(cell, metric) for cell in row.cells))
    return table


def _averages(standing: Standing) -> Table:
    summary = Summary(standing.results, standing.pairs)
    table = _table("mAP@All, interpolated, percent, mean over all pairs")
    rows: dict[tuple[str, str], list[str]] = {(name, "off"): [] for name in standing.methods}
    settings: list[str] = [*summary.settings] or [standing.setting]
    for number, setting in enumerate(settings):
        metric = map_metric(setting, AP_KINDS[0])
        table.add_column(setting, justify="right")
        for row in summary.average_table(setting, "", [metric]).rows:
            cells = rows.setdefault((row.method, row.retrieval_help), [])
            cells += ["–"] * (number - len(cells))
            cells.append(number_text(row.cells[0], metric))
    for (method, retrieval_help), cells in rows.items():
        name = _name(TableRow(method, retrieval_help, "", ()))
        table.add_row(name, *cells, *["–"] * (len(settings) - len(cells)))
    return table


def _table(title: str) -> Table:
    table = Table(title=Text(title, style="bold"), title_justify="left", expand=False)
    table.add_column("method", no_wrap=True)
    return table


def _name(row: TableRow) -> Text:
    title = method_named(row.method).title
    return Text(f"{title}, with help" if help_text(row.retrieval_help) else title)


def _progress(standing: Standing) -> RenderableType:
    line = Table.grid(padding=(0, 1))
    total = standing.total
    bar = ProgressBar(total=total, completed=standing.done, width=_BAR_WIDTH, pulse=total is None)
    parts = [] if total is None else [f"{standing.done} of {total} trainings"]
    if standing.failures:
        parts.append(f"{len(standing.failures)} failed")
    left = standing.seconds_left
    if left:
        parts.append(f"{duration_text(left)} left")
    line.add_row(bar, Text(" · ".join(parts)))
    return Group(Text(f"Now: {standing.now}", style="dim"), line)
