"""The window: its parts, laid out and connected to each other."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.action_table import call_plainly
from uem_desktop.pages.benchmark_desk import BenchmarkDesk
from uem_desktop.pages.compare_desk import CompareDesk
from uem_desktop.pages.copying import Copier
from uem_desktop.pages.decision_desk import DecisionDesk
from uem_desktop.pages.explore import ExplorePage
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.export_desk import ExportDesk
from uem_desktop.pages.full_view import FullView
from uem_desktop.pages.help_dialogs import about_dialog, shortcuts_dialog
from uem_desktop.pages.help_switch import HelpSwitch
from uem_desktop.pages.labels import hairline
from uem_desktop.pages.map_desk import MapDesk
from uem_desktop.pages.message_bar import MessageBar
from uem_desktop.pages.mismatch_desk import MismatchDesk
from uem_desktop.pages.opener import Opener
from uem_desktop.pages.page_frame import PageFrame
from uem_desktop.pages.page_maker import PageMaker
from uem_desktop.pages.plain_desks import ExploreDesk, ProblemsDesk
from uem_desktop.pages.problems import ProblemsPage
from uem_desktop.pages.project_keeper import ProjectKeeper
from uem_desktop.pages.query_actions import QueryActions
from uem_desktop.pages.start_page import StartPage
from uem_desktop.pages.status_area import StatusArea
from uem_desktop.pages.top_bar import TopBar
from uem_desktop.pages.train_desk import TrainDesk
from uem_desktop.pages.why_panel import WhyPanel
from uem_desktop.pages.why_switch import WhySwitch
from uem_desktop.pages.window_actions import WindowActions
from uem_desktop.pages.window_settings import WindowSettings
from uem_desktop.pages.window_ui import pinned_of, read_ui, restore_ui
from uem_desktop.widgets.image_view import ImageView
from uem_desktop.widgets.mime import may_hold_images, read_mime
from uem_desktop.widgets.theme import Scheme, Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

_TILE_STEP = 1.2
_WARM_UP_DELAY_MS = 1500


class MainWindow(QMainWindow):
    """Everything a person sees; owns the pages and ends all work when it closes."""

    def __init__(
        self, state: ExplorerState, runner: JobRunner, theme: Theme, settings: WindowSettings
    ) -> None:
        super().__init__()
        self.state = state
        self._runner, self._theme, self._settings = runner, theme, settings
        self.setWindowTitle("uem-desktop")
        self.setAcceptDrops(True)
        self.thumbnails = ThumbnailLoader(self)
        self.queries = QueryActions(state.search, theme, self)
        self.commands = WindowActions(self, theme)
        self.help_switch = HelpSwitch(state.help, self)
        self.keeper = ProjectKeeper(state, self._read_ui, self)
        self.opener = Opener(state, self.keeper, settings, self)
        self.top_bar = TopBar(self.commands.swap)
        self.message_bar = MessageBar(theme)
        self.start_page = StartPage(theme)
        self.why = WhySwitch(self.commands.why, self)
        why_panel = WhyPanel(state, runner, self.why, self.thumbnails, theme)
        self.explore = ExplorePage(
            state, self.thumbnails, ImageView(), self.queries, theme, why_panel
        )
        self.problems = ProblemsPage(state, theme)
        self.decisions = DecisionDesk(self, state, self.keeper, settings, runner)
        self.mismatches = MismatchDesk(
            self, state, self.decisions, runner, self.thumbnails, theme, self.why
        )
        self.map = MapDesk(self, state, self.decisions, settings, runner, self.thumbnails, theme)
        self.training = TrainDesk(
            self, state, self.opener, self.decisions, settings, runner, self.thumbnails, theme
        )
        self.benchmark = BenchmarkDesk(self, settings, runner, theme)
        self.compare = CompareDesk(
            self, state, self.decisions, settings, runner, self.thumbnails, theme
        )
        self.frame, self.status = PageFrame(theme), StatusArea()
        self.exports = ExportDesk(self, state, self.keeper, self.decisions, runner, self.frame)
        self._places = QStackedWidget()
        self._copier, self._page_maker = Copier(runner, self), PageMaker(runner, self)
        self._warm_up = QTimer(self)
        self._warm_up.setSingleShot(True)
        self._warm_up.setInterval(_WARM_UP_DELAY_MS)
        self._lay_out()
        self._connect_state()
        self._connect_opening()
        self._connect_commands()
        self._connect_remembering()
        self._show_recents()
        self._show_place()
        self.resize(1360, 860)
        settings.restore(self, self.explore.splitter, self.commands.panels)

    # ---- parts

    def _lay_out(self) -> None:
        for desk in (
            ExploreDesk(self, self.explore, self.commands.explore),
            self.mismatches,
            self.compare,
            self.map,
            self.training,
            self.benchmark,
            ProblemsDesk(self, self.problems, self.commands.problems),
        ):
            self.frame.add(desk)
            desk.add_status(self.status)
        self._places.addWidget(self.start_page)
        self._places.addWidget(self.frame)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.top_bar, hairline(), self.message_bar):
            column.addWidget(widget)
        column.addWidget(self._places, 1)
        self.setCentralWidget(centre)
        self.setStatusBar(self.status)
        self.decisions.add_status(self.status)
        self.exports.add_status(self.status)

    def _connect_state(self) -> None:
        loader = self.state.loader
        loader.domain_scanned.connect(self._show_domains)
        loader.rows_embedded.connect(self._show_domains)
        loader.embedding_ended.connect(self._show_domains)
        loader.embedding_ended.connect(self._warm_up.start)
        loader.checkpoint_changed.connect(self._show_domains)
        loader.encoder_started.connect(self._show_encoder)
        loader.status_changed.connect(self.status.show_status)
        loader.error_raised.connect(self.message_bar.show_sentence)
        self.state.help.failed.connect(self.message_bar.show_sentence)
        self._warm_up.timeout.connect(loader.warm_up)
        loader.embedding_ended.connect(self._make_pages)
        self.state.domains_swapped.connect(self._show_domains)
        self.state.index_kind_changed.connect(self.commands.show_index_kind)
        self._copier.copied.connect(self.status.show_message)
        self._copier.failed.connect(self.message_bar.show_sentence)
        self.status.cancel_wanted.connect(loader.cancel)
        self.status.resume_wanted.connect(loader.resume)
        self.problems.count_changed.connect(self.frame.rail.button("problems").set_count)
        self.frame.page_shown.connect(self._show_place)
        self.frame.page_shown.connect(self.keeper.note_change)

    def _connect_opening(self) -> None:
        opener = self.opener
        for part in (self.top_bar, self.start_page):
            part.folder_wanted.connect(opener.choose_folder)
            part.folder_chosen.connect(opener.open_folder)
            part.drop_refused.connect(self.message_bar.show_sentence)
        self.top_bar.checkpoint_wanted.connect(opener.choose_checkpoint)
        self.top_bar.checkpoint_chosen.connect(opener.open_checkpoint)
        self.top_bar.device_chosen.connect(self._choose_device)
        self.start_page.demo_wanted.connect(opener.open_sample)
        self.start_page.project_chosen.connect(opener.open_project)
        self.commands.recent_chosen.connect(opener.open_project)
        self.queries.checkpoint_dropped.connect(opener.open_checkpoint)
        self.queries.project_dropped.connect(opener.open_project)
        opener.begun.connect(self.message_bar.hide)
        opener.error_raised.connect(self.message_bar.show_sentence)
        opener.folders_changed.connect(self._show_place)
        opener.folders_changed.connect(self.decisions.keeper.update)
        opener.recents_changed.connect(self._show_recents)
        opener.ui_restored.connect(self._restore_ui)
        for desk in self.frame.desks.values():
            desk.message_raised.connect(self.message_bar.show_sentence)
            desk.note_raised.connect(self.status.show_message)
            desk.full_view_wanted.connect(self._open_full_view)
            desk.view_changed.connect(self.keeper.note_change)
        for teller in (self.decisions, self.exports):
            teller.message_raised.connect(self.message_bar.show_sentence)
            teller.note_raised.connect(self.status.show_message)
        self.keeper.recent_changed.connect(self._show_recents)
        self.keeper.error_raised.connect(self.message_bar.show_sentence)

    def _connect_commands(self) -> None:
        commands, opener, state, train = self.commands, self.opener, self.state, self.training
        pages = [desk.show_action for desk in self.frame.desks.values()]
        decide, benchmark = self.decisions.actions, self.benchmark.actions
        commands.fill(
            pages, self.queries, decide, train.actions, benchmark, self.help_switch,
            self.exports.actions,
        )  # fmt: skip
        self.decisions.add_explorer(self.explore)
        for action, method in (
            (commands.open_query, partial(opener.choose_folder, "query")),
            (commands.open_gallery, partial(opener.choose_folder, "gallery")),
            (commands.open_checkpoint, opener.choose_checkpoint),
            (commands.open_project, opener.choose_project),
            (commands.save_project, opener.save_project_as),
            (commands.open_sample, opener.open_sample),
            (commands.close_project, opener.close_folders),
            (commands.quit, self.close),
            (commands.copy_paths, self.copy_paths),
            (commands.copy_image, self.copy_image),
            (commands.find_file, self._find_file),
            (commands.escape, partial(self.frame.go_back, state.search.go_back)),
            (train.actions.pin, lambda: self.training.pin(self.explore.focused_paths())),
            (commands.show_line, self.explore.show_line),
            (commands.larger, partial(self._scale_tiles, _TILE_STEP)),
            (commands.smaller, partial(self._scale_tiles, 1 / _TILE_STEP)),
            (commands.full_view, self.explore.open_full_view),
            (commands.swap, opener.swap),
            (commands.more_matches, partial(self._change_top_k, 5)),
            (commands.fewer_matches, partial(self._change_top_k, -5)),
            (commands.cancel, state.loader.cancel),
            (commands.resume, state.loader.resume),
            (commands.re_embed, state.loader.re_embed),
            (commands.shortcuts, lambda: shortcuts_dialog(self, self.actions()).open()),
            (commands.about, self._show_about),
        ):
            action.triggered.connect(partial(call_plainly, method))
        self.why.switched.connect(self.explore.explain)
        self.why.bind(self.explore.preview_panel.why_button)
        grids = (self.explore.query_panel.grid, self.explore.match_panel.grid)
        self.training.connect_actions(grids)
        commands.show_preview.toggled.connect(self.explore.preview_panel.setVisible)
        commands.show_queries.toggled.connect(self.explore.query_panel.setVisible)
        commands.scheme_chosen.connect(self._choose_scheme)
        commands.index_kind_chosen.connect(state.set_index_kind)
        self.explore.score_bar.help_button.setDefaultAction(self.help_switch.action)
        commands.show_scheme(self._theme.scheme)
        commands.show_index_kind(state.session.index_kind)

    def _connect_remembering(self) -> None:
        for signal in (
            self.state.search.query_changed,
            self.state.domains_swapped,
            self.state.top_k_changed,
            self.state.index_kind_changed,
            self.state.private.line_changed,
            self.state.help.switched,
            self.state.loader.domain_scanned,
            self.state.loader.checkpoint_changed,
            self.state.loader.encoder_started,
            self.training.pins_changed,
            self.explore.view_changed,
            self.explore.match_panel.grid.tile_size_changed,
            self.explore.query_panel.grid.tile_size_changed,
        ):
            signal.connect(self.keeper.note_change)

    # ---- showing

    def _show_place(self) -> None:
        folders, desk = self.opener.folders, self.frame.current
        is_ready = len(folders) == 2
        has_page = is_ready or not desk.needs_folders
        self._places.setCurrentIndex(int(has_page))
        if has_page and not desk.place.isAncestorOf(self.focusWidget()):
            desk.focus_first()
        self.top_bar.setVisible(is_ready)
        for side in ("query", "gallery"):
            self.start_page.show_folder(side, folders.get(side))
        names = [folder.name for _, folder in sorted(folders.items(), reverse=True)]
        self.setWindowTitle(f"{' → '.join(names)} – uem-desktop" if is_ready else "uem-desktop")
        self._show_domains()

    def _show_domains(self) -> None:
        self.top_bar.show_domains(self.state.session)
        self.top_bar.show_checkpoint(self.state.session)
        self.status.show_domains(self.state.session)

    def _show_encoder(self) -> None:
        encoder = self.state.loader.encoder
        if encoder is not None:
            self.top_bar.set_devices(encoder.devices)
            self.top_bar.show_device(self.state.loader.device, encoder.device_text)
            self.status.show_device(encoder.device_text)

    def _show_recents(self) -> None:
        folders = [Path(text) for text in self._settings.recent("folders")]
        projects = self.keeper.recent.entries()
        self.top_bar.set_recent_folders(folders)
        self.top_bar.set_recent_checkpoints(self._settings.recent("checkpoints"))
        self.start_page.set_recent(projects)
        self.commands.show_recent(projects)

    def _make_pages(self) -> None:
        if self.state.session.is_complete:
            self._page_maker.start(self.frame.desks.values())

    def _open_full_view(self, path: Path) -> None:
        FullView(path, ImageView(), self).open()

    def _show_about(self) -> None:
        encoder = self.state.loader.encoder
        about_dialog(self, encoder.device_text if encoder else "").open()

    # ---- commands

    def copy_paths(self) -> None:
        """Put the files that are meant on the clipboard, as files and as text."""
        desk = self.frame.current
        if not desk.copy():
            self._copier.copy_paths(desk.selected_paths())

    def copy_image(self) -> None:
        """Put the previewed image on the clipboard."""
        if (path := self.explore.preview_panel.path) is not None:
            self._copier.copy_image(path)

    def _find_file(self) -> None:
        self.frame.current.focus_filter()

    def _scale_tiles(self, factor: float) -> None:
        has_focus = self.explore.query_panel.grid.hasFocus()
        grid = (self.explore.query_panel if has_focus else self.explore.match_panel).grid
        grid.set_tile_size(round(grid.tile_size * factor))

    def _change_top_k(self, step: int) -> None:
        self.state.set_top_k(max(1, self.state.session.top_k + step))

    def _choose_scheme(self, scheme: Scheme) -> None:
        self._theme.set_scheme(scheme)
        self._settings.set_scheme(scheme)
        self.commands.show_scheme(scheme)

    def _choose_device(self, name: str) -> None:
        self.top_bar.show_device(name, "")
        self.state.loader.set_device(name)
        self._warm_up.start()
        self.keeper.note_change()

    def _read_ui(self) -> dict[str, Any]:
        return read_ui(self.state, self.explore, self.frame, self.training.pinned)

    def _restore_ui(self, ui: dict[str, Any]) -> None:
        self.training.set_pinned(pinned_of(ui))
        restore_ui(ui, self.state, self.explore, self.frame, self.opener.folders)

    # ---- Qt

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if may_hold_images(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        dropped = read_mime(event.mimeData())
        event.acceptProposedAction()
        if not self.opener.take_dropped(dropped):
            self.queries.take_dropped(dropped)

    def closeEvent(self, event: QCloseEvent) -> None:
        desks = self.frame.desks.values()
        if not all(desk.may_close() for desk in desks):
            event.ignore()
            return
        self.keeper.save()
        self.decisions.close()
        self._settings.remember(self, self.explore.splitter, self.commands.panels)
        self._warm_up.stop()
        self._page_maker.stop()
        for desk in desks:
            desk.close()
        self.state.close()
        self._runner.close()
        self.thumbnails.close()
        self.explore.close_views()
        event.accept()
