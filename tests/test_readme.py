"""What the README promises, run as it stands there."""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
from pathlib import Path

import pytest

from uem_desktop.retrieval.decision_journal import DecisionJournal
from uem_desktop.retrieval.decisions import Judgement
from uem_desktop.retrieval.project import Project

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def two_folders(tmp_path: Path, sample_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for source, target in (("clipart", "sketches"), ("render", "photos")):
        for category in ("bird", "tool"):
            files = sorted((sample_root / source / category).iterdir())[:3]
            (tmp_path / target / category).mkdir(parents=True)
            for file in files:
                shutil.copy(file, tmp_path / target / category)
    project = tmp_path / "birds.uem"
    folders = tmp_path / "sketches", tmp_path / "photos"
    Project(*folders, checkpoint="sample").save(project)
    pair = tuple(next(folder.rglob("*.png")) for folder in folders)
    with contextlib.closing(DecisionJournal.open(project, folders)) as journal:
        journal.judge([pair], Judgement.ACCEPT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def code_block(language: str, containing: str) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)
    (block,) = [block for block in blocks if containing in block]
    return block


def test_the_python_lines_run(two_folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code_block("python", "load_encoder"), "README.md", "exec"), {})
    *matches, score = capsys.readouterr().out.splitlines()
    assert len(matches) == 6
    assert all(line.endswith(("True", "False")) for line in matches)
    assert 0 < float(score) <= 100


def test_the_commands_run(two_folders: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from uem_desktop.cli.shell import run

    block = code_block("sh", "uem embed")
    lines = [shlex.split(line, comments=True)[1:] for line in block.splitlines() if line.strip()]
    assert lines[-1] == ["doctor"]
    for arguments in lines[:-1]:
        assert run(arguments) == 0, capfd.readouterr().err
    assert (two_folders / "photos-embedded" / "embeddings.npy").is_file()
    assert (two_folders / "report.pdf").read_bytes().startswith(b"%PDF")
    assert (two_folders / "matches.csv").is_file()


def test_the_training_lines_run(two_folders: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from uem_desktop.cli.shell import run
    from uem_desktop.cli.train import train_command

    block = code_block("sh", "uem train").replace("\\\n", "")
    lines = [shlex.split(line, comments=True)[2:] for line in block.splitlines() if "train" in line]
    quick, whole, decided, resume, listing, _bench = lines
    short = [f"--set={word}" for word in ("idse_epochs=1", "cdsm_epochs=1", "views=1")]
    assert run(["train", *quick, *short, "--device", "cpu"]) == 0, capfd.readouterr().err
    assert run(["train", *decided, *short, "--device", "cpu"]) == 0, capfd.readouterr().err
    assert run(["train", *resume]) == 0, capfd.readouterr().err
    assert (two_folders / "my-run" / "encoder.safetensors").is_file()
    assert run(["train", *listing]) == 0
    assert train_command.make_context("train", whole).params["trainable"] == "all"


def test_the_benchmark_lines_are_understood() -> None:
    from uem_desktop.cli.benchmark import benchmark_command

    block = code_block("sh", "uem benchmark").replace("\\\n", "")
    lines = [shlex.split(line, comments=True)[2:] for line in block.splitlines()]
    whole, own, resume = (
        benchmark_command.make_context("benchmark", words).params for words in lines
    )
    assert whole["seeds"] == (2024, 2025, 2026)
    assert own["settings"] == ("partial", "open-set")
    assert own["pairs"] == ("sketches:photos", "photos:sketches")
    assert own["methods"] == ("frozen", "uem")
    assert resume["resume"]


def test_pictures_and_pages_that_it_links_are_there() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links
    for link in links:
        assert (ROOT / link).exists(), link
