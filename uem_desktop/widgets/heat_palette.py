"""Colours of heat whose lightness rises evenly with the value, so that equal steps look equal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QColor, QImage

from uem_desktop.widgets.thumbnail import qimage_of

# Ten points of the palette "inferno" of matplotlib (Smith and van der Walt, CC0).
_POINTS = (
    "#000004", "#1b0c41", "#4a0c6b", "#781c6d", "#a52c60",
    "#cf4446", "#ed6925", "#fb9b06", "#f7d13d", "#fcffa4",
)  # fmt: skip
_SIDE = 256


def heat_colours(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return colours (..., 3) for values (...) of 0 to 1; what lies outside counts as the end."""
    colours = [QColor(point) for point in _POINTS]
    points = np.array([(one.red(), one.green(), one.blue()) for one in colours], np.float64)
    places = np.linspace(0.0, 1.0, len(points))
    channels = [np.interp(values, places, points[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)


def heat_image(values: NDArray[np.floating], largest: float) -> QImage:
    """Return a smooth picture of values (h, w) that stand at the middles of their cells.

    Args:
        values: What is negative looks like 0.
        largest: The value of the lightest colour.
    """
    width = max(1, round(_SIDE * values.shape[1] / max(values.shape)))
    height = max(1, round(_SIDE * values.shape[0] / max(values.shape)))
    picture = Image.fromarray(np.asarray(values, np.float32))
    smooth = np.asarray(picture.resize((width, height), Image.Resampling.BICUBIC))
    return qimage_of(heat_colours(smooth / max(largest, 1e-12)))
