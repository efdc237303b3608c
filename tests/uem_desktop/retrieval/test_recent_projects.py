from __future__ import annotations

from pathlib import Path

import pytest

from uem_desktop.retrieval.project import Project
from uem_desktop.retrieval.recent_projects import MAX_RECENT, RecentProjects


def test_the_last_opened_project_comes_first_and_once(tmp_path):
    recent = RecentProjects(tmp_path)
    assert recent.entries() == ()
    for name in ("a", "b", "a"):
        Project().save(tmp_path / f"{name}.uem")
        recent.add(tmp_path / f"{name}.uem")
    entries = RecentProjects(tmp_path).entries()
    assert [entry.name for entry in entries] == ["a", "b"]
    assert entries[0].opened_at >= entries[1].opened_at
    assert not any(entry.is_missing for entry in entries)


def test_missing_projects_are_flagged_and_kept(tmp_path):
    recent = RecentProjects(tmp_path)
    recent.add(tmp_path / "gone.uem", "sketches → photos")
    (entry,) = recent.entries()
    assert entry.is_missing
    assert entry.name == "sketches → photos"
    recent.remove(entry.path)
    assert recent.entries() == ()


def test_the_list_has_an_end(tmp_path):
    recent = RecentProjects(tmp_path)
    for number in range(MAX_RECENT + 5):
        recent.add(tmp_path / f"{number}.uem")
    entries = recent.entries()
    assert len(entries) == MAX_RECENT
    assert entries[0].name == str(MAX_RECENT + 4)


@pytest.mark.parametrize("content", ["{", "[1, 2]", '[{"path": 3}]', "null", "é"])
def test_a_damaged_list_is_set_aside(tmp_path, content):
    file = tmp_path / "recent-projects.json"
    file.write_text(content, encoding="utf-8")
    recent = RecentProjects(tmp_path)
    assert recent.entries() == ()
    assert (tmp_path / "recent-projects.damaged.json").exists()
    recent.add(tmp_path / "a.uem")
    assert len(recent.entries()) == 1


def test_a_list_that_cannot_be_written_is_only_not_remembered(tmp_path):
    (tmp_path / "config").write_text("a file where the folder should be")
    recent = RecentProjects(tmp_path / "config")
    recent.add(tmp_path / "a.uem")
    assert recent.entries() == ()


def test_without_a_folder_the_list_is_in_the_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("UEM_CONFIG_DIR", str(tmp_path / "settings"))
    RecentProjects().add(Path("a.uem"))
    assert (tmp_path / "settings" / "recent-projects.json").is_file()
