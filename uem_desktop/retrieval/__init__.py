"""The retrieval engine without Qt: embed folders, search across domains, evaluate.

The names below are imported when they are first used, so that importing this package stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.checkpoint import load_encoder as load_encoder
    from training.evaluation.retrieval_scores import RetrievalScores as RetrievalScores
    from training.progress import Progress as Progress
    from uem_desktop.retrieval.domain import DomainEmbeddings as DomainEmbeddings
    from uem_desktop.retrieval.domain import EmbeddedChunk as EmbeddedChunk
    from uem_desktop.retrieval.embedder import embed_folder as embed_folder
    from uem_desktop.retrieval.index import GalleryIndex as GalleryIndex
    from uem_desktop.retrieval.matches import Match as Match
    from uem_desktop.retrieval.matches import QueryResult as QueryResult
    from uem_desktop.retrieval.search import build_index as build_index
    from uem_desktop.retrieval.search import evaluate as evaluate
    from uem_desktop.retrieval.search import mean_embedding as mean_embedding
    from uem_desktop.retrieval.search import search_domain as search_domain
    from uem_desktop.retrieval.search import search_embedding as search_embedding

_HOMES = {
    "DomainEmbeddings": "uem_desktop.retrieval.domain",
    "EmbeddedChunk": "uem_desktop.retrieval.domain",
    "GalleryIndex": "uem_desktop.retrieval.index",
    "Match": "uem_desktop.retrieval.matches",
    "Progress": "training.progress",
    "QueryResult": "uem_desktop.retrieval.matches",
    "RetrievalScores": "training.evaluation.retrieval_scores",
    "build_index": "uem_desktop.retrieval.search",
    "embed_folder": "uem_desktop.retrieval.embedder",
    "evaluate": "uem_desktop.retrieval.search",
    "load_encoder": "training.checkpoint",
    "mean_embedding": "uem_desktop.retrieval.search",
    "search_domain": "uem_desktop.retrieval.search",
    "search_embedding": "uem_desktop.retrieval.search",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    """Import a public name on first use."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
