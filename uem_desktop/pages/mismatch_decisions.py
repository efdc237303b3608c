"""What was decided about the queries of a list, in pairs or alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from uem_desktop.item_models.decided import Decided
from uem_desktop.pages.decided_lookup import DecidedLookup
from uem_desktop.pages.decision_keeper import DecisionKeeper
from uem_desktop.retrieval.decided_about import DecidedAbout, DecidedFilter
from uem_desktop.retrieval.decisions import Entry
from uem_desktop.retrieval.explorer_session import ExplorerSession


class MismatchDecisions(QObject):
    """Follows the decisions of the project.

    Attributes:
        lookup: What models of matches show.

    Signals:
        changed: Something may be decided otherwise now.
    """

    changed = Signal()

    def __init__(
        self,
        session: ExplorerSession,
        keeper: DecisionKeeper,
        lookup: DecidedLookup,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._keeper = keeper
        self._about = DecidedAbout()
        self.lookup = lookup
        keeper.changed.connect(self._take)
        self._take(())

    @property
    def about(self) -> DecidedAbout:
        """What was decided about each image."""
        return self._about

    def query(self, path: Path) -> Decided:
        """Return what was decided about a query, in pairs or alone."""
        alone = self.lookup.image(path)
        marks = tuple(str(one) for one in self._about.of(path))
        return Decided(marks, alone.sentences, alone.category)

    def kept(self, wanted: DecidedFilter) -> NDArray[np.bool_]:
        """Return which images of the query domain a filter keeps, bool (N,)."""
        domain = self._session.domains.get("query")
        if domain is None:
            return np.zeros(0, np.bool_)
        return self._about.kept(wanted, domain.row_of_path, len(domain.records))

    def _take(self, entries: tuple[Entry, ...]) -> None:
        if not entries:  # another project, or none
            self._about = DecidedAbout()
            journal = self._keeper.journal
            entries = tuple(journal.decisions()) if journal is not None else ()
        self._about.apply(entries)
        self.changed.emit()
