"""The journal against a slow literal model, and what it promises of files, times and people."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from training.errors import UserError
from uem_desktop.retrieval.decision_journal import DecisionJournal
from uem_desktop.retrieval.decisions import Action, Judgement, Kind
from uem_desktop.retrieval.project import Project, copy_project

ACCEPT, REJECT, UNSURE = Judgement


class World:
    """Two folders of tiny files and a project about them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.queries = self._files(root / "sketches")
        self.matches = self._files(root / "photos")
        self.path = root / "a.uem"
        self.project = Project(root / "sketches", root / "photos")
        self.project.save(self.path)

    @staticmethod
    def _files(folder: Path, count: int = 6) -> list[Path]:
        folder.mkdir(parents=True)
        paths = [folder / f"{number}.png" for number in range(count)]
        for path in paths:
            path.write_bytes(os.fsencode(path))
        return paths

    def open(self, reviewer: str = "ann") -> DecisionJournal:
        folders = (self.root / "sketches", self.root / "photos")
        return DecisionJournal.open(self.path, folders, reviewer)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "home")


def judged(journal: DecisionJournal, world: World) -> dict[tuple[int, int], str]:
    found = {}
    for one, query in enumerate(world.queries):
        for two, match in enumerate(world.matches):
            if (entry := journal.judgement_of(query, match)) is not None:
                found[one, two] = entry.after
    return found


def test_an_entry_says_who_decided_what_when_and_what_was_before(world):
    before = datetime.now(UTC)
    with closing(world.open()) as journal:
        pair = (world.queries[0], world.matches[1])
        journal.judge([pair], ACCEPT)
        journal.reviewer = "bob"
        taken = journal.judge([pair], REJECT)
        assert taken.sentence == "Rejected 0.png ↔ 1.png."
        (entry,) = taken.entries
        assert (entry.number, entry.batch, entry.reviewer) == (2, 2, "bob")
        assert (entry.kind, entry.before, entry.after) == (Kind.JUDGEMENT, "accept", "reject")
        assert (entry.image, entry.other) == pair
        assert before <= entry.at <= datetime.now(UTC)
        assert journal.judgement_of(*pair) == entry
        assert journal.judgement_of(*reversed(pair)) == entry, "a pair has no direction"
        assert journal.history_of(pair[1]) == list(journal.entries())
        assert not journal.judge([pair], REJECT).entries, "what holds already is not written again"


def test_images_have_categories_notes_and_confirmations(world):
    image, *more = world.queries
    with closing(world.open()) as journal:
        assert journal.relabel([image, *more], "bird").sentence == "Category bird: 6 images."
        journal.write_note([image], "a line\nand another 🐦")
        journal.confirm_no_counterpart([image])
    with closing(world.open()) as journal:
        assert journal.category_of(more[-1]).after == "bird"
        assert journal.note_of(image).after == "a line\nand another 🐦"
        assert journal.counterpart_of(image) is not None
        assert journal.note_of(more[0]) is None
        assert [entry.kind for entry in journal.decisions()] == [Kind.CATEGORY] * 6 + [
            Kind.NOTE,
            Kind.COUNTERPART,
        ]
        journal.write_note([image], "")
        assert journal.note_of(image) is None
        assert journal.undo().sentence == "Undone: note removed: 0.png."
        assert journal.note_of(image) is not None


def test_bulk_is_undone_as_one_after_reopening_too(world):
    pairs = [(query, match) for query in world.queries for match in world.matches]
    with closing(world.open()) as journal:
        journal.judge(pairs[:1], REJECT)
        assert journal.judge(pairs, ACCEPT).sentence == "Accepted 36 pairs."
    with closing(world.open()) as journal:
        taken = journal.undo()
        assert taken.sentence == "Undone: accepted 36 pairs."
        assert {entry.action for entry in taken.entries} == {Action.UNDO}
        assert judged(journal, world) == {(0, 0): "reject"}
    with closing(world.open()) as journal:
        assert journal.redo().sentence == "Done again: accepted 36 pairs."
        assert len(judged(journal, world)) == 36
        assert (journal.count_of(ACCEPT), journal.count_of(REJECT)) == (36, 0)
        assert not journal.can_redo
        journal.undo()
        assert (journal.count_of(ACCEPT), journal.count_of(REJECT)) == (0, 1)
        assert journal.count_of(Kind.JUDGEMENT) == 1
        journal.undo()
        assert journal.count_of(Kind.JUDGEMENT) == 0
        assert not judged(journal, world)
        assert not journal.undo().entries
        assert journal.count == 1 + 36 + 36 + 36 + 36 + 1


