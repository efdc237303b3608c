from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from training.progress import Progress
from uem_desktop import __version__
from uem_desktop.cli import shell
from uem_desktop.cli.progress_bar import shown_progress, stop_on_interrupt

MAIN = "import sys; sys.argv[0] = 'uem'; from uem_desktop.cli import main; main()"
COMMANDS = (
    "demo",
    "search",
    "evaluate",
    "compare",
    "report",
    "export",
    "embed",
    "train",
    "benchmark",
    "bench",
    "doctor",
)


def start(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", MAIN, *arguments], capture_output=True, timeout=60, **options
    )


def test_help_is_quick_and_names_every_command() -> None:
    durations = []
    for _ in range(3):
        started = time.perf_counter()
        done = start("--help")
        durations.append(time.perf_counter() - started)
        assert done.returncode == 0
        assert done.stderr == b""
    text = done.stdout.decode()
    assert all(f"\n  {name} " in text for name in COMMANDS)
    assert min(durations) < 0.3


def test_uem_alone_shows_the_help(uem: Any) -> None:
    assert uem().out == uem("--help").out
    assert uem().code == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(uem: Any, command: str) -> None:
    outcome = uem(command, "--help")
    assert outcome.code == 0
    assert outcome.out.startswith(f"Usage: uem {command}")


