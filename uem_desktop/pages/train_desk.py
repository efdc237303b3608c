"""Training in the window: its commands, and the page, which is made when it is needed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QStatusBar, QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.action_table import call_plainly
from uem_desktop.pages.decision_desk import DecisionDesk
from uem_desktop.pages.desk import Desk
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.export_offer import ExportOffer
from uem_desktop.pages.late_place import LatePlace
from uem_desktop.pages.opener import Opener
from uem_desktop.pages.train_actions import TrainActions
from uem_desktop.pages.window_settings import WindowSettings
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

if TYPE_CHECKING:
    from uem_desktop.pages.train_bridge import TrainBridge
    from uem_desktop.pages.train_page import TrainPage
    from uem_desktop.pages.training_keeper import TrainingKeeper


class TrainDesk(Desk):
    """Training; nothing of it is imported before somebody needs it. See `Desk`.

    Attributes:
        actions: Its commands.
        status_button: Says in the status bar how far a run is.

    Signals:
        pins_changed: Other queries are pinned; what a project remembers.
    """

    pins_changed = Signal()

    name, title, icon = "train", "Train", "train"
    page_module = "uem_desktop.pages.train_bridge"
    needs_folders = False

    def __init__(
        self,
        window: QWidget,
        state: ExplorerState,
        opener: Opener,
        decisions: DecisionDesk,
        settings: WindowSettings,
        runner: JobRunner,
        loader: ThumbnailLoader,
        theme: Theme,
    ) -> None:
        self.actions = TrainActions(window)
        self._place = LatePlace(self._make)
        super().__init__(window, self._place, self.actions.show)
        self._parts = (
            window, state, opener, decisions.keeper, settings, runner, loader, theme,
        )  # fmt: skip
        self._bridge: TrainBridge | None = None
        self.status_button = QPushButton()

    @property
    def page(self) -> TrainPage:
        """The page."""
        return self._make().page

    @property
    def keeper(self) -> TrainingKeeper:
        """What starts and watches runs."""
        return self._make().keeper

    @property
    def pinned(self) -> tuple[Path, ...]:
        """Queries that a person pinned, the first one first."""
        return self._bridge.keeper.pinned if self._bridge is not None else ()

    def set_pinned(self, paths: Sequence[Path]) -> None:
        """Pin exactly these queries, as a project remembers them."""
        if tuple(paths) != self.pinned:
            self.keeper.set_pinned(paths)

    @property
    def is_made(self) -> bool:
        """See `Desk.is_made`."""
        return self._bridge is not None

    def read_ahead(self) -> None:
        """See `Desk.read_ahead`."""
        from uem_desktop.retrieval.run_draft import RunDraft

        RunDraft.of()  # reads what settings mean, once

    def make(self) -> None:
        """See `Desk.make`."""
        self._make()

    def focus_first(self) -> None:
        """See `Desk.focus_first`."""
        self.page.focus_first()

    def export_offer(self) -> ExportOffer:
        """See `Desk.export_offer`."""
        return self.page.export_offer()

    def add_status(self, bar: QStatusBar) -> None:
        """Say in the status bar how far the run is; a click leads to it."""
        self.status_button.setProperty("role", "link")
        self.status_button.setToolTip(f"Show the run that is training ({self.keys})")
        self.status_button.clicked.connect(self._show_own)
        self.status_button.hide()
        bar.addPermanentWidget(self.status_button)

    def connect_actions(self, grids: Sequence[QWidget]) -> None:
        """Let the commands of the menu do what they say.

        Args:
            grids: Views of the explorer that offer to pin their images in a menu.
        """
        actions = self.actions
        for grid in grids:
            grid.addAction(actions.pin)
            grid.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for action, method in (
            (actions.start, self.start_or_resume),
            (actions.pause, self._pause_or_go_on),
            (actions.stop, self._stop),
            (actions.new_run, self._new_run),
            (actions.follow, self._follow),
            (actions.use, self._use_newest),
        ):
            action.triggered.connect(partial(call_plainly, method))

    def start_or_resume(self) -> None:
        """Start or go on, where the page is looked at."""
        if self.place.isVisible():
            self.page.start_or_resume()
        else:
            self.page_wanted.emit("train")

    def pin(self, paths: list[Path]) -> None:
        """Pin images of the two domains, or unpin them."""
        self._make().pin(paths)

    # ---- the end of the window

    def may_close(self) -> bool:
        """See `Desk.may_close`."""
        if self._bridge is None or self._bridge.may_close:
            return True
        self._bridge.ask_to_close()
        return False

    def close(self) -> None:
        """See `Desk.close`."""
        if self._bridge is not None:
            self._bridge.keeper.close()

    # ---- the page

    def _make(self) -> TrainBridge:
        if self._bridge is None:
            from uem_desktop.pages.train_bridge import TrainBridge

            bridge = self._bridge = TrainBridge(*self._parts)
            bridge.page_wanted.connect(self.page_wanted)
            bridge.message_raised.connect(self.message_raised)
            bridge.note_raised.connect(self.note_raised)
            bridge.pins_changed.connect(self.pins_changed)
            bridge.status_changed.connect(self._show_status)
            self._place.put(bridge.page)
        return self._bridge

    def _show_status(self, text: str) -> None:
        self.status_button.setText(text)
        self.status_button.setVisible(bool(text))

    def _pause_or_go_on(self) -> None:
        if self._bridge is not None:
            self._bridge.keeper.pause_or_go_on()

    def _stop(self) -> None:
        if self._bridge is not None:
            self._bridge.keeper.stop()

    def _use_newest(self) -> None:
        if self._bridge is not None:
            self._bridge.page.view.use_newest()

    def _new_run(self) -> None:
        self.page_wanted.emit("train")
        self.page.show_new_run()

    def _follow(self) -> None:
        self.page_wanted.emit("train")
        self.page.list.choose_folder()

    def _show_own(self) -> None:
        self._make().show_own()
