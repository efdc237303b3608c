"""Paints a report as PDF; as a program it reads what to write from standard input."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QPdfWriter

from uem_desktop.widgets.report_blocks import report_blocks
from uem_desktop.widgets.report_pages import write_pages


def report_pdf(content: dict[str, Any]) -> bytes:
    """Return the report as PDF; needs a running QGuiApplication.

    Args:
        content: What ``retrieval.report_content.report_content`` returns.
    """
    title = f"{content['query']['name']} → {content['gallery']['name']}"
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator(f"uem-desktop {content['version']}")
    below = f"uem-desktop {content['version']} · {content['created']}"
    write_pages(writer, lambda ink: report_blocks(ink, content), (title, below))
    return bytes(buffer.data().data())


def main() -> int:
    """Write the report that standard input describes as ``{"path": …, "content": …}``."""
    wish = json.load(sys.stdin)
    app = QGuiApplication.instance() or QGuiApplication([])
    try:
        Path(wish["path"]).write_bytes(report_pdf(wish["content"]))
    except OSError as error:
        print(error.strerror or error, file=sys.stderr)
        return 2
    app.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
