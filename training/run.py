"""A whole run in its folder: prepare, train, save, and say how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

from filelock import FileLock, Timeout

from training.atomic_file import remove_quietly
from training.checkpoint import save_encoder
from training.config import TrainConfig
from training.config_files import config_text
from training.control import TrainingControl
from training.data.decided_pairs import RowPairs, pairs_by_row
from training.data.file_access import printable
from training.device import is_out_of_memory
from training.errors import Cancelled, UserError
from training.evaluate_run import RunEvaluator
from training.events import (
    CheckpointSaved,
    DecisionsUsed,
    Event,
    RunEnded,
    RunStarted,
    StageInfo,
)
from training.methods.method import Method
from training.methods.method_names import check_decisions, check_method
from training.methods.pair_links import PairLinks
from training.methods.registry import build_method
from training.preparation import Prepared, prepare
from training.run_folder import EventWriter, RunFolder
from training.run_state import RunState, load_state, save_state, saved_states, state_name
from training.threads import one_thread
from training.trainer import Trainer, TrainerHooks, TrainerSettings
from training.user_folders import cache_dir

_OUT_OF_MEMORY = (
    "The device ran out of memory; a smaller batch_size needs less, and the run can go on from "
    "its last checkpoint."
)


def run_training(
    folder: RunFolder,
    *,
    resume: bool,
    emit: Callable[[Event], None],
    control: TrainingControl,
    cache_root: Path | None = None,
) -> RunEnded:
    """Train as the settings in a run's folder say, to the end or until somebody stops it.

    Args:
        folder: A run, with its settings written.
        resume: Go on after the last checkpoint, where there is one.
        emit: Told every event; they are in ``events.jsonl`` too.
        control: What a person asks for meanwhile.
        cache_root: Where features are kept; the user's cache when ``None``.

    Returns:
        The last event.

    Raises:
        UserError: In one sentence, why it cannot begin or go on; the last event says it too.
    """
    config = folder.config()
    started = time.monotonic()
    lock = FileLock(folder.lock_path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UserError(f"Another process is training in {folder.path} already.") from None
    except OSError as error:
        raise folder.cannot_write(error) from error
    try:
        run = _Run(folder, config, emit, control, cache_root or cache_dir() / "views")
        return run.to_the_end(resume=resume, started=started)
    finally:
        lock.release()


class _Run:
    def __init__(
        self,
        folder: RunFolder,
        config: TrainConfig,
        emit: Callable[[Event], None],
        control: TrainingControl,
        cache_root: Path,
    ) -> None:
        self._folder = folder
        self._config = config
        self._tell = emit
        self._control = control
        self._cache_root = cache_root
        try:
            folder.checkpoints.mkdir(exist_ok=True)
            self._writer = EventWriter(folder.events_path)
        except OSError as error:
            raise folder.cannot_write(error) from error

    def to_the_end(self, *, resume: bool, started: float) -> RunEnded:
        """Train, and say how it ended whatever happens."""
        outcome, message = "stopped", "Interrupted; it can go on from its last checkpoint."
        encoder = ""
        try:
            encoder = self._train(resume=resume)
            outcome, message = "finished", ""
        except Cancelled:
            message = "Stopped; it can go on from here."
        except UserError as error:
            outcome, message = "failed", str(error)
            raise
        except Exception as error:
            outcome = "failed"
            if is_out_of_memory(error):
                message = _OUT_OF_MEMORY
                raise UserError(message) from error
            message = f"Something went wrong inside the training ({type(error).__name__}: {error})."
            raise
        finally:
            ended = RunEnded(outcome, message, time.monotonic() - started, encoder)
            try:
                self._emit(ended)
            except UserError:
                self._tell(ended)  # a full disk: whoever listens still hears how it ended
            self._writer.close()
        return ended

    def _train(self, *, resume: bool) -> str:
        """Return the name of the trained encoder's file."""
        config = self._config
        check_method(config.run.method)
        if config.run.use_decisions:
            check_decisions(config)
        prepared = prepare(
            config,
            cache_root=self._cache_root,
            report=self._emit,
            should_stop=self._control.should_stop,
        )
        pairs = self._pairs(prepared)
        method = build_method(config, prepared.learner, _links(pairs, prepared))
        state = self._last_state(method, prepared) if resume else None
        evaluator = RunEvaluator(method, prepared.images)
        self._emit(self._started(prepared, method, evaluator, state, pairs))
        trainer = Trainer(
            TrainerSettings(
                seed=config.run.seed,
                momentum=config.schedule.momentum,
                weight_decay=config.schedule.weight_decay,
                evaluate_every=config.run.evaluate_every,
                checkpoint_every=config.run.checkpoint_every,
                checkpoint_seconds=60 * config.run.checkpoint_minutes,
                data_fingerprint=prepared.data_fingerprint,
                config=config_text(config),
            ),
            prepared.learner,
            method,
            TrainerHooks(
                evaluator.evaluate,
                evaluator.rank,
                lambda state, with_encoder: self._save(prepared, method, state, with_encoder),
            ),
            self._control,
        )
        is_small = config.encoder.trainable == "head" and prepared.learner.device.type == "cpu"
        with one_thread() if is_small else nullcontext():
            for event in trainer.events(state):
                self._emit(event)
        encoder = prepared.learner.encoder()
        encoder.name = self._title()
        save_encoder(encoder, self._folder.encoder_path)
        return self._folder.encoder_path.name

    def _pairs(self, prepared: Prepared) -> RowPairs | None:
        """Return the decided pairs by row; None where no decision touches training."""
        if not self._config.run.use_decisions:
            return None
        return pairs_by_row(self._folder.pairs(), *(one.digests for one in prepared.images))

    def _title(self) -> str:
        """Name the encoder for people: the method, then the run."""
        return f"{self._config.run.method} · {printable(self._folder.path.name)}"

    def _emit(self, event: Event) -> None:
        try:
            self._writer.write(event)
        except OSError as error:
            raise self._folder.cannot_write(error) from error
        self._tell(event)

    def _save(
        self, prepared: Prepared, method: Method, state: RunState, with_encoder: bool
    ) -> Iterator[Event]:
        position = state.position
        base = self._folder.checkpoints / state_name(position)
        save_state(state, base.with_suffix(".pt"))
        if with_encoder:
            encoder = prepared.learner.encoder()
            encoder.name = f"{self._title()}, {position.stage} epoch {position.epoch}"
            save_encoder(encoder, base.with_suffix(".safetensors"))
        self._prune(method)
        yield CheckpointSaved(
            stage=position.stage,
            epoch=position.epoch,
            step=position.step,
            state=f"checkpoints/{base.name}.pt",
            encoder=f"checkpoints/{base.name}.safetensors" if with_encoder else "",
        )

    def _prune(self, method: Method) -> None:
        """Delete old states; the newest ones and those at the end of a stage stay."""
        ends = {(stage.name, stage.epochs, 0) for stage in method.stages}
        names = tuple(stage.name for stage in method.stages)
        found = saved_states(self._folder.checkpoints, names)
        for position, path in found[self._config.run.keep_states :]:
            if (position.stage, position.epoch, position.step) not in ends:
                remove_quietly(path)

    def _last_state(self, method: Method, prepared: Prepared) -> RunState | None:
        """Return the furthest state that can be read; ``None`` where there is none."""
        names = tuple(stage.name for stage in method.stages)
        problem: UserError | None = None
        for _, path in saved_states(self._folder.checkpoints, names):
            try:
                state = load_state(path)
            except UserError as error:
                problem = problem or error
                continue
            if state.data_fingerprint != prepared.data_fingerprint:
                raise UserError(
                    "The images have changed since this run began, so it cannot go on; start a "
                    "new one."
                )
            return state
        if problem is not None:
            raise problem
        return None

    def _started(
        self,
        prepared: Prepared,
        method: Method,
        evaluator: RunEvaluator,
        state: RunState | None,
        pairs: RowPairs | None,
    ) -> RunStarted:
        config, steps = self._config, prepared.learner.steps_per_epoch()
        a, b = prepared.images
        return RunStarted(
            method=config.run.method,
            trainable=config.encoder.trainable,
            seed=config.run.seed,
            device=prepared.device_text,
            stages=tuple(StageInfo(one.name, one.epochs, steps) for one in method.stages),
            images_a=len(a),
            images_b=len(b),
            skipped=tuple((str(one.path), one.reason) for one in (*a.failures, *b.failures)),
            has_categories=evaluator.has_categories,
            data_fingerprint=prepared.data_fingerprint,
            encoder=prepared.encoder_title,
            went_on_from=None if state is None else state.position,
            decisions=None
            if pairs is None
            else DecisionsUsed(pairs.accepted_count, pairs.rejected_count, pairs.unknown_count),
        )


def _links(pairs: RowPairs | None, prepared: Prepared) -> PairLinks | None:
    learner = prepared.learner
    return None if pairs is None else PairLinks(pairs, learner.counts, learner.device)
