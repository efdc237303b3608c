from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QColor, QFontInfo, QImage
from PySide6.QtWidgets import QApplication

from training.resources import resource_path
from uem_desktop.widgets.fonts import base_font, load_fonts
from uem_desktop.widgets.icons import icon_pixmap
from uem_desktop.widgets.marks import Mark, badge_pixmap
from uem_desktop.widgets.style_sheet import style_sheet
from uem_desktop.widgets.theme import palette_of
from uem_desktop.widgets.tokens import DARK, LIGHT, Tokens, contrast, tokens_of

SCHEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@SCHEMES
def test_text_and_marks_can_be_read(tokens: Tokens) -> None:
    for surface in (tokens.window, tokens.surface, tokens.canvas):
        for text in (tokens.text, tokens.text_dim):
            assert contrast(text, surface) >= 4.5
        for mark in (tokens.correct, tokens.wrong, tokens.unknown, tokens.missed, tokens.accent):
            assert contrast(mark, surface) >= 3
        assert contrast(tokens.private, surface) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.text, tokens.accent_soft) >= 4.5


@SCHEMES
def test_a_palette_knows_its_scheme(tokens: Tokens, qapp: QApplication) -> None:
    assert tokens_of(palette_of(tokens)) is tokens


@SCHEMES
def test_the_style_sheet_is_complete(tokens: Tokens) -> None:
    sheet = style_sheet(tokens, 10.0)
    assert "$" not in sheet
    for file in re.findall(r"url\(\"?([^)\"]+)", sheet):
        assert QImage(file).isNull() is False


@SCHEMES
def test_marks_differ_in_shape_and_not_in_colour_alone(tokens: Tokens, qapp: QApplication) -> None:
    grey = []
    for mark in Mark:
        image = badge_pixmap(mark, tokens, 18, 2.0).toImage()
        shape = image.convertToFormat(QImage.Format.Format_Grayscale8)
        ink = {
            (x, y)
            for x in range(shape.width())
            for y in range(shape.height())
            if abs(shape.pixelColor(x, y).value() - shape.pixelColor(18, 8).value()) > 60
        }
        grey.append(ink)
    for first in range(len(grey)):
        for second in range(first):
            assert len(grey[first] ^ grey[second]) > 60


def test_every_icon_has_something_in_it(qapp: QApplication) -> None:
    names = sorted(path.stem for path in resource_path("icons").glob("*.svg"))
    assert len(names) > 20
    for name in names:
        image = icon_pixmap(name, "#ff0000", 24, 2.0).toImage()
        assert image.size() == QSize(48, 48)
        alphas = {QColor.fromRgba(image.pixel(x, y)).alpha() for x in range(48) for y in range(48)}
        assert max(alphas) > 100, name


def test_the_bundled_typeface_is_used(qapp: QApplication) -> None:
    load_fonts()
    assert QFontInfo(base_font()).family().startswith("Inter")


def test_icons_follow_the_scheme_and_let_go_of_the_dead(qapp: QApplication) -> None:
    from uem_desktop.widgets.theme import Theme

    sheet, palette, font, style = (
        qapp.styleSheet(),
        qapp.palette(),
        qapp.font(),
        qapp.style().name(),
    )
    theme = Theme(qapp, "light")
    try:
        action, gone = QAction(), QAction()
        for target in (action, gone):
            theme.bind_icon(target, "search")
        light = action.icon().pixmap(24).toImage()
        del gone
        theme.set_scheme("dark")
        assert theme.tokens is DARK
        assert action.icon().pixmap(24).toImage() != light
    finally:
        theme.set_scheme("system")
        theme.deleteLater()
        qapp.setStyleSheet(sheet)
        qapp.setPalette(palette)
        qapp.setFont(font)
        qapp.setStyle(style)
