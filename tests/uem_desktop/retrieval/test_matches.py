"""Marks and what a result says about itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.data.records import ImageRecord
from uem_desktop.retrieval.matches import Match, QueryResult, mark_of


@pytest.mark.parametrize(
    ("query", "match", "mark"),
    [
        ("bird", "bird", True),
        ("bird", "tiger", False),
        ("bird", "Bird", False),
        (None, "bird", None),
        ("bird", None, None),
        (None, None, None),
    ],
)
def test_marks(query: str | None, match: str | None, mark: bool | None) -> None:
    assert mark_of(query, match) is mark


def test_missed_images_are_counted_only_where_categories_are_known() -> None:
    record = ImageRecord(0, Path("bird/0.png"), "gallery", "bird")
    matches = (Match(1, 0, record, 0.9, True), Match(2, 1, record, 0.8, False))
    assert QueryResult((), "bird", matches, relevant_count=5).missed_count == 4
    assert QueryResult((), None, matches).missed_count is None
