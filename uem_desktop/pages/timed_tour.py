"""Does in the window what a person does, and notes how long that takes and holds it up."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from training.atomic_file import atomic_file
from uem_desktop.pages.decision_desk import DecisionDesk
from uem_desktop.pages.explore import ExplorePage
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.mismatch_desk import MismatchDesk
from uem_desktop.pages.opener import Opener
from uem_desktop.pages.page_frame import PageFrame
from uem_desktop.pages.query_search import SearchState
from uem_desktop.retrieval.decisions import Judgement
from uem_desktop.retrieval.start_request import StartRequest

_TICK_MS = 1
_PAUSE_S = 1.0
_LEAST_TICKS = 3
"""So that what an action changed has been painted."""


class TouredWindow(Protocol):
    """What a tour needs of the window."""

    state: ExplorerState
    explore: ExplorePage
    opener: Opener
    frame: PageFrame
    decisions: DecisionDesk
    mismatches: MismatchDesk


@dataclass(frozen=True, slots=True)
class StepTime:
    """How long one thing took that a person did.

    Attributes:
        name: What it was.
        seconds: Until it was done and shown; None where it was not done in time.
        longest_gap_s: For how long the window did nothing else, at most.
        longest_own_s: How long it computed at most in such a gap, whatever else runs on the
            machine.
    """

    name: str
    seconds: float | None
    longest_gap_s: float
    longest_own_s: float


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    act: Callable[[], object]
    is_done: Callable[[], bool] = lambda: True


class _Gaps:
    """The longest time between two turns of the event loop."""

    def __init__(self) -> None:
        self.longest_s = self.longest_own_s = 0.0
        self.go_on()

    def go_on(self) -> None:
        """Note gaps from now on."""
        self._last = time.perf_counter(), time.thread_time()

    def note(self) -> None:
        """Note a turn of the event loop."""
        now = time.perf_counter(), time.thread_time()
        self.longest_s = max(self.longest_s, now[0] - self._last[0])
        self.longest_own_s = max(self.longest_own_s, now[1] - self._last[1])
        self._last = now


class TimedTour(QObject):
    """Opens two folders, goes through the pages, decides, and writes the times as JSON, then ends.

    Attributes:
        times: Of the steps so far.
    """

    def __init__(
        self, window: QWidget, request: StartRequest, target: Path, limit_s: float, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._window: TouredWindow = window  # type: ignore[assignment]
        self._target = target
        self._limit_s = limit_s
        self._steps = _steps(self._window, request)
        self._step: _Step | None = None
        self._began, self._ticks = time.perf_counter(), 0
        self._gaps = self._between = _Gaps()
        self.times: list[StepTime] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        self._gaps.note()
        seconds = time.perf_counter() - self._began
        if self._step is None:
            if seconds >= _PAUSE_S:
                self._go_on()
            return
        self._ticks += 1
        if self._ticks < _LEAST_TICKS:
            return
        if self._step.is_done():
            self._note(seconds)
        elif seconds >= self._limit_s:
            self._note(None)

    def _note(self, seconds: float | None) -> None:
        assert self._step is not None, "a step is timed"
        gaps = self._gaps
        self.times.append(StepTime(self._step.name, seconds, gaps.longest_s, gaps.longest_own_s))
        self._step, self._began = None, time.perf_counter()
        self._gaps = self._between
        self._gaps.go_on()

    def _go_on(self) -> None:
        self._step = next(self._steps, None)
        if self._step is None:
            self._end()
            return
        self._gaps, self._ticks = _Gaps(), 0
        self._began = time.perf_counter()
        self._step.act()

    def _end(self) -> None:
        self._timer.stop()
        between = self._between
        idle = StepTime("nothing, between the steps", 0.0, between.longest_s, between.longest_own_s)
        self.times.append(idle)
        with atomic_file(self._target) as temporary:
            temporary.write_text(json.dumps([asdict(one) for one in self.times], indent=2) + "\n")
        QCoreApplication.quit()


def _steps(window: TouredWindow, request: StartRequest) -> Iterator[_Step]:
    state, explore = window.state, window.explore
    answered = partial(_is_answered, state)
    yield _Step("open until answered", lambda: window.opener.open_request(request), answered)
    records = state.session.domains["query"].records
    for place in (len(records) // 2, len(records) - 1):
        path = records[place].path
        yield _Step(f"answer query {place + 1:,}", partial(state.search.ask, [path]), answered)
    for turn in ("first", "second"):
        for desk in window.frame.desks.values():
            show = partial(window.frame.show_page, desk.name)
            yield _Step(f"{desk.title}, {turn} showing", show)
    window.frame.show_page("explore")
    explore.match_panel.grid.setFocus()
    explore.match_panel.grid.setCurrentIndex(explore.match_panel.grid.model().index(0, 0))
    actions, search_field = window.decisions.actions, explore.query_panel.search_field
    accept = actions.judge[Judgement.ACCEPT].trigger
    yield _Step("accept a match", accept, lambda: _can_undo(window))
    yield _Step("undo", actions.undo.trigger, lambda: not _can_undo(window))
    name = records[len(records) // 2].path.name
    yield _Step(
        "filter by name",
        partial(search_field.setText, name),
        lambda: explore.query_panel.model.text == name,
    )
    yield _Step("filter no more", search_field.clear, lambda: not explore.query_panel.model.text)
    yield _Step("swap until answered", window.opener.swap, answered)
    yield _Step("swap back until answered", window.opener.swap, answered)
    keeper = window.mismatches.page.keeper
    show = partial(window.frame.show_page, "mismatches")
    yield _Step("all queries that fail", show, lambda: keeper.found is not None)
    if keeper.found is not None and len(keeper.places):
        step = partial(keeper.step, 1)
        yield _Step("the next query that fails", step, lambda: keeper.result is not None)


def _can_undo(window: TouredWindow) -> bool:
    journal = window.decisions.keeper.journal
    return journal is not None and journal.can_undo


def _is_answered(state: ExplorerState) -> bool:
    result, domains = state.search.result, state.session.domains
    return (
        state.session.is_complete
        and not state.loader.status.is_busy
        and state.search.state is SearchState.ANSWERED
        and result is not None
        and result.gallery_count == len(domains["gallery"].records)
    )
