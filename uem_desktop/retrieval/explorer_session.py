"""What the explorer knows: two domains, a checkpoint, and how to answer a query. No Qt."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from training.data.image_table import ImageTable
from training.data.records import ImageRecord
from training.data.scanning import FolderScan
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk
from uem_desktop.retrieval.helped import HelpedDomains
from uem_desktop.retrieval.helped_query import HelpedQuery
from uem_desktop.retrieval.index import GalleryIndex, IndexKind
from uem_desktop.retrieval.matches import QueryResult
from uem_desktop.retrieval.search import build_index, mean_embedding, search_embedding

if TYPE_CHECKING:
    from training.checkpoint_info import CheckpointInfo

Side = Literal["query", "gallery"]
SIDES: tuple[Side, Side] = ("query", "gallery")
DomainPair = tuple[DomainEmbeddings, DomainEmbeddings]
MAX_MISSED = 50


def other_side(side: Side) -> Side:
    """Return the opposite domain."""
    return "gallery" if side == "query" else "query"


@dataclass(slots=True)
class LoadedDomain:
    """A scanned folder with what is embedded of it."""

    scan: FolderScan
    embeddings: DomainEmbeddings
    selected_path: Path | None = None

    @property
    def row_of_path(self) -> Mapping[Path, int]:
        """Where each image stands."""
        return self.scan.row_of_path

    @property
    def records(self) -> ImageTable:
        """The images of the folder in path order."""
        return self.scan.records

    def pending_records(self) -> list[ImageRecord]:
        """Return the images that are neither embedded nor known to be unreadable."""
        return [self.records[row] for row in self.embeddings.pending_rows().tolist()]

    @property
    def is_complete(self) -> bool:
        """Whether every readable image is embedded."""
        return self.embeddings.is_complete


@dataclass(frozen=True, slots=True, eq=False)
class SearchRequest:
    """One question to the gallery, complete, so that a worker thread can answer it.

    With retrieval-time help, `gallery` and `sample` are helped and `helped` takes the place of
    `embedding`, which is always as the encoder made it.
    """

    query: tuple[Path, ...]
    category: str | None
    embedding: np.ndarray = field(repr=False)
    gallery: DomainEmbeddings = field(repr=False)
    sample: DomainEmbeddings | None = field(default=None, repr=False)
    top_k: int = 10
    index_kind: IndexKind = "exact"
    max_missed: int = MAX_MISSED
    helped: HelpedQuery | None = field(default=None, repr=False)

    def searched_embedding(self) -> np.ndarray:
        """Return what the gallery is searched with, float32 (D,), unit length."""
        return self.embedding if self.helped is None else self.helped.embedding()


class IndexKeeper:
    """Keeps the index of one gallery and builds it again when more of it is embedded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gallery: DomainEmbeddings | None = None
        self._key: tuple[int, IndexKind] | None = None
        self._index: GalleryIndex | None = None

    def index_of(
        self, request: SearchRequest, should_stop: Callable[[], bool] | None = None
    ) -> GalleryIndex:
        """Return an index over the gallery rows that are ready now."""
        gallery, kind = request.gallery, request.index_kind
        with self._lock:
            key = (gallery.ready_count, kind)
            if self._index is None or self._gallery is not gallery or self._key != key:
                self._index = build_index(
                    gallery, kind, query=request.sample, should_stop=should_stop
                )
                self._gallery, self._key = gallery, key
            return self._index


class Searcher(Protocol):
    """Answers search requests on any thread."""

    def __call__(
        self, request: SearchRequest, should_stop: Callable[[], bool] | None = None
    ) -> QueryResult:
        """Return the matches; raises `Cancelled` when `should_stop` says so."""


