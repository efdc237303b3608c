"""DGDIR, which is DG-UCDIR (ICCV 2023, Hu et al.): images and their phases tell the same.

From public code: the phase of a view as a second input of the same encoder; four contrasts (phase
and colour among themselves and with each other's keys) whose negatives are of the query's own
domain and own kind; from a tenth of the epochs on clusters of both domains together, made of
phases, which phase and colour are both assigned to without a temperature.

Left out: the amplitudes and the low frequencies' phases of two images are not mixed, since views of
an image are stored by its content alone; mixing them changed nothing where it was tried. Differs:
the bank of newest keys of every image instead of a queue; clusters are made of the embeddings,
which is all that a head can change, not of the pooled features before them; statistics of batch
normalisation are not split; retrieval looks at images in colour, as with every method here. The
number of clusters is found by the elbow unless it is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from training.config import TrainConfig
from training.learners.batch import Batch, DomainBatch
from training.learners.learner import Learner
from training.losses.contrast import contrast_loss
from training.losses.prototype import prototype_loss
from training.memory_bank import MemoryBank
from training.methods.method import LossTerm, Stage
from training.methods.two_views import Pairs, TwoViews
from training.prototypes.kmeans import kmeans

CLUSTERS_FROM = 0.1


class Dgdir(TwoViews):
    """Cross-modal contrast of phase and colour, and clusters of both domains."""

    def __init__(self, config: TrainConfig, learner: Learner) -> None:
        settings = config.dgdir
        super().__init__(
            config,
            learner,
            momentum=settings.dgdir_momentum,
            rate_factor=settings.dgdir_rate_factor,
        )
        # colour stands in until an image's phase has been seen
        a, b = (MemoryBank(bank.rows) for bank in self.banks)
        self.phase_banks = (a, b)

    def begin_epoch(self, stage: Stage, epoch: int) -> Mapping[str, float]:
        """Cluster the phases of both domains together, once a tenth of the epochs is over."""
        super().begin_epoch(stage, epoch)
        if epoch < CLUSTERS_FROM * stage.epochs:
            return {}
        settings = self.config.uem
        rows = torch.cat([bank.rows for bank in self.phase_banks])
        (count,) = self.cluster_counts.renew(stage.name, epoch, [rows])
        found = kmeans(
            rows,
            count,
            iterations=settings.kmeans_iterations,
            restarts=settings.kmeans_restarts,
            seed=self.seed_for("kmeans", stage.name, epoch),
        )
        self.made = {
            "prototypes": (functional.normalize(found.centres, dim=1),),
            "clusters": torch.split(found.assignment, [len(bank) for bank in self.phase_banks]),
        }
        return {"clusters": float(len(found.centres))}

    def losses(self, stage: Stage, progress: float, batch: Batch) -> list[LossTerm]:
        """Return the four contrasts and, later, the clusters; means over both domains."""
        settings = self.config.dgdir
        colours = self.pairs(batch)
        phases = [self._phase_pairs(domain, images) for domain, images in enumerate(batch)]
        terms = [
            LossTerm(
                f"{name} {'AB'[domain]}",
                contrast_loss(one.queries, keys, one.bank, one.rows, tau=settings.dgdir_tau),
                0.5 * settings.dgdir_contrast_weight,
            )
            for domain, (colour, phase) in enumerate(zip(colours, phases, strict=True))
            for name, one, keys in (
                ("PP", phase, phase.keys),
                ("CC", colour, colour.keys),
                ("PC", phase, colour.keys),
                ("CP", colour, phase.keys),
            )
        ]
        if self.made:
            terms.append(
                LossTerm("CLUSTER", self._cluster(phases, colours), settings.dgdir_cluster_weight)
            )
        return terms

    def state(self) -> dict[str, Any]:
        """See `Method.state`."""
        return {**super().state(), "phase_banks": [bank.state() for bank in self.phase_banks]}

    def restore(self, stage: Stage, state: dict[str, Any]) -> None:
        """See `Method.restore`."""
        super().restore(stage, state)
        for bank, kept in zip(self.phase_banks, state["phase_banks"], strict=True):
            bank.refill(kept["rows"].to(self.learner.device))

    def _phase_pairs(self, domain: int, images: DomainBatch) -> Pairs:
        """Embed the phases of both views and write their keys into the bank of phases."""
        bank = self.phase_banks[domain]
        queries = self.learner.embed(images.phases[0])
        keys = self.key.embed(images.phases[1])
        bank.update(images.rows, keys, momentum=0.0, are_distinct=True)
        return Pairs(images.rows, queries, keys, bank.rows)

    def _cluster(self, phases: list[Pairs], colours: tuple[Pairs, Pairs]) -> Tensor:
        """Return the cross-entropy of phase and colour with the common clusters."""
        (prototypes,) = self.made["prototypes"]
        losses = [
            prototype_loss(one.queries, prototypes, clusters[one.rows], tau=1.0)
            for kind in (phases, colours)
            for one, clusters in zip(kind, self.made["clusters"], strict=True)
        ]
        return torch.stack(losses).mean()