class LiteralModel:
    """Undo as a list of whole states: slow, and hardly to be got wrong."""

    def __init__(self) -> None:
        self.states: list[dict] = [{}]
        self.at = 0

    @property
    def now(self) -> dict:
        return self.states[self.at]

    def set(self, keys: list, value: str | None) -> None:
        after = dict(self.now)
        for key in keys:
            after.pop(key, None)
            if value is not None:
                after[key] = value
        if after != self.now:
            self.states = [*self.states[: self.at + 1], after]
            self.at += 1

    def undo(self) -> None:
        self.at = max(0, self.at - 1)

    def redo(self) -> None:
        self.at = min(len(self.states) - 1, self.at + 1)


@pytest.mark.parametrize("seed", range(6))
def test_random_acts_give_what_a_literal_model_gives(world, seed):
    chance, model, journal = random.Random(seed), LiteralModel(), world.open()
    for _ in range(120):
        act = chance.choice(("judge", "judge", "judge", "undo", "undo", "redo", "reopen"))
        if act == "judge":
            keys = [(chance.randrange(3), chance.randrange(3)) for _ in range(chance.randint(1, 4))]
            value = chance.choice((*Judgement, None))
            journal.judge([(world.queries[a], world.matches[b]) for a, b in keys], value)
            model.set(keys, value)
        elif act == "reopen":
            journal.close()
            journal = world.open()
        else:
            getattr(journal, act)()
            getattr(model, act)()
        assert judged(journal, world) == model.now
        assert journal.can_undo == (model.at > 0)
        assert journal.can_redo == (model.at < len(model.states) - 1)
    numbers = [entry.number for entry in journal.entries()]
    assert numbers == list(range(1, len(numbers) + 1)), "nothing is ever deleted"
    journal.close()


