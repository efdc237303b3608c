"""INCE: the instance loss of UEM's first stage alone, without any prototype.

Equation 6 is the paper's. As a method of its own it is not in the paper: it shows what the
prototypes add. Negatives are those set for UEM; temperature, momentum of the bank and learning rate
are its own.
"""

from __future__ import annotations

from training.config import TrainConfig
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.losses.instance import instance_loss
from training.methods.method import LossTerm, Stage
from training.methods.single_stage import FreshRows, SingleStage


class Ince(SingleStage):
    """Each image is told apart from the others of its own domain; the domains never meet."""

    def __init__(self, config: TrainConfig, learner: Learner) -> None:
        super().__init__(config, learner, rate_factor=config.ince.ince_rate_factor)
        self._fresh = FreshRows(self.banks, config.ince.ince_bank_momentum)

    def losses(self, stage: Stage, progress: float, batch: Batch) -> list[LossTerm]:
        """Return INCE of each domain."""
        embeddings = [self.learner.embed(images.views[0]) for images in batch]
        self._fresh.note(batch, embeddings)
        terms = []
        for domain, images in enumerate(batch):
            bank, positives = self.banks[domain].rows, images.rows
            if self.config.uem.ince_negatives == "batch":
                bank, positives = bank[images.rows], images.rows.new_ones(len(images.rows))
                positives = positives.cumsum(0) - 1
            loss = instance_loss(
                embeddings[domain],
                bank,
                positives,
                tau=self.config.ince.ince_tau,
                literal_sums=self.config.uem.literal_sums,
            )
            terms.append(LossTerm(f"INCE {'AB'[domain]}", loss))
        return terms

    def after_step(self) -> None:
        """Average the embeddings of the step into the banks (Eq. 5)."""
        self._fresh.write()
