"""Two rankings, one above the other: lines, keys and the pointer."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from uem_desktop.widgets.ranking_pair import RankedRow, RankedTile, RankingPair


@pytest.fixture
def pair(qtbot, loader, tmp_path: Path) -> RankingPair:
    """Ours finds 1 2 3 4, theirs 3 9 1 8."""

    def row(title: str, keys: tuple[int, ...]) -> RankedRow:
        tiles = []
        for rank, key in enumerate(keys, 1):
            path = tmp_path / f"{key}.png"
            Image.new("RGB", (20, 20), (key * 20, 0, 0)).save(path)
            mark = "correct" if key in (1, 2, 3) else "wrong"
            tiles.append(RankedTile(key, path, mark, f"{rank}", f"image {key}, rank {rank}"))
        return RankedRow(title, ("2 of 4 correct",), tuple(tiles))

    widget = RankingPair(loader)
    qtbot.addWidget(widget)
    widget.resize(700, widget.sizeHint().height())
    widget.show_rows(
        (row("UEM", (1, 2, 3, 4)), row("A long name of DGDIR, epoch 12", (3, 9, 1, 8)))
    )
    widget.show()
    widget.setFocus()
    return widget


def test_the_same_image_is_known_in_both_rankings(pair) -> None:
    assert [pair.partner(0, place) for place in range(4)] == [2, None, 0, None]
    assert [pair.partner(1, place) for place in range(4)] == [2, None, 0, None]


def test_up_and_down_follow_an_image_left_and_right_the_ranks(pair, qtbot) -> None:
    seen = []
    pair.current_changed.connect(lambda: seen.append(pair.current.key))
    for key in (
        Qt.Key.Key_Right,  # 1
        Qt.Key.Key_Down,  # 1, on rank 3 of theirs
        Qt.Key.Key_Right,  # 8
        Qt.Key.Key_Up,  # not among ours: the same rank, 4
        Qt.Key.Key_Up,  # nothing above
        Qt.Key.Key_Home,  # 1
        Qt.Key.Key_Right,  # 2
        Qt.Key.Key_Down,  # not among theirs: the same rank, 9
        Qt.Key.Key_End,  # 8
    ):
        qtbot.keyClick(pair, key)
    assert seen == [1, 1, 8, 4, 1, 2, 9, 8]
    assert pair.accessibleDescription() == "image 8, rank 4"


def test_enter_a_click_and_a_double_click(pair, qtbot) -> None:
    opened: list[Path] = []
    pair.activated.connect(opened.append)
    where = pair.tile_rect(1, 1).center().toPoint()
    qtbot.mouseClick(pair.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert pair.current.key == 9
    qtbot.keyClick(pair, Qt.Key.Key_Return)
    qtbot.mouseDClick(pair.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert [path.name for path in opened] == ["9.png", "9.png"]


def test_a_line_joins_the_same_image_and_the_chosen_one_is_thicker(pair, qtbot) -> None:
    def strength() -> int:
        image = pair.viewport().grab().toImage()
        above, below = pair.tile_rect(0, 0), pair.tile_rect(1, 2)
        middle = round((above.bottom() + below.top()) / 2)
        left, right = round(above.left()), round(below.right())
        ground = image.pixelColor(right + 40, middle).name()
        return sum(image.pixelColor(x, middle).name() != ground for x in range(left, right))

    before = strength()
    assert before > 0
    pair.set_current(0, 0)
    assert strength() > before


def test_what_does_not_fit_is_scrolled_into_sight(pair, qtbot) -> None:
    pair.resize(360, pair.height())
    qtbot.keyClick(pair, Qt.Key.Key_End)
    assert pair.tile_rect(0, 3).right() <= pair.viewport().width()
    qtbot.keyClick(pair, Qt.Key.Key_Home)
    assert pair.horizontalScrollBar().value() == 0


def test_nothing_is_a_sentence(pair, qtbot) -> None:
    pair.show_rows((), "Searching…")
    qtbot.keyClick(pair, Qt.Key.Key_Right)
    assert pair.current is None
    assert not pair.grab().isNull()
