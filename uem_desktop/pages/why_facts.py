"""What stands beside the two heat maps: their legend, neighbours in the own domain, prototypes."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSlider, QVBoxLayout, QWidget

from uem_desktop.item_models.strip_list import StripImage, StripListModel
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.heat_pair import HeatPair
from uem_desktop.pages.labels import ElidedLabel, hairline, plain_label
from uem_desktop.pages.why_keeper import WhyKeeper
from uem_desktop.pages.why_switch import WhySwitch
from uem_desktop.retrieval.belonging import NEAREST, Belonging
from uem_desktop.retrieval.explorer_session import SIDES, Side
from uem_desktop.retrieval.why_words import (
    HOW,
    belonging_text,
    neighbours_text,
    sum_text,
    title,
)
from uem_desktop.widgets.heat_legend import HeatLegend
from uem_desktop.widgets.thumbnail_line import ThumbnailLine
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S, SPACE_XS

_TILE = 64
_SLIDER_WIDTH = 88


class WhyFacts(QScrollArea):
    """Shows all that a keeper knows but the heat itself.

    Signals:
        query_wanted(Path): An image is to be the query.
    """

    query_wanted = Signal(object)

    def __init__(
        self,
        keeper: WhyKeeper,
        heat: HeatPair,
        state: ExplorerState,
        switch: WhySwitch,
        loader: ThumbnailLoader,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._state = state
        self.legend, self.sum = HeatLegend(), plain_label("", "dim", is_wrapped=True)
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity_caption = plain_label("opacity", "caption")
        self.nearest, self.nearest_facts = (
            _Strip(loader, "Nearest in its own domain"),
            ElidedLabel(role="dim"),
        )
        self.nearest_title = plain_label("Nearest in the query's domain", "heading")
        self.belonging = plain_label("", "dim", is_wrapped=True)
        self.central = tuple(_Strip(loader, f"Most central, {side} domain") for side in SIDES)
        self._lay_out()
        self._set_up_opacity(switch)
        heat.meaning_changed.connect(self._show_meaning)
        keeper.changed.connect(self.show_known)
        for strip in (self.nearest, *self.central):
            strip.line.activated.connect(self._want_query)
        self.show_known()

    def show_known(self) -> None:
        """Show what the keeper knows by now."""
        keeper = self._keeper
        self.sum.setText(self._sum_text())
        for widget in (self.legend, self.opacity, self.opacity_caption):
            widget.setVisible(not keeper.reason)
        self._show_nearest()
        self._show_belonging()

    def _show_meaning(self, least: str, largest: str, note: str) -> None:
        self.legend.show_ends(least, largest)
        self.sum.setText(note or self._sum_text())

    def _sum_text(self) -> str:
        keeper = self._keeper
        if keeper.explanation is None:
            return keeper.reason or ("Looking at both images…" if keeper.pair else "")
        return sum_text(keeper.explanation, is_helped=bool(self._state.session.help_names))

    def _show_nearest(self) -> None:
        keeper, session = self._keeper, self._state.session
        side, pair = keeper.own_side, keeper.pair
        if side is None or pair is None or side not in session.domains:
            self.nearest.model.set_images(())
            self.nearest_facts.set_text("")
            return
        records = session.domains[side].records
        self.nearest.model.set_images(
            [
                StripImage(
                    records[one.row].path, f"{one.similarity:.3f}", records[one.row].category,
                    None if one.mark == "unknown" else one.mark,
                )
                for one in keeper.neighbours
            ]
        )  # fmt: skip
        category = session.category_of([pair.query])
        self.nearest_facts.set_text(neighbours_text(keeper.neighbours, category))

    def _show_belonging(self) -> None:
        belonging = self._keeper.belonging
        if belonging is None:
            waiting = "Looking for prototypes…" if self._keeper.pair is not None else ""
            self.belonging.setText(self._keeper.belonging_reason or waiting)
            for strip in self.central:
                strip.hide()
            return
        self.belonging.setText(belonging_text(belonging))
        for side, strip in zip(SIDES, self.central, strict=True):
            number = _number_of(belonging, side)
            domain = self._state.session.domains.get(side)
            if number is None or domain is None:
                strip.hide()
                continue
            rows = belonging.prototypes.central_rows(side, number, NEAREST).tolist()
            strip.caption.setText(f"Most central of {title(number)}, {side} domain")
            records = [domain.records[row] for row in rows]
            strip.model.set_images(
                [StripImage(one.path, one.category or "", one.category) for one in records]
            )
            strip.setVisible(bool(rows))

    def _want_query(self, index: QModelIndex) -> None:
        model = index.model()
        assert isinstance(model, StripListModel)
        self.query_wanted.emit(model.path_at(index.row()))

    def _set_up_opacity(self, switch: WhySwitch) -> None:
        self.opacity.setRange(0, 100)
        self.opacity.setValue(switch.opacity_percent)
        self.opacity.setFixedWidth(_SLIDER_WIDTH)
        self.opacity.setAccessibleName("Opacity of the heat")
        self.opacity.setToolTip("How strongly the heat covers the images")
        self.opacity.valueChanged.connect(switch.set_opacity)
        switch.opacity_changed.connect(self.opacity.setValue)

    def _lay_out(self) -> None:
        body = QWidget()
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for label in (self.sum, self.legend):
            label.setToolTip(HOW)
        scale = QHBoxLayout()
        scale.setSpacing(SPACE_M)
        scale.addWidget(self.legend, 1)
        strength = QVBoxLayout()
        strength.setSpacing(0)
        strength.addWidget(self.opacity)
        strength.addWidget(self.opacity_caption)
        scale.addLayout(strength)
        column = QVBoxLayout(body)
        column.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        column.setSpacing(SPACE_XS)
        column.addLayout(scale)
        column.addWidget(self.sum)
        column.addSpacing(SPACE_S)
        column.addWidget(hairline())
        column.addSpacing(SPACE_S)
        column.addWidget(self.nearest_title)
        column.addWidget(self.nearest_facts)
        self.nearest.caption.hide()
        column.addWidget(self.nearest)
        column.addWidget(hairline())
        column.addSpacing(SPACE_S)
        column.addWidget(plain_label("Unified prototype", "heading"))
        column.addWidget(self.belonging)
        for strip in self.central:
            column.addWidget(strip)
        column.addStretch(1)


class _Strip(QWidget):
    """A caption over a line of images."""

    def __init__(self, loader: ThumbnailLoader, name: str) -> None:
        super().__init__()
        self.caption = plain_label("", "caption")
        self.model = StripListModel(self)
        self.line = ThumbnailLine(loader, self.model, self.model, _TILE)
        self.line.setAccessibleName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addWidget(self.line)


def _number_of(belonging: Belonging, side: Side) -> int | None:
    """Return the prototype whose images of a domain are shown.

    The shared one; or else that of the query for the query's domain, and so for the match.
    """
    if belonging.match[0] == side:
        return belonging.match[1]
    if belonging.query is not None and belonging.query[0] == side:
        return belonging.query[1]
    return None
