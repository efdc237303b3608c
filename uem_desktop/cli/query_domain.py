"""The domain that queries are from: what retrieval help and the third mark look at.

It is the folder of `--query-domain`, or else the one folder among what is given with `--query`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.errors import UserError
from uem_desktop.cli.embedding import OpenEncoder, embed_domain
from uem_desktop.cli.options import EngineOptions
from uem_desktop.cli.queries import QueryImages
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.helped import help_domains
from uem_desktop.retrieval.matches import CounterpartDecision, QueryResult
from uem_desktop.retrieval.private_queries import PrivateQueries, find_private_queries
from uem_desktop.retrieval.steps import ShowStep, count_of, progress_of


@dataclass(frozen=True, slots=True, eq=False)
class QueryDomain:
    """A query domain whose images are found by their paths.

    Attributes:
        embeddings: The domain, as the encoder made it.
        row_of_path: The row of each absolute path.
    """

    embeddings: DomainEmbeddings
    row_of_path: dict[str, int]

    def rows_of(self, paths: Sequence[Path]) -> NDArray[np.int64]:
        """Return the ready row of each path, int64 (n,); -1 for an image from elsewhere."""
        rows = [self.row_of_path.get(os.path.abspath(path), -1) for path in paths]
        return np.array(
            [row if row >= 0 and self.embeddings.is_ready[row] else -1 for row in rows], np.int64
        )


def find_query_domain(
    given: Path | None,
    parts: Sequence[QueryImages],
    encoder: OpenEncoder,
    options: EngineOptions,
) -> QueryDomain | None:
    """Return the query domain; None where it is not known.

    Args:
        given: The folder that was named, if one was.
        parts: What is searched with.
        encoder: What embeds.
        options: How.

    Raises:
        UserError: The folder holds no image that can be used.
    """
    domains = [part.domain for part in parts if part.domain is not None]
    if given is not None:
        domains = [one for one in domains if _is_same(one.scan.folder, given)][:1]
        domains = domains or [embed_domain(given, "query", encoder, options)]
    if len(domains) != 1:
        return None
    rows = {os.path.abspath(path): row for row, path in enumerate(domains[0].records.paths)}
    return QueryDomain(domains[0], rows)


def help_parts(
    parts: Sequence[QueryImages],
    domain: QueryDomain | None,
    gallery: DomainEmbeddings,
    names: Sequence[str],
    on_step: ShowStep,
    should_stop: Callable[[], bool],
) -> tuple[tuple[QueryImages, ...], DomainEmbeddings]:
    """Return the queries and the gallery after retrieval help.

    Raises:
        Cancelled: ``should_stop`` said so.
        UserError: A help needs the query domain, which is not known.
    """
    try:
        both = help_domains(
            None if domain is None else domain.embeddings, gallery, names,
            on_progress=progress_of(on_step, "Helping retrieval"), should_stop=should_stop,
        )  # fmt: skip
    except UserError as error:
        raise UserError(f"{error} Name it by --query-domain.") from None
    helped = []
    for part in parts:
        embeddings = both.helped(part.embeddings)
        if domain is not None and both.query is not None:
            rows = domain.rows_of(part.paths)
            embeddings[rows >= 0] = both.query.embeddings[rows[rows >= 0]]
        of_domain = part.domain
        if of_domain is not None:
            of_domain = of_domain.with_embeddings(of_domain.ready_rows(), embeddings)
        helped.append(replace(part, embeddings=embeddings, domain=of_domain))
    return tuple(helped), both.gallery


def find_private(
    domain: QueryDomain | None,
    gallery: DomainEmbeddings,
    on_step: ShowStep,
    should_stop: Callable[[], bool],
) -> tuple[PrivateQueries | None, str]:
    """Return who of the query domain has no counterpart, or None and why it cannot be said.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    if domain is None:
        return None, ""
    voted = count_of(on_step, "Looking for queries without a counterpart")
    try:
        found = find_private_queries(
            domain.embeddings, gallery, on_progress=voted, should_stop=should_stop
        )
    except UserError as error:
        return None, str(error)
    return found, ""


def with_decisions(
    results: Iterable[QueryResult],
    embeddings: NDArray[np.float32],
    domain: QueryDomain | None,
    private: PrivateQueries | None,
) -> Iterator[QueryResult]:
    """Say of each result whether its query has a counterpart.

    Args:
        results: Results of n queries.
        embeddings: float32 (n, D), the queries, without retrieval help.
        domain: The query domain.
        private: What was found out about it; None leaves the results as they are.
    """
    for result, embedding in zip(results, embeddings, strict=True):
        if domain is None or private is None:
            yield result
            continue
        row = -1
        if len(result.query_paths) == 1:
            (row,) = domain.rows_of(result.query_paths)
        value = float(private.values[row]) if row >= 0 else private.judge(embedding)
        yield replace(result, counterpart=CounterpartDecision(value, private.threshold))


def _is_same(folder: Path, other: Path) -> bool:
    return os.path.abspath(folder) == os.path.abspath(other)
