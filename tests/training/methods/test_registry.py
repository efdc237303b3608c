"""What is true of every method there is: it trains, and a run goes on exactly where it was."""

from __future__ import annotations

import math

import pytest
import torch
from toy_methods import STEPS, Saved, steps_of, toy_config, toy_learner_for, toy_trainer

from training.config import TrainConfig
from training.config_files import with_words
from training.errors import UserError
from training.methods.method_names import METHOD_NAMES, METHODS, method_named
from training.methods.registry import build_method
from training.methods.uem import Uem

TRAINED = [
    method.name
    for method in METHODS
    if build_method(toy_config(method.name), toy_learner_for(method.name)).stages
    and not method.switched_off
]
SHORT = ("idse_epochs=4", "cdsm_epochs=2")


@pytest.mark.parametrize("name", TRAINED)
def test_every_method_trains_and_a_stopped_run_goes_on_exactly(name: str) -> None:
    config, learner = toy_config(name, *SHORT), toy_learner_for(name)
    before = [learner.embed_all(domain).clone() for domain in (0, 1)]
    saved = Saved(12, 23)
    whole = steps_of(toy_trainer(config, learner, saved).events())
    assert len(whole) == 6 * STEPS
    for one in whole:
        assert all(map(math.isfinite, one.losses.values()))
    for domain in (0, 1):
        after = learner.embed_all(domain)
        assert torch.isfinite(after).all()
        assert not torch.allclose(after, before[domain], atol=1e-3)
    for step in (12, 23):
        trainer = toy_trainer(config, toy_learner_for(name))
        rest = steps_of(trainer.events(saved.state(step)))
        assert [one.losses for one in rest] == [one.losses for one in whole[step:]]


@pytest.mark.parametrize("name", TRAINED)
def test_epochs_and_rates_are_those_of_the_schedule(name: str) -> None:
    config = toy_config(name)
    stages = build_method(config, toy_learner_for(name)).stages
    schedule = config.schedule
    assert sum(stage.epochs for stage in stages) == schedule.idse_epochs + schedule.cdsm_epochs
    assert stages[0].learning_rate == schedule.idse_learning_rate
    assert tuple(stage.name for stage in stages) == method_named(name).stages


@pytest.mark.parametrize("name", [name for name in TRAINED if not name.startswith("uem")])
def test_a_method_multiplies_the_rate_of_the_schedule_by_its_own_factor(name: str) -> None:
    method = build_method(toy_config(name, f"{name}_rate_factor=3"), toy_learner_for(name))
    schedule = toy_config(name).schedule
    usual = schedule.cdsm_learning_rate if name == "dann" else schedule.idse_learning_rate
    assert method.stages[-1].learning_rate == pytest.approx(3 * usual)


def test_an_ablation_is_uem_with_one_switch_off() -> None:
    for name, switch in (
        ("uem-no-merging", "use_merging"),
        ("uem-no-sel", "use_sel"),
        ("uem-no-spda", "use_spr"),
        ("uem-no-sn2m", "use_sn2m"),
    ):
        method = build_method(toy_config(name), toy_learner_for(name))
        assert isinstance(method, Uem)
        settings = toy_config(name).uem
        changed = with_words(TrainConfig(uem=settings), [f"{switch}=off"]).uem
        assert method._config == changed != settings


def test_every_method_says_what_it_is() -> None:
    for method in METHODS:
        assert len(method.origin) > 10
        assert method_named(method.name) is method
        assert method.views_per_image in (1, 2)
    assert len({method.title for method in METHODS}) == len(METHODS)
    with pytest.raises(UserError, match="no method ucdirr; did you mean ucdir"):
        method_named("ucdirr")


@pytest.mark.parametrize("name", METHOD_NAMES)
def test_what_is_retrieved_with_has_unit_length(name: str) -> None:
    method = build_method(toy_config(name), toy_learner_for(name))
    for domain, count in enumerate((44, 36)):
        rows = method.embed_all(domain)
        assert rows.shape[0] == count
        assert torch.allclose(rows.norm(dim=1), torch.ones(count), atol=1e-5)
