"""Events become curves, progress and a table."""

from __future__ import annotations

import csv
import math
import time
from pathlib import Path

import numpy as np
import pytest

from training.events import (
    CheckpointSaved,
    EpochEnded,
    EpochStarted,
    Evaluated,
    Event,
    Position,
    PreparationAdvanced,
    RunContinued,
    RunEnded,
    RunPaused,
    RunStarted,
    StageInfo,
    StepLogged,
)
from uem_desktop.retrieval.curve import Cadence, Curve, CurveKind
from uem_desktop.retrieval.run_curves import RunCurves
from uem_desktop.retrieval.smoothing import smoothed

STAGES = (StageInfo("IDSE", 2, 4), StageInfo("CDSM", 1, 3))


def started(went_on_from: Position | None = None) -> RunStarted:
    return RunStarted("uem", "head", 1, "CPU", STAGES, 9, 9, (), True, "f", "e", went_on_from)


def step(stage: str, epoch: int, number: int, loss: float = 1.0, when: float = 0.0) -> StepLogged:
    first = {"IDSE": 4 * epoch, "CDSM": 8}[stage]
    names = {"IDSE": "INCE A", "CDSM": "DAL"}
    losses = {names[stage]: loss}
    return StepLogged(stage, epoch, number, first + number, losses, 2 * loss, 0.1, when)


def epoch(stage: str, number: int, loss: float = 1.0) -> list[Event]:
    steps = {"IDSE": 4, "CDSM": 3}[stage]
    start_facts = {"alpha": 0.5, "clusters_a": 5.0, "merged": 3.0}
    end_facts = {**start_facts, "bank_agreement_a": 0.9, "new": 7.0}
    return [
        EpochStarted(stage, number, start_facts),
        *(step(stage, number, row, loss) for row in range(steps)),
        EpochEnded(stage, number, {}, 0.0, end_facts, 1.0, 12.0, time=0.0),
        Evaluated(stage, number, {"a_to_b": 40.0, "b_to_a": 30.0}, {"a_to_b": 45.0}, 8),
        CheckpointSaved(stage, number + 1, 0, f"checkpoints/{stage}{number}.pt", ""),
    ]


def whole_run() -> list[Event]:
    return [
        PreparationAdvanced("Features of domain A", 3, 9, 1.0, 2.0),
        started(),
        Evaluated("", -1, {"a_to_b": 20.0, "b_to_a": 10.0}, {}, 8),
        *epoch("IDSE", 0),
        *epoch("IDSE", 1),
        *epoch("CDSM", 0),
        RunEnded("finished", "", 9.0, "encoder.safetensors"),
    ]


def gathered(events: list[Event]) -> RunCurves:
    curves = RunCurves()
    for event in events:
        curves.add(event)
    return curves


def points(curves: RunCurves, group: str, name: str) -> list[tuple[int, float]]:
    curve = curves.curve(group, name)
    assert curve is not None
    return list(zip(curve.x.tolist(), curve.y.tolist(), strict=True))


def test_every_plot_has_its_curves_over_common_steps() -> None:
    curves = gathered(whole_run())
    assert [c.kind.name for c in curves.group("losses")] == ["total", "INCE A", "DAL"]
    assert points(curves, "losses", "total") == [(row, 2.0) for row in range(11)]
    assert points(curves, "losses", "DAL") == [(8, 1.0), (9, 1.0), (10, 1.0)]
    assert [c.kind.name for c in curves.group("schedule")] == ["learning_rate", "alpha"]
    assert points(curves, "schedule", "alpha") == [(0, 0.5), (4, 0.5), (8, 0.5)]
    assert points(curves, "prototypes", "merged") == [(0, 3.0), (4, 3.0), (8, 3.0)]
    assert points(curves, "agreement", "bank_agreement_a") == [(4, 0.9), (8, 0.9), (11, 0.9)]
    assert points(curves, "map", "map_plain_a_to_b") == [(0, 20), (4, 40), (8, 40), (11, 40)]
    assert points(curves, "map", "map_interpolated_a_to_b") == [(4, 45), (8, 45), (11, 45)]
    assert [c.kind.name for c in curves.group("other")] == ["new"]
    assert curves.curve("other", "nothing") is None
    assert curves.stages == (("IDSE", 0), ("CDSM", 8))
    assert [place.first_step for place in curves.epochs] == [0, 4, 8]
    assert curves.total_steps == 11


