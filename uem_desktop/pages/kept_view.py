"""How a person left a page, as a project remembers it, read with care.

What is missing, unknown or of another type than it should be is what the page begins with.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from uem_desktop.retrieval.decided_about import DecidedFilter
from uem_desktop.retrieval.project_places import KeptCheckpoint
from uem_desktop.retrieval.query_filter import QueryFilter

ChoiceT = TypeVar("ChoiceT", bound=str | int)


class KeptView:
    """Looks into what a project holds of one page.

    Args:
        values: What was read from the project; anything.
    """

    def __init__(self, values: object = None) -> None:
        self._values = values if isinstance(values, dict) else {}

    def text(self, key: str) -> str | None:
        """Return a text; None without one."""
        value = self._values.get(key)
        return value if isinstance(value, str) else None

    def flag(self, key: str, *, otherwise: bool) -> bool:
        """Return whether something is on."""
        value = self._values.get(key)
        return value if isinstance(value, bool) else otherwise

    def one_of(self, key: str, choices: Iterable[ChoiceT], otherwise: ChoiceT) -> ChoiceT:
        """Return one of these choices."""
        value = self._values.get(key)
        is_plain = isinstance(value, str | int) and not isinstance(value, bool)
        return next((one for one in choices if is_plain and one == value), otherwise)

    def path(self, key: str) -> Path | None:
        """Return where a file was; None without one."""
        text = self.text(key)
        return Path(text) if text else None

    def checkpoint(self, key: str) -> str | KeptCheckpoint:
        """Return a checkpoint, see `SecondCheckpoint.kept`; an empty text without one."""
        value = self._values.get(key)
        return value if isinstance(value, KeptCheckpoint) else self.text(key) or ""

    def part(self, key: str) -> KeptView:
        """Return what is kept in one place together."""
        return KeptView(self._values.get(key))

    def filter(self) -> dict[str, Any]:
        """Return the attributes of a `QueryFilter`."""
        return {
            "category": self.text("category"),
            "text": self.text("text") or "",
            "decided": self.one_of("decided", DecidedFilter, DecidedFilter.ALL),
        }


def filter_values(shown: QueryFilter) -> dict[str, str | None]:
    """Return a filter as a project keeps it; see `KeptView.filter`."""
    return {"category": shown.category, "text": shown.text, "decided": str(shown.decided)}


def path_value(path: Path | None) -> str | None:
    """Return a path as a project keeps it; see `KeptView.path`."""
    return None if path is None else str(path)
