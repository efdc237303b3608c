"""What a decision made by a key is about: what is selected on the page that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from uem_desktop.retrieval.decision_journal import Pair


@dataclass(frozen=True, slots=True)
class DecisionTargets:
    """What is selected.

    Attributes:
        pairs: Queries with their selected matches, to accept, reject or doubt.
        images: Images to relabel or to note something about.
        queries: Queries to confirm that they have no counterpart.
    """

    pairs: tuple[Pair, ...] = ()
    images: tuple[Path, ...] = ()
    queries: tuple[Path, ...] = ()
