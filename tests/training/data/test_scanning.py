from __future__ import annotations

import os
from pathlib import Path

import pytest
from broken_images import UNREACHABLE, encoded

from training.data.scanning import scan_folder
from training.errors import Cancelled, UserError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for place in ("cat/b.png", "cat/A.JPG", "dog/deep/er/c.webp", "loose.png"):
        path = tmp_path / "set" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded("PNG"))
    return tmp_path / "set"


def test_first_level_folders_are_categories(folder: Path) -> None:
    scan = scan_folder(folder, "query")
    found = [(r.id, r.path.relative_to(folder).as_posix(), r.category) for r in scan.records]
    assert found == [
        (0, "cat/A.JPG", "cat"),
        (1, "cat/b.png", "cat"),
        (2, "dog/deep/er/c.webp", "dog"),
        (3, "loose.png", None),
    ]
    assert scan.categories == ("cat", "dog")
    assert {record.domain for record in scan.records} == {"query"}


def test_other_files_are_counted_and_hidden_ones_left_out(folder: Path) -> None:
    (folder / "README.txt").write_text("words")
    (folder / ".hidden.png").write_bytes(encoded("PNG"))
    (folder / "without-suffix").write_bytes(encoded("JPEG"))
    scan = scan_folder(folder, "query")
    assert scan.other_file_count == 1
    assert [r.path.name for r in scan.records][-1] == "without-suffix"
    assert not any(record.path.name.startswith(".") for record in scan.records)


@pytest.mark.skipif(os.name == "nt", reason="links and pipes need POSIX")
def test_what_is_no_file_is_listed(folder: Path) -> None:
    for name, (make, _) in UNREACHABLE.items():
        make(folder / "cat" / name)
    scan = scan_folder(folder, "query")
    reasons = {failure.path.name: failure.reason for failure in scan.failures}
    assert reasons.keys() == UNREACHABLE.keys()
    for name, (_, word) in UNREACHABLE.items():
        assert word in reasons[name]
    assert len(scan.records) == 4


def test_links_are_followed_but_not_in_circles(folder: Path) -> None:
    (folder / "again").symlink_to(folder / "cat", target_is_directory=True)
    (folder / "cat" / "up").symlink_to(folder, target_is_directory=True)
    names = [r.path.relative_to(folder).as_posix() for r in scan_folder(folder, "q").records]
    assert "again/A.JPG" in names
    assert len(names) == 6


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "fsencode"), reason="POSIX names")
def test_names_that_are_no_unicode_survive(folder: Path) -> None:
    name = b"caf\xe9.png"
    path = os.path.join(os.fsencode(folder), name)
    try:
        with open(path, "wb") as file:
            file.write(encoded("PNG"))
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert name in [os.fsencode(r.path.name) for r in scan_folder(folder, "q").records]


def test_a_folder_without_permission_is_listed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    def guarded(path: str) -> object:
        if str(path).rstrip("/").endswith("dog"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", guarded)
    scan = scan_folder(folder, "query")
    assert [(f.path.name, f.reason) for f in scan.failures] == [
        ("dog", "no permission to read this folder")
    ]
    assert len(scan.records) == 3


def test_a_scan_can_be_stopped(folder: Path) -> None:
    with pytest.raises(Cancelled):
        scan_folder(folder, "query", should_stop=lambda: True)


@pytest.mark.parametrize("name", ["missing", "loose.png"])
def test_what_is_no_folder_is_one_sentence(folder: Path, name: str) -> None:
    with pytest.raises(UserError) as caught:
        scan_folder(folder / name, "query")
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
