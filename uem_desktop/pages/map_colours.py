"""The colours of a map in either scheme."""

from __future__ import annotations

from PySide6.QtGui import QColor

from uem_desktop.retrieval.map_colouring import ColourBy, Colouring
from uem_desktop.widgets.curve_colours import all_colours
from uem_desktop.widgets.map_legend import LegendEntry
from uem_desktop.widgets.tokens import Tokens

_AP_LIGHT = ("#a01040", "#dd5a33", "#bd9414", "#4f95c4", "#2257c9")
_AP_DARK = ("#ff5d86", "#f7935a", "#e6cc62", "#7fc6ee", "#6a9bff")
_FOUR_LIGHT = ("#7a4a2b", "#5f9400", "#d9638f", "#14306e")
_FOUR_DARK = ("#b98a66", "#a9d63c", "#ff9dbb", "#c9d4ff")
_GOLDEN = 137.508
"""Degrees between the hues of further colours, so that none comes near an earlier one soon."""


def colours_of(colouring: Colouring, tokens: Tokens) -> tuple[str, ...]:
    """Return a colour for each key of a legend."""
    match colouring.by:
        case ColourBy.DOMAIN:
            return domain_colours(tokens)
        case ColourBy.AP:
            return _AP_DARK if tokens.is_dark else _AP_LIGHT
        case ColourBy.DECISION:
            return (tokens.correct, tokens.wrong, tokens.missed, tokens.private, tokens.accent)
    return many_colours(len(colouring.keys), tokens)


def domain_colours(tokens: Tokens) -> tuple[str, str]:
    """Return the colours of the query and of the gallery domain."""
    shades = all_colours(tokens)
    return shades[0], shades[2]


def many_colours(count: int, tokens: Tokens) -> tuple[str, ...]:
    """Return so many colours: those of curves first, four more, then further hues in two shades."""
    known = [*all_colours(tokens)[::2], *(_FOUR_DARK if tokens.is_dark else _FOUR_LIGHT)][:count]
    lightness = (0.70, 0.58) if tokens.is_dark else (0.38, 0.52)
    further = (
        QColor.fromHslF((number * _GOLDEN % 360) / 360, 0.62, lightness[number % 2]).name()
        for number in range(count - len(known))
    )
    return (*known, *further)


def legend_of(colouring: Colouring, tokens: Tokens) -> list[LegendEntry]:
    """Return the entries of the legend, the points without a key last."""
    colours = colours_of(colouring, tokens)
    shapes: tuple[str, ...] = ("disc", "diamond") if colouring.by is ColourBy.DOMAIN else ()
    if colouring.by is ColourBy.AP:
        shapes = ("disc",) * len(colours)
    entries = [
        LegendEntry(key.title, key.count, colour, shapes[place] if shapes else "both")
        for place, (key, colour) in enumerate(zip(colouring.keys, colours, strict=True))
    ]
    if colouring.others:
        entries.append(LegendEntry(colouring.others, colouring.other_count, tokens.text_disabled))
    return entries