def test_places_are_told_in_words() -> None:
    curves = gathered(whole_run())
    assert curves.place_of(5) == "IDSE, epoch 2, step 5"
    assert curves.place_of(9) == "CDSM, epoch 1, step 9"
    assert RunCurves().place_of(1234) == "step 1,234"


def test_a_run_that_goes_on_takes_away_what_came_after_its_checkpoint() -> None:
    events = [*whole_run()[:-1], started(Position("IDSE", 1, 0))]
    curves = gathered(events)
    assert points(curves, "losses", "total") == [(row, 2.0) for row in range(4)]
    assert curves.curve("losses", "DAL") is None
    assert points(curves, "map", "map_plain_a_to_b") == [(0, 20), (4, 40)]
    assert points(curves, "agreement", "bank_agreement_a") == [(4, 0.9)]
    assert points(curves, "prototypes", "merged") == [(0, 3.0)]
    assert [saved.state for saved in curves.checkpoints] == ["checkpoints/IDSE0.pt"]
    assert curves.stages == (("IDSE", 0),)
    assert curves.progress.steps_done == 4
    for event in epoch("IDSE", 1, loss=3.0):
        curves.add(event)
    assert points(curves, "losses", "INCE A")[3:] == [
        (3, 1.0),
        *((row, 3.0) for row in range(4, 8)),
    ]


def test_a_run_that_goes_on_within_an_epoch_keeps_its_beginning() -> None:
    curves = gathered([started(), *epoch("IDSE", 0), *epoch("IDSE", 1)[:4]])
    curves.add(started(Position("IDSE", 1, 1)))
    assert points(curves, "losses", "total")[-1] == (4, 2.0)
    assert points(curves, "schedule", "alpha") == [(0, 0.5), (4, 0.5)]
    curves.add(step("IDSE", 1, 1, 5.0))
    assert points(curves, "losses", "total")[-2:] == [(4, 2.0), (5, 10.0)]
    assert [place.first_step for place in curves.epochs] == [0, 4]


def test_a_finished_run_that_goes_on_is_at_its_end() -> None:
    progress = gathered([started(Position("CDSM", 1, 0))]).progress
    assert (progress.stage, progress.epoch, progress.epochs) == ("CDSM", 1, 1)
    assert (progress.steps_done, progress.share) == (11, 1.0)


def test_terms_of_both_domains_stand_beside_each_other() -> None:
    losses = dict.fromkeys(["INCE A", "SEL A", "INCE B", "SEL B", "DAL"], 1.0)
    curves = gathered([StepLogged("IDSE", 0, 0, 0, losses, 1.0, 0.1)])
    names = [curve.kind.name for curve in curves.group("losses")]
    assert names == ["total", "INCE A", "INCE B", "SEL A", "SEL B", "DAL"]


def test_a_run_that_starts_anew_takes_away_everything() -> None:
    curves = gathered([*whole_run(), started()])
    assert curves.curves == ()
    assert curves.checkpoints == []
    assert curves.epochs == ()
    assert curves.ended is None


def test_a_step_told_twice_counts_once() -> None:
    curves = gathered([started(), step("IDSE", 0, 0), step("IDSE", 0, 1), step("IDSE", 0, 1, 4.0)])
    assert points(curves, "losses", "total") == [(0, 2.0), (1, 8.0)]


