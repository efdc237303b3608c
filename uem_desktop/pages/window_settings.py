"""Geometry, colours and panel sizes: what belongs to the window and to no project."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtGui import QAction
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

    @property
    def reviewer(self) -> str:
        """Under which name decisions are written; empty for that of the account."""
        return str(self._settings.value("reviewer", ""))

    def set_reviewer(self, name: str) -> None:
        """Remember the name of the reviewer."""
        self._settings.setValue("reviewer", name)

    def restore(
        self, window: QMainWindow, splitter: QSplitter, panels: Mapping[str, QAction]
    ) -> None:
        """Give a window the place and the panels that it had.

        Args:
            window: The window.
            splitter: Its panels.
            panels: By name, the action that shows or hides a panel.
        """
        geometry = self._settings.value("geometry")
        if isinstance(geometry, QByteArray):
            window.restoreGeometry(geometry)
        sizes = self._settings.value("splitter")
        if isinstance(sizes, QByteArray):
            splitter.restoreState(sizes)
        for name in self._texts("hidden_panels"):
            if name in panels:
                panels[name].setChecked(False)

    def remember(
        self, window: QMainWindow, splitter: QSplitter, panels: Mapping[str, QAction]
    ) -> None:
        """Keep the place and the panels of a window; see `restore`."""
        self._settings.setValue("geometry", window.saveGeometry())
        self._settings.setValue("splitter", splitter.saveState())
        hidden = [name for name, action in panels.items() if not action.isChecked()]
        self._settings.setValue("hidden_panels", hidden)
        self._settings.sync()

    def recent(self, kind: str) -> list[str]:
        """Return folders or checkpoints that were used before, newest first."""
        return self._texts(f"recent_{kind}")

    def add_recent(self, kind: str, entry: str) -> list[str]:
        """Put a folder or a checkpoint on top of its list and return the list."""
        entries = [entry, *(old for old in self.recent(kind) if old != entry)][:_MAX_RECENT]
        self._settings.setValue(f"recent_{kind}", entries)
        return entries

    def _texts(self, key: str) -> list[str]:
        value = self._settings.value(key, [])
        entries = value if isinstance(value, list) else [value]
        return [entry for entry in entries if isinstance(entry, str) and entry]