def test_version(uem: Any) -> None:
    assert uem("--version").out == f"uem {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serch"], ["'serch'", "did you mean 'search'?", "uem --help"]),
        (["frobnicate"], ["'frobnicate'", "demo, search"]),
        (["--frobnicate"], ["--frobnicate"]),
        (["search"], ["--query", "uem search --help"]),
        (["search", "--query", "a", "--gallery", "b", "--top-k", "0"], ["--top-k", "0"]),
        (["search", "--query", "a", "--gallery", "b", "--top-k", "many"], ["--top-k", "many"]),
        (["search", "--query", "a", "--gallery", "b", "--index", "best"], ["best", "exact"]),
        (["search", "--query", "no-such", "--gallery", "."], ["no-such"]),
        (["search", "--query", ".", "--gallery", "no-such"], ["no-such"]),
        (["embed"], ["FOLDER", "uem embed --help"]),
        (["embed", "."], ["--out"]),
        (["embed", "no-such", "--out", "x"], ["no-such"]),
        (
            ["embed", "no\nsuch\x1b[31m\udcff", "--out", "x"],
            ["no\\nsuch\\x1b[31m\N{REPLACEMENT CHARACTER}"],
        ),
        (["embed", "a-file", "--out", "x"], ["a-file is not a folder"]),
        (["embed", "no-images", "--out", "x"], ["no image in no-images"]),
        (["embed", "only-broken", "--out", "x"], ["only-broken", "empty.png: the file is empty"]),
        (["embed", "no-images", "--out", "a-file"], ["a-file is a file"]),
        (["embed", "no-images", "--out", "a-file/below"], ["a-file/below"]),
        (["embed", "no-images", "--out", "x", "--checkpoint", "no-such.pth"], ["no-such.pth"]),
        (["embed", "no-images", "--out", "x", "--device", "abacus"], ["abacus"]),
        (["evaluate", "--query", "."], ["--gallery"]),
        (["evaluate", "--query", "no-such", "--gallery", "."], ["no-such"]),
        (["demo", "--out", "a-file"], ["a-file"]),
    ],
)
def test_what_a_person_can_cause_is_one_sentence(
    uem: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a-file").write_text("hello", encoding="utf-8")
    (tmp_path / "no-images").mkdir()
    (tmp_path / "only-broken").mkdir()
    (tmp_path / "only-broken" / "empty.png").touch()
    outcome = uem(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert outcome.err.endswith((".\n", "?\n"))
    assert "Traceback" not in outcome.err
    for word in words:
        assert word in outcome.err


@pytest.fixture
def broken_command(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command("doctor")
    def doctor_command() -> None:
        raise RuntimeError("a screw\nis loose")

    monkeypatch.setattr("uem_desktop.cli.doctor.doctor_command", doctor_command)


@pytest.mark.usefixtures("broken_command")
def test_a_bug_is_one_sentence_and_a_log(uem: Any) -> None:
    outcome = uem("doctor")
    assert outcome.code == 1
    assert outcome.err.count("\n") == 1
    log = Path(os.environ["UEM_CONFIG_DIR"]) / "uem.log"
    assert str(log) in outcome.err
    assert "RuntimeError: a screw" in log.read_text(encoding="utf-8")


@pytest.mark.usefixtures("broken_command")
@pytest.mark.parametrize("arguments", [["--traceback", "doctor"], ["doctor"]])
def test_the_traceback_is_there_for_who_asks(
    uem: Any, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    if "--traceback" not in arguments:
        monkeypatch.setenv("UEM_TRACEBACK", "1")
    assert "Traceback" in uem(*arguments).err


def test_ctrl_c_while_embedding_keeps_what_is_done(
    uem: Any, folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(self: object, title: str, progress: Progress, sentence: str) -> None:
        signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as patched:
        patched.setattr("uem_desktop.cli.progress_bar._LogLines.__call__", interrupt)
        patched.setattr("training.encoders.encoder._CPU_BATCH_SIZE", 4)
        patched.setenv("UEM_CACHE_DIR", str(tmp_path / "store"))
        stopped = uem("embed", folders[0], "--out", tmp_path / "out")
        assert list((tmp_path / "store").rglob("*.npy"))
        unkept = uem("embed", folders[0], "--out", tmp_path / "out", "--no-store")
    assert (stopped.code, stopped.out) == (130, "")
    assert stopped.err == "Stopped; what is embedded so far is kept.\n"
    assert unkept.code == 130
    assert unkept.err == "Stopped; with --no-store nothing is kept.\n"
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_ctrl_c_does_not_wait() -> None:
    with stop_on_interrupt() as should_stop:
        assert not should_stop()
        signal.raise_signal(signal.SIGINT)
        assert should_stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


@pytest.fixture
def _hears_ctrl_c() -> Iterator[None]:
    """Hear SIGINT, which a shell lets its background processes ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_hears_ctrl_c")
def test_ctrl_c_elsewhere_ends_with_130(uem: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command("doctor")
    def doctor_command() -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("uem_desktop.cli.doctor.doctor_command", doctor_command)
    outcome = uem("doctor")
    assert outcome.code == 130
    assert outcome.err.count("\n") == 1


def test_a_reader_that_leaves_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import click, sys\n"
        "from uem_desktop.cli import doctor, shell\n"
        "@click.command('doctor')\n"
        "def command():\n"
        "    for line in range(100000): click.echo(f'line {line}')\n"
        "doctor.doctor_command = command\n"
        "sys.exit(shell.run(['doctor']))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().strip() == b"line 0"
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=30) == 0


def test_an_old_terminal_gets_escapes_and_no_crash(
    folders: tuple[Path, Path], shared_store: Path
) -> None:
    environment = {
        **os.environ,
        "PYTHONIOENCODING": "ascii",
        "UEM_CACHE_DIR": str(shared_store),
    }
    query = next((folders[0] / "bird").glob("*.png"))
    arguments = ["search", "--query", query, "--gallery", folders[1], "--top-k", "2"]
    done = start(*arguments, env=environment)
    assert done.returncode == 0
    assert b"right" in done.stdout or b"wrong" in done.stdout
    assert done.stdout.isascii()


def test_a_log_file_gets_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("uem_desktop.cli.progress_bar.time.monotonic", lambda: now[0])
    with shown_progress("Embedding photos") as show:
        for second in range(41):
            now[0] = float(second)
            show(Progress(second, 40, seconds=float(second)))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("Embedding photos: ") for line in lines)


def test_commands_are_all_there() -> None:
    context = click.Context(shell.cli)
    assert tuple(shell.cli.list_commands(context)) == COMMANDS
    assert all(shell.cli.get_command(context, name) is not None for name in COMMANDS)
