"""The tables of a benchmark, the same for the terminal, the window and the reports."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from training.benchmark.numbers import (
    ApKind,
    Difference,
    Number,
    number_of,
    paired_difference,
)
from training.benchmark.paper import printed_row
from training.benchmark.results import NO_HELP, PUBLISHED, VOTES, Result
from training.methods.method_names import METHOD_NAMES

AP_KINDS: tuple[ApKind, ...] = ("interpolated", "plain")
"""The paper follows CoDA's code, whose AP is interpolated: it comes first (G20)."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One number of a result.

    Attributes:
        title: As a table is headed.
        path: Names that lead to it in a result.
        printed: What the paper's tables call it; empty where the paper has none.
        decimals: How it is shown.
        unit: ``"%"`` or nothing.
    """

    title: str
    path: tuple[str, ...]
    printed: str = ""
    decimals: int = 1
    unit: str = "%"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A method, or what the paper prints of it.

    Attributes:
        method: Name of the method.
        retrieval_help: ``"off"``, or names of help at retrieval time.
        table: Table of the paper that the numbers are from; empty for our own.
        cells: One for each column.
        note: What is known to be wrong with a printed number; empty if nothing.
    """

    method: str
    retrieval_help: str
    table: str
    cells: tuple[Number | None, ...]
    note: str = ""

    @property
    def is_printed(self) -> bool:
        """Whether these are the paper's numbers."""
        return bool(self.table)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of numbers under columns.

    Attributes:
        title: What is shown.
        columns: Pairs of domains and last their average, or names of numbers.
        rows: In the order of the methods, what the paper prints right below our own.
        metrics: Of each column.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A method compared with another one, both without or both with the same help.

    Attributes:
        method: Name of the method.
        retrieval_help: Of both.
        reference: Name of the method that it is compared with.
        difference: Positive where the reference is worse.
    """

    method: str
    retrieval_help: str
    reference: str
    difference: Difference


def map_metric(setting: str, kind: ApKind) -> Metric:
    """Return mAP@All; in open-set it is over the shared queries, whatever was detected (G21)."""
    shared = "Shared-set " if setting == "open-set" else ""
    printed = "map_at_all" if kind == "interpolated" else ""
    return Metric(f"{shared}mAP@All, {kind}", ("map_at_all", kind), printed)


ACCURACY = Metric(
    "Open-set accuracy, published rule",
    ("open_set", PUBLISHED, "open_set_accuracy"),
    "open_set_accuracy",
)

RETRIEVAL_METRICS = (
    *(Metric(f"P@{k}", ("precision_at", str(k))) for k in (1, 5, 15, 50, 200)),
    Metric("recall@50", ("recall_at", "50")),
    Metric("first correct, median rank", ("first_correct_rank", "median"), unit=""),
)


def detection_metrics(rule: str) -> tuple[Metric, ...]:
    """Return the numbers of a rule that finds private queries."""
    names = (
        ("strict mAP@All, interpolated", ("strict_map", "interpolated"), 1, "%"),
        ("private found", ("open_set_accuracy",), 1, "%"),
        ("false alarms", ("false_alarm_rate",), 1, "%"),
        ("binary accuracy", ("binary_accuracy",), 1, "%"),
        ("balanced accuracy", ("balanced_accuracy",), 1, "%"),
        ("AUROC", ("auroc",), 3, ""),
    )
    found = [
        Metric(title, ("open_set", rule, *path), decimals=decimals, unit=unit)
        for title, path, decimals, unit in names
    ]
    if rule == PUBLISHED:
        path = ("open_set", rule, "second_branch_count")
        found.append(Metric("queries by branch 2", path, unit=""))
    return tuple(found)


RULES = {PUBLISHED: "published rule, strict merging", VOTES: "votes of the gallery"}


class Summary:
    """Results sorted by what tables need.

    Attributes:
        settings: Those that occur, in the paper's order.
        data_set: Name of the published data set; None for anybody's own.
    """

    def __init__(
        self,
        results: Collection[Result],
        pairs: Sequence[tuple[str, str]] = (),
        data_set: str | None = None,
    ) -> None:
        """Sort results.

        Args:
            results: All of a benchmark, in any order.
            pairs: Columns that come first, also where they are empty yet.
            data_set: Name of the published data set.
        """
        occurring = {result.setting for result in results}
        self.settings = [one for one in ("close-set", "partial", "open-set") if one in occurring]
        self.data_set = data_set
        self._pairs = tuple(pairs)
        self._results: dict[str, dict[tuple[str, str], dict[tuple[str, str, int], Result]]] = {}
        for result in results:
            rows = self._results.setdefault(result.setting, {})
            cells = rows.setdefault((result.method, result.retrieval_help), {})
            cells[(*result.pair, result.seed)] = result

    def pairs(self, setting: str) -> tuple[tuple[str, str], ...]:
        """Return the columns of a setting."""
        rows = self._results.get(setting, {}).values()
        found = dict.fromkeys((query, gallery) for cells in rows for query, gallery, _ in cells)
        return tuple(dict.fromkeys([*self._pairs, *found]))

    def seeds(self, setting: str) -> tuple[int, ...]:
        """Return the seeds that occur in a setting."""
        rows = self._results.get(setting, {}).values()
        return tuple(sorted({seed for cells in rows for _, _, seed in cells}))

    def pair_table(self, setting: str, metric: Metric) -> Table:
        """Return a number by pair and on average, the paper's row right below ours."""
        pairs = self.pairs(setting)
        rows: list[TableRow] = []
        for method, help_names, cells in self._rows(setting):
            numbers = [
                number_of([one.number(*metric.path) for one in self._of_pair(cells, pair)])
                for pair in pairs
            ]
            average = self._average(cells, pairs, metric)
            rows.append(TableRow(method, help_names, "", (*numbers, average)))
            printed = None
            if metric.printed and help_names == NO_HELP:
                printed = printed_row(self.data_set, setting, metric.printed, method, pairs)
            if printed is not None:
                row = (*printed.pairs, printed.average)
                rows.append(TableRow(method, NO_HELP, printed.table, row, printed.misprint))
        columns = [*(f"{query} → {gallery}" for query, gallery in pairs), "average"]
        return Table(metric.title, tuple(columns), tuple(rows), (metric,) * len(columns))

    def average_table(self, setting: str, title: str, metrics: Sequence[Metric]) -> Table:
        """Return several numbers, each averaged over all pairs."""
        pairs = self.pairs(setting)
        rows = [
            TableRow(
                method,
                help_names,
                "",
                tuple(self._average(cells, pairs, metric) for metric in metrics),
            )
            for method, help_names, cells in self._rows(setting)
        ]
        columns = tuple(metric.title for metric in metrics)
        return Table(title, columns, tuple(rows), tuple(metrics))

    def differences(self, setting: str, kind: ApKind) -> tuple[DifferenceRow, ...]:
        """Compare every method with UEM and, where that is another one, with the best."""
        found = []
        helps = dict.fromkeys(help_names for _, help_names, _ in self._rows(setting))
        for help_names in helps:
            rows = {m: cells for m, one, cells in self._rows(setting) if one == help_names}
            best = self._best(setting, rows, kind)
            for reference in dict.fromkeys(name for name in ("uem", best) if name in rows):
                for method, cells in rows.items():
                    if method == reference:
                        continue
                    difference = paired_difference(cells, rows[reference], kind)
                    if difference is not None:
                        found.append(DifferenceRow(method, help_names, reference, difference))
        return tuple(found)

    def _best(
        self, setting: str, rows: Mapping[str, Mapping[tuple[str, str, int], Result]], kind: ApKind
    ) -> str:
        pairs, metric = self.pairs(setting), map_metric(setting, kind)
        averages = {name: self._average(cells, pairs, metric) for name, cells in rows.items()}
        known = {name: number.mean for name, number in averages.items() if number is not None}
        return max(known, key=lambda name: known[name], default="")

    def _rows(self, setting: str) -> list[tuple[str, str, Mapping[tuple[str, str, int], Result]]]:
        rows = self._results.get(setting, {})
        order = {name: place for place, name in enumerate(METHOD_NAMES)}
        ordered = sorted(
            rows, key=lambda row: (row[1] != NO_HELP, row[1], order.get(row[0], len(order)))
        )
        return [(*row, rows[row]) for row in ordered]

    @staticmethod
    def _of_pair(
        cells: Mapping[tuple[str, str, int], Result], pair: tuple[str, str]
    ) -> list[Result]:
        return [result for key, result in sorted(cells.items()) if key[:2] == pair]

    @staticmethod
    def _average(
        cells: Mapping[tuple[str, str, int], Result],
        pairs: Sequence[tuple[str, str]],
        metric: Metric,
    ) -> Number | None:
        """Average over pairs within each seed that has all of them, then over seeds."""
        values = []
        for seed in sorted({seed for _, _, seed in cells}):
            of_seed = [cells.get((*pair, seed)) for pair in pairs]
            numbers = [one.number(*metric.path) for one in of_seed if one is not None]
            known = [number for number in numbers if number is not None]
            if known and len(known) == len(pairs):
                values.append(sum(known) / len(known))
        return number_of(values)
