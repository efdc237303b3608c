"""DN2A (CVPR 2023, Liu et al.): neighbours of both domains as further positives.

Re-implemented from the paper's idea, without its text or code at hand: each image has, beside its
other view, a neighbour within its domain and one in the other domain, both looked for among images
that choose each other, and both only after a warm-up. Distances are Euclidean (as UEM says of it),
across the domains after each domain is scaled to mean 0 and deviation 1. This project's choices:
how a neighbour is trusted, all weights, the warm-up of a fifth of the epochs, temperature 0.2. Its
strong augmentation is not taken over; views are the same for every method here.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from training.config import TrainConfig
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.losses.contrast import contrast_loss
from training.methods.method import LossTerm, Stage
from training.methods.two_views import Pairs, TwoViews
from training.prototypes.neighbours import mutual_neighbours

NEIGHBOURS_FROM = 0.2


class Dn2a(TwoViews):
    """Dual nearest neighbours, one in each domain."""

    def __init__(self, config: TrainConfig, learner: Learner) -> None:
        settings = config.dn2a
        super().__init__(
            config,
            learner,
            momentum=settings.dn2a_momentum,
            rate_factor=settings.dn2a_rate_factor,
        )

    def begin_epoch(self, stage: Stage, epoch: int) -> Mapping[str, float]:
        """Find the neighbours of every image, once the warm-up is over."""
        super().begin_epoch(stage, epoch)
        if epoch < NEIGHBOURS_FROM * stage.epochs:
            return {}
        banks = [bank.rows for bank in self.banks]
        a, b = (_standardised(rows) for rows in banks)
        self.made = {
            "inner": tuple(mutual_neighbours(rows) for rows in banks),
            "cross": (mutual_neighbours(a, b), mutual_neighbours(b, a)),
        }
        return {
            f"{kind}_share_{'ab'[domain]}": float((found >= 0).float().mean())
            for kind, domains in self.made.items()
            for domain, found in enumerate(domains)
        }

    def losses(self, stage: Stage, progress: float, batch: Batch) -> list[LossTerm]:
        """Return the contrast with the other view and, after the warm-up, with both neighbours."""
        settings, terms = self.config.dn2a, []
        domains = self.pairs(batch)
        for domain, one in enumerate(domains):
            name = "AB"[domain]
            view = contrast_loss(one.queries, one.keys, one.bank, one.rows, tau=settings.dn2a_tau)
            terms.append(LossTerm(f"VIEW {name}", view))
            if not self.made:
                continue
            inner = self._with_neighbour(one, self.made["inner"][domain], domains[domain].bank)
            cross = self._with_neighbour(
                one, self.made["cross"][domain], domains[1 - domain].bank, is_inner=False
            )
            terms.append(LossTerm(f"INNER {name}", inner, settings.dn2a_inner_weight))
            terms.append(LossTerm(f"CROSS {name}", cross, settings.dn2a_cross_weight))
        return terms

    def _with_neighbour(
        self, pairs: Pairs, found: Tensor, bank: Tensor, *, is_inner: bool = True
    ) -> Tensor:
        """Return the contrast of the images that have a neighbour in a bank with it."""
        neighbours = found[pairs.rows]
        left_out = pairs.rows[:, None]
        if is_inner:  # the neighbour is no negative of its own
            left_out = torch.cat([left_out, neighbours[:, None].clamp(min=0)], dim=1)
        return contrast_loss(
            pairs.queries,
            bank[neighbours.clamp(min=0)],
            pairs.bank,
            left_out,
            tau=self.config.dn2a.dn2a_tau,
            takes_part=neighbours >= 0,
        )


def _standardised(rows: Tensor) -> Tensor:
    """Return the rows (N, D) with mean 0 and deviation 1 in each direction."""
    return (rows - rows.mean(dim=0)) / rows.std(dim=0, unbiased=False).clamp(min=1e-6)
