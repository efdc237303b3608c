"""The results of a benchmark as words and tables, for a page, a text or a window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.benchmark.numbers import Number
from training.benchmark.provenance import plan_of
from training.benchmark.results import NO_HELP, Result, ResultsFile
from training.benchmark.tables import (
    ACCURACY,
    AP_KINDS,
    RETRIEVAL_METRICS,
    RULES,
    DifferenceRow,
    Metric,
    Summary,
    Table,
    detection_metrics,
    map_metric,
)
from training.config import TrainConfig
from training.config_files import all_settings
from training.errors import UserError

SETTING_SENTENCES = {
    "close-set": "Both domains keep all categories that they have in common.",
    "partial": (
        "The query domain keeps half of the common categories, drawn anew for each seed; the "
        "gallery keeps all of them."
    ),
    "open-set": (
        "The gallery keeps half of the common categories, drawn anew for each seed; queries of the "
        "other half are private. mAP@All is over the shared queries, whatever was detected."
    ),
}
_OF_THE_RUN = {("run", "method"), ("run", "seed"), ("run", "device")}
_OF_THE_DATA = {("data", "domain_a"), ("data", "domain_b")}


@dataclass(frozen=True, slots=True)
class SettingView:
    """Everything that is shown of one setting.

    Attributes:
        name: Of the setting.
        sentence: What it is.
        seeds: That occur.
        tables: In their order; the first one is the headline.
        differences: In the interpolated AP of the headline.
        draws: (seed, categories that the half-empty side keeps); none in close-set.
    """

    name: str
    sentence: str
    seeds: tuple[int, ...]
    tables: tuple[Table, ...]
    differences: tuple[DifferenceRow, ...]
    draws: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class BenchmarkView:
    """A benchmark as it is shown.

    Attributes:
        about: What stands beside the results in their file.
        settings: One for each setting that has results.
        words: Settings of training that are not the paper's, as ``--set`` takes them.
        is_heldout: Whether other images are measured than were learned from.
    """

    about: Mapping[str, Any]
    settings: tuple[SettingView, ...]
    words: tuple[str, ...]
    is_heldout: bool

    def title_of(self, method: str) -> str:
        """Return a method as it is shown."""
        return str(self._method(method).get("title", method))

    def origin_of(self, method: str) -> str:
        """Return what a method was written from."""
        return str(self._method(method).get("origin", ""))

    @property
    def has_printed(self) -> bool:
        """Whether numbers of the paper stand among the rows."""
        tables = (table for setting in self.settings for table in setting.tables)
        return any(row.is_printed for table in tables for row in table.rows)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is known to be wrong with printed numbers that are shown."""
        tables = (table for setting in self.settings for table in setting.tables)
        return tuple(dict.fromkeys(row.note for table in tables for row in table.rows if row.note))

    def _method(self, name: str) -> Mapping[str, str]:
        known: Mapping[str, str] = self.about.get("methods", {}).get(name, {})
        return known


def read_benchmark(folder: Path) -> BenchmarkView:
    """Read the results in a folder.

    Raises:
        UserError: There are none, or they are damaged.
    """
    file = ResultsFile(folder)
    if file.is_new:
        raise UserError(f"There are no results of a benchmark in {folder}.")
    plan = plan_of(file.about, file.path)
    results = tuple(file.results.values())
    data = file.about["data"]
    pairs = [(query, gallery) for query, gallery in data["pairs"]]
    summary = Summary(results, pairs, data["data_set"])
    return BenchmarkView(
        about=file.about,
        settings=tuple(_setting(summary, name, results) for name in summary.settings),
        words=_words(plan.config),
        is_heldout=plan.heldout,
    )


def number_text(number: Number | None, metric: Metric) -> str:
    """Write ``39.7 ± 0.2``, or a dash where there is nothing."""
    if number is None:
        return "–"
    text = f"{number.mean:.{metric.decimals}f}"
    if number.deviation is None:
        return text
    return f"{text} ± {number.deviation:.{metric.decimals}f}"


def help_text(retrieval_help: str) -> str:
    """Say which help at retrieval time a row has; empty for none."""
    return "" if retrieval_help == NO_HELP else f"with {retrieval_help.replace('+', ' + ')}"


def best_cells(table: Table) -> frozenset[tuple[int, int]]:
    """Return (row, column) of the largest mAP of each column; with and without help by itself."""
    found = set()
    for help_names in {row.retrieval_help for row in table.rows}:
        for column in range(len(table.columns)):
            numbers = {
                place: row.cells[column]
                for place, row in enumerate(table.rows)
                if row.retrieval_help == help_names and not row.is_printed
            }
            means = {place: one.mean for place, one in numbers.items() if one is not None}
            if len(means) > 1:
                largest = max(means.values())
                found |= {(place, column) for place, mean in means.items() if mean == largest}
    return frozenset(found)


def _setting(summary: Summary, name: str, results: tuple[Result, ...]) -> SettingView:
    tables = [summary.pair_table(name, map_metric(name, kind)) for kind in AP_KINDS]
    if name == "open-set":
        tables.append(summary.pair_table(name, ACCURACY))
        tables += [
            summary.average_table(name, f"Private queries by the {title}", detection_metrics(rule))
            for rule, title in RULES.items()
        ]
    tables.append(summary.average_table(name, "Other numbers of retrieval", RETRIEVAL_METRICS))
    kept = "gallery_categories" if name == "open-set" else "query_categories"
    draws = {
        (one.seed, tuple(one.entry[kept])): None
        for one in results
        if one.setting == name and name != "close-set"
    }
    return SettingView(
        name=name,
        sentence=SETTING_SENTENCES[name],
        seeds=summary.seeds(name),
        tables=tuple(tables),
        differences=summary.differences(name, AP_KINDS[0]),
        draws=tuple(sorted(draws)),
    )


def _words(config: TrainConfig) -> tuple[str, ...]:
    found = []
    for setting in all_settings():
        place = (setting.section, setting.name)
        value = getattr(getattr(config, setting.section), setting.name)
        if value != setting.default and place not in _OF_THE_RUN | _OF_THE_DATA:
            text = {True: "on", False: "off"}.get(value, value) if setting.kind is bool else value
            found.append(f"{setting.name}={text}")
    return tuple(found)
