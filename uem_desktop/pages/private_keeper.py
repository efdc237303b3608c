"""Finds the queries without a counterpart in the background, and holds the line a person drew."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from uem_desktop.jobs.job import JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.study import key_of
from uem_desktop.pages.study_keeper import StudyKeeper
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import SIDES, ExplorerSession
from uem_desktop.retrieval.moved_lines import LineKey
from uem_desktop.retrieval.private_queries import (
    LEAST_IMAGES,
    PrivateQueries,
    find_private_queries,
    too_few_sentence,
)

STOPPED = "Stopped; which queries have no counterpart is not known yet."


class PrivateKeeper(StudyKeeper[PrivateQueries]):
    """Keeps the decision values of each direction, and one moved threshold for each.

    See `StudyKeeper` for the rest.

    Attributes:
        lines: Thresholds that a person chose.
        undo_stack: How the line was moved.

    Signals:
        line_changed: `threshold` is another one.
    """

    line_changed = Signal()

    def __init__(
        self, session: ExplorerSession, runner: JobRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(session, runner, STOPPED, parent)
        self.lines: dict[LineKey, float] = {}
        self.undo_stack = QUndoStack(self)
        self._study.changed.connect(self.undo_stack.clear)
        self._study.changed.connect(self.found_changed)

    @property
    def found(self) -> PrivateQueries | None:
        """The values of the direction that is shown; None while they are not known."""
        return self._study.found

    # ---- the values

    def update(self) -> None:
        """See `StudyKeeper.update`."""
        pair = self._session.embedded_pair()
        if pair is None or min(domain.ready_count for domain in pair) < LEAST_IMAGES:
            self._study.show_nothing(self._why_none())
        else:
            self._study.show(key_of(pair), _find, *pair)

    def _why_none(self) -> str:
        if not self._session.is_complete:
            return ""
        for side in SIDES:
            count = self._session.domains[side].embeddings.ready_count
            if count < LEAST_IMAGES:
                return too_few_sentence(side, count)
        return ""

    # ---- the line

    @property
    def threshold(self) -> float | None:
        """The line in use: the moved one, or else the automatic one; None without values."""
        if self.found is None:
            return None
        key = self._line_key()
        return self.lines.get(key, self.found.threshold) if key else self.found.threshold

    @property
    def is_moved(self) -> bool:
        """Whether a person drew the line."""
        return self.found is not None and self._line_key() in self.lines

    def move_line(self, threshold: float | None, grip: int) -> None:
        """Draw the line elsewhere; this can be undone.

        Args:
            threshold: The decision value; None for the automatic line.
            grip: Moves of one grip are undone together.
        """
        key = self._line_key()
        before = self.lines.get(key) if key else None
        if key is not None and self.found is not None and threshold != before:
            self.undo_stack.push(_Move(self, key, before, threshold, grip))

    def put_line(self, key: LineKey, threshold: float | None) -> None:
        """Draw a line without a way back; None for the automatic one."""
        if threshold is None:
            self.lines.pop(key, None)
        else:
            self.lines[key] = threshold
        self.line_changed.emit()

    def _line_key(self) -> LineKey | None:
        session = self._session
        if session.checkpoint is None or not session.has_both_domains:
            return None
        folders = (session.domains[side].scan.folder for side in SIDES)
        return LineKey(session.checkpoint.fingerprint, *folders)


class _Move(QUndoCommand):
    """The line was drawn elsewhere."""

    def __init__(
        self,
        keeper: PrivateKeeper,
        key: LineKey,
        before: float | None,
        after: float | None,
        grip: int,
    ) -> None:
        super().__init__("move of the line")
        self._keeper = keeper
        self._key = key
        self._before = before
        self._after = after
        self._grip = grip

    def undo(self) -> None:
        self._keeper.put_line(self._key, self._before)

    def redo(self) -> None:
        self._keeper.put_line(self._key, self._after)

    def id(self) -> int:
        return self._grip

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Move):
            return False
        self._after = other._after
        return True


def _find(
    context: JobContext, query: DomainEmbeddings, gallery: DomainEmbeddings
) -> PrivateQueries:
    return find_private_queries(
        query,
        gallery,
        on_progress=lambda done, total: context.report(done / total),
        should_stop=context.should_stop,
    )
