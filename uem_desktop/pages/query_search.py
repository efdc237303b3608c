"""Asks the gallery: the current query, its way back and forward, the newest answer wins."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from training.data.scanning import FolderScan
from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages import embedding_work as work
from uem_desktop.pages.domain_loader import DomainLoader
from uem_desktop.pages.embedding_work import Phase
from uem_desktop.retrieval.embedder_protocol import EmbeddedImages
from uem_desktop.retrieval.explorer_session import ExplorerSession, Searcher, SearchRequest
from uem_desktop.retrieval.matches import QueryResult
from uem_desktop.retrieval.query_history import Query, QueryHistory

REFRESH_INTERVAL_MS = 500
MAX_QUERY_IMAGES = 500


class SearchState(Enum):
    """How far the answer to the current query is."""

    NO_QUERY = "no query"
    READING_FOLDER = "reading the folder"
    EMBEDDING = "embedding the query"
    WAITING = "waiting for the embeddings"
    SEARCHING = "searching"
    ANSWERED = "answered"
    FAILED = "failed"


class QuerySearch(QObject):
    """The current query and its result.

    Signals:
        query_left: `query` is about to be another one.
        query_changed: `query` is another one.
        result_changed: `result` is another one; it may be None.
        state_changed: `state` or `sentence` changed.
    """

    query_left = Signal()
    query_changed = Signal()
    result_changed = Signal()
    state_changed = Signal()

    def __init__(
        self,
        session: ExplorerSession,
        runner: JobRunner,
        loader: DomainLoader,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._loader = loader
        self._job: Job | None = None
        self._folder_job: Job | None = None
        self.history = QueryHistory()
        self.result: QueryResult | None = None
        self.state = SearchState.NO_QUERY
        self.sentence = ""
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.setInterval(REFRESH_INTERVAL_MS)
        self._refresh_timer.timeout.connect(self.refresh)
        loader.rows_embedded.connect(self._note_rows)
        loader.embedding_ended.connect(self.refresh)

    @property
    def query(self) -> Query:
        """The images of the current query; empty when there is none."""
        return self.history.current or ()

    # ---- asking

    def ask(self, paths: Sequence[Path]) -> None:
        """Make these images one query."""
        query = tuple(dict.fromkeys(paths))[:MAX_QUERY_IMAGES]
        if not query or query == self.query:
            return
        self.query_left.emit()
        self.history.push(query)
        self._show_query()

    def ask_folder(self, folder: Path) -> None:
        """Make all images of a folder one query."""
        if self._folder_job is not None:
            self._folder_job.cancel()
        self._set_state(SearchState.READING_FOLDER)
        self._folder_job = self._runner.start(
            work.scan,
            folder,
            "query",
            on_result=self._take_folder,
            on_error=self._fail,
        )

    def go_back(self) -> None:
        """Return to the query before."""
        if self.history.can_go_back:
            self.query_left.emit()
            self.history.go_back()
            self._show_query()

    def go_forward(self) -> None:
        """Return to the query that was left by going back."""
        if self.history.can_go_forward:
            self.query_left.emit()
            self.history.go_forward()
            self._show_query()

    def clear(self) -> None:
        """Forget the query and all before it."""
        self.history.clear()
        self._cancel_search()
        self._set_result(None)
        self._set_state(SearchState.NO_QUERY)
        self.query_changed.emit()

    def refresh(self) -> None:
        """Ask the same query again: more is embedded, or top_k or the index changed."""
        if not self.query or self.state is SearchState.EMBEDDING:
            return
        if missing := self._session.images_to_embed(self.query):
            self._embed(missing)
            return
        request = self._session.request(self.query)
        if request is None:
            self._explain_waiting()
            return
        self._cancel_search()
        self._set_state(SearchState.SEARCHING)
        self._job = self._runner.start(
            _search,
            self._session.searcher(),
            request,
            on_result=self._take_result,
            on_error=self._fail,
        )

    def restart(self) -> None:
        """Ask the same query again after the domains or the checkpoint changed."""
        self._cancel_search()
        self._set_result(None)
        self._set_state(SearchState.NO_QUERY if not self.query else SearchState.WAITING)
        self.refresh()

    # ---- answers

    def _show_query(self) -> None:
        self._cancel_search()
        self._set_state(SearchState.WAITING)
        self.query_changed.emit()
        self.refresh()

    def _embed(self, missing: list[Path]) -> None:
        if self._session.checkpoint is None:
            self._set_state(SearchState.WAITING, "Waiting for the checkpoint.")
            return
        query = self.query
        self._set_state(SearchState.EMBEDDING)
        self._loader.embed_images(
            missing,
            partial(self._take_images, query, missing),
            partial(self._fail_images, query),
            partial(self._drop_images, query),
        )

    def _take_images(self, query: Query, asked: list[Path], images: EmbeddedImages) -> None:
        self._session.add_outside([asked[row] for row in images.rows], images.embeddings)
        if query != self.query:
            if self.state is SearchState.EMBEDDING:
                self._set_state(SearchState.WAITING)
                self.refresh()
            return
        unreadable = {asked[row] for row in range(len(asked))} - {asked[r] for r in images.rows}
        readable = tuple(path for path in query if path not in unreadable)
        note = _unreadable_sentence(query, images)
        if not readable:
            self._set_result(None)
            self._fail(note)
            return
        if unreadable:
            self.history.replace(readable)
            self.query_changed.emit()
        self._set_state(SearchState.WAITING, note)
        self.refresh()

    def _fail_images(self, query: Query, sentence: str) -> None:
        if query == self.query:
            self._set_result(None)
            self._fail(sentence)

    def _drop_images(self, query: Query) -> None:
        """The encoder was replaced while it embedded the query: ask the next one."""
        if query == self.query and self.state is SearchState.EMBEDDING:
            self._set_state(SearchState.WAITING)
            self.refresh()

    def _take_folder(self, scan: FolderScan) -> None:
        self._folder_job = None
        if not scan.records:
            self._fail(f"There is no image in {scan.folder.name}.")
            return
        self.ask([record.path for record in scan.records])

    def _take_result(self, result: QueryResult) -> None:
        self._job = None
        if result.query_paths != self.query:
            return
        self._set_result(result)
        self._set_state(SearchState.ANSWERED, self.sentence)

    def _note_rows(self, _side: str) -> None:
        if self.query and not self._refresh_timer.isActive():
            if self.result is None and self.state is SearchState.WAITING:
                self.refresh()
            self._refresh_timer.start()

    def _explain_waiting(self) -> None:
        self._set_result(None)
        unreadable = self._unreadable()
        if unreadable:
            self._fail(f"{unreadable.name} could not be read; the Problems page says why.")
        elif "gallery" not in self._session.domains:
            self._set_state(SearchState.WAITING, "Choose a gallery domain to search in.")
        else:
            self._set_state(SearchState.WAITING, self._why_waiting())

    def _why_waiting(self) -> str:
        gallery = self._session.domains["gallery"]
        if not gallery.records:
            return "The gallery domain holds no images; choose another folder."
        if not gallery.embeddings.ready_count and gallery.is_complete:
            return "No image of the gallery domain could be read; the Problems page says why."
        if self._loader.status.phase in (Phase.STOPPED, Phase.FAILED):
            return "Not embedded yet; Resume embedding goes on where it stopped."
        if self._session.help_names:
            return "Retrieval help is being computed; the matches appear by themselves."
        return "Not embedded yet; the matches appear by themselves."

    def _unreadable(self) -> Path | None:
        for path in self.query:
            place = self._session.locate(path)
            if place is not None:
                failures = self._session.domains[place[0]].embeddings.failures
                if any(failure.path == path for failure in failures):
                    return path
        return None

    def _cancel_search(self) -> None:
        self._refresh_timer.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _fail(self, sentence: str) -> None:
        self._set_state(SearchState.FAILED, sentence)

    def _set_result(self, result: QueryResult | None) -> None:
        if result is not self.result:
            self.result = result
            self.result_changed.emit()

    def _set_state(self, state: SearchState, sentence: str = "") -> None:
        self.state = state
        self.sentence = sentence
        self.state_changed.emit()


def _search(context: JobContext, answer: Searcher, request: SearchRequest) -> QueryResult:
    context.check()
    return answer(request, context.should_stop)


def _unreadable_sentence(query: Query, images: EmbeddedImages) -> str:
    if not images.failures:
        return ""
    first = images.failures[0]
    what = f"{first.path.name}: {first.reason}."
    if len(query) == 1:
        return f"This image cannot be the query. {what}"
    return f"{len(images.failures)} of {len(query)} images were left out. {what}"
