"""Lines as wide as wished that are painted fast.

Qt's raster engine paints an antialiased, opaque line of one device pixel a hundred times as fast as
a wider or a translucent one (0.1 ms against 12 ms for 1,000 points on two busy cores). So a wider
line is the same thin one several times, side by side, and a faint one has a paler colour.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from uem_desktop.widgets.curve_colours import CurveStyle
from uem_desktop.widgets.tokens import Tokens

Floats = NDArray[np.float64]

FINE = 1.0
BOLD = 1.7
_DASH = (3.0, 2.0)
_SLANT = 0.6
_FAINT_SHARE = 0.38


def thin_pen(
    style: CurveStyle, tokens: Tokens, ratio: float, *, is_dashed: bool, is_faint: bool
) -> QPen:
    """Return an opaque pen of one device pixel.

    Args:
        style: Look of the curve.
        tokens: The scheme.
        ratio: Device pixels of one logical pixel.
        is_dashed: Whether domain B is dashed: for few points.
        is_faint: Whether it is a ground for another line.
    """
    colour = QColor(style.colour(tokens))
    if is_faint:
        colour = mixed(colour, QColor(tokens.surface), _FAINT_SHARE)
    pen = QPen(colour, 1.0 / ratio)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    if style.is_second and is_dashed:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([part * 1.6 * ratio for part in _DASH])
    return pen


def widened(
    xs: Floats, ys: Floats, pixel: tuple[float, float], width: float, ratio: float
) -> tuple[Floats, Floats]:
    """Return a line as often as it takes to look wide, the copies parted by NaN.

    Args:
        xs: (n,) places.
        ys: (n,) places.
        pixel: What one logical pixel is in both.
        width: Logical pixels.
        ratio: Device pixels of one logical pixel.
    """
    copies = max(1, math.ceil(width * ratio - 0.3))
    if copies == 1 or not len(xs):
        return xs, ys
    reach = (width * ratio - 1) / 2 / ratio
    shifts = np.linspace(-reach, reach, copies)[:, None]
    all_x = np.full((copies, len(xs) + 1), np.nan)
    all_y = np.full((copies, len(ys) + 1), np.nan)
    all_x[:, :-1] = xs + _SLANT * shifts * pixel[0]
    all_y[:, :-1] = ys + shifts * pixel[1]
    return all_x.ravel(), all_y.ravel()


def mixed(colour: QColor, ground: QColor, share: float) -> QColor:
    """Return the colour that a translucent one gives on a ground."""
    parts = zip(colour.getRgb()[:3], ground.getRgb()[:3], strict=True)  # type: ignore[index]
    red, green, blue = (round(share * over + (1 - share) * under) for over, under in parts)
    return QColor(red, green, blue)