def test_a_file_without_its_beginning_is_still_shown() -> None:
    curves = gathered(epoch("IDSE", 1))
    assert points(curves, "losses", "total") == [(row, 2.0) for row in range(4, 8)]
    assert points(curves, "map", "map_plain_a_to_b") == [(8, 40.0)]
    assert curves.progress.share == 0.0


def test_progress_tells_what_is_done_and_what_is_left() -> None:
    curves = RunCurves()
    assert curves.progress.total_steps == 0
    curves.add(PreparationAdvanced("Features of domain A", 3, 9, 1.0, 2.0))
    assert curves.progress.preparation is not None
    curves.add(started())
    for row in range(4):
        curves.add(step("IDSE", 0, row, when=100.0 + 2 * row))
    progress = curves.progress
    assert (progress.stage, progress.epoch, progress.epochs) == ("IDSE", 1, 2)
    assert (progress.steps_done, progress.total_steps) == (4, 11)
    assert progress.share == pytest.approx(4 / 11)
    assert progress.seconds_left == pytest.approx(14)
    assert progress.preparation is None
    curves.add(EpochEnded("IDSE", 0, {}, 0.0, {}, 8.0, 60.0, time=110.0))
    curves.add(step("IDSE", 1, 0, when=115.0))
    assert curves.progress.seconds_left == pytest.approx(55)
    curves.add(RunPaused())
    assert curves.is_paused
    curves.add(RunContinued())
    assert not curves.is_paused
    curves.add(RunEnded("finished", "", 1.0))
    assert curves.progress.share == 1.0
    assert curves.progress.seconds_left is None


def test_the_table_says_where_each_value_belongs(tmp_path: Path) -> None:
    events = [*whole_run(), step("CDSM", 0, 2, math.nan)]
    gathered(events).to_csv(tmp_path / "curves.csv")
    with (tmp_path / "curves.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["curve", "step", "stage", "epoch", "value"]
    assert ["total", "4", "IDSE", "1", "2.0"] in rows
    assert ["bank_agreement_a", "4", "IDSE", "0", "0.9"] in rows
    assert ["alpha", "4", "IDSE", "1", "0.5"] in rows
    assert ["map_plain_a_to_b", "0", "", "", "20.0"] in rows
    assert ["map_plain_a_to_b", "11", "CDSM", "0", "40.0"] in rows
    assert ["DAL", "10", "CDSM", "0", "nan"] in rows


def test_a_table_does_not_change_any_more() -> None:
    curves = gathered([started(), step("IDSE", 0, 0)])
    table = curves.table()
    curves.add(step("IDSE", 0, 0, 9.0))
    assert table.columns[0][2].tolist() == [2.0]


def test_adding_stays_fast() -> None:
    curve = Curve(CurveKind("x", "x", "losses", Cadence.STEP))
    curves = RunCurves()
    curves.add(started())
    event = step("IDSE", 0, 0)
    times = []
    for first in (0, 40_000):
        before = time.perf_counter()
        for number in range(first, first + 20_000):
            curve.append(number, 1.0)
            curve.last  # noqa: B018 - read after each one, as a plot may
            curves.add(event)
        times.append(time.perf_counter() - before)
    assert len(curve) == 40_000
    assert times[1] < 4 * times[0] + 0.2


@pytest.mark.parametrize("count", [0, 1, 3, 50, 333])
@pytest.mark.parametrize("window", [1, 2, 3, 7, 20, 64, 1000])
def test_smoothing_is_the_mean_of_the_last_values(count: int, window: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    literal = [values[max(0, row - window + 1) : row + 1].mean() for row in range(count)]
    np.testing.assert_allclose(smoothed(values, window), literal, atol=1e-12)


def test_a_spike_and_what_is_no_number_stay_in_their_windows() -> None:
    values = np.ones(40)
    values[10], values[20], values[25] = 1e30, np.nan, np.inf
    means = smoothed(values, 5)
    assert means[15:].tolist() == [1.0] * 25
    assert np.isnan(smoothed(np.array([np.nan, np.nan]), 3)).all()
