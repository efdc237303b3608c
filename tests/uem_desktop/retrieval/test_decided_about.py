"""What was decided about an image is what the newest entries about it say."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from uem_desktop.retrieval.decided_about import DecidedAbout, DecidedFilter
from uem_desktop.retrieval.decisions import Action, Entry, Judgement, Kind

A, B, C = (Path(name) for name in ("a.png", "b.png", "c.png"))
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
