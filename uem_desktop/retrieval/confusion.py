"""Which categories are retrieved for which: counts, and the queries behind each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uem_desktop.retrieval.mismatches import TOP_DEPTH, Mismatches, Rows

CONFUSION_KS = (1, 5, 10, TOP_DEPTH)


@dataclass(frozen=True, slots=True)
class Cell:
    """Queries of one category that found images of another among their first matches.

    Attributes:
        asked: Category of the queries.
        retrieved: Category of the matches; None for matches without one.
        top_k: How many matches of each query are looked at.
    """

    asked: str
    retrieved: str | None
    top_k: int


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """The first k places of all queries that have a category, counted.

    Attributes:
        top_k: k, no more than the gallery has images.
        asked: R query categories, sorted.
        retrieved: C gallery categories, sorted; None at the end for images without one, if any.
        counts: int64 (R, C), places among the first k that hold an image of that category.
        sizes: int64 (R,), queries of each category.
        is_private: bool (R,), whether the gallery has nothing of that category.
    """

    top_k: int
    asked: tuple[str, ...]
    retrieved: tuple[str | None, ...]
    counts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    is_private: NDArray[np.bool_]

    @property
    def shares(self) -> NDArray[np.float64]:
        """Counts divided by the k places of all queries of the row, float64 (R, C), 0..1."""
        return self.counts / np.maximum(self.sizes * self.top_k, 1)[:, None]

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """Which cells count correct matches, bool (R, C)."""
        asked, retrieved = np.array(self.asked, object), np.array(self.retrieved, object)
        return np.asarray(asked[:, None] == retrieved, np.bool_)

    def cell(self, row: int, column: int) -> Cell:
        """Return the cell in a row and a column."""
        return Cell(self.asked[row], self.retrieved[column], self.top_k)

    def largest_errors(self, count: int) -> list[tuple[int, int]]:
        """Return rows and columns of the wrong cells with the largest shares, largest first.

        Of equal shares the one of more places comes first, then the upper row. Matches without a
        category are no errors, and a private category has no others.
        """
        is_named = np.array([name is not None for name in self.retrieved], np.bool_)
        is_error = ~self.is_right & is_named & ~self.is_private[:, None]
        shares = np.where(is_error, self.shares, 0.0)
        order = np.lexsort((-self.counts.ravel(), -shares.ravel()))[:count]
        places = zip(*np.unravel_index(order, shares.shape), strict=True)
        return [(int(row), int(column)) for row, column in places if shares[row, column] > 0.0]


def confusion(found: Mismatches, top_k: int) -> Confusion:
    """Count which categories the first k matches of each query category have.

    Args:
        found: All queries.
        top_k: 1 to 20.

    Raises:
        ValueError: More matches are wanted than are kept.
    """
    codes = _codes_at(found, top_k)
    width = len(found.categories) + 1  # the last column counts matches without a category
    has_category = found.query_codes >= 0
    asked = np.repeat(found.query_codes[has_category], codes.shape[1])
    places = asked * width + codes[has_category].ravel() % width
    counts = np.bincount(places, minlength=(width - 1) * width).reshape(width - 1, width)
    sizes = np.bincount(found.query_codes[has_category], minlength=width - 1)
    rows = np.flatnonzero(sizes)
    in_gallery = [
        bool(found.gallery.is_ready[found.gallery.rows_by_category[category]].any())
        if category in found.gallery.rows_by_category
        else False
        for category in found.categories
    ]
    is_shown = np.array([*in_gallery, bool(counts[:, -1].any())])
    columns = np.flatnonzero(is_shown)
    names: tuple[str | None, ...] = (*found.categories, None)
    return Confusion(
        codes.shape[1],
        tuple(found.categories[row] for row in rows),
        tuple(names[column] for column in columns),
        counts[np.ix_(rows, columns)].astype(np.int64),
        sizes[rows].astype(np.int64),
        ~is_shown[rows],
    )


def places_of_cell(found: Mismatches, cell: Cell) -> Rows:
    """Return the places of the queries behind a cell, ascending, int64 (n,)."""
    if cell.asked not in found.categories:
        return np.empty(0, np.int64)
    asked = found.categories.index(cell.asked)
    wanted = -1
    if cell.retrieved is not None:
        if cell.retrieved not in found.categories:
            return np.empty(0, np.int64)
        wanted = found.categories.index(cell.retrieved)
    is_asked = found.query_codes == asked
    is_found = (_codes_at(found, cell.top_k) == wanted).any(axis=1)
    return np.flatnonzero(is_asked & is_found).astype(np.int64)


def _codes_at(found: Mismatches, top_k: int) -> Rows:
    if not 1 <= top_k <= TOP_DEPTH:
        raise ValueError(f"the first {top_k} matches are not kept")
    return found.match_codes[:, :top_k]
