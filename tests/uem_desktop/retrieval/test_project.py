from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from training.errors import UserError
from uem_desktop.retrieval.project import Project, default_project_path
from uem_desktop.retrieval.project_file import APPLICATION_ID


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for name in ("sketches", "photos"):
        (tmp_path / "home" / name).mkdir(parents=True)
    return Project(
        query_folder=tmp_path / "home" / "sketches",
        gallery_folder=tmp_path / "home" / "photos",
        checkpoint="pretrained:resnet50",
        device="cpu",
        precision="float16",
        top_k=7,
        index_kind="hnsw",
        ui={"zoom": 1.5, "filter": {"category": None, "text": "Büro"}, "splitter": [1, 2]},
    )


def test_a_project_comes_back_as_it_was(project, tmp_path):
    path = tmp_path / "a.uem"
    project.save(path)
    assert Project.open(path) == project
    Project(top_k=3).save(path)
    assert Project.open(path) == Project(top_k=3)


def test_the_file_says_what_it_is(project, tmp_path):
    path = tmp_path / "a.uem"
    project.save(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    assert [file.name for file in tmp_path.glob("a.uem*")] == ["a.uem"]


def test_folders_that_moved_with_the_project_are_found(project, tmp_path):
    checkpoint = tmp_path / "home" / "my.safetensors"
    checkpoint.write_bytes(b"x")
    project = Project(project.query_folder, project.gallery_folder, str(checkpoint))
    project.save(tmp_path / "home" / "a.uem")
    shutil.move(tmp_path / "home", tmp_path / "elsewhere")
    opened = Project.open(tmp_path / "elsewhere" / "a.uem")
    assert opened.query_folder == tmp_path / "elsewhere" / "sketches"
    assert opened.gallery_folder == tmp_path / "elsewhere" / "photos"
    assert opened.checkpoint == str(tmp_path / "elsewhere" / "my.safetensors")


def test_the_absolute_folder_wins_where_it_is_there(project, tmp_path):
    project.save(tmp_path / "home" / "a.uem")
    shutil.copytree(tmp_path / "home", tmp_path / "copy")
    assert Project.open(tmp_path / "copy" / "a.uem").query_folder == project.query_folder


def test_a_folder_that_is_nowhere_keeps_its_name(project, tmp_path):
    project.save(tmp_path / "a.uem")
    shutil.rmtree(project.query_folder)
    assert Project.open(tmp_path / "a.uem").query_folder == project.query_folder


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes")
def test_folder_names_that_are_no_utf8_survive(tmp_path):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/gr\xfcn"))
    folder.mkdir()
    Project(query_folder=folder).save(folder / "a.uem")
    assert Project.open(folder / "a.uem").query_folder == folder


def test_a_newer_project_is_refused_by_its_format(project, tmp_path):
    path = tmp_path / "a.uem"
    project.save(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 3")
    for attempt in (lambda: Project.open(path), lambda: project.save(path)):
        with pytest.raises(UserError, match=r"newer uem-desktop \(format 3\).*reads up to 2"):
            attempt()


def test_other_files_are_refused_and_not_overwritten(project, tmp_path):
    text = tmp_path / "notes.uem"
    text.write_text("my notes " * 100)
    database = tmp_path / "other.uem"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE mine(x)")
    for path in (text, database):
        before = path.read_bytes()
        with pytest.raises(UserError, match="is not a project"):
            Project.open(path)
        with pytest.raises(UserError, match="is not a project"):
            project.save(path)
        assert path.read_bytes() == before


def test_missing_files_and_folders_are_named(project, tmp_path):
    with pytest.raises(UserError, match=r"There is no project file .*gone\.uem"):
        Project.open(tmp_path / "gone.uem")
    with pytest.raises(UserError, match="is a folder"):
        Project.open(tmp_path)
    with pytest.raises(UserError, match="is a folder"):
        project.save(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="cannot be saved"):
        project.save(tmp_path / "file" / "a.uem")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_without_permission_is_one_sentence(project, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(UserError, match="cannot be saved"):
        project.save(locked / "a.uem")


def test_a_damaged_project_is_one_sentence(project, tmp_path):
    path = tmp_path / "a.uem"
    project.save(path)
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xff" * (len(content) - 100))
    with pytest.raises(UserError, match="cannot be"):
        Project.open(path)
    path.write_bytes(content)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE setting SET value = '{' WHERE key = 'ui'")
        connection.commit()
    with pytest.raises(UserError, match="damaged"):
        Project.open(path)


def test_settings_of_another_type_fall_back(project, tmp_path):
    path = tmp_path / "a.uem"
    project.save(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE setting SET value = '[1]'")
        connection.execute("DELETE FROM setting WHERE key = 'device'")
        connection.commit()
    assert Project.open(path) == Project()


def test_an_unnamed_project_has_one_place_for_two_folders(project, tmp_path):
    path = default_project_path(project.query_folder, project.gallery_folder)
    assert path == default_project_path(project.query_folder, project.gallery_folder)
    assert path != default_project_path(project.gallery_folder, project.query_folder)
    assert path.name.startswith("sketches-photos-")
    project.save(path)
    assert Project.open(path) == project
    assert project.name == "sketches → photos"
    assert default_project_path(None, None).suffix == ".uem"
