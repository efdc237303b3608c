"""From what a person searches with to results."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.data.records import DecodeFailure
from training.errors import UserError
from uem_desktop.cli.embedding import OpenEncoder, embed_domain
from uem_desktop.cli.options import EngineOptions
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.index import GalleryIndex, IndexKind
from uem_desktop.retrieval.matches import QueryResult
from uem_desktop.retrieval.search import mean_embedding, search_domain, search_embedding

_FEWEST_SAMPLES = 32


@dataclass(frozen=True, slots=True)
class QueryImages:
    """Images to search with, from one folder or from files named one by one.

    Attributes:
        paths: n images that can be used.
        categories: Theirs; for a file, the name of the folder it lies in, which is a category
            only where the gallery has one of that name.
        embeddings: (n, D) float32 unit rows.
        failures: Images that cannot be used.
        domain: The folder they are from, if they are from one.
    """

    paths: tuple[Path, ...]
    categories: tuple[str | None, ...]
    embeddings: np.ndarray
    failures: tuple[DecodeFailure, ...]
    domain: DomainEmbeddings | None = None


def check_queries(queries: Sequence[Path]) -> None:
    """Raise a UserError for a query that is not there, before anything slow begins."""
    for query in queries:
        if not os.path.exists(query):
            raise UserError(f"There is no image or folder {query}.")


def embed_queries(
    queries: Sequence[Path], encoder: OpenEncoder, options: EngineOptions
) -> tuple[QueryImages, ...]:
    """Embed images and folders, in their order.

    Raises:
        UserError: A folder, or the images together, hold nothing that can be used.
    """
    parts = []
    for query in _grouped(queries):
        if isinstance(query, Path):
            parts.append(_images_of_domain(embed_domain(query, "query", encoder, options)))
        else:
            parts.append(_embed_files(query, encoder))
    return tuple(parts)


def failures_of(
    parts: Sequence[QueryImages], *domains: DomainEmbeddings | None
) -> list[DecodeFailure]:
    """Return what could not be used of queries and domains, each file once."""
    found = [failure for part in parts for failure in part.failures]
    found += [failure for domain in domains if domain is not None for failure in domain.failures]
    return list({failure.path: failure for failure in found}.values())


def embeddings_of(parts: Sequence[QueryImages], *, is_mean: bool) -> np.ndarray:
    """Return the embedding of each query, float32 (n, D), or the one of all of them together."""
    embeddings = np.concatenate([part.embeddings for part in parts])
    return mean_embedding(embeddings)[None] if is_mean else embeddings


def build_index(
    gallery: DomainEmbeddings,
    kind: IndexKind,
    parts: Sequence[QueryImages],
    should_stop: Callable[[], bool],
) -> GalleryIndex:
    """Make an index whose recall is measured with the queries, if they are enough for that.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    queries = embeddings_of(parts, is_mean=False)
    return GalleryIndex.build(
        gallery.embeddings,
        gallery.ready_rows(),
        kind,
        sample_queries=queries if len(queries) >= _FEWEST_SAMPLES else None,
        should_stop=should_stop,
    )


def search_each(
    parts: Sequence[QueryImages], gallery: DomainEmbeddings, index: GalleryIndex, top_k: int
) -> Iterator[QueryResult]:
    """Give the matches of every image."""
    known = set(gallery.scan.categories)
    for part in parts:
        if part.domain is not None:
            yield from search_domain(part.domain, gallery, top_k=top_k, index=index)
            continue
        for path, category, embedding in zip(
            part.paths, part.categories, part.embeddings, strict=True
        ):
            yield search_embedding(
                embedding,
                category if category in known else None,
                gallery,
                index,
                top_k,
                max_missed=0,
                query_paths=(path,),
            )


def search_mean(
    parts: Sequence[QueryImages], gallery: DomainEmbeddings, index: GalleryIndex, top_k: int
) -> QueryResult:
    """Give the matches of all images as one query; its category is the one they all share."""
    (embedding,) = embeddings_of(parts, is_mean=True)
    categories = {category for part in parts for category in part.categories}
    category = categories.pop() if len(categories) == 1 else None
    if category not in gallery.scan.categories:
        category = None
    paths = tuple(path for part in parts for path in part.paths)
    return search_embedding(
        embedding, category, gallery, index, top_k, max_missed=0, query_paths=paths
    )


def _grouped(queries: Sequence[Path]) -> Iterator[Path | tuple[Path, ...]]:
    """Give folders one by one and neighbouring images together, so that they share batches."""
    files: list[Path] = []
    for query in queries:
        if not os.path.isdir(query):
            files.append(query)
            continue
        if files:
            yield tuple(files)
            files = []
        yield query
    if files:
        yield tuple(files)


def _embed_files(files: Sequence[Path], encoder: OpenEncoder) -> QueryImages:
    embedded = encoder.embedder.embed_images(files)
    if not embedded.rows:
        first = embedded.failures[0]
        raise UserError(f"{first.path} cannot be used as a query: {first.reason}.")
    paths = tuple(files[row] for row in embedded.rows)
    names = tuple(Path(os.path.abspath(path)).parent.name for path in paths)
    return QueryImages(paths, names, embedded.embeddings, embedded.failures)


def _images_of_domain(domain: DomainEmbeddings) -> QueryImages:
    rows = domain.ready_rows()
    records = [domain.records[row] for row in rows.tolist()]
    return QueryImages(
        tuple(record.path for record in records),
        tuple(record.category for record in records),
        domain.embeddings[rows],
        tuple(domain.failures),
        domain,
    )
