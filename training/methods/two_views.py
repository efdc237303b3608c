"""Methods that compare an image's view with another view of it, seen by a key encoder."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from training.config import TrainConfig
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.methods.method import Stage
from training.methods.momentum_encoder import MomentumEncoder
from training.methods.single_stage import SingleStage


@dataclass(frozen=True, slots=True)
class Pairs:
    """The images of one domain in one step, seen twice.

    Attributes:
        rows: int64 (B,), rows of the images in their domain.
        queries: (B, D), from the encoder in training, with a gradient.
        keys: (B, D), of the second view, from the key encoder.
        bank: (N, D), the newest key of every image of the domain, those of this step included.
    """

    rows: Tensor
    queries: Tensor
    keys: Tensor
    bank: Tensor


class TwoViews(SingleStage):
    """A method with a key encoder and a bank of the newest key of each image (as in UCDIR)."""

    def __init__(
        self, config: TrainConfig, learner: Learner, *, momentum: float, rate_factor: float
    ) -> None:
        super().__init__(config, learner, rate_factor=rate_factor)
        self.key = MomentumEncoder(learner, momentum)
        self.kept["key"] = self.key

    def begin_stage(self, stage: Stage) -> nn.Module | None:
        """See `Method.begin_stage`."""
        self.key.module.train()
        return super().begin_stage(stage)

    def pairs(self, batch: Batch) -> tuple[Pairs, Pairs]:
        """Move the key encoder, embed both views and write the keys into the banks."""
        self.key.follow()
        a, b = (self._pairs_of(batch, domain) for domain in (0, 1))
        return a, b

    def _pairs_of(self, batch: Batch, domain: int) -> Pairs:
        images, bank = tuple(batch)[domain], self.banks[domain]
        queries = self.learner.embed(images.views[0])
        keys = self.key.embed(images.views[1])
        bank.update(images.rows, keys, momentum=0.0, are_distinct=True)
        return Pairs(images.rows, queries, keys, bank.rows)
