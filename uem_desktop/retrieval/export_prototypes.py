"""The unified prototypes as a table: each image with the one that it belongs to."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence, Set
from pathlib import Path

from uem_desktop.retrieval.decided_about import DecidedAbout
from uem_desktop.retrieval.explorer_session import SIDES
from uem_desktop.retrieval.export_tables import Cell, Table
from uem_desktop.retrieval.prototypes import Prototypes

_COLUMNS: tuple[tuple[str, type], ...] = (
    ("image", str),
    ("domain", str),
    ("category", str),
    ("prototype", int),
    ("prototype_kind", str),
    ("central_rank", int),
    ("query_images", int),
    ("gallery_images", int),
    ("decided", str),
)


def prototypes_table(
    prototypes: Prototypes, about: DecidedAbout, only: Set[Path] | None = None
) -> Table:
    """Return one line for each embedded image, prototype after prototype.

    Prototypes count from 1, as the pages count them; within one the query domain comes first, and
    in a domain the image nearest to its own centre, whose ``central_rank`` is 1.

    Args:
        prototypes: The prototypes.
        about: What was decided.
        only: Only these images; all by default.
    """
    domains = dict(zip(SIDES, (prototypes.query, prototypes.gallery), strict=True))
    sizes = {side: prototypes.sizes(side) for side in SIDES}

    def lines() -> Iterator[Sequence[Cell]]:
        for number, kind in enumerate(prototypes.kinds):
            counts = [int(sizes[side][number]) for side in SIDES]
            for side in SIDES:
                for place, row in enumerate(prototypes.central_rows(side, number).tolist()):
                    record = domains[side].records[row]
                    if only is not None and record.path not in only:
                        continue
                    yield (
                        os.path.abspath(record.path),
                        side,
                        record.category,
                        number + 1,
                        str(kind),
                        place + 1,
                        *counts,
                        about.words(record.path),
                    )

    total = sum(int(sizes[side].sum()) for side in SIDES) if only is None else len(only)
    return Table(_COLUMNS, lines(), total)
