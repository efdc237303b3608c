"""What a benchmark is to run: which trainings, with which seeds, measured in which directions."""

from __future__ import annotations

import pytest

from training.benchmark.plan import BenchmarkPlan, Training, planned_trainings
from training.config_files import with_words
from training.errors import UserError
from training.evaluation.retrieval_help import BEST_HELP, HELP_NAMES
from training.methods.method_names import METHOD_NAMES

DOMAINS = ("x", "y", "z")


def plan(**changes) -> BenchmarkPlan:
    return BenchmarkPlan(**{"data": "root", "methods": ("uem",), "seeds": (1, 2), **changes})


def test_one_training_serves_both_directions_of_a_close_set_pair() -> None:
    pairs = [("y", "x"), ("x", "y"), ("z", "y")]
    found = planned_trainings(plan(settings=("close-set",), seeds=(1,)), pairs, DOMAINS)
    assert found == (
        Training("close-set", "uem", "x", "y", 1, (("y", "x"), ("x", "y"))),
        Training("close-set", "uem", "y", "z", 1, (("z", "y"),)),
    )


@pytest.mark.parametrize("setting", ["partial", "open-set"])
def test_other_settings_train_each_direction_with_the_query_domain_as_domain_a(setting) -> None:
    pairs = [("y", "x"), ("x", "y")]
    found = planned_trainings(plan(settings=(setting,), seeds=(1,)), pairs, DOMAINS)
    assert [(one.domain_a, one.domain_b, one.directions) for one in found] == [
        ("y", "x", (("y", "x"),)),
        ("x", "y", (("x", "y"),)),
    ]


def test_every_setting_seed_pair_and_method_occurs_once() -> None:
    asked = plan(methods=("frozen", "uem"))
    found = planned_trainings(asked, [("x", "y"), ("y", "x")], DOMAINS)
    assert len(found) == len(set(found)) == 2 * 2 * (1 + 2 + 2)
    results = [
        (one.setting, one.method, one.seed, pair) for one in found for pair in one.directions
    ]
    assert len(results) == len(set(results)) == 3 * 2 * 2 * 2


@pytest.mark.parametrize(
    ("draws", "expected"), [(0, (5, 3)), (1, (5,)), (2, (5, 3)), (4, (5, 3, 6, 7))]
)
def test_draws_are_seeds_that_follow_the_last_one(draws: int, expected: tuple[int, ...]) -> None:
    asked = plan(seeds=(5, 3), draws=draws)
    assert asked.seeds_of("close-set") == (5, 3)
    assert asked.seeds_of("partial") == asked.seeds_of("open-set") == expected


def test_shorthands_are_written_out_and_nothing_is_run_twice() -> None:
    checked = plan(methods=("uem", "all"), seeds=(4, 4), retrieval_help=("best",)).checked()
    assert (checked.methods, checked.seeds) == (METHOD_NAMES, (4,))
    assert checked.retrieval_help == BEST_HELP
    assert plan(retrieval_help=("all",)).checked().retrieval_help == HELP_NAMES
    backwards = plan(retrieval_help=HELP_NAMES[1::-1]).checked()
    assert backwards.retrieval_help == HELP_NAMES[:2]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"methods": ("uen",)}, "There is no method uen; did you mean uem?"),
        ({"settings": ("open",)}, "There is no benchmark setting open; did you mean open-set?"),
        ({"retrieval_help": ("centering",)}, "did you mean centring?"),
        ({"methods": ()}, "A benchmark needs one method at least."),
        ({"seeds": (-1,)}, "Seeds and the number of draws are whole numbers from 0 on."),
        ({"rounding": "up"}, "Half a number is rounded by floor or ceil, not up."),
    ],
)
def test_what_does_not_exist_is_said(changes, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence.replace("?", r"\?")):
        plan(**changes).checked()


def test_settings_of_a_training_name_its_method_and_seed() -> None:
    asked = plan(config=with_words(BenchmarkPlan("", ()).config, ["tau=0.3"]))
    training = planned_trainings(asked, [("x", "y")], DOMAINS)[0]
    config = asked.config_for(training)
    assert (config.run.method, config.run.seed, config.uem.tau) == ("uem", 1, 0.3)


def test_a_number_does_not_depend_on_the_rest_of_the_plan() -> None:
    base = plan()
    same = plan(methods=("pcs",), seeds=(9,), settings=("partial",), pairs=("x:y",), draws=3)
    assert base.what_counts() == same.what_counts()
    others = (
        plan(heldout=True),
        plan(rounding="ceil"),
        plan(categories=("a",)),
        plan(config=with_words(base.config, ["tau=0.3"])),
    )
    assert all(one.what_counts() != base.what_counts() for one in others)
