"""t-SNE by openTSNE: exact neighbours, progress, cancel, and a bound on what it costs."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from training.errors import Cancelled, UserError
from uem_desktop.retrieval.layout import Report, ShouldStop, Vectors, spread_rows

PERPLEXITY = 30
EARLY_STEPS, STEPS = 250, 500
LEAST_IMAGES = 10
INSTALL_SENTENCE = (
    "t-SNE needs the package openTSNE: pip install 'uem-desktop[map]' brings it; PCA needs nothing."
)

_PLACED_BY = 5
_CALL_EVERY = 10
_BLOCK_ROWS = 1024
_SHARE_OF_SEARCH = 0.2
_START_SPREAD = 1e-4


def is_installed() -> bool:
    """Whether the library is there; it is not imported for that."""
    return find_spec("openTSNE") is not None


def tsne(
    vectors: Vectors,
    start: Vectors,
    *,
    on_progress: Report = None,
    should_stop: ShouldStop = None,
) -> tuple[Vectors, tuple[float, float]]:
    """Return places (N, 2), and the perplexity and the number of steps that were used.

    It begins with the places of PCA, so that equal rows give equal pictures. At most 20,000 rows,
    spread evenly, are laid out; each other row stands among its 5 nearest of those, at their mean
    weighted by one over the distance.

    Args:
        vectors: float32 (N, D), unit rows.
        start: float32 (N, 2).
        on_progress: Told the share that is done, 0..1.
        should_stop: Asked often.

    Raises:
        Cancelled: ``should_stop`` said so.
        UserError: There are fewer than 10 rows, or openTSNE is not installed.
    """
    if not is_installed():
        raise UserError(INSTALL_SENTENCE)
    if len(vectors) < LEAST_IMAGES:
        raise UserError(f"t-SNE needs {LEAST_IMAGES} images at least; PCA needs fewer.")
    chosen = spread_rows(len(vectors))
    perplexity = min(PERPLEXITY, (len(chosen) - 1) / 3)
    steps = _Steps(on_progress, should_stop)
    sample = np.ascontiguousarray(vectors[chosen])
    laid_out = _fit(sample, start[chosen], perplexity, steps)
    places = np.empty((len(vectors), 2), np.float32)
    places[chosen] = laid_out
    others = np.setdiff1d(np.arange(len(vectors)), chosen, assume_unique=True)
    for first in range(0, len(others), _BLOCK_ROWS):
        steps.check()
        block = others[first : first + _BLOCK_ROWS]
        near, distances = _search(sample, vectors[block], _PLACED_BY)
        weights = 1.0 / (distances + 1e-6)
        weights /= weights.sum(axis=1, keepdims=True)
        places[block] = (laid_out[near] * weights[:, :, None]).sum(axis=1)
    return places, (float(perplexity), float(EARLY_STEPS + STEPS))


class _Steps:
    """Counts what is done; raises `Cancelled` where that is possible."""

    def __init__(self, on_progress: Report, should_stop: ShouldStop) -> None:
        self._on_progress, self._should_stop = on_progress, should_stop
        self._done = 0

    def check(self) -> None:
        if self._should_stop is not None and self._should_stop():
            raise Cancelled

    def report(self, share: float) -> None:
        if self._on_progress is not None:
            self._on_progress(share)

    def __call__(self, _iteration: int, _error: float, _places: object) -> bool:
        """Take note of a few steps of the descent; True ends it."""
        self._done += _CALL_EVERY
        share = self._done / (EARLY_STEPS + STEPS)
        self.report(_SHARE_OF_SEARCH + (1 - _SHARE_OF_SEARCH) * min(1.0, share))
        return self._should_stop is not None and self._should_stop()


def _fit(sample: Vectors, start: Vectors, perplexity: float, steps: _Steps) -> Vectors:
    from openTSNE import TSNE
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    near, distances = _neighbours(sample, min(int(3 * perplexity), len(sample) - 1), steps)
    affinities = PerplexityBasedNN(
        perplexity=perplexity, knn_index=PrecomputedNeighbors(near, distances)
    )
    first = start.astype(np.float64)
    first *= _START_SPREAD / max(float(first[:, 0].std()), np.finfo(np.float64).tiny)
    descent = TSNE(
        perplexity=perplexity,
        early_exaggeration_iter=EARLY_STEPS,
        n_iter=STEPS,
        random_state=0,
        callbacks=steps,
        callbacks_every_iters=_CALL_EVERY,
    )
    found = descent.fit(affinities=affinities, initialization=first)
    steps.check()  # one that was stopped on the way comes back like one that was not
    return np.asarray(found, np.float32)


def _neighbours(
    sample: Vectors, count: int, steps: _Steps
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the nearest other rows of each row, exactly, and their distances, (N, count) each."""
    near = np.empty((len(sample), count), np.int64)
    distances = np.empty((len(sample), count))
    for first in range(0, len(sample), _BLOCK_ROWS):
        steps.check()
        block = slice(first, first + _BLOCK_ROWS)
        rows, apart = _search(sample, sample[block], count + 1)
        own = np.arange(first, first + len(rows))[:, None]
        is_own = rows == own
        is_own[~is_own.any(axis=1), -1] = True  # among many equal images the row may be missing
        near[block] = rows[~is_own].reshape(len(rows), count)
        distances[block] = apart[~is_own].reshape(len(rows), count)
        steps.report(_SHARE_OF_SEARCH * (first + len(rows)) / len(sample))
    return near, distances


def _search(
    sample: Vectors, rows: Vectors, count: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the nearest unit rows of a sample and their Euclidean distances, (n, count) each."""
    import faiss

    products, near = faiss.knn(
        np.ascontiguousarray(rows), sample, count, metric=faiss.METRIC_INNER_PRODUCT
    )
    apart = np.sqrt(np.clip(2.0 - 2.0 * products.astype(np.float64), 0.0, None))
    return near.astype(np.int64), apart
