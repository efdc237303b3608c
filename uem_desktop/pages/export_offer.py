"""What a page has to export: what is chosen on it, and its list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from uem_desktop.retrieval.export_choices import What, Which


@dataclass(frozen=True, slots=True)
class ExportOffer:
    """What the page that is shown has to export.

    Attributes:
        queries: The chosen queries.
        images: The chosen images.
        listed: How many queries its list has.
        list_all: Gives them, in the order of the list.
    """

    queries: tuple[Path, ...] = ()
    images: tuple[Path, ...] = ()
    listed: int = 0
    list_all: Callable[[], list[Path]] = field(default=list)

    def count(self, what: What, which: Which) -> int:
        """Return how many queries or images a choice means."""
        if which is Which.LISTED:
            return self.listed
        return len(self.images if what is What.IMAGES else self.queries)

    def paths(self, what: What, which: Which) -> tuple[Path, ...]:
        """Return the queries or images that a choice means; none where it is no list."""
        if which is Which.LISTED:
            return tuple(self.list_all())
        if which is Which.CHOSEN:
            return self.images if what is What.IMAGES else self.queries
        return ()
