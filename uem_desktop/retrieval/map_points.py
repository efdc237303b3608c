"""The images of both domains as one numbered list: the points of a map."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from training.data.records import ImageRecord
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import Side
from uem_desktop.retrieval.layout import MapLayout, Vectors

Rows = NDArray[np.int64]


class MapPoints:
    """Numbers the images of both domains and the points among them; never changed.

    An *image* counts every record, the query domain's first; a *point* counts the images that have
    a place in the layout, in the same order. Two maps of the same folders by two checkpoints share
    the numbers of images, so that they can share a selection.

    Attributes:
        query: The query domain.
        gallery: The gallery domain.
        layout: Where the images stand.
        images: int64 (P,), the image of each point, ascending.
        places: float32 (P, 2), where the points stand.
    """

    def __init__(
        self, query: DomainEmbeddings, gallery: DomainEmbeddings, layout: MapLayout
    ) -> None:
        self.query = query
        self.gallery = gallery
        self.layout = layout
        both = np.concatenate([layout.query, layout.gallery])
        self.images: Rows = np.flatnonzero(np.isfinite(both[:, 0])).astype(np.int64)
        self.places: Vectors = both[self.images]

    def __len__(self) -> int:
        return len(self.images)

    @property
    def image_count(self) -> int:
        """How many images there are, with or without a place."""
        return len(self.query.records) + len(self.gallery.records)

    @cached_property
    def is_gallery(self) -> NDArray[np.bool_]:
        """Which points belong to the gallery domain, bool (P,)."""
        return np.asarray(self.images >= len(self.query.records), np.bool_)

    def side_and_row(self, image: int) -> tuple[Side, int]:
        """Return where an image belongs."""
        split = len(self.query.records)
        return ("query", image) if image < split else ("gallery", image - split)

    def image_of(self, side: Side, row: int) -> int:
        """Return the number of an image of a domain."""
        return row if side == "query" else row + len(self.query.records)

    def record(self, image: int) -> ImageRecord:
        """Return what is known of an image."""
        side, row = self.side_and_row(image)
        return (self.query if side == "query" else self.gallery).records[row]

    def points_of(self, images: Rows) -> Rows:
        """Return the points of some images, without those that have no place, int64 (n,)."""
        at = np.searchsorted(self.images, images)
        at = np.minimum(at, max(0, len(self) - 1))
        is_there = self.images[at] == images if len(self) else np.zeros(len(images), np.bool_)
        return np.asarray(at[is_there], np.int64)

    def of_images(self, query: Rows, gallery: Rows) -> Rows:
        """Return the points' part of values given for all images of either domain, (P,)."""
        both: Rows = np.concatenate([query, gallery])
        return both[self.images]
