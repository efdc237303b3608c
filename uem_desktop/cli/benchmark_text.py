"""What a benchmark has come to so far, in words and lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from training.benchmark.tables import (
    AP_KINDS,
    RULES,
    Metric,
    Summary,
    detection_metrics,
    map_metric,
)
from training.data.scenarios import SETTINGS
from uem_desktop.retrieval.benchmark_standing import Standing
from uem_desktop.retrieval.benchmark_view import help_text, number_text


def averages_text(standing: Standing) -> Iterator[str]:
    """Give a table of averages over all pairs, one column for each setting."""
    summary = Summary(standing.results, standing.pairs)
    columns: list[tuple[str, str, Metric]] = []
    for setting in SETTINGS:
        if setting in summary.settings:
            columns.append((setting, setting, map_metric(setting, AP_KINDS[0])))
    if "open-set" in summary.settings:
        for rule in RULES:
            auroc = next(one for one in detection_metrics(rule) if one.title == "AUROC")
            columns.append(("open-set", f"AUROC, {rule}", auroc))
    tables = [
        {
            (row.method, row.retrieval_help): number_text(row.cells[0], metric)
            for row in summary.average_table(setting, title, [metric]).rows
        }
        for setting, title, metric in columns
    ]
    rows = dict.fromkeys(row for table in tables for row in table)
    if not rows:
        return
    names = {row: _row_name(*row) for row in rows}
    width = max(len(name) for name in names.values())
    yield "mAP@All, interpolated, in percent, mean over all pairs"
    yield f"{'':<{width}}" + "".join(f"  {title:>16}" for _, title, _ in columns)
    for row, name in names.items():
        yield f"{name:<{width}}" + "".join(f"  {table.get(row, '–'):>16}" for table in tables)


def _row_name(method: str, retrieval_help: str) -> str:
    return f"{method}, with help" if help_text(retrieval_help) else method
