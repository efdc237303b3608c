from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from uem_desktop.retrieval.file_stamps import stamp_of, stamps_of


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    places = ["1.png", "a/2.png", "a/3.png", "a/b/4.png", "5.png", "a/6.png"]
    for number, place in enumerate(places):
        path = tmp_path / place
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * number)
        os.utime(path, ns=(0, 10**18 + number))
    return [str(tmp_path / place) for place in places]


def one_by_one(paths: list[str]) -> list[tuple[int, int]]:
    stamps = [stamp_of(Path(path)) for path in paths]
    return [(stamp.size, stamp.mtime_ns) if stamp else (-1, 0) for stamp in stamps]


def pairs(paths: list[str]) -> list[tuple[int, int]]:
    sizes, times = stamps_of(paths)
    assert sizes.dtype == times.dtype == np.int64
    return list(zip(sizes.tolist(), times.tolist(), strict=True))


def test_many_stamps_are_those_of_each_file(paths, tmp_path):
    gone = [str(tmp_path / "gone.png"), str(tmp_path / "gone" / "1.png"), str(tmp_path / "1.png/2")]
    mixed = [*gone[:1], *paths, *gone[1:], *paths[::-1]]
    assert pairs(mixed) == one_by_one(mixed)
    assert pairs(paths) == [(number, 10**18 + number) for number in range(6)]
    assert pairs([]) == []


def test_relative_files_and_links_are_asked_for_what_they_lead_to(paths, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("link").symlink_to(tmp_path / "a", target_is_directory=True)
    Path("link.png").symlink_to(paths[4])
    relative = ["1.png", "link/3.png", "link.png", "./a/6.png"]
    assert [size for size, _ in pairs(relative)] == [0, 2, 4, 5]
    assert pairs(relative) == one_by_one(relative)


def test_without_handles_of_folders_it_is_the_same(paths, monkeypatch):
    monkeypatch.setattr("uem_desktop.retrieval.file_stamps._HAS_FOLDER_HANDLES", False)
    assert pairs(paths) == one_by_one(paths)


@pytest.mark.skipif(not hasattr(os, "O_DIRECTORY"), reason="needs handles of folders")
def test_a_folder_that_cannot_be_opened_is_asked_by_path(paths, monkeypatch):
    def refuse(*_):
        raise PermissionError

    wanted = one_by_one(paths)
    monkeypatch.setattr(os, "open", refuse)
    assert pairs(paths) == wanted


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that knows such times")
def test_a_time_that_fits_nowhere_is_none(paths):
    os.utime(paths[0], (2**63 // 10**9 + 10**6, 2**63 // 10**9 + 10**6))
    if os.stat(paths[0]).st_mtime_ns < 2**63:
        pytest.skip("this file system has no such times")
    assert stamp_of(Path(paths[0])) is None
    assert pairs(paths)[:2] == [(-1, 0), (1, 10**18 + 1)]
