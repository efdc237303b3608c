"""Pictures that are there more than once, within a domain or in both.

Embeddings propose: pairs of images with a cosine of at least 0.9. Pixels decide: both pictures,
decoded as everywhere and shrunk to 32 x 32, differ by at most 0.06 (root mean square, of 1) and
correlate by at least 0.95 after their means are taken away. So a re-encoded, resized or slightly
retouched copy is found, and two things of a kind are not one.
"""

from __future__ import annotations

import filecmp
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.data.decoding import DecodeError, decode_image
from training.errors import Cancelled
from uem_desktop.retrieval.close_pairs import ClosePairs, close_pairs
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import SIDES, Side

MIN_SIMILARITY = 0.9
MAX_DIFFERENCE = 0.06
MIN_CORRELATION = 0.95
MOST_PAIRS = 20_000
"""So many proposed pairs, the most similar ones, are compared by their pixels."""
SMALL_SIDE = 32

ImageAt = tuple[Side, int]
"""Domain and row of an image."""


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Images that show one picture.

    Attributes:
        images: Domain and row of each, query domain first, rows ascending.
        are_identical: Whether all files hold the same bytes.
    """

    images: tuple[ImageAt, ...]
    are_identical: bool

    def rows(self, side: Side) -> list[int]:
        """Return the rows of a domain."""
        return [row for of, row in self.images if of == side]

    @property
    def is_across(self) -> bool:
        """Whether the picture is in both domains."""
        return len({side for side, _ in self.images}) == 2


@dataclass(frozen=True, slots=True, eq=False)
class Duplicates:
    """What is there more than once.

    Attributes:
        groups: Those in both domains first, then the largest, then by row.
        proposed_count: Pairs that the embeddings proposed.
        compared_count: Pairs whose pixels were compared, the most similar ones.
    """

    groups: tuple[DuplicateGroup, ...]
    proposed_count: int
    compared_count: int

    def surplus(self, side: Side) -> int:
        """Return how many images of a domain repeat another one of it."""
        return sum(max(0, len(group.rows(side)) - 1) for group in self.groups)

    @property
    def across_count(self) -> int:
        """How many pictures are in both domains."""
        return sum(group.is_across for group in self.groups)


def find_duplicates(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    *,
    on_progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Duplicates:
    """Find pictures that are there more than once; a file that is in both domains is no copy.

    Args:
        query: The query domain, as the encoder made it.
        gallery: The gallery domain; it may be the query domain itself.
        on_progress: Told the share that is done, 0..1.
        should_stop: Asked between blocks and between images.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    report = on_progress or (lambda _: None)
    pairs = _proposed(query, gallery, lambda share: report(0.8 * share), should_stop)
    looks = _Looks(query, gallery)
    linked, kept = _Union(), pairs.most_similar(MOST_PAIRS)
    for number, (first, second) in enumerate(kept):
        if should_stop is not None and should_stop():
            raise Cancelled
        if looks.are_one(first, second):
            linked.join(first, second)
        report(0.8 + 0.2 * number / len(kept))
    report(1.0)
    groups = [_group(members, looks) for members in linked.groups()]
    groups.sort(key=lambda group: (not group.is_across, -len(group.images), group.images))
    return Duplicates(tuple(groups), pairs.count, len(kept))


class _Proposed:
    """Close pairs of three kinds: within either domain, and across."""

    def __init__(self) -> None:
        self.parts: list[tuple[Side, Side, ClosePairs]] = []

    @property
    def count(self) -> int:
        return sum(pairs.count for _, _, pairs in self.parts)

    def most_similar(self, most: int) -> list[tuple[ImageAt, ImageAt]]:
        similarities = np.concatenate([pairs.similarities for _, _, pairs in self.parts])
        order = np.argsort(-similarities, kind="stable")[:most]
        listed = [
            ((side, int(row)), (other, int(column)))
            for side, other, pairs in self.parts
            for row, column in zip(pairs.rows, pairs.columns, strict=True)
        ]
        return [listed[place] for place in order.tolist()]


