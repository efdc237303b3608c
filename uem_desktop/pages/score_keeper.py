"""Computes the numbers of the whole query domain when both domains are complete."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from training.evaluation.retrieval_scores import RetrievalScores
from uem_desktop.jobs.job import JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.study import Study, key_of
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.retrieval.search import evaluate


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
        self._study: Study[RetrievalScores] = Study(session, runner, parent=self)
        self._study.changed.connect(self.scores_changed)

    @property
    def scores(self) -> RetrievalScores | None:
        """The numbers of the direction that is shown; None while they are not known."""
        return self._study.found

    @property
    def sentence(self) -> str:
        """Why they are not known, where that needs saying."""
        return self._study.sentence

    @property
    def is_running(self) -> bool:
        """Whether the numbers are being computed."""
        return self._study.is_running

    def update(self) -> None:
        """Show the numbers of the two domains as they are now, computing them where needed."""
        pair = self._session.searched_pair()
        if pair is None or not all(domain.has_categories for domain in pair):
            self._study.show_nothing()
        else:
            self._study.show(key_of(pair), _evaluate, *pair)
            self._study.go_on()  # what failed is tried again


def _evaluate(
    context: JobContext, query: DomainEmbeddings, gallery: DomainEmbeddings
) -> RetrievalScores:
    return evaluate(query, gallery, should_stop=context.should_stop)
