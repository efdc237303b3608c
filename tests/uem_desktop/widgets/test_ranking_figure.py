"""Figures for papers: what is drawn where, and files that hold it whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from uem_desktop.retrieval.compare_figure import (
    FigureImage,
    FigureRanking,
    FigureRow,
    rows_from_json,
    rows_to_json,
)
from uem_desktop.widgets.figure_file import write_figure
from uem_desktop.widgets.ranking_figure import PAGE_WIDTH, FigureLayout
from uem_desktop.widgets.tokens import LIGHT

ODD = "a <b> & \"c\" 'd' 🐦\nnext"


@pytest.fixture
def rows(tmp_path: Path) -> tuple[FigureRow, ...]:
    """Two queries; the first match of ours is blue and right, that of theirs orange and wrong."""
    colours = {"query": "#101010", "right": "#2040ff", "wrong": "#ff9000"}
    paths = {}
    for name, colour in colours.items():
        paths[name] = tmp_path / f"{name} {ODD}.png"
        Image.new("RGB", (40, 30), colour).save(paths[name], "PNG")
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no image")

    def ranking(title: str, *names: str) -> FigureRanking:
        marks = {"right": "correct", "wrong": "wrong"}
        images = tuple(FigureImage(paths[n], marks[n], f"{n} things") for n in names)
        return FigureRanking(title, "AP 50.0 %", (*images, FigureImage(broken, "unknown", "")))

    return tuple(
        FigureRow(
            paths["query"],
            "right things",
            (
                ranking("UEM <ours> & more", "right", "right"),
                ranking("DGDIR", "wrong", "right"),
            ),
        )
        for _ in range(2)
    )


def shares(image: QImage, area: QRectF, scale: float) -> dict[str, float]:
    """How much of an area is near each of some colours."""
    wanted = {"right": "#2040ff", "wrong": "#ff9000", "green": LIGHT.correct, "red": LIGHT.wrong}
    counts = dict.fromkeys(wanted, 0)
    xs = range(int(area.left() * scale), int(area.right() * scale))
    ys = range(int(area.top() * scale), int(area.bottom() * scale))
    for y in ys:
        for x in xs:
            pixel = image.pixelColor(x, y)
            for name, text in wanted.items():
                target = QColor(text)
                away = abs(pixel.red() - target.red()) + abs(pixel.green() - target.green())
                counts[name] += away + abs(pixel.blue() - target.blue()) < 40
    return {name: count / (len(xs) * len(ys)) for name, count in counts.items()}


def check_picture(image: QImage, layout: FigureLayout) -> None:
    scale = image.width() / layout.size.width()
    above = shares(image, layout.tile_rect(0, 0, 0).adjusted(-2, -2, 2, 2), scale)
    below = shares(image, layout.tile_rect(0, 1, 0).adjusted(-2, -2, 2, 2), scale)
    assert above["right"] > 0.4
    assert above["green"] > 0.01
    assert above["red"] == above["wrong"] == 0
    assert below["wrong"] > 0.4
    assert below["red"] > 0.02
    assert below["green"] == below["right"] == 0


def test_a_png_shows_the_matches_with_their_marks_at_300_dots_an_inch(rows, tmp_path, qapp) -> None:
    path = tmp_path / f"figure {ODD}.png"
    write_figure(path, rows)
    image, layout = QImage.fromData(path.read_bytes()), FigureLayout.of(rows)
    assert round(image.dotsPerMeterX() * 0.0254) == 300
    assert image.width() == int(np.ceil(layout.size.width() * 300 / 72))
    check_picture(image, layout)


def test_an_svg_needs_no_font_and_shows_the_same(rows, tmp_path, qapp) -> None:
    path = tmp_path / "figure.SVG"
    write_figure(path, rows)
    text = path.read_text(encoding="utf-8")
    assert "<text" not in text
    renderer, layout = QSvgRenderer(text.encode()), FigureLayout.of(rows)
    image = QImage((layout.size * 3).toSize(), QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    check_picture(image, layout)


def test_a_pdf_is_one_page_of_the_size_of_the_figure(rows, tmp_path, qapp) -> None:
    path = tmp_path / "figure.pdf"
    write_figure(path, rows)
    data, size = path.read_bytes(), FigureLayout.of(rows).size
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") == 1
    box = data.split(b"/MediaBox [")[1].split(b"]")[0].split()
    width, height = (float(n) for n in box[2:4])
    assert (width, height) == pytest.approx((size.width(), size.height()), abs=1.0)


def test_the_figure_fits_the_page_until_tiles_would_be_too_small(rows) -> None:
    def with_matches(count: int) -> FigureLayout:
        image = rows[0].rankings[0].images[0]
        ranking = FigureRanking("UEM", "", (image,) * count)
        return FigureLayout.of([FigureRow(rows[0].query, "", (ranking, ranking))])

    widths = [with_matches(count).size.width() for count in (3, 5, 8, 10)]
    assert all(width <= PAGE_WIDTH for width in widths)
    assert with_matches(20).tile >= 26
    layout = with_matches(5)
    assert layout.tile_rect(0, 0, 4).right() < layout.size.width()
    assert layout.tile_rect(0, 1, 0).top() > layout.tile_rect(0, 0, 0).bottom()
    assert layout.query_rect(0).right() < layout.names


def test_a_folder_that_is_not_there_leaves_no_file(rows, tmp_path, qapp) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_figure(tmp_path / "nowhere" / "figure.png", rows)
    assert not (tmp_path / "nowhere").exists()


def test_rows_go_through_json_with_their_bytes(tmp_path) -> None:
    odd = Path(os.fsdecode(b"/x/\xff\xfe & <q>.png"))
    row = FigureRow(odd, "a", (FigureRanking("b", "c", (FigureImage(odd, "wrong", "d"),)),))
    text = json.dumps(rows_to_json([row]))
    text.encode("ascii")
    assert rows_from_json(json.loads(text)) == (row,)


def test_the_program_writes_what_standard_input_says(rows, tmp_path) -> None:
    path = tmp_path / os.fsdecode(b"odd \xff.svg")
    wish = {"path": str(path), "rows": rows_to_json(rows)}
    done = subprocess.run(
        [sys.executable, "-m", "uem_desktop.widgets.figure_file"],
        input=json.dumps(wish).encode(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert path.read_bytes().startswith(b"<?xml")
