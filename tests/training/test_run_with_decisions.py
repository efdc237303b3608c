"""Accepted and rejected pairs in a whole run: what they change, what is said, going on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from second_device import second_device
from toy_training import toy_learner

from training.config import TrainConfig
from training.config_files import with_words
from training.control import TrainingControl
from training.data.decided_pairs import DecidedPairs
from training.data.training_images import list_training_images
from training.errors import UserError
from training.events import DecisionsUsed, Event, RunStarted, StepLogged
from training.methods.registry import build_method
from training.run import run_training
from training.run_folder import EventReader, RunFolder

Steps = dict[tuple[str, int, int], dict[str, float]]


@pytest.fixture
def cache(view_cache: Path) -> Path:
    return view_cache


def pairs_of(config: TrainConfig) -> DecidedPairs:
    """Accept pairs of unlike images and reject others, so that they show."""
    a, b = (
        list_training_images(Path(folder), name).digests
        for folder, name in ((config.data.domain_a, "a"), (config.data.domain_b, "b"))
    )
    accepted = tuple(zip(a[:6], reversed(b[:6]), strict=True))
    return DecidedPairs(
        accepted=(*accepted[:3], *(pair[::-1] for pair in accepted[3:]), (a[0], "0" * 32)),
        rejected=tuple((a[row], b[column]) for row in range(8, 12) for column in range(12)),
    )


def trained(folder: RunFolder, cache: Path, *, resume: bool = False, stop_at: int = -1) -> Steps:
    control = TrainingControl()
    losses: Steps = {}

    def emit(event: Event) -> None:
        if isinstance(event, StepLogged):
            losses[event.stage, event.epoch, event.step] = {**event.losses, "": event.total}
            if event.global_step == stop_at:
                control.stop()

    run_training(folder, resume=resume, emit=emit, control=control, cache_root=cache)
    return losses


def begun(folder: RunFolder) -> RunStarted:
    events = EventReader(folder.events_path).read()
    return next(event for event in events if isinstance(event, RunStarted))


def run_of(config: TrainConfig, path: Path, pairs: DecidedPairs | None = None) -> RunFolder:
    folder = RunFolder(path)
    folder.create(config, pairs)
    return folder


@pytest.mark.filterwarnings("ignore:CUDA is not available")
@pytest.mark.parametrize("kind", ["cuda", "mps"])
@pytest.mark.parametrize("method", ["uem", "uem+"])
def test_decisions_are_used_on_any_device(
    quick_config: TrainConfig,
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    kind: str,
) -> None:
    config = with_words(quick_config, [f"method={method}", f"device={kind}", "use_decisions=on"])
    folder = run_of(config, tmp_path / "run", pairs_of(config))
    with second_device(monkeypatch, kind):
        assert trained(folder, cache)
    assert begun(folder).decisions == DecisionsUsed(accepted=6, rejected=48, not_found=1)


@pytest.mark.parametrize("method", ["uem", "uem+"])
def test_decisions_change_the_matching_and_nothing_else(
    quick_config: TrainConfig, cache: Path, tmp_path: Path, method: str
) -> None:
    plain = with_words(quick_config, [f"method={method}"])
    deciding = with_words(plain, ["use_decisions=on"])
    pairs = pairs_of(quick_config)
    without = run_of(plain, tmp_path / "without")
    expected = trained(without, cache)
    assert begun(without).decisions is None
    beside = run_of(plain, tmp_path / "beside", pairs)
    assert trained(beside, cache) == expected, "pairs beside a run that does not want them"

    folder = run_of(deciding, tmp_path / "with", pairs)
    found = trained(folder, cache)
    assert begun(folder).decisions == DecisionsUsed(accepted=6, rejected=48, not_found=1)
    assert "use_decisions = true" in folder.config_path.read_text(encoding="utf-8")
    name = "SN2M A" if method == "uem" else "ACROSS A"
    stage = "CDSM" if method == "uem" else "TRAIN"
    assert found[stage, 0, 0][name] != expected[stage, 0, 0][name]
    others = {key for key in found[stage, 0, 0] if not key.startswith(name[:-2]) and key}
    assert others
    for key in others:
        assert found[stage, 0, 0][key] == expected[stage, 0, 0][key]
    assert all(found[key] == expected[key] for key in found if key[0] == "IDSE")


def test_a_run_goes_on_with_its_own_pairs_on_another_machine(
    quick_config: TrainConfig, cache: Path, tmp_path: Path
) -> None:
    config = with_words(quick_config, ["use_decisions=on"])
    pairs = pairs_of(quick_config)
    whole = trained(run_of(config, tmp_path / "whole", pairs), cache)
    folder = run_of(config, tmp_path / "here", pairs)
    first = trained(folder, cache, stop_at=11)
    assert 0 < len(first) < len(whole)
    shutil.move(tmp_path / "here", tmp_path / "there")
    moved = RunFolder(tmp_path / "there")
    assert first | trained(moved, cache, resume=True) == whole

    moved.pairs_path.unlink()
    with pytest.raises(UserError, match="copy it from where the run began"):
        trained(moved, cache, resume=True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["method=dgdir"], "DGDIR does not match .* uem.* and uem-no-spda can"),
        (["method=uem-no-sn2m"], "UEM without SN2M does not match"),
        (["use_sn2m=off"], "switch of SN2M, which is off here"),
        (["sn2m_numerator=prototype"], "switch of SN2M, which is off here"),
    ],
)
def test_methods_that_cannot_use_decisions_say_so(
    quick_config: TrainConfig, cache: Path, tmp_path: Path, words: list[str], sentence: str
) -> None:
    config = with_words(quick_config, ["use_decisions=on", *words])
    with pytest.raises(UserError, match=sentence):
        trained(run_of(config, tmp_path / "run", pairs_of(quick_config)), cache)


def test_the_setting_alone_is_refused(quick_config: TrainConfig, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    with pytest.raises(UserError, match="name it by --decisions"):
        folder.create(with_words(quick_config, ["use_decisions=on"]))
    assert not folder.path.exists()
    with pytest.raises(UserError, match="no decisions are given"):
        build_method(with_words(quick_config, ["use_decisions=on"]), toy_learner())
