"""``uem train`` and ``uem bench``: one run for real, and every mistake in one sentence."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

import pytest

from training.data.training_images import content_digest
from training.methods.method_names import METHOD_NAMES
from training.run_folder import RunFolder
from uem_desktop.cli.shell import run
from uem_desktop.retrieval.decision_journal import DecisionJournal
from uem_desktop.retrieval.decisions import Judgement
from uem_desktop.retrieval.project import Project

QUICK = ["idse_epochs=2", "cdsm_epochs=1", "views=1", "batch_size=4", "checkpoint_every=1"]


@pytest.fixture
def domains(tmp_path: Path, sample_root: Path) -> tuple[Path, Path]:
    for name in ("clipart", "render"):
        for category in ("bird", "vehicle"):
            (tmp_path / name / category).mkdir(parents=True)
            for path in sorted((sample_root / name / category).iterdir())[:3]:
                shutil.copy(path, tmp_path / name / category)
    return tmp_path / "clipart", tmp_path / "render"


def train(domains: tuple[Path, Path], run_folder: Path, *more: str) -> int:
    a, b = domains
    words = [part for word in QUICK for part in ("--set", word)]
    return run(
        ["train", "--domain-a", str(a), "--domain-b", str(b), "--run", str(run_folder),
         "--device", "cpu", *words, *more]
    )  # fmt: skip


def test_a_run_from_the_command_line_serves_the_other_commands(
    domains, tmp_path: Path, capsys
) -> None:
    folder = tmp_path / "run"
    assert train(domains, folder, "--method", "uem", "--trainable", "head", "--seed", "5") == 0
    out, err = capsys.readouterr()
    assert out.strip() == f"Wrote {folder / 'encoder.safetensors'}"
    assert "uem on 6 + 6 images, head of EfficientNet-Lite0" in err
    assert "CDSM epoch 1 of 1" in err
    config = RunFolder(folder).config()
    assert (config.run.seed, config.uem.tau, config.schedule.idse_epochs) == (5, 0.2, 2)
    a, b = map(str, domains)
    checkpoint = str(folder / "encoder.safetensors")
    assert (
        run(["evaluate", "--query", a, "--gallery", b, "--checkpoint", checkpoint, "--json"]) == 0
    )
    scores = json.loads(capsys.readouterr().out)
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    measured = [event for event in events if event["event"] == "Evaluated"][-1]
    assert measured["map_plain"]["a_to_b"] == scores["map_at_all"]["plain"]
    assert measured["map_interpolated"]["a_to_b"] == scores["map_at_all"]["interpolated"]


def test_json_prints_every_event_and_resume_goes_on(domains, tmp_path: Path, capsys) -> None:
    folder = tmp_path / "run"
    assert train(domains, folder, "--json") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == (folder / "events.jsonl").read_text().splitlines()
    (folder / "encoder.safetensors").unlink()
    (folder / "checkpoints" / "cdsm-0001.pt").unlink()
    assert run(["train", "--run", str(folder), "--resume"]) == 0
    err = capsys.readouterr().err
    assert "going on after IDSE epoch 2" in err
    assert (folder / "encoder.safetensors").is_file()


def test_a_config_file_and_a_preset_come_together(domains, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[uem]\nbeta = 0.5\n[encoder]\ntrainable = 'head'\n")
    folder = tmp_path / "run"
    assert train(domains, folder, "--config", str(own), "--set", "tau=0.3") == 0
    config = RunFolder(folder).config()
    assert (config.uem.beta, config.uem.tau, config.uem.merge_rule) == (0.5, 0.3, "all")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--set", "tua=1"], "There is no setting tua; did you mean tau?"),
        (["--set", "tau=-1"], "The setting tau must be above 0, not -1.0."),
        (["--method", "magic"], "There is no method magic; there are c"),
        (["--preset", "slow"], "There is no preset slow; there are quick and paper."),
        (["--config", "none.toml"], "The settings none.toml cannot be read"),
        (["--domain-b", "nowhere"], "nowhere, does not exist."),
        (["--seed", "-1"], "The setting seed must be at least 0, not -1."),
        (["--trainable", "tail"], "'tail' is not one of 'head', 'all'"),
        (["--resume"], "--resume goes on with the run's own settings"),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_no_folder(
    domains, tmp_path: Path, capsys, more, sentence
) -> None:
    assert train(domains, tmp_path / "run", *more) == 2
    err = capsys.readouterr().err
    assert sentence in err
    assert err.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_identical_and_empty_folders_are_named(domains, tmp_path: Path, capsys) -> None:
    a, _ = domains
    assert train((a, a), tmp_path / "x") == 2
    assert capsys.readouterr().err.startswith("Both domains are the same folder")
    (tmp_path / "empty").mkdir()
    assert train((a, tmp_path / "empty"), tmp_path / "y") == 2
    assert "There is no image in" in capsys.readouterr().err


def test_a_folder_holds_one_run(domains, tmp_path: Path, capsys) -> None:
    assert train(domains, tmp_path / "run") == 0
    capsys.readouterr()
    assert train(domains, tmp_path / "run") == 2
    assert "holds a run already; add --resume" in capsys.readouterr().err
    assert run(["train", "--run", str(tmp_path / "none"), "--resume"]) == 2
    assert capsys.readouterr().err == f"There is no run in {tmp_path / 'none'}.\n"


def test_every_method_is_listed_with_what_it_was_written_from(capsys) -> None:
    assert run(["train", "--list-methods"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(METHOD_NAMES)
    assert "darling         DARL                  re-implemented from the paper's idea" in lines


def test_the_settings_are_listed_with_their_help(capsys) -> None:
    assert run(["train", "--list-settings"]) == 0
    out = capsys.readouterr().out
    assert "# Temperature of every softmax (paper: 0.07).\ntau = 0.07" in out


def test_bench_training_prints_the_share_beyond_the_passes(capsys) -> None:
    words = ["--images", "40", "--epochs", "1", "--set", "batch_size=8", "--set", "views=1"]
    assert run(["bench", "training", *words, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result["stages"]) == {"IDSE", "CDSM"}
    assert run(["bench", "training", *words]) == 0
    assert capsys.readouterr().out.count("beyond the passes") == 2


def test_decisions_of_a_project_take_part_and_are_reported(domains, tmp_path: Path, capsys) -> None:
    a, b = domains
    project = tmp_path / "a.uem"
    Project(b, a).save(project)  # the window may have asked the other way round
    queries, gallery = (sorted(folder.rglob("*.png")) for folder in (b, a))
    gone = tmp_path / "gone.png"
    shutil.copy(gallery[0], gone)
    with contextlib.closing(DecisionJournal.open(project, (b, a))) as journal:
        journal.judge([(queries[0], gallery[0]), (queries[1], gallery[1])], Judgement.ACCEPT)
        journal.judge([(queries[2], gallery[5]), (queries[3], gone)], Judgement.REJECT)
        journal.judge([(queries[4], gallery[4])], Judgement.UNSURE)
    gone.write_bytes(b"something else")
    assert train(domains, tmp_path / "run", "--decisions", str(project)) == 0
    err = capsys.readouterr().err
    assert "with decisions: 2 accepted, 1 rejected, 1 not found" in err
    folder = RunFolder(tmp_path / "run")
    assert folder.config().run.use_decisions
    assert folder.pairs().accepted == tuple(
        (content_digest(queries[row]), content_digest(gallery[row])) for row in (0, 1)
    )
    events = [json.loads(line) for line in folder.events_path.read_text().splitlines()]
    (begun,) = (event for event in events if event["event"] == "RunStarted")
    assert begun["decisions"] == {"accepted": 2, "rejected": 1, "not_found": 1}

    words = [part for word in QUICK for part in ("--set", word)]
    alone = ["train", "--decisions", str(project), "--run", str(tmp_path / "alone"), *words]
    assert run([*alone, "--device", "cpu"]) == 0
    assert RunFolder(tmp_path / "alone").config().data.domain_a == str(b)

    assert train(domains, tmp_path / "no", "--decisions", str(project), "--method", "cds") == 2
    assert "cannot use decisions; uem, uem+" in capsys.readouterr().err
    Project(b, a).save(tmp_path / "none.uem")
    assert train(domains, tmp_path / "no", "--decisions", str(tmp_path / "none.uem")) == 2
    assert "no pair is accepted or rejected yet" in capsys.readouterr().err
    assert train(domains, tmp_path / "no", "--set", "use_decisions=on") == 2
    assert "name it by --decisions" in capsys.readouterr().err
    assert not (tmp_path / "no").exists()
