"""What happens while a benchmark runs; every entry is plain data.

Work before a training, such as features, is told by `training.events.PreparationAdvanced`.
"""

from __future__ import annotations

from dataclasses import dataclass

from training.benchmark.plan import Training
from training.benchmark.results import Result
from training.events import PreparationAdvanced


@dataclass(frozen=True, slots=True)
class BenchmarkStarted:
    """Everything is read and nothing stands in the way.

    Attributes:
        pairs: (query domain, gallery domain), in the order of the tables.
        trainings: All that belong to the plan, in their order.
        done: How many of them were done before.
        problems: What looks wrong with the data, one sentence each.
        device: What computes, in words.
        results: Those that were there already.
    """

    pairs: tuple[tuple[str, str], ...]
    trainings: tuple[Training, ...]
    done: int
    problems: tuple[str, ...]
    device: str
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class TrainingBegan:
    """One training begins.

    Attributes:
        training: Which.
        number: Counted from 1 among all of the plan.
        total: Trainings of the plan.
    """

    training: Training
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class TrainingAdvanced:
    """An epoch of the training that is going on is over.

    Attributes:
        training: Which.
        stage: Name of the stage.
        epoch: Epochs of the stage that are done.
        epochs: Epochs that the stage has.
        seconds_left: Time to the end of this training; None while that cannot be said.
    """

    training: Training
    stage: str
    epoch: int
    epochs: int
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """Results of one training are on the disk.

    Attributes:
        training: Which.
        results: One for each direction and, with help at retrieval time, another.
        done: Trainings of the plan that are done.
        total: Trainings of the plan.
        seconds_left: Time to the end of the plan, at the speed so far.
    """

    training: Training
    results: tuple[Result, ...]
    done: int
    total: int
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class TrainingFailed:
    """One training came to nothing; the others go on.

    Attributes:
        training: Which.
        message: One sentence for people.
    """

    training: Training
    message: str


@dataclass(frozen=True, slots=True)
class BenchmarkEnded:
    """The last event.

    Attributes:
        outcome: ``"finished"``, ``"stopped"`` or ``"failed"``.
        message: One sentence for people; empty when there is nothing to say.
        seconds: How long it took since it was started or continued.
        failures: Trainings that came to nothing.
    """

    outcome: str
    message: str
    seconds: float
    failures: int


BenchmarkEvent = (
    PreparationAdvanced
    | BenchmarkStarted
    | TrainingBegan
    | TrainingAdvanced
    | Measured
    | TrainingFailed
    | BenchmarkEnded
)
