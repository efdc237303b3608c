"""A second checkpoint moves along with its project and is told from others by its content."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from training.checkpoint_info import inspect_checkpoint
from training.resources import resource_path
from uem_desktop.retrieval.project import Project
from uem_desktop.retrieval.project_places import KeptCheckpoint, kept_checkpoint


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    (folder / "runs").mkdir(parents=True)
    shutil.copyfile(encoder("checkpoints", "sample"), folder / "runs" / "second.safetensors")
    return folder


def encoder(*parts: str) -> Path:
    return resource_path(parts[0], f"{parts[1]}.safetensors")


def save(home: Path, file: Path, fingerprint: str | None = None) -> Path:
    known = inspect_checkpoint(str(file)).fingerprint if fingerprint is None else fingerprint
    project = home / "birds.uem"
    views = {"compare_view": {"against": kept_checkpoint(str(file), known), "order": "win"}}
    Project(ui=views).save(project)
    return project


def opened(project: Path) -> KeptCheckpoint:
    return Project.open(project).ui["compare_view"]["against"]


def test_a_checkpoint_that_stayed_is_where_it_was(home) -> None:
    file = home / "runs" / "second.safetensors"
    found = opened(save(home, file))
    assert found == KeptCheckpoint(file, inspect_checkpoint(str(file)).fingerprint)


@pytest.mark.parametrize("place", ["runs/second.safetensors", "../second.safetensors"])
@pytest.mark.parametrize("is_known", [True, False])
def test_one_that_moved_along_is_found_below_or_beside(home, tmp_path, place, is_known) -> None:
    file = Path(os.path.normpath(home / place))
    if not file.exists():
        shutil.move(home / "runs" / "second.safetensors", file)
    project = save(home, file, None if is_known else "")
    shutil.move(project.parent, tmp_path / "new" / "home")
    if file.exists():
        shutil.move(file, tmp_path / "new" / file.name)
    again = opened(tmp_path / "new" / "home" / project.name)
    assert again.path == Path(os.path.normpath(tmp_path / "new" / "home" / place))


def test_another_file_in_its_place_is_not_taken_for_it(home, tmp_path) -> None:
    file = home / "runs" / "second.safetensors"
    project = save(home, file)
    shutil.move(home, tmp_path / "new")
    shutil.copyfile(encoder("weights", "efficientnet_lite0"), tmp_path / "new/runs" / file.name)
    assert opened(tmp_path / "new" / project.name).path == file, "it is said to be gone"
    (tmp_path / "new/runs" / file.name).write_bytes(b"no checkpoint at all")
    assert opened(tmp_path / "new" / project.name).path == file


def test_of_two_files_the_one_with_the_content_is_meant(home, tmp_path) -> None:
    file = home / "runs" / "second.safetensors"
    project = save(home, file)
    shutil.copytree(home, tmp_path / "copy")
    copied = tmp_path / "copy" / "runs" / file.name
    assert opened(tmp_path / "copy" / project.name).path == file, "both have it"
    shutil.copyfile(encoder("weights", "efficientnet_lite0"), file)
    assert opened(tmp_path / "copy" / project.name).path == copied
    assert opened(project).path == file, "trained anew, and where the project says that it is"


def test_a_name_and_a_file_that_is_nowhere_stay_as_they_are(home, tmp_path) -> None:
    assert kept_checkpoint("pretrained", "ab") == "pretrained"
    assert kept_checkpoint("", "") == ""
    file = home / "runs" / "second.safetensors"
    project = save(home, file)
    file.unlink()
    assert opened(project).path == file
    Project.open(project).save(project)
    assert opened(project).path == file


def test_another_window_keeps_what_it_did_not_change(home) -> None:
    file = home / "runs" / "second.safetensors"
    project = save(home, file)
    first, before = opened(project), Project.open(project)
    Project(ui={**before.ui, "page": "map"}).save(project, since=before)
    assert opened(project) == first
    assert Project.open(project).ui["page"] == "map"


def test_images_that_a_page_showed_follow_their_folder(tmp_path) -> None:
    for name in ("drawings", "photos"):
        (tmp_path / "home" / name).mkdir(parents=True)
    home, new = tmp_path / "home", tmp_path / "new"
    project = home / "birds.uem"
    ui = {
        "query": [str(home / "drawings" / "a.png"), "/elsewhere/b.png"],
        "map_view": {"query": str(home / "photos" / "c.png"), "text": "drawings"},
        "match_tile_size": 3,
    }
    Project(home / "drawings", home / "photos", ui=ui).save(project)
    assert Project.open(project).ui == ui
    shutil.move(home, new)
    assert Project.open(new / project.name).ui == {
        "query": [str(new / "drawings" / "a.png"), "/elsewhere/b.png"],
        "map_view": {"query": str(new / "photos" / "c.png"), "text": "drawings"},
        "match_tile_size": 3,
    }


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes")
def test_a_name_that_is_no_utf8_survives(home, tmp_path) -> None:
    file = home / os.fsdecode(b"\xff second.safetensors")
    shutil.move(home / "runs" / "second.safetensors", file)
    project = save(home, file)
    shutil.move(home, tmp_path / "new")
    assert opened(tmp_path / "new" / project.name).path == tmp_path / "new" / file.name


@pytest.mark.parametrize(
    "odd", [{"absolute": 3, "relative": None, "fingerprint": ""}, {"absolute": "/a"}, [1, {"a": 2}]]
)
def test_what_is_no_place_is_left_as_it_is(tmp_path, odd) -> None:
    project = tmp_path / "a.uem"
    Project().save(project)
    with closing(sqlite3.connect(project)) as connection:
        value = json.dumps({"compare_view": {"against": odd}})
        connection.execute("UPDATE setting SET value = ? WHERE key = 'ui'", (value,))
        connection.commit()
    assert Project.open(project).ui == {"compare_view": {"against": odd}}
