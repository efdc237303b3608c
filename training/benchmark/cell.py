"""One training of a benchmark, from its images to its results."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from training.benchmark.domains import CutDomain
from training.benchmark.events import TrainingAdvanced
from training.benchmark.measuring import MeasuredSide, Rows, direction_numbers
from training.benchmark.plan import BenchmarkPlan, Training
from training.benchmark.results import NO_HELP, Result
from training.benchmark.start import Start
from training.benchmark.unfinished import Unfinished
from training.config_files import config_text
from training.control import TrainingControl
from training.data.scenarios import Scenario
from training.errors import Cancelled
from training.events import EpochEnded, Event
from training.learners.learner import Learner
from training.methods.method import Method
from training.methods.registry import build_method
from training.preparation import build_learner
from training.threads import one_thread
from training.trainer import Trainer, TrainerHooks, TrainerSettings


def run_cell(
    plan: BenchmarkPlan,
    training: Training,
    scenario: Scenario,
    domains: tuple[CutDomain, CutDomain],
    start: Start,
    *,
    folder: Path,
    emit: Callable[[TrainingAdvanced], None],
    control: TrainingControl,
) -> tuple[Result, ...]:
    """Train once and measure every direction; the last epoch counts.

    Args:
        plan: The whole plan.
        training: What to train.
        scenario: Which categories each side keeps.
        domains: Domain A and domain B.
        start: Where learning starts.
        folder: Where a training of the whole encoder keeps its state until it is finished.
        emit: Told after each epoch.
        control: Honoured between two steps.

    Raises:
        UserError: In one sentence, why it came to nothing.
        Cancelled: Somebody wants to stop.
    """
    config = plan.config_for(training)
    started = time.monotonic()
    learning = (domains[0].learning, domains[1].learning)
    encoder = start.encoder(config, learning)
    is_small = config.encoder.trainable == "head" and encoder.device.type == "cpu"
    with one_thread() if is_small else nullcontext():
        learner = build_learner(config, encoder, learning)
        method = build_method(config, learner)
        identity = f"{config_text(config)}\n# {training}"
        fingerprint = "-".join(domain.images.fingerprint for domain in learning)
        kept = Unfinished(folder, identity, fingerprint)
        _train(plan, training, method, learner, kept, emit, control)
        trained_seconds = time.monotonic() - started
        sides = _measured_sides(plan, training, domains, method, learner)
        results = tuple(
            _result(plan, training, scenario, direction, sides, help_names, trained_seconds)
            for direction in training.directions
            for help_names in dict.fromkeys([(), plan.retrieval_help])
        )
    kept.forget()
    return results


def _train(
    plan: BenchmarkPlan,
    training: Training,
    method: Method,
    learner: Learner,
    kept: Unfinished,
    emit: Callable[[TrainingAdvanced], None],
    control: TrainingControl,
) -> None:
    config = plan.config
    takes_hours = config.encoder.trainable == "all"
    settings = TrainerSettings(
        seed=training.seed,
        momentum=config.schedule.momentum,
        weight_decay=config.schedule.weight_decay,
        evaluate_every=0,
        checkpoint_every=config.run.checkpoint_every,
        checkpoint_seconds=60 * config.run.checkpoint_minutes,
        data_fingerprint=kept.data_fingerprint,
        config=kept.identity,
    )
    save = kept.save if takes_hours else _nothing
    trainer = Trainer(settings, learner, method, TrainerHooks(_nothing, _nothing, save), control)
    epochs = {stage.name: stage.epochs for stage in method.stages}
    for event in trainer.events(kept.load() if takes_hours else None):
        if isinstance(event, EpochEnded):
            done, total = event.epoch + 1, epochs[event.stage]
            emit(TrainingAdvanced(training, event.stage, done, total, event.seconds_left))
    if control.should_stop():
        raise Cancelled


def _nothing(*_given: object) -> Iterator[Event]:
    return iter(())


def _measured_sides(
    plan: BenchmarkPlan,
    training: Training,
    domains: tuple[CutDomain, CutDomain],
    method: Method,
    learner: Learner,
) -> dict[str, MeasuredSide]:
    """Embed what was learned from and what is measured, by domain."""
    learned = [_embeddings(method, domain) for domain in (0, 1)]
    measured = learned
    if plan.heldout:
        config = plan.config_for(training)
        held_out = (domains[0].measured, domains[1].measured)
        fresh = build_learner(config, learner.encoder(), held_out)
        method = build_method(config, fresh)
        measured = [_embeddings(method, domain) for domain in (0, 1)]
    names = (training.domain_a, training.domain_b)
    return {
        name: MeasuredSide(
            learned[number],
            measured[number],
            [record.category for record in domains[number].measured.images.records],
        )
        for number, name in enumerate(names)
    }


def _embeddings(method: Method, domain: int) -> Rows:
    rows: Rows = method.embed_all(domain).float().cpu().numpy()
    return rows


def _result(
    plan: BenchmarkPlan,
    training: Training,
    scenario: Scenario,
    direction: tuple[str, str],
    sides: dict[str, MeasuredSide],
    help_names: tuple[str, ...],
    trained_seconds: float,
) -> Result:
    started = time.monotonic()
    query, gallery = direction
    numbers = direction_numbers(
        sides[query],
        sides[gallery],
        seed=training.seed,
        shared=scenario.gallery_categories if training.setting == "open-set" else None,
        help_names=help_names,
    )
    entry: dict[str, Any] = {
        "setting": training.setting,
        "method": training.method,
        "query_domain": query,
        "gallery_domain": gallery,
        "seed": training.seed,
        "retrieval_help": "+".join(help_names) or NO_HELP,
        **numbers,
        "query_categories": list(scenario.query_categories),
        "gallery_categories": list(scenario.gallery_categories),
        "trained_on": {
            name: len(sides[name].learning) for name in (training.domain_a, training.domain_b)
        },
        "heldout": plan.heldout,
        "seconds": trained_seconds,
        "measuring_seconds": time.monotonic() - started,
    }
    return Result(entry)
