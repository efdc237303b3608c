"""What happens to decisions when a process is killed, a disk is full or a file is damaged."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from training.errors import UserError
from uem_desktop.retrieval.decision_journal import DecisionJournal
from uem_desktop.retrieval.decisions import Judgement
from uem_desktop.retrieval.project import Project
from uem_desktop.retrieval.project_file import DamagedProjectError
from uem_desktop.retrieval.project_rescue import keep_cut_off_end, rescue

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX processes")

ACCEPT = Judgement.ACCEPT
DECIDING = """
import sys
from pathlib import Path
from uem_desktop.retrieval.decision_journal import DecisionJournal
from uem_desktop.retrieval.decisions import Judgement
root, count = Path(sys.argv[1]), int(sys.argv[2])
journal = DecisionJournal.open(root / "a.uem", (root / "q", root / "g"))
for number in range(journal.count, count):
    journal.judge([(root / "q" / f"{number}.png", root / "g" / "0.png")], Judgement.ACCEPT)
    print(number, flush=True)
"""


def make_project(root: Path) -> Path:
    for name in ("q", "g"):
        (root / name).mkdir(parents=True)
    path = root / "a.uem"
    Project(root / "q", root / "g").save(path)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make_project(tmp_path / "home")


def open_journal(path: Path) -> DecisionJournal:
    return DecisionJournal.open(path, (path.parent / "q", path.parent / "g"))


def pair_of(path: Path, number: int) -> tuple[Path, Path]:
    return path.parent / "q" / f"{number}.png", path.parent / "g" / "0.png"


def decide(path: Path, count: int) -> None:
    with closing(open_journal(path)) as journal:
        for number in range(journal.count, count):
            journal.judge([pair_of(path, number)], ACCEPT)


def kept(path: Path) -> int:
    """How many decisions hold, which are those of the first queries."""
    with closing(open_journal(path)) as journal:
        count = journal.count
        assert all(journal.judgement_of(*pair_of(path, n)) is not None for n in range(count))
        return count


def killed_copy(path: Path, count: int) -> Path:
    """A project as a process leaves it that is killed after some decisions: with its log."""
    command = [sys.executable, "-c", DECIDING + "\nsys.stdin.read()", str(path.parent), str(count)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as child:
        for line in child.stdout:
            if int(line) == count - 1:
                break
        child.send_signal(signal.SIGKILL)
    return path


@pytest.mark.timeout(240)
def test_nothing_that_was_shown_as_taken_is_lost_when_a_process_is_killed(path):
    chance, shown = random.Random(5), 0
    command = [sys.executable, "-c", DECIDING, str(path.parent), "1000"]
    for _ in range(20):
        stop = shown + chance.randint(1, 45)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            for line in child.stdout:
                shown = int(line) + 1
                if shown >= stop:
                    child.send_signal(signal.SIGKILL)
                    break
            shown = max([shown, *(int(line) + 1 for line in child.stdout)])
        keep_cut_off_end(path)
        assert kept(path) in (shown, shown + 1), "one may be safe and not shown yet"
    assert subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0
    assert kept(path) == 1000


def test_a_log_that_is_cut_in_the_middle_of_a_record_says_so_and_keeps_its_end(path):
    killed_copy(path, 30)
    log = path.with_name("a.uem-wal")
    whole = log.read_bytes()
    for cut in (1, 2000, 4096 + 24, 9000):
        for suffix in ("-shm", ".unreadable"):
            for left in path.parent.glob(f"*{suffix}*"):
                left.unlink()
        copy = path.with_name("cut.uem")
        for leftover in path.parent.glob("cut*"):
            leftover.unlink()
        shutil.copy(path, copy)
        copy.with_name("cut.uem-wal").write_bytes(whole[:-cut])
        sentence = keep_cut_off_end(copy)
        count = kept(copy)
        assert 20 <= count < 30
        assert sentence == (
            f"The end of the journal of cut.uem was cut off while it was written: {count} entries"
            " are there, and the log with the end that cannot be read is kept as"
            " cut.unreadable.uem-wal."
        )
        assert copy.with_name("cut.unreadable.uem-wal").read_bytes() == whole[:-cut]
        assert not keep_cut_off_end(copy)


def test_a_whole_log_says_nothing(path):
    killed_copy(path, 30)
    assert path.with_name("a.uem-wal").exists()
    assert not keep_cut_off_end(path)
    with closing(open_journal(path)) as journal:
        journal.judge([pair_of(path, 30)], ACCEPT)
        assert not keep_cut_off_end(path), "another window that writes is no damage"
    assert kept(path) == 31


@pytest.mark.parametrize("share", [0.97, 0.6])
def test_a_file_that_is_cut_is_rescued_and_kept(path, share):
    decide(path, 300)
    whole = path.read_bytes()
    cut = whole[: round(len(whole) * share)]
    path.write_bytes(cut)
    with pytest.raises(DamagedProjectError, match="the file is damaged"):
        open_journal(path)
    assert path.read_bytes() == cut, "nothing was written to it"
    sentence = rescue(path)
    assert path.with_name("a.damaged.uem").read_bytes() == cut
    with closing(open_journal(path)) as journal:
        entries = list(journal.entries())
        assert f"{len(entries)} entries of its journal could be read" in sentence
        assert len(entries) >= (200 if share > 0.9 else 1)
        journal.judge([pair_of(path, 500)], ACCEPT)
    assert Project.open(path).query_folder == path.parent / "q"


def test_a_file_with_scribbles_is_rescued_as_far_as_it_can_be_read(path):
    decide(path, 300)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 4096] = b"\xee" * 4096
    path.write_bytes(content)
    with pytest.raises(DamagedProjectError):
        open_journal(path)
    rescue(path)
    with closing(open_journal(path)) as journal:
        assert journal.count


def test_what_cannot_be_read_at_all_stays_as_it_is(path):
    content = path.read_bytes()
    scrambled = content[:100] + b"\xff" * (len(content) - 100)
    path.write_bytes(scrambled)
    with pytest.raises(UserError):
        rescue(path)
    assert path.read_bytes() == scrambled
    assert [file.name for file in path.parent.glob("a.*")] == ["a.uem"]


FULL_DISK = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
"""


