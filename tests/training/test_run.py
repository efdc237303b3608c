"""Whole runs on real images: what they write, how they stop and go on, and what they never read."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from training.checkpoint import load_encoder
from training.config import TrainConfig
from training.config_files import with_words
from training.control import PinnedQuery, TrainingControl
from training.errors import UserError
from training.events import (
    CheckpointSaved,
    EpochEnded,
    Evaluated,
    Event,
    PinnedRanked,
    PreparationAdvanced,
    RunContinued,
    RunEnded,
    RunPaused,
    RunStarted,
    StepLogged,
)
from training.run import run_training
from training.run_folder import EventReader, RunFolder


def started(config: TrainConfig, path: Path) -> RunFolder:
    folder = RunFolder(path)
    folder.create(config)
    return folder


CACHE: list[Path] = []


@pytest.fixture(autouse=True)
def _shared_cache(view_cache: Path) -> None:
    CACHE[:] = [view_cache]


def trained(folder: RunFolder, *, resume: bool = False, control=None, on_event=None) -> list[Event]:
    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        if on_event is not None:
            on_event(event)

    run_training(
        folder,
        resume=resume,
        emit=emit,
        control=control or TrainingControl(),
        cache_root=CACHE[0],
    )
    return events


def of(kind: type, events: list[Event]) -> list:
    return [event for event in events if isinstance(event, kind)]


def steps(events: list[Event]) -> dict[tuple[str, int, int], tuple]:
    """The losses of each step; of steps with the same place the later one counts."""
    return {
        (one.stage, one.epoch, one.step): (dict(one.losses), one.total, one.learning_rate)
        for one in of(StepLogged, events)
    }


def weights(folder: RunFolder) -> dict[str, torch.Tensor]:
    return dict(load_encoder(folder.encoder_path).projector.state_dict())


def test_a_run_writes_what_it_promises(quick_config, tmp_path: Path) -> None:
    folder = started(quick_config, tmp_path / "run")
    events = trained(folder)
    assert list(EventReader(folder.events_path).read()) == events
    begun = of(RunStarted, events)[0]
    assert [(stage.name, stage.epochs, stage.steps) for stage in begun.stages] == [
        ("IDSE", 3, 3),
        ("CDSM", 2, 3),
    ]
    assert (begun.images_a, begun.images_b, begun.has_categories) == (15, 12, True)
    assert [one.global_step for one in of(StepLogged, events)] == list(range(15))
    assert len(of(EpochEnded, events)) == 5
    assert len(of(Evaluated, events)) == 6
    assert of(PreparationAdvanced, events)
    last = events[-1]
    assert isinstance(last, RunEnded)
    assert (last.outcome, last.encoder) == ("finished", "encoder.safetensors")
    for saved in of(CheckpointSaved, events):
        assert load_encoder(folder.path / saved.encoder).dimension == 128
    states = sorted(path.name for path in folder.checkpoints.glob("*.pt"))
    assert states == ["cdsm-0001.pt", "cdsm-0002.pt", "idse-0003.pt"]
    assert not list(folder.path.rglob("*.tmp"))


def test_what_a_run_measures_is_what_its_encoder_does(quick_config, tmp_path: Path) -> None:
    from uem_desktop.retrieval import embed_folder, evaluate

    folder = started(quick_config, tmp_path / "run")
    measured = of(Evaluated, trained(folder))[-1]
    encoder = load_encoder(folder.encoder_path)
    a = embed_folder(Path(quick_config.data.domain_a), encoder)
    b = embed_folder(Path(quick_config.data.domain_b), encoder)
    assert measured.map_plain["a_to_b"] == pytest.approx(evaluate(a, b).map_plain, abs=1e-9)
    assert measured.map_plain["b_to_a"] == pytest.approx(evaluate(b, a).map_plain, abs=1e-9)
    assert measured.map_interpolated["a_to_b"] == pytest.approx(
        evaluate(a, b).map_interpolated, abs=1e-9
    )


def test_the_same_seed_gives_the_same_numbers_and_another_one_others(
    quick_config, tmp_path: Path
) -> None:
    first, second = (steps(trained(started(quick_config, tmp_path / name))) for name in "xy")
    assert first == second
    other = with_words(quick_config, ["seed=9"])
    assert steps(trained(started(other, tmp_path / "z"))) != first


def test_no_category_is_ever_read(quick_config, image_domains, tmp_path: Path) -> None:
    folder = started(quick_config, tmp_path / "run")
    trained(folder)
    shuffled = []
    for domain in image_domains:
        target = tmp_path / f"shuffled-{domain.name}"
        paths = sorted(domain.rglob("*.png"))
        names = [path.parent.name for path in paths]
        random.Random(5).shuffle(names)
        for number, (path, name) in enumerate(zip(paths, names, strict=True)):
            (target / name).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target / name / f"{len(paths) - number:03d}.png")
        shuffled.append(target)
    config = with_words(quick_config, [f"domain_a={shuffled[0]}", f"domain_b={shuffled[1]}"])
    other = started(config, tmp_path / "other")
    trained(other)
    for name, value in weights(folder).items():
        assert torch.equal(value, weights(other)[name])


@pytest.mark.parametrize("stop_after", [1, 4, 9, 10, 14])
def test_a_stopped_run_goes_on_with_the_same_numbers(
    quick_config, tmp_path: Path, stop_after: int
) -> None:
    whole = started(quick_config, tmp_path / "whole")
    expected = trained(whole)
    folder = started(quick_config, tmp_path / "parts")
    control = TrainingControl()
    seen = itertools.count(1)

    def stop(event: Event) -> None:
        if isinstance(event, StepLogged) and next(seen) == stop_after:
            control.stop()

    first = trained(folder, control=control, on_event=stop)
    assert first[-1].outcome == "stopped"
    assert len(of(StepLogged, first)) == stop_after
    rest = trained(folder, resume=True)
    assert of(RunStarted, rest)[0].went_on_from is not None
    assert steps([*first, *rest]) == steps(expected)
    assert len(of(StepLogged, rest)) == 15 - stop_after
    ends = {
        (one.stage, one.epoch): (one.losses, one.total, one.facts)
        for one in of(EpochEnded, [*first, *rest])
    }
    assert ends == {
        (one.stage, one.epoch): (one.losses, one.total, one.facts)
        for one in of(EpochEnded, expected)
    }
    for name, value in weights(whole).items():
        assert torch.equal(value, weights(folder)[name])


def test_a_killed_process_goes_on_with_the_same_numbers(quick_config, tmp_path: Path) -> None:
    config = with_words(quick_config, ["checkpoint_every=2", "idse_epochs=40", "cdsm_epochs=20"])
    whole = started(config, tmp_path / "whole")
    expected = steps(trained(whole))
    folder = started(config, tmp_path / "killed")
    command = [sys.executable, "-m", "training", str(folder.path), "--resume"]
    command += ["--cache", str(CACHE[0])]
    for rows in (20, 70):
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdout is not None
        count = 0
        for line in process.stdout:
            count += b"StepLogged" in line
            if count == rows:
                os.kill(process.pid, signal.SIGKILL)
                break
        process.stdout.close()
        process.stdin.close()
        assert process.wait() == -signal.SIGKILL
    rest = trained(folder, resume=True)
    place = of(RunStarted, rest)[0].went_on_from
    assert place is not None
    assert (place.stage, place.epoch) != ("IDSE", 0)
    assert steps(list(EventReader(folder.events_path).read())) == expected
    for name, value in weights(whole).items():
        assert torch.equal(value, weights(folder)[name])


def test_a_damaged_checkpoint_is_passed_over(quick_config, tmp_path: Path) -> None:
    folder = started(quick_config, tmp_path / "run")
    expected = steps(trained(folder))
    newest = folder.checkpoints / "cdsm-0002.pt"
    newest.write_bytes(newest.read_bytes()[:1000])
    rest = trained(folder, resume=True)
    place = of(RunStarted, rest)[0].went_on_from
    assert (place.stage, place.epoch, place.step) == ("CDSM", 1, 0)
    assert steps([*list(EventReader(folder.events_path).read())]) == expected


def test_changed_images_are_said(quick_config, image_domains, tmp_path: Path) -> None:
    folder = started(quick_config, tmp_path / "run")
    trained(folder)
    next(image_domains[0].rglob("*.png")).unlink()
    with pytest.raises(UserError, match="The images have changed since this run began"):
        trained(folder, resume=True)
    last = list(EventReader(folder.events_path).read())[-1]
    assert (last.outcome, last.message[:22]) == ("failed", "The images have change")


def test_a_pause_saves_and_waits(quick_config, tmp_path: Path) -> None:
    folder = started(quick_config, tmp_path / "run")
    control = TrainingControl()

    def react(event: Event) -> None:
        if isinstance(event, StepLogged) and event.global_step == 4:
            control.pause()
        if isinstance(event, RunPaused):
            assert (folder.checkpoints / "idse-0001-step000002.pt").is_file()
            control.go_on()

    events = trained(folder, control=control, on_event=react)
    assert len(of(RunPaused, events)) == len(of(RunContinued, events)) == 1
    assert events[-1].outcome == "finished"


def test_pinned_queries_are_ranked_after_each_epoch(quick_config, image_domains, tmp_path) -> None:
    path = sorted(image_domains[1].rglob("*.png"))[3]
    control = TrainingControl()
    control.pin((PinnedQuery(1, path), PinnedQuery(0, path)))
    events = trained(started(quick_config, tmp_path / "run"), control=control)
    ranked = of(PinnedRanked, events)
    assert [(one.stage, one.epoch) for one in ranked] == [
        ("", -1),
        ("IDSE", 0),
        ("IDSE", 1),
        ("IDSE", 2),
        ("CDSM", 0),
        ("CDSM", 1),
    ]
    assert {one.domain for one in ranked} == {"b"}
    similarities = [similarity for _, similarity in ranked[0].matches]
    assert len(similarities) == 15
    assert similarities == sorted(similarities, reverse=True)


def test_the_whole_encoder_learns_too(quick_config, tmp_path: Path) -> None:
    config = with_words(
        quick_config,
        [
            *("trainable=all", "idse_epochs=1", "cdsm_epochs=1"),
            *("batch_size=6", "views_per_image=2", "evaluate_every=0"),
        ],
    )
    folder = started(config, tmp_path / "run")
    events = trained(folder)
    assert events[-1].outcome == "finished"
    before = load_encoder("pretrained").backbone.state_dict()
    after = load_encoder(folder.encoder_path).backbone.state_dict()
    changed = [name for name in before if not torch.equal(before[name], after[name])]
    assert any("weight" in name for name in changed)
    again = steps(trained(started(config, tmp_path / "again")))
    assert again == steps(events)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["domain_b="], "Domain B has no folder"),
        (["domain_b={a}"], "Both domains are the same folder"),
        (["domain_b={a}/bird"], "the two domains must not overlap"),
        (["domain_b={a}/none"], "does not exist"),
        (["domain_b={empty}"], "There is no image in"),
        (["domain_b={single}"], "has a single image that can be used"),
        (["domain_b={copy}"], "Both folders hold the same images"),
        (["device=quantum"], "There is no device called quantum"),
        (["checkpoint=/none.pt"], "/none.pt"),
        (["method=magic"], "There is no method magic; there are c"),
        (["idse_learning_rate=1e30", "cdsm_learning_rate=1e30"], "is no number any more"),
    ],
)
def test_what_cannot_be_trained_is_one_sentence(
    quick_config, image_domains, tmp_path: Path, words, sentence
) -> None:
    a = image_domains[0]
    (tmp_path / "empty").mkdir()
    (tmp_path / "single").mkdir()
    shutil.copy(next(a.rglob("*.png")), tmp_path / "single")
    shutil.copytree(a, tmp_path / "copy")
    places = {"a": a, **{name: tmp_path / name for name in ("empty", "single", "copy")}}
    config = with_words(quick_config, [word.format(**places) for word in words])
    folder = started(config, tmp_path / "run")
    with pytest.raises(UserError, match=sentence) as caught:
        trained(folder)
    assert "\n" not in str(caught.value)
    last = list(EventReader(folder.events_path).read())[-1]
    assert last.outcome == "failed"
    assert last.message == str(caught.value)


def test_two_processes_do_not_train_in_one_folder(quick_config, tmp_path: Path) -> None:
    folder = started(quick_config, tmp_path / "run")

    def second(event: Event) -> None:
        if isinstance(event, RunStarted):
            with pytest.raises(UserError, match="Another process is training in"):
                trained(folder, resume=True)

    assert trained(folder, on_event=second)[-1].outcome == "finished"


def test_the_process_obeys_commands_and_says_what_failed(quick_config, tmp_path: Path) -> None:
    config = with_words(quick_config, ["idse_epochs=4000"])
    folder = started(config, tmp_path / "run")
    process = subprocess.Popen(
        [sys.executable, "-m", "training", str(folder.path), "--cache", str(CACHE[0])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    kinds = []
    for line in process.stdout:
        kinds.append(json.loads(line)["event"])
        if kinds[-1] == "StepLogged" and kinds.count("StepLogged") == 1:
            process.stdin.write('nonsense\n{"command": "stop"}\n')
            process.stdin.flush()
    process.stdin.close()
    assert process.wait() == 0
    assert kinds[-1] == "RunEnded"
    process.stdout.close()
    process.stderr.close()
    failed = subprocess.run(
        [sys.executable, "-m", "training", str(tmp_path / "nowhere")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert failed.returncode == 2
    assert failed.stderr.strip() == f"There is no run in {tmp_path / 'nowhere'}."


def test_a_full_disk_stops_the_run_and_leaves_the_last_good_checkpoint(
    quick_config, tmp_path: Path, monkeypatch
) -> None:
    folder = started(quick_config, tmp_path / "run")
    real = torch.save
    calls = itertools.count()

    def full(content, file) -> None:
        if next(calls) == 2:
            file.write(b"part")
            raise OSError(28, "No space left on device")
        real(content, file)

    monkeypatch.setattr("training.run_state.torch.save", full)
    with pytest.raises(UserError, match="the disk is full"):
        trained(folder)
    monkeypatch.undo()
    assert (folder.checkpoints / "idse-0002.pt").is_file()
    assert not (folder.checkpoints / "idse-0003.pt").exists()
    assert not list(folder.checkpoints.glob("*.tmp"))
    expected = steps(trained(started(quick_config, tmp_path / "whole")))
    rest = trained(folder, resume=True)
    assert steps([*list(EventReader(folder.events_path).read())]) == expected
    assert rest[-1].outcome == "finished"


def test_too_little_memory_is_one_sentence(quick_config, tmp_path: Path, monkeypatch) -> None:
    folder = started(quick_config, tmp_path / "run")

    def too_much(*_given, **_named):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    monkeypatch.setattr("training.methods.uem.instance_loss", too_much)
    with pytest.raises(UserError, match="ran out of memory; a smaller batch_size needs less"):
        trained(folder)
    monkeypatch.setattr("training.methods.uem.instance_loss", lambda *a, **b: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        trained(folder, resume=True)
    last = list(EventReader(folder.events_path).read())[-1]
    assert "ZeroDivisionError" in last.message
