"""Events survive the way through a line of JSON, and a run's folder survives crashes."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.config import TrainConfig
from training.errors import UserError
from training.events import (
    CheckpointSaved,
    EpochEnded,
    EpochStarted,
    Evaluated,
    PinnedRanked,
    Position,
    PreparationAdvanced,
    RunContinued,
    RunEnded,
    RunPaused,
    RunStarted,
    StageInfo,
    StepLogged,
    UnknownEventError,
    event_line,
    parse_event,
)
from training.run_folder import EventReader, EventWriter, RunFolder

STARTED = RunStarted(
    method="uem",
    trainable="head",
    seed=1,
    device="CPU, 2 threads",
    stages=(StageInfo("IDSE", 4, 3), StageInfo("CDSM", 2, 3)),
    images_a=10,
    images_b=12,
    skipped=(("a\n\udcff.png", "the file is empty"),),
    has_categories=True,
    data_fingerprint="f",
    encoder="EfficientNet-Lite0",
    went_on_from=Position("IDSE", 2, 1),
)
EVENTS = [
    PreparationAdvanced("Features of domain A", 3, 10, 1.5, None),
    STARTED,
    EpochStarted("IDSE", 0, {"alpha": 0.5, "clusters_a": 4}),
    StepLogged("IDSE", 0, 0, 0, {"INCE A": 4.1}, 8.2, 0.02),
    EpochEnded("IDSE", 0, {"INCE A": 4.1}, 8.2, {"merged": 2.0}, 1.25, 60.0),
    Evaluated("IDSE", 0, {"a_to_b": 31.2}, {"a_to_b": 35.0}, 20),
    PinnedRanked("IDSE", 0, "a", "q.png", (("m.png", 0.9), ("n\udcff.png", 0.8))),
    CheckpointSaved("IDSE", 1, 0, "checkpoints/idse-0001.pt", "checkpoints/idse-0001.safetensors"),
    RunPaused(),
    RunContinued(),
    RunEnded("finished", "", 12.5, "encoder.safetensors"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_from_its_line(event) -> None:
    line = event_line(event)
    assert "\n" not in line
    assert parse_event(line) == event


def test_what_a_newer_version_added_is_left_out() -> None:
    line = event_line(RunPaused(time=1.0)).replace("}", ',"colour":"blue"}')
    assert parse_event(line) == RunPaused(time=1.0)


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"event":"Unheard"}', '{"event":"RunEnded"}'])
def test_what_is_no_event_is_said(line: str) -> None:
    with pytest.raises(UnknownEventError):
        parse_event(line)


def test_the_reader_gives_each_event_once_and_waits_for_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    reader = EventReader(path)
    assert list(reader.read()) == []
    writer = EventWriter(path)
    for event in EVENTS[:3]:
        writer.write(event)
    assert list(reader.read()) == EVENTS[:3]
    whole = event_line(EVENTS[3])
    with path.open("a") as file:
        file.write(whole[:20])
        file.flush()
        assert list(reader.read()) == []
        file.write(whole[20:] + '\nnonsense\n{"event":"Newer"}\n')
    assert list(reader.read()) == [EVENTS[3]]
    writer.close()


def test_the_writer_takes_a_cut_off_line_away(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(event_line(EVENTS[0]) + "\n" + event_line(EVENTS[1])[:30])
    writer = EventWriter(path)
    writer.write(EVENTS[2])
    writer.close()
    assert list(EventReader(path).read()) == [EVENTS[0], EVENTS[2]]


def test_the_reader_notices_that_the_file_began_anew(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("".join(event_line(event) + "\n" for event in EVENTS))
    reader = EventReader(path)
    assert len(list(reader.read())) == len(EVENTS)
    path.write_text(event_line(EVENTS[0]) + "\n")
    assert list(reader.read()) == [EVENTS[0]]


def test_a_folder_holds_one_run(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "deep" / "run")
    with pytest.raises(UserError, match="There is no run in"):
        folder.config()
    folder.create(TrainConfig())
    assert folder.config() == TrainConfig()
    with pytest.raises(UserError, match="holds a run already; add --resume"):
        folder.create(TrainConfig())


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot be written"):
        RunFolder(tmp_path / "file" / "run").create(TrainConfig())
