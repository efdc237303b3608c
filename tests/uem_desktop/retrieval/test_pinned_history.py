from __future__ import annotations

from pathlib import Path

from training.events import PinnedRanked
from uem_desktop.retrieval.pinned_history import Moment, PinnedHistory

A, B = Path("/a"), Path("/b")
QUERY = A / "bird" / "1.png"


def ranked(stage: str, epoch: int, *matches: str, query: Path = QUERY) -> PinnedRanked:
    found = tuple((str(B / match), 0.5) for match in matches)
    return PinnedRanked(stage, epoch, "a", str(query), found)


def test_rankings_go_by_stage_and_epoch() -> None:
    history = PinnedHistory(A, B)
    history.add(ranked("", -1, "tool/1.png", "bird/1.png"))
    history.add(ranked("IDSE", 0, "bird/2.png", "tool/1.png"))
    history.add(ranked("CDSM", 0, "bird/2.png", "bird/1.png"))
    history.add(ranked("IDSE", 1, "bird/2.png", "tool/1.png"))
    assert history.moments == [
        Moment("", -1), Moment("IDSE", 0), Moment("IDSE", 1), Moment("CDSM", 0),
    ]  # fmt: skip
    assert [moment.title() for moment in history.moments][::3] == [
        "Before training",
        "CDSM, after epoch 1",
    ]
    row = history.row(QUERY, history.moments[0])
    assert [match.is_correct for match in row.matches] == [False, True]
    assert [match.rank for match in row.matches] == [1, 2]
    assert row.correct_text == "1 of 2 right"
    assert history.row(QUERY, None).correct_text == "2 of 2 right"


def test_a_later_ranking_of_the_same_moment_counts() -> None:
    history = PinnedHistory(A, B)
    history.add(ranked("IDSE", 0, "tool/1.png"))
    history.add(ranked("IDSE", 0, "bird/1.png"))
    assert len(history.moments) == 1
    assert history.row(QUERY, None).correct_text == "1 of 1 right"


def test_a_query_that_was_pinned_later_shows_its_last_ranking_before() -> None:
    history = PinnedHistory(A, B)
    history.add(ranked("IDSE", 0, "bird/1.png"))
    late = A / "tool" / "2.png"
    history.add(ranked("IDSE", 3, "tool/1.png", query=late))
    assert history.row(late, Moment("IDSE", 0)).matches == ()
    assert history.row(late, Moment("IDSE", 0)).correct_text == "not ranked yet"
    assert history.row(QUERY, Moment("IDSE", 3)).moment == Moment("IDSE", 0)


def test_without_categories_nothing_is_right_or_wrong() -> None:
    history = PinnedHistory(A, None)
    flat = A / "1.png"
    history.add(ranked("IDSE", 0, "bird/1.png", query=flat))
    row = history.row(flat, None)
    assert row.category is None
    assert row.matches[0].is_correct is None
    assert row.correct_text == "no categories"
