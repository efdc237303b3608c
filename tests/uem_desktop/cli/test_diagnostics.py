"""``uem evaluate --diagnostics``: what needs no categories."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from uem_desktop.retrieval.diagnostic_words import TITLES


@pytest.fixture
def unlabelled(folders: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """The same images without sub-folders; one picture is in both folders, under two names."""
    found = []
    for folder in folders:
        target = tmp_path / folder.name
        target.mkdir()
        for file in folder.rglob("*.png"):
            if file.name not in ("empty.png", "half.png"):
                shutil.copy(file, target / f"{file.parent.name}-{file.name}")
        found.append(target)
    shutil.copy(next(found[0].glob("bird-*")), found[1] / "zz-copy.png")
    return found[0], found[1]


def test_json_without_categories(uem: Any, unlabelled: tuple[Path, Path]) -> None:
    query, gallery = unlabelled
    outcome = uem("evaluate", "--query", query, "--gallery", gallery, "--diagnostics", "--json")
    assert outcome.code == 0
    found = outcome.json["diagnostics"]
    assert outcome.json["map_at_all"]["plain"] is None
    assert list(found) == [
        "mutual_neighbours",
        "hubs",
        "domain_gap",
        "prototypes",
        "near_duplicates",
    ]
    assert 0 < found["mutual_neighbours"]["rate"] < 1
    assert found["hubs"]["expected"] == pytest.approx(10 * 16 / 13)
    assert 0.5 < found["domain_gap"]["auc"] <= 1
    assert found["domain_gap"]["images_looked_at"] == [16, 13]
    counts = found["prototypes"]
    assert sum(counts["sizes"]["query"]) == 16
    assert len(counts["sizes"]["gallery"]) == (
        counts["merged"] + counts["query_only"] + counts["gallery_only"]
    )
    (group,) = found["near_duplicates"]["groups"]
    assert group["identical_files"]
    assert [Path(path).name for path in group["gallery"]] == ["zz-copy.png"]
    assert [Path(path).name[:5] for path in group["query"]] == ["bird-"]


def test_every_number_comes_with_sentences(uem: Any, unlabelled: tuple[Path, Path]) -> None:
    query, gallery = unlabelled
    text = uem("evaluate", "--query", query, "--gallery", gallery, "--diagnostics").out
    for title in TITLES.values():
        assert f"\n  {title}" in text
    assert "zz-copy.png: the same bytes" in text
    assert max(map(len, text[text.index("Without categories") :].splitlines())) < 240


def test_diagnostics_leave_the_scores_as_they_are(uem: Any, folders: tuple[Path, Path]) -> None:
    asked = ("evaluate", "--query", folders[0], "--gallery", folders[1], "--json")
    plain, more = uem(*asked).json, uem(*asked, "--diagnostics").json
    assert {**more, "diagnostics": None} == {**plain, "diagnostics": None}
