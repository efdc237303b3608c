"""Collects fresh embeddings, so that the store gets few large chunk files."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from training.data.records import ImageRecord
from uem_desktop.retrieval.file_stamps import Stamp
from uem_desktop.retrieval.store import EmbeddingStore

MAX_IMAGES = 512
MAX_SECONDS = 5.0


class StoreBuffer:
    """Writes to the store every few hundred images or few seconds; call `flush` at the end."""

    def __init__(self, store: EmbeddingStore | None) -> None:
        self._store = store
        self._records: list[ImageRecord] = []
        self._stamps: list[Stamp | None] = []
        self._embeddings: list[np.ndarray] = []
        self._last_write = time.monotonic()

    def add(
        self, records: Sequence[ImageRecord], embeddings: np.ndarray, stamps: Sequence[Stamp | None]
    ) -> None:
        """Take (n, D) embeddings of n records; writes when enough has come together."""
        if self._store is None or not records:
            return
        self._records.extend(records)
        self._stamps.extend(stamps)
        self._embeddings.append(embeddings)
        is_old = time.monotonic() - self._last_write >= MAX_SECONDS
        if is_old or len(self._records) >= MAX_IMAGES:
            self.flush()

    def flush(self) -> None:
        """Write what has been collected."""
        self._last_write = time.monotonic()
        if self._store is None or not self._records:
            return
        self._store.append(self._records, np.concatenate(self._embeddings), self._stamps)
        self._records, self._stamps, self._embeddings = [], [], []
