"""Why a match is one, beside the matches: both images under their heat, and what stands below."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.heat_pair import HeatPair
from uem_desktop.pages.labels import ElidedLabel, plain_label
from uem_desktop.pages.why_facts import WhyFacts
from uem_desktop.pages.why_keeper import Pair, WhyKeeper
from uem_desktop.pages.why_switch import WhySwitch
from uem_desktop.retrieval.matches import Match
from uem_desktop.widgets.heat_view import HeatView
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_PICTURE_HEIGHT = 180


class WhyPanel(QWidget):
    """Explains the match that is looked at, while it is shown.

    Signals:
        query_wanted(Path): An image is to be the query.
    """

    query_wanted = Signal(object)

    def __init__(
        self,
        state: ExplorerState,
        runner: JobRunner,
        switch: WhySwitch,
        loader: ThumbnailLoader,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("whyPanel")
        self._switch = switch
        self.keeper = WhyKeeper(state, runner, self)
        self.views = (HeatView(), HeatView())
        self.heat = HeatPair(self.keeper, *self.views, parent=self)
        self.facts = WhyFacts(self.keeper, self.heat, state, switch, loader)
        self._names = tuple(ElidedLabel(role="heading") for _ in self.views)
        self._captions = tuple(ElidedLabel(role="dim") for _ in self.views)
        self.close_button = QToolButton()
        theme.bind_icon(self.close_button, "close")
        self._lay_out()
        self.facts.query_wanted.connect(self.query_wanted)
        self.close_button.clicked.connect(lambda: switch.action.setChecked(False))
        switch.opacity_changed.connect(lambda percent: self.heat.set_opacity(percent / 100))
        self.heat.set_opacity(switch.opacity_percent / 100)
        self.heat.set_shown(True)
        self.show_nothing("")

    def show_pair(self, query: Path, query_facts: str, match: Match) -> None:
        """Explain a match of a query."""
        category = match.record.category or "no category"
        mark = {True: " ✓", False: " ✕", None: ""}[match.is_correct]
        shown = (
            (query, f"query · {query_facts}"),
            (match.record.path, f"rank {match.rank:,} · {match.similarity:.4f} · {category}{mark}"),
        )
        before = self.keeper.pair
        had = (before.query, before.match) if before is not None else (None, None)
        for view, name, caption, (path, facts), old in zip(
            self.views, self._names, self._captions, shown, had, strict=True
        ):
            name.set_text(path.name, str(path))
            caption.set_text(facts)
            if path != old:
                view.show_path(path)
        self.keeper.explain(Pair(query, match.record.path))

    def show_nothing(self, sentence: str) -> None:
        """Say why nothing is explained."""
        self.keeper.explain(None)
        for view, label in zip(self.views, (*self._names, *self._captions), strict=False):
            view.clear()
            label.set_text("")
        for label in (*self._names, *self._captions):
            label.set_text("")
        self.views[0].set_empty_text("")
        self.views[1].set_empty_text(sentence, "", None)

    def close_views(self) -> None:
        """End what decodes."""
        self.keeper.stop()
        for view in self.views:
            view.close()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_S)
        head.addWidget(plain_label("Why this match", "title"))
        head.addStretch(1)
        head.addWidget(self.close_button)
        self.close_button.setToolTip("Back to the preview (W)")
        self.close_button.setAccessibleName("Back to the preview")
        pair = QHBoxLayout()
        pair.setContentsMargins(SPACE_M, 0, SPACE_M, 0)
        pair.setSpacing(SPACE_S)
        for view, name, caption in zip(self.views, self._names, self._captions, strict=True):
            name.set_elide_mode(Qt.TextElideMode.ElideMiddle)
            view.setFixedHeight(_PICTURE_HEIGHT)
            column = QVBoxLayout()
            column.setSpacing(2)
            for widget in (view, name, caption):
                column.addWidget(widget)
            pair.addLayout(column, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addLayout(pair)
        layout.addWidget(self.facts, 1)
