"""The bench trains for real and accounts for the whole epoch."""

from __future__ import annotations

from pathlib import Path

from training.bench import bench_config, bench_training
from training.config_files import with_words
from training.events import EpochEnded
from training.trainer import PASSES, REFRESH


def test_the_parts_of_an_epoch_add_up(tmp_path: Path) -> None:
    seconds: dict[str, list[float]] = {}

    def note(event: object) -> None:
        if isinstance(event, EpochEnded):
            seconds.setdefault(event.stage, []).append(event.seconds)

    config = with_words(bench_config("head"), ["batch_size=8", "device=cpu", "views=2"])
    result = bench_training(config, images=64, epochs=2, cache_root=tmp_path, on_event=note)
    assert result.images == (64, 64)
    assert result.steps == 8
    assert [cost.stage for cost in result.costs] == ["IDSE", "CDSM"]
    for cost in result.costs:
        refreshed = {REFRESH} if cost.stage == "CDSM" else set()
        assert set(cost.parts) == {PASSES, "data", "banks", "prototypes"} | refreshed
        assert all(seconds > 0 for seconds in cost.parts.values())
        rest = cost.parts["data"] + cost.parts["banks"] + cost.parts["prototypes"]
        passes = cost.parts[PASSES] + cost.parts.get(REFRESH, 0)
        assert abs(cost.overhead - rest / passes) < 1e-9
        timed = sum(seconds[cost.stage][1:]) / 2
        assert 0.5 * timed < sum(cost.parts.values()) <= timed
