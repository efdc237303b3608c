"""Colours of curves: one for each family, two shades and two dashes for the domains A and B."""

from __future__ import annotations

import re
from dataclasses import dataclass

from uem_desktop.retrieval.curve import CurveKind
from uem_desktop.widgets.tokens import Tokens

_LIGHT = (
    ("#2160d8", "#5b8bec"),
    ("#b25600", "#cc7a22"),
    ("#16784a", "#3c9b6b"),
    ("#9b2f8a", "#cb63b6"),
    ("#0b7382", "#3794a3"),
    ("#c4262e", "#e0646b"),
    ("#6250c8", "#8f80e2"),
    ("#6b6200", "#948a26"),
)
_DARK = (
    ("#6ba4fb", "#4a80d6"),
    ("#f0a04b", "#bf7b30"),
    ("#49c088", "#35966a"),
    ("#e58bd8", "#b566aa"),
    ("#4cc5d6", "#3497a5"),
    ("#f4757b", "#cc565d"),
    ("#aa9cff", "#8072d8"),
    ("#d0c24e", "#9f9438"),
)
_DOMAIN = re.compile(r"(?i)[ _](a|b|a-to-b|b-to-a)$")
_OWN_COLOUR = "total"


@dataclass(frozen=True, slots=True)
class CurveStyle:
    """How a curve looks.

    Attributes:
        family: Number of its colour; -1 for the colour of text, which the total has.
        is_second: Whether it belongs to domain B: another shade, dashed, square points.
    """

    family: int
    is_second: bool

    def colour(self, tokens: Tokens) -> str:
        """Return its colour in a scheme."""
        if self.family < 0:
            return tokens.text
        shades = _DARK if tokens.is_dark else _LIGHT
        return shades[self.family % len(shades)][self.is_second]


class StyleBook:
    """Gives each family of curves of a plot the next colour, and lets it keep that."""

    def __init__(self) -> None:
        self._families: dict[str, int] = {}

    def style(self, kind: CurveKind) -> CurveStyle:
        """Return the look of a curve."""
        if kind.name == _OWN_COLOUR:
            return CurveStyle(-1, False)
        domain = _DOMAIN.search(kind.name.replace("_to_", "-to-"))
        stem = kind.name[: domain.start()] if domain else kind.name
        family = self._families.setdefault(stem, len(self._families))
        return CurveStyle(family, domain is not None and domain[1].lower().startswith("b"))


def all_colours(tokens: Tokens) -> list[str]:
    """Return every colour of a scheme."""
    return [colour for pair in (_DARK if tokens.is_dark else _LIGHT) for colour in pair]
