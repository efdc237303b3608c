"""The heat on a query and on its match, and what pointing at one of them shows on the other."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from uem_desktop.pages.why_keeper import WhyKeeper
from uem_desktop.retrieval.embedder_protocol import PositionEmbeddings
from uem_desktop.retrieval.why import Explanation, Heat
from uem_desktop.retrieval.why_words import largest_text
from uem_desktop.widgets.heat_palette import heat_image
from uem_desktop.widgets.heat_view import HeatLayer, HeatView, Position

_NONE = ("", "", "")
_LEAST = "0 or against"
_SIDES = ("query", "match")


class HeatPair(QObject):
    """Lays the heat of a keeper's explanation over two views.

    Both images share one scale, up to the largest part of any position. While a position of one
    image is pointed at, it is framed, and the other image shows the parts that it has with it.

    Signals:
        meaning_changed(str, str, str): What the darkest and the lightest colour stand for, and what
            is shown while a position is pointed at.
    """

    meaning_changed = Signal(str, str, str)

    def __init__(
        self, keeper: WhyKeeper, query: HeatView, match: HeatView, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._views = (query, match)
        self._is_shown = False
        for number, view in enumerate(self._views):
            view.position_pointed.connect(partial(self._point, number))
        keeper.changed.connect(self.show_heat)

    def set_shown(self, is_shown: bool) -> None:
        """Show the heat, or take it away."""
        self._is_shown = is_shown
        self.show_heat()

    def set_opacity(self, opacity: float) -> None:
        """Let the images through more or less, 0..1."""
        for view in self._views:
            view.set_opacity(opacity)

    def show_heat(self) -> None:
        """Show the parts of all positions."""
        found = self._keeper.explanation
        if found is None or not self._is_shown:
            for view in self._views:
                view.show_heat(None)
            self.meaning_changed.emit(*_NONE)
            return
        heats = (found.query_heat, found.match_heat)
        largest = max(float(heat.max()) for heat in heats)
        for view, heat, positions in zip(
            self._views, heats, (found.query, found.match), strict=True
        ):
            view.show_heat(_layer(heat, largest, positions))
        self.meaning_changed.emit(_LEAST, largest_text(largest, found.similarity), "")

    def _point(self, number: int, position: Position | None) -> None:
        found = self._keeper.explanation
        if found is None or not self._is_shown:
            return
        if position is None:
            self.show_heat()
            return
        own, other = self._views[number], self._views[1 - number]
        heat = self._heat_of_other(found, number, position)
        largest = max(float(heat.max()), 1e-12)
        own_heat = (found.query_heat, found.match_heat)[number]
        scale = max(float(found.query_heat.max()), float(found.match_heat.max()))
        both = (found.query, found.match)
        own.show_heat(_layer(own_heat, scale, both[number], position))
        other.show_heat(_layer(heat, largest, both[1 - number]))
        part = largest_text(largest, found.similarity)
        note = f"Parts of the {_SIDES[1 - number]} with the framed position of the {_SIDES[number]}"
        self.meaning_changed.emit(_LEAST, part, note)

    def _heat_of_other(self, found: Explanation, number: int, position: Position) -> Heat:
        return (found.match_heat_for if number == 0 else found.query_heat_for)(*position)


def _layer(
    heat: Heat, largest: float, positions: PositionEmbeddings, framed: Position | None = None
) -> HeatLayer:
    rows, columns = heat.shape
    return HeatLayer(heat_image(heat, largest), (rows, columns), positions.area, framed)
