"""The unified prototypes of two domains as they are embedded now, computed once for all pages."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.study import PairKey, key_of
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import DomainPair
from uem_desktop.retrieval.prototypes import Prototypes, prototypes_of

NOT_COMPLETE = "Prototypes are known once both domains are embedded."


class PrototypeKeeper(QObject):
    """Computes prototypes when they are asked for; a page that left does not stop the work.

    Attributes:
        reason: Why there are none, in a sentence; empty while they are computed.

    Signals:
        changed: They are known now, or will not be.
    """

    changed = Signal()

    def __init__(
        self,
        domains: Callable[[], DomainPair | None],
        runner: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        """Keep prototypes.

        Args:
            domains: Gives query and gallery domain; None while either is not wholly embedded.
            runner: Does the work.
            parent: The owner.
        """
        super().__init__(parent)
        self._domains = domains
        self._runner = runner
        self._job: Job | None = None
        self._key: PairKey | None = None
        self._found: Prototypes | None = None
        self.reason = ""

    @property
    def found(self) -> Prototypes | None:
        """The prototypes of the domains of now; None where they are not known."""
        return self._found if self._key is not None and self._key == self._key_now() else None

    @property
    def is_running(self) -> bool:
        """Whether they are being computed."""
        return self._job is not None

    def ask(self) -> None:
        """Compute the prototypes of the domains of now, unless they are known or under way."""
        key = self._key_now()
        if key is None:
            self.reason = NOT_COMPLETE
            self.changed.emit()
        elif key != self._key:
            if self._job is not None:
                self._job.cancel()
            self._key, self._found, self.reason = key, None, ""
            self._job = self._runner.start(
                _find,
                key[0],
                key[1],
                lane="study",
                on_result=self._take,
                on_error=self._fail,
            )

    def _key_now(self) -> PairKey | None:
        domains = self._domains()
        return key_of(domains) if domains is not None else None

    def _take(self, found: Prototypes) -> None:
        self._job, self._found = None, found
        self.changed.emit()

    def _fail(self, sentence: str) -> None:
        self._job, self.reason = None, sentence
        self.changed.emit()


def _find(context: JobContext, query: DomainEmbeddings, gallery: DomainEmbeddings) -> Prototypes:
    return prototypes_of(query, gallery, should_stop=context.should_stop)
