"""Geometry, colours and panel sizes: what belongs to the window and to no project."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow, QSplitter

from uem_desktop.retrieval.app_folders import config_dir
from uem_desktop.widgets.theme import Scheme

_MAX_RECENT = 8


class WindowSettings:
    """Settings in one INI file of the config folder."""

    def __init__(self) -> None:
        path = config_dir() / "window.ini"
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def scheme(self) -> Scheme:
        """The colours that were chosen last."""
        value = self._settings.value("scheme", "system")
        return value if value in ("light", "dark", "system") else "system"

    def set_scheme(self, scheme: Scheme) -> None:
        """Remember the colours."""
        self._settings.setValue("scheme", scheme)

    def restore(self, window: QMainWindow, splitter: QSplitter) -> None:
        """Give a window the place and the panels that it had."""
        geometry = self._settings.value("geometry")
        if isinstance(geometry, QByteArray):
            window.restoreGeometry(geometry)
        sizes = self._settings.value("splitter")
        if isinstance(sizes, QByteArray):
            splitter.restoreState(sizes)

    def remember(self, window: QMainWindow, splitter: QSplitter) -> None:
        """Keep the place and the panels of a window."""
        self._settings.setValue("geometry", window.saveGeometry())
        self._settings.setValue("splitter", splitter.saveState())
        self._settings.sync()

    def recent(self, kind: str) -> list[str]:
        """Return folders or checkpoints that were used before, newest first."""
        value = self._settings.value(f"recent_{kind}", [])
        entries = value if isinstance(value, list) else [value]
        return [entry for entry in entries if isinstance(entry, str) and entry]

    def add_recent(self, kind: str, entry: str) -> list[str]:
        """Put a folder or a checkpoint on top of its list and return the list."""
        entries = [entry, *(old for old in self.recent(kind) if old != entry)][:_MAX_RECENT]
        self._settings.setValue(f"recent_{kind}", entries)
        return entries
