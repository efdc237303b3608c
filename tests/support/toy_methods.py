"""Any method in the middle of training on the toy domains, and everything in double precision."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import torch
from toy_training import toy_learner

from training.config import TrainConfig
from training.config_files import with_words
from training.control import TrainingControl
from training.events import Event, Position, StepLogged
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.methods.method import Method, Stage
from training.methods.method_names import method_named
from training.methods.registry import build_method
from training.run_state import RunState
from training.trainer import Trainer, TrainerHooks, TrainerSettings

STEPS = 5
"""Of an epoch on the toy domains."""


def toy_config(name: str, *words: str) -> TrainConfig:
    """Ten epochs with a rate at which something happens."""
    short = ["idse_epochs=6", "cdsm_epochs=4", "idse_learning_rate=0.05", "cdsm_learning_rate=0.02"]
    quick = ["tau=0.2", "kmeans_restarts=1", "cluster_count=4", "merge_rule=mutual", "seed=3"]
    return with_words(TrainConfig(), [f"method={name}", *short, *quick, *words])


def toy_learner_for(name: str, **changes) -> Learner:
    method = method_named(name)
    return toy_learner(
        views_per_image=method.views_per_image, with_phases=method.needs_phases, **changes
    )


def begun(name: str, epoch: int, *words: str) -> tuple[Method, Stage, Batch, float]:
    """A method after two steps of an epoch of its last stage; the third batch and its progress."""
    learner = toy_learner_for(name)
    method = build_method(toy_config(name, *words), learner)
    stage = method.stages[-1]
    method.begin_stage(stage)
    generator = torch.Generator().manual_seed(3)
    method.begin_epoch(stage, epoch)
    with learner.batches(stage.name, epoch) as batches:
        for batch in batches:
            progress = (epoch * STEPS + batch.step) / (stage.epochs * STEPS)
            if batch.step == 2:
                return method, stage, batch, progress
            method.losses(stage, progress, batch)
            with torch.no_grad():  # the encoder moves, so that bank and encoder differ
                for weight in learner.module.parameters():
                    weight += 0.02 * torch.randn(weight.shape, generator=generator)
            method.after_step()
    raise AssertionError


def doubles(*tensors: torch.Tensor) -> list[np.ndarray]:
    """Copies as they are now, floating-point ones in double precision."""
    return [
        (one.double() if one.is_floating_point() else one).detach().clone().numpy()
        for one in tensors
    ]


def values_of(method: Method, stage: Stage, progress: float, batch: Batch) -> dict[str, float]:
    return {term.name: term.value.item() for term in method.losses(stage, progress, batch)}


class Saved:
    """What a trainer saved after some steps, as bytes that only plain values can be read from."""

    def __init__(self, *steps: int) -> None:
        self._steps = steps
        self._kept: dict[int, tuple[Position, bytes]] = {}

    def save(self, state: RunState, with_encoder: bool) -> Iterator[Event]:
        if state.global_step not in self._steps:
            return iter(())
        content = {name: getattr(state, name) for name in RunState.__dataclass_fields__}
        position = content.pop("position")
        file = io.BytesIO()
        torch.save(content, file)
        self._kept[state.global_step] = (position, file.getvalue())
        return iter(())

    def state(self, step: int) -> RunState:
        position, content = self._kept[step]
        return RunState(position=position, **torch.load(io.BytesIO(content), weights_only=True))


def toy_trainer(config: TrainConfig, learner: Learner, saved: Saved | None = None) -> Trainer:
    """A trainer that saves after each step where somebody keeps it."""
    return Trainer(
        TrainerSettings(3, 0.9, 1e-4, 0, 1000, 1e9 if saved is None else 0.0, "", ""),
        learner,
        build_method(config, learner),
        TrainerHooks(
            lambda *a: iter(()),
            lambda *a: iter(()),
            (lambda *a: iter(())) if saved is None else saved.save,
        ),
        TrainingControl(),
    )


def steps_of(events: Iterator[Event]) -> list[StepLogged]:
    return [event for event in events if isinstance(event, StepLogged)]
