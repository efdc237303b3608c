"""Both domains in one plane: where each image stands on a map of the embeddings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from training.errors import Cancelled, UserError
from uem_desktop.retrieval.array_cache import ArrayCache, Arrays, fingerprint
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import Side

Method = Literal["pca", "tsne"]
METHODS: tuple[Method, ...] = ("pca", "tsne")

LEAST_IMAGES = 3
SAMPLE = 20_000
"""Most images that the axes of PCA, or the plane of t-SNE, are made from."""

_BLOCK_ROWS = 65_536

Vectors = NDArray[np.float32]
ShouldStop = Callable[[], bool] | None
Report = Callable[[float], None] | None


@dataclass(frozen=True, slots=True, eq=False)
class MapLayout:
    """Where the images of both domains stand.

    Attributes:
        method: How the plane was made.
        query: float32 (N_q, 2), NaN for an image without embedding.
        gallery: float32 (N_g, 2), the same.
        image_count: Images that have a place.
        sampled: Images that the plane was made from; the others were placed in it.
        explained: PCA: shares of the variance along the two axes, 0..1. t-SNE: perplexity and
            number of steps.
    """

    method: Method
    query: Vectors
    gallery: Vectors
    image_count: int
    sampled: int
    explained: tuple[float, float]

    def positions(self, side: Side) -> Vectors:
        """Return where the images of a domain stand, (N, 2)."""
        return self.query if side == "query" else self.gallery


def layout_of(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    method: Method = "pca",
    *,
    cache: ArrayCache | None = None,
    on_progress: Report = None,
    should_stop: ShouldStop = None,
) -> MapLayout:
    """Lay out the ready images of both domains in one plane.

    It does not matter which of them is asked and which is searched. Equal embeddings give equal
    places; what was computed once is read from the disk. Categories take no part.

    Args:
        query: The query domain.
        gallery: The gallery domain, of the same encoder.
        method: ``"pca"``: the two directions of largest variance; ``"tsne"``: t-SNE of openTSNE,
            which has to be installed.
        cache: Where results are kept; the user's cache by default.
        on_progress: Told the share that is done, 0..1.
        should_stop: Asked often.

    Raises:
        Cancelled: ``should_stop`` said so.
        UserError: Fewer than three images, different encoders, or a library that is missing.
    """
    if query.ready_count + gallery.ready_count < LEAST_IMAGES:
        raise UserError(f"A map needs {LEAST_IMAGES} embedded images at least.")
    if query.dimension and gallery.dimension and query.dimension != gallery.dimension:
        raise UserError("The two domains were embedded by different encoders.")
    first, second = sorted((query, gallery), key=lambda domain: os.fspath(domain.scan.folder))
    cache = cache or ArrayCache()
    name = fingerprint(f"layout 1, {method}, {SAMPLE}", first, second, should_stop=should_stop)
    arrays = cache.load(name)
    if arrays is None:
        arrays = _laid_out((first, second), method, on_progress, should_stop)
        cache.keep(name, arrays)
    count = query.ready_count + gallery.ready_count
    at = {id(first): arrays["first"], id(second): arrays["second"]}
    places = [_spread(domain, at[id(domain)]) for domain in (query, gallery)]
    one, two = arrays["explained"].astype(float).tolist()
    return MapLayout(method, places[0], places[1], count, min(count, SAMPLE), (one, two))


def _laid_out(
    domains: tuple[DomainEmbeddings, DomainEmbeddings],
    method: Method,
    on_progress: Report,
    should_stop: ShouldStop,
) -> Arrays:
    vectors = np.concatenate([d.embeddings[d.ready_rows()] for d in domains if d.ready_count])
    if method == "pca":
        places, explained = pca(vectors, should_stop=should_stop)
    else:
        from uem_desktop.retrieval.tsne import tsne

        start, _ = pca(vectors, should_stop=should_stop)
        places, explained = tsne(vectors, start, on_progress=on_progress, should_stop=should_stop)
    split = domains[0].ready_count
    return {
        "first": places[:split],
        "second": places[split:],
        "explained": np.array(explained, np.float64),
    }


def pca(vectors: Vectors, *, should_stop: ShouldStop = None) -> tuple[Vectors, tuple[float, float]]:
    """Return places (N, 2) along the two directions of largest variance, and their shares of it.

    The directions are those of at most 20,000 rows spread evenly; every row is projected. An axis
    points to where its largest weight is positive, so that equal rows give equal pictures.

    Args:
        vectors: float32 (N, D), N at least 2.
        should_stop: Asked between blocks.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    sample = vectors[spread_rows(len(vectors))]
    mean = sample.mean(axis=0, dtype=np.float64)
    centred = sample - mean.astype(np.float32)
    _, dimension = vectors.shape
    covariance = np.zeros((dimension, dimension))
    for block in _blocks(len(centred), should_stop, 4096):
        part = centred[block]
        covariance += part.T @ part
    values, directions = np.linalg.eigh(covariance)
    axes = directions[:, ::-1][:, :2]
    values = np.clip(values[::-1], 0.0, None)
    largest = np.abs(axes).argmax(axis=0)
    axes = axes * np.where(axes[largest, np.arange(axes.shape[1])] < 0, -1.0, 1.0)
    places = np.zeros((len(vectors), 2), np.float32)
    for block in _blocks(len(vectors), should_stop, _BLOCK_ROWS):
        projected = (vectors[block] - mean.astype(np.float32)) @ axes.astype(np.float32)
        places[block, : axes.shape[1]] = projected
    shares = np.zeros(2)
    shares[: len(values[:2])] = values[:2] / max(float(values.sum()), np.finfo(float).tiny)
    return places, (float(shares[0]), float(shares[1]))


def spread_rows(count: int, most: int = SAMPLE) -> NDArray[np.int64]:
    """Return at most so many rows of N, evenly spread, int64 (n,), ascending."""
    if count <= most:
        return np.arange(count)
    return np.linspace(0, count - 1, most).round().astype(np.int64)


def _blocks(count: int, should_stop: ShouldStop, size: int) -> Iterator[slice]:
    for start in range(0, count, size):
        if should_stop is not None and should_stop():
            raise Cancelled
        yield slice(start, start + size)


def _spread(domain: DomainEmbeddings, places: NDArray[np.generic]) -> Vectors:
    """Return places for all images of a domain: NaN where there is no embedding."""
    spread = np.full((len(domain.records), 2), np.nan, np.float32)
    spread[domain.ready_rows()] = places
    return spread
