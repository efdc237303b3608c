"""Thumbnails in memory: the ones used last, within a budget of bytes."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from uem_desktop.widgets.thumbnail import Thumbnail


class ThumbnailCache:
    """Least recently used first out; several sizes of one file may lie side by side."""

    def __init__(self, budget_bytes: int) -> None:
        self._budget_bytes = budget_bytes
        self._byte_count = 0
        self._thumbnails: OrderedDict[tuple[Path, int], Thumbnail] = OrderedDict()
        self._sizes: dict[Path, list[int]] = {}

    def __len__(self) -> int:
        return len(self._thumbnails)

    @property
    def byte_count(self) -> int:
        """Memory in use."""
        return self._byte_count

    def find(self, path: Path, size_px: int) -> tuple[Thumbnail | None, bool]:
        """Return the best thumbnail of a file, and whether it is as good as the size asks for.

        Args:
            path: The file.
            size_px: The size it would be made in, in device pixels.
        """
        sizes = self._sizes.get(path)
        if not sizes:
            return None, False
        best = min((size for size in sizes if size >= size_px), default=max(sizes))
        thumbnail = self._thumbnails[path, best]
        self._thumbnails.move_to_end((path, best))
        return thumbnail, size_px <= best <= 2 * size_px or thumbnail.is_whole

    def insert(self, path: Path, size_px: int, thumbnail: Thumbnail) -> None:
        """Keep a thumbnail; the ones used longest ago make room for it."""
        self._remove((path, size_px))
        self._thumbnails[path, size_px] = thumbnail
        self._sizes.setdefault(path, []).append(size_px)
        self._byte_count += thumbnail.byte_count
        while self._byte_count > self._budget_bytes and len(self._thumbnails) > 1:
            self._remove(next(iter(self._thumbnails)))

    def forget(self, path: Path) -> None:
        """Drop all sizes of a file."""
        for size_px in tuple(self._sizes.get(path, ())):
            self._remove((path, size_px))

    def clear(self) -> None:
        """Drop everything."""
        self._thumbnails.clear()
        self._sizes.clear()
        self._byte_count = 0

    def _remove(self, key: tuple[Path, int]) -> None:
        thumbnail = self._thumbnails.pop(key, None)
        if thumbnail is None:
            return
        path, size_px = key
        self._byte_count -= thumbnail.byte_count
        self._sizes[path].remove(size_px)
        if not self._sizes[path]:
            del self._sizes[path]
