"""How far apart two domains lie in the space of an encoder; no category is looked at.

Two numbers. The distance of the two means, in units of the spread: the root of the mean squared
distance of an image to its own domain's mean. And how well a line tells the domains apart: the
chance that a linear classifier, trained on other images, puts an image of the gallery domain
further on the gallery's side than one of the query domain (AUC). It is 0.5 where the domains
cannot be told apart and 1 where every image shows where it is from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.errors import Cancelled
from training.evaluation.open_set import auroc
from uem_desktop.retrieval.domain import DomainEmbeddings

Numbers = NDArray[np.float64]

MOST_IMAGES = 4000
"""So many images of a domain, evenly spread over its rows, are looked at."""
FOLDS = 5
_SHRINKAGE = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class DomainGap:
    """How far apart two domains lie.

    Attributes:
        distance: Euclidean, between the two means.
        spread: Root mean squared distance to the own mean; the two domains count alike.
        auc: 0..1 by 5-fold cross-validation; None where a domain has fewer than 5 images.
        query_rows: int64 (q,), the images that were looked at.
        gallery_rows: int64 (g,), likewise.
        query_sides: float64 (q,), above 0 where an image lies on the gallery's side of the line
            that was learnt from others; NaN without AUC.
        gallery_sides: float64 (g,), likewise.
    """

    distance: float
    spread: float
    auc: float | None
    query_rows: NDArray[np.int64]
    gallery_rows: NDArray[np.int64]
    query_sides: Numbers
    gallery_sides: Numbers

    @property
    def relative_distance(self) -> float | None:
        """The distance of the means in units of the spread; None where nothing is spread."""
        return self.distance / self.spread if self.spread > 1e-9 else None


def domain_gap(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    should_stop: Callable[[], bool] | None = None,
) -> DomainGap:
    """Measure the gap between two domains.

    The classifier is a linear regression on the domain with both domains weighing the same and its
    covariance shrunk by a tenth towards a multiple of the identity; image i is in fold i mod 5.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    both = [_sampled(domain) for domain in (query, gallery)]
    (query_rows, a), (gallery_rows, b) = both
    means = [vectors.mean(axis=0) if len(vectors) else np.zeros(1) for vectors in (a, b)]
    is_empty = not len(a) or not len(b)
    distance = 0.0 if is_empty else float(np.linalg.norm(means[0] - means[1]))
    squares = [
        float(np.square(vectors - mean).sum(axis=1).mean()) if len(vectors) else 0.0
        for vectors, mean in zip((a, b), means, strict=True)
    ]
    if min(len(a), len(b)) < FOLDS:
        sides, auc = (np.full(len(a), np.nan), np.full(len(b), np.nan)), None
    else:
        sides = _held_out_sides(a, b, should_stop)
        auc = auroc(sides[1], sides[0])
    spread = float(np.sqrt(np.mean(squares)))
    return DomainGap(distance, spread, auc, query_rows, gallery_rows, *sides)


def _sampled(domain: DomainEmbeddings) -> tuple[NDArray[np.int64], Numbers]:
    rows = domain.ready_rows()
    if len(rows) > MOST_IMAGES:
        rows = rows[np.linspace(0, len(rows) - 1, MOST_IMAGES).astype(np.int64)]
    return rows, domain.embeddings[rows].astype(np.float64)


def _held_out_sides(
    a: Numbers, b: Numbers, should_stop: Callable[[], bool] | None
) -> tuple[Numbers, Numbers]:
    """Return for each row on which side it lies of the line learnt without its fold."""
    sides = np.empty(len(a)), np.empty(len(b))
    folds = np.arange(len(a)) % FOLDS, np.arange(len(b)) % FOLDS
    for fold in range(FOLDS):
        if should_stop is not None and should_stop():
            raise Cancelled
        normal, middle = _line(a[folds[0] != fold], b[folds[1] != fold])
        for vectors, fold_of, side in zip((a, b), folds, sides, strict=True):
            side[fold_of == fold] = (vectors[fold_of == fold] - middle) @ normal
    return sides


def _line(a: Numbers, b: Numbers) -> tuple[Numbers, Numbers]:
    """Return normal (D,), towards ``b``, and the point (D,) half way between the means."""
    mean_a, mean_b = a.mean(axis=0), b.mean(axis=0)
    covariance = (np.cov(a.T, bias=True) + np.cov(b.T, bias=True)).reshape(a.shape[1], -1) / 2
    size = float(np.trace(covariance)) / len(covariance)
    shrunk = (1 - _SHRINKAGE) * covariance + (_SHRINKAGE * size + 1e-12) * np.eye(len(covariance))
    return np.linalg.solve(shrunk, mean_b - mean_a), (mean_a + mean_b) / 2
