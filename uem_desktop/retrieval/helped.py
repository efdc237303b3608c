"""Two domains with retrieval-time help: the same images, other embeddings.

Whatever searches, ranks, scores or reports works on helped domains as on any others; the domains
that they were made from stay as they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.errors import Cancelled, UserError
from training.evaluation.retrieval_help import NEED_QUERY_DOMAIN, FittedHelp, fit_help, help_work
from training.progress import Progress
from uem_desktop.retrieval.domain import DomainEmbeddings


@dataclass(frozen=True, slots=True, eq=False)
class HelpedDomains:
    """A query domain and a gallery after help, of what was ready then.

    Attributes:
        query: The query domain, helped; None if there was none.
        gallery: The gallery domain, helped.
        fitted: What helps further queries.
    """

    query: DomainEmbeddings | None
    gallery: DomainEmbeddings
    fitted: FittedHelp

    def helped(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Help queries from elsewhere; float32 (B, D) to float32 (B, D')."""
        return self.fitted.held_out(embeddings)


def help_domains(
    query: DomainEmbeddings | None,
    gallery: DomainEmbeddings,
    names: Collection[str],
    *,
    should_stop: Callable[[], bool] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> HelpedDomains:
    """Help what is ready of two domains.

    Args:
        query: The query domain; without one, averaging touches the gallery alone.
        gallery: The gallery domain.
        names: Some of ``HELP_NAMES``.
        should_stop: Asked between blocks of work.
        on_progress: Told after each block, in pairs of images that were compared.

    Raises:
        Cancelled: ``should_stop`` said so.
        UserError: A help needs a query domain, and there is none or nothing of it is ready.
    """
    gallery_rows = gallery.ready_rows()
    rows = np.empty(0, np.int64) if query is None else query.ready_rows()
    lacking = [name for name in NEED_QUERY_DOMAIN if name in names]
    if lacking and not len(rows):
        raise UserError(
            f"Retrieval help by {lacking[0]} needs the folder of images that the queries are from."
        )

    total = help_work(names, len(rows), len(gallery_rows))
    done, started = 0, time.monotonic()

    def note(pairs: int) -> None:
        nonlocal done
        if should_stop is not None and should_stop():
            raise Cancelled
        done += pairs
        if on_progress is not None:
            on_progress(Progress(done, total, seconds=time.monotonic() - started))

    queries = gallery.embeddings[:0] if query is None else query.embeddings[rows]
    fitted = fit_help(queries, gallery.embeddings[gallery_rows], names, note=note)
    return HelpedDomains(
        None if query is None else query.with_embeddings(rows, fitted.queries),
        gallery.with_embeddings(gallery_rows, fitted.gallery),
        fitted,
    )
