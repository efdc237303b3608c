"""DANN: UEM's first stage, then nothing but an adversarial loss (JMLR 2016, Ganin et al.).

The loss is the paper's Equation 13, the usual form of adversarial alignment; UEM compares itself
with it. Starting from UEM's first stage is this project's reading of "standard domain adversarial
alignment", so that the second stage is all that differs: neither SPR keeps the structure nor does
SN2M match. Coefficient and learning rate of the second stage are its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from torch import Tensor, nn

from training.config import TrainConfig
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.methods.adversary import Adversary, freeze_statistics
from training.methods.method import LossTerm, Stage
from training.methods.uem import IDSE, Uem

DAL = "DAL"


class Dann:
    """See `Method`."""

    def __init__(self, config: TrainConfig, learner: Learner) -> None:
        self._config = config
        self._learner = learner
        self._first = Uem(config, learner)
        self._adversary: Adversary | None = None

    @property
    def stages(self) -> tuple[Stage, ...]:
        """See `Method.stages`."""
        schedule = self._config.schedule
        rate = self._config.dann.dann_rate_factor * schedule.cdsm_learning_rate
        alone = Stage(DAL, schedule.cdsm_epochs, rate)
        return (self._first.stages[0], alone)

    def begin_stage(self, stage: Stage) -> nn.Module | None:
        """See `Method.begin_stage`."""
        if stage.name == IDSE:
            return self._first.begin_stage(stage)
        self._learner.module.train()
        if self._config.uem.freeze_batch_norm:
            freeze_statistics(self._learner.module)
        settings = replace(self._config.uem, adversarial_weight=self._config.dann.dann_weight)
        self._adversary = Adversary(settings, self._learner)
        return self._adversary.classifier

    def begin_epoch(self, stage: Stage, epoch: int) -> Mapping[str, float]:
        """See `Method.begin_epoch`."""
        return self._first.begin_epoch(stage, epoch) if stage.name == IDSE else {}

    def losses(self, stage: Stage, progress: float, batch: Batch) -> list[LossTerm]:
        """Return the terms of Eq. 12, or Eq. 13 alone."""
        if stage.name == IDSE:
            return self._first.losses(stage, progress, batch)
        assert self._adversary is not None
        embeddings = [self._learner.embed(images.views[0]) for images in batch]
        return [LossTerm("DAL", self._adversary.loss(progress, embeddings))]

    def after_step(self) -> None:
        """See `Method.after_step`."""
        if self._adversary is None:
            self._first.after_step()

    def embed_all(self, domain: int) -> Tensor:
        """See `Method.embed_all`."""
        return self._learner.embed_all(domain)

    def epoch_facts(self) -> Mapping[str, float]:
        """See `Method.epoch_facts`."""
        return self._first.epoch_facts() if self._adversary is None else {}

    def state(self) -> dict[str, Any]:
        """See `Method.state`."""
        adversary = None if self._adversary is None else self._adversary.state()
        return {"first": self._first.state(), "adversary": adversary}

    def restore(self, stage: Stage, state: dict[str, Any]) -> None:
        """See `Method.restore`."""
        self._first.restore(stage, state["first"])
        if self._adversary is not None and state["adversary"] is not None:
            self._adversary.restore(state["adversary"])
