"""The points of a map as a table: where each image stands, and what its colours tell."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from training.evaluation.query_results import QueryResults
from uem_desktop.retrieval.decided_about import DecidedAbout
from uem_desktop.retrieval.export_tables import Cell, Table, percent
from uem_desktop.retrieval.map_points import MapPoints
from uem_desktop.retrieval.prototypes import Prototypes, prototypes_of
from uem_desktop.retrieval.search import results_of_all

_COLUMNS: tuple[tuple[str, type], ...] = (
    ("image", str),
    ("domain", str),
    ("category", str),
    ("x", float),
    ("y", float),
    ("prototype", int),
    ("prototype_kind", str),
    ("ap", float),
    ("decided", str),
    ("layout", str),
    ("checkpoint", str),
)


def points_table(
    points: MapPoints,
    checkpoint: str,
    results: QueryResults | None,
    prototypes: Prototypes | None,
    about: DecidedAbout,
    images: NDArray[np.int64] | None = None,
) -> Table:
    """Return one line for each point of a map, in the order of the two domains.

    AP is plain, in percent, of queries; prototypes count from 1 as the map's legend does.

    Args:
        points: The map.
        checkpoint: What its encoder is called.
        results: Of the ready queries in row order; None where AP is not known.
        prototypes: Of the same domains; None where there are none.
        about: What was decided.
        images: Only these images; all by default.
    """
    wanted = np.arange(len(points)) if images is None else points.points_of(images)
    ap_of_row = _ap_of_rows(points, results)

    def lines() -> Iterator[Sequence[Cell]]:
        for point in wanted.tolist():
            side, row = points.side_and_row(int(points.images[point]))
            record = points.record(int(points.images[point]))
            number = -1 if prototypes is None else int(prototypes.ids(side)[row])
            ap = ap_of_row[row] if side == "query" else np.nan
            x, y = points.places[point].tolist()
            yield (
                os.path.abspath(record.path),
                side,
                record.category,
                x,
                y,
                number + 1 if number >= 0 else None,
                str(prototypes.kinds[number]) if prototypes is not None and number >= 0 else None,
                percent(ap),
                about.words(record.path),
                points.layout.method,
                checkpoint,
            )

    return Table(_COLUMNS, lines(), len(wanted))


def what_points_are(
    points: MapPoints, should_stop: Callable[[], bool] | None = None
) -> tuple[QueryResults | None, Prototypes | None]:
    """Compute AP and prototypes of the images of a map, as far as there are any.

    Raises:
        Cancelled: A stop was wanted.
    """
    query, gallery = points.query, points.gallery
    if not (query.ready_count and gallery.ready_count):
        return None, None
    return (
        results_of_all(query, gallery, should_stop=should_stop),
        prototypes_of(query, gallery, should_stop=should_stop),
    )


def _ap_of_rows(points: MapPoints, results: QueryResults | None) -> NDArray[np.float64]:
    found = np.full(len(points.query.records), np.nan)
    if results is not None:
        found[points.query.ready_rows()] = results.plain_ap
    return found
