"""Whole benchmarks on a few real images: what they write, and how they stop and go on."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from training.benchmark.benchmark import run_benchmark
from training.benchmark.events import (
    BenchmarkEnded,
    BenchmarkEvent,
    BenchmarkStarted,
    Measured,
    TrainingAdvanced,
    TrainingFailed,
)
from training.benchmark.plan import BenchmarkPlan
from training.config import TrainConfig
from training.config_files import updated, with_words
from training.control import TrainingControl
from training.errors import UserError
from training.events import Evaluated
from training.run import run_training
from training.run_folder import RunFolder

SHORT = ["idse_epochs=1", "cdsm_epochs=1", "alpha_threshold=0"]


@pytest.fixture
def plan(image_domains: tuple[Path, Path], quick_config: TrainConfig) -> BenchmarkPlan:
    return BenchmarkPlan(
        data=str(image_domains[0].parent),
        methods=("frozen", "uem"),
        seeds=(5,),
        config=with_words(quick_config, SHORT),
    )


def run(plan: BenchmarkPlan, folder: Path, cache: Path, **more) -> list[BenchmarkEvent]:
    events: list[BenchmarkEvent] = []
    control = more.pop("control", None) or TrainingControl()
    on_event = more.pop("on_event", lambda event: None)

    def emit(event: BenchmarkEvent) -> None:
        events.append(event)
        on_event(event)

    run_benchmark(plan, folder, emit=emit, control=control, cache_root=cache, **more)
    return events


def of(kind: type, events: list[BenchmarkEvent]) -> list:
    return [event for event in events if isinstance(event, kind)]


def written(folder: Path) -> dict:
    return json.loads((folder / "results.json").read_text())


def numbers(folder: Path) -> dict[tuple, dict]:
    """Every result without the times."""
    found = {}
    for entry in written(folder)["results"]:
        names = ("setting", "method", "query_domain", "gallery_domain", "seed", "retrieval_help")
        key = tuple(entry[name] for name in names)
        found[key] = {name: value for name, value in entry.items() if "seconds" not in name}
    return found


def test_all_settings_give_a_result_for_every_direction(plan, tmp_path, view_cache) -> None:
    folder = tmp_path / "out"
    events = run(plan, folder, view_cache, command="uem benchmark …")
    content, found = written(folder), numbers(folder)
    assert len(found) == 3 * 2 * 2
    assert {key[:4] for key in found} == {
        (setting, method, *pair)
        for setting in ("close-set", "partial", "open-set")
        for method in ("frozen", "uem")
        for pair in (("clipart", "render"), ("render", "clipart"))
    }
    assert content["command"] == "uem benchmark …"
    assert content["versions"]["torch"]
    assert content["encoder"]["fingerprint"]
    assert set(content["data"]["domains"]) == {"clipart", "render"}
    assert content["methods"]["uem"]["origin"] == "from the paper; no public code"
    for key, entry in found.items():
        assert 0 < entry["map_at_all"]["plain"] <= 100
        assert entry["map_at_all"]["interpolated"] >= entry["map_at_all"]["plain_per_category"]
        assert (entry["open_set"] is not None) == (key[0] == "open-set")
    started, ended = of(BenchmarkStarted, events)[0], events[-1]
    assert (len(started.trainings), started.done) == (2 + 4 + 4, 0)
    assert isinstance(ended, BenchmarkEnded)
    assert (ended.outcome, ended.failures) == ("finished", 0)
    assert of(Measured, events)[-1].seconds_left == 0


def test_settings_keep_the_categories_that_they_say_in_training_too(
    plan, tmp_path, view_cache
) -> None:
    folder = tmp_path / "out"
    run(replace(plan, methods=("frozen",)), folder, view_cache)
    for entry in written(folder)["results"]:
        query, gallery = entry["query_categories"], entry["gallery_categories"]
        if entry["setting"] == "close-set":
            assert query == gallery == ["bird", "building", "vehicle"]
        elif entry["setting"] == "partial":
            assert (len(query), len(gallery)) == (1, 3)
        else:
            assert (len(query), len(gallery)) == (3, 1)
            for rule in ("published", "votes"):
                assert entry["open_set"][rule]["num_private"] == 2 * entry["num_queries"] / 3
        size = {"clipart": 5, "render": 4}
        assert entry["trained_on"] == {
            entry["query_domain"]: len(query) * size[entry["query_domain"]],
            entry["gallery_domain"]: len(gallery) * size[entry["gallery_domain"]],
        }


def test_a_close_set_number_is_that_of_uem_train(plan, tmp_path, view_cache, image_domains) -> None:
    a, b = image_domains
    words = {"domain_a": str(a), "domain_b": str(b)}
    config = updated(plan.config, {"data": words, "run": {"method": "uem", "seed": 5}})
    RunFolder(tmp_path / "run").create(config)
    events: list = []
    run_training(
        RunFolder(tmp_path / "run"),
        resume=False,
        emit=events.append,
        control=TrainingControl(),
        cache_root=view_cache,
    )
    measured = of(Evaluated, events)[-1]
    run(replace(plan, settings=("close-set",), methods=("uem",)), tmp_path / "out", view_cache)
    found = numbers(tmp_path / "out")
    for pair, direction in ((("clipart", "render"), "a_to_b"), (("render", "clipart"), "b_to_a")):
        entry = found["close-set", "uem", *pair, 5, "off"]
        assert entry["map_at_all"]["plain"] == measured.map_plain[direction]
        assert entry["map_at_all"]["interpolated"] == measured.map_interpolated[direction]


def test_help_at_retrieval_time_gets_rows_of_its_own(plan, tmp_path, view_cache) -> None:
    asked = replace(plan, settings=("close-set", "open-set"), methods=("frozen",))
    run(asked, tmp_path / "off", view_cache)
    run(replace(asked, retrieval_help=("centring",)), tmp_path / "on", view_cache)
    off, on = numbers(tmp_path / "off"), numbers(tmp_path / "on")
    for key in off:
        assert on[key]["map_at_all"] == off[key]["map_at_all"]
    helped = {key: entry for key, entry in on.items() if key[5] == "centring"}
    assert len(helped) == len(off) == 4
    changed = [
        entry["map_at_all"] != off[*key[:5], "off"]["map_at_all"] for key, entry in helped.items()
    ]
    assert sum(changed) >= 2


def test_held_out_images_are_measured_and_not_learned_from(plan, tmp_path, view_cache) -> None:
    run(replace(plan, settings=("close-set", "open-set"), heldout=True), tmp_path, view_cache)
    for entry in written(tmp_path)["results"]:
        if entry["setting"] == "close-set":
            assert entry["trained_on"] == {"clipart": 12, "render": 9}
            assert entry["num_queries"] == entry["num_gallery"] == 3


def test_a_stopped_benchmark_goes_on_with_the_numbers_of_an_undisturbed_one(
    plan, tmp_path, view_cache
) -> None:
    plan = replace(plan, settings=("close-set", "partial"))
    run(plan, tmp_path / "whole", view_cache)
    control = TrainingControl()

    def stop(event: BenchmarkEvent) -> None:
        if isinstance(event, TrainingAdvanced) and event.training.setting == "partial":
            control.stop()

    events = run(plan, tmp_path / "cut", view_cache, control=control, on_event=stop)
    assert events[-1].outcome == "stopped"
    done = len(written(tmp_path / "cut")["results"])
    assert 0 < done < 8
    events = run(plan, tmp_path / "cut", view_cache, resume=True)
    assert len(of(Measured, events)) < 6
    assert numbers(tmp_path / "cut") == numbers(tmp_path / "whole")


def test_processes_side_by_side_give_the_same_numbers(plan, tmp_path, view_cache) -> None:
    plan = replace(plan, settings=("close-set", "partial"), methods=("frozen", "uem", "ince"))
    wild = replace(plan, config=with_words(plan.config, ["ince_rate_factor=1e30"]))
    run(wild, tmp_path / "one", view_cache)
    events = run(wild, tmp_path / "two", view_cache, jobs=2)
    assert numbers(tmp_path / "one") == numbers(tmp_path / "two")
    assert len(of(TrainingFailed, events)) == 3
    done = [event.done for event in of(Measured, events)]
    assert len(done) == 6
    assert done == sorted(set(done))
    assert done[-1] in range(6, 10)  # those that came to nothing count too, and may be the last


def test_processes_side_by_side_stop_and_go_on(plan, tmp_path, view_cache) -> None:
    asked = replace(plan, settings=("partial",))
    control = TrainingControl()

    def stop(event: BenchmarkEvent) -> None:
        if isinstance(event, Measured):
            control.stop()

    events = run(asked, tmp_path, view_cache, jobs=2, control=control, on_event=stop)
    assert events[-1].outcome == "stopped"
    assert 1 <= len(written(tmp_path)["results"]) < 4
    run(asked, tmp_path, view_cache, resume=True)
    assert len(written(tmp_path)["results"]) == 4


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads the table of processes")
def test_a_killed_benchmark_goes_on_and_leaves_no_process(plan, tmp_path, view_cache) -> None:
    asked = replace(plan, settings=("partial",), methods=("frozen", "centred", "uem"))
    code = f"""
