"""What the train page and the explorer give each other: folders, pins, encoders, words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.decision_keeper import DecisionKeeper
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.opener import Opener
from uem_desktop.pages.top_bar import counts_text
from uem_desktop.pages.train_page import TrainPage
from uem_desktop.pages.training_keeper import TrainingKeeper
from uem_desktop.pages.watched_run import WatchedRun
from uem_desktop.pages.window_settings import WindowSettings
from uem_desktop.retrieval.decisions import Judgement
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.explorer_session import Side
from uem_desktop.retrieval.run_words import status_text
from uem_desktop.retrieval.runs import RunState
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

_SIDES: tuple[tuple[str, Side], ...] = (("a", "query"), ("b", "gallery"))


class TrainBridge(QObject):
    """Owns keeper and page, and carries things between them and the explorer.

    Signals:
        page_wanted(str): Show a page of the window.
        message_raised(str): One sentence that must not be missed.
        note_raised(str): One sentence for the status bar.
        pins_changed: Other queries are pinned; what a project remembers.
        status_changed(str): How far the run of this application is; empty without one.
    """

    page_wanted = Signal(str)
    message_raised = Signal(str)
    note_raised = Signal(str)
    pins_changed = Signal()
    status_changed = Signal(str)

    def __init__(
        self,
        window: QWidget,
        state: ExplorerState,
        opener: Opener,
        decisions: DecisionKeeper,
        settings: WindowSettings,
        runner: JobRunner,
        loader: ThumbnailLoader,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._state = state
        self._opener = opener
        self._decisions = decisions
        self._settings = settings
        self._is_closing = False
        self._status = ""
        self.keeper = TrainingKeeper(runner, self)
        self.page = TrainPage(self.keeper, runner, loader, theme)
        self._connect()
        self._offer_folders()
        self._offer_checkpoints()
        self._offer_devices()
        self._offer_decisions()

    def pin(self, paths: list[Path]) -> None:
        """Pin images of the two domains, or unpin them."""
        known = [path for path in paths if self._is_known(path)]
        if not known:
            self.message_raised.emit(
                "Only images of the two domains can be pinned: training ranks those it learns from."
                if paths
                else "There is no query to pin; choose an image first."
            )
            return
        before = len(self.keeper.pinned)
        self.keeper.pin(known)
        count = len(self.keeper.pinned)
        if count != before:
            what = "Pinned for training" if count > before else "Unpinned"
            quantity = f"{count} quer{'y' if count == 1 else 'ies'}"
            self.note_raised.emit(f"{what}; {quantity} pinned. The Train page ranks them.")

    # ---- the end of the window

    @property
    def may_close(self) -> bool:
        """Whether no run of this application has to be asked about."""
        return self.keeper.own is None or self._is_closing

    def ask_to_close(self) -> None:
        """Ask whether the run is to be stopped, and close the window after that."""
        if (own := self.keeper.own) is None:
            return
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Training is going on")
        box.setText(f"{display_text(own.path.name)} is still training.")
        box.setInformativeText(
            "Stop it and close the window? It saves a checkpoint first and can go on from there."
        )
        stop = box.addButton("Stop and close", QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stop)
        box.setEscapeButton(cancel)
        stop.clicked.connect(self.stop_and_close)
        box.open()

    def stop_and_close(self) -> None:
        """Let the run save and end, then close the window."""
        self._is_closing = True
        if self.keeper.own is None:
            self._window.close()
        else:
            self.note_raised.emit("The run saves a checkpoint; then the window closes.")
            self.keeper.stop()

    # ---- between explorer and page

    def _connect(self) -> None:
        page, keeper, loader = self.page, self.keeper, self._state.loader
        page.use_wanted.connect(self._use)
        page.message_raised.connect(self.message_raised)
        page.note_raised.connect(self.note_raised)
        page.pin_wanted.connect(self.pin)
        page.pin_current_wanted.connect(self._pin_current)
        page.query_wanted.connect(self._search)
        keeper.own_ended.connect(self._tell_end)
        keeper.own_changed.connect(self._watch_own)
        keeper.pins_changed.connect(self.pins_changed)
        self._opener.folders_changed.connect(self._offer_folders)
        self._opener.recents_changed.connect(self._offer_checkpoints)
        loader.domain_scanned.connect(self._offer_folders)
        loader.checkpoint_changed.connect(self._offer_checkpoints)
        loader.encoder_started.connect(self._offer_devices)
        self._decisions.changed.connect(self._offer_decisions)

    def _offer_folders(self) -> None:
        offered = {}
        for name, side in _SIDES:
            folder = self._opener.folders.get(side)
            if folder is None:
                continue
            domain = self._state.session.domains.get(side)
            is_read = domain is not None and domain.scan.folder == folder
            counts = counts_text(domain) if domain is not None and is_read else ""
            offered[name] = (side.capitalize(), folder, counts)
        self.page.setup.offer_folders(offered)
        recent = [Path(text) for text in self._settings.recent("folders")]
        self.page.setup.domains.offer_recent(recent)

    def _offer_checkpoints(self) -> None:
        self.page.setup.offer_checkpoints(
            self._state.loader.checkpoint_spec, self._settings.recent("checkpoints")
        )

    def _offer_devices(self) -> None:
        if (encoder := self._state.loader.encoder) is not None:
            self.page.setup.places.offer_devices(encoder.devices)

    def _offer_decisions(self) -> None:
        journal = self._decisions.journal
        self.keeper.project = None if journal is None else journal.path
        counts = (0, 0)
        if journal is not None:
            counts = journal.count_of(Judgement.ACCEPT), journal.count_of(Judgement.REJECT)
        self.page.setup.decisions.offer(*counts)

    def _use(self, encoder: Path) -> None:
        self._opener.open_checkpoint(str(encoder))
        self.note_raised.emit(f"Explore uses {encoder.name} of {encoder.parent.name}.")
        self.page_wanted.emit("explore")

    def _search(self, path: Path) -> None:
        self._state.search.ask([path])
        self.page_wanted.emit("explore")

    def _pin_current(self) -> None:
        self.pin(list(self._state.search.query))

    def _is_known(self, path: Path) -> bool:
        run = self.keeper.shown
        return self._state.session.locate(path) is not None or bool(run and run.domain_of(path))

    def show_own(self) -> None:
        """Look at the run that is going on."""
        self.page_wanted.emit("train")
        if self.keeper.own is not None:
            self.keeper.show(self.keeper.own.path)

    def _watch_own(self) -> None:
        if (own := self.keeper.own) is not None:
            own.changed.connect(self._show_status)
        self._show_status()

    def _show_status(self) -> None:
        own = self.keeper.own
        text = status_text(own.curves.progress, own.state) if own is not None else ""
        if text != self._status:
            self._status = text
            self.status_changed.emit(text)

    def _tell_end(self, run: WatchedRun) -> None:
        if run.state is RunState.FINISHED:
            self.note_raised.emit(f"{display_text(run.path.name)} has finished training.")
        if self._is_closing:
            self._window.close()
