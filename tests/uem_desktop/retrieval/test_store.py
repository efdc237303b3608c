from __future__ import annotations

import errno
import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from training.data.records import ImageRecord
from uem_desktop.retrieval.chunk_files import write_chunk
from uem_desktop.retrieval.file_stamps import stamp_of
from uem_desktop.retrieval.store import EmbeddingStore, default_store_root

Store = Callable[..., EmbeddingStore]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    return folder


@pytest.fixture
def records(folder: Path) -> list[ImageRecord]:
    (folder / "cat").mkdir()
    records = []
    for number in range(10):
        path = folder / ("cat" if number % 2 else "") / f"{number}.png"
        path.write_bytes(b"x" * (number + 1))
        records.append(ImageRecord(number, path, "query", None))
    return records


@pytest.fixture
def store(tmp_path: Path, folder: Path) -> Store:
    def make(
        folder: Path = folder, fingerprint: str = "ab" * 32, precision: str = "float32"
    ) -> EmbeddingStore:
        return EmbeddingStore(
            tmp_path / "cache", fingerprint, precision, folder, encoder_title="An encoder"
        )

    return make


def test_what_is_appended_is_found_by_another_object(store, records, unit_embeddings):
    embeddings = unit_embeddings(10)
    first = store()
    first.append(records[:6], embeddings[:6])
    first.append(records[6:], embeddings[6:])
    found = store().load(records)
    order = np.argsort(found.rows)
    assert found.rows[order].tolist() == list(range(10))
    np.testing.assert_array_equal(found.embeddings[order], embeddings)
    assert found.embeddings.dtype == np.float32
    assert first.warning is None


def test_an_empty_store_has_nothing_and_makes_no_folder(store, records):
    empty = store()
    found = empty.load(records)
    assert found.rows.shape == (0,)
    assert found.embeddings.shape == (0, 0)
    assert not empty.location.exists()


def test_rows_follow_the_records_when_files_are_added_and_removed(store, records, unit_embeddings):
    embeddings = unit_embeddings(10)
    store().append(records, embeddings)
    fewer = [
        ImageRecord(row, record.path, "query", None)
        for row, record in enumerate(records[3:] + records[:1])
    ]
    found = store().load(fewer)
    by_row = dict(zip(found.rows.tolist(), found.embeddings, strict=True))
    np.testing.assert_array_equal(by_row[0], embeddings[3])
    np.testing.assert_array_equal(by_row[7], embeddings[0])
    assert len(by_row) == 8


@pytest.mark.parametrize("change", ["size", "time", "gone"])
def test_a_changed_file_is_not_found(store, records, unit_embeddings, change):
    store().append(records, unit_embeddings(10))
    path = records[4].path
    status = path.stat()
    if change == "size":
        path.write_bytes(b"longer than before")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    elif change == "time":
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    else:
        path.unlink()
    assert sorted(store().load(records).rows) == [0, 1, 2, 3, 5, 6, 7, 8, 9]


def test_a_file_that_changes_while_it_is_embedded_is_not_found(store, records, unit_embeddings):
    before = [stamp_of(record.path) for record in records]
    records[2].path.write_bytes(b"changed meanwhile")
    store().append(records, unit_embeddings(10), before)
    assert 2 not in store().load(records).rows


def test_a_changed_file_can_be_stored_again_and_dead_chunks_go(store, records, unit_embeddings):
    store().append(records[:1], unit_embeddings(1))
    records[0].path.write_bytes(b"new content")
    again = -unit_embeddings(1)
    writer = store()
    writer.append(records[:1], again)
    np.testing.assert_array_equal(store().load(records).embeddings, again)
    assert len(list((writer.location / "chunks").iterdir())) == 1


def test_encoders_precisions_and_folders_do_not_mix(store, tmp_path, records, unit_embeddings):
    store().append(records, unit_embeddings(10))
    assert len(store(fingerprint="cd" * 32).load(records).rows) == 0
    assert len(store(precision="float16").load(records).rows) == 0
    assert len(store(folder=tmp_path).load(records).rows) == 0


def test_the_folder_may_be_given_as_a_link_or_relative(
    store, tmp_path, folder, records, unit_embeddings, monkeypatch
):
    store().append(records, unit_embeddings(10))
    link = tmp_path / "link"
    link.symlink_to(folder)
    linked = [ImageRecord(0, link / "cat" / "1.png", "query", None)]
    assert store(folder=link).load(linked).rows.tolist() == [0]
    monkeypatch.chdir(tmp_path)
    relative = [ImageRecord(0, Path("images/cat/1.png"), "query", None)]
    assert store(folder=Path("images")).load(relative).rows.tolist() == [0]


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes")
def test_file_names_that_are_no_utf8_survive(store, folder, unit_embeddings):
    path = Path(os.fsdecode(os.fsencode(folder) + b"/gr\xfcn \n.png"))
    path.write_bytes(b"x")
    record = ImageRecord(0, path, "query", None)
    store().append([record], unit_embeddings(1))
    assert store().load([record]).rows.tolist() == [0]


def test_rows_that_are_no_embedding_are_not_stored(store, records, unit_embeddings):
    embeddings = unit_embeddings(10)
    embeddings[3] = np.nan
    embeddings[5] = 0
    store().append(records, embeddings)
    assert sorted(store().load(records).rows) == [0, 1, 2, 4, 6, 7, 8, 9]


