"""Copies, links and trees: nothing is overwritten, and what fails is said."""

from __future__ import annotations

import errno
import os
import shutil
from collections import namedtuple
from pathlib import Path, PurePath

import pytest
from export_world import EVIL_NAMES, ExportWorld

from training.data.scanning import scan_folder
from training.errors import Cancelled, UserError
from uem_desktop.retrieval.decisions import Judgement
from uem_desktop.retrieval.export_work import Work
from uem_desktop.retrieval.file_copies import Placing, Wanted, flat, place_files, size_text
from uem_desktop.retrieval.pair_tree import as_folder_name, connected_groups, pair_tree

ACCEPT = Judgement.ACCEPT


@pytest.fixture
def world(tmp_path: Path) -> ExportWorld:
    return ExportWorld(tmp_path / "home")


@pytest.mark.parametrize("placing", Placing)
def test_every_name_comes_through(world, tmp_path, placing):
    done = place_files(tmp_path / "out", flat(world.queries), placing)
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(EVIL_NAMES)
    for source, target in done.files:
        assert target.read_bytes() == source.read_bytes()
        assert target.name == source.name
        assert target.is_symlink() == (placing is Placing.SYMBOLIC_LINK)
        assert target.samefile(source) == (placing is not Placing.COPY)
    verb = "Copied" if placing is Placing.COPY else "Linked"
    assert done.sentence(placing) == f"{verb} 9 images into {tmp_path / 'out'}."


def test_a_name_that_is_taken_gets_a_number(tmp_path):
    sources = []
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        sources.append(tmp_path / str(number) / "cat.png")
        sources[-1].write_bytes(b"same bytes")
    out = tmp_path / "out"
    out.mkdir()
    (out / "cat.png").write_bytes(b"somebody else's")
    (out / "cat-3.png").symlink_to("nowhere")
    done = place_files(out, flat(sources), Placing.COPY)
    names = [target.name for _, target in done.files]
    assert names == ["cat-2.png", "cat-4.png", "cat-5.png"]
    assert (out / "cat.png").read_bytes() == b"somebody else's"
    assert (out / "cat-3.png").is_symlink()


def test_doing_it_again_adds_nothing(world, tmp_path):
    place_files(tmp_path / "out", flat(world.queries), Placing.COPY)
    again = place_files(tmp_path / "out", flat(world.queries), Placing.COPY)
    assert len(list((tmp_path / "out").iterdir())) == 9
    assert again.already_there == len(again.files) == 9
    assert "9 of them were there already" in again.sentence(Placing.COPY)


def test_long_names_are_cut_between_characters(tmp_path):
    name = "é" * 125 + ".png"  # 254 bytes, 2 for each of these letters
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes(folder.encode())
    done = place_files(
        tmp_path / "out", flat([tmp_path / "a" / name, tmp_path / "b" / name]), Placing.COPY
    )
    second = done.files[1][1]
    assert second.name == "é" * 124 + "-2.png"
    assert second.read_bytes() == b"b"


def test_links_that_cannot_be_made_become_copies(world, tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    done = place_files(tmp_path / "out", flat(world.queries), Placing.HARD_LINK)
    assert done.copied == 9
    assert "9 could not be linked there and were copied" in done.sentence(Placing.HARD_LINK)
    assert not any(target.samefile(source) for source, target in done.files)


def test_what_fails_is_said_in_one_sentence_and_the_rest_is_there(world, tmp_path):
    world.queries[0].unlink()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "taken").write_bytes(b"")
    wanted = [*flat(world.queries[:4]), Wanted(world.queries[5], PurePath("taken", "a.png"))]
    done = place_files(tmp_path / "out", wanted, Placing.COPY)
    assert len(done.files) == 3
    assert [path for path, _ in done.failed] == [world.queries[0], world.queries[5]]
    sentence = done.sentence(Placing.COPY)
    assert "2 images failed: " in sentence
    assert f"{world.queries[0].name}: it is not there any more" in sentence


