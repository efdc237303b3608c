from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from uem_desktop.widgets.decision_marks import DecisionMark, decision_colour, paint_decision
from uem_desktop.widgets.tile_painter import Tile, TilePainter
from uem_desktop.widgets.tokens import DARK, LIGHT, Tokens, contrast


def shape(mark: DecisionMark, tokens: Tokens) -> set[tuple[int, int]]:
    """The pixels that a mark covers, whatever their colour."""
    image = QImage(54, 54, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_decision(painter, QRectF(0, 0, 54, 54), mark, tokens)
    painter.end()
    return {(x, y) for x in range(54) for y in range(54) if image.pixelColor(x, y).alpha() > 128}


def test_marks_are_told_apart_without_their_colours(qapp) -> None:
    for one, other in itertools.combinations(DecisionMark, 2):
        assert len(shape(one, LIGHT) ^ shape(other, LIGHT)) > 150, (one, other)


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_marks_stand_out_from_what_is_behind_them(tokens) -> None:
    for mark in DecisionMark:
        assert contrast(decision_colour(mark, tokens).name(), tokens.canvas) >= 3


def test_a_tile_is_painted_anew_when_what_was_decided_changes(qapp) -> None:
    tiles = TilePainter()
    plain, accepted, noted = (
        Tile(None, is_failed=False, mark=None, width=112, height=112, decisions=decisions)
        for decisions in ((), (DecisionMark.ACCEPTED,), (DecisionMark.ACCEPTED, DecisionMark.NOTED))
    )
    images = [tiles.pixmap(tile, LIGHT, 1.0).toImage() for tile in (plain, accepted, noted)]
    assert images[0] != images[1] != images[2]
    assert tiles.pixmap(plain, LIGHT, 1.0).toImage() == images[0]