def test_a_full_disk_is_one_sentence_and_loses_nothing(path):
    decide(path, 5)
    code = FULL_DISK + DECIDING
    command = [sys.executable, "-c", code, str(path.parent), "1000"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    shown = int(done.stdout.split()[-1]) + 1
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("training.errors.UserError: The project ")
    assert "did not take the decision: the disk " in last
    assert kept(path) == shown
    decide(path, shown + 3)


READING_ONLY = """
import os, sys
from pathlib import Path
from training.errors import UserError
from uem_desktop.retrieval.decision_journal import DecisionJournal
from uem_desktop.retrieval.decisions import Judgement
from uem_desktop.retrieval.project import Project
if os.geteuid() == 0:
    os.setuid(65534)
root, count = Path(sys.argv[1]), int(sys.argv[2])
assert Project.open(root / "a.uem").query_folder == root / "q"
journal = DecisionJournal.open(root / "a.uem", (root / "q", root / "g"))
print(journal.problem)
assert journal.count == count, journal.count
pair = (root / "q" / "0.png", root / "g" / "0.png")
try:
    journal.judge([pair], Judgement.REJECT)
except UserError as error:
    print(error)
assert journal.judgement_of(*pair).after == "accept"
journal.close()
"""


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_folder_that_cannot_be_written_shows_what_was_decided(is_killed):
    with tempfile.TemporaryDirectory() as place:  # where any account may look
        os.chmod(place, 0o755)
        path = make_project(Path(place) / "home")
        decide(path, 5)
        count = 8 if is_killed else 5
        if is_killed:
            killed_copy(path, count)
        for file in path.parent.iterdir():
            file.chmod(0o555)
        path.parent.chmod(0o555)
        command = [sys.executable, "-c", READING_ONLY, str(path.parent), str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        path.parent.chmod(0o755)
        assert not done.stderr
        sentence = f"Decisions cannot be kept: the project {path} or its folder cannot be written."
        assert done.stdout.splitlines() == [sentence] * 2
        for file in path.parent.iterdir():
            file.chmod(0o755)
        assert kept(path) == count


def test_two_processes_decide_at_once(path):
    code = DECIDING.replace("range(journal.count, count)", "range(count, 3 * count, 2)")
    commands = [[sys.executable, "-c", code, str(path.parent), str(n)] for n in (60, 61)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE) for command in commands]
    assert [child.communicate() and child.returncode for child in children] == [0, 0]
    with closing(open_journal(path)) as journal:
        assert journal.count == 60 + 61
        numbers = {number for n in (60, 61) for number in range(n, 3 * n, 2)}
        assert all(journal.judgement_of(*pair_of(path, n)) is not None for n in numbers)
        assert len({entry.image for entry in journal.decisions()}) == len(numbers)


def test_the_file_system_of_a_path_is_found_among_mounts():
    from uem_desktop.retrieval.network_drive import file_system_of

    mounts = b"/dev/a / ext4 rw 0 0\nhost:/x /mnt/my\\040share nfs4 rw 0 0\nproc /proc proc rw 0 0"
    assert file_system_of(b"/mnt/my share/a.uem", mounts) == "nfs4"
    assert file_system_of(b"/mnt/my share 2/a.uem", mounts) == "ext4"
    assert file_system_of(b"/", mounts) == "ext4"
