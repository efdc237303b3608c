"""A table of shares as a figure, for seven categories and for hundreds."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from uem_desktop.widgets.share_picture import SharePicture, write_share_picture


def picture_of(count: int, name: str = "bird") -> SharePicture:
    names = [f"{name} {number}" for number in range(count)]
    shares = np.eye(count)
    shares[0, count - 1] = 0.4
    return SharePicture("Title", "Note", names, names, shares, np.eye(count, dtype=bool))


def red_share(image: QImage) -> float:
    points = [(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)]
    colours = (QColor(image.pixel(*point)) for point in points)
    return sum(c.red() > c.blue() + 40 for c in colours) / len(points)


@pytest.mark.parametrize("count", [1, 7, 120])
def test_wrong_cells_are_red_and_right_ones_grey_however_many(qapp, tmp_path, count) -> None:
    out = tmp_path / "shares.png"
    picture = picture_of(count)
    write_share_picture(out, picture)
    image = QImage(str(out))
    assert not image.isNull()
    assert (red_share(image) > 0) == (count > 1)
    assert image.width() <= 3300, "a page is 720 points wide, at 300 dots an inch"


def test_long_names_are_shortened_and_leave_room_for_cells(qapp, tmp_path) -> None:
    out = tmp_path / "shares.png"
    write_share_picture(out, picture_of(7, "a category whose name is far too long for a figure"))
    assert red_share(QImage(str(out))) > 0.001
    assert QImage(str(out)).width() <= 3000


def test_many_categories_make_a_larger_figure_rather_than_names_left_out(qapp, tmp_path) -> None:
    small, large = tmp_path / "small.svg", tmp_path / "large.svg"
    write_share_picture(small, picture_of(10))
    write_share_picture(large, picture_of(300))
    sizes = [float(p.read_text().split('width="')[1].split("mm")[0]) for p in (small, large)]
    assert sizes[1] > 420 > sizes[0], "300 cells of 4 points are 423 mm"
    assert large.read_text().count("<path") >= 600, "every name is there"