@pytest.mark.parametrize("damage", ["cut", "empty", "missing", "zeros", "text"])
def test_a_damaged_chunk_costs_only_its_own_rows(store, records, unit_embeddings, damage):
    writer = store()
    writer.append(records[:5], unit_embeddings(5))
    bad = next((writer.location / "chunks").iterdir())
    writer.append(records[5:], unit_embeddings(5))
    content = bad.read_bytes()
    if damage == "missing":
        bad.unlink()
    else:
        bad.write_bytes(
            {
                "cut": content[:-40],
                "empty": b"",
                "zeros": content[:128] + bytes(len(content) - 128),
                "text": b"hello",
            }[damage]
        )
    reader = store()
    assert sorted(reader.load(records).rows) == [5, 6, 7, 8, 9]
    assert "damaged" in (reader.warning or "")
    reader.append(records[:5], unit_embeddings(5))
    healed = store()
    assert len(healed.load(records).rows) == 10
    assert healed.warning is None


@pytest.mark.parametrize("damage", ["noise", "header", "other format", "other tables"])
def test_a_damaged_index_is_set_aside_and_the_store_starts_anew(
    store, records, unit_embeddings, damage
):
    writer = store()
    writer.append(records, unit_embeddings(10))
    index = writer.location / "index.sqlite"
    content = index.read_bytes()
    if damage == "noise":
        index.write_bytes(b"SQLite format 3\0" + b"\xff" * len(content))
    elif damage == "header":
        index.write_bytes(b"not a database at all" + content[21:])
    elif damage == "other format":
        index.write_bytes(content[:60] + (99).to_bytes(4, "big") + content[64:])
    else:
        subprocess.run(
            [
                sys.executable,
                "-c",
                "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
                "c.execute('DROP TABLE image'); c.commit(); c.close()",
                index,
            ],
            check=True,
        )
    reader = store()
    assert len(reader.load(records).rows) == 0
    assert "damaged" in (reader.warning or "")
    reader.append(records, unit_embeddings(10))
    assert len(store().load(records).rows) == 10


def test_damage_found_while_writing_loses_nothing(store, records, unit_embeddings):
    writer = store()
    writer.append(records[:5], unit_embeddings(5))
    (writer.location / "index.sqlite").write_bytes(b"x" * 5000)
    writer.append(records[5:], unit_embeddings(5))
    assert sorted(store().load(records).rows) == [5, 6, 7, 8, 9]


def test_a_cache_that_cannot_be_written_is_said_once(tmp_path, folder, records, unit_embeddings):
    (tmp_path / "cache").write_text("a file where the folder should be")
    heard: list[str] = []
    store = EmbeddingStore(
        tmp_path / "cache", "ab" * 32, "float32", folder, on_warning=heard.append
    )
    assert len(store.load(records).rows) == 0
    store.append(records[:5], unit_embeddings(5))
    store.append(records[5:], unit_embeddings(5))
    assert len(heard) == 1
    assert heard[0] == store.warning
    assert "cannot be stored" in heard[0]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_keeps_what_was_stored(store, records, unit_embeddings, monkeypatch):
    writer = store()
    writer.append(records[:5], unit_embeddings(5))
    real_open = Path.open

    def full(path: Path, mode: str = "r", *args, **kwargs):
        return real_open(Path("/dev/full"), "wb") if mode == "xb" else real_open(path, mode)

    monkeypatch.setattr(Path, "open", full)
    writer.append(records[5:], unit_embeddings(5))
    monkeypatch.undo()
    assert "cannot be stored (the disk is full), so" in (writer.warning or "")
    assert sorted(store().load(records).rows) == [0, 1, 2, 3, 4]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_disk_that_takes_a_part_says_why(tmp_path):
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(OSError, match="too large") as refusal:
            write_chunk(tmp_path, np.ones((64, 1280), np.float32))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert refusal.value.errno == errno.EFBIG
    assert list(tmp_path.iterdir()) == []


def test_an_index_on_a_full_disk_says_so(store, records, unit_embeddings, monkeypatch):
    def refuse(*_):
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    writer = store()
    monkeypatch.setattr("uem_desktop.retrieval.store.StoreIndex.add", refuse)
    writer.append(records, unit_embeddings(10))
    assert "cannot be stored (the disk is full), so" in (writer.warning or "")


def test_leftovers_of_crashed_writers_go_after_a_day(store, records, unit_embeddings):
    writer = store()
    chunks = writer.location / "chunks"
    chunks.mkdir(parents=True)
    old, young = chunks / "old.npy.1.tmp", chunks / "young.npy"
    old.write_bytes(b"x")
    young.write_bytes(b"x")
    os.utime(old, (0, 0))
    writer.append(records, unit_embeddings(10))
    assert not old.exists()
    assert young.exists()


def test_many_writers_at_once_lose_nothing(store, records, unit_embeddings):
    embeddings = unit_embeddings(10)

    def write(row: int) -> None:
        for _ in range(5):
            store().append(records[row : row + 1], embeddings[row : row + 1])

    threads = [threading.Thread(target=write, args=(row,)) for row in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = store().load(records)
    np.testing.assert_array_equal(found.embeddings[np.argsort(found.rows)], embeddings)


def test_a_manifest_says_what_the_folder_is(store, folder, records, unit_embeddings):
    writer = store()
    writer.append(records, unit_embeddings(10))
    manifest = json.loads((writer.location / "manifest.json").read_text())
    assert manifest["encoder"] == "An encoder"
    assert manifest["dimension"] == 16
    assert Path(manifest["folder"]) == folder


def test_the_root_follows_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("UEM_CACHE_DIR", str(tmp_path))
    assert default_store_root().is_relative_to(tmp_path)
    monkeypatch.delenv("UEM_CACHE_DIR")
    assert "uem-desktop" in str(default_store_root())


def test_store_and_project_need_neither_torch_nor_qt():
    code = (
        "import sys, uem_desktop.retrieval.embedder, uem_desktop.retrieval.encoder_process,"
        " uem_desktop.retrieval.project;"
        "print([m for m in ('torch', 'faiss', 'PySide6', 'torchvision') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
