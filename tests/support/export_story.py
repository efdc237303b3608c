"""Writes exports as a person does: by the keys of the window and the dialog that they open."""

from __future__ import annotations

import csv
from pathlib import Path

from PySide6.QtCore import Qt

from uem_desktop.pages.export_dialog import ExportDialog
from uem_desktop.retrieval.export_choices import Form
from uem_desktop.retrieval.export_text import from_cell

Key, Modifier = Qt.Key, Qt.KeyboardModifier


def export_dialog(driver) -> ExportDialog:
    driver.press(driver.window, Key.Key_E, Modifier.ControlModifier | Modifier.ShiftModifier)
    (dialog,) = driver.window.findChildren(ExportDialog)
    return dialog


def offered(dialog: ExportDialog, combo: str) -> list[str]:
    box = getattr(dialog, combo)
    return [box.itemData(row) for row in range(box.count())]


def write(driver, dialog: ExportDialog, out: Path, form: Form | None = None) -> str:
    """Export what the dialog proposes, and return what is said of it."""
    if form is not None:
        dialog.form.setCurrentIndex(dialog.form.findData(form.value))
    dialog.place.edit.setText(str(out))
    dialog.go_button.click()
    window = driver.window
    driver.qtbot.waitUntil(lambda: window.exports._job is None, timeout=60_000)
    come_back(driver)
    return window.message_bar.sentence or window.status.text.text()


def leave(driver, dialog: ExportDialog) -> None:
    dialog.reject()
    come_back(driver)


def come_back(driver) -> None:
    """Wait until no dialog is left and the window has the keys again."""
    window = driver.window
    driver.qtbot.waitUntil(lambda: not window.findChildren(ExportDialog))
    window.activateWindow()
    driver.qtbot.waitUntil(window.isActiveWindow)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{k: from_cell(cell) for k, cell in row.items()} for row in csv.DictReader(file)]


def show(driver, name: str):
    driver.window.frame.show_page(name)
    return driver.window.frame.current.page
