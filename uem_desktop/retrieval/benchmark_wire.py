"""The events of a benchmark as lines of JSON, from the process that runs it to the window."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from training.benchmark.events import (
    BenchmarkEnded,
    BenchmarkEvent,
    BenchmarkStarted,
    Measured,
    TrainingAdvanced,
    TrainingBegan,
    TrainingFailed,
)
from training.benchmark.plan import Training
from training.benchmark.results import Result
from training.events import PreparationAdvanced, UnknownEventError

_RESULTS_IN_A_LINE = 8
"""A longer line would keep the window's thread waiting while another thread reads it."""

_LEFT_OUT = ("by_category", "query_categories", "gallery_categories")


@dataclass(frozen=True, slots=True)
class FileRead:
    """What stands in the file of results beside the results, which follow.

    Attributes:
        about: Everything but the results.
        done: Trainings of its plan that have results.
        total: Trainings of its plan.
    """

    about: Mapping[str, Any]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ResultsRead:
    """Results that are in the file.

    Attributes:
        results: Without what only the file needs.
    """

    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class TablesWritten:
    """The tables of what is there so far are written.

    Attributes:
        page: Path of the page.
    """

    page: str


WorkerEvent = BenchmarkEvent | FileRead | ResultsRead | TablesWritten


def event_lines(event: WorkerEvent) -> Iterator[str]:
    """Write an event as lines of JSON; many results become several lines."""
    if isinstance(event, BenchmarkStarted):
        yield from event_lines(ResultsRead(event.results))
        event = replace(event, results=())
    if isinstance(event, ResultsRead):
        for start in range(0, len(event.results), _RESULTS_IN_A_LINE):
            yield _line(ResultsRead(event.results[start : start + _RESULTS_IN_A_LINE]))
    else:
        yield _line(event)


def parse_line(line: bytes | str) -> WorkerEvent:
    """Read an event.

    Raises:
        UnknownEventError: The line is none.
    """
    try:
        entries = json.loads(line)
        return _READERS[entries.pop("event")](entries)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnknownEventError(str(error)) from error


def _line(event: WorkerEvent) -> str:
    entries = asdict(event)
    if isinstance(event, Measured | ResultsRead):
        entries["results"] = [_slim(result.entry) for result in event.results]
    return json.dumps({"event": type(event).__name__, **entries})


def _slim(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in _LEFT_OUT}


def _training(entries: dict[str, Any]) -> Training:
    directions = tuple((query, gallery) for query, gallery in entries.pop("directions"))
    return Training(**entries, directions=directions)


def _of_training(kind: Callable[..., WorkerEvent]) -> Callable[[dict[str, Any]], WorkerEvent]:
    def read(entries: dict[str, Any]) -> WorkerEvent:
        entries["training"] = _training(entries["training"])
        if "results" in entries:
            entries["results"] = tuple(map(Result, entries["results"]))
        return kind(**entries)

    return read


def _started(entries: dict[str, Any]) -> WorkerEvent:
    return BenchmarkStarted(
        pairs=tuple((query, gallery) for query, gallery in entries["pairs"]),
        trainings=tuple(map(_training, entries["trainings"])),
        done=entries["done"],
        problems=tuple(entries["problems"]),
        device=entries["device"],
        results=(),
    )


_READERS: dict[str, Callable[[dict[str, Any]], WorkerEvent]] = {
    "PreparationAdvanced": lambda entries: PreparationAdvanced(**entries),
    "BenchmarkStarted": _started,
    "TrainingBegan": _of_training(TrainingBegan),
    "TrainingAdvanced": _of_training(TrainingAdvanced),
    "Measured": _of_training(Measured),
    "TrainingFailed": _of_training(TrainingFailed),
    "BenchmarkEnded": lambda entries: BenchmarkEnded(**entries),
    "FileRead": lambda entries: FileRead(**entries),
    "ResultsRead": lambda entries: ResultsRead(tuple(map(Result, entries["results"]))),
    "TablesWritten": lambda entries: TablesWritten(**entries),
}