import multiprocessing, os, pickle, signal, sys
from pathlib import Path
from training.benchmark.benchmark import run_benchmark
from training.benchmark.events import Measured
from training.control import TrainingControl

def emit(event):
    if isinstance(event, Measured) and event.done == 2:
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    plan = pickle.loads(Path(sys.argv[1]).read_bytes())
    run_benchmark(plan, Path(sys.argv[2]), jobs=2, emit=emit, control=TrainingControl(),
                  cache_root=Path({str(view_cache)!r}))
"""
    (tmp_path / "plan").write_bytes(pickle.dumps(asked))
    (tmp_path / "killed.py").write_text(code)
    folder = tmp_path / "out"
    killed = subprocess.run(
        [sys.executable, str(tmp_path / "killed.py"), str(tmp_path / "plan"), str(folder)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    children = killed.stdout.split()
    assert len(children) == 2
    deadline = time.monotonic() + 30
    while any(map(is_running, children)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert len(written(folder)["results"]) == 2
    events = run(asked, folder, view_cache, resume=True)
    assert len(of(Measured, events)) == 4
    assert len(written(folder)["results"]) == 6


def is_running(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_a_training_of_the_whole_encoder_goes_on_within_itself(plan, tmp_path, view_cache) -> None:
    words = ["trainable=all", "idse_epochs=3", "cdsm_epochs=0", "batch_size=2", "seed=5"]
    asked = replace(
        plan,
        methods=("ince",),
        settings=("partial",),
        pairs=("clipart:render",),
        config=with_words(plan.config, words),
    )
    run(asked, tmp_path / "whole", view_cache)
    control = TrainingControl()

    def stop(event: BenchmarkEvent) -> None:
        if isinstance(event, TrainingAdvanced):
            control.stop()

    run(asked, tmp_path / "cut", view_cache, control=control, on_event=stop)
    assert len(list((tmp_path / "cut").glob("unfinished-*.pt"))) == 1
    events = run(asked, tmp_path / "cut", view_cache, resume=True)
    assert [event.epoch for event in of(TrainingAdvanced, events)] == [2, 3]
    assert numbers(tmp_path / "cut") == numbers(tmp_path / "whole")
    assert not list((tmp_path / "cut").glob("unfinished-*.pt"))


def test_methods_and_seeds_can_be_added_later(plan, tmp_path, view_cache) -> None:
    asked = replace(plan, settings=("close-set",), methods=("frozen",))
    run(asked, tmp_path, view_cache)
    with pytest.raises(UserError, match="holds results already; add --resume"):
        run(asked, tmp_path, view_cache)
    events = run(replace(asked, methods=("centred",), seeds=(5, 6)), tmp_path, view_cache,
                 resume=True)  # fmt: skip
    assert len(of(BenchmarkStarted, events)[0].results) == 2
    assert {key[1:2] + key[4:5] for key in numbers(tmp_path)} == {
        ("frozen", 5), ("centred", 5), ("centred", 6)
    }  # fmt: skip
    assert set(written(tmp_path)["methods"]) == {"frozen", "centred"}


def test_other_settings_or_images_are_not_mixed_in(
    plan, tmp_path, view_cache, image_domains, sample_root
) -> None:
    asked = replace(plan, settings=("close-set",), methods=("frozen",))
    folder = tmp_path / "out"
    run(asked, folder, view_cache)
    other = replace(asked, config=with_words(asked.config, ["tau=0.31"]))
    with pytest.raises(UserError, match=r"made with tau = 0\.2, which now is 0\.31"):
        run(other, folder, view_cache, resume=True)
    with pytest.raises(UserError, match="heldout = False, which now is True"):
        run(replace(asked, heldout=True), folder, view_cache, resume=True)
    new = sorted((sample_root / "clipart" / "bird").iterdir())[9]
    shutil.copy(new, image_domains[0] / "bird")
    with pytest.raises(UserError, match="The images of clipart have changed"):
        run(asked, folder, view_cache, resume=True)
    assert len(written(folder)["results"]) == 2


def test_one_failure_does_not_end_the_others(plan, tmp_path, view_cache) -> None:
    wild = with_words(plan.config, ["idse_learning_rate=1e30"])
    asked = replace(plan, settings=("close-set",), methods=("ince", "frozen"), config=wild)
    events = run(asked, tmp_path, view_cache)
    (failed,) = of(TrainingFailed, events)
    assert failed.training.method == "ince"
    assert events[-1].failures == 1
    (kept,) = written(tmp_path)["failures"]
    assert "no number any more" in kept["message"]
    assert {key[1] for key in numbers(tmp_path)} == {"frozen"}


def test_what_looks_wrong_is_said_before_training(
    plan, tmp_path, view_cache, image_domains
) -> None:
    (image_domains[0] / "vehicle").rename(image_domains[0] / "vehicel")
    events = run(replace(plan, methods=("frozen",), settings=("close-set",)), tmp_path / "out",
                 view_cache)  # fmt: skip
    (started,) = of(BenchmarkStarted, events)
    assert any("vehicel" in problem for problem in started.problems)
    assert numbers(tmp_path / "out").popitem()[1]["query_categories"] == ["bird", "building"]


def test_a_pair_without_common_categories_is_refused(plan, tmp_path, view_cache, image_domains):
    for category in ("bird", "building", "vehicle"):
        (image_domains[0] / category).rename(image_domains[0] / f"other {category}")
    with pytest.raises(UserError, match="clipart and render: The two domains have no category"):
        run(plan, tmp_path / "out", view_cache)
    assert not (tmp_path / "out").exists()


def test_only_one_benchmark_writes_into_a_folder(plan, tmp_path, view_cache) -> None:
    refused: list[str] = []

    def second(event: BenchmarkEvent) -> None:
        if isinstance(event, BenchmarkStarted):
            with pytest.raises(UserError) as error:
                run(plan, tmp_path, view_cache, resume=True)
            refused.append(str(error.value))

    run(replace(plan, methods=("frozen",), settings=("close-set",)), tmp_path, view_cache,
        on_event=second)  # fmt: skip
    assert refused == [f"Another benchmark is running in {tmp_path}."]


def test_damaged_results_are_refused(plan, tmp_path, view_cache) -> None:
    (tmp_path / "results.json").write_text('{"results": [1]}')
    with pytest.raises(UserError, match="is damaged or no results of a benchmark"):
        run(plan, tmp_path, view_cache, resume=True)
