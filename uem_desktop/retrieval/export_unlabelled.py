"""What needs no categories as a table: what is known of each image of either domain."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import partial
from pathlib import Path

import numpy as np

from uem_desktop.retrieval.decided_about import DecidedAbout
from uem_desktop.retrieval.diagnostics import Part
from uem_desktop.retrieval.domain_gap import DomainGap
from uem_desktop.retrieval.explorer_session import SIDES, Side
from uem_desktop.retrieval.export_tables import Cell, Table, number
from uem_desktop.retrieval.hubs import Hubs, MutualNeighbours
from uem_desktop.retrieval.mismatches import Mismatches
from uem_desktop.retrieval.near_duplicates import Duplicates

_Column = tuple[str, type, Callable[[Side, int], Cell]]


def unlabelled_table(
    found: Mismatches,
    parts: Iterable[Part],
    about: DecidedAbout,
    only: Set[Path] | None = None,
) -> Table:
    """Return one line for each embedded image, the query domain first, rows ascending.

    What is not known yet has no column. ``mutual_neighbours`` says for a query how many percent of
    its first ``depth`` matches have it among theirs; ``found_by`` says for a gallery image among
    the first matches of how many queries it is; ``other_side`` is above 0 where an image lies on
    the other domain's side, for the images that the domain gap was measured with; images of one
    ``duplicate_group`` show one picture, groups counted from 1 in the order of the page.

    Args:
        found: The matches that the parts were made from.
        parts: The diagnostics that are known.
        about: What was decided.
        only: Only these images; all by default.
    """
    domains = {"query": found.query, "gallery": found.gallery}
    columns = [column for part in parts for column in _columns(part, found)]

    def lines() -> Iterator[Sequence[Cell]]:
        for side in SIDES:
            for row in domains[side].ready_rows().tolist():
                record = domains[side].records[row]
                if only is not None and record.path not in only:
                    continue
                yield (
                    os.path.abspath(record.path),
                    side,
                    record.category,
                    *(value(side, row) for _, _, value in columns),
                    about.words(record.path),
                )

    named = [(name, kind) for name, kind, _ in columns]
    heading = (("image", str), ("domain", str), ("category", str), *named, ("decided", str))
    count = found.query.ready_count + found.gallery.ready_count
    return Table(heading, lines(), count if only is None else len(only))


def _columns(part: Part, found: Mismatches) -> list[_Column]:
    match part:
        case MutualNeighbours():
            return _mutual(part, found)
        case Hubs():
            return _hubs(part)
        case DomainGap():
            return _gap(part)
        case Duplicates():
            return _duplicates(part)
        case _:  # prototypes have a table of their own
            return []


def _mutual(part: MutualNeighbours, found: Mismatches) -> list[_Column]:
    rates = np.full(len(found.query.records), np.nan)
    rates[found.rows] = 100.0 * (1.0 - found.disagreement)
    known: dict[Side, dict[int, float]] = {"query": dict(enumerate(rates.tolist())), "gallery": {}}

    def rate(side: Side, row: int) -> float | None:
        return number(known[side].get(row, np.nan))

    return [
        ("mutual_neighbours", float, rate),
        ("depth", int, lambda _side, _row: part.depth),
    ]


def _hubs(part: Hubs) -> list[_Column]:
    counts, hubs = part.counts.tolist(), frozenset(part.rows.tolist())
    return [
        ("found_by", int, lambda side, row: counts[row] if side == "gallery" else None),
        ("hub", int, lambda side, row: int(row in hubs) if side == "gallery" else None),
    ]


def _gap(part: DomainGap) -> list[_Column]:
    if part.auc is None:
        return []
    others: dict[Side, dict[int, float]] = {
        "query": dict(zip(part.query_rows.tolist(), part.query_sides.tolist(), strict=True)),
        "gallery": dict(
            zip(part.gallery_rows.tolist(), (-part.gallery_sides).tolist(), strict=True)
        ),
    }
    return [("other_side", float, lambda side, row: others[side].get(row))]


def _duplicates(part: Duplicates) -> list[_Column]:
    groups = {
        image: (number, int(group.are_identical))
        for number, group in enumerate(part.groups, start=1)
        for image in group.images
    }

    def of_group(place: int, side: Side, row: int) -> int | None:
        group = groups.get((side, row))
        return None if group is None else group[place]

    return [
        ("duplicate_group", int, partial(of_group, 0)),
        ("same_bytes", int, partial(of_group, 1)),
    ]
