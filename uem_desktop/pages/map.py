"""The map page: both domains in one plane, coloured, with what is chosen beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.browsing_page import BrowsingPage
from uem_desktop.pages.decision_desk import DecisionDesk
from uem_desktop.pages.decision_targets import DecisionTargets
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.export_offer import ExportOffer
from uem_desktop.pages.kept_view import KeptView
from uem_desktop.pages.labels import hairline
from uem_desktop.pages.map_beside import MapBeside
from uem_desktop.pages.map_colours import legend_of
from uem_desktop.pages.map_dress import (
    ask_for,
    colouring_of,
    facts_text,
    legend_title,
    lines_text,
)
from uem_desktop.pages.map_header import MapHeader, empty_texts
from uem_desktop.pages.map_keeper import MapKeeper
from uem_desktop.pages.map_offer import map_offer, picture_of
from uem_desktop.pages.map_selection import Images, MapSelection
from uem_desktop.pages.map_side import MapSide
from uem_desktop.pages.map_view import MapView
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.window_settings import WindowSettings
from uem_desktop.retrieval.explorer_session import DomainPair
from uem_desktop.retrieval.layout import METHODS
from uem_desktop.retrieval.map_colouring import ColourBy, Colouring
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

_ONE_MAP, _TWO_MAPS = [940, 0, 320], [500, 500, 260]


class MapPage(BrowsingPage):
    """Shows what the keepers keep; nothing is computed while nobody looks. See `BrowsingPage`."""

    def __init__(
        self,
        state: ExplorerState,
        desk: DecisionDesk,
        settings: WindowSettings,
        runner: JobRunner,
        loader: ThumbnailLoader,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("mapPage")
        self._state = state
        self._theme = theme
        self.decisions = MismatchDecisions(state.session, desk.keeper, desk.decided, self)
        self.selection = MapSelection(self)
        self.keeper = MapKeeper(self._domains, state.prototypes, runner, self)
        self.header = MapHeader(settings, theme)
        self.view = MapView(
            self.keeper, self.selection, loader, theme, lambda: empty_texts(self.keeper, state)
        )
        self.beside = MapBeside(self.view, state, self.selection, runner, loader, theme, self)
        self.side = MapSide(self.selection, loader)
        self.side.model.show_decisions(desk.decided.image)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self._connect_state()
        self._connect_person()
        self._show_points()

    def focus_first(self) -> None:
        """Give the focus to the map."""
        self.view.map.setFocus()

    def selected_paths(self) -> list[Path]:
        """Return the images that an edit command means."""
        return self.side.selected_paths()

    def export_offer(self) -> ExportOffer:
        """Return what can be exported of the page."""
        colouring = self._colouring(self.keeper)
        views = (self.view, self.beside.view) if self.beside.is_shown else (self.view,)
        picture = None
        if colouring is not None:
            picture = picture_of(views, colouring, self.side.legend_title.text())
        queries, images = self.decision_targets().queries, self.selected_paths()
        return map_offer(self.view, picture, self.selection.images, queries, images)

    def decision_targets(self) -> DecisionTargets:
        """Return what a decision made by a key is about: images for themselves."""
        points = self.keeper.points
        if points is None or not len(self.selection.marked):
            return DecisionTargets()
        images = self.selection.marked.tolist()
        paths = tuple(points.record(image).path for image in images)
        is_query = [points.side_and_row(image)[0] == "query" for image in images]
        queries = tuple(p for p, is_one in zip(paths, is_query, strict=True) if is_one)
        others = tuple(p for p, is_one in zip(paths, is_query, strict=True) if not is_one)
        pairs = tuple((q, g) for q in queries for g in others) if len(queries) == 1 else ()
        return DecisionTargets(pairs, paths, queries)

    def kept_view(self) -> dict[str, Any]:
        """See `BrowsingPage.kept_view`."""
        beside = self.beside
        return {
            **self.header.kept(),
            "beside": beside.second.kept,
            "moves_together": beside.link_box.isChecked(),
        }

    def restore_view(self, kept: KeptView) -> None:
        """See `BrowsingPage.restore_view`."""
        self.header.restore(kept)
        self.keeper.method = next(m for m in METHODS if m == self.header.methods.choice)
        self.beside.link_box.setChecked(kept.flag("moves_together", otherwise=True))
        self.beside.restore(kept.checkpoint("beside"))
        self.splitter.setSizes(_TWO_MAPS if self.beside.is_shown else _ONE_MAP)
        self._choose_lines(self.header.line_count)
        self._show_colouring()
        self._refresh_if_seen()

    def go_back(self) -> bool:
        """Go one step back within the page; whether there was one."""
        if self.side.legend.clear_choice() or self.selection.clear():
            self.focus_first()
            return True
        return False

    def close_all(self) -> None:
        """End what works for the page."""
        self.keeper.close()
        self.beside.close()

    # ---- from the state

    def _domains(self) -> DomainPair | None:
        pair = self._state.session.embedded_pair()
        return pair if pair is not None and any(one.ready_count for one in pair) else None

    def _connect_state(self) -> None:
        state, keeper = self._state, self.keeper
        self.follow(state)
        state.domains_swapped.connect(self.selection.clear)
        state.loader.domain_scanned.connect(self.selection.clear)
        state.search.query_changed.connect(self._follow_query)
        keeper.points_changed.connect(self._show_points)
        self.beside.keeper.points_changed.connect(self._show_beside)
        self.beside.changed.connect(self._show_facts)
        for one in (keeper, self.beside.keeper):
            one.prototypes_changed.connect(self._show_colouring)
            one.results_changed.connect(self._show_colouring)
            one.neighbours_changed.connect(self._show_lines_text)
            one.failed.connect(self.message_raised)
        self.decisions.changed.connect(self._show_decisions)
        self.selection.changed.connect(self._ask_lines)
        self._theme.changed.connect(self._show_colouring)

    def refresh(self) -> None:
        """See `BrowsingPage.refresh`."""
        self.keeper.update()
        self.beside.update()
        for view in (self.view, self.beside.view):
            if view.keeper.points is None:
                view.show_points()

    def _show_points(self) -> None:
        points = self.keeper.points
        had_focus = self.isAncestorOf(self.focusWidget() or self)
        checkpoint = self._state.session.checkpoint
        self.view.title = checkpoint.title if checkpoint is not None else ""
        self.view.show_points()
        self.side.show_domains(points)
        self.side.setVisible(points is not None or self.keeper.is_running)
        self.header.fit_button.setEnabled(points is not None)
        self._ask_what_is_shown()
        self._show_colouring()
        self._follow_query()
        if points is not None:
            self.beside.keeper.forget_finished()
            self.beside.update()
        if had_focus and self.isVisible() and points is not None:
            self.focus_first()

    def _show_beside(self) -> None:
        self.beside.view.show_points()
        self._ask_what_is_shown()
        self._show_colouring()

    def _follow_query(self) -> None:
        located = [self._state.session.locate(path) for path in self._state.search.query]
        points = self.keeper.points
        if points is not None:
            self.selection.follow(points.image_of(*place) for place in located if place)

    def _show_decisions(self) -> None:
        self.side.model.show_decisions()
        if self.header.colour_by is ColourBy.DECISION:
            self._show_colouring()

    # ---- colours

    def _ask_what_is_shown(self) -> None:
        has_prototypes = self.header.prototypes_box.isChecked()
        for keeper in self._keepers:
            ask_for(keeper, self.header.colour_by, has_prototypes=has_prototypes)

    @property
    def _keepers(self) -> tuple[MapKeeper, ...]:
        return (self.keeper, self.beside.keeper) if self.beside.is_shown else (self.keeper,)

    def _colouring(self, keeper: MapKeeper) -> Colouring | None:
        by, marks = self.header.colour_by, self.decisions.marks
        return colouring_of(keeper, by, marks, self._state.session)

    def _show_colouring(self, *_: object) -> None:
        colouring = self._colouring(self.keeper)
        chosen = self.side.legend.chosen()
        if colouring is None:
            self.side.show_legend("", [], [])
        else:
            entries = legend_of(colouring, self._theme.tokens)
            is_other = [entry.title for entry in entries] != self._legend_titles
            chosen = [] if is_other else chosen
            by, is_beside = self.header.colour_by, self.beside.is_shown
            title = legend_title(self.keeper, by, colouring.by, is_beside=is_beside)
            self.side.show_legend(title, entries, chosen)
        self._colour(colouring, chosen)
        self._show_facts()

    def _colour(self, colouring: Colouring | None, chosen: list[int]) -> None:
        self.view.show_colouring(colouring, tuple(chosen))
        other = self._colouring(self.beside.keeper)
        is_same = other is not None and colouring is not None and other.by is colouring.by
        has_codes = is_same and other is not None and other.by is not ColourBy.PROTOTYPE
        self.beside.view.show_colouring(other, tuple(chosen) if has_codes else ())

    @property
    def _legend_titles(self) -> list[str]:
        legend = self.side.legend
        return [legend.item(row).text() for row in range(legend.count())]

    def _choose_codes(self, codes: list[int]) -> None:
        self.side.all_button.setVisible(bool(codes))
        self._colour(self._colouring(self.keeper), codes)

    def _choose_code(self, code: int) -> None:
        """Choose all images of a colour, which then stand out as what is chosen."""
        points, colouring = self.keeper.points, self._colouring(self.keeper)
        if points is not None and colouring is not None:
            wanted = code if code < len(colouring.keys) else -1
            images = points.images[colouring.codes == wanted]
            self.side.legend.clear_choice()
            self.selection.choose(images)

    def _choose_colour(self, _by: str) -> None:
        self._ask_what_is_shown()
        self._show_colouring()

    # ---- prototypes and lines

    def _toggle_prototypes(self, are_shown: bool) -> None:
        self._ask_what_is_shown()
        for view in (self.view, self.beside.view):
            view.set_markers(are_shown)
        self._show_facts()

    def _choose_lines(self, count: int) -> None:
        for view in (self.view, self.beside.view):
            view.set_lines(count > 0)
        self._ask_lines()

    def _ask_lines(self) -> None:
        count = self.header.line_count
        images = self.selection.images if count else self.selection.images[:0]
        for keeper in (self.keeper, self.beside.keeper):
            keeper.ask_neighbours(images, max(1, count))

    def _show_lines_text(self) -> None:
        count, chosen = self.header.line_count, len(self.selection.images)
        other = self.beside.keeper.neighbours if self.beside.is_shown else None
        self.side.show_lines_text(
            lines_text(self.keeper.neighbours, count, chosen, other, self.beside.title)
        )

    def _show_facts(self) -> None:
        has_prototypes = self.header.prototypes_box.isChecked()
        self.header.facts.set_text(facts_text(self.keeper, has_prototypes=has_prototypes))

    # ---- from the person

    def _connect_person(self) -> None:
        header, view, side = self.header, self.view, self.side
        header.method_chosen.connect(self._choose_method)
        header.colour_chosen.connect(self._choose_colour)
        header.prototypes_toggled.connect(self._toggle_prototypes)
        header.lines_chosen.connect(self._choose_lines)
        header.fit_wanted.connect(self._fit)
        header.beside_chosen.connect(self._choose_beside)
        self.beside.closed.connect(lambda: self._choose_beside(""))
        self.beside.another_wanted.connect(header.beside_button.showMenu)
        for signal in (
            header.method_chosen,
            header.colour_chosen,
            header.prototypes_toggled,
            header.lines_chosen,
            self.beside.changed,
            self.beside.link_box.toggled,
        ):
            signal.connect(lambda *_: self.view_changed.emit())
        side.legend.codes_chosen.connect(self._choose_codes)
        side.legend.code_opened.connect(self._choose_code)
        side.image_opened.connect(self._open)
        for one in (view, self.beside.view):
            one.image_chosen.connect(self._choose_image)
            one.images_chosen.connect(self._choose_images)
            one.image_opened.connect(self._open)
        for widget in (view.map, self.beside.view.map, side.grid):
            shortcut = QShortcut(QKeySequence("Space"), widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self._open_full_view)

    def _choose_method(self, name: str) -> None:
        self.keeper.set_method(next(method for method in METHODS if method == name))
        self.beside.update()

    def _choose_beside(self, spec: str) -> None:
        self.beside.ask(spec)
        self.splitter.setSizes(_TWO_MAPS if spec else _ONE_MAP)
        self._show_colouring()
        self._ask_lines()

    def _fit(self) -> None:
        for view in (self.view, self.beside.view):
            view.map.fit()

    def _choose_image(self, image: int, is_added: bool) -> None:
        if image < 0:
            self.selection.clear()
            return
        self.selection.choose([image], is_added=is_added)
        points = self.keeper.points
        if points is not None and not is_added:
            self._state.search.ask([points.record(image).path])

    def _choose_images(self, images: Images, is_added: bool) -> None:
        self.selection.choose(images, is_added=is_added)

    def _path(self, image: int | None) -> Path | None:
        points = self.keeper.points
        return points.record(image).path if points is not None and image is not None else None

    def _open(self, image: int) -> None:
        if (path := self._path(image)) is not None:
            self.explore_wanted.emit(path)

    def _open_full_view(self) -> None:
        if (path := self._path(self.selection.current)) is not None:
            self.full_view_wanted.emit(path)

    def _lay_out(self) -> None:
        self.view.setMinimumWidth(320)
        self.side.setMinimumWidth(220)
        self.beside.view.setMinimumWidth(240)
        for place, part in enumerate((self.view, self.beside.view, self.side)):
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(place, int(part is not self.side))
        self.splitter.setSizes(_ONE_MAP)
        self.splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(hairline())
        layout.addWidget(self.splitter, 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self._follow_query()
