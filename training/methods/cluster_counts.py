"""How many clusters each domain has, the same for every method."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from training.config import UemConfig
from training.data.random_streams import stream
from training.prototypes.elbow import estimate_cluster_count

_MAX_SEED = 2**31


class ClusterCounts:
    """Estimates the number of clusters by the elbow now and then, or takes the one that is set."""

    def __init__(self, config: UemConfig, seed: int) -> None:
        self._config = config
        self._seed = seed
        self._counts: list[int] = []

    def renew(self, stage: str, epoch: int, domains: Sequence[Tensor]) -> list[int]:
        """Return the number of clusters of each domain (G5, G7).

        Args:
            stage: Name of the stage.
            epoch: Counted from 0 within the stage.
            domains: Rows (N, D) of each domain.
        """
        if epoch % self._config.elbow_every == 0 or not self._counts:
            self._counts = [
                self._count(stage, epoch, domain, rows) for domain, rows in enumerate(domains)
            ]
        return list(self._counts)

    def state(self) -> list[int]:
        """Return everything, for a checkpoint."""
        return list(self._counts)

    def restore(self, state: Sequence[int]) -> None:
        """Take back what `state` gave."""
        self._counts = list(state)

    def _count(self, stage: str, epoch: int, domain: int, rows: Tensor) -> int:
        if self._config.cluster_count:
            return min(self._config.cluster_count, len(rows))
        seed = drawn_seed(self._seed, "elbow", stage, epoch, domain)
        return estimate_cluster_count(rows, seed=seed).count


def drawn_seed(seed: int, purpose: str, *parts: str | int) -> int:
    """Return a seed that depends on what it is for alone."""
    return int(stream(seed, purpose, *parts).integers(_MAX_SEED))
