from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from training.data.image_table import ImageTable
from training.data.records import ImageRecord
from training.data.scanning import scan_folder

NAMES = (
    *("loose.png", "a.png", "a/x.png", "a/sub/y.JPG", "a/z.png", "a-b/1.png", "A/0.png"),
    *(
        "train/dog/1.png",
        "train/dog/sub/2.png",
        "train/3.png",
        "é/1.png",
        "日本/1.png",
        "a\n/b.png",
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        path = tmp_path / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return tmp_path / "set"


def literal(folder: Path, splits: tuple[str, ...] = ()) -> tuple[ImageRecord, ...]:
    """The records of a folder, one after the other."""
    paths = [p for p in folder.rglob("*") if p.is_file()]
    paths.sort(key=lambda path: os.fsencode(path.relative_to(folder).as_posix()))
    records = []
    for row, path in enumerate(paths):
        parts = path.relative_to(folder).parts
        parts = parts[1:] if len(parts) > 1 and parts[0] in splits else parts
        records.append(ImageRecord(row, path, "query", parts[0] if len(parts) > 1 else None))
    return tuple(records)


@pytest.mark.skipif(os.name == "nt", reason="names that Windows does not take")
@pytest.mark.parametrize("splits", [(), ("train",), ("train", "a")])
def test_a_scan_has_the_records_that_one_gets_one_by_one(folder: Path, splits) -> None:
    wanted = literal(folder, splits)
    scan = scan_folder(folder, "query", splits=splits)
    assert tuple(scan.records) == wanted
    assert [scan.records[row] for row in range(len(wanted))] == list(wanted)
    assert scan.categories == tuple(sorted({r.category for r in wanted if r.category}))
    assert [scan.records.category_of(row) for row in range(len(wanted))] == [
        record.category for record in wanted
    ]
    assert {name: rows.tolist() for name, rows in scan.records.rows_by_category.items()} == {
        name: [r.id for r in wanted if r.category == name] for name in scan.categories
    }
    for step in (1, 2, 5):
        known = [record.category for record in wanted[::step] if record.category]
        counts = scan.records.category_counts(np.arange(0, len(wanted), step))
        assert list(counts.items()) == sorted(Counter(known).items())
    assert dict(scan.row_of_path) == {record.path: record.id for record in wanted}
    assert Path("elsewhere.png") not in scan.row_of_path
    assert scan.records == ImageTable.of(wanted)


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes")
def test_names_of_any_bytes_keep_their_order(tmp_path: Path) -> None:
    for name in (b"\xff.png", b"\xc3\xa9.png", b"\xee\x80\x80.png", b"z.png", b"caf\xe9/1.png"):
        path = os.path.join(os.fsencode(tmp_path), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(os.fsdecode(path)).write_bytes(b"")
    assert tuple(scan_folder(tmp_path, "query").records) == literal(tmp_path)


def test_a_relative_folder_gives_paths_as_a_path_writes_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for here, asked in ((folder, Path(".")), (folder.parent, Path("set"))):
        monkeypatch.chdir(here)
        scan = scan_folder(asked, "query")
        assert scan.records.paths == [str(record.path) for record in scan.records]
        assert {record.path for record in scan.records} == {asked / name for name in NAMES}


def test_an_empty_folder_has_an_empty_table(tmp_path: Path) -> None:
    records = scan_folder(tmp_path, "query").records
    assert (len(records), list(records), records.rows_by_category) == (0, [], {})


def test_it_is_a_sequence(folder: Path) -> None:
    table, wanted = scan_folder(folder, "query").records, literal(folder)
    assert (len(table), table[-1], table[2:5]) == (len(wanted), wanted[-1], wanted[2:5])
    assert table[::-1] == wanted[::-1]
    assert (table == wanted, table == wanted[1:], table == ImageTable.of(wanted[:1])) == (
        True, False, False,
    )  # fmt: skip
    with pytest.raises(IndexError):
        table[len(wanted)]


def test_only_what_is_in_row_order_and_of_one_domain_becomes_a_table() -> None:
    records = [ImageRecord(row, Path(f"{row}.png"), "query", None) for row in range(3)]
    with pytest.raises(ValueError, match="places"):
        ImageTable.of(records[1:])
    with pytest.raises(ValueError, match="several domains"):
        ImageTable.of([records[0], ImageRecord(1, Path("1.png"), "gallery", None)])
    table = ImageTable.of(records)
    assert ImageTable.of(table) is table
    assert table.category_codes.tolist() == [-1, -1, -1]
