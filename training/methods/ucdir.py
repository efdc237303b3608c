"""UCDIR (ECCV 2022, Hu and Lee): instances, then clusters, then prototypes of both domains.

From public code: all four losses with the constants set there for DomainNet, the bank of newest
keys, clusters made anew each epoch. The epochs at which a loss begins are kept as shares of the
whole (20 and 100 of 200). Differs: clustering and retrieval use the encoder in training where the
public code uses its slow copy, as every method here retrieves with the encoder in training; the
number of clusters is found by the elbow unless it is set; statistics of batch normalisation are
not split.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional

from training.config import TrainConfig
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.losses.cluster_contrast import cluster_contrast_loss
from training.losses.contrast import contrast_loss
from training.losses.entropy import entropy_loss
from training.losses.relation_agreement import relation_agreement_loss
from training.methods.method import LossTerm, Stage
from training.methods.two_views import Pairs, TwoViews
from training.prototypes.kmeans import kmeans

CLUSTERS_FROM = 0.1
PROTOTYPES_FROM = 0.5
CONFIDENCE = 0.2
ENTROPY_TAU = 0.1


class Ucdir(TwoViews):
    """Instance, cluster-wise, self-entropy and distance-of-distance losses."""

    def __init__(self, config: TrainConfig, learner: Learner) -> None:
        settings = config.ucdir
        super().__init__(
            config,
            learner,
            momentum=settings.ucdir_momentum,
            rate_factor=settings.ucdir_rate_factor,
        )

    def begin_epoch(self, stage: Stage, epoch: int) -> Mapping[str, float]:
        """Cluster each domain by itself, once the first tenth of the epochs is over."""
        super().begin_epoch(stage, epoch)
        if epoch < CLUSTERS_FROM * stage.epochs:
            return {}
        settings = self.config.uem
        domains = [self.learner.embed_all(domain) for domain in (0, 1)]
        counts = self.cluster_counts.renew(stage.name, epoch, domains)
        found = [
            kmeans(
                rows,
                counts[domain],
                iterations=settings.kmeans_iterations,
                restarts=settings.kmeans_restarts,
                seed=self.seed_for("kmeans", stage.name, epoch, domain),
            )
            for domain, rows in enumerate(domains)
        ]
        self.made = {
            "prototypes": tuple(functional.normalize(one.centres, dim=1) for one in found),
            "clusters": tuple(one.assignment for one in found),
        }
        return {f"clusters_{'ab'[d]}": float(len(one.centres)) for d, one in enumerate(found)}

    def losses(self, stage: Stage, progress: float, batch: Batch) -> list[LossTerm]:
        """Return the terms; those of instances and clusters are means over the domains."""
        settings = self.config.ucdir
        domains = self.pairs(batch)
        terms = [
            LossTerm(
                f"INST {name}",
                contrast_loss(one.queries, one.keys, one.bank, one.rows, tau=settings.ucdir_tau),
                0.5,
            )
            for name, one in zip("AB", domains, strict=True)
        ]
        if not self.made:
            return terms
        rise = (progress - CLUSTERS_FROM) / (PROTOTYPES_FROM - CLUSTERS_FROM)
        weight = 0.5 * settings.ucdir_cluster_weight * min(1.0, max(0.0, rise))
        terms += [
            LossTerm(f"CW {'AB'[domain]}", self._cluster_wise(domain, one), weight)
            for domain, one in enumerate(domains)
        ]
        if progress >= PROTOTYPES_FROM:
            queries = [one.queries for one in domains]
            terms.append(LossTerm("SE", self._entropy(queries), settings.ucdir_entropy_weight))
            terms.append(LossTerm("DD", self._agreement(queries), settings.ucdir_distance_weight))
        return terms

    def _cluster_wise(self, domain: int, pairs: Pairs) -> Tensor:
        """Return the cluster-wise loss over images whose key is sure of their cluster."""
        tau = self.config.ucdir.ucdir_tau
        clusters, prototypes = self.made["clusters"][domain], self.made["prototypes"][domain]
        own = clusters[pairs.rows]
        shares = (pairs.keys @ prototypes.T / tau).softmax(dim=1)
        is_sure = shares.gather(1, own[:, None])[:, 0] > CONFIDENCE
        self.means.add({f"sure_{'ab'[domain]}": is_sure.float().mean()})
        return cluster_contrast_loss(
            pairs.queries, pairs.bank, own[:, None] == clusters, is_sure, tau=tau
        )

    def _entropy(self, queries: list[Tensor]) -> Tensor:
        """Return the mean over both domains' images and both domains' prototypes."""
        entropies = [
            entropy_loss(rows @ prototypes.T / ENTROPY_TAU)
            for rows in queries
            for prototypes in self.made["prototypes"]
        ]
        return torch.stack(entropies).mean()

    def _agreement(self, queries: list[Tensor]) -> Tensor:
        a, b = self.made["prototypes"]
        return torch.stack([relation_agreement_loss(rows, a, b) for rows in queries]).mean()
