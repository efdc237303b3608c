"""The bundled line icons, drawn in any colour at any device pixel ratio."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from training.resources import resource_path
from uem_desktop.widgets.tokens import Tokens

ICON_SIZE = 20
LARGE_SIZE = 32
"""From this size on lines are drawn finer, so that a large icon does not look bold."""


def icon_pixmap(name: str, colour: str, size: int = ICON_SIZE, ratio: float = 1.0) -> QPixmap:
    """Return an icon of a logical size in one colour.

    Args:
        name: File below ``resources/icons`` without its suffix, for example ``"folder"``.
        colour: ``#rrggbb``; takes the place of ``currentColor`` in the file.
        size: Logical pixels of a side.
        ratio: Device pixels of one logical pixel.
    """
    svg = _read(name)
    if size >= LARGE_SIZE:
        svg = svg.replace('stroke-width="1.5"', 'stroke-width="1"')
    renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", colour).encode()))
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


@lru_cache
def _read(name: str) -> str:
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")


def themed_icon(name: str, tokens: Tokens) -> QIcon:
    """Return an icon in the text colours of a scheme, for buttons, actions and tabs."""
    icon = QIcon()
    for mode, colour in (
        (QIcon.Mode.Normal, tokens.text),
        (QIcon.Mode.Disabled, tokens.text_disabled),
    ):
        for side in (16, 20):
            for ratio in (1.0, 2.0):
                icon.addPixmap(icon_pixmap(name, colour, side, ratio), mode)
    return icon


def application_icon() -> QIcon:
    """Return the icon of the window and of the task bar."""
    icon = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        icon.addPixmap(icon_pixmap("uem-desktop", "#ffffff", size))
    return icon
