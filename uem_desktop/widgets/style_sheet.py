"""The style sheet of both schemes; what the palette can say stays in the palette."""

from __future__ import annotations

from string import Template

from training.resources import resource_path
from uem_desktop.widgets.tokens import RADIUS_S, Tokens

_SCROLL_HANDLE = {True: "#4a5058", False: "#c3c8d0"}
_STRIPE = {True: "#282b30", False: "#f9fafb"}


def style_sheet(tokens: Tokens, point_size: float) -> str:
    """Return the style sheet of a scheme for a base font size in points."""
    text = resource_path("styles", "uem-desktop.qss").read_text(encoding="utf-8")
    colours = {name: getattr(tokens, name) for name in Tokens.__slots__}
    return Template(text).substitute(
        colours,
        scroll=_SCROLL_HANDLE[tokens.is_dark],
        stripe=_STRIPE[tokens.is_dark],
        radius=RADIUS_S,
        icons=resource_path("icons").as_posix(),
        check="sheet-check-dark" if tokens.is_dark else "sheet-check-light",
        title_pt=f"{point_size * 1.3:.1f}",
        small_pt=f"{point_size * 0.9:.1f}",
    )
