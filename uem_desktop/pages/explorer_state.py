"""The explorer as one object: session, loader, search, scores and decisions, wired together."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.domain_loader import DomainLoader, MakeEmbedder
from uem_desktop.pages.help_keeper import HelpKeeper
from uem_desktop.pages.private_keeper import PrivateKeeper
from uem_desktop.pages.prototype_keeper import PrototypeKeeper
from uem_desktop.pages.query_decision import QueryDecision
from uem_desktop.pages.query_search import QuerySearch
from uem_desktop.pages.score_keeper import ScoreKeeper
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.retrieval.index import IndexKind


class ExplorerState(QObject):
    """What pages look at and act on.

    Signals:
        domains_swapped: Query domain and gallery domain changed places.
        top_k_changed(int): Another number of matches is shown.
        index_kind_changed(str): The gallery is searched in another way.
    """

    domains_swapped = Signal()
    top_k_changed = Signal(int)
    index_kind_changed = Signal(str)

    def __init__(
        self, runner: JobRunner, make_embedder: MakeEmbedder, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.session = ExplorerSession()
        self.loader = DomainLoader(self.session, runner, make_embedder, self)
        self.help = HelpKeeper(self.session, runner, self)
        self.search = QuerySearch(self.session, runner, self.loader, self)
        self.scores = ScoreKeeper(self.session, runner, self)
        self.private = PrivateKeeper(self.session, runner, self)
        self.prototypes = PrototypeKeeper(self.session.embedded_pair, runner, self)
        self.decision = QueryDecision(self.session, runner, self.search, self.private, self)
        self.loader.domain_scanned.connect(self._start_again)
        self.loader.checkpoint_changed.connect(self._start_again)
        self.loader.embedding_ended.connect(self.update_numbers)
        self.help.helped_changed.connect(self._search_again)

    def swap(self) -> None:
        """Ask the other way round."""
        self._remember_selection()
        self.loader.swap()
        self.domains_swapped.emit()
        self.update_numbers()
        self.search.restart()
        domain = self.session.domains.get("query")
        if domain is not None and domain.records:
            self.search.ask([domain.selected_path or domain.records[0].path])

    def set_top_k(self, top_k: int) -> None:
        """Show another number of matches."""
        if top_k == self.session.top_k or top_k < 1:
            return
        self.session.top_k = top_k
        self.top_k_changed.emit(top_k)
        self.search.refresh()

    def set_index_kind(self, kind: IndexKind) -> None:
        """Search the gallery exactly or with an approximate index."""
        if kind == self.session.index_kind:
            return
        self.session.index_kind = kind
        self.index_kind_changed.emit(kind)
        self.search.refresh()

    def update_numbers(self) -> None:
        """Compute what is said of the whole query domain, where the domains are others now."""
        self.help.update()
        self.scores.update()
        self.private.update()

    def close(self) -> None:
        """End the encoder."""
        self.loader.close()

    def _start_again(self) -> None:
        self.update_numbers()
        self.search.restart()

    def _search_again(self) -> None:
        self.scores.update()
        self.search.restart()

    def _remember_selection(self) -> None:
        domain = self.session.domains.get("query")
        query = self.search.query
        if domain is not None and len(query) == 1 and query[0] in domain.row_of_path:
            domain.selected_path = query[0]
