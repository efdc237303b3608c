"""Connects the decisions about queries with everything on the page that shows them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject

from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.match_panel import MatchPanel
from uem_desktop.pages.private_panel import PrivatePanel
from uem_desktop.pages.query_panel import QueryPanel
from uem_desktop.pages.query_strip import QueryStrip
from uem_desktop.pages.score_bar import ScoreBar
from uem_desktop.widgets.marks import Mark, badge_icon
from uem_desktop.widgets.theme import Theme

_NO_VALUES = np.zeros(0)


class PrivateView(QObject):
    """Shows which queries have no counterpart, and hands on where the line is wanted."""

    def __init__(
        self,
        state: ExplorerState,
        panel: PrivatePanel,
        score_bar: ScoreBar,
        queries: QueryPanel,
        strip: QueryStrip,
        matches: MatchPanel,
        theme: Theme,
    ) -> None:
        super().__init__(panel)
        self._keeper = state.private
        self._decision = state.decision
        self._panel = panel
        self._button = score_bar.private_button
        self._queries = queries
        self._strip = strip
        self._matches = matches
        theme.bind(
            self._button,
            lambda tokens: self._button.setIcon(badge_icon(Mark.PRIVATE, tokens)),
        )
        keeper = self._keeper
        keeper.found_changed.connect(self._show_found)
        keeper.line_changed.connect(self._show_line)
        keeper.progressed.connect(self._show_progress)
        self._decision.changed.connect(self._show_decision)
        panel.line_moved.connect(keeper.move_line)
        panel.automatic_wanted.connect(self._return_line)
        panel.stop_wanted.connect(keeper.stop)
        panel.go_on_wanted.connect(keeper.go_on)
        self._show_found()
        self._show_decision()

    def show_marks(self) -> None:
        """Mark the listed queries as the line has it."""
        found, threshold = self._keeper.found, self._keeper.threshold
        if found is None or threshold is None:
            self._queries.model.set_decisions(_NO_VALUES, np.inf)
        else:
            self._queries.model.set_decisions(found.values, threshold)

    def _show_found(self) -> None:
        had_focus = self._panel.plot.hasFocus()
        self._panel.show_found(self._keeper)
        if had_focus and self._keeper.found is None:
            self._button.setFocus()  # and not the next field, where keys would be text
        self._show_button()
        self.show_marks()

    def _show_line(self) -> None:
        self._panel.show_line(self._keeper)
        self._show_button()
        self.show_marks()

    def _show_progress(self) -> None:
        self._panel.show_progress(self._keeper.share_done)
        self._show_button()

    def _show_button(self) -> None:
        keeper = self._keeper
        if keeper.found is not None and keeper.threshold is not None:
            called = keeper.found.counts_at(keeper.threshold).called
            text = f"{called:,} no counterpart"
        elif keeper.is_running:
            text = f"Counterparts: {keeper.share_done:.0%}"
        else:
            text = "Counterparts"
        self._button.setText(text)
        self._button.setAccessibleName(text)

    def _show_decision(self) -> None:
        decision = self._decision
        for part in (self._strip, self._matches):
            part.show_decision(decision.sentence, is_private=decision.is_private)
        self._panel.plot.show_marker(decision.value)

    def _return_line(self, grip: int) -> None:
        self._keeper.move_line(None, grip)
