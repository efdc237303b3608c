"""CoDA (AAAI 2023, Wang et al.): two classifiers that start at common clusters and stay together.

From public code: bank momentum 0.95; spherical k-means on both domains together, then on each from
the centres found, for k, 2k, 3k and 4k clusters; self-matching with a target sharpened by 0.01; the
absolute difference of the classifiers' logits with weight 0.01; classifiers that learn thirty times
slower than the encoder. Differs: k is the larger of the two numbers that the elbow finds (the
public code sets 100 for the 65 categories of Office-Home), or the one that is set.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from training.config import TrainConfig
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.losses.classifier_agreement import classifier_agreement_loss
from training.losses.self_matching import self_matching_loss
from training.methods.method import LossTerm, Stage
from training.methods.single_stage import FreshRows, SingleStage
from training.prototypes.spherical_kmeans import spherical_kmeans

MULTIPLES = (1, 2, 3, 4)


class PairedHeads(nn.Module):
    """Linear classifiers without bias, one of each domain for every number of clusters.

    Attributes:
        of_a: Weights (C, D) for domain A, one for each number of clusters.
        of_b: Those for domain B.
    """

    def __init__(self, centres: tuple[list[Tensor], list[Tensor]]) -> None:
        super().__init__()
        self.of_a, self.of_b = (nn.ParameterList(one.clone() for one in c) for c in centres)

    def weights(self, rate: float) -> list[tuple[Tensor, Tensor]]:
        """Return for each number of clusters the weights of A and B, with smaller gradients."""
        pairs = zip(self.of_a, self.of_b, strict=True)
        return [(a.detach().lerp(a, rate), b.detach().lerp(b, rate)) for a, b in pairs]


class Coda(SingleStage):
    """In-domain self-matching supervision and cross-domain classifier alignment."""

    def __init__(self, config: TrainConfig, learner: Learner) -> None:
        super().__init__(config, learner, rate_factor=config.coda.coda_rate_factor)
        self._fresh = FreshRows(self.banks, config.coda.coda_bank_momentum)
        self._heads: PairedHeads | None = None

    def begin_stage(self, stage: Stage) -> nn.Module:
        """Cluster both domains and let the classifiers start at the centres."""
        super().begin_stage(stage)
        banks = [bank.rows for bank in self.banks]
        count = max(self.cluster_counts.renew(stage.name, 0, banks))
        centres: tuple[list[Tensor], list[Tensor]] = ([], [])
        for multiple in MULTIPLES:
            common = spherical_kmeans(
                torch.cat(banks),
                multiple * count,
                iterations=self.config.uem.kmeans_iterations,
                restarts=self.config.uem.kmeans_restarts,
                seed=self.seed_for("kmeans", stage.name, multiple),
            )
            for domain, rows in enumerate(banks):
                own = spherical_kmeans(
                    rows,
                    len(common.centres),
                    iterations=self.config.uem.kmeans_iterations,
                    initial=common.centres,
                )
                centres[domain].append(own.centres)
        self._heads = PairedHeads(centres)
        return self._heads

    def losses(self, stage: Stage, progress: float, batch: Batch) -> list[LossTerm]:
        """Return ISS and CCA of each domain, means over the numbers of clusters."""
        assert self._heads is not None
        settings = self.config.coda
        embeddings = [self.learner.embed(images.views[0]) for images in batch]
        self._fresh.note(batch, embeddings)
        pairs = self._heads.weights(settings.coda_head_rate)
        terms = []
        for domain, images in enumerate(batch):
            rows, stored = embeddings[domain], self.banks[domain].rows[images.rows]
            matches = [
                self_matching_loss(
                    rows @ pair[domain].T, stored @ pair[domain].T, tau=settings.coda_tau
                )
                for pair in pairs
            ]
            gaps = [classifier_agreement_loss(rows @ a.T, rows @ b.T) for a, b in pairs]
            name = "AB"[domain]
            terms.append(LossTerm(f"ISS {name}", torch.stack(matches).mean()))
            agreement = torch.stack(gaps).mean()
            terms.append(LossTerm(f"CCA {name}", agreement, settings.coda_agreement_weight))
        return terms

    def after_step(self) -> None:
        """Average the embeddings of the step into the banks."""
        self._fresh.write()

    def state(self) -> dict[str, Any]:
        """See `Method.state`."""
        assert self._heads is not None
        return {**super().state(), "heads": self._heads.state_dict()}

    def restore(self, stage: Stage, state: dict[str, Any]) -> None:
        """See `Method.restore`."""
        assert self._heads is not None
        super().restore(stage, state)
        self._heads.load_state_dict(state["heads"])
