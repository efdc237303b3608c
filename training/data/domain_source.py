"""Where one domain of a data set lies, and what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DomainSource:
    """One domain of a data root.

    Attributes:
        name: As the data set calls it, or its folder's name.
        folder: Where its categories are.
        lists: Text files that say which images belong to it; none if all do.
        counts: Images by category, sorted by category.
        missing: Listed files that are not there, relative to the root, in path order.
    """

    name: str
    folder: Path
    lists: tuple[Path, ...]
    counts: dict[str, int]
    missing: tuple[str, ...] = ()

    @property
    def image_count(self) -> int:
        """Images in all categories."""
        return sum(self.counts.values())