def test_nobody_can_change_or_delete_an_entry(world):
    with closing(world.open()) as journal:
        journal.judge([(world.queries[0], world.matches[0])], ACCEPT)
    with closing(sqlite3.connect(world.path)) as connection:
        for statement in ("DELETE FROM entry", "UPDATE entry SET after = 'reject'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


# ---- files


def test_a_project_that_moved_with_its_folders_keeps_its_decisions(world):
    with closing(world.open()) as journal:
        journal.judge([(world.queries[0], world.matches[0])], ACCEPT)
    moved = world.root.with_name("elsewhere")
    shutil.move(world.root, moved)
    world.root, world.path = moved, moved / "a.uem"
    with closing(world.open()) as journal:
        pair = (moved / "sketches" / "0.png", moved / "photos" / "0.png")
        entry = journal.judgement_of(*pair)
        assert (entry.image, entry.other) == pair


@pytest.mark.parametrize("is_swapped", [False, True])
def test_folders_that_a_person_found_again_are_told_by_what_they_hold(world, is_swapped):
    with closing(world.open()) as journal:
        journal.judge([(world.queries[0], world.matches[0])], ACCEPT)
        journal.relabel([world.matches[5]], "bird")
    new = [world.root / "x" / name for name in ("drawings", "pictures")]
    (world.root / "sketches").rename(new[0].parent.with_name("drawings"))
    new[0] = world.root / "drawings"
    (world.root / "photos").rename(world.root / "pictures")
    new[1] = world.root / "pictures"
    (new[0] / "5.png").unlink()
    (new[1] / "0.png").rename(new[1] / "only-here.png")
    folders = new[::-1] if is_swapped else new
    with closing(DecisionJournal.open(world.path, folders)) as journal:
        assert journal.category_of(new[1] / "5.png").after == "bird"
        assert journal.category_of(new[0] / "5.png") is None
    with closing(DecisionJournal.open(world.path, folders[::-1])) as journal:
        assert journal.category_of(new[1] / "5.png").after == "bird"


NAMES = [b"a\nb.png", "🐦‍⬛ ü.png".encode(), b'"quotes" <b>&.png', b" .png", b"-x.png", b"%00%.png"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes")
def test_file_names_of_any_kind_come_through(world):
    names = [*NAMES, b"gr\xfcn.png", b"\xff\xfe"]
    images = [Path(os.fsdecode(os.fsencode(world.root / "photos") + b"/" + n)) for n in names]
    for image in images:
        image.write_bytes(b"x")
    odd_category = os.fsdecode(b"gr\xfcn\n")
    with closing(world.open()) as journal:
        journal.judge([(world.queries[0], image) for image in images], UNSURE)
        journal.relabel(images, odd_category)
    with closing(world.open()) as journal:
        assert [entry.other for entry in journal.decisions(Kind.JUDGEMENT)] == images
        assert {entry.after for entry in journal.decisions(Kind.CATEGORY)} == {odd_category}
        journal.undo()
        assert journal.judgement_of(world.queries[0], images[-1]).after == "unsure"


def test_an_image_from_elsewhere_is_known_by_its_path(world, tmp_path):
    dropped = tmp_path / "dropped.png"
    dropped.write_bytes(b"x")
    with closing(world.open()) as journal:
        journal.judge([(dropped, world.matches[0])], ACCEPT)
        assert journal.judgement_of(dropped, world.matches[0]).image == dropped


def test_another_image_in_the_place_of_a_decided_one_is_another_image(world):
    pair = (world.queries[0], world.matches[0])
    with closing(world.open()) as journal:
        journal.judge([pair], ACCEPT)
        world.queries[0].write_bytes(b"something else of another length")
        (entry,) = journal.judge([pair], REJECT).entries
        assert entry.before is None
        assert len(list(journal.decisions())) == 2


# ---- two windows


def test_what_another_window_decides_appears(world):
    with closing(world.open("ann")) as one, closing(world.open("bob")) as other:
        assert not one.poll().foreign
        other.judge([(world.queries[0], world.matches[0])], ACCEPT)
        (entry,) = one.poll().foreign
        assert (entry.reviewer, entry.image) == ("bob", world.queries[0])
        assert one.judgement_of(world.queries[0], world.matches[0]) == entry
        assert not one.poll().foreign
        assert not other.poll().foreign


def test_decisions_that_do_not_agree_are_both_kept_and_the_later_one_holds(world):
    pair = (world.queries[0], world.matches[0])
    with closing(world.open("ann")) as one, closing(world.open("bob")) as other:
        one.judge([pair], ACCEPT)
        taken = other.judge([pair], REJECT)
        words = (
            "ann: accepted, then bob: rejected, in two windows, about 0.png ↔ 0.png; both are in"
            " the journal and the later one holds."
        )
        assert taken.conflict == words
        assert one.poll().conflict == words
        for journal in (one, other):
            assert journal.judgement_of(*pair).after == "reject"
            assert [entry.after for entry in journal.entries()] == ["accept", "reject"]


def test_undo_never_takes_back_what_was_not_shown_yet(world):
    with closing(world.open("ann")) as one, closing(world.open("bob")) as other:
        one.judge([(world.queries[0], world.matches[0])], ACCEPT)
        other.judge([(world.queries[1], world.matches[1])], REJECT)
        taken = one.undo()
        assert not taken.entries
        assert [entry.reviewer for entry in taken.foreign] == ["bob"]
        assert one.undo().sentence == "Undone: rejected 1.png ↔ 1.png."


def test_two_windows_decide_in_turns_and_saving_a_project_loses_neither(world):
    with closing(world.open("ann")) as one, closing(world.open("bob")) as other:
        for number, (query, match) in enumerate(zip(world.queries, world.matches, strict=True)):
            (one if number % 2 else other).judge([(query, match)], ACCEPT)
            Project(top_k=number + 1).save(world.path)
        one.poll()
        other.poll()
        assert judged(one, world) == judged(other, world) == {(n, n): "accept" for n in range(6)}
    assert Project.open(world.path).top_k == 6
    assert [file.name for file in world.root.glob("a.uem*")] == ["a.uem"]


def test_windows_keep_each_others_settings(world):
    base = Project.open(world.path)
    one = Project(base.query_folder, base.gallery_folder, top_k=7, ui={"zoom": 2})
    other = Project(base.query_folder, base.gallery_folder, index_kind="ivf", ui={"page": "map"})
    one.save(world.path, since=base)
    other.save(world.path, since=base)
    both = Project.open(world.path)
    assert (both.top_k, both.index_kind, both.ui) == (7, "ivf", {"zoom": 2, "page": "map"})


# ---- what goes wrong


def test_an_older_project_gets_a_journal_and_a_newer_one_is_refused(world):
    with closing(sqlite3.connect(world.path)) as connection:
        connection.execute("PRAGMA user_version = 1")
    with closing(world.open()) as journal:
        journal.judge([(world.queries[0], world.matches[0])], ACCEPT)
    assert Project.open(world.path) == world.project
    with closing(sqlite3.connect(world.path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        connection.execute("PRAGMA user_version = 3")
    with pytest.raises(UserError, match=r"newer uem-desktop \(format 3\).*reads up to 2"):
        world.open()


def test_a_project_that_is_gone_or_replaced_takes_no_decision(world):
    pair = (world.queries[0], world.matches[0])
    with closing(world.open()) as journal:
        world.path.rename(world.root / "b.uem")
        for act in (lambda: journal.judge([pair], ACCEPT), journal.undo, journal.poll):
            with pytest.raises(UserError, match="moved, replaced or deleted"):
                act()
        world.project.save(world.path)
        with pytest.raises(UserError, match="moved, replaced or deleted"):
            journal.judge([pair], ACCEPT)
        assert journal.judgement_of(*pair) is None
    with pytest.raises(UserError, match="There is no project file"):
        DecisionJournal.open(world.root / "gone.uem")


def test_saving_another_project_into_an_open_one_cuts_nobody_off(world, tmp_path):
    other = World(tmp_path / "other")
    pairs = [(world.queries[0], world.matches[0]), (world.queries[1], world.matches[1])]
    with closing(other.open()) as journal:
        journal.judge([(other.queries[0], other.matches[0])], REJECT)
        with closing(world.open()) as open_one:
            open_one.judge(pairs, ACCEPT)
            copy_project(other.path, world.path)
            with pytest.raises(UserError, match="moved, replaced or deleted"):
                open_one.judge(pairs, UNSURE)
    assert Project.open(world.path) == other.project
    with closing(DecisionJournal.open(world.path)) as journal:
        assert [entry.after for entry in journal.entries()] == ["reject"]
    assert [file.name for file in world.root.glob("a.uem*")] == ["a.uem"]


def test_a_copy_is_whole_or_not_there(world, tmp_path):
    with closing(world.open()) as journal:
        journal.judge([(world.queries[0], world.matches[0])], ACCEPT)
        copy_project(world.path, tmp_path / "deep" / "b.uem")
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["b.uem"]
    with closing(DecisionJournal.open(tmp_path / "deep" / "b.uem")) as journal:
        assert journal.count == 1
    (tmp_path / "notes.uem").write_text("my notes " * 100)
    for target in (tmp_path / "notes.uem", tmp_path):
        with pytest.raises(UserError):
            copy_project(world.path, target)
    with pytest.raises(UserError):
        copy_project(tmp_path / "gone.uem", tmp_path / "c.uem")
    assert not (tmp_path / "c.uem").exists()
    assert (tmp_path / "notes.uem").read_text() == "my notes " * 100


def test_a_busy_file_is_one_sentence_and_takes_nothing(world, monkeypatch):
    monkeypatch.setattr("uem_desktop.retrieval.project_file.BUSY_SECONDS", 0.05)
    pair = (world.queries[0], world.matches[0])
    with closing(world.open()) as journal, closing(sqlite3.connect(world.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UserError, match="another window is writing to it; try again"):
            journal.judge([pair], ACCEPT)
        assert journal.judgement_of(*pair) is None
        other.execute("ROLLBACK")
        assert journal.judge([pair], ACCEPT).entries


def test_without_a_shared_log_decisions_are_kept_all_the_same(world, monkeypatch):
    monkeypatch.setattr("uem_desktop.retrieval.journal_file.is_on_network", lambda path: True)
    pair = (world.queries[0], world.matches[0])
    with closing(world.open()) as one, closing(world.open()) as other:
        one.judge([pair], ACCEPT)
        assert not list(world.root.glob("*-wal"))
        assert len(other.poll().foreign) == 1
