"""What a run shows of itself after an epoch: mAP@All, and how pinned queries are ranked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from training.control import PinnedQuery
from training.data.training_images import TrainingImages
from training.evaluation.ranking import exact_similarities, rank_order
from training.evaluation.retrieval_scores import score_retrieval
from training.events import Evaluated, PinnedRanked

PINNED_TOP_K = 24
DIRECTIONS = ("a_to_b", "b_to_a")


class Embeds(Protocol):
    """Whatever has the embeddings of both domains: a method, or a learner."""

    def embed_all(self, domain: int) -> Tensor:
        """Return unit embeddings (N, D) of all images of a domain."""


class RunEvaluator:
    """Measures the encoder on the images that it learns from; the only reader of categories."""

    def __init__(self, source: Embeds, images: Sequence[TrainingImages]) -> None:
        self._source = source
        self._paths = [[record.path for record in domain.records] for domain in images]
        self._categories = [[record.category for record in domain.records] for domain in images]

    @property
    def has_categories(self) -> bool:
        """Whether some query has a relevant image in the other domain."""
        a, b = ({name for name in names if name is not None} for names in self._categories)
        return bool(a & b)

    def evaluate(self, stage: str, epoch: int) -> Iterator[Evaluated]:
        """Give mAP@All of both directions; nothing where no categories are known."""
        if not self.has_categories:
            return
        embeddings = [self._embeddings(domain) for domain in (0, 1)]
        scores = {
            name: score_retrieval(
                embeddings[query],
                self._categories[query],
                embeddings[1 - query],
                self._categories[1 - query],
            )
            for query, name in enumerate(DIRECTIONS)
        }
        scored = sum(one.num_queries - one.num_excluded for one in scores.values())
        yield Evaluated(
            stage=stage,
            epoch=epoch,
            map_plain={name: one.map_plain or 0.0 for name, one in scores.items()},
            map_interpolated={name: one.map_interpolated or 0.0 for name, one in scores.items()},
            num_queries=scored,
        )

    def rank(
        self, stage: str, epoch: int, queries: Sequence[PinnedQuery]
    ) -> Iterator[PinnedRanked]:
        """Rank pinned queries; one that is no image of its domain is passed over."""
        for pinned in queries:
            if pinned.path not in self._paths[pinned.domain]:
                continue
            row = self._paths[pinned.domain].index(pinned.path)
            query = self._embeddings(pinned.domain)[row]
            similarities = exact_similarities(query[None], self._embeddings(1 - pinned.domain))[0]
            best = rank_order(similarities)[:PINNED_TOP_K]
            others = self._paths[1 - pinned.domain]
            yield PinnedRanked(
                stage=stage,
                epoch=epoch,
                domain="ab"[pinned.domain],
                query=str(pinned.path),
                matches=tuple((str(others[one]), float(similarities[one])) for one in best),
            )

    def _embeddings(self, domain: int) -> NDArray[np.float32]:
        rows: NDArray[np.float32] = self._source.embed_all(domain).float().cpu().numpy()
        return rows
