"""``uem bench explorer``: the real window on a small made-up world."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.data.scanning import scan_folder
from uem_desktop.retrieval.domain import DomainEmbeddings


@pytest.mark.timeout(240)
def test_the_window_is_timed_on_a_world_that_is_made_once(uem, tmp_path: Path) -> None:
    world = tmp_path / "world"
    words = ("bench", "explorer", "--images", "50", "--folder", world)
    timed = uem(*words, "--json")
    assert timed.code == 0, timed.err
    steps = {step["name"]: step for step in timed.json["steps"]}
    assert timed.json["images"] == [50, 50]
    assert all(step["seconds"] is not None for step in steps.values()), steps
    assert all(0 < step["longest_own_s"] < 60 for step in steps.values())
    for page in ("Explore", "Mismatches", "Compare", "Map", "Train", "Benchmark", "Problems"):
        assert {f"{page}, first showing", f"{page}, second showing"} <= steps.keys()
    assert {"open until answered", "accept a match", "undo", "swap until answered"} <= steps.keys()
    assert {"filter by name", "the next query that fails"} <= steps.keys()

    made = {path: path.stat().st_mtime_ns for path in world.rglob("*.png")}
    assert len(made) == 100
    again = uem(*words)
    lines = again.out.splitlines()
    assert lines[0] == "50 + 50 images whose embeddings are stored"
    assert [line.split("  ")[0] for line in lines[3:]] == list(steps)
    assert {path: path.stat().st_mtime_ns for path in made} == made


def test_a_made_up_world_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.checkpoint_info import inspect_checkpoint
    from uem_desktop.cli import bench_steps
    from uem_desktop.retrieval.embedder import load_stored

    monkeypatch.setattr(bench_steps, "MAX_IMAGES", 16)  # several files of embeddings
    bench_steps.make_world(tmp_path, 60)
    for name in ("drawings", "renders"):
        domain = DomainEmbeddings(scan_folder(tmp_path / name, name))
        root = tmp_path / "cache" / "embeddings"
        stored = load_stored(domain, inspect_checkpoint("sample"), store_root=root)
        assert stored.rows.tolist() == list(range(60))
        assert len(domain.records.category_names) == 50


def test_a_folder_with_something_else_in_it_is_left_alone(uem, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    refused = uem("bench", "explorer", "--images", "50", "--folder", tmp_path)
    assert refused.code == 2
    assert refused.err == f"{tmp_path} is not empty; give a new folder, or one of as many images.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
