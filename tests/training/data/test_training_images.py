from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import numpy as np
import pytest
from broken_images import UNREACHABLE, picture

from training.data import training_images as module
from training.data.training_images import TrainingImages, content_digest, list_training_images
from training.errors import Cancelled, UserError
from training.progress import Progress


def fill(folder: Path, names: dict[str, int]) -> Path:
    for name, seed in names.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        picture(seed=seed).save(path)
    return folder


SORTED = {f"{('cat', 'dog', 'cow')[seed % 3]}/{seed:02}.png": seed for seed in range(12)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "set", SORTED)


def test_images_are_in_the_order_of_their_content(folder: Path) -> None:
    images = list_training_images(folder, "a")
    wanted = {
        hashlib.blake2b((folder / name).read_bytes(), digest_size=16).hexdigest(): folder / name
        for name in SORTED
    }
    assert images.digests == tuple(sorted(wanted))
    assert [record.path for record in images.records] == [wanted[d] for d in images.digests]
    assert len(images) == 12
    assert images.failures == ()
    assert {record.domain for record in images.records} == {"a"}
    assert [record.category for record in images.records] == [
        record.path.parent.name for record in images.records
    ]


def test_shuffled_categories_and_new_names_change_nothing(folder: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    images = list_training_images(folder, "a")
    for number in range(3):
        shuffled = {
            f"{rng.integers(4)}/deep/{place}.png": seed
            for place, seed in enumerate(rng.permutation(12).tolist())
        }
        other = list_training_images(fill(tmp_path / f"other{number}", shuffled), "a")
        assert other.digests == images.digests
        assert other.fingerprint == images.fingerprint
        assert [r.path.read_bytes() for r in other.records] == [
            r.path.read_bytes() for r in images.records
        ]


def test_the_fingerprint_is_of_the_contents(folder: Path) -> None:
    before = list_training_images(folder, "a").fingerprint
    picture(seed=77).save(folder / "one more.png")
    more = list_training_images(folder, "a")
    assert len({before, more.fingerprint}) == 2
    (folder / "cat/00.png").write_bytes((folder / "dog/01.png").read_bytes())
    assert list_training_images(folder, "a").fingerprint not in (before, more.fingerprint)


def test_equal_files_are_both_kept_in_path_order(folder: Path) -> None:
    (folder / "zoo.png").write_bytes((folder / "cat/00.png").read_bytes())
    images = list_training_images(folder, "a")
    first = [record.path.name for record in images.records].index("00.png")
    assert images.records[first + 1].path.name == "zoo.png"
    assert images.digests[first] == images.digests[first + 1]
    assert len(images) == 13


@pytest.mark.skipif(os.name == "nt", reason="links and pipes need POSIX")
def test_unreadable_files_are_failures(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (make, _) in UNREACHABLE.items():
        make(folder / "cat" / name)

    def refuse_one(path: Path) -> str:
        if path.name == "03.png":
            raise PermissionError(13, "Permission denied")
        return content_digest(path)

    monkeypatch.setattr(module, "content_digest", refuse_one)
    seen: list[Progress] = []
    images = list_training_images(folder, "a", on_progress=seen.append)
    reasons = {failure.path.name: failure.reason for failure in images.failures}
    assert reasons.keys() == {*UNREACHABLE, "03.png"}
    assert reasons["03.png"] == "no permission to read it"
    assert len(images) == 11
    assert [progress.done for progress in seen] == list(range(1, 13))
    assert (seen[-1].total, seen[-1].failed) == (12, 1)


def test_without_moves_rows_to_the_failures(folder: Path) -> None:
    images = list_training_images(folder, "a")
    usable = images.without({7: "damaged", 2: "cut off"})
    kept = [row for row in range(12) if row not in (2, 7)]
    assert usable.records == tuple(images.records[row] for row in kept)
    assert usable.digests == tuple(images.digests[row] for row in kept)
    assert {failure.path: failure.reason for failure in usable.failures} == {
        images.records[7].path: "damaged",
        images.records[2].path: "cut off",
    }
    assert usable.fingerprint != images.fingerprint
    assert images.without({}) == images
    with pytest.raises(UserError, match=r"^No image in .* can be read; .* for example: damaged\.$"):
        images.without(dict.fromkeys(range(12), "damaged"))


def test_an_empty_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("words")
    with pytest.raises(UserError, match=r"^There is no image in .*\.$"):
        list_training_images(tmp_path, "a")
    with pytest.raises(UserError, match="does not exist"):
        list_training_images(tmp_path / "nowhere", "a")


@pytest.mark.skipif(os.name == "nt", reason="links need POSIX")
def test_a_folder_of_failures_names_one(tmp_path: Path) -> None:
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere.png")
    with pytest.raises(UserError, match=r"^No image in .* can be read; gone.png for example: .*"):
        list_training_images(tmp_path, "a")


def test_stopping_leaves_no_thread(folder: Path) -> None:
    asked: list[None] = []

    def after_some() -> bool:
        asked.append(None)
        return len(asked) > 6

    with pytest.raises(Cancelled):
        list_training_images(folder, "a", should_stop=after_some)
    assert not [t for t in threading.enumerate() if t.name.startswith("ahead")]


def test_a_thousand_files_take_a_moment(tmp_path: Path) -> None:
    content = picture().tobytes()
    for number in range(1000):
        (tmp_path / f"{number}.png").write_bytes(b"%d" % number + content)
    images = list_training_images(tmp_path, "a")
    assert isinstance(images, TrainingImages)
    assert len(set(images.digests)) == 1000


def test_only_what_is_kept_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def digest(path: Path) -> str:
        read.append(path.name)
        return content_digest(path)

    monkeypatch.setattr(module, "content_digest", digest)
    seen: list[Progress] = []
    images = list_training_images(
        folder, "a", keep=lambda record: record.category == "cat", on_progress=seen.append
    )
    cats = {name.split("/")[1] for name in SORTED if name.startswith("cat/")}
    assert {record.path.name for record in images.records} == set(read) == cats
    assert [(one.done, one.total, one.failed) for one in seen] == [
        (done, len(cats), 0) for done in range(1, len(cats) + 1)
    ]
    with pytest.raises(UserError, match="no image"):
        list_training_images(folder, "a", keep=lambda record: False)
