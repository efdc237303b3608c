"""The append-only journal of what people decided, in a project file.

Whatever a method returns as taken is on the disk; what could not be written is not taken and says
so. Nothing is ever changed or deleted: undo and redo are entries too.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from uem_desktop.retrieval.decided_images import (
    DecidedImage,
    DecidedImages,
    describe,
    is_same_file,
    match_folders,
)
from uem_desktop.retrieval.decided_marks import DecidedMarks
from uem_desktop.retrieval.decision_state import DecisionState
from uem_desktop.retrieval.decision_words import conflict_sentence, taken_sentence
from uem_desktop.retrieval.decisions import (
    NO_COUNTERPART,
    Action,
    Entry,
    Judgement,
    Kind,
    Row,
    Subject,
    Taken,
    as_row,
    subject_of,
)
from uem_desktop.retrieval.journal_file import JournalFile
from uem_desktop.retrieval.project_file import plain_errors

Pair = tuple[Path, Path]
"""A query image and a gallery image."""

_Wanted = tuple[str, int, int, str | None]
"""Kind, image, other image or 0, value: what is to hold."""


def account_name() -> str:
    """Return the name of the account that runs this program."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "somebody"


class DecisionJournal:
    """The decisions of one project; open it with `open`, use it on one thread, `close` it.

    Looking something up costs the same for any number of decisions, and so does deciding.

    Attributes:
        path: The project file.
        reviewer: Whose decisions are written from now on.
        images: The images that were decided about.
        marks: What was decided about each, alone or in a pair.
    """

    def __init__(self, file: JournalFile, folders: Sequence[Path], reviewer: str = "") -> None:
        self.path = file.path
        self.reviewer = reviewer or account_name()
        self._file = file
        self._state = DecisionState()
        self._own: dict[Subject, Row] = {}
        self._seen = file.version()
        images = list(file.images_after(0))  # many: nobody who writes has to wait for them
        # in one transaction, so that two windows number the folders alike
        with contextlib.nullcontext() if file.problem else file.writing():
            images += file.images_after(images[-1][0] if images else 0)
            places, texts = match_folders(file.folders(), folders, file.path.parent, images)
            if not file.problem:
                file.put_folders(texts)
        self.images = DecidedImages(places)
        self.images.add(images)
        self._state.apply(file.rows_after(0))
        self.marks = DecidedMarks(self.images, self._state.marks)

    @classmethod
    def open(cls, path: Path, folders: Sequence[Path] = (), reviewer: str = "") -> DecisionJournal:
        """Open the journal of a project; an older project gets one.

        Where nothing can be written, `problem` says so, and the decisions so far can be read.

        Args:
            path: The project file, which must be there.
            folders: The two folders of the project as they lie now, in any order.
            reviewer: Who decides; empty for the name of the account.

        Raises:
            DamagedProjectError: A part of it cannot be read; `project_rescue.rescue` helps.
            UserError: It is missing, no project, or made by a newer version.
        """
        path = Path(os.path.abspath(path))
        with plain_errors(path, "cannot keep decisions"):
            path.stat()
            file = JournalFile(path)
            try:
                return cls(file, folders, reviewer)
            except BaseException:
                file.close()
                raise

    def close(self) -> None:
        """Let go of the file; everything is on the disk already."""
        self._file.close()

    # ---- what holds

    @property
    def problem(self) -> str:
        """Why nothing can be decided, in one sentence; empty when it can."""
        return self._file.problem

    @property
    def is_in_place(self) -> bool:
        """Whether the path still leads to the file that is open."""
        return self._file.is_in_place

    @property
    def count(self) -> int:
        """How many entries the journal has."""
        return self._state.last_number

    @property
    def can_undo(self) -> bool:
        """Whether something can be taken back."""
        return bool(self._state.undoable)

    @property
    def can_redo(self) -> bool:
        """Whether something taken back can be done again."""
        return bool(self._state.redoable)

    def count_of(self, what: Kind | Judgement) -> int:
        """Return how many decisions of a kind, or how many such judgements, hold."""
        return self._state.counts[what]

    def judgement_of(self, query: Path, gallery: Path) -> Entry | None:
        """Return what holds for a pair, whichever of the two asked; None for no decision."""
        one, other = self.images.number_of(query), self.images.number_of(gallery)
        return self._holds(subject_of(Kind.JUDGEMENT, one, other)) if one and other else None

    def category_of(self, image: Path) -> Entry | None:
        """Return the category that a person gave an image, as an entry."""
        return self._about(Kind.CATEGORY, image)

    def note_of(self, image: Path) -> Entry | None:
        """Return the note on an image, as an entry."""
        return self._about(Kind.NOTE, image)

    def counterpart_of(self, query: Path) -> Entry | None:
        """Return the confirmation that a query has no counterpart, as an entry."""
        return self._about(Kind.COUNTERPART, query)

    def decisions(self, kind: Kind | None = None) -> Iterator[Entry]:
        """Give what holds now, in the order in which it was last decided."""
        return map(self._entry, self._state.holding(kind))

    def history_of(self, image: Path) -> list[Entry]:
        """Return every entry about an image, alone or in a pair, oldest first."""
        number = self.images.number_of(image)
        with plain_errors(self.path, "cannot be read"):
            rows = self._file.rows_of_image(number) if number else []
        return [self._entry(row) for row in rows]

    def entries(self) -> Iterator[Entry]:
        """Give the whole journal, oldest first."""
        with plain_errors(self.path, "cannot be read"):
            for raw in self._file.rows_after(0):
                yield self._entry(as_row(raw))

    # ---- deciding

    def judge(self, pairs: Sequence[Pair], judgement: Judgement | None) -> Taken:
        """Accept, reject or doubt pairs at once; None takes what was decided back.

        Raises:
            UserError: Nothing was taken, and why.
        """
        return self._decide(Kind.JUDGEMENT, pairs, judgement)

    def relabel(self, images: Sequence[Path], category: str | None) -> Taken:
        """Give images a category; None gives back the one of their folder.

        Raises:
            UserError: Nothing was taken, and why.
        """
        return self._decide(Kind.CATEGORY, [(image, None) for image in images], category or None)

    def write_note(self, images: Sequence[Path], text: str) -> Taken:
        """Put a note on images; an empty one takes it away.

        Raises:
            UserError: Nothing was taken, and why.
        """
        return self._decide(Kind.NOTE, [(image, None) for image in images], text or None)

    def confirm_no_counterpart(self, queries: Sequence[Path], is_confirmed: bool = True) -> Taken:
        """Say that queries have no counterpart in the gallery, or take that back.

        Raises:
            UserError: Nothing was taken, and why.
        """
        value = NO_COUNTERPART if is_confirmed else None
        return self._decide(Kind.COUNTERPART, [(query, None) for query in queries], value)

    def undo(self) -> Taken:
        """Take the last act of the project back, all of it, by further entries.

        Where another window acted since this one last looked, nothing is undone: a person means
        what is shown.

        Raises:
            UserError: Nothing was undone, and why.
        """
        return self._reverse(Action.UNDO)

    def redo(self) -> Taken:
        """Do again what was undone last.

        Raises:
            UserError: Nothing was done, and why.
        """
        return self._reverse(Action.REDO)

    def poll(self) -> Taken:
        """Take what other windows wrote; `foreign` holds it. Cheap when they wrote nothing.

        Raises:
            UserError: The file cannot be read, or is not there any more.
        """
        with plain_errors(self.path, "cannot be read"):
            self._file.check_place()
            version = self._file.version()
            if version == self._seen:
                return Taken()
            foreign = self._take_foreign()
            self._seen = version
        mine = ((self._own.pop(row.subject, None), row) for row in foreign)
        hits = [(earlier, later) for earlier, later in mine if earlier is not None]
        return Taken(foreign=self._entries(foreign), conflict=self._conflict(hits))

    # ---- images that moved

    def put_images(self, images: Sequence[DecidedImage]) -> None:
        """Keep where decided images lie now, or what is in them.

        Raises:
            UserError: It cannot be written.
        """
        with plain_errors(self.path, "cannot keep decisions"), self._file.writing():
            self._file.put_images(images)
        self.images.add(images)

    # ---- inside

    def _about(self, kind: Kind, image: Path) -> Entry | None:
        number = self.images.number_of(image)
        return self._holds((kind, number, 0)) if number else None

    def _holds(self, subject: Subject) -> Entry | None:
        row = self._state.newest(subject)
        return self._entry(row) if row is not None and row.after is not None else None

    def _entry(self, row: Row) -> Entry:
        path_of = self.images.path_of
        return Entry(
            number=row.number,
            batch=row.batch,
            at=row.at,
            reviewer=row.reviewer,
            action=Action(row.action),
            kind=Kind(row.kind),
            image=path_of(row.image),
            other=path_of(row.other) if row.other else None,
            before=row.before,
            after=row.after,
            of=row.of,
        )

    def _decide(
        self, kind: Kind, targets: Sequence[tuple[Path, Path | None]], value: str | None
    ) -> Taken:
        new: list[DecidedImage] = []

        def wanted() -> list[_Wanted]:
            numbers = self._numbers(targets, new)
            found: dict[Subject, _Wanted] = {}
            for image, other in targets:
                one, two = numbers[image], numbers[other] if other is not None else 0
                found.setdefault(subject_of(kind, one, two), (kind, one, two, value))
            return list(found.values())

        return self._write(Action.DECIDE, None, wanted, new)

    def _reverse(self, action: Action) -> Taken:
        is_undo = action is Action.UNDO
        foreign = self.poll().foreign
        batches = self._state.undoable if is_undo else self._state.redoable
        if foreign or not batches:
            return Taken(foreign=foreign)
        batch, last = batches[-1], self._state.last_number

        def wanted() -> list[_Wanted]:
            if self._state.last_number != last:
                return []
            return [
                (Kind(row.kind), row.image, row.other, row.before if is_undo else row.after)
                for row in self._file.rows_of_batch(batch)
            ]

        return self._write(action, batch, wanted, [])

    def _write(
        self,
        action: Action,
        of: int | None,
        wanted: Callable[[], list[_Wanted]],
        new: list[DecidedImage],
    ) -> Taken:
        """Append the entries of one act and only then take them into what holds."""
        rows: list[Row] = []
        with plain_errors(self.path, "did not take the decision"):
            self._file.check_place()
            with self._file.writing():
                foreign = self._take_foreign()
                changes = wanted()
                first, at_us = self._state.last_number + 1, time.time_ns() // 1000
                for kind, one, two, after in changes:
                    before = self._state.value(subject_of(kind, one, two))
                    if before != after or of is not None:
                        number = first + len(rows)
                        rows.append(Row(
                            number, first, at_us, self.reviewer, action, kind, one, two,
                            before, after, of,
                        ))  # fmt: skip
                if rows:
                    self._file.put_images(new)
                    self._file.add_rows(rows)
        if rows:
            self.images.add(new)
            self._state.apply(rows)
            self._own.update((row.subject, row) for row in rows)
        theirs = {row.subject: row for row in foreign}
        hits = [(theirs[row.subject], row) for row in rows if row.subject in theirs]
        entries = self._entries(rows)
        return Taken(entries, taken_sentence(entries), self._entries(foreign), self._conflict(hits))

    def _numbers(
        self, targets: Sequence[tuple[Path, Path | None]], new: list[DecidedImage]
    ) -> dict[Path, int]:
        """Return the number of each image; those never decided about are added to `new`.

        Another image that took the place of a decided one is a new one.
        """
        numbers: dict[Path, int] = {}
        added: dict[tuple[int, bytes], int] = {}
        for path in dict.fromkeys(path for target in targets for path in target):
            if path is None:
                continue
            place = self.images.locate(path)
            number = added.get(place, 0) or self.images.number_at(place)
            now = describe(self.images.last_number + len(new) + 1, place, path)
            known = None if place in added or not number else self.images.image(number)
            if not number or (known is not None and not is_same_file(known, now, path)):
                new.append(now)
                number = added[place] = now.number
            numbers[path] = number
        return numbers

    def _take_foreign(self) -> list[Row]:
        """Take what other windows wrote after the last known entry."""
        if self._state.last_number:
            self._file.check_entry(self._state.last_number, self._state.last_at_us)
        self.images.add(self._file.images_after(self.images.last_number))
        rows = list(map(as_row, self._file.rows_after(self._state.last_number)))
        self._state.apply(rows)
        return rows

    def _entries(self, rows: Sequence[Row]) -> tuple[Entry, ...]:
        return tuple(map(self._entry, rows))

    def _conflict(self, hits: Sequence[tuple[Row, Row]]) -> str:
        """Say of an earlier and a later entry of two windows that they do not agree."""
        differing = [hit for hit in hits if hit[0].after != hit[1].after]
        if not differing:
            return ""
        earlier, later = self._entries(differing[-1])
        return conflict_sentence(earlier, later, len(differing))
