"""Design tokens: the colours of the two schemes and the one spacing grid."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette

SPACE_XS = 4
SPACE_S = 8
SPACE_M = 16
SPACE_L = 24
SPACE_XL = 32
RADIUS_S = 4
RADIUS_M = 6


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by purpose, as ``#rrggbb``.

    Text colours reach a contrast of 4.5 : 1 on every surface they are used on, marks, borders
    of inputs and the accent 3 : 1 (WCAG 2.2 AA).

    Attributes:
        is_dark: Whether light text stands on dark surfaces.
        window: Behind panels, tool bars and the status bar.
        surface: Inputs, tables, menus.
        canvas: Behind grids and previews.
        tile: Behind one thumbnail.
        hover: A surface under the pointer.
        pressed: A surface under the pressed pointer.
        border: Hairlines that part surfaces.
        border_strong: Outlines of inputs and of drop zones.
        text: What is read first.
        text_dim: What is read second.
        text_disabled: What cannot be used now.
        accent: The one colour of selection, focus and the main action.
        accent_hover: The main action under the pointer.
        on_accent: Text and icons on the accent.
        accent_soft: The surface of a selected item.
        correct: Marks of the right category.
        wrong: Marks of another category.
        unknown: Marks where nothing is known.
        missed: Marks of relevant images that were not found.
        private: Marks of queries without a counterpart.
        on_mark: Shapes on a mark's badge.
    """

    is_dark: bool
    window: str
    surface: str
    canvas: str
    tile: str
    hover: str
    pressed: str
    border: str
    border_strong: str
    text: str
    text_dim: str
    text_disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    correct: str
    wrong: str
    unknown: str
    missed: str
    private: str
    on_mark: str


LIGHT = Tokens(
    is_dark=False,
    window="#f4f5f7",
    surface="#ffffff",
    canvas="#fafbfc",
    tile="#eceef1",
    hover="#e9ebef",
    pressed="#dde1e6",
    border="#dcdfe4",
    border_strong="#7d8590",
    text="#1a1d21",
    text_dim="#59616b",
    text_disabled="#9aa1ab",
    accent="#2160d8",
    accent_hover="#1a50b8",
    on_accent="#ffffff",
    accent_soft="#dfe9fb",
    correct="#16784a",
    wrong="#c4262e",
    unknown="#5d6570",
    missed="#9a5b00",
    private="#7b3fb0",
    on_mark="#ffffff",
)

DARK = Tokens(
    is_dark=True,
    window="#1c1e21",
    surface="#25282c",
    canvas="#17181b",
    tile="#26292e",
    hover="#2e3237",
    pressed="#383d43",
    border="#33373d",
    border_strong="#7b838e",
    text="#e7e9ec",
    text_dim="#a2a9b3",
    text_disabled="#6b727c",
    accent="#6ba4fb",
    accent_hover="#8ab8ff",
    on_accent="#0d1726",
    accent_soft="#22344f",
    correct="#49c088",
    wrong="#f4757b",
    unknown="#9ba3ae",
    missed="#eeae4a",
    private="#c7a0f4",
    on_mark="#14161a",
)


def tokens_of(palette: QPalette) -> Tokens:
    """Return the scheme that a palette belongs to, by the lightness of its window."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    rgb = QColor(colour)
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (rgb.redF(), rgb.greenF(), rgb.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
