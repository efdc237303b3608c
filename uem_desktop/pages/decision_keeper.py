"""The decisions of the open project: what holds, and every way to decide."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from training.data.image_table import ImageTable
from training.errors import UserError
from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.project_keeper import ProjectKeeper
from uem_desktop.retrieval.decided_images import DecidedImage, DecidedImages
from uem_desktop.retrieval.decided_marks import DecidedMarks
from uem_desktop.retrieval.decision_journal import DecisionJournal, Pair, account_name
from uem_desktop.retrieval.decision_words import foreign_sentence
from uem_desktop.retrieval.decisions import Entry, Judgement, Taken
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.retrieval.found_images import CheckedImages, check_images, read_contents
from uem_desktop.retrieval.journal_opening import JournalOpening
from uem_desktop.retrieval.project_file import DamagedProjectError
from uem_desktop.retrieval.project_rescue import keep_cut_off_end, rescue

_POLL_MS = 1000
_READ_AT_ONCE = 500
"""Images whose contents are read before they are noted, which is a write to the disk."""


class DecisionKeeper(QObject):
    """Holds the journal of the project whose two folders are open, named or not.

    What a method takes is on the disk when it returns; what could not be taken is said by
    `error_raised` and changes nothing. Looking something up is cheap enough for painting. Images
    are named by their paths, as records and matches have them.

    Attributes:
        journal: The journal; None while no project is open or where it cannot be read.

    Signals:
        changed(tuple[Entry, ...]): These entries were written, here or in another window; an empty
            tuple says that anything may be another: a project was opened or closed.
        taken(str): What a person did here, in one sentence; it can be undone.
        noted(str): What another window did, or was found, in one sentence.
        error_raised(str): Why something was not taken, or what does not agree, in one sentence.
    """

    changed = Signal(object)
    taken = Signal(str)
    noted = Signal(str)
    error_raised = Signal(str)

    def __init__(
        self,
        session: ExplorerSession,
        project: ProjectKeeper,
        runner: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._project = project
        self._runner = runner
        self._key: tuple[Path, frozenset[Path]] | None = None
        self._reviewer = account_name()
        self._read_job: Job | None = None
        self._check_job: Job | None = None
        self._tried: set[int] = set()
        self._opening: JournalOpening | None = None
        self.journal: DecisionJournal | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self.poll)
        project.place_left.connect(self._leave)
        project.place_taken.connect(self._update_at_once)

    # ---- what holds

    @property
    def is_opening(self) -> bool:
        """Whether the journal is being read; the first decision waits for it."""
        return self._opening is not None

    @property
    def reviewer(self) -> str:
        """Whose decisions are written from now on; the account's name at first."""
        return self._reviewer

    def set_reviewer(self, name: str) -> None:
        """Write decisions under another name; an empty one is the account's."""
        self._reviewer = name.strip() or account_name()
        if self.journal is not None:
            self.journal.reviewer = self._reviewer

    def judgement_of(self, query: Path, gallery: Path) -> Entry | None:
        """Return what holds for a pair; `after` is a `Judgement`. None for no decision."""
        return self.journal.judgement_of(query, gallery) if self.journal else None

    def category_of(self, image: Path) -> Entry | None:
        """Return the category that a person gave an image; None for none."""
        return self.journal.category_of(image) if self.journal else None

    def note_of(self, image: Path) -> Entry | None:
        """Return the note on an image; None for none."""
        return self.journal.note_of(image) if self.journal else None

    def counterpart_of(self, query: Path) -> Entry | None:
        """Return the confirmation that a query has no counterpart; None for none."""
        return self.journal.counterpart_of(query) if self.journal else None

    # ---- deciding

    def judge(self, pairs: Sequence[Pair], judgement: Judgement | None) -> bool:
        """Accept, reject or doubt pairs as one act; None takes their decisions back.

        Returns:
            Whether it was taken, or held already.
        """
        return self._act(lambda journal: journal.judge(pairs, judgement)) is not None

    def relabel(self, images: Sequence[Path], category: str | None) -> bool:
        """Give images a category as one act; None for that of their folder."""
        return self._act(lambda journal: journal.relabel(images, category)) is not None

    def write_note(self, images: Sequence[Path], text: str) -> bool:
        """Put a note on images as one act; an empty one takes it away."""
        return self._act(lambda journal: journal.write_note(images, text)) is not None

    def confirm_no_counterpart(self, queries: Sequence[Path], is_confirmed: bool = True) -> bool:
        """Say as one act that queries have no counterpart, or take that back."""
        act = self._act(lambda journal: journal.confirm_no_counterpart(queries, is_confirmed))
        return act is not None

    def undo(self) -> bool:
        """Take the last act of the project back, and return whether there was one."""
        taken = self._act(lambda journal: journal.undo())
        return taken is not None and bool(taken.entries)

    def redo(self) -> bool:
        """Do again what was taken back last, and return whether there was something."""
        taken = self._act(lambda journal: journal.redo())
        return taken is not None and bool(taken.entries)

    def _act(self, act: Callable[[DecisionJournal], Taken]) -> Taken | None:
        if self.journal is None and self._key is not None:
            self._try_to_open(*self._key)
        if self.journal is None:
            if self._key is None:
                self.error_raised.emit(
                    "No project is open to keep decisions in; open one, or two folders."
                )
            return None
        try:
            taken = act(self.journal)
        except UserError as error:
            self._tell_error(error)
            return None
        self._tell(taken)
        if taken.entries:
            self._read_soon()
        return taken

    def poll(self) -> None:
        """Take what other windows did."""
        if self.journal is None:
            return
        try:
            self._tell(self.journal.poll())
        except UserError as error:
            self._timer.stop()
            self._tell_error(error)

    def _tell_error(self, error: UserError) -> None:
        self.error_raised.emit(str(error))
        if self.journal is not None and not self.journal.is_in_place:
            self.close()  # which puts all of it into the file, wherever that was moved

    def _tell(self, taken: Taken) -> None:
        entries = (*taken.foreign, *taken.entries)
        if entries:
            self.changed.emit(entries)
        if taken.foreign:
            self.noted.emit(foreign_sentence(taken.foreign))
        if taken.sentence:
            self.taken.emit(taken.sentence)
        if taken.conflict:
            self.error_raised.emit(taken.conflict)

    # ---- the file

    def update(self) -> None:
        """Open the journal of the project whose folders are open now, and close another's."""
        self._follow_project(self._start_opening)

    def _update_at_once(self) -> None:
        """Do so for a project that was saved under another name, without a look at none."""
        self._follow_project(self._try_to_open)

    def _follow_project(self, open_journal: Callable[[Path, frozenset[Path]], None]) -> None:
        place = self._project.place
        domains = self._session.domains.values()
        folders = frozenset(domain.scan.folder for domain in domains)
        key = (place, folders) if place is not None else None
        if key is None or key == self._key:
            if key is None:
                self.close()
            return
        self.close()
        open_journal(*key)

    def _leave(self) -> None:
        """Close the journal of a project that is being left."""
        if self._key is not None and self._key[0] != self._project.place:
            self.close()

    def close(self) -> None:
        """Let go of the journal; everything is on the disk already."""
        self._key = None
        self._give_up_opening()
        self._timer.stop()
        for job in (self._read_job, self._check_job):
            if job is not None:
                job.cancel()
        self._read_job = self._check_job = None
        if self.journal is not None:
            self.journal.close()
            self.journal = None
            self.changed.emit(())

    def _start_opening(self, path: Path, folders: frozenset[Path]) -> None:
        """Read a journal in the background: one of 100,000 decisions takes half a second."""
        self._key = (path, folders)
        try:
            sentence = self._prepare(path)
        except UserError as error:
            self.error_raised.emit(str(error))
            return
        opening = self._opening = JournalOpening(path, sorted(folders), self._reviewer)
        self._runner.start(
            _open_journal,
            opening,
            on_result=partial(self._take_opened, opening, sentence),
            on_error=partial(self._fail_to_open, opening),
        )

    def _take_opened(self, opening: JournalOpening, sentence: str, _is_open: bool) -> None:
        if self._opening is not opening:
            return
        self._opening = None
        journal = opening.take()
        if journal is not None:
            self._put(journal, sentence)
        elif self._key is not None:
            self._try_to_open(*self._key)  # which mends what is damaged

    def _fail_to_open(self, opening: JournalOpening, sentence: str) -> None:
        if self._opening is opening:
            self._opening = None
            self.error_raised.emit(sentence)

    def _give_up_opening(self) -> None:
        if self._opening is not None:
            self._opening.give_up()
            self._opening = None

    def _try_to_open(self, path: Path, folders: frozenset[Path]) -> None:
        """Open a journal, or say why that cannot be done; the next decision tries it again."""
        self._give_up_opening()
        self._key = (path, folders)
        try:
            self._open(path, sorted(folders))
        except UserError as error:
            self.error_raised.emit(str(error))

    def _open(self, path: Path, folders: Sequence[Path]) -> None:
        sentence = self._prepare(path)
        try:
            journal = DecisionJournal.open(path, folders, self._reviewer)
        except DamagedProjectError:
            sentence = rescue(path)
            journal = DecisionJournal.open(path, folders, self._reviewer)
        self._put(journal, sentence)

    def _prepare(self, path: Path) -> str:
        """Let the project file be there and whole, and say what had to be kept of it."""
        if not path.exists():
            self._project.save()
        return keep_cut_off_end(path) if os.access(path.parent, os.W_OK) else ""

    def _put(self, journal: DecisionJournal, sentence: str) -> None:
        self._tried.clear()
        self.journal = journal
        journal.reviewer = self._reviewer
        self._timer.start()
        if sentence or journal.problem:
            self.error_raised.emit(sentence or journal.problem)
        self.changed.emit(())
        self._check()

    # ---- images

    def _check(self) -> None:
        """Look in the background where the decided images are now."""
        journal = self.journal
        if journal is None or journal.problem or not len(journal.images):
            return
        tables = [domain.records for domain in self._session.domains.values()]
        self._check_job = self._runner.start(
            _check_images, journal.images, journal.marks, tables, on_result=self._take_checked
        )

    def _take_checked(self, checked: CheckedImages) -> None:
        self._check_job = None
        self._keep_images(checked.images)
        if checked.moved:
            self.changed.emit(())
        if checked.sentence:
            self.error_raised.emit(checked.sentence)
        self._read_soon()

    def _read_soon(self) -> None:
        """Read in the background what was decided about lately, each file once."""
        journal = self.journal
        if journal is None or self._read_job is not None or self._check_job is not None:
            return
        unread = (one for one in journal.images.unread() if one.number not in self._tried)
        images = list(islice(unread, _READ_AT_ONCE))
        if images:
            self._tried.update(image.number for image in images)
            self._read_job = self._runner.start(
                _read_contents, journal.images, images, on_result=self._take_read
            )

    def _take_read(self, images: Sequence[DecidedImage]) -> None:
        self._read_job = None
        self._keep_images(images)
        self._read_soon()

    def _keep_images(self, images: Sequence[DecidedImage]) -> None:
        if self.journal is None or not images:
            return
        try:
            self.journal.put_images(images)
        except UserError as error:
            self.error_raised.emit(str(error))


def _open_journal(context: JobContext, opening: JournalOpening) -> bool:
    return opening.run()


def _check_images(
    context: JobContext,
    decided: DecidedImages,
    marks: DecidedMarks,
    tables: Sequence[ImageTable],
) -> CheckedImages:
    for table in tables:
        marks.rows_in(table)  # so that the first filter by decision does not wait for it
    files = (Path(path) for table in tables for path in table.paths)
    return check_images(decided, decided.all(), files, context.should_stop)


def _read_contents(
    context: JobContext, decided: DecidedImages, images: Sequence[DecidedImage]
) -> list[DecidedImage]:
    return read_contents(decided, images, context.should_stop)
