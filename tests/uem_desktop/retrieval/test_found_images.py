from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from training.errors import Cancelled
from uem_desktop.retrieval import found_images
from uem_desktop.retrieval.decision_journal import DecisionJournal
from uem_desktop.retrieval.decisions import Judgement
from uem_desktop.retrieval.found_images import CheckedImages, check_images, read_contents
from uem_desktop.retrieval.project import Project


class Place:
    """A project with four images a side, all of them decided about."""

    def __init__(self, root: Path) -> None:
        self.folders = (root / "sketches", root / "photos")
        for folder in self.folders:
            folder.mkdir()
            for number in range(4):
                (folder / f"{number}.png").write_bytes(f"{folder.name} {number}".encode())
        self.path = root / "a.uem"
        Project(*self.folders).save(self.path)
        self.journal = DecisionJournal.open(self.path, self.folders)
        self.journal.judge(
            [(self.folders[0] / f"{n}.png", self.folders[1] / f"{n}.png") for n in range(4)],
            Judgement.ACCEPT,
        )
        self.read()

    def read(self) -> None:
        images = self.journal.images
        self.journal.put_images(read_contents(images, images.unread(), lambda: False))

    def files(self) -> Iterator[Path]:
        return (path for folder in self.folders for path in sorted(folder.rglob("*.png")))

    def check(self) -> CheckedImages:
        images = self.journal.images
        checked = check_images(images, images.all(), self.files(), lambda: False)
        self.journal.put_images(checked.images)
        return checked


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.journal.close()


def test_images_are_read_once_and_only_if_they_are_what_was_decided_about(place):
    assert not list(place.journal.images.unread())
    new = place.folders[0] / "new.png"
    new.write_bytes(b"new")
    place.journal.relabel([new], "bird")
    new.write_bytes(b"changed before it was read")
    place.read()
    assert len(list(place.journal.images.unread())) == 1


def test_an_image_that_was_renamed_or_moved_is_found_by_its_content(place):
    sketches, photos = place.folders
    (sketches / "deep").mkdir()
    (sketches / "0.png").rename(sketches / "deep" / "other name.png")
    (photos / "1.png").rename(photos / "9.png")
    checked = place.check()
    assert checked.sentence == (
        "2 decided images were found again by content; all decisions are kept."
    )
    pair = (sketches / "deep" / "other name.png", photos / "0.png")
    assert place.journal.judgement_of(*pair).image == pair[0]
    assert place.journal.judgement_of(sketches / "1.png", photos / "9.png") is not None
    place.journal.close()
    place.journal = DecisionJournal.open(place.path, place.folders)
    assert place.journal.judgement_of(*pair) is not None
    assert not place.check().sentence


def test_images_that_changed_names_with_each_other_are_told_apart(place):
    one, other = place.folders[0] / "0.png", place.folders[0] / "1.png"
    one.rename(one.with_name("x"))
    other.rename(one)
    one.with_name("x").rename(other)
    for path in (one, other):
        path.touch()
    assert place.check().moved == 2
    assert place.journal.judgement_of(other, place.folders[1] / "0.png") is not None
    assert place.journal.judgement_of(one, place.folders[1] / "0.png") is None


def test_what_is_nowhere_is_said_and_its_decisions_are_kept(place):
    (place.folders[0] / "2.png").unlink()
    (place.folders[0] / "3.png").write_bytes(b"another image altogether")
    checked = place.check()
    assert checked.missing == (place.folders[0] / "2.png", place.folders[0] / "3.png")
    assert "2 decided images were missing or changed" in checked.sentence
    assert len(list(place.journal.decisions())) == 4


def test_touched_files_are_the_same_and_nothing_else_is_read(place, monkeypatch):
    (place.folders[0] / "0.png").touch()
    read = []
    digest = found_images.digest_of
    monkeypatch.setattr(found_images, "digest_of", lambda p: read.append(p) or digest(p))
    assert not place.check().sentence
    assert read == [place.folders[0] / "0.png"]
    read.clear()
    assert not place.check().images
    assert not read


def test_looking_can_be_stopped(place):
    images = place.journal.images
    with pytest.raises(Cancelled):
        check_images(images, images.all(), (), lambda: True)
    with pytest.raises(Cancelled):
        read_contents(images, images.all(), lambda: True)
