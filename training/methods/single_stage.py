"""What the compared methods share: one stage, a bank for each domain, and exact going on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from torch import Tensor, nn

from training.config import TrainConfig
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.memory_bank import MemoryBank
from training.methods.cluster_counts import ClusterCounts, drawn_seed
from training.methods.method import LossTerm, Stage
from training.methods.running_means import RunningMeans

TRAIN = "TRAIN"


class Kept(Protocol):
    """A part of a method that a checkpoint holds."""

    def state(self) -> Any:
        """Return everything, for a checkpoint."""

    def restore(self, state: Any) -> None:
        """Take back what `state` gave."""


class SingleStage:
    """A method with one stage, as long as both stages of UEM together; see `Method`.

    Attributes:
        config: All settings.
        learner: What learns.
        banks: Of domain A and domain B, filled from the encoder as it is at the start.
        cluster_counts: The number of clusters, found in the same way for every method.
        made: Tensors made at the start of an epoch, one for each domain, by name.
        means: Facts of the steps of an epoch.
        kept: Further parts that a checkpoint holds.
    """

    def __init__(self, config: TrainConfig, learner: Learner, *, rate_factor: float = 1.0) -> None:
        """Begin with banks of the encoder as it is.

        Args:
            config: All settings.
            learner: What learns.
            rate_factor: Learning rate of this method as a multiple of the schedule's.
        """
        self.config = config
        self._rate = rate_factor * config.schedule.idse_learning_rate
        self.learner = learner
        self.banks = (MemoryBank(learner.embed_all(0)), MemoryBank(learner.embed_all(1)))
        self.cluster_counts = ClusterCounts(config.uem, config.run.seed)
        self.made: dict[str, tuple[Tensor, ...]] = {}
        self.means = RunningMeans()
        self.kept: dict[str, Kept] = {"counts": self.cluster_counts, "means": self.means}

    @property
    def stages(self) -> tuple[Stage, ...]:
        """See `Method.stages`."""
        schedule = self.config.schedule
        epochs = schedule.idse_epochs + schedule.cdsm_epochs
        return (Stage(TRAIN, epochs, self._rate),)

    def begin_stage(self, stage: Stage) -> nn.Module | None:
        """See `Method.begin_stage`."""
        self.learner.module.train()
        return None

    def begin_epoch(self, stage: Stage, epoch: int) -> Mapping[str, float]:
        """See `Method.begin_epoch`."""
        self.means.clear()
        return {}

    def losses(self, stage: Stage, progress: float, batch: Batch) -> list[LossTerm]:
        """See `Method.losses`."""
        raise NotImplementedError

    def after_step(self) -> None:
        """See `Method.after_step`."""

    def embed_all(self, domain: int) -> Tensor:
        """See `Method.embed_all`."""
        return self.learner.embed_all(domain)

    def epoch_facts(self) -> Mapping[str, float]:
        """See `Method.epoch_facts`."""
        return self.means.values()

    def state(self) -> dict[str, Any]:
        """See `Method.state`."""
        return {
            "banks": [bank.state() for bank in self.banks],
            "made": {name: list(tensors) for name, tensors in self.made.items()},
            "kept": {name: part.state() for name, part in self.kept.items()},
        }

    def restore(self, stage: Stage, state: dict[str, Any]) -> None:
        """See `Method.restore`."""
        device = self.learner.device
        for bank, kept in zip(self.banks, state["banks"], strict=True):
            bank.refill(kept["rows"].to(device))
        self.made = {
            name: tuple(one.to(device) for one in tensors)
            for name, tensors in state["made"].items()
        }
        for name, part in self.kept.items():
            part.restore(state["kept"][name])

    def seed_for(self, purpose: str, *parts: str | int) -> int:
        """Return a seed that depends on the run's seed and on what it is for alone."""
        return drawn_seed(self.config.run.seed, purpose, *parts)


class FreshRows:
    """The embeddings of a step, until the optimiser has been and they enter the banks."""

    def __init__(self, banks: tuple[MemoryBank, MemoryBank], momentum: float) -> None:
        self._banks = banks
        self._momentum = momentum
        self._rows: list[tuple[Tensor, Tensor]] = []

    def note(self, batch: Batch, embeddings: list[Tensor]) -> None:
        """Keep what the encoder made of the images of a step."""
        self._rows = [
            (images.rows, rows.detach()) for images, rows in zip(batch, embeddings, strict=True)
        ]

    def write(self) -> None:
        """Average them into the banks."""
        for bank, (rows, embeddings) in zip(self._banks, self._rows, strict=True):
            bank.update(rows, embeddings, momentum=self._momentum, are_distinct=True)
        self._rows = []
