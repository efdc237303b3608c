"""Decisions in the window: keys, menu, messages, and the marks on the pages that show images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QPushButton, QStatusBar, QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.action_table import call_plainly
from uem_desktop.pages.decided_lookup import DecidedLookup
from uem_desktop.pages.decision_actions import DecisionActions
from uem_desktop.pages.decision_dialogs import ask_category, ask_note, ask_reviewer
from uem_desktop.pages.decision_keeper import DecisionKeeper
from uem_desktop.pages.decision_targets import DecisionTargets
from uem_desktop.pages.explore import ExplorePage
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.project_keeper import ProjectKeeper
from uem_desktop.pages.undo_order import UndoOrder
from uem_desktop.pages.window_settings import WindowSettings
from uem_desktop.retrieval.decisions import Judgement
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.explorer_session import SIDES

_OFFER_MS = 10_000
NO_MATCH = "Choose a match first, with the arrow keys or Ctrl+click; A, R or U decide about it."
NO_IMAGE = "Choose an image first."

GetTargets = Callable[[], DecisionTargets]


class DecisionDesk(QObject):
    """Wires decisions to the pages; another page joins in with `add_page`.

    Attributes:
        keeper: What holds, and every way to decide.
        decided: What models of images show of it.
        actions: The commands.

    Signals:
        message_raised(str): One sentence that must not be missed.
        note_raised(str): One sentence for the status bar.
    """

    message_raised = Signal(str)
    note_raised = Signal(str)

    def __init__(
        self,
        window: QWidget,
        state: ExplorerState,
        project: ProjectKeeper,
        settings: WindowSettings,
        runner: JobRunner,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._state = state
        self._settings = settings
        self._pages: dict[QWidget, GetTargets] = {}
        self.keeper = DecisionKeeper(state.session, project, runner, self)
        self.keeper.set_reviewer(settings.reviewer)
        self.decided = DecidedLookup(self.keeper)
        self.actions = DecisionActions(window)
        self._order = UndoOrder(self.keeper, state.private.undo_stack)
        self._offer = QPushButton("Undo")
        self._offer_timer = QTimer(self)
        self._offer_timer.setSingleShot(True)
        self._offer_timer.setInterval(_OFFER_MS)
        self._offer_timer.timeout.connect(self._offer.hide)
        self.keeper.taken.connect(self._tell_taken)
        self.keeper.noted.connect(self.note_raised)
        self.keeper.error_raised.connect(self.message_raised)
        state.loader.domain_scanned.connect(self.keeper.update)
        state.search.query_changed.connect(self._show_confirmed)
        self.keeper.changed.connect(self._show_confirmed)
        self._connect_actions()
        self._update_enabled()

    def add_status(self, bar: QStatusBar) -> None:
        """Offer in the status bar to undo what was just done."""
        self._offer.setProperty("role", "link")
        self._offer.setToolTip("Take it back (Ctrl+Z)")
        self._offer.clicked.connect(self._undo_offered)
        self._offer.hide()
        bar.addPermanentWidget(self._offer)

    def add_page(self, page: QWidget, targets: GetTargets) -> None:
        """Let the keys decide about what is selected on a page while it is shown.

        A page shows decisions by `decided` and follows `keeper.changed`.
        """
        self._pages[page] = targets
        page.installEventFilter(self)
        self._update_enabled()

    def add_explorer(self, page: ExplorePage) -> None:
        """Let the keys work in Explore, and show decisions there."""
        self.add_page(page, page.decision_targets)
        page.show_decisions(self.decided)
        self.keeper.changed.connect(partial(self._show_in, page))

    def close(self) -> None:
        """Let go of the project file."""
        self.keeper.close()

    # ---- deciding

    @property
    def targets(self) -> DecisionTargets:
        """What is selected on the page that is shown."""
        shown = next((targets for page, targets in self._pages.items() if page.isVisible()), None)
        return shown() if shown is not None else DecisionTargets()

    def _connect_actions(self) -> None:
        actions = self.actions
        for judgement, action in actions.judge.items():
            action.triggered.connect(partial(self._judge, judgement))
        for action, method in (
            (actions.relabel, self._ask_category),
            (actions.note, self._ask_note),
            (actions.confirm, self._confirm),
            (actions.undo, self._order.undo),
            (actions.redo, self._order.redo),
            (actions.reviewer, self._ask_reviewer),
        ):
            action.triggered.connect(partial(call_plainly, method))

    def _judge(self, judgement: Judgement | None, _is_checked: bool = False) -> None:
        pairs = self.targets.pairs
        if pairs:
            self.keeper.judge(pairs, judgement)
        else:
            self.note_raised.emit(NO_MATCH)

    def _ask_category(self) -> None:
        images = self.targets.images
        if not images:
            self.note_raised.emit(NO_IMAGE)
            return
        domains = self._state.session.domains
        found = {c for side in SIDES if side in domains for c in domains[side].scan.categories}
        given = self.keeper.category_of(images[0])
        ask_category(
            self._window,
            _target_text(images),
            sorted(found),
            given.after or "" if given is not None else "",
            lambda text: self.keeper.relabel(images, text.strip() or None),
        )

    def _ask_note(self) -> None:
        images = self.targets.images
        if not images:
            self.note_raised.emit(NO_IMAGE)
            return
        note = self.keeper.note_of(images[0])
        ask_note(
            self._window,
            _target_text(images),
            note.after or "" if note is not None else "",
            lambda text: self.keeper.write_note(images, text.strip()),
        )

    def _confirm(self) -> None:
        queries = self.targets.queries
        if queries:
            is_confirmed = all(self.keeper.counterpart_of(query) for query in queries)
            self.keeper.confirm_no_counterpart(queries, not is_confirmed)
        self._show_confirmed()

    def _ask_reviewer(self) -> None:
        ask_reviewer(self._window, self.keeper.reviewer, self._take_reviewer)

    def _take_reviewer(self, name: str) -> None:
        self._settings.set_reviewer(name.strip())
        self.keeper.set_reviewer(name)
        self.note_raised.emit(f"Decisions are written as {self.keeper.reviewer} from now on.")

    # ---- showing

    def _tell_taken(self, sentence: str) -> None:
        self.note_raised.emit(sentence)
        self._offer.setText("Redo" if sentence.startswith("Undone") else "Undo")
        self._offer.show()
        self._offer_timer.start()

    def _undo_offered(self) -> None:
        (self._order.redo if self._offer.text() == "Redo" else self._order.undo)()

    def _show_in(self, page: ExplorePage, _entries: object) -> None:
        page.show_decisions(self.decided)

    def _show_confirmed(self, _entries: object = None) -> None:
        queries = self._state.search.query
        is_confirmed = bool(queries) and all(self.keeper.counterpart_of(q) for q in queries)
        self.actions.confirm.setChecked(is_confirmed)

    def _update_enabled(self) -> None:
        is_shown = any(page.isVisible() for page in self._pages)
        for action in self.actions.keyed():
            action.setEnabled(is_shown)

    # ---- Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._update_enabled()
        return super().eventFilter(watched, event)


def _target_text(images: Sequence[Path]) -> str:
    return display_text(images[0].name) if len(images) == 1 else f"{len(images):,} images"
