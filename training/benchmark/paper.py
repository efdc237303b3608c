"""The numbers that the paper prints, to stand beside those of this project and never among them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from training.benchmark.numbers import Number
from training.data.data_sets import DOMAINNET_7, OFFICE_31, OFFICE_HOME
from training.resources import resource_path

_NAMES = {
    OFFICE_31.name: "Office-31",
    OFFICE_HOME.name: "Office-Home",
    DOMAINNET_7.name: "DomainNet",
}


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row of a table of the paper.

    Attributes:
        table: Number of the table, ``"Table 1a"`` for example.
        pairs: What is printed for the pairs that were asked for; None where nothing is.
        average: As it is printed; None unless it is over the very pairs that were asked for.
        misprint: What is known to be wrong with it, in a sentence; empty if nothing.
    """

    table: str
    pairs: tuple[Number | None, ...]
    average: Number | None
    misprint: str


def printed_row(
    data_set: str | None,
    setting: str,
    metric: str,
    method: str,
    pairs: Sequence[tuple[str, str]],
) -> PrintedRow | None:
    """Return what the paper prints of a method, None where it prints nothing.

    Args:
        data_set: Name of a published data set; None for anybody's own.
        setting: Name of the setting.
        metric: ``"map_at_all"`` or ``"open_set_accuracy"``.
        method: Name of the method in this project.
        pairs: (query domain, gallery domain), as a table has them in its columns.
    """
    for table in _content()["tables"]:
        is_it = (table["data_set"], table["setting"], table["metric"]) == (
            _NAMES.get(data_set or ""),
            setting,
            metric,
        )
        if is_it and method in table["means"]:
            return _row(table, method, [f"{query}:{gallery}" for query, gallery in pairs])
    return None


def _row(table: dict[str, Any], method: str, wanted: list[str]) -> PrintedRow:
    means = table["means"][method]
    deviations = table.get("deviations", {}).get(method, [None] * len(means))
    printed = [Number(*pair) for pair in zip(means, deviations, strict=True)]
    of_pair = dict(zip(table["pairs"], printed, strict=False))
    is_whole = not table["pairs"] or set(wanted) == set(of_pair)
    wrong = [
        one["sentence"]
        for one in _content()["misprints"]
        if (one["table"], one["method"]) == (table["number"], method)
    ]
    return PrintedRow(
        table=table["number"],
        pairs=tuple(of_pair.get(pair) for pair in wanted),
        average=printed[-1] if is_whole else None,
        misprint=" ".join(wrong),
    )


@cache
def _content() -> dict[str, Any]:
    path = resource_path("paper", "printed-results.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
