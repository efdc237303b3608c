"""Why the match that is looked at is one: computed for this pair alone, and only while wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.retrieval.belonging import Belonging, Neighbour, belonging_of, nearest_in
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.embedder_protocol import Embedder, PositionEmbeddings
from uem_desktop.retrieval.explorer_session import Side
from uem_desktop.retrieval.why import Explanation, PositionCache

_DELAY_MS = 40


@dataclass(frozen=True, slots=True)
class Pair:
    """A query and one of its matches."""

    query: Path
    match: Path


class WhyKeeper(QObject):
    """Explains one pair at a time.

    Attributes:
        pair: What is explained; None for nothing.
        explanation: The heat; None while it is computed, or where there is none.
        reason: Why there is none, in a sentence.
        own_side: The domain that the query is of; None before it is known.
        neighbours: What is nearest to the query in its own domain.
        belonging: The prototypes of both; None while they are not known.
        belonging_reason: Why they are not known, in a sentence.

    Signals:
        changed: Any of it is another one.
    """

    changed = Signal()

    def __init__(
        self, state: ExplorerState, runner: JobRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._runner = runner
        self._cache = PositionCache()
        self._jobs: list[Job] = []
        self._clear()
        self.pair: Pair | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self._start)
        state.loader.checkpoint_changed.connect(self.forget)
        state.prototypes.changed.connect(self._show_belonging)

    @property
    def is_running(self) -> bool:
        """Whether something is still to come."""
        return self._timer.isActive() or any(not job.is_over for job in self._jobs)

    def explain(self, pair: Pair | None) -> None:
        """Explain another pair; the work on the one before ends."""
        if pair == self.pair:
            return
        self.stop()
        self.pair = pair
        self._clear()
        if pair is not None:
            self._timer.start()
        self.changed.emit()

    def forget(self) -> None:
        """Explain nothing, for example because the encoder is another one."""
        self.explain(None)

    def stop(self) -> None:
        """End the work."""
        self._timer.stop()
        for job in self._jobs:
            job.cancel()
        self._jobs.clear()

    def _clear(self) -> None:
        self.explanation: Explanation | None = None
        self.reason = ""
        self.own_side: Side | None = None
        self.neighbours: tuple[Neighbour, ...] = ()
        self.belonging: Belonging | None = None
        self.belonging_reason = ""

    def _start(self) -> None:
        session, pair = self._state.session, self.pair
        if pair is None or session.checkpoint is None:
            return
        self._run(
            _explain, self._state.loader.ready_embedder(), self._cache,
            session.checkpoint.fingerprint, pair,
            on_result=self._take_explanation, on_error=self._fail_explanation,
        )  # fmt: skip
        place, embedding = session.locate(pair.query), session.embedding_of_image(pair.query)
        side: Side = place[0] if place is not None else "query"
        if embedding is not None and side in session.domains:
            own = session.domains[side].embeddings
            row = place[1] if place is not None else None
            category = session.category_of([pair.query])
            self.own_side = side
            self._run(_nearest, own, embedding, row, category, on_result=self._take_neighbours)
        self._state.prototypes.ask()
        self._show_belonging()

    def _run(self, function: Callable[..., Any], *args: Any, **handlers: Any) -> None:
        self._jobs = [job for job in self._jobs if not job.is_over]
        self._jobs.append(self._runner.start(function, *args, **handlers))

    def _take_explanation(self, found: Explanation) -> None:
        self.explanation = found
        self.changed.emit()

    def _fail_explanation(self, sentence: str) -> None:
        self.reason = sentence
        self.changed.emit()

    def _take_neighbours(self, found: tuple[Neighbour, ...]) -> None:
        self.neighbours = found
        self.changed.emit()

    def _show_belonging(self) -> None:
        session, pair, keeper = self._state.session, self.pair, self._state.prototypes
        if pair is None:
            return
        match, prototypes = session.locate(pair.match), keeper.found
        if match is not None and prototypes is not None:
            self.belonging = belonging_of(prototypes, session.locate(pair.query), match)
        self.belonging_reason = keeper.reason
        self.changed.emit()


def _explain(
    context: JobContext, embedder: Embedder, cache: PositionCache, encoder: str, pair: Pair
) -> Explanation:
    def positions(path: Path) -> PositionEmbeddings:
        context.check()
        return cache.get(path, encoder, lambda: embedder.embed_positions(path, context.should_stop))

    return Explanation(positions(pair.query), positions(pair.match))


def _nearest(
    context: JobContext,
    domain: DomainEmbeddings,
    embedding: np.ndarray,
    row: int | None,
    category: str | None,
) -> tuple[Neighbour, ...]:
    context.check()
    return nearest_in(domain, embedding, own_row=row, category=category)
