"""``uem benchmark``: one for real, what it leaves behind, and every mistake in one sentence."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from training.evaluation.retrieval_help import BEST_HELP
from uem_desktop.cli.shell import run

ROOT = Path(__file__).resolve().parents[3]
QUICK = ["--set", "idse_epochs=1", "cdsm_epochs=1", "views=1", "batch_size=4", "--device", "cpu"]


@pytest.fixture
def data(tmp_path: Path, sample_root: Path) -> Path:
    root = tmp_path / "set"
    for name in ("clipart", "render"):
        for category in ("bird", "vehicle"):
            (root / name / category).mkdir(parents=True)
            for path in sorted((sample_root / name / category).iterdir())[:4]:
                shutil.copy(path, root / name / category)
    return root


def benchmark(data: Path, out: Path, *words: str) -> int:
    return run(["benchmark", "--data", str(data), "--out", str(out), *QUICK, *words])


def results(out: Path) -> list[dict]:
    return json.loads((out / "results.json").read_text())["results"]


def test_a_benchmark_from_the_command_line(data, tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    words = ("--methods", "centred", "uem", "--seeds", "1", "--settings", "close-set", "open-set")
    assert benchmark(data, out, *words, "--retrieval-help", "best", "--draws", "1") == 0
    printed, said = capsys.readouterr()
    found = results(out)
    assert len(found) == 2 * (2 + 2) * 2
    assert "6 trainings, CPU" in said
    assert "1 of 6 · close-set clipart ↔ render, Centred, seed 1 · mAP@All, interpolated: " in said
    lines = printed.splitlines()
    assert lines[0] == "mAP@All, interpolated, in percent, mean over all pairs"
    rows = ["uem", "centred", "uem, with help", "centred, with help"]
    assert [line.split("  ")[0] for line in lines[2:6]] == rows
    written = ", ".join(str(out / f"results.{end}") for end in ("json", "md", "html"))
    assert lines[-1] == f"Wrote {written}"
    text = (out / "results.md").read_text(encoding="utf-8")
    assert "| UEM (from the paper; no public code) |" in text
    assert f"| UEM with {' + '.join(BEST_HELP)} (from the paper; no public code) |" in text
    assert "### Categories that were drawn" in text
    assert "<svg" in (out / "results.html").read_text(encoding="utf-8")


def test_json_gives_a_line_for_each_result_and_resume_adds(data, tmp_path: Path, capsys) -> None:
    words = ("--methods", "frozen", "--seeds", "1", "2", "--settings", "partial", "--json")
    assert benchmark(data, tmp_path / "out", *words, "--pairs", "clipart:render") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == results(tmp_path / "out")
    assert [one["seed"] for one in lines] == [1, 2]
    assert benchmark(data, tmp_path / "out", *words) == 2
    assert "holds results already; add --resume" in capsys.readouterr().err
    assert benchmark(data, tmp_path / "out", *words, "--resume") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["query_domain"] for one in lines] == ["render", "render"]
    assert run(["benchmark", "--out", str(tmp_path / "out"), "--resume", "--json"]) == 0
    assert capsys.readouterr().out == ""
    assert benchmark(data, tmp_path / "out", *words, "--resume", "--set", "tau=0.5") == 2
    assert "made with tau = 0.2, which now is 0.5" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for another process")
def test_ctrl_c_says_how_to_go_on_and_leaves_tables(data, tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    words = ["--methods", "frozen", "uem", "--set", "idse_epochs=5000", "--seeds", "1"]
    running = subprocess.Popen(
        [sys.executable, "-c", "from uem_desktop.cli import main; main()", "benchmark",
         "--data", str(data), "--out", str(out), *QUICK, *words],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, cwd=ROOT, env=os.environ,
    )  # fmt: skip
    deadline = time.monotonic() + 90
    while not (out / "results.json").is_file() or not results(out):
        assert running.poll() is None, running.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert said.splitlines()[-1] == f"Stopped; 'uem benchmark --out {out} --resume' goes on."
    assert {one["method"] for one in results(out)} == {"frozen"}
    assert "Frozen encoder" in (out / "results.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--methods"], "Option '--methods' requires an argument."),
        ([], "--methods is missing: a benchmark needs the methods."),
        (["--methods", "uen"], "There is no method uen; did you mean uem?"),
        (["--methods", "uem", "--seeds", "x"], "'x' is not a valid integer."),
        (["--methods", "uem", "--pairs", "clipart:rendr"], "did you mean render?"),
        (["--methods", "uem", "--set", "seed=3"], "are chosen by --methods, --seeds and --pairs"),
        (["--methods", "uem", "--retrieval-help", "magic"], "There is no help at retrieval time"),
    ],
)
def test_mistakes_are_told_in_one_sentence(data, tmp_path, capsys, words, sentence: str) -> None:
    assert benchmark(data, tmp_path / "out", *words) == 2
    said = capsys.readouterr().err.strip()
    assert sentence in said
    assert "\n" not in said
    assert not (tmp_path / "out").exists()


def test_resume_without_results_is_refused(tmp_path: Path, capsys) -> None:
    assert run(["benchmark", "--out", str(tmp_path / "out"), "--resume"]) == 2
    assert "There are no results of a benchmark" in capsys.readouterr().err
