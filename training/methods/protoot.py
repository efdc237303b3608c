"""ProtoOT (AAAI 2024, Li et al.): prototypes by optimal transport instead of k-means alone.

From public code in its corrected form of August 2024: three contrasts against the other prototypes
of the domain (another view, the nearest image, the image's prototype), assignment by Sinkhorn with
the cluster sizes of k-means, prototypes made anew from the whole bank in each step, and from half
of the epochs on a contrast with the prototypes of the other domain.

Differs: sizes belong to the prototypes that they are the sizes of, since the domains may have
different numbers of clusters; k-means starts at the present prototypes so that its sizes come in
their order; the cross-domain negatives are cosines like their positive (the public code scales the
negatives alone); SGD and the schedule are the same for every method here. The number of clusters is
found once, by the elbow, unless it is set.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional

from training.config import TrainConfig
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.losses.contrast import contrast_loss
from training.methods.method import LossTerm, Stage
from training.methods.two_views import Pairs, TwoViews
from training.prototypes.sinkhorn import sinkhorn
from training.prototypes.spherical_kmeans import spherical_kmeans

CROSS_FROM = 0.5


class ProtoOt(TwoViews):
    """Unified unsupervised optimal transport for in-domain and cross-domain prototypes."""

    def __init__(self, config: TrainConfig, learner: Learner) -> None:
        settings = config.protoot
        super().__init__(
            config,
            learner,
            momentum=settings.protoot_momentum,
            rate_factor=settings.protoot_rate_factor,
        )

    def begin_epoch(self, stage: Stage, epoch: int) -> Mapping[str, float]:
        """Find the prototypes in the first epoch, and the sizes of their clusters in each."""
        super().begin_epoch(stage, epoch)
        banks = [bank.rows for bank in self.banks]
        if "prototypes" in self.made:
            starts: tuple[Tensor | None, ...] = self.made["prototypes"]
            counts = [len(rows) for rows in self.made["prototypes"]]
        else:
            starts, counts = (None, None), self.cluster_counts.renew(stage.name, epoch, banks)
        found = [
            spherical_kmeans(
                rows,
                counts[domain],
                iterations=self.config.uem.kmeans_iterations,
                restarts=self.config.uem.kmeans_restarts,
                seed=self.seed_for("kmeans", stage.name, epoch, domain),
                initial=starts[domain],
            )
            for domain, rows in enumerate(banks)
        ]
        if "prototypes" not in self.made:
            self.made["prototypes"] = tuple(one.centres for one in found)
        self.made["sizes"] = tuple(_shares(one.assignment, len(one.centres)) for one in found)
        return {f"clusters_{'ab'[d]}": float(len(one.centres)) for d, one in enumerate(found)}

    def losses(self, stage: Stage, progress: float, batch: Batch) -> list[LossTerm]:
        """Return the in-domain terms and, in the second half, the cross-domain ones."""
        domains = self.pairs(batch)
        terms = [
            term for domain, one in enumerate(domains) for term in self._in_domain(domain, one)
        ]
        if progress >= CROSS_FROM:
            weight = self.config.protoot.protoot_cross_weight
            terms += [
                LossTerm(f"CROSS {'AB'[domain]}", self._across(domain, one), weight)
                for domain, one in enumerate(domains)
            ]
        return terms

    def _in_domain(self, domain: int, pairs: Pairs) -> list[LossTerm]:
        """Return the three contrasts of one domain, and make its prototypes anew."""
        settings, name = self.config.protoot, "AB"[domain]
        prototypes = self.made["prototypes"][domain]
        plan = self._plan(pairs.bank, domain)
        own = plan[pairs.rows].argmax(dim=1)
        to_images = (pairs.queries.detach() @ pairs.bank.T).scatter(
            1, pairs.rows[:, None], -torch.inf
        )
        neighbours = pairs.bank[to_images.argmax(dim=1)]
        weights = (1.0, settings.protoot_neighbour_weight, settings.protoot_prototype_weight)
        terms = [
            LossTerm(
                f"{title} {name}",
                contrast_loss(
                    pairs.queries, positives, prototypes, own, tau=settings.protoot_tau
                ),
                weight,
            )
            for title, positives, weight in zip(
                ("VIEW", "NEAR", "PROTO"), (pairs.keys, neighbours, prototypes[own]), weights,
                strict=True,
            )
        ]  # fmt: skip
        renewed = functional.normalize(plan.T @ pairs.bank, dim=1)
        kept = list(self.made["prototypes"])
        kept[domain] = renewed
        self.made["prototypes"] = tuple(kept)
        return terms

    def _across(self, domain: int, pairs: Pairs) -> Tensor:
        """Return the contrast with the other domain's prototypes."""
        prototypes = self.made["prototypes"][1 - domain]
        own = self._plan(pairs.bank, 1 - domain)[pairs.rows].argmax(dim=1)
        return contrast_loss(
            pairs.queries, prototypes[own], prototypes, own, tau=self.config.protoot.protoot_tau
        )

    def _plan(self, bank: Tensor, domain: int) -> Tensor:
        """Return how a bank (N, D) is spread over the prototypes of a domain, (N, C)."""
        scores = functional.normalize(bank @ self.made["prototypes"][domain].T, dim=1)
        return sinkhorn(
            scores, self.made["sizes"][domain], epsilon=self.config.protoot.protoot_epsilon
        )


def _shares(assignment: Tensor, count: int) -> Tensor:
    """Return the share (C,) of rows in each cluster; an empty one counts as one row."""
    sizes = torch.bincount(assignment, minlength=count).clamp(min=1).float()
    return sizes / sizes.sum()
