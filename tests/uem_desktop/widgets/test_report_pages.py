"""The pages of a printed report: what flows where, and what stands in the file."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import QRectF

from uem_desktop.widgets.report_file import report_pdf
from uem_desktop.widgets.report_pages import Block, flow
from uem_desktop.widgets.report_text import Ink


def nothing(_ink: Ink, _rect: QRectF) -> None:
    pass


def block(height: float, **more: Any) -> Block:
    return Block(height, nothing, **more)


def tops(blocks: list[Block], height: float) -> list[list[float]]:
    return [[placed.top for placed in page] for page in flow(blocks, height)]


def test_no_block_is_cut_and_space_above_begins_no_page() -> None:
    assert tops([block(40), block(40, space=10), block(30, space=5)], 100) == [[0, 50], [0]]
    assert tops([block(40), block(20, begins_page=True)], 100) == [[0], [0]]
    assert tops([block(300), block(20)], 100) == [[0], [0]], "too tall a block hangs over"


def test_headings_go_along_with_what_they_head() -> None:
    heading, note = block(10, keeps_next=True), block(10, space=2, keeps_next=True)
    assert tops([block(60), heading, note, block(30)], 100) == [[0], [0, 12, 22]]
    assert tops([block(40), heading, note, block(30)], 100) == [[0, 40, 52, 62]]


def test_the_head_of_a_table_comes_again_on_each_page() -> None:
    head = block(10, keeps_next=True)
    pages = flow([head, *(block(20, head=head) for _ in range(9))], 100)
    assert [[placed.top for placed in page] for page in pages] == [
        [0, 10, 30, 50, 70], [0, 10, 30, 50, 70], [0, 10],
    ]  # fmt: skip
    assert all(page[0].block is head for page in pages)


def content(count: int = 40) -> dict[str, Any]:
    path = '/images/<b> "quotes" & 🦊\\n' + "very-long-name-" * 40 + "end.png"
    domain = {"name": "sketches é", "folder": "/s", "images": 9, "categories": 0}
    return {
        "query": domain,
        "gallery": {**domain, "name": "photos"},
        "created": "26 November 2026",
        "version": "1",
        "numbers": {
            "map_plain": 12.345,
            "map_interpolated": 67.891,
            "precision_at": [["P@1", 50.0], ["P@5", None]],
            "queries": 9,
            "excluded": 2,
        },
        "definitions": ["one", "two", "three"],
        "heading": "The worst",
        "note": "",
        "cards": [],
        "kinds": [],
        "categories": [],
        "decisions": None,
        "facts": [
            ["Command", "uem report --out 'a b.pdf'", "code"],
            ["Seed", "mAP@All (7:30), P@5", ""],
        ],
        "failures": [{"path": f"{number} {path}", "reason": "empty"} for number in range(count)],
    }


def pages_of(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    return [page.get_textpage().get_text_bounded() for page in document]


@pytest.mark.usefixtures("qapp")
def test_texts_can_be_read_back_and_every_row_is_there() -> None:
    pages = pages_of(report_pdf(content()))
    assert "sketches é → photos" in pages[0]
    assert "12.35 %" in pages[0]
    assert "67.89 %" in pages[0]
    assert "uem report --out 'a b.pdf'" in pages[0]
    assert "mAP@All (7:30), P@5" in pages[0], "no sign is another one in the file"
    assert "2 of 9 queries have no category" in pages[0]
    joined = "".join("".join(pages).split())
    assert joined.count('/images/<b>"quotes"&') == 40
    assert joined.count("end.png") == 40, "long names wrap and are whole"
    assert len(pages) > 2
    for number, page in enumerate(pages[1:], 2):
        assert f"{number} of {len(pages)}" in page
        assert "FileWhy" in "".join(page.split()), "the head of the table"


def test_it_is_a_program_that_needs_no_display(tmp_path: Path) -> None:
    def draw(path: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "uem_desktop.widgets.report_file"],
            input=json.dumps({"path": str(path), "content": content(0)}),
            env={"QT_QPA_PLATFORM": "offscreen", "PATH": "", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert draw(tmp_path / "r.pdf").returncode == 0
    assert len(pages_of((tmp_path / "r.pdf").read_bytes())) == 1
    failed = draw(tmp_path / "none" / "r.pdf")
    assert (failed.returncode, failed.stderr.strip()) == (2, "No such file or directory")
