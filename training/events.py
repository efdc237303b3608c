"""What happens in a run, one frozen dataclass for each kind and one JSON object a line.

``events.jsonl`` of a run, the standard output of a training process and the window's plots all
speak these. Times are seconds since 1970, durations seconds, losses plain numbers, mAP percent.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class StageInfo:
    """One stage of a method.

    Attributes:
        name: ``"IDSE"`` or ``"CDSM"`` for UEM.
        epochs: How many it has.
        steps: Steps of each of its epochs.
    """

    name: str
    epochs: int
    steps: int


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a run.

    Attributes:
        stage: Name of the stage.
        epoch: Counted from 0 within the stage.
        step: Steps of this epoch that are done.
    """

    stage: str
    epoch: int
    step: int


@dataclass(frozen=True, slots=True)
class DecisionsUsed:
    """What a person decided, as far as it takes part in training.

    Attributes:
        accepted: Pairs that must be matched.
        rejected: Pairs that cannot be.
        not_found: Decided pairs that are left out: an image of them is not among those that learn,
            or both are in one domain.
    """

    accepted: int
    rejected: int
    not_found: int


@dataclass(frozen=True, slots=True)
class PreparationAdvanced:
    """Work before the first step went on.

    Attributes:
        task: What is being done, ``"Features of domain A"`` for example.
        done: Images that are finished.
        total: Images there are.
        seconds: Time since the task began.
        seconds_left: Time to go; None while that cannot be said.
    """

    task: str
    done: int
    total: int
    seconds: float
    seconds_left: float | None
    time: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class RunStarted:
    """Training begins, or goes on after a checkpoint.

    A run that goes on repeats what came after its checkpoint: of two steps with the same place the
    later one counts.

    Attributes:
        method: Name of the method.
        trainable: ``"head"`` or ``"all"``.
        seed: Seed of all random numbers.
        device: Device in words.
        stages: The plan.
        images_a: Images of domain A that learn.
        images_b: Images of domain B that learn.
        skipped: (path, reason) of files that could not be read.
        has_categories: Whether both domains have categories, so that mAP can be measured.
        data_fingerprint: Identifies the images of both domains by content.
        encoder: Title of the encoder that learning starts from.
        went_on_from: Where the checkpoint stood, for a run that goes on.
        decisions: The decisions that take part; None where none does.
    """

    method: str
    trainable: str
    seed: int
    device: str
    stages: tuple[StageInfo, ...]
    images_a: int
    images_b: int
    skipped: tuple[tuple[str, str], ...]
    has_categories: bool
    data_fingerprint: str
    encoder: str
    went_on_from: Position | None = None
    decisions: DecisionsUsed | None = None
    time: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class EpochStarted:
    """An epoch begins; clusters and prototypes of this epoch are known.

    Attributes:
        stage: Name of the stage.
        epoch: Counted from 0 within the stage.
        facts: ``alpha``, ``clusters_a``, ``clusters_b``, ``merged``, ``bound``: what the method
            knows; a method without prototypes leaves them out.
    """

    stage: str
    epoch: int
    facts: Mapping[str, float]
    time: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class StepLogged:
    """One step of the optimiser.

    Attributes:
        stage: Name of the stage.
        epoch: Counted from 0 within the stage.
        step: Counted from 0 within the epoch.
        global_step: Counted from 0 over the whole run.
        losses: Loss terms by name, before weights.
        total: What was minimised.
        learning_rate: Of this step.
    """

    stage: str
    epoch: int
    step: int
    global_step: int
    losses: Mapping[str, float]
    total: float
    learning_rate: float
    time: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class EpochEnded:
    """An epoch is over.

    Attributes:
        stage: Name of the stage.
        epoch: Counted from 0 within the stage.
        losses: Means of the loss terms over the epoch's steps.
        total: Mean of what was minimised.
        facts: As in `EpochStarted`, and ``reliable_share_a``, ``bank_agreement_a`` and the like.
        seconds: How long it took.
        seconds_left: Time to the end of the run.
        parts: Seconds of it by what they were spent on.
    """

    stage: str
    epoch: int
    losses: Mapping[str, float]
    total: float
    facts: Mapping[str, float]
    seconds: float
    seconds_left: float | None
    parts: Mapping[str, float] = field(default_factory=dict)
    time: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The encoder was measured on its own two domains; categories are read here and only here.

    Attributes:
        stage: Name of the stage; empty before the first step.
        epoch: Epoch that has just ended; -1 before the first one.
        map_plain: mAP@All, plain, percent, by ``"a_to_b"`` and ``"b_to_a"``.
        map_interpolated: The same, interpolated and averaged over categories.
        num_queries: Queries that could be scored, both directions.
    """

    stage: str
    epoch: int
    map_plain: Mapping[str, float]
    map_interpolated: Mapping[str, float]
    num_queries: int
    time: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class CheckpointSaved:
    """A checkpoint is on the disk.

    Attributes:
        stage: Name of the stage.
        epoch: Epochs of this stage that are done, or the one that is going on.
        step: Steps done in an epoch that is going on, 0 between epochs.
        state: File with everything that going on needs, below the run's folder.
        encoder: File that the explorer and ``uem`` take, below the run's folder; empty for a
            checkpoint within an epoch.
    """

    stage: str
    epoch: int
    step: int
    state: str
    encoder: str
    time: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class PinnedRanked:
    """A pinned query was ranked by the encoder as it is now.

    Attributes:
        stage: Name of the stage; empty before the first step.
        epoch: Epoch that has just ended, or is going on; -1 before the first one.
        domain: ``"a"`` or ``"b"``, where the query is from; the other one was searched.
        query: Path of the query.
        matches: (path, similarity) of the first matches, best first.
    """

    stage: str
    epoch: int
    domain: str
    query: str
    matches: tuple[tuple[str, float], ...]
    time: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class RunPaused:
    """The run waits; everything is saved."""

    time: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class RunContinued:
    """The run goes on after a pause."""

    time: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The last event.

    Attributes:
        outcome: ``"finished"``, ``"stopped"`` or ``"failed"``.
        message: One sentence for people; empty when there is nothing to say.
        seconds: How long the run took since it was started or continued.
        encoder: The trained encoder's file below the run's folder; empty unless finished.
    """

    outcome: str
    message: str
    seconds: float
    encoder: str = ""
    time: float = field(default_factory=time.time)


