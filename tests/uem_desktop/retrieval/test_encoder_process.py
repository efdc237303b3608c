"""The real child process: the same numbers, a cancel that is confirmed, no process left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from training.data.records import ImageRecord
from training.errors import Cancelled, UserError
from uem_desktop.retrieval.domain import EmbeddedChunk
from uem_desktop.retrieval.embedder_protocol import BYTES_LABEL
from uem_desktop.retrieval.encoder_process import EncoderProcess
from uem_desktop.retrieval.local_embedder import LocalEmbedder

MakeImages = Callable[[Path, int], list[Path]]
MakeRecords = Callable[[list[Path]], list[ImageRecord]]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals as on POSIX")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"


def wait_until_gone(pid: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        assert time.monotonic() < deadline, "the process is still there"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def shared_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EncoderProcess]:
    process = EncoderProcess(
        "pretrained", "cpu", store_root=tmp_path_factory.mktemp("shared") / "store"
    )
    yield process
    process.close()


@pytest.fixture
def process(tmp_path: Path) -> Iterator[EncoderProcess]:
    process = EncoderProcess("pretrained", "cpu", store_root=tmp_path / "store")
    yield process
    process.close()


def embed_all(
    embedder: EncoderProcess | LocalEmbedder, records: list[ImageRecord], folder: Path
) -> tuple[np.ndarray, list[EmbeddedChunk]]:
    chunks: list[EmbeddedChunk] = []
    embedder.embed_records(records, folder, on_chunk=chunks.append)
    found = np.zeros((len(records), embedder.info.dimension), np.float32)
    for chunk in chunks:
        found[chunk.rows] = chunk.embeddings
    return found, chunks


def test_the_child_gives_the_same_bits(
    shared_process: EncoderProcess,
    encoder: object,
    tmp_path: Path,
    make_images: MakeImages,
    make_records: MakeRecords,
) -> None:
    paths = make_images(tmp_path / "images", 20)
    paths[7].write_bytes(b"no image at all, only words")
    records = make_records(paths)
    here, _ = embed_all(LocalEmbedder(encoder, use_store=False), records, tmp_path / "images")
    there, chunks = embed_all(shared_process, records, tmp_path / "images")
    assert np.array_equal(here, there)
    assert not there[7].any()
    failures = [failure for chunk in chunks for failure in chunk.failures]
    assert [failure.path for failure in failures] == [paths[7]]
    assert len(chunks) > 1, "results come while the rest is being embedded"
    assert chunks[-1].progress.done == 20
    again, stored = embed_all(shared_process, records, tmp_path / "images")
    assert np.array_equal(again, there)
    assert stored[0].progress.stored == 19


def test_images_from_anywhere(
    shared_process: EncoderProcess, tmp_path: Path, make_images: MakeImages
) -> None:
    good = make_images(tmp_path, 1)[0]
    images = shared_process.embed_images([good, b"words", good.read_bytes(), tmp_path / "gone.png"])
    assert images.rows == (0, 2)
    assert np.array_equal(images.embeddings[0], images.embeddings[1])
    assert [failure.path for failure in images.failures] == [BYTES_LABEL, tmp_path / "gone.png"]


def test_a_query_is_answered_while_a_folder_is_embedded(
    shared_process: EncoderProcess,
    tmp_path: Path,
    make_images: MakeImages,
    make_records: MakeRecords,
) -> None:
    paths = make_images(tmp_path / "many", 200)
    is_under_way = threading.Event()
    done_rows: list[int] = []

    def note(chunk: EmbeddedChunk) -> None:
        done_rows.extend(chunk.rows.tolist())
        is_under_way.set()

    worker = threading.Thread(
        target=shared_process.embed_records,
        args=(make_records(paths), tmp_path / "many"),
        kwargs={"on_chunk": note},
    )
    worker.start()
    assert is_under_way.wait(30)
    images = shared_process.embed_images([paths[0]])
    rows_at_answer = len(done_rows)
    worker.join()
    assert images.rows == (0,)
    assert rows_at_answer < 200 == len(done_rows)


def test_a_cancel_is_confirmed_and_keeps_what_is_done(
    shared_process: EncoderProcess,
    tmp_path: Path,
    make_images: MakeImages,
    make_records: MakeRecords,
) -> None:
    records = make_records(make_images(tmp_path / "stopped", 150))
    done: list[int] = []

    def note(chunk: EmbeddedChunk) -> None:
        done.extend(chunk.rows.tolist())

    with pytest.raises(Cancelled):
        shared_process.embed_records(
            records, tmp_path / "stopped", on_chunk=note, should_stop=lambda: bool(done)
        )
    assert 0 < len(done) < 150
    chunks: list[EmbeddedChunk] = []
    shared_process.embed_records(records, tmp_path / "stopped", on_chunk=chunks.append)
    assert set(done) <= set(chunks[0].rows.tolist()), "what was done comes from the store"


def test_a_killed_child_is_a_sentence_and_the_next_call_goes_on(
    process: EncoderProcess,
    tmp_path: Path,
    make_images: MakeImages,
    make_records: MakeRecords,
) -> None:
    records = make_records(make_images(tmp_path / "killed", 120))

    def kill(_: EmbeddedChunk) -> None:
        if process.pid is not None:
            os.kill(process.pid, signal.SIGKILL)

    with pytest.raises(UserError, match="ended unexpectedly"):
        process.embed_records(records, tmp_path / "killed", on_chunk=kill)
    found, _ = embed_all(process, records, tmp_path / "killed")
    assert found.any(axis=1).all()


def test_close_ends_the_child_in_the_middle_of_work(
    process: EncoderProcess,
    tmp_path: Path,
    make_images: MakeImages,
    make_records: MakeRecords,
) -> None:
    records = make_records(make_images(tmp_path / "closing", 300))
    threads_before = set(threading.enumerate())
    is_under_way = threading.Event()
    ends: list[BaseException] = []

    def work() -> None:
        try:
            process.embed_records(
                records, tmp_path / "closing", on_chunk=lambda _: is_under_way.set()
            )
        except (Cancelled, UserError) as error:
            ends.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    assert is_under_way.wait(30)
    pid = process.pid
    assert pid is not None
    started = time.monotonic()
    process.close()
    worker.join(3)
    assert time.monotonic() - started < 3
    assert [type(error) for error in ends] == [Cancelled]
    wait_until_gone(pid, 1)
    assert set(threading.enumerate()) <= threads_before


@pytest.mark.parametrize(
    ("checkpoint", "device", "word"),
    [("not-there.safetensors", "cpu", "not-there"), ("pretrained", "warp", "warp")],
)
def test_what_the_encoder_refuses_is_its_own_sentence(
    checkpoint: str, device: str, word: str
) -> None:
    process = EncoderProcess(checkpoint, device, use_store=False)
    try:
        with pytest.raises(UserError, match=word):
            _ = process.info
    finally:
        process.close()


def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent("""
                import time
                from uem_desktop.retrieval.encoder_process import EncoderProcess
                process = EncoderProcess("pretrained", "cpu", use_store=False)
                process.info
                print(process.pid, flush=True)
                time.sleep(60)
            """),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
    wait_until_gone(child, 3)
