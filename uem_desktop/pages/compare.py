"""The compare page: what the explorer's checkpoint does better and worse than another one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.browsing_page import BrowsingPage
from uem_desktop.pages.compare_choice import CompareChoice
from uem_desktop.pages.compare_detail import CompareDetail
from uem_desktop.pages.compare_export import FigureExport
from uem_desktop.pages.compare_header import empty_texts, ranking_text
from uem_desktop.pages.compare_keeper import CompareKeeper
from uem_desktop.pages.compare_list_panel import CompareListPanel
from uem_desktop.pages.compare_offer import compare_offer
from uem_desktop.pages.compare_summary import CompareSummary
from uem_desktop.pages.decision_desk import DecisionDesk
from uem_desktop.pages.decision_targets import DecisionTargets
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.export_offer import ExportOffer
from uem_desktop.pages.kept_view import KeptView, filter_values, path_value
from uem_desktop.pages.labels import ElidedLabel, hairline, plain_label
from uem_desktop.pages.match_header import TIE_RULE
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.second_checkpoint import SecondCheckpoint
from uem_desktop.pages.waiting_place import WaitingPlace
from uem_desktop.pages.walk_view import WalkView
from uem_desktop.pages.window_settings import WindowSettings
from uem_desktop.retrieval.compare_orders import CompareListing, CompareOrder
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

FIGURE_ROWS = 4


class ComparePage(BrowsingPage):
    """Shows what the keeper keeps; nothing is computed while nobody looks. See `BrowsingPage`."""

    def __init__(
        self,
        state: ExplorerState,
        decisions: DecisionDesk,
        settings: WindowSettings,
        runner: JobRunner,
        loader: ThumbnailLoader,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("comparePage")
        self._state, self._settings = state, settings
        second = SecondCheckpoint(state.session, state.loader, runner, self)
        self.decisions = MismatchDecisions(state.session, decisions.keeper, decisions.decided, self)
        self.keeper = CompareKeeper(state.session, second, self.decisions, runner, self)
        self.export = FigureExport(self.keeper, runner, self)
        self.choice = CompareChoice(settings)
        self.export_button = QPushButton("Export figure")
        self.facts, self.ranking = ElidedLabel(), ElidedLabel(role="dim")
        self.summary = CompareSummary(self.keeper)
        self.list_panel = CompareListPanel(self.keeper, self.decisions, loader)
        self.detail = CompareDetail(self.keeper, decisions, loader, theme)
        self.choose_button = QPushButton("Choose a checkpoint")
        self.waiting = WaitingPlace(
            "compare", "Progress of the comparison", theme, self.choose_button
        )
        self.waiting.go_on_button.setText("Go on")
        self.walk = WalkView(self.keeper, self.list_panel, self.detail, list_width=320)
        self._body = QStackedWidget()
        theme.bind_icon(self.export_button, "export")
        self._lay_out()
        self._add_export()
        self._connect_state()
        self._connect_views()
        self._show_found()

    @property
    def titles(self) -> tuple[str, str]:
        """What the explorer's checkpoint and the other one are called."""
        ours, theirs = self._state.session.checkpoint, self.keeper.second.embedded
        name = theirs.checkpoint.title if theirs is not None else self.keeper.second.spec
        return (ours.title if ours is not None else ""), name

    def focus_first(self) -> None:
        """Give the focus to what is acted on first."""
        if self.keeper.found is not None:
            self.list_panel.list.setFocus()
        elif self.keeper.second.spec and not self.keeper.second.has_failed:
            stop, go_on = self.waiting.stop_button, self.waiting.go_on_button
            (stop if stop.isVisible() else go_on).setFocus()
        else:
            self.choose_button.setFocus()

    def focus_filter(self) -> None:
        """Go to the filter of the queries."""
        self.list_panel.focus_filter()

    def compare_with(self, spec: str) -> None:
        """Compare the explorer's checkpoint with this one, a file or a name."""
        if Path(spec).is_file():
            self._settings.add_recent("checkpoints", spec)
        self.keeper.second.ask(spec)
        self.keeper.update()
        self.focus_first()

    def selected_paths(self) -> list[Path]:
        """Return the images that an edit command means."""
        if self.detail.has_focused_images:
            return self.detail.selected_paths()
        return self.list_panel.selected_paths()

    def export_offer(self) -> ExportOffer:
        """Return what can be exported of the page."""
        return compare_offer(self.keeper, self.list_panel, self.selected_paths())

    def decision_targets(self) -> DecisionTargets:
        """Return what a decision made by a key is about.

        In the rankings and among the relevant images it is about the image where the keys are, as
        a match of the query; in the list about the queries themselves.
        """
        query = self.detail.query_path
        if query is None or self.keeper.found is None:
            return DecisionTargets()
        chosen = tuple(self.selected_paths())
        if self.detail.has_focused_images:
            return DecisionTargets(tuple((query, one) for one in chosen), chosen, (query,))
        return DecisionTargets((), chosen, chosen)

    def copy_summary(self) -> bool:
        """Copy the numbers where they have the focus; whether they have."""
        if not self.summary.bars.hasFocus() or not self.summary.text:
            return False
        QGuiApplication.clipboard().setText("\n".join((self.facts.text(), self.summary.text)))
        self.note_raised.emit("Copied the numbers.")
        return True

    def kept_view(self) -> dict[str, Any]:
        """See `BrowsingPage.kept_view`."""
        keeper = self.keeper
        return {
            "against": keeper.second.kept,
            "order": str(keeper.listing.order),
            "query": path_value(keeper.query_path),
            **filter_values(keeper.listing),
        }

    def restore_view(self, kept: KeptView) -> None:
        """See `BrowsingPage.restore_view`."""
        order = kept.one_of("order", CompareOrder, CompareOrder.LOSS)
        listing = CompareListing(order, **kept.filter())
        self.keeper.restore(listing, kept.path("query"))
        self.keeper.second.restore(kept.checkpoint("against"))
        self._refresh_if_seen()

    def go_back(self) -> bool:
        """Go one step back within the page; whether there was one."""
        if self.detail.has_focused_images or self.summary.bars.hasFocus():
            self.list_panel.list.setFocus()
            return True
        return False

    def export_selected(self) -> None:
        """Write a figure of the queries that are selected in the list."""
        self.export.ask(self.list_panel.selected_places(), self.titles)

    def close_all(self) -> None:
        """End what works for the page."""
        self.keeper.close()
        self.detail.close_views()

    # ---- from the state

    def _connect_state(self) -> None:
        state, keeper = self._state, self.keeper
        self.follow(state)
        state.help.switched.connect(self._show_facts)
        state.top_k_changed.connect(self._show_more)
        keeper.found_changed.connect(self._show_found)
        keeper.progressed.connect(self._show_waiting)
        for signal in (keeper.second.changed, keeper.listing_changed, keeper.current_changed):
            signal.connect(self.view_changed)

    def refresh(self) -> None:
        """See `BrowsingPage.refresh`."""
        self.keeper.update()
        if self.keeper.found is None:
            self._show_found()

    def _show_more(self) -> None:
        self.keeper.search_again()
        self.summary.show_flips()

    def _show_found(self) -> None:
        keeper = self.keeper
        had_focus = self.isAncestorOf(self.focusWidget() or self)
        self.detail.titles = self.titles
        self._body.setCurrentIndex(int(keeper.found is not None))
        self.export_button.setEnabled(keeper.found is not None)
        self.choice.set_value(self.titles[1] if keeper.second.spec else "")
        self._show_waiting()
        self._show_facts()
        if had_focus and self.isVisible():
            self.focus_first()

    def _show_waiting(self) -> None:
        keeper, second = self.keeper, self.keeper.second
        if keeper.found is not None:
            return
        self.waiting.empty.show_text(*empty_texts(keeper, self._state))
        self.waiting.show_work(
            is_running=keeper.is_running or second.is_running,
            is_stopped=keeper.is_stopped or second.is_stopped,
        )
        self.waiting.show_share(keeper.share_done if keeper.is_running else second.share_done)
        self.choose_button.setVisible(self._is_to_choose)
        what = "another checkpoint" if second.has_failed else "a checkpoint"
        self.choose_button.setText(f"Choose {what}")

    @property
    def _is_to_choose(self) -> bool:
        """Whether there is nothing to compare with, or it cannot be had."""
        second = self.keeper.second
        return self._state.session.has_both_domains and (not second.spec or second.has_failed)

    def _show_facts(self) -> None:
        ours, theirs = self.titles
        has_both = bool(self.keeper.second.spec and ours)
        self.facts.set_text(f"{ours} compared with {theirs}" if has_both else "")
        text = ranking_text(self.keeper, self._state.session)
        self.ranking.set_text(text, f"{text}\n{TIE_RULE}")
        self.ranking.setVisible(bool(text))

    # ---- from the person

    def _connect_views(self) -> None:
        self.choice.chosen.connect(self.compare_with)
        self.choose_button.clicked.connect(self.choice.showMenu)
        self.walk.explore_wanted.connect(self.explore_wanted)
        self.walk.full_view_wanted.connect(self.full_view_wanted)
        self.waiting.stop_button.clicked.connect(self.keeper.stop)
        self.waiting.go_on_button.clicked.connect(self.keeper.go_on)
        self.export.written.connect(self.note_raised)
        self.export.failed.connect(self.message_raised)

    def _add_export(self) -> None:
        menu = QMenu(self.export_button)
        selected = QAction("Figure of the &selected queries…", self)
        selected.setShortcut(QKeySequence("Ctrl+E"))
        selected.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        selected.triggered.connect(self.export_selected)
        self.addAction(selected)
        menu.addAction(selected)
        for text, order in (("wins", CompareOrder.WIN), ("losses", CompareOrder.LOSS)):
            action = menu.addAction(f"Figure of the {FIGURE_ROWS} largest {text}…")
            action.triggered.connect(lambda _=False, order=order: self._export_largest(order))
        self.export_button.setMenu(menu)
        self.export_button.setToolTip(
            "Queries and their first matches under both, for a paper: PDF, SVG or PNG (Ctrl+E)"
        )

    def _export_largest(self, order: CompareOrder) -> None:
        self.export.ask(self.export.largest(order, FIGURE_ROWS), self.titles)

    def _header(self) -> QWidget:
        """Return what stands above everything: what is compared, and with what."""
        top = QWidget()
        top.setFixedHeight(self.choice.sizeHint().height() + 2 * SPACE_S)
        head = QHBoxLayout(top)
        head.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        head.setSpacing(SPACE_M)
        names = QVBoxLayout()
        names.setSpacing(2)
        title = QHBoxLayout()
        title.setSpacing(SPACE_M)
        title.addWidget(plain_label("Compare", "title"))
        title.addWidget(self.facts, 1)
        names.addLayout(title)
        names.addWidget(self.ranking)
        head.addLayout(names, 1)
        head.addWidget(self.choice)
        head.addWidget(self.export_button)
        return top

    def _lay_out(self) -> None:
        self.choose_button.setProperty("role", "primary")
        compared = QWidget()
        column = QVBoxLayout(compared)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.summary)
        column.addWidget(hairline())
        column.addWidget(self.walk, 1)
        self._body.addWidget(self.waiting)
        self._body.addWidget(compared)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header())
        layout.addWidget(hairline())
        layout.addWidget(self._body, 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.keeper.update()
        self._show_found()
