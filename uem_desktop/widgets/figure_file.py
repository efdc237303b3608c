"""Writes a figure as PNG, SVG or PDF; as a program it reads what to write from standard input."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from training.data.decoding import DecodeError
from uem_desktop.retrieval.compare_figure import FigureRow, rows_from_json
from uem_desktop.widgets.drawing_file import SCALE, write_drawing
from uem_desktop.widgets.ranking_figure import RankingFigure
from uem_desktop.widgets.thumbnail import RenderedImage, render_thumbnail

_TITLE = "Queries and their first matches"


def write_figure(path: Path, rows: Sequence[FigureRow]) -> None:
    """Write a figure; what was there before stays whole until the new one is complete.

    Args:
        path: Its suffix says the kind: ``.png`` at 300 dots an inch, ``.svg`` or ``.pdf``.
        rows: What to show.

    Raises:
        OSError: The disk does not take it.
    """
    is_svg = path.suffix.lower() == ".svg"
    figure = RankingFigure(rows, _Pictures().of, is_outlined=is_svg)
    write_drawing(path, figure.layout.size, figure.paint, _TITLE)


class _Pictures:
    """Pictures for print, each decoded once however often it is shown."""

    def __init__(self) -> None:
        self._known: dict[tuple[Path, int], RenderedImage | None] = {}

    def of(self, path: Path, side: float) -> RenderedImage | None:
        """Return a picture for a side in points; None for a file that cannot be read."""
        key = path, math.ceil(side * SCALE)
        if key not in self._known:
            try:
                self._known[key] = render_thumbnail(*key)
            except DecodeError:
                self._known[key] = None
        return self._known[key]


def main() -> int:
    """Write the figure that standard input describes as ``{"path": …, "rows": […]}``."""
    wish = json.load(sys.stdin)
    app = QGuiApplication.instance() or QGuiApplication([])
    try:
        write_figure(Path(wish["path"]), rows_from_json(wish["rows"]))
    except OSError as error:
        print(error.strerror or error, file=sys.stderr)
        return 2
    app.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
