from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.resources import resource_path


@pytest.fixture
def embedded(uem: Any, folders: tuple[Path, Path], tmp_path: Path) -> Any:
    """What `uem embed` writes for both folders: (embeddings, paths, categories) each."""

    def read(folder: Path) -> tuple[np.ndarray, list[str], list[str]]:
        out = tmp_path / "embedded" / folder.name
        assert uem("embed", folder, "--out", out).code == 0
        with (out / "images.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        paths, categories = ([row[key] for row in rows] for key in ("path", "category"))
        return np.load(out / "embeddings.npy"), paths, categories

    return read(folders[0]), read(folders[1])


def test_ranking_is_that_of_brute_force(
    uem: Any, folders: tuple[Path, Path], embedded: Any
) -> None:
    query, gallery = folders
    outcome = uem("search", "--query", query, "--gallery", gallery, "--top-k", "7", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    result = outcome.json
    assert list(result) == ["checkpoint", "index", "retrieval_help", "queries", "skipped"]
    assert result["retrieval_help"] == []
    assert result["index"] == {"kind": "exact", "recall": 1.0}
    assert isinstance(result["checkpoint"], str)

    (queries, query_paths, query_categories), (rows, paths, categories) = embedded
    assert [one["path"] for one in result["queries"]] == query_paths
    similarities = np.round(queries.astype(np.float64) @ rows.astype(np.float64).T, 10)
    for place, one in enumerate(result["queries"]):
        assert list(one) == ["path", "category", "counterpart", "matches"]
        assert one["category"] == query_categories[place]
        order = np.argsort(-similarities[place], kind="stable")[:7]
        assert one["matches"] == [
            {
                "rank": rank,
                "path": paths[row],
                "similarity": similarities[place, row],
                "category": categories[row],
                "correct": categories[row] == query_categories[place],
            }
            for rank, row in enumerate(order, 1)
        ]
    reasons = {Path(one["path"]).name: one["reason"] for one in result["skipped"]}
    assert set(reasons) == {"empty.png", "half.png", "letter.jpg"}
    assert all(set(one) == {"path", "reason"} and one["reason"] for one in result["skipped"])


def test_one_image_has_the_category_of_its_folder(
    uem: Any, folders: tuple[Path, Path], embedded: Any
) -> None:
    (queries, query_paths, _), (rows, paths, _) = embedded
    place = query_paths.index(str(sorted((folders[0] / "fruit").iterdir())[0]))
    outcome = uem(
        "search", "--query", query_paths[place], "--gallery", folders[1], "--top-k", "99", "--json"
    )
    (one,) = outcome.json["queries"]
    assert one["category"] == "fruit"
    assert len(one["matches"]) == len(paths)
    assert {match["correct"] for match in one["matches"]} == {True, False}
    products = np.round(rows.astype(np.float64) @ queries[place].astype(np.float64), 10)
    order = np.argsort(-products, kind="stable")
    assert [match["path"] for match in one["matches"]] == [paths[row] for row in order]


def test_a_category_the_gallery_lacks_is_not_a_category_of_one_image(
    uem: Any, folders: tuple[Path, Path]
) -> None:
    image = sorted((folders[0] / "instrument").iterdir())[0]
    (one,) = uem("search", "--query", image, "--gallery", folders[1], "--json").json["queries"]
    assert one["category"] is None
    assert {match["correct"] for match in one["matches"]} == {None}


def test_several_images_are_several_queries_or_one(
    uem: Any, folders: tuple[Path, Path], embedded: Any
) -> None:
    (queries, query_paths, _), (rows, paths, _) = embedded
    chosen = [0, 2]
    options: list[str | Path] = []
    for place in chosen:
        options += ["--query", query_paths[place]]
    options += ["--gallery", folders[1], "--top-k", "12", "--json"]
    separate = uem("search", *options).json["queries"]
    assert [one["path"] for one in separate] == [query_paths[place] for place in chosen]
    (together,) = uem("search", "--mean", *options).json["queries"]
    assert together["paths"] == [query_paths[place] for place in chosen]
    assert together["category"] == "bird"
    mean = queries[chosen].astype(np.float64).mean(axis=0)
    expected = np.argsort(-(rows.astype(np.float64) @ mean), kind="stable")
    assert [match["path"] for match in together["matches"]] == [paths[row] for row in expected]


def test_a_folder_and_an_image_can_be_one_query(uem: Any, folders: tuple[Path, Path]) -> None:
    image = sorted((folders[0] / "vehicle").iterdir())[0]
    arguments = ["--query", folders[0] / "bird", "--query", image, "--gallery", folders[1]]
    outcome = uem("search", "--mean", *arguments, "--json")
    (one,) = outcome.json["queries"]
    assert len(one["paths"]) == 5
    assert one["category"] is None
    assert Path(outcome.json["skipped"][0]["path"]).name == "empty.png"


@pytest.mark.parametrize("kind", ["hnsw", "ivf"])
def test_other_indices_come_with_their_recall(
    uem: Any, folders: tuple[Path, Path], kind: str
) -> None:
    arguments = ["search", "--query", folders[0], "--gallery", folders[1], "--index", kind]
    index = uem(*arguments, "--json").json["index"]
    assert index["kind"] == kind
    assert 0.5 <= index["recall"] <= 1.0
    assert f"{kind} index, recall {100 * index['recall']:.1f} %" in uem(*arguments).out


def test_without_categories_nothing_is_judged(
    uem: Any, folders: tuple[Path, Path], unlabelled: Path
) -> None:
    outcome = uem("search", "--query", folders[0], "--gallery", unlabelled, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    matches = [match for one in outcome.json["queries"] for match in one["matches"]]
    assert {match["correct"] for match in matches} == {None}
    assert {match["category"] for match in matches} == {None}


def test_table_marks_and_counts(uem: Any, folders: tuple[Path, Path]) -> None:
    arguments = ["search", "--query", folders[0], "--gallery", folders[1], "--top-k", "3"]
    outcome = uem(*arguments)
    matches = [
        match for one in uem(*arguments, "--json").json["queries"] for match in one["matches"]
    ]
    assert outcome.out.count("✓") == sum(match["correct"] for match in matches)
    assert outcome.out.count("✗") == sum(not match["correct"] for match in matches)
    assert outcome.out.startswith(f"Matches in {folders[1]} (12 images), most similar first")
    assert "exact index" in outcome.out.splitlines()[0]
    assert "recall" not in outcome.out
    assert outcome.err.startswith("3 files were skipped: empty.png: the file is empty; ")
    assert outcome.err.count("\n") == 1


def test_many_queries_are_cut_with_a_word(uem: Any, folders: tuple[Path, Path]) -> None:
    arguments = ["search", "--gallery", folders[1], "--top-k", "1"]
    images = sorted((resource_path("sample") / "clipart" / "bird").iterdir())[:15]
    for image in [*images, *images]:
        arguments += ["--query", image]
    outcome = uem(*arguments)
    assert outcome.out.count("0.") >= 20
    assert outcome.out.endswith("\n10 more queries are not shown; --json prints all 30.\n")


def test_a_query_that_cannot_be_read(uem: Any, folders: tuple[Path, Path]) -> None:
    broken = folders[0] / "bird" / "empty.png"
    outcome = uem("search", "--query", broken, "--gallery", folders[1])
    assert outcome.code == 2
    assert outcome.err == f"{broken} cannot be used as a query: the file is empty.\n"
    good = sorted((folders[0] / "bird").glob("a*.png"))[0]
    result = uem("search", "--query", broken, "--query", good, "--gallery", folders[1], "--json")
    assert [one["path"] for one in result.json["queries"]] == [str(good)]
    assert result.json["skipped"][0] == {"path": str(broken), "reason": "the file is empty"}


def test_paths_are_as_they_were_given(
    uem: Any, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folders[0].parent)
    result = uem("search", "--query", "query", "--gallery", "gallery/", "--json").json
    assert result["queries"][0]["path"].startswith(os.path.join("query", "bird", ""))
    assert result["queries"][0]["matches"][0]["path"].startswith(os.path.join("gallery", ""))
