"""How long a plan still takes."""

from __future__ import annotations

import pytest

from training.benchmark.plan import Training
from training.benchmark.time_left import TimeLeft


def training(method: str, seed: int) -> Training:
    return Training("partial", method, "x", "y", seed, (("x", "y"),))


def test_each_method_takes_what_it_took_and_a_new_one_what_is_usual() -> None:
    names = ("frozen", "uem", "uem", "uem", "pcs", "frozen")
    waiting = [training(name, seed) for seed, name in enumerate(names)]
    left = TimeLeft(waiting, jobs=2)
    assert left.seconds is None
    left.note(waiting[0], 1.0)
    left.note(waiting[1], 8.0)
    left.note(waiting[2], 10.0)
    # one uem at 9, one frozen at 1, and pcs, of which nothing is known, at their mean
    assert left.seconds == pytest.approx((9.0 + 1.0 + 5.0) / 2)
