"""The settings of the next run as they are edited, with undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from uem_desktop.retrieval.run_draft import RunDraft


class DraftKeeper(QObject):
    """Holds the draft; every edit of a person can be undone.

    Attributes:
        draft: The settings now.
        undo_stack: What was edited.
        touched: Settings that a person edited, which `prefill` leaves alone.

    Signals:
        changed: `draft` is another one.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.draft = RunDraft.of()
        self.undo_stack = QUndoStack(self)
        self.touched: set[str] = set()

    def edit(self, key: str, value: Any, title: str) -> None:
        """Change one setting.

        Args:
            key: Its section and name.
            value: What it is to be.
            title: What the edit is called in menus.

        Raises:
            UserError: If the setting cannot be that.
        """
        edited = self.draft.with_value(key, value)
        self.touched.add(key)
        if edited != self.draft:
            self.undo_stack.push(_Edit(self, key, edited, f"change of {title}"))

    def choose_preset(self, preset: str) -> None:
        """Set everything as a preset says; folders and the like stay."""
        edited = self.draft.with_preset(preset)
        if edited != self.draft:
            self.undo_stack.push(_Edit(self, "", edited, "choice of preset"))

    def keep_in(self, folder: Path | None) -> None:
        """Keep the run in this folder, or in the usual place."""
        draft = self.draft
        self.put(RunDraft(draft.preset, draft.config, folder))

    def prefill(self, key: str, value: str) -> None:
        """Change a setting unless a person did so; this cannot be undone."""
        if key not in self.touched:
            self.put(self.draft.with_value(key, value))

    def put(self, draft: RunDraft) -> None:
        """Use another draft."""
        if draft != self.draft:
            self.draft = draft
            self.changed.emit()


class _Edit(QUndoCommand):
    """One edit: of one setting, or of all that a preset says."""

    def __init__(self, keeper: DraftKeeper, key: str, after: RunDraft, text: str) -> None:
        super().__init__(text)
        self._keeper = keeper
        self._key = key
        self._before = keeper.draft
        self._after = after

    def undo(self) -> None:
        self._apply(self._before)

    def redo(self) -> None:
        self._apply(self._after)

    def _apply(self, draft: RunDraft) -> None:
        now = self._keeper.draft
        if not self._key:
            self._keeper.put(draft.with_places_of(now))
            return
        section, _, name = self._key.partition(".")
        value = getattr(getattr(draft.config, section), name)
        self._keeper.put(now.with_value(self._key, value))
