"""What the clipboard gets: files, or the pixels of one image."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from training.data.decoding import DecodeError, decode_image
from training.errors import UserError
from uem_desktop.item_models.mime_data import file_mime_data
from uem_desktop.jobs.job import JobContext
from uem_desktop.jobs.runner import JobRunner


class Copier(QObject):
    """Copies files and images.

    Signals:
        copied(str): What the clipboard holds now.
        failed(str): Why it does not.
    """

    copied = Signal(str)
    failed = Signal(str)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner

    def copy_paths(self, paths: Sequence[Path]) -> None:
        """Copy files, as files and as text."""
        if paths:
            QGuiApplication.clipboard().setMimeData(file_mime_data(paths))
            plural = "" if len(paths) == 1 else "s"
            self.copied.emit(f"Copied {len(paths):,} path{plural}.")

    def copy_image(self, path: Path) -> None:
        """Copy the pixels of an image in full size."""
        self._runner.start(_decode, path, on_result=self._take, on_error=self.failed.emit)

    def _take(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self.copied.emit("Copied the image.")


def _decode(context: JobContext, path: Path) -> QImage:
    try:
        rgb = decode_image(path)
    except DecodeError as error:
        raise UserError(f"{path.name} cannot be copied: {error.reason}.") from error
    height, width = rgb.shape[:2]
    return QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