def _proposed(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    report: Callable[[float], None],
    should_stop: Callable[[], bool] | None,
) -> _Proposed:
    found, domains = _Proposed(), dict(zip(SIDES, (query, gallery), strict=True))
    kinds: list[tuple[Side, Side]] = [("query", "query"), ("gallery", "gallery")]
    kinds.append(("query", "gallery"))
    sizes = [domains[a].ready_count * domains[b].ready_count / (1 + (a == b)) for a, b in kinds]
    done = 0.0
    for (side, other), size in zip(kinds, sizes, strict=True):

        def note(share: float, done: float = done, size: float = size) -> None:
            report((done + share * size) / max(1.0, sum(sizes)))

        pairs = close_pairs(
            domains[side], domains[other], MIN_SIMILARITY, is_own=side == other,
            most=MOST_PAIRS, on_progress=note, should_stop=should_stop,
        )  # fmt: skip
        found.parts.append((side, other, pairs))
        done += size
    return found


class _Looks:
    """Small pictures of images, each decoded once."""

    def __init__(self, query: DomainEmbeddings, gallery: DomainEmbeddings) -> None:
        self._domains = dict(zip(SIDES, (query, gallery), strict=True))
        self._small: dict[ImageAt, NDArray[np.uint8] | None] = {}

    def path(self, image: ImageAt) -> Path:
        return self._domains[image[0]].records[image[1]].path

    def are_one(self, first: ImageAt, second: ImageAt) -> bool:
        if self.path(first) == self.path(second):
            return False
        one, other = self._look(first), self._look(second)
        return one is not None and other is not None and same_picture(one, other)

    def _look(self, image: ImageAt) -> NDArray[np.uint8] | None:
        if image not in self._small:
            try:
                self._small[image] = small_picture(self.path(image))
            except DecodeError:  # it was embedded and is gone or broken now
                self._small[image] = None
        return self._small[image]


def small_picture(path: Path) -> NDArray[np.uint8]:
    """Return a picture shrunk to uint8 (32, 32, 3), whatever its shape.

    Raises:
        DecodeError: There is no picture.
    """
    picture = Image.fromarray(decode_image(path, min_side=SMALL_SIDE))
    return np.asarray(picture.resize((SMALL_SIDE, SMALL_SIDE), Image.Resampling.BOX))


def same_picture(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Return whether two small pictures show the same, by difference and by correlation.

    Args:
        one: uint8 (S, S, 3).
        other: uint8 (S, S, 3).
    """
    a, b = (picture.astype(np.float64) / 255 for picture in (one, other))
    if float(np.sqrt(np.square(a - b).mean())) > MAX_DIFFERENCE:
        return False
    a, b = a - a.mean(), b - b.mean()
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    if lengths < 1e-6 * a.size:  # plain areas have no shape to compare
        return True
    return float((a * b).sum()) / lengths >= MIN_CORRELATION


class _Union:
    """Images that were joined, directly or through others."""

    def __init__(self) -> None:
        self._above: dict[ImageAt, ImageAt] = {}

    def _top(self, image: ImageAt) -> ImageAt:
        self._above.setdefault(image, image)
        while self._above[image] != image:
            self._above[image] = self._above[self._above[image]]
            image = self._above[image]
        return image

    def join(self, first: ImageAt, second: ImageAt) -> None:
        self._above[self._top(first)] = self._top(second)

    def groups(self) -> list[list[ImageAt]]:
        found: dict[ImageAt, list[ImageAt]] = {}
        for image in self._above:
            found.setdefault(self._top(image), []).append(image)
        return list(found.values())


def _group(members: Sequence[ImageAt], looks: _Looks) -> DuplicateGroup:
    images = tuple(sorted(members, key=lambda image: (SIDES.index(image[0]), image[1])))
    first = looks.path(images[0])
    are_identical = all(_same_bytes(first, looks.path(image)) for image in images[1:])
    return DuplicateGroup(images, are_identical)


def _same_bytes(one: Path, other: Path) -> bool:
    try:
        return os.path.getsize(one) == os.path.getsize(other) and filecmp.cmp(
            one, other, shallow=False
        )
    except OSError:
        return False
