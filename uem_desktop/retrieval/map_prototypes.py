"""Where prototypes stand on a map, and what is said of them."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import SIDES, Side
from uem_desktop.retrieval.map_colouring import kind_text
from uem_desktop.retrieval.map_points import MapPoints
from uem_desktop.retrieval.prototypes import Prototypes

Place = tuple[float, float]


def marker_places(
    points: MapPoints, prototypes: Prototypes
) -> list[tuple[Place | None, Place | None]]:
    """Return where each prototype stands among the images of query and gallery domain.

    It is the mean of the places of its images in that domain; None where it has none there. Places
    on a map are those of the layout, which knows no prototypes.
    """
    query, gallery = (
        _means(points.layout.positions(side), prototypes.ids(side), len(prototypes))
        for side in SIDES
    )
    return list(zip(query, gallery, strict=True))


def _means(places: NDArray[np.float32], ids: NDArray[np.int64], count: int) -> list[Place | None]:
    is_known = (ids >= 0) & np.isfinite(places[:, 0])
    sizes = np.bincount(ids[is_known], minlength=count)
    x, y = (np.bincount(ids[is_known], places[is_known, axis], minlength=count) for axis in (0, 1))
    return [
        (float(x[number] / size), float(y[number] / size)) if size else None
        for number, size in enumerate(sizes.tolist())
    ]


def prototype_texts(prototypes: Prototypes) -> list[tuple[str, str]]:
    """Return a title and a few lines about each prototype."""
    sizes = {side: prototypes.sizes(side).tolist() for side in SIDES}
    texts = []
    for number, kind in enumerate(prototypes.kinds):
        lines = []
        for side, domain in zip(SIDES, (prototypes.query, prototypes.gallery), strict=True):
            if sizes[side][number]:
                lines.append(_line(domain, side, number, sizes[side][number], prototypes))
        texts.append((f"Prototype {number + 1} · {kind_text(kind, prototypes)}", "\n".join(lines)))
    return texts


def _line(
    domain: DomainEmbeddings, side: Side, number: int, size: int, prototypes: Prototypes
) -> str:
    """Say how many images of a domain a prototype has, and of which category most are."""
    text = f"{size:,} {domain.scan.folder.name}"
    rows = np.flatnonzero(prototypes.ids(side) == number)
    counts = Counter(c for c in domain.categories_of_rows(rows) if c is not None)
    if not counts:
        return text
    category, most = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return f"{text}, {round(100 * most / size)} % {category}"
