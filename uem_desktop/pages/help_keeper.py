"""Retrieval-time help of the explorer: off or on, and its embeddings in the background."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from training.progress import Progress
from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.study import PairKey, key_of
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.retrieval.helped import HelpedDomains, help_domains


class HelpKeeper(QObject):
    """Helps the two domains of the session where that is wanted.

    What was helped is kept for both directions, so that switching and swapping back cost nothing.

    Signals:
        switched(bool): Help was switched on or off.
        progressed: `sentence` is another one.
        helped_changed: The session's `helped` is another one.
        failed(str): Help could not be computed, and is off.
    """

    switched = Signal(bool)
    progressed = Signal()
    helped_changed = Signal()
    failed = Signal(str)

    def __init__(
        self, session: ExplorerSession, runner: JobRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._job: Job | None = None
        self._job_key: PairKey | None = None
        self._progress: Progress | None = None
        self._known: dict[PairKey, HelpedDomains] = {}

    @property
    def is_on(self) -> bool:
        """Whether the explorer searches with help."""
        return bool(self._session.help_names)

    @property
    def sentence(self) -> str:
        """How far the computing of help is; empty where none is being computed."""
        if self._job is None:
            return ""
        progress = self._progress
        if progress is None or not progress.total:
            return "Computing retrieval help…"
        return f"Computing retrieval help: {progress.share_sentence()} · H cancels"

    def set_on(self, is_on: bool) -> None:
        """Search with help from now on, or without."""
        from training.evaluation.retrieval_help import BEST_HELP

        if is_on == self.is_on:
            return
        self._session.help_names = BEST_HELP if is_on else ()
        self.update()
        self.switched.emit(is_on)
        self.helped_changed.emit()

    def update(self) -> None:
        """Help the two domains as they are now, where that is wanted and not done yet."""
        key = self._key()
        if key is not None and key == self._job_key:
            return
        if self._job is not None:
            self._job.cancel()
        self._job = self._job_key = self._progress = None
        self._session.helped = self._known.get(key) if key else None
        if key is not None and self._session.helped is None:
            self._job_key = key
            self._job = self._runner.start(
                _help,
                key[0],
                key[1],
                self._session.help_names,
                lane="study",
                on_result=self._take,
                on_error=self._fail,
                on_progress=partial(self._note, key),
            )

    def _key(self) -> PairKey | None:
        pair = self._session.embedded_pair()
        if not self.is_on or pair is None or not all(domain.ready_count for domain in pair):
            return None
        return key_of(pair)

    def _note(self, key: PairKey, progress: Progress) -> None:
        if key == self._job_key:
            self._progress = progress
            self.progressed.emit()

    def _take(self, helped: HelpedDomains) -> None:
        if self._job_key is not None:
            live = [domain.embeddings for domain in self._session.domains.values()]
            self._known = {k: v for k, v in self._known.items() if k[0] in live and k[1] in live}
            self._known[self._job_key] = helped
        self._job = self._job_key = None
        self._session.helped = helped
        self.helped_changed.emit()

    def _fail(self, sentence: str) -> None:
        self._job = self._job_key = None
        self.set_on(False)
        self.failed.emit(sentence)


def _help(
    context: JobContext,
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    names: tuple[str, ...],
) -> HelpedDomains:
    return help_domains(
        query, gallery, names, should_stop=context.should_stop, on_progress=context.report
    )
