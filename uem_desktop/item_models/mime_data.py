"""What leaves the application when images are dragged or copied out of a list."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QMimeData

FILE_MIME_TYPES = ("text/uri-list", "text/plain")


def file_mime_data(paths: Iterable[Path]) -> QMimeData:
    """Return file URLs, which every target takes, and the paths as text beside them.

    Args:
        paths: The files, in the order in which a target is to receive them.
    """
    files = [path.absolute() for path in paths]
    data = QMimeData()
    # QUrl cannot hold a name that is no UTF-8
    data.setData(FILE_MIME_TYPES[0], "".join(f"{path.as_uri()}\r\n" for path in files).encode())
    data.setText("\n".join(str(path) for path in files))
    return data
