from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from training.data.random_streams import stream


def test_the_numbers_are_the_same_for_ever() -> None:
    assert stream(0, "view", "ab", 1).integers(0, 2**32, 3).tolist() == FIRST
    code = (
        "from training.data.random_streams import stream;"
        "print(stream(0, 'view', 'ab', 1).integers(0, 2**32, 3).tolist())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == str(FIRST)


FIRST = [1198899769, 907637304, 81083925]


def test_every_part_counts() -> None:
    names = [
        (0,),
        (1,),
        (0, ""),
        (0, "1"),
        (0, 1),
        (0, -1),
        (0, "ab", "c"),
        (0, "a", "bc"),
        (0, "a", "b", "c"),
        (0, "a", 1, 2),
        (0, "a", 12),
        (0, "a", 2, 1),
        (0, "\udcff"),
        (2**80,),
    ]
    first = [stream(*name).integers(0, 2**63) for name in names]
    assert len(set(first)) == len(names)


def test_numpy_integers_are_integers() -> None:
    assert stream(np.int64(3), np.uint8(4)).random() == stream(3, 4).random()


@pytest.mark.parametrize("part", [1.5, None, b"bytes"])
def test_other_parts_are_refused(part: object) -> None:
    with pytest.raises(TypeError):
        stream(0, part)  # type: ignore[arg-type]


def test_the_order_of_drawing_does_not_matter() -> None:
    def draw(number: int) -> list[float]:
        return stream(5, "view", number).random(4).tolist()

    forward = [draw(number) for number in range(50)]
    backward = [draw(number) for number in reversed(range(50))]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(draw, range(50)))
    assert forward == backward[::-1] == together


def test_neighbouring_streams_have_nothing_in_common() -> None:
    drawn = np.array([stream(0, "view", number).random(64) for number in range(200)])
    assert abs(drawn.mean() - 0.5) < 0.01
    correlations = np.corrcoef(drawn)[np.triu_indices(200, 1)]
    assert abs(correlations.mean()) < 0.005
    assert np.abs(correlations).max() < 0.6
