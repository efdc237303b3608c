"""PCS (CVPR 2021, Yue et al.): prototypes of the own domain, and certain ones of the other.

From public code: bank momentum 0.5; spherical k-means on each bank in each epoch, with C and 2C
clusters and several starts; each cluster's own temperature; entropy over the other domain's
prototypes at temperature 0.1. Differs: two starts instead of fifteen, averaged in the same way.
Left out, since they need categories: the classifier that is trained on a few labelled images, with
its entropy and its marginal entropy. Instance discrimination is off in the published settings.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from training.config import TrainConfig
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.losses.entropy import entropy_loss
from training.losses.prototype import prototype_loss
from training.methods.method import LossTerm, Stage
from training.methods.single_stage import FreshRows, SingleStage
from training.prototypes.concentration import concentrations
from training.prototypes.kmeans import Clustering
from training.prototypes.spherical_kmeans import spherical_kmeans

MULTIPLES = (1, 2)


class Pcs(SingleStage):
    """In-domain prototypical contrast and cross-domain instance-to-prototype matching."""

    def __init__(self, config: TrainConfig, learner: Learner) -> None:
        super().__init__(config, learner, rate_factor=config.pcs.pcs_rate_factor)
        self._fresh = FreshRows(self.banks, config.pcs.pcs_bank_momentum)

    @property
    def _rounds(self) -> range:
        """Numbers of the clusterings that losses are averaged over."""
        return range(len(MULTIPLES) * self.config.pcs.pcs_repeats)

    def begin_epoch(self, stage: Stage, epoch: int) -> Mapping[str, float]:
        """Cluster each bank several times."""
        super().begin_epoch(stage, epoch)
        banks = [bank.rows for bank in self.banks]
        counts = self.cluster_counts.renew(stage.name, epoch, banks)
        for number in self._rounds:
            multiple = MULTIPLES[number % len(MULTIPLES)]
            found = [
                self._clustered(rows, multiple * counts[domain], stage.name, epoch, domain, number)
                for domain, rows in enumerate(banks)
            ]
            phis = [concentrations(rows, one) for rows, one in zip(banks, found, strict=True)]
            self.made[f"prototypes {number}"] = tuple(one.centres for one in found)
            self.made[f"clusters {number}"] = tuple(one.assignment for one in found)
            self.made[f"phi {number}"] = tuple(phis)
        return {f"clusters_{'ab'[d]}": float(count) for d, count in enumerate(counts)}

    def losses(self, stage: Stage, progress: float, batch: Batch) -> list[LossTerm]:
        """Return both terms of each domain, means over the clusterings."""
        embeddings = [self.learner.embed(images.views[0]) for images in batch]
        self._fresh.note(batch, embeddings)
        terms = []
        for domain, images in enumerate(batch):
            rows, name = embeddings[domain], "AB"[domain]
            own = [self._own(rows, images.rows, domain, number) for number in self._rounds]
            cross = [self._across(rows, 1 - domain, number) for number in self._rounds]
            terms.append(LossTerm(f"PROTO {name}", torch.stack(own).mean()))
            weight = self.config.pcs.pcs_cross_weight
            terms.append(LossTerm(f"I2C {name}", torch.stack(cross).mean(), weight))
        return terms

    def after_step(self) -> None:
        """Average the embeddings of the step into the banks."""
        self._fresh.write()

    def _own(self, embeddings: Tensor, rows: Tensor, domain: int, number: int) -> Tensor:
        """Return the contrast with the own domain's prototypes, each at its temperature."""
        prototypes = self.made[f"prototypes {number}"][domain]
        phi = self.made[f"phi {number}"][domain]
        assigned = self.made[f"clusters {number}"][domain][rows]
        return prototype_loss(embeddings, prototypes / phi[:, None], assigned, tau=1.0)

    def _across(self, embeddings: Tensor, other: int, number: int) -> Tensor:
        prototypes = self.made[f"prototypes {number}"][other]
        return entropy_loss(embeddings @ prototypes.T / self.config.pcs.pcs_tau)

    def _clustered(
        self, rows: Tensor, count: int, stage: str, epoch: int, domain: int, number: int
    ) -> Clustering:
        return spherical_kmeans(
            rows,
            count,
            iterations=self.config.uem.kmeans_iterations,
            seed=self.seed_for("kmeans", stage, epoch, domain, number),
        )
