"""Light and dark: palette, style sheet, typeface and icons of the whole application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication
from shiboken6 import isValid

from uem_desktop.widgets.fonts import base_font, load_fonts
from uem_desktop.widgets.icons import themed_icon
from uem_desktop.widgets.style_sheet import style_sheet
from uem_desktop.widgets.tokens import DARK, LIGHT, Tokens

Scheme = Literal["system", "light", "dark"]

_QT_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


def palette_of(tokens: Tokens) -> QPalette:
    """Return a complete palette in a scheme's colours."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for which, colour in (
        (role.Window, tokens.window),
        (role.Base, tokens.surface),
        (role.AlternateBase, tokens.canvas),
        (role.Button, tokens.surface),
        (role.ToolTipBase, tokens.surface),
        (role.WindowText, tokens.text),
        (role.Text, tokens.text),
        (role.ButtonText, tokens.text),
        (role.ToolTipText, tokens.text),
        (role.BrightText, tokens.wrong),
        (role.PlaceholderText, tokens.text_dim),
        (role.Highlight, tokens.accent),
        (role.HighlightedText, tokens.on_accent),
        (role.Accent, tokens.accent),
        (role.Link, tokens.accent),
        (role.LinkVisited, tokens.accent),
        (role.Light, tokens.hover),
        (role.Midlight, tokens.hover),
        (role.Mid, tokens.border),
        (role.Dark, tokens.border_strong),
        (role.Shadow, tokens.border_strong),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, which, QColor(tokens.text_disabled))
    palette.setColor(group.Disabled, role.Highlight, QColor(tokens.pressed))
    return palette


class Theme(QObject):
    """Dresses one application and follows the desktop where the person wishes it.

    Signals:
        changed(Tokens): The colours are others now.
    """

    changed = Signal(object)

    def __init__(self, app: QApplication, scheme: Scheme = "system") -> None:
        super().__init__(app)
        self._app = app
        self._scheme: Scheme = scheme
        load_fonts()
        font = base_font()
        app.setStyle("fusion")
        app.setFont(font)
        self._point_size = font.pointSizeF()
        self._tokens: Tokens | None = None
        self._icons: dict[str, QIcon] = {}
        self._bound: list[tuple[QObject, Callable[[Tokens], None]]] = []
        app.styleHints().colorSchemeChanged.connect(self._follow)
        self.set_scheme(scheme)

    @property
    def scheme(self) -> Scheme:
        """What the person chose."""
        return self._scheme

    @property
    def tokens(self) -> Tokens:
        """The colours in use."""
        return self._tokens or LIGHT

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the light or the dark scheme, or the desktop's own."""
        self._scheme = scheme
        self._app.styleHints().setColorScheme(_QT_SCHEMES[scheme])
        self._follow()

    def bind_icon(self, target: QAction | QAbstractButton, name: str) -> None:
        """Give an action or a button an icon that follows the scheme as long as it lives."""
        self.bind(target, lambda _tokens: target.setIcon(self.icon(name)))

    def bind(self, owner: QObject, apply: Callable[[Tokens], None]) -> None:
        """Call a function with the colours now and after each change, as long as `owner` lives."""
        apply(self.tokens)
        self._bound.append((owner, apply))

    def icon(self, name: str) -> QIcon:
        """Return an icon in the colours in use now."""
        if name not in self._icons:
            self._icons[name] = themed_icon(name, self.tokens)
        return self._icons[name]

    def _follow(self) -> None:
        scheme = self._scheme
        if scheme == "system":
            is_dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        else:
            is_dark = scheme == "dark"
        tokens = DARK if is_dark else LIGHT
        if tokens is self._tokens:
            return
        self._tokens, self._icons = tokens, {}
        self._app.setPalette(palette_of(tokens))
        self._app.setStyleSheet(style_sheet(tokens, self._point_size))
        self._bound = [bound for bound in self._bound if isValid(bound[0])]
        for _, apply in self._bound:
            apply(tokens)
        self.changed.emit(tokens)


def apply_theme(app: QApplication, scheme: Scheme = "system") -> Theme:
    """Dress an application; the theme lives as long as the application.

    Args:
        app: The application that is being wired together.
        scheme: "system" follows the desktop, also when it changes later.
    """
    return Theme(app, scheme)
