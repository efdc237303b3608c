from __future__ import annotations

import pytest

from uem_desktop.retrieval.entries import shares_text


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [
        ({}, ""),
        ({"owl": 3}, "owl 100 %"),
        ({"owl": 1, "bee": 1, "cat": 2}, "cat 50 %, bee 25 %"),
        ({"b": 1, "a": 1, "c": 1}, "a 33 %, b 33 %"),
        ({"b\u202ea": 1}, "b\\u202ea 100 %"),
    ],
)
def test_the_two_largest_categories_are_named_with_their_shares(counts, wanted: str) -> None:
    assert shares_text(counts) == wanted
