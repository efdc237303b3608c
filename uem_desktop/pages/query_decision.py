"""Whether the current query has a counterpart: its decision value beside the line."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QObject, Signal

from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.private_keeper import PrivateKeeper
from uem_desktop.pages.query_search import QuerySearch
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.retrieval.private_queries import PrivateQueries
from uem_desktop.retrieval.private_words import decision_sentence
from uem_desktop.retrieval.query_history import Query


class QueryDecision(QObject):
    """Follows the query, the values of its domain and the line.

    An image of the query domain has its value already. One from elsewhere, or several as one
    query, are judged in the background. An image of the gallery is its own counterpart, so
    nothing is decided.

    Attributes:
        value: The decision value; None while or where there is none.

    Signals:
        changed: `value` or `is_private` may be another one.
    """

    changed = Signal()

    def __init__(
        self,
        session: ExplorerSession,
        runner: JobRunner,
        search: QuerySearch,
        keeper: PrivateKeeper,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._search = search
        self._keeper = keeper
        self._job: Job | None = None
        self._judged: tuple[Query, PrivateQueries] | None = None
        self.value: float | None = None
        search.query_changed.connect(self._judge)
        search.result_changed.connect(self._judge)
        keeper.found_changed.connect(self._judge)
        keeper.line_changed.connect(self.changed)

    @property
    def is_private(self) -> bool:
        """Whether the query is called one without a counterpart."""
        threshold = self._keeper.threshold
        return self.value is not None and threshold is not None and self.value > threshold

    @property
    def sentence(self) -> str:
        """What was decided, and by which numbers; empty where nothing was."""
        if self.value is None or self._keeper.threshold is None:
            return ""
        return decision_sentence(self.value, self._keeper.threshold)

    def _judge(self) -> None:
        query, found = self._search.query, self._keeper.found
        if found is not None and self._judged == (query, found):
            return
        if self._job is not None:
            self._job.cancel()
        self._job = self._judged = None
        places = [self._session.locate(path) for path in query]
        self.value = None
        if found is None or not query or any(place and place[0] == "gallery" for place in places):
            pass
        elif len(places) == 1 and places[0] is not None:
            value = float(found.values[places[0][1]])
            self.value = None if math.isnan(value) else value
            self._judged = (query, found)
        elif (embedding := self._session.embedding_of(query)) is not None:
            self._judged = (query, found)
            self._job = self._runner.start(
                _judge, found, embedding, on_result=self._take, on_error=self._fail
            )
        self.changed.emit()

    def _take(self, value: float) -> None:
        self._job = None
        self.value = value
        self.changed.emit()

    def _fail(self, _sentence: str) -> None:
        self._job = None


def _judge(context: JobContext, found: PrivateQueries, embedding: np.ndarray) -> float:
    context.check()
    return found.judge(embedding)
