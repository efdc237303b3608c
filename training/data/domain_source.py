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
        splits: Folders like ``train`` and ``test``, each with categories of its own, that together
            are the domain; none where the categories lie in ``folder`` itself.
        loose_count: Images that lie in no category folder, and so are left out.
        passed_over: Its categories that are not looked at, sorted.
    """

    name: str
    folder: Path
    lists: tuple[Path, ...]
    counts: dict[str, int]
    missing: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()
    loose_count: int = 0
    passed_over: tuple[str, ...] = ()

    @property
    def image_count(self) -> int:
        """Images in all categories."""
        return sum(self.counts.values())

    @property
    def holds_nothing_wanted(self) -> bool:
        """Whether it has images, but none in a category that is looked at."""
        return not (self.counts or self.missing) and bool(self.loose_count or self.passed_over)
