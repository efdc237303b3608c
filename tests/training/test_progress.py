"""Progress in numbers and in words."""

from __future__ import annotations

import pytest

from training.progress import Progress, duration_text


@pytest.mark.parametrize(
    ("progress", "sentence"),
    [
        (
            Progress(1240, 10_000, 3, 1240 / 52.143),
            "1,240 of 10,000 images · 52 images/s · 2 min 48 s left · 3 problems",
        ),
        (Progress(0, 10_000), "0 of 10,000 images"),
        (Progress(0, 1), "0 of 1 image"),
        (Progress(10, 10, 1, 2.0), "10 of 10 images · 5.0 images/s · 1 problem"),
        (Progress(0, 0), "0 of 0 images"),
        (Progress(1, 100, 0, 40.0), "1 of 100 images · under 0.1 images/s · 1 h 6 min left"),
        (Progress(60, 100, 0, 5.0, stored=50), "60 of 100 images · 2.0 images/s · 20 s left"),
        (Progress(50, 100, 0, 5.0, stored=50), "50 of 100 images"),
        (Progress(100, 100, 2, 0.1, stored=100), "100 of 100 images · 2 problems"),
    ],
)
def test_sentences(progress: Progress, sentence: str) -> None:
    assert progress.sentence() == sentence


@pytest.mark.parametrize(
    ("progress", "sentence"),
    [
        (Progress(0, 0), "0 %"),
        (Progress(0, 8), "0 %"),
        (Progress(999, 1000, seconds=0.5), "99 % · 1 s left"),
        (Progress(250, 1000, seconds=20.0), "25 % · 1 min left"),
        (Progress(8, 8, seconds=1.0), "100 %"),
    ],
)
def test_shares(progress: Progress, sentence: str) -> None:
    assert progress.share_sentence() == sentence


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (168, "2 min 48 s"),
        (3599.6, "1 h"),
        (3900, "1 h 5 min"),
        (86400, "24 h"),
        (3 * 86400, "3 days"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_what_cannot_be_said_is_not_made_up() -> None:
    begun = Progress(0, 5, 0, 1.0)
    assert begun.items_per_second == 0.0
    assert begun.seconds_left is None
    assert Progress(5, 5, 0, 0.0).seconds_left == 0.0
    assert Progress(10, 40, 0, 5.0).items_per_second == 2.0
    assert Progress(10, 40, 0, 5.0).seconds_left == 15.0
