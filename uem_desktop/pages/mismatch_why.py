"""Why the match that is shown large is one, on the mismatches page."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import QObject, Signal

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.heat_pair import HeatPair
from uem_desktop.pages.late_place import LatePlace
from uem_desktop.pages.mismatch_detail import MismatchDetail
from uem_desktop.pages.why_facts import WhyFacts
from uem_desktop.pages.why_keeper import Pair, WhyKeeper
from uem_desktop.pages.why_switch import WhySwitch
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader


class MismatchWhy(QObject):
    """Lays heat over the two large images, and shows the rest in the place of what was missed.

    Signals:
        explore_wanted(Path): An image is wanted as the query in Explore.
    """

    explore_wanted = Signal(object)

    def __init__(
        self,
        state: ExplorerState,
        detail: MismatchDetail,
        runner: JobRunner,
        switch: WhySwitch,
        loader: ThumbnailLoader,
    ) -> None:
        super().__init__(detail)
        self._detail = detail
        self._state, self._switch, self._loader = state, switch, loader
        self.keeper = WhyKeeper(state, runner, self)
        self.heat = HeatPair(self.keeper, detail.query_view, detail.match_view, self)
        self._place = LatePlace(lambda: self.facts)
        detail.add_beside(self._place)
        detail.match_changed.connect(self.update)
        switch.switched.connect(self._switch_to)
        switch.opacity_changed.connect(lambda percent: self.heat.set_opacity(percent / 100))
        switch.bind(detail.why_button)
        self.heat.set_opacity(switch.opacity_percent / 100)
        self._switch_to(switch.is_on)

    @cached_property
    def facts(self) -> WhyFacts:
        """What is said beside the images; made when it is shown."""
        facts = WhyFacts(self.keeper, self.heat, self._state, self._switch, self._loader)
        facts.query_wanted.connect(self.explore_wanted)
        self._place.put(facts)
        return facts

    def update(self) -> None:
        """Explain what is shown now, where that is wanted."""
        query, match = self._detail.query_path, self._detail.match_card.path
        if not self._switch.is_on or query is None or match is None:
            self.keeper.explain(None)
        elif self._detail.isVisible():
            self.keeper.explain(Pair(query, match))

    def _switch_to(self, is_on: bool) -> None:
        self._detail.show_beside(is_shown=is_on)
        self.heat.set_shown(is_on)
        self.update()
