"""The bundled typeface, and figures that stand under each other."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase

from training.resources import resource_path

FAMILY = "Inter"
MIN_POINT_SIZE = 9.75
_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")


def load_fonts() -> None:
    """Make the bundled typeface known to Qt; a second call changes nothing."""
    if FAMILY in QFontDatabase.families():
        return
    for file in _FILES:
        QFontDatabase.addApplicationFont(str(resource_path("fonts", file)))


def base_font() -> QFont:
    """Return the typeface at the size that the desktop asks for."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font = QFont(FAMILY if FAMILY in QFontDatabase.families() else system.family())
    font.setPointSizeF(max(system.pointSizeF(), MIN_POINT_SIZE))
    return font


def tabular(font: QFont) -> QFont:
    """Return the same font with figures of one width."""
    copy = QFont(font)
    copy.setFeature(QFont.Tag("tnum"), 1)
    return copy


def scaled(font: QFont, factor: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the same font at another size and weight."""
    copy = QFont(font)
    if font.pointSizeF() > 0:
        copy.setPointSizeF(font.pointSizeF() * factor)
    else:
        copy.setPixelSize(round(font.pixelSize() * factor))
    copy.setWeight(weight)
    return copy