Event = (
    PreparationAdvanced
    | RunStarted
    | EpochStarted
    | StepLogged
    | EpochEnded
    | Evaluated
    | PinnedRanked
    | CheckpointSaved
    | RunPaused
    | RunContinued
    | RunEnded
)

_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in Event.__args__}


class UnknownEventError(ValueError):
    """A line is no event, or one of a newer version."""


def event_line(event: Event) -> str:
    """Return an event as one line of JSON, without the line's end."""
    return json.dumps({"event": type(event).__name__, **asdict(event)}, separators=(",", ":"))


def parse_event(line: str | bytes) -> Event:
    """Read what `event_line` wrote; entries that this version does not know are left out.

    Raises:
        UnknownEventError: If it is none.
    """
    try:
        entries = json.loads(line)
        kind = _KINDS[entries.pop("event")]
        known = {entry.name for entry in fields(kind)}
        event = kind(**{name: entries[name] for name in entries if name in known})
        return _with_parts(event)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnknownEventError(f"no event: {error}") from error


def _with_parts(event: Any) -> Event:
    if isinstance(event, RunStarted):
        stages = tuple(StageInfo(**stage) for stage in event.stages)  # type: ignore[arg-type]
        place = event.went_on_from
        object.__setattr__(event, "stages", stages)
        object.__setattr__(event, "skipped", tuple((path, why) for path, why in event.skipped))
        if place is not None:
            object.__setattr__(event, "went_on_from", Position(**place))  # type: ignore[arg-type]
        if (used := event.decisions) is not None:
            object.__setattr__(event, "decisions", DecisionsUsed(**used))  # type: ignore[arg-type]
    if isinstance(event, PinnedRanked):
        matches = tuple((path, similarity) for path, similarity in event.matches)
        object.__setattr__(event, "matches", matches)
    return event  # type: ignore[no-any-return]
