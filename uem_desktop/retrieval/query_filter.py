"""Which queries of a list a person wants to see: by category, by text, by what was decided."""

from __future__ import annotations

from dataclasses import dataclass

from uem_desktop.retrieval.decided_about import DecidedFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFilter:
    """What every list of queries can be narrowed by.

    Attributes:
        category: Only queries of this category; None for all.
        text: Only queries whose file name or category holds this.
        decided: Only queries about which this was decided.
    """

    category: str | None = None
    text: str = ""
    decided: DecidedFilter = DecidedFilter.ALL

    @property
    def is_narrowed(self) -> bool:
        """Whether some queries may be left out."""
        has_words = self.category is not None or bool(self.text)
        return has_words or self.decided is not DecidedFilter.ALL
