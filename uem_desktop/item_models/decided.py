"""What a model of images asks about decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from uem_desktop.retrieval.display_text import display_text


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided about one image of a list.

    Attributes:
        marks: Names of `widgets.decision_marks.DecisionMark`.
        sentences: Each decision in words, with reviewer and time.
        category: The category it was given; None for none.
    """

    marks: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    category: str | None = None


NOTHING = Decided()
Lookup = Callable[[Path], Decided]
"""Says what was decided about an image; cheap enough for painting."""


def nothing_decided(_: Path) -> Decided:
    """Look up where there are no decisions."""
    return NOTHING


def shown_category(category: str | None, decided: Decided) -> str | None:
    """Return the category of the folder and, where there is one, the one that a person gave."""
    if decided.category is None or decided.category == category:
        return category
    new = display_text(decided.category)
    return f"{category} → {new}" if category else f"→ {new}"
