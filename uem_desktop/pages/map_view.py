"""One map of the page: what a keeper keeps, coloured, with prototypes and lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from PySide6.QtCore import QSizeF, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.pages.labels import ElidedLabel
from uem_desktop.pages.map_colours import colours_of, many_colours
from uem_desktop.pages.map_keeper import MapKeeper
from uem_desktop.pages.map_selection import Images, MapSelection
from uem_desktop.pages.waiting_place import WaitingPlace
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.map_colouring import ColourBy, Colouring
from uem_desktop.retrieval.map_prototypes import marker_places, prototype_texts
from uem_desktop.retrieval.map_words import METHOD_TITLES, layout_text
from uem_desktop.widgets.embedding_map import EmbeddingMap
from uem_desktop.widgets.map_card import CardText
from uem_desktop.widgets.map_cloud import MapCloud, shuffled
from uem_desktop.widgets.map_overlay import MapLines, MapMarker
from uem_desktop.widgets.map_picture import PRINT, SeenMap
from uem_desktop.widgets.point_grid import PointGrid
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S, Tokens

Texts = Callable[[], tuple[str, str]]


class Work(Protocol):
    """What can be stopped before there is a map."""

    @property
    def is_running(self) -> bool:
        """Whether something can be cancelled."""

    @property
    def is_stopped(self) -> bool:
        """Whether something can be taken up again."""

    @property
    def share_done(self) -> float:
        """How far it is, 0..1."""

    def stop(self) -> None:
        """Stop what runs."""

    def go_on(self) -> None:
        """Take up again what was stopped."""


class MapView(QWidget):
    """Turns what is known into points, colours, markers and lines.

    Attributes:
        keeper: What is known.
        title: The checkpoint whose map it is.

    Signals:
        image_chosen(int, bool): An image was clicked, and whether it is to be added; -1 for none.
        images_chosen(object, bool): Images were encircled or belong to a prototype.
        image_opened(int): An image is wanted in Explore.
    """

    image_chosen = Signal(int, bool)
    images_chosen = Signal(object, bool)
    image_opened = Signal(int)

    def __init__(
        self,
        keeper: MapKeeper,
        selection: MapSelection,
        loader: ThumbnailLoader,
        theme: Theme,
        empty_texts: Texts,
        work: Work | None = None,
        controls: Sequence[QWidget] = (),
        parent: QWidget | None = None,
    ) -> None:
        """Show a map.

        Args:
            keeper: Knows it.
            selection: What is chosen on every map.
            loader: Makes the pictures of the cards.
            theme: The colours.
            empty_texts: Say why there is no map.
            work: What is waited for; the keeper by default.
            controls: Stand above the map, at its right.
            parent: The owner.
        """
        super().__init__(parent)
        self._work: Work = work if work is not None else keeper
        self.keeper = keeper
        self._selection = selection
        self._theme = theme
        self._empty_texts = empty_texts
        self._colouring: Colouring | None = None
        self._chosen_codes: tuple[int, ...] = ()
        self._plain_look: tuple[Colouring, tuple[str, ...]] | None = None
        self._has_markers, self._has_lines = False, False
        self.title = ""
        self.facts = ElidedLabel(role="dim")
        self.map = EmbeddingMap(loader)
        self.waiting = WaitingPlace("map", "Progress of the layout", theme)
        self._body = QStackedWidget()
        self._lay_out(controls)
        self._connect()
        self.show_points()

    # ---- what is shown

    def show_points(self) -> None:
        """Show the map that the keeper has now, or why there is none."""
        work, points = self._work, self.keeper.points
        self._body.setCurrentIndex(int(points is not None))
        self.waiting.show_work(is_running=work.is_running, is_stopped=work.is_stopped)
        self.show_progress()
        self._colouring, self._plain_look = None, None
        if points is None:
            self.waiting.empty.show_text(*self._empty_texts())
            self.facts.set_text("")
            self.map.show_cloud(None, _no_card)
            return
        self.facts.set_text(" · ".join(filter(None, (self.title, layout_text(points.layout)))))
        self.facts.set_short_text(f"{self.title} · {METHOD_TITLES[points.layout.method]}")
        count = len(points)
        codes = np.full(count, -1, np.int16)
        grid = PointGrid(points.places)
        cloud = MapCloud(grid, points.is_gallery, codes, (), None, shuffled(count))
        self.map.show_cloud(cloud, self._card)
        self.show_marked()
        self.show_markers()
        self.show_lines()

    def show_colouring(self, colouring: Colouring | None, chosen: tuple[int, ...]) -> None:
        """Colour the points, with some colours chosen to stand out; none means all."""
        self._colouring, self._chosen_codes = colouring, chosen
        self._show_colours()
        self.show_markers()

    def set_markers(self, are_shown: bool) -> None:
        """Show prototypes or hide them."""
        self._has_markers = are_shown
        self.show_markers()

    def set_lines(self, are_shown: bool) -> None:
        """Show lines to the nearest of the other domain, or hide them."""
        self._has_lines = are_shown
        self.show_lines()

    def show_progress(self) -> None:
        """Show how far the layout is."""
        self.waiting.show_share(self._work.share_done)

    def show_selection(self) -> None:
        """Let the chosen images stand out."""
        self._show_colours()
        self.show_marked()

    def show_marked(self) -> None:
        """Ring the marked images."""
        points = self.keeper.points
        if points is None:
            return
        current = self._selection.current
        at = points.points_of(np.array([] if current is None else [current], np.int64))
        marked = points.points_of(self._selection.marked)
        self.map.show_selection(marked, int(at[0]) if len(at) else None)

    def reveal(self, images: Images) -> None:
        """Bring images into sight."""
        if self.keeper.points is not None:
            self.map.show_points(self.keeper.points.points_of(images))

    def show_markers(self) -> None:
        """Lay the prototypes over the points, where they are wanted and known."""
        self.map.show_markers(self._markers(self._theme.tokens))

    def seen(self) -> SeenMap | None:
        """Return the map as it is seen, in the colours of a figure; None while there is none."""
        points, scene, colouring = self.keeper.points, self.map.scene, self._colouring
        if points is None or scene is None or colouring is None:
            return None
        cloud = replace(scene.cloud, colours=colours_of(colouring, PRINT))
        scene = replace(scene, cloud=cloud, markers=tuple(self._markers(PRINT)))
        title = display_text(f"{self.title} · {METHOD_TITLES[points.layout.method]}")
        return SeenMap(title, scene, self.map.camera, QSizeF(self.map.size()))

    def _markers(self, tokens: Tokens) -> list[MapMarker]:
        points, found = self.keeper.points, self.keeper.prototypes
        if not self._has_markers or points is None or found is None:
            return []
        is_coloured = self._colouring is not None and self._colouring.by is ColourBy.PROTOTYPE
        colours = many_colours(len(found), tokens) if is_coloured else None
        texts = prototype_texts(found)
        return [
            MapMarker(disc, diamond, colours[number] if colours else None, *texts[number])
            for number, (disc, diamond) in enumerate(marker_places(points, found))
        ]

    def show_lines(self) -> None:
        """Draw the lines, where they are wanted and known."""
        points, found = self.keeper.points, self.keeper.neighbours
        if not self._has_lines or points is None or found is None:
            self.map.show_lines(None)
            return
        starts, ends = points.points_of(found.images), points.points_of(found.nearest)
        self.map.show_lines(MapLines(starts, ends, found.is_right))

    def _show_colours(self) -> None:
        points, colouring = self.keeper.points, self._colouring
        if points is None or colouring is None:
            return
        is_bright = None
        if self._chosen_codes:
            last = len(colouring.keys)
            codes = np.where(colouring.codes < 0, last, colouring.codes)
            is_bright = np.isin(codes, self._chosen_codes)
        if self._selection.has_many:
            is_chosen = np.isin(points.images, self._selection.images)
            is_bright = is_chosen if is_bright is None else is_bright & is_chosen
        colours = colours_of(colouring, self._theme.tokens)
        look = (colouring, colours) if is_bright is None else None
        if look is not None and look == self._plain_look:
            return  # a million points need not be painted again for each click
        self._plain_look = look
        self.map.show_colours(colouring.codes, colours, is_bright)

    def _card(self, point: int) -> CardText:
        points = self.keeper.points
        assert points is not None
        image = int(points.images[point])
        record, side = points.record(image), points.side_and_row(image)[0]
        lines = [record.category or "no category known", f"{side} domain"]
        if self._colouring is not None and self._colouring.by in (
            ColourBy.PROTOTYPE,
            ColourBy.DECISION,
        ):
            code = int(self._colouring.codes[point])
            if code >= 0:
                by = "prototype " if self._colouring.by is ColourBy.PROTOTYPE else ""
                lines.append(f"{by}{self._colouring.keys[code].title}")
        results = self.keeper.results
        if results is not None and side == "query":
            ap = results.plain_ap[int(np.searchsorted(points.query.ready_rows(), image))]
            lines.append("AP –" if np.isnan(ap) else f"AP {100 * ap:.1f} %")
        return CardText(display_text(record.path.name), tuple(lines), record.path)

    # ---- from the person

    def _connect(self) -> None:
        keeper, view = self.keeper, self.map
        keeper.progressed.connect(self.show_progress)
        keeper.neighbours_changed.connect(self.show_lines)
        keeper.prototypes_changed.connect(self.show_markers)
        self._selection.changed.connect(self.show_selection)
        self._selection.marked_changed.connect(self.show_marked)
        view.point_chosen.connect(self._choose_point)
        view.points_chosen.connect(self._choose_points)
        view.marker_chosen.connect(self._choose_marker)
        view.point_opened.connect(self._open_point)
        self.waiting.stop_button.clicked.connect(self._work.stop)
        self.waiting.go_on_button.clicked.connect(self._work.go_on)

    def _choose_point(self, point: int, is_added: bool) -> None:
        points = self.keeper.points
        image = -1 if points is None or point < 0 else int(points.images[point])
        self.image_chosen.emit(image, is_added)

    def _choose_points(self, chosen: Images, is_added: bool) -> None:
        if self.keeper.points is not None:
            self.images_chosen.emit(self.keeper.points.images[chosen], is_added)

    def _choose_marker(self, number: int) -> None:
        points, found = self.keeper.points, self.keeper.prototypes
        if points is not None and found is not None:
            split = len(points.query.records)
            images = [
                found.central_rows("query", number),
                found.central_rows("gallery", number) + split,
            ]
            self.images_chosen.emit(np.concatenate(images), False)

    def _open_point(self, point: int) -> None:
        if self.keeper.points is not None:
            self.image_opened.emit(int(self.keeper.points.images[point]))

    # ---- layout

    def _lay_out(self, controls: Sequence[QWidget]) -> None:
        self.map.setObjectName("embeddingMap")
        self.map.setAccessibleName("Map of both domains")
        self.map.setAccessibleDescription(
            "Arrow keys move, plus and minus zoom, 0 shows everything, Ctrl and an arrow key go to"
            " the next image, Enter opens it in Explore."
        )
        self._body.addWidget(self.waiting)
        self._body.addWidget(self.map)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_M, SPACE_S - 2, SPACE_M, SPACE_S - 2)
        head.setSpacing(SPACE_S)
        head.addWidget(self.facts, 1)
        for control in controls:
            head.addWidget(control)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._body, 1)


def _no_card(_: int) -> CardText:
    return CardText("")
