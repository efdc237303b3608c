"""What was decided about the queries of a list, in pairs or alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from uem_desktop.item_models.decided import Decided
from uem_desktop.pages.decided_lookup import DecidedLookup
from uem_desktop.pages.decision_keeper import DecisionKeeper
from uem_desktop.retrieval.decided_about import DecidedFilter
from uem_desktop.retrieval.decided_marks import DecidedMarks, NothingDecided
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
        self.lookup = lookup
        keeper.changed.connect(self._tell)

    @property
    def marks(self) -> DecidedMarks | NothingDecided:
        """What was decided about each image."""
        journal = self._keeper.journal
        return journal.marks if journal is not None else NothingDecided()

    def query(self, path: Path) -> Decided:
        """Return what was decided about a query, in pairs or alone."""
        alone = self.lookup.image(path)
        marks = tuple(str(one) for one in self.marks.of(path))
        return Decided(marks, alone.sentences, alone.category)

    def kept(self, wanted: DecidedFilter) -> NDArray[np.bool_]:
        """Return which images of the query domain a filter keeps, bool (N,)."""
        domain = self._session.domains.get("query")
        if domain is None:
            return np.zeros(0, np.bool_)
        return self.marks.kept(wanted, domain.records)

    def _tell(self, _entries: object) -> None:
        self.changed.emit()