def test_a_stop_leaves_whole_files_only(world, tmp_path):
    asked = iter([False] * 8)
    with pytest.raises(Cancelled, match=r"Stopped; \d images of 9 are in"):
        place_files(
            tmp_path / "out",
            flat(world.queries),
            Placing.COPY,
            Work(should_stop=lambda: next(asked, True)),
        )
    there = list((tmp_path / "out").iterdir())
    assert 0 < len(there) < 9
    originals = {path.name: path.read_bytes() for path in world.queries}
    assert all(path.read_bytes() == originals[path.name] for path in there)


def test_too_little_space_is_found_out_first(world, tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 10, 1000))
    with pytest.raises(
        UserError, match=r"has 1 kB free, and the files need .*; nothing was copied"
    ):
        place_files(tmp_path / "out", flat(world.queries), Placing.COPY)
    assert not list((tmp_path / "out").iterdir())
    assert len(place_files(tmp_path / "out", flat(world.queries), Placing.SYMBOLIC_LINK).files) == 9


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 bytes"), (1500, "2 kB"), (2_340_000, "2.3 MB"), (5e12, "5.0 TB")]
)
def test_size_text(size, text):
    assert size_text(size) == text


def test_accepted_pairs_make_a_tree_of_domains_and_categories(world, tmp_path):
    bird, tool = world.queries[0], world.queries[8]
    with world.deciding() as journal:
        journal.judge([(bird, world.matches[0]), (tool, world.matches[7])], ACCEPT)
        journal.judge([(world.queries[1], world.matches[1])], Judgement.REJECT)
        journal.relabel([tool], "ha/mm\\er")
    tree = pair_tree(world.held(), world.sketches, world.photos)
    done = place_files(tmp_path / "tree", tree, Placing.COPY)
    assert [str(path.relative_to(tmp_path / "tree")) for _, path in done.files] == [
        f"sketches/bird/{bird.name}",
        f"photos/bird/{world.matches[0].name}",
        f"sketches/ha-mm\\er/{tool.name}",
        f"photos/tool/{world.matches[7].name}",
    ]
    scan = scan_folder(tmp_path / "tree" / "sketches", "query")
    assert scan.categories == ("bird", "ha-mm\\er")


def test_without_categories_connected_images_are_a_group(tmp_path):
    world = ExportWorld(tmp_path / "home", has_categories=False)
    q, m = world.queries, world.matches
    with world.deciding() as journal:
        journal.judge([(q[0], m[0]), (q[1], m[1]), (q[2], m[0]), (q[3], m[3])], ACCEPT)
        journal.relabel([m[3]], "owl")
    tree = pair_tree(world.held(), world.sketches, world.photos)
    groups = {one.source: one.place.parts[1] for one in tree}
    assert groups == {
        q[0]: "group-0001",
        m[0]: "group-0001",
        q[2]: "group-0001",
        q[1]: "group-0002",
        m[1]: "group-0002",
        q[3]: "owl",
        m[3]: "owl",
    }


def test_two_folders_of_one_name_stay_two_domains(tmp_path):
    world = ExportWorld(tmp_path / "home")
    tree = pair_tree(world.held(), tmp_path / "a" / "images", tmp_path / "b" / "Images")
    assert tree == ()
    with world.deciding() as journal:
        journal.judge([(world.queries[0], world.matches[0])], ACCEPT)
    shutil.copytree(world.photos, tmp_path / "other" / "sketches")
    tree = pair_tree(world.held(), world.sketches, tmp_path / "other" / "sketches")
    assert [one.place.parts[0] for one in tree] == ["query-sketches", "elsewhere"]


def test_connected_groups_by_hand():
    a, b, c, d, e = (Path(name) for name in "abcde")
    assert connected_groups([(a, b), (c, d), (e, c), (b, a)]) == [[a, b], [c, d, e]]
    assert connected_groups([(a, b), (c, d), (b, d)]) == [[a, b, c, d]]
    assert connected_groups([]) == []


@pytest.mark.parametrize(
    ("category", "name"),
    [("bird", "bird"), ("..", "_"), (".", "_"), ("", "_"), ("a/b\0c", "a-b-c"), (" ", "_")],
)
def test_any_category_is_one_folder(category, name):
    assert as_folder_name(category) == name
