"""Memory banks of both domains and the prototypes made from them, as UEM's stages share them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from training.config import UemConfig
from training.learners.learner import Learner
from training.memory_bank import MemoryBank
from training.methods.cluster_counts import ClusterCounts, drawn_seed
from training.prototypes.kmeans import Clustering, kmeans
from training.prototypes.merging import (
    UnifiedPrototypes,
    merge_prototypes,
    separate_prototypes,
)


class PrototypeKeeper:
    """Clusters the memory banks and unifies the prototypes, once an epoch (UEM §3.2).

    Attributes:
        banks: Of domain A and domain B.
        unified: The prototypes of this epoch; None while there are none.
        centres: (C_own, D) cluster centres of each domain; empty while there are none.
        own_ids: int64 (N,) of each domain: unified id of each image's cluster (G16, D1).
    """

    def __init__(self, config: UemConfig, learner: Learner, seed: int) -> None:
        self._config = config
        self._learner = learner
        self._seed = seed
        self._cluster_counts = ClusterCounts(config, seed)
        self.banks: tuple[MemoryBank, MemoryBank] = (
            MemoryBank(learner.embed_all(0)),
            MemoryBank(learner.embed_all(1)),
        )
        self.unified: UnifiedPrototypes | None = None
        self.centres: tuple[Tensor, ...] = ()
        self.own_ids: tuple[Tensor, ...] = ()

    def refill_banks(self) -> None:
        """Fill both banks from the encoder as it is (G13)."""
        for domain, bank in enumerate(self.banks):
            bank.refill(self._learner.embed_all(domain))

    def forget(self) -> None:
        """Go without prototypes until they are made again."""
        self.unified, self.centres, self.own_ids = None, (), ()

    def renew(self, stage: str, epoch: int, *, merging: bool) -> None:
        """Cluster both banks and make the prototypes of this epoch.

        Args:
            stage: Name of the stage.
            epoch: Counted from 0 within the stage.
            merging: Whether prototypes of the two domains are unified, or stay apart (G28).
        """
        counts = self._cluster_counts.renew(stage, epoch, [bank.rows for bank in self.banks])
        a, b = (self._clustered(stage, epoch, domain, counts[domain]) for domain in (0, 1))
        means = [bank.mean() for bank in self.banks]
        self.unified = (
            merge_prototypes(a.centres, b.centres, *means, rule=self._config.merge_rule)
            if merging
            else separate_prototypes(a.centres, b.centres, *means)
        )
        self.centres = (a.centres, b.centres)
        self.own_ids = (self.unified.ids_a[a.assignment], self.unified.ids_b[b.assignment])

    def prototypes_in(self, domain: int) -> Tensor:
        """Return the unified prototypes (C, D) as they lie in domain 0 (A) or 1 (B)."""
        assert self.unified is not None
        return self.unified.in_b if domain else self.unified.in_a

    def ids_of_centres(self, domain: int) -> Tensor:
        """Return the unified id int64 (C_own,) of each own cluster of a domain."""
        assert self.unified is not None
        return self.unified.ids_b if domain else self.unified.ids_a

    def facts(self) -> dict[str, float]:
        """Return how many clusters and merged prototypes there are, and the bound of Eq. 9."""
        if self.unified is None:
            return {}
        bound = float(self.unified.bound)
        return {
            "clusters_a": float(len(self.centres[0])),
            "clusters_b": float(len(self.centres[1])),
            "merged": float(self.unified.merged_count),
            **({"bound": bound} if bound != float("inf") else {}),
        }

    def state(self) -> dict[str, Any]:
        """Return everything, for a checkpoint."""
        return {
            "banks": [bank.state() for bank in self.banks],
            "unified": None if self.unified is None else self.unified.state(),
            "centres": list(self.centres),
            "own_ids": list(self.own_ids),
            "counts": self._cluster_counts.state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        for bank, kept in zip(self.banks, state["banks"], strict=True):
            bank.refill(kept["rows"].to(self._learner.device))
        unified = state["unified"]
        self.unified = (
            None
            if unified is None
            else UnifiedPrototypes.from_state(
                {name: _moved(value, self._learner.device) for name, value in unified.items()}
            )
        )
        self.centres = tuple(rows.to(self._learner.device) for rows in state["centres"])
        self.own_ids = tuple(rows.to(self._learner.device) for rows in state["own_ids"])
        self._cluster_counts.restore(state["counts"])

    def _clustered(self, stage: str, epoch: int, domain: int, count: int) -> Clustering:
        return kmeans(
            self.banks[domain].rows,
            count,
            iterations=self._config.kmeans_iterations,
            restarts=self._config.kmeans_restarts,
            seed=drawn_seed(self._seed, "kmeans", stage, epoch, domain),
        )


def _moved(value: Any, device: torch.device) -> Any:
    return value.to(device) if isinstance(value, Tensor) else value
