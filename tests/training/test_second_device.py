"""Every method trains on a device that is not the CPU, and no tensor is in the wrong place."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from second_device import second_device
from toy_methods import steps_of, toy_config, toy_trainer
from toy_training import toy_full_learner, toy_images

from training.config import TrainConfig
from training.config_files import with_words
from training.control import TrainingControl
from training.events import Event, RunEnded, RunStarted
from training.methods.method_names import METHODS
from training.run import run_training
from training.run_folder import RunFolder

_WITHOUT_ABLATIONS = [one for one in METHODS if not one.name.startswith("uem-no-")]

pytestmark = pytest.mark.filterwarnings("ignore:CUDA is not available")


def test_two_devices_do_not_mix(monkeypatch: pytest.MonkeyPatch) -> None:
    here = torch.ones(3)
    with second_device(monkeypatch) as device:
        there = torch.arange(3, device=device)
        assert there.device == device
        assert there.is_cuda
        assert ((there + 1)[1:] * 2.0).device == device
        assert torch.nn.Linear(3, 2).to(device).weight.device == device
        for mixed in (lambda: here + there, lambda: torch.equal(there, torch.empty(0))):
            with pytest.raises(RuntimeError, match="same device"):
                mixed()
        with pytest.raises(TypeError, match="numpy"):
            there.numpy()
        assert (here.to(device) + there).cpu().numpy().tolist() == [1, 2, 3]
        assert here.device.type == "cpu"
    with second_device(monkeypatch, "mps") as device:
        there = torch.ones(3).to(device)
        with pytest.raises(TypeError, match="float64"):
            there.double()
        assert there.cpu().double().dtype == torch.float64


@pytest.mark.parametrize("kind", ["cuda", "mps"])
@pytest.mark.parametrize("method", _WITHOUT_ABLATIONS, ids=lambda one: one.name)
def test_a_head_trains_there(
    method, kind, quick_config: TrainConfig, tmp_path: Path, view_cache: Path, monkeypatch
) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.create(with_words(quick_config, [f"method={method.name}", f"device={kind}"]))
    events: list[Event] = []
    with second_device(monkeypatch, kind):
        run_training(
            folder,
            resume=False,
            emit=events.append,
            control=TrainingControl(),
            cache_root=view_cache,
        )
    assert [one.device for one in events if isinstance(one, RunStarted)] == [
        "A made-up device" if kind == "cuda" else "MPS (Apple GPU)"
    ]
    assert isinstance(events[-1], RunEnded)
    assert events[-1].outcome == "finished", events[-1].message


@pytest.mark.parametrize("method", METHODS, ids=lambda one: one.name)
def test_a_whole_encoder_trains_there(method, tmp_path: Path, monkeypatch) -> None:
    images = toy_images(tmp_path)
    config = toy_config(method.name, "idse_epochs=2", "cdsm_epochs=2", "cluster_count=2")
    with second_device(monkeypatch) as device:
        learner = toy_full_learner(
            images,
            device=device,
            views_per_image=method.views_per_image,
            mixed_precision=False,
            with_phases=method.needs_phases,
        )
        steps = steps_of(toy_trainer(config, learner).events())
        assert learner.device == device
    assert all(math.isfinite(one.total) for one in steps)
