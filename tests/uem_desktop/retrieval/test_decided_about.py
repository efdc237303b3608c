"""What was decided about an image is what the newest entries about it say."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from uem_desktop.retrieval.decided_about import DecidedAbout, DecidedFilter
from uem_desktop.retrieval.decisions import Action, Entry, Judgement, Kind

A, B, C, D = (Path(name) for name in ("a.png", "b.png", "c.png", "d.png"))
NUMBERS = count(1)


def entry(kind: Kind, image: Path, after: str | None, other: Path | None = None) -> Entry:
    number = next(NUMBERS)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Entry(number, number, at, "Ann", Action.DECIDE, kind, image, other, None, after, None)


def judged(image: Path, other: Path, value: Judgement | None) -> Entry:
    return entry(Kind.JUDGEMENT, image, value, other)


def test_a_pair_is_about_both_of_its_images() -> None:
    about = DecidedAbout()
    about.apply([judged(A, B, Judgement.ACCEPT), judged(A, C, Judgement.REJECT)])
    assert about.of(A) == (DecidedFilter.ACCEPTED, DecidedFilter.REJECTED)
    assert about.of(B) == (DecidedFilter.ACCEPTED,)
    about.apply([judged(B, A, None)])
    assert about.of(A) == (DecidedFilter.REJECTED,)
    assert about.of(B) == ()


def test_notes_and_categories_are_one_mark_until_both_are_gone() -> None:
    about = DecidedAbout()
    about.apply([entry(Kind.NOTE, A, "blurred"), entry(Kind.CATEGORY, A, "owl")])
    about.apply([entry(Kind.COUNTERPART, A, "none")])
    assert about.of(A) == (DecidedFilter.CONFIRMED, DecidedFilter.NOTED)
    about.apply([entry(Kind.NOTE, A, None)])
    assert DecidedFilter.NOTED in about.of(A)
    about.apply([entry(Kind.CATEGORY, A, None), entry(Kind.COUNTERPART, A, None)])
    assert about.of(A) == ()


@pytest.mark.parametrize("wanted", DecidedFilter)
def test_a_filter_keeps_what_each_image_says(wanted: DecidedFilter) -> None:
    about = DecidedAbout()
    about.apply([judged(A, B, Judgement.ACCEPT), judged(C, B, Judgement.UNSURE)])
    about.apply([entry(Kind.NOTE, C, "twice"), judged(A, Path("elsewhere"), Judgement.REJECT)])
    rows = {path: row for row, path in enumerate((A, B, C, D))}
    expected = []
    for path in rows:
        has = about.of(path)
        expected.append(
            wanted is DecidedFilter.ALL
            or (wanted is DecidedFilter.UNDECIDED and not has)
            or (wanted is DecidedFilter.DECIDED and bool(has))
            or wanted in has
        )
    assert np.array_equal(about.kept(wanted, rows, 4), expected)
