"""The training loop: for each stage, for each epoch, for each batch, straight down."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from training.control import PinnedQuery, TrainingControl
from training.data.random_streams import stream
from training.errors import Cancelled, UserError
from training.events import (
    EpochEnded,
    EpochStarted,
    Event,
    Position,
    RunContinued,
    RunPaused,
    StepLogged,
)
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.methods.method import LossTerm, Method, Stage
from training.methods.running_means import RunningMeans
from training.run_state import RunState
from training.stopwatch import Stopwatch

PASSES = "forward and backward"
REFRESH = "forward pass of all images"

_TOTAL = "total"
_MAX_SEED = 2**63


@dataclass(frozen=True, slots=True)
class TrainerSettings:
    """What the loop itself needs to know.

    Attributes:
        seed: The run's seed.
        momentum: Of stochastic gradient descent.
        weight_decay: The same.
        evaluate_every: Epochs between two evaluations, 0 for never.
        checkpoint_every: Epochs between two checkpoints.
        checkpoint_seconds: Time after which an epoch that goes on is saved too.
        data_fingerprint: Identifies the images by content.
        config: All settings as TOML, for checkpoints.
    """

    seed: int
    momentum: float
    weight_decay: float
    evaluate_every: int
    checkpoint_every: int
    checkpoint_seconds: float
    data_fingerprint: str
    config: str


@dataclass(frozen=True, slots=True)
class TrainerHooks:
    """What the loop has done by others; each gives events.

    Attributes:
        evaluate: Measures the encoder, given stage and epoch; -1 before the first one.
        rank: Ranks pinned queries, given stage, epoch and the queries.
        save: Writes a checkpoint, with or without the encoder for the explorer.
    """

    evaluate: Callable[[str, int], Iterator[Event]]
    rank: Callable[[str, int, tuple[PinnedQuery, ...]], Iterator[Event]]
    save: Callable[[RunState, bool], Iterator[Event]]


class Trainer:
    """Trains one method on one learner; a generator of events."""

    def __init__(
        self,
        settings: TrainerSettings,
        learner: Learner,
        method: Method,
        hooks: TrainerHooks,
        control: TrainingControl,
    ) -> None:
        self._settings = settings
        self._learner = learner
        self._method = method
        self._hooks = hooks
        self._control = control
        self._stages = [stage for stage in method.stages if stage.epochs > 0]
        self._means = RunningMeans()
        self._facts: dict[str, float] = {}
        self._watch = Stopwatch()
        self._position = Position(self._stages[0].name if self._stages else "", 0, 0)
        self._global_step = 0
        self._epoch_seconds: dict[str, float] = {}
        self._saved_at = time.monotonic()
        self._optimizer: torch.optim.Optimizer | None = None
        self._scaler = torch.amp.GradScaler(
            learner.device.type, enabled=learner.precision is torch.float16
        )

    def events(self, state: RunState | None = None) -> Iterator[Event]:
        """Train to the end.

        Args:
            state: Where to go on; ``None`` to begin.

        Raises:
            Cancelled: The run was stopped; a checkpoint is saved.
            UserError: The loss is no number any more, or a checkpoint cannot be written.
        """
        if state is None:
            yield from self._hooks.evaluate("", -1)
            yield from self._hooks.rank("", -1, self._control.take_new_pins())
        for stage in self._stages_from(state):
            yield from self._train_stage(stage, state)
            state = None

    # ---- a stage, an epoch, a step

    def _train_stage(self, stage: Stage, state: RunState | None) -> Iterator[Event]:
        self._seed_torch("stage", stage.name)
        extra = self._method.begin_stage(stage)
        parameters = [*self._learner.module.parameters(), *(extra.parameters() if extra else ())]
        self._optimizer = torch.optim.SGD(
            [parameter for parameter in parameters if parameter.requires_grad],
            lr=stage.learning_rate,
            momentum=self._settings.momentum,
            weight_decay=self._settings.weight_decay,
        )
        self._position = Position(stage.name, 0, 0)
        if state is not None:
            self._restore(stage, state)
        self._saved_at = time.monotonic()
        for epoch in range(self._position.epoch, stage.epochs):
            yield from self._train_epoch(stage, epoch)

    def _train_epoch(self, stage: Stage, epoch: int) -> Iterator[Event]:
        started = time.monotonic()
        first_step = self._position.step
        if not first_step:
            self._means.clear()
            self._seed_torch("epoch", stage.name, epoch)
            self._learner.take_forward_seconds()
            with self._watch.part("prototypes"):
                self._facts = dict(self._method.begin_epoch(stage, epoch))
            passed = self._learner.take_forward_seconds()
            if passed:
                self._watch.move(passed, source="prototypes", target=REFRESH)
            yield EpochStarted(stage.name, epoch, self._facts)
        with self._learner.batches(stage.name, epoch, first_step) as batches:
            while True:
                with self._watch.part("data"):
                    batch = next(batches, None)
                if batch is None:
                    break
                yield self._train_step(stage, epoch, batch)
                yield from self._attend()
        self._position = Position(stage.name, epoch + 1, 0)
        yield self._epoch_ended(stage, epoch, time.monotonic() - started)
        yield from self._after_epoch(stage, epoch)

    def _train_step(self, stage: Stage, epoch: int, batch: Batch) -> StepLogged:
        assert self._optimizer is not None
        steps = self._learner.steps_per_epoch()
        progress = (epoch * steps + batch.step) / (stage.epochs * steps)
        rate = cosine_rate(stage.learning_rate, progress)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        with self._watch.part(PASSES):
            terms = self._method.losses(stage, progress, batch)
            total = _total_of(terms)
            self._optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward(self._scaler.scale(total))
            self._scaler.step(self._optimizer)
            self._scaler.update()
        with self._watch.part("banks"):
            self._method.after_step()
        values = {term.name: term.value for term in terms}
        self._means.add({**values, _TOTAL: total})
        numbers = dict(zip(values, torch.stack(list(values.values())).tolist(), strict=True))
        logged = StepLogged(
            stage=stage.name,
            epoch=epoch,
            step=batch.step,
            global_step=self._global_step,
            losses=numbers,
            total=total.item(),
            learning_rate=rate,
        )
        self._position = Position(stage.name, epoch, batch.step + 1)
        self._global_step += 1
        _check_number(logged)
        return logged

    def _epoch_ended(self, stage: Stage, epoch: int, seconds: float) -> EpochEnded:
        self._epoch_seconds[stage.name] = seconds
        losses = self._means.values()
        total = losses.pop(_TOTAL)
        return EpochEnded(
            stage=stage.name,
            epoch=epoch,
            losses=losses,
            total=total,
            facts={**self._facts, **self._method.epoch_facts()},
            seconds=seconds,
            seconds_left=self._seconds_left(stage, epoch + 1),
            parts=self._watch.take(),
        )

    def _after_epoch(self, stage: Stage, epoch: int) -> Iterator[Event]:
        settings, done = self._settings, epoch + 1
        is_last = done == stage.epochs
        if settings.evaluate_every and (done % settings.evaluate_every == 0 or is_last):
            yield from self._hooks.evaluate(stage.name, epoch)
        self._control.take_new_pins()
        yield from self._hooks.rank(stage.name, epoch, self._control.pinned)
        if done % settings.checkpoint_every == 0 or is_last:
            yield from self._save(with_encoder=True)

    # ---- wishes

    def _attend(self) -> Iterator[Event]:
        """Honour what a person asked for, and save when it is time."""
        control = self._control
        place = self._position
        if pins := control.take_new_pins():
            yield from self._hooks.rank(place.stage, place.epoch, pins)
        is_time = time.monotonic() - self._saved_at >= self._settings.checkpoint_seconds
        if control.should_pause():
            yield from self._save(with_encoder=False)
            yield RunPaused()
            control.wait_while_paused()
            if not control.should_stop():
                yield RunContinued()
        elif is_time or control.should_stop():
            yield from self._save(with_encoder=False)
        if control.should_stop():
            raise Cancelled

    # ---- saving and going on

    def _save(self, *, with_encoder: bool) -> Iterator[Event]:
        assert self._optimizer is not None
        state = RunState(
            position=self._position,
            global_step=self._global_step,
            data_fingerprint=self._settings.data_fingerprint,
            config=self._settings.config,
            module=self._learner.module.state_dict(),
            optimizer=self._optimizer.state_dict(),
            scaler=self._scaler.state_dict(),
            method=self._method.state(),
            sums={"means": self._means.state(), "facts": self._facts},
            random=torch.get_rng_state(),
        )
        yield from self._hooks.save(state, with_encoder)
        self._saved_at = time.monotonic()

    def _restore(self, stage: Stage, state: RunState) -> None:
        assert self._optimizer is not None
        self._learner.module.load_state_dict(state.module)
        self._optimizer.load_state_dict(state.optimizer)
        if state.scaler:
            self._scaler.load_state_dict(state.scaler)
        self._method.restore(stage, state.method)
        self._means.restore(state.sums["means"])
        self._facts = dict(state.sums["facts"])
        self._position = state.position
        self._global_step = state.global_step
        torch.set_rng_state(state.random)

    def _stages_from(self, state: RunState | None) -> list[Stage]:
        if state is None:
            return self._stages
        names = [stage.name for stage in self._stages]
        return self._stages[names.index(state.position.stage) :]

    def _seconds_left(self, stage: Stage, done: int) -> float:
        usual = max(self._epoch_seconds.values())
        rest = (stage.epochs - done) * self._epoch_seconds[stage.name]
        for later in self._stages[self._stages.index(stage) + 1 :]:
            rest += later.epochs * self._epoch_seconds.get(later.name, usual)
        return rest

    def _seed_torch(self, *parts: str | int) -> None:
        torch.manual_seed(int(stream(self._settings.seed, "torch", *parts).integers(_MAX_SEED)))


def cosine_rate(start: float, progress: float) -> float:
    """Return the learning rate after a part of a stage, 0..1, on its way to zero."""
    return start * 0.5 * (1.0 + math.cos(math.pi * progress))


def _total_of(terms: list[LossTerm]) -> Tensor:
    total = terms[0].value * terms[0].weight
    for term in terms[1:]:
        total = total + term.value * term.weight
    return total


def _check_number(logged: StepLogged) -> None:
    if not all(map(math.isfinite, (*logged.losses.values(), logged.total))):
        names = [name for name, value in logged.losses.items() if not math.isfinite(value)]
        raise UserError(
            f"The loss {names[0] if names else _TOTAL} is no number any more in step "
            f"{logged.step + 1} of epoch {logged.epoch + 1}; a smaller learning rate may help."
        )
