"""What is chosen for a benchmark, what stands in the way, and how much work it is."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from made_results import made_result, write_made_results
from toy_root import make_root, short_plan

from training.errors import UserError
from training.evaluation.retrieval_help import BEST_HELP
from uem_desktop.cli.benchmark import benchmark_command
from uem_desktop.retrieval.benchmark_check import SECONDS_PER_IMAGE, look_at
from uem_desktop.retrieval.benchmark_draft import BenchmarkDraft, default_benchmark_path


@pytest.fixture
def draft(tmp_path: Path) -> BenchmarkDraft:
    (tmp_path / "set").mkdir()
    return BenchmarkDraft(data=tmp_path / "set", folder=tmp_path / "out")


def test_a_draft_becomes_a_plan(draft) -> None:
    plan = replace(draft, seeds="3, 4", draws="5", has_help=True, is_heldout=True).plan()
    assert plan.seeds == (3, 4)
    assert plan.seeds_of("partial") == (3, 4, 5, 6, 7)
    assert plan.retrieval_help == BEST_HELP
    assert plan.heldout
    assert plan.config.encoder.trainable == "head"
    assert draft.with_preset("paper").plan().config.encoder.trainable == "all"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"data": None}, "Choose a data set: a folder that holds one folder for each domain."),
        ({"methods": ()}, "Choose one method at least."),
        ({"settings": ()}, "Choose one setting at least."),
        ({"pairs": ()}, "Choose one pair of domains at least."),
        ({"seeds": ""}, "A benchmark needs one seed at least."),
        ({"seeds": "1 -2"}, "Seeds are whole numbers from 0 on, not -2."),
        ({"draws": "x"}, "Draws are whole numbers from 0 on, not x."),
        ({"jobs": "0"}, "Trainings at a time are a whole number from 1 on, not 0."),
        ({"jobs": "two"}, "Trainings at a time are a whole number from 1 on, not two."),
        ({"categories": 'bird "alarm'}, 'A quotation mark is not closed: bird "alarm'),
    ],
)
def test_what_is_missing_is_one_sentence(draft, changes, sentence) -> None:
    with pytest.raises(UserError, match=f"^{sentence}$"):
        replace(draft, **changes).plan()


@pytest.mark.parametrize("word", ["vews=4", "views=four", "views", "method=dann", "seed=3"])
def test_settings_are_refused_as_on_the_command_line(draft, word) -> None:
    with pytest.raises(UserError) as here:
        replace(draft, words=f"batch_size=8 {word}").plan()
    words = ["--data", str(draft.data), "--methods", "uem", "--out", str(draft.out)]
    words += ["--set", "batch_size=8", word]
    with pytest.raises(UserError) as there:
        benchmark_command.main(words, standalone_mode=False)
    assert str(here.value) == str(there.value)


def test_what_is_advanced_is_in_the_plan(draft) -> None:
    plan = replace(draft, categories='bird "alarm clock"', words="views=4 batch_size=8").plan()
    assert plan.categories == ("bird", "alarm clock")
    assert (plan.config.data.views, plan.config.data.batch_size) == (4, 8)
    assert plan.config.schedule == draft.plan().config.schedule
    assert (draft.checked_jobs(), replace(draft, jobs=" 3 ").checked_jobs()) == (1, 3)


def test_the_command_is_one_that_can_be_typed(draft) -> None:
    chosen = replace(
        draft,
        pairs=("a:b",),
        draws="2",
        has_help=True,
        is_heldout=True,
        jobs="2",
        categories='bird "alarm clock"',
        words="views=4 batch_size=8",
    )
    words = shlex.split(chosen.command())
    assert words[:2] == ["uem", "benchmark"]
    given = benchmark_command.make_context("benchmark", words[2:]).params
    assert given["methods"] == chosen.methods
    assert given["pairs"] == ("a:b",)
    assert given["seeds"] == (2024, 2025, 2026)
    assert (given["draws"], given["heldout"], given["resume"]) == (2, True, False)
    assert given["categories"] == ("bird", "alarm clock")
    assert (given["words"], given["jobs"]) == (("views=4", "batch_size=8"), 2)
    write_made_results(draft.out, [made_result("uem", ("a", "b"), 1, {"x": (4, 40.0)})])
    assert draft.command().endswith("--resume")


def test_a_folder_of_its_own_for_each_benchmark(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("UEM_DATA_DIR", str(tmp_path))
    now = datetime(2026, 11, 25)
    first = default_benchmark_path(Path("Office Home!"), now=now)
    assert first.name == "Office-Home-2026-11-25"
    first.mkdir(parents=True)
    assert default_benchmark_path(Path("Office Home!"), now=now).name.endswith("-25-2")


def test_work_is_counted_before_it_begins(tmp_path: Path) -> None:
    root = make_root(tmp_path / "set")
    plan = short_plan(root, "frozen", "uem", settings=("close-set", "open-set"), seeds=(1, 2))
    facts, opened = look_at(plan)
    assert facts.data_text == "2 domains: clipart, render · 16 images"
    assert facts.trainings == 2 * 2 * (1 + 2)
    images = 2 * 16 + 2 * 2 * (8 + 4)
    assert facts.seconds == pytest.approx(images * 2 * SECONDS_PER_IMAGE)
    assert facts.problem == ""
    assert facts.work_text == "12 trainings, about a minute"
    wrong = replace(plan, pairs=("clipart:rendr",))
    assert look_at(wrong, opened)[0].problem.endswith("did you mean render?")
    assert look_at(replace(plan, data=str(tmp_path / "gone")))[1] is None
