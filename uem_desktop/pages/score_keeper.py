"""Computes the numbers of the whole query domain when both domains are complete."""

from __future__ import annotations

from PySide6.QtCore import QObject

from training.evaluation.retrieval_scores import RetrievalScores
from uem_desktop.jobs.job import JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.study import key_of
from uem_desktop.pages.study_keeper import StudyKeeper
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.retrieval.search import evaluate


class ScoreKeeper(StudyKeeper[RetrievalScores]):
    """Keeps the scores of each direction, so that swapping back costs nothing.

    With retrieval-time help these are the scores with help, and there are none until it is there.
    See `StudyKeeper`.
    """

    def __init__(
        self, session: ExplorerSession, runner: JobRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(session, runner, parent=parent)
        self._study.changed.connect(self.found_changed)

    @property
    def scores(self) -> RetrievalScores | None:
        """The numbers of the direction that is shown; None while they are not known."""
        return self._study.found

    def update(self) -> None:
        """See `StudyKeeper.update`."""
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
