"""Every method also trains the whole encoder, and real folders through the door of a run."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from toy_methods import steps_of, toy_config, toy_trainer
from toy_training import toy_full_learner, toy_images

from training.config_files import with_words
from training.control import TrainingControl
from training.data.training_images import TrainingImages
from training.events import Event, RunEnded, StepLogged
from training.methods.method_names import METHODS
from training.run import run_training
from training.run_folder import RunFolder


@pytest.fixture(scope="module")
def images(tmp_path_factory) -> tuple[TrainingImages, TrainingImages]:
    return toy_images(tmp_path_factory.mktemp("images"))


@pytest.mark.parametrize("method", METHODS, ids=lambda one: one.name)
def test_the_whole_encoder_learns(method, images) -> None:
    learner = toy_full_learner(
        images, views_per_image=method.views_per_image, with_phases=method.needs_phases
    )
    before = learner.encoder().backbone.convolution.weight.clone()
    config = toy_config(method.name, "idse_epochs=2", "cdsm_epochs=2", "cluster_count=2")
    trainer = toy_trainer(config, learner)
    steps = steps_of(trainer.events())
    assert all(math.isfinite(one.total) for one in steps)
    after = learner.encoder().backbone.convolution.weight
    assert torch.equal(before, after) == (not steps)


@pytest.mark.parametrize("is_frozen", [True, False])
def test_batch_normalisation_can_stand_still_in_stage_one(is_frozen: bool, images) -> None:
    learner = toy_full_learner(images)
    norm = learner.encoder().backbone.norm
    statistics, scale = norm.running_mean.clone(), norm.weight.clone()
    setting = f"freeze_batch_norm_in_idse={'on' if is_frozen else 'off'}"
    steps_of(toy_trainer(toy_config("uem", "cdsm_epochs=0", setting), learner).events())
    assert torch.equal(norm.running_mean, statistics) == is_frozen
    assert not torch.equal(norm.weight, scale)


@pytest.mark.parametrize("name", ["cds", "ucdir", "dgdir"])
def test_a_run_gives_a_method_the_views_it_needs(
    name: str, quick_config, tmp_path: Path, view_cache: Path
) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.create(with_words(quick_config, [f"method={name}", "idse_epochs=1", "cdsm_epochs=1"]))
    events: list[Event] = []
    run_training(
        folder, resume=False, emit=events.append, control=TrainingControl(), cache_root=view_cache
    )
    assert isinstance(events[-1], RunEnded)
    assert events[-1].outcome == "finished"
    assert {one.stage for one in events if isinstance(one, StepLogged)} == {"TRAIN"}
