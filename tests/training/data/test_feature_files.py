from __future__ import annotations

import errno
import json
import os
import time
from pathlib import Path

import numpy as np
import pytest

from training.data.feature_files import FeatureFiles, ImageFeatures
from training.errors import UserError

DIGEST = "ab" * 16


def files_in(root: Path, **description: object) -> FeatureFiles:
    return FeatureFiles(root, {"format": 1, **description}, 2, 5)


def numbers(seed: int = 0) -> ImageFeatures:
    rows = np.random.default_rng(seed).normal(size=(3, 5))
    return ImageFeatures(rows[0].astype(np.float32), rows[1:].astype(np.float16))


def test_what_was_written_is_read(tmp_path: Path) -> None:
    assert files_in(tmp_path).read(DIGEST) is None
    files_in(tmp_path).write(DIGEST, numbers())
    found = files_in(tmp_path).read(DIGEST)
    assert found is not None
    assert (found.plain.dtype, found.augmented.dtype) == (np.float32, np.float16)
    assert np.array_equal(found.plain, numbers().plain)
    assert np.array_equal(found.augmented, numbers().augmented)
    assert json.loads((files_in(tmp_path).folder / "manifest.json").read_text()) == {"format": 1}


def test_another_description_is_another_folder(tmp_path: Path) -> None:
    files_in(tmp_path).write(DIGEST, numbers())
    assert files_in(tmp_path, seed=1).read(DIGEST) is None


def test_damage_is_noticed(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    files.write(DIGEST, numbers())
    (path,) = files.folder.glob("*/*.features")
    good = path.read_bytes()
    flipped = bytes([good[0] ^ 1]) + good[1:]
    for content in (b"", good[:-1], good + b"x", flipped, bytes(len(good))):
        path.write_bytes(content)
        assert files.read(DIGEST) is None
    path.write_bytes(good)
    path.rename(path.with_name(f"{'ab' * 15}cd.features"))
    assert files.read("ab" * 15 + "cd") is None, "the file of another image"


@pytest.mark.parametrize(
    ("code", "words"), [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "permission denied")]
)
def test_a_disk_that_refuses_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    files = files_in(tmp_path)
    files.write(DIGEST, numbers())

    def refuse(self: Path, content: bytes) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(UserError, match=rf"cannot be stored in .*: {words}\. What is finished is"):
        files.write("cd" * 16, numbers())
    assert files.read(DIGEST) is not None
    assert not list(files.folder.glob("*/*.tmp"))


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "root").write_text("")
    with pytest.raises(UserError, match="cannot be stored"):
        files_in(tmp_path / "root")


def test_leftovers_go_after_a_day(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    files.write(DIGEST, numbers())
    old, new = (files.folder / "ab" / f"{name}.tmp" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"")
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    assert files_in(tmp_path).read(DIGEST) is not None
    assert not old.exists()
    assert new.exists()
