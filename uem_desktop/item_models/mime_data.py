"""What leaves the application when images are dragged or copied out of a list."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl

FILE_MIME_TYPES = ("text/uri-list", "text/plain")


def file_mime_data(paths: Iterable[Path]) -> QMimeData:
    """Return file URLs, which every target takes, and the paths as text beside them.

    Args:
        paths: The files, in the order in which a target is to receive them.
    """
    files = [path.absolute() for path in paths]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in files])
    data.setText("\n".join(str(path) for path in files))
    return data
