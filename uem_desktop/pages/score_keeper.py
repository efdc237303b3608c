"""Computes the numbers of the whole query domain when both domains are complete."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from training.evaluation.retrieval_scores import RetrievalScores
from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.retrieval.search import evaluate

_Key = tuple[DomainEmbeddings, DomainEmbeddings, int, int]


class ScoreKeeper(QObject):
    """Keeps the scores of each direction, so that swapping back costs nothing.

    With retrieval-time help these are the scores with help, and there are none until it is there.

    Signals:
        scores_changed: `scores`, `is_running` or `sentence` changed.
    """

    scores_changed = Signal()

    def __init__(
        self, session: ExplorerSession, runner: JobRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._job: Job | None = None
        self._job_key: _Key | None = None
        self._known: dict[_Key, RetrievalScores] = {}
        self.scores: RetrievalScores | None = None
        self.sentence = ""

    @property
    def is_running(self) -> bool:
        """Whether the numbers are being computed."""
        return self._job is not None

    def update(self) -> None:
        """Show the numbers of the two domains as they are now, computing them where needed."""
        key = self._key()
        if key is not None and key == self._job_key:
            return
        self._cancel()
        self.scores = self._known.get(key) if key else None
        self.sentence = ""
        if key is not None and self.scores is None:
            self._job_key = key
            self._job = self._runner.start(
                _evaluate,
                key[0],
                key[1],
                lane="study",
                on_result=self._take,
                on_error=self._fail,
            )
        self.scores_changed.emit()

    def _key(self) -> _Key | None:
        session = self._session
        if not session.is_complete:
            return None
        query, gallery = session.searched("query"), session.searched("gallery")
        if query is None or gallery is None:
            return None
        if not (query.has_categories and gallery.has_categories):
            return None
        if not query.ready_count or not gallery.ready_count:
            return None
        return query, gallery, query.ready_count, gallery.ready_count

    def _take(self, scores: RetrievalScores) -> None:
        if self._job_key is not None:
            live = [domain.embeddings for domain in self._session.domains.values()]
            live += self._job_key[:2]
            self._known = {k: v for k, v in self._known.items() if k[0] in live and k[1] in live}
            self._known[self._job_key] = scores
        self._job = self._job_key = None
        self.scores = scores
        self.scores_changed.emit()

    def _fail(self, sentence: str) -> None:
        self._job = self._job_key = None
        self.sentence = sentence
        self.scores_changed.emit()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job = self._job_key = None


def _evaluate(
    context: JobContext, query: DomainEmbeddings, gallery: DomainEmbeddings
) -> RetrievalScores:
    return evaluate(query, gallery, should_stop=context.should_stop)
