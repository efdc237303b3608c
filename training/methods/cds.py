"""CDS (ICCV 2021, Kim et al.): in-domain instances, and certain matches across the domains.

From public code: bank momentum 0.5, temperature 0.1, softmax over the whole bank, entropy over
the 700 most similar images of the other domain, both directions of it added. Not taken over: the
encoder, the weak augmentation and the schedule, which are the same for every method here.
"""

from __future__ import annotations

from training.config import TrainConfig
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.losses.entropy import entropy_loss
from training.losses.instance import instance_loss
from training.methods.method import LossTerm, Stage
from training.methods.single_stage import FreshRows, SingleStage


class Cds(SingleStage):
    """In-domain instance discrimination and cross-domain matching."""

    def __init__(self, config: TrainConfig, learner: Learner) -> None:
        super().__init__(config, learner, rate_factor=config.cds.cds_rate_factor)
        self._fresh = FreshRows(self.banks, config.cds.cds_bank_momentum)

    def losses(self, stage: Stage, progress: float, batch: Batch) -> list[LossTerm]:
        """Return the mean of the in-domain losses and the sum of the cross-domain ones."""
        settings = self.config.cds
        embeddings = [self.learner.embed(images.views[0]) for images in batch]
        self._fresh.note(batch, embeddings)
        terms = []
        for domain, images in enumerate(batch):
            own, other = self.banks[domain].rows, self.banks[1 - domain].rows
            instance = instance_loss(embeddings[domain], own, images.rows, tau=settings.cds_tau)
            match = entropy_loss(
                embeddings[domain] @ other.T / settings.cds_tau, candidates=settings.cds_candidates
            )
            name = "AB"[domain]
            terms.append(LossTerm(f"ID {name}", instance, 0.5))
            terms.append(LossTerm(f"CDM {name}", match, settings.cds_match_weight))
        return terms

    def after_step(self) -> None:
        """Average the embeddings of the step into the banks."""
        self._fresh.write()
