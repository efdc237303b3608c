"""Arrays that grow at their end, so that a million single values cost a million steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

_LEAST_ROOM = 256


class GrowingArray:
    """A one-dimensional array with room at its end."""

    def __init__(self, dtype: DTypeLike = np.float64) -> None:
        self._room: NDArray[Any] = np.empty(_LEAST_ROOM, dtype)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> NDArray[Any]:
        """What is in it, as a view that cannot be written and is good until the next change."""
        view = self._room[: self._size]
        view.flags.writeable = False
        return view

    def extend(self, values: NDArray[Any] | list[Any]) -> None:
        """Append some values."""
        size = self._size + len(values)
        if size > len(self._room):
            room = np.empty(max(size, 2 * len(self._room)), self._room.dtype)
            room[: self._size] = self._room[: self._size]
            self._room = room
        self._room[self._size : size] = values
        self._size = size

    def cut(self, size: int) -> None:
        """Keep the first values only."""
        self._size = min(self._size, size)
