"""What every method offers to the trainer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor, nn

from training.learners.batch import Batch


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a method.

    Attributes:
        name: ``"IDSE"`` for example.
        epochs: How many it has; a stage without epochs is passed over.
        learning_rate: At its start; a cosine takes it to zero.
    """

    name: str
    epochs: int
    learning_rate: float


@dataclass(frozen=True, slots=True)
class LossTerm:
    """One term of what is minimised.

    Attributes:
        name: As it is plotted, ``"INCE A"`` for example.
        value: Scalar.
        weight: What it is multiplied by in the total.
    """

    name: str
    value: Tensor
    weight: float = 1.0


class Method(Protocol):
    """Turns batches into losses and keeps whatever it needs between steps.

    The trainer calls, in this order: `begin_stage`, then for each epoch `begin_epoch`, for each
    step `losses` and `after_step`, and `epoch_facts` at the epoch's end. After `restore` a run goes
    on within or after the epoch that the state was saved in.
    """

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The plan; empty where nothing is trained."""

    def begin_stage(self, stage: Stage) -> nn.Module | None:
        """Prepare for a stage; return a further module that the optimiser shall change."""

    def begin_epoch(self, stage: Stage, epoch: int) -> Mapping[str, float]:
        """Prepare for an epoch; return what is known of it, for plots."""

    def losses(self, stage: Stage, progress: float, batch: Batch) -> list[LossTerm]:
        """Return the terms of one step.

        Args:
            stage: The stage.
            progress: The part of the stage that is done, 0..1.
            batch: The images.
        """

    def after_step(self) -> None:
        """Called when the optimiser has changed the weights."""

    def embed_all(self, domain: int) -> Tensor:
        """Return unit embeddings (N, D) of all images of domain 0 (A) or 1 (B), for retrieval.

        Those of the encoder, except where the method itself is a change of finished embeddings.
        """

    def epoch_facts(self) -> Mapping[str, float]:
        """Return means over the steps since `begin_epoch`."""

    def state(self) -> dict[str, Any]:
        """Return everything that going on needs: tensors, numbers, texts, lists and dicts only."""

    def restore(self, stage: Stage, state: dict[str, Any]) -> None:
        """Take back what `state` gave, after `begin_stage` of the same stage."""
