"""Which images of a map are chosen: one state for every map and the list beside them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

Images = NDArray[np.int64]

_NONE: Images = np.empty(0, np.int64)


class MapSelection(QObject):
    """Images by their numbers in both domains; see `MapPoints`.

    Attributes:
        images: int64 (n,), what is chosen, ascending; listed beside the map.
        marked: int64 (m,), which of those are selected in the list; ringed on the map.
        current: The one that was chosen last; None for none.

    Signals:
        changed: Other images are chosen.
        marked_changed: Others of them are marked.
    """

    changed = Signal()
    marked_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.images, self.marked = _NONE, _NONE
        self.current: int | None = None

    @property
    def has_many(self) -> bool:
        """Whether more than one image is chosen."""
        return len(self.images) > 1

    def choose(self, images: Iterable[int] | Images, *, is_added: bool = False) -> None:
        """Choose other images, or these too; a single one is marked and current."""
        chosen = _sorted(images)
        if is_added and len(chosen) == 1 and chosen[0] in self.images:
            every = self.images[self.images != chosen[0]]
            self._set(every, int(every[-1]) if len(every) else None)
            return
        every = np.union1d(self.images, chosen) if is_added else chosen
        self._set(every, int(chosen[0]) if len(chosen) == 1 else None)

    def follow(self, images: Iterable[int]) -> None:
        """Choose what was chosen elsewhere; what holds all of it already stays."""
        wanted = _sorted(images)
        if not len(wanted):
            return
        if np.isin(wanted, self.images).all():
            self.mark(wanted, int(wanted[0]))
        else:
            self._set(wanted, int(wanted[0]))

    def mark(self, images: Iterable[int] | Images, current: int | None) -> None:
        """Mark some of the chosen images."""
        marked = _sorted(images)
        if not np.array_equal(marked, self.marked) or current != self.current:
            self.marked, self.current = marked, current
            self.marked_changed.emit()

    def clear(self) -> bool:
        """Choose nothing; whether that changes anything."""
        had_some = bool(len(self.images))
        if had_some:
            self._set(_NONE, None)
        return had_some

    def _set(self, images: Images, current: int | None) -> None:
        self.images = images
        self.marked = _sorted([] if current is None else [current])
        self.current = current
        self.changed.emit()


def _sorted(images: Iterable[int] | Images) -> Images:
    listed = images if isinstance(images, np.ndarray) else np.array(list(images), np.int64)
    rising = np.sort(listed).astype(np.int64)
    return rising[np.diff(rising, prepend=-1) > 0]
