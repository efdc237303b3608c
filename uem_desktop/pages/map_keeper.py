"""What one map shows, computed in the background: layout, AP, neighbours; and its prototypes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from training.evaluation.query_results import QueryResults
from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.prototype_keeper import PrototypeKeeper
from uem_desktop.pages.study import PairKey, key_of
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import DomainPair
from uem_desktop.retrieval.layout import Method, layout_of
from uem_desktop.retrieval.map_neighbours import Neighbours, nearest_across
from uem_desktop.retrieval.map_points import MapPoints
from uem_desktop.retrieval.prototypes import Prototypes
from uem_desktop.retrieval.search import results_of_all

STOPPED = "Stopped; there is no map yet."


class MapKeeper(QObject):
    """Keeps the map of the embeddings that one checkpoint makes of both domains.

    Everything is of the embeddings as the encoder made them, without retrieval help.

    Attributes:
        method: How the plane is made.
        points: The map; None while there is none.
        sentence: Why there is none, where that needs saying.
        share_done: How far the layout is, 0..1.
        is_stopped: Whether a person stopped the work, or it failed.
        results: What each query comes to; None until that is asked for and there.
        neighbours: Of the images that were asked for; None while there are none.

    Signals:
        points_changed: `points`, `is_running` or `sentence` changed.
        progressed: `share_done` changed.
        prototypes_changed: `prototypes` are known.
        results_changed: `results` changed.
        neighbours_changed: `neighbours` changed.
        failed(str): Why something beside the layout is not known.
    """

    points_changed = Signal()
    progressed = Signal()
    prototypes_changed = Signal()
    results_changed = Signal()
    neighbours_changed = Signal()
    failed = Signal(str)

    def __init__(
        self,
        domains: Callable[[], DomainPair | None],
        prototypes: PrototypeKeeper,
        runner: JobRunner,
        parent: QObject | None = None,
        *,
        finish: Callable[[MapPoints], MapPoints] | None = None,
    ) -> None:
        """Keep a map.

        Args:
            domains: Gives query and gallery domain as they are embedded now; None while either
                is not.
            prototypes: Keeps those of the same domains, for other pages too.
            runner: Does the work.
            parent: The owner.
            finish: Makes of a layout what is shown of it; costs no more than a moment.
        """
        super().__init__(parent)
        self._domains = domains
        self._finish = finish
        self._runner = runner
        self._shared = prototypes
        self._waits_for_prototypes = False
        self._jobs: dict[str, Job] = {}
        self._key: tuple[PairKey, Method] | None = None
        self._known: dict[tuple[PairKey, Method], MapPoints] = {}
        self._asked: tuple[NDArray[np.int64], int] | None = None
        self.method: Method = "pca"
        self.points: MapPoints | None = None
        self.sentence = ""
        self.share_done = 0.0
        self.is_stopped = False
        self.results: QueryResults | None = None
        self.neighbours: Neighbours | None = None
        prototypes.changed.connect(self._note_prototypes)

    @property
    def is_running(self) -> bool:
        """Whether the layout is being computed."""
        return "layout" in self._jobs

    def is_asked(self, what: str) -> bool:
        """Whether ``"prototypes"``, ``"results"`` or ``"neighbours"`` are being computed."""
        return self._shared.is_running if what == "prototypes" else what in self._jobs

    @property
    def prototypes(self) -> Prototypes | None:
        """The unified prototypes of what is laid out; None while they are not known."""
        found, points = self._shared.found, self.points
        if found is None or points is None:
            return None
        is_same = found.query is points.query and found.gallery is points.gallery
        return found if is_same else None

    # ---- the layout

    def set_method(self, method: Method) -> None:
        """Lay out in another way."""
        self.method = method
        self.update()

    def update(self) -> None:
        """Show the map of the two domains as they are now, computing it where needed."""
        domains = self._domains()
        key = None if domains is None else (key_of(domains), self.method)
        if key is not None and key == self._key:
            return
        before, self._key = self._key, key
        self._cancel("layout")
        self.is_stopped, self.sentence = False, ""
        if before is None or key is None or before[0] != key[0]:
            self._forget_the_rest()
        points = self._known.get(key) if key is not None else None
        if key is not None and domains is not None and points is None:
            self.share_done = 0.0
            self._start("layout", _lay_out, *domains, self.method, on_result=self._take_points)
        self._show(points)

    def forget_finished(self) -> None:
        """Make again of the layout what is shown of it, at the next update."""
        if self.points is not None:
            self._key = None

    def stop(self) -> None:
        """Stop the layout; `go_on` begins it again."""
        if self.is_running:
            self._cancel("layout")
            self.is_stopped, self.sentence = True, STOPPED
            self.points_changed.emit()

    def go_on(self) -> None:
        """Begin again what was stopped or failed."""
        self._key = None
        self.update()

    def close(self) -> None:
        """Stop all work."""
        for what in list(self._jobs):
            self._cancel(what)

    def _take_points(self, points: MapPoints) -> None:
        if self._key is not None:
            self._known = {k: v for k, v in self._known.items() if k[0] == self._key[0]}
            self._known[self._key] = points
        self._show(points)

    def _show(self, points: MapPoints | None) -> None:
        if points is not None and self._finish is not None:
            points = self._finish(points)
        self.points = points
        self.points_changed.emit()
        if self._asked is not None and points is not None and self.neighbours is None:
            self.ask_neighbours(*self._asked)

    # ---- what is asked for

    def ask_prototypes(self) -> None:
        """Let the prototypes be computed, unless they are known or being computed."""
        if self._domains() is not None and self.prototypes is None:
            self._waits_for_prototypes = True
            self._shared.ask()
            if self._waits_for_prototypes:
                self._note_prototypes()

    def drop_results(self) -> None:
        """Stop computing AP, which nobody waits for any more."""
        self._cancel("results")

    def ask_results(self) -> None:
        """Compute AP of all queries, unless it is known or being computed."""
        domains = self._domains()
        if domains is not None and self.results is None and "results" not in self._jobs:
            self._start("results", _results, *domains, on_result=self._take_results)

    def ask_neighbours(self, images: NDArray[np.int64], top_k: int) -> None:
        """Find the nearest of the other domain of some images; nothing for no images."""
        self._cancel("neighbours")
        self._asked = (images, top_k) if len(images) else None
        if self.points is None or not len(images):
            self._take_neighbours(None)
        else:
            self._start(
                "neighbours", _nearest, self.points, images, top_k,
                on_result=self._take_neighbours,
            )  # fmt: skip

    def _note_prototypes(self) -> None:
        if self.prototypes is not None:
            self._waits_for_prototypes = False
            self.prototypes_changed.emit()
        elif self._waits_for_prototypes and self._shared.reason and not self._shared.is_running:
            self._waits_for_prototypes = False
            self.failed.emit(self._shared.reason)

    def _take_results(self, results: QueryResults) -> None:
        self.results = results
        self.results_changed.emit()

    def _take_neighbours(self, neighbours: Neighbours | None) -> None:
        self.neighbours = neighbours
        self.neighbours_changed.emit()

    def _forget_the_rest(self) -> None:
        for what in ("results", "neighbours"):
            self._cancel(what)
        self._waits_for_prototypes = False
        self.results, self.neighbours = None, None

    # ---- jobs

    def _start(
        self, what: str, function: Callable[..., Any], *args: Any, on_result: Callable[[Any], None]
    ) -> None:
        job = self._runner.start(
            function,
            *args,
            lane="study",
            on_result=lambda result: self._end(what, job, on_result, result),
            on_error=lambda sentence: self._end(what, job, self._fail_of(what), sentence),
            on_progress=self._note_progress if what == "layout" else None,
        )
        self._jobs[what] = job

    def _end(self, what: str, job: Job, take: Callable[[Any], None], value: Any) -> None:
        if self._jobs.get(what) is job:
            del self._jobs[what]
            take(value)

    def _fail_of(self, what: str) -> Callable[[str], None]:
        return self._fail_layout if what == "layout" else self.failed.emit

    def _fail_layout(self, sentence: str) -> None:
        self.is_stopped, self.sentence = True, sentence
        self.points_changed.emit()

    def _note_progress(self, share_done: float) -> None:
        if self.is_running:
            self.share_done = share_done
            self.progressed.emit()

    def _cancel(self, what: str) -> None:
        job = self._jobs.pop(what, None)
        if job is not None:
            job.cancel()


def _lay_out(
    context: JobContext, query: DomainEmbeddings, gallery: DomainEmbeddings, method: Method
) -> MapPoints:
    layout = layout_of(
        query, gallery, method, on_progress=context.report, should_stop=context.should_stop
    )
    return MapPoints(query, gallery, layout)


def _results(
    context: JobContext, query: DomainEmbeddings, gallery: DomainEmbeddings
) -> QueryResults:
    return results_of_all(query, gallery, should_stop=context.should_stop)


def _nearest(
    context: JobContext, points: MapPoints, images: NDArray[np.int64], top_k: int
) -> Neighbours:
    return nearest_across(points, images, top_k, should_stop=context.should_stop)