class ExplorerSession:
    """The state behind the explore page; changed on one thread only.

    Attributes:
        domains: The loaded domain of each side that has one.
        checkpoint: What the embeddings are made with, once it is known.
        top_k: How many matches are shown.
        index_kind: How the gallery is searched.
        help_names: The retrieval-time help that is wanted; none by default.
        helped: Both domains with that help; None while it is off or being computed.
    """

    def __init__(self) -> None:
        self.domains: dict[Side, LoadedDomain] = {}
        self.checkpoint: CheckpointInfo | None = None
        self.top_k = 20
        self.index_kind: IndexKind = "exact"
        self.help_names: tuple[str, ...] = ()
        self.helped: HelpedDomains | None = None
        self._outside: dict[Path, np.ndarray] = {}
        self._indexes = IndexKeeper()

    # ---- domains and checkpoint

    def set_domain(self, side: Side, scan: FolderScan) -> LoadedDomain:
        """Put a scanned folder on one side, with nothing embedded yet."""
        domain = LoadedDomain(scan=scan, embeddings=DomainEmbeddings(scan))
        self.domains[side] = domain
        self.helped = None
        return domain

    def remove_domain(self, side: Side) -> None:
        """Empty one side."""
        self.domains.pop(side, None)

    def set_checkpoint(self, checkpoint: CheckpointInfo) -> None:
        """Use another checkpoint; embeddings of the one before are of no use to it."""
        if self.checkpoint is not None and self.checkpoint.fingerprint == checkpoint.fingerprint:
            self.checkpoint = checkpoint
            return
        self.checkpoint = checkpoint
        self.forget_embeddings()

    def forget_embeddings(self) -> None:
        """Start both domains again with nothing embedded."""
        self.helped = None
        self._outside.clear()
        self._indexes = IndexKeeper()
        for domain in self.domains.values():
            domain.embeddings = DomainEmbeddings(domain.scan)

    def swap(self) -> None:
        """Make the query domain the gallery domain and the other way round."""
        swapped: dict[Side, LoadedDomain] = {}
        for side, domain in self.domains.items():
            swapped[other_side(side)] = domain
        self.domains = swapped
        self.helped = None

    def apply(self, embeddings: DomainEmbeddings, chunk: EmbeddedChunk) -> Side | None:
        """Take newly embedded rows.

        Returns:
            The side they belong to now, or None when the domain was replaced meanwhile.
        """
        for side, domain in self.domains.items():
            if domain.embeddings is embeddings:
                embeddings.apply(chunk)
                return side
        return None

    @property
    def has_both_domains(self) -> bool:
        """Whether a query domain and a gallery domain are loaded."""
        return len(self.domains) == len(SIDES)

    @property
    def is_complete(self) -> bool:
        """Whether both domains are loaded and wholly embedded."""
        return self.has_both_domains and all(d.is_complete for d in self.domains.values())

    # ---- queries

    def locate(self, path: Path) -> tuple[Side, int] | None:
        """Return side and row of an image of either domain, None for one from outside."""
        for side in SIDES:
            domain = self.domains.get(side)
            if domain is not None and (row := domain.row_of_path.get(path)) is not None:
                return side, row
        return None

    def category_of(self, query: Sequence[Path]) -> str | None:
        """Return the category that all images of a query share, None when they do not."""
        categories: set[str | None] = set()
        for path in query:
            place = self.locate(path)
            domain = self.domains[place[0]] if place else None
            categories.add(domain.records.category_of(place[1]) if domain and place else None)
        return categories.pop() if len(categories) == 1 else None

    def add_outside(self, paths: Sequence[Path], embeddings: np.ndarray) -> None:
        """Remember embeddings (n, D) of images that belong to neither domain."""
        self._outside.update(zip(paths, embeddings, strict=True))

    def images_to_embed(self, query: Sequence[Path]) -> list[Path]:
        """Return the images of a query that are neither embedded nor part of a domain."""
        return [p for p in query if p not in self._outside and self.locate(p) is None]

    def is_waiting(self, query: Sequence[Path]) -> bool:
        """Whether an image of the query belongs to a domain that has not reached it yet."""
        return any(self.locate(p) is not None and self.embedding_of_image(p) is None for p in query)

    def embedding_of_image(self, path: Path) -> np.ndarray | None:
        """Return the embedding (D,) of one image when it is known."""
        place = self.locate(path)
        if place is None:
            return self._outside.get(path)
        side, row = place
        embeddings = self.domains[side].embeddings
        return embeddings.embeddings[row] if embeddings.is_ready[row] else None

    def embedding_of(self, query: Sequence[Path]) -> np.ndarray | None:
        """Return the embedding (D,) of a query as the encoder made it; None while it is not known.

        Several images make one query by their mean.
        """
        embeddings = self._embeddings_of(query)
        return None if embeddings is None else mean_embedding(embeddings)

    def likest_image(self, query: Sequence[Path], row: int) -> Path:
        """Return the image of a query that is most similar to a gallery image.

        Args:
            query: One image or more whose embeddings are known.
            row: Row of the gallery domain.
        """
        found = self._embeddings_of(query)
        if found is None or len(query) == 1:
            return query[0]
        return query[int((found @ self.domains["gallery"].embeddings.embeddings[row]).argmax())]

    def searched(self, side: Side) -> DomainEmbeddings | None:
        """Return a side as it is searched, helped where that is wanted; None while it is not."""
        if not self.help_names:
            return self.domains[side].embeddings if side in self.domains else None
        if self.helped is None:
            return None
        return self.helped.query if side == "query" else self.helped.gallery

    def embedded_pair(self) -> DomainPair | None:
        """Return query and gallery domain; None while either is not wholly embedded."""
        if not self.is_complete:
            return None
        query, gallery = (self.domains[side].embeddings for side in SIDES)
        return query, gallery

    def searched_pair(self) -> DomainPair | None:
        """Return both as they are searched; None before that, or where either has no image."""
        query, gallery = self.searched("query"), self.searched("gallery")
        if not self.is_complete or query is None or gallery is None:
            return None
        return (query, gallery) if query.ready_count and gallery.ready_count else None

    def request(self, query: tuple[Path, ...]) -> SearchRequest | None:
        """Return the question for a query, None while something for it is missing."""
        gallery, embeddings = self.searched("gallery"), self._embeddings_of(query)
        if gallery is None or not gallery.ready_count or embeddings is None:
            return None
        is_complete = self.domains["gallery"].is_complete
        request = SearchRequest(
            query=query,
            category=self.category_of(query),
            embedding=mean_embedding(embeddings),
            gallery=gallery,
            sample=self.searched("query"),
            top_k=self.top_k,
            index_kind=self.index_kind if is_complete else "exact",
        )
        if self.helped is None:
            return request
        known = [self._helped_row(path) for path in query]
        return replace(request, helped=HelpedQuery(known, embeddings, self.helped))

    def _embeddings_of(self, query: Sequence[Path]) -> np.ndarray | None:
        """Return the embeddings (n, D) of all images of a query; None while one is missing."""
        known = [self.embedding_of_image(path) for path in query]
        embeddings = [embedding for embedding in known if embedding is not None]
        return np.stack(embeddings) if embeddings and len(embeddings) == len(query) else None

    def _helped_row(self, path: Path) -> np.ndarray | None:
        place = self.locate(path)
        domain = self.searched(place[0]) if place else None
        return domain.embeddings[place[1]] if place and domain else None

    def searcher(self) -> Searcher:
        """Return the function that answers requests; it may run on another thread."""
        indexes = self._indexes

        def answer(
            request: SearchRequest, should_stop: Callable[[], bool] | None = None
        ) -> QueryResult:
            return search_embedding(
                request.searched_embedding(),
                request.category,
                request.gallery,
                indexes.index_of(request, should_stop),
                request.top_k,
                max_missed=request.max_missed,
                query_paths=request.query,
            )

        return answer
