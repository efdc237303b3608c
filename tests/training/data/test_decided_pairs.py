from __future__ import annotations

from pathlib import Path

import pytest

from training.data.decided_pairs import (
    DecidedPairs,
    RowPairs,
    pairs_by_row,
    read_pairs,
    write_pairs,
)
from training.errors import UserError


def test_pairs_come_back(tmp_path: Path) -> None:
    pairs = DecidedPairs((("aa", "bb"), ("", "cc")), (("dd", "ee"),))
    write_pairs(tmp_path / "pairs.csv", pairs)
    assert read_pairs(tmp_path / "pairs.csv") == pairs
    text = (tmp_path / "pairs.csv").read_text()
    assert text == "one,other,decision\naa,bb,accepted\n,cc,accepted\ndd,ee,rejected\n"
    write_pairs(tmp_path / "none.csv", DecidedPairs())
    assert read_pairs(tmp_path / "none.csv") == DecidedPairs()


@pytest.mark.parametrize("text", ["", "a,b\n", "one,other,decision\nx,y,maybe\n", "\xff"])
def test_something_else_is_said_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "pairs.csv").write_text(text, encoding="latin-1")
    with pytest.raises(UserError, match="damaged or no list of decided pairs"):
        read_pairs(tmp_path / "pairs.csv")
    with pytest.raises(UserError, match="cannot be read; copy it from where the run began"):
        read_pairs(tmp_path / "gone.csv")


def test_images_are_found_by_what_is_in_them_whichever_side_asked() -> None:
    a, b = ("a0", "a1", "twin", "twin"), ("b0", "b1", "b2")
    pairs = DecidedPairs(
        accepted=(("a1", "b2"), ("b0", "a0"), ("twin", "b1"), ("a0", "a1"), ("a0", "gone")),
        rejected=(("b2", "a0"), ("", "b0")),
    )
    assert pairs_by_row(pairs, a, b) == RowPairs(
        accepted=((1, 2), (0, 0), (2, 1), (3, 1)),
        rejected=((0, 2),),
        accepted_count=3,
        rejected_count=1,
        unknown_count=3,
    )
