from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest


def brute_force(uem: Any, folders: tuple[Path, Path], out: Path) -> dict[str, Any]:
    """Score with loops, from the files of `uem embed`."""
    embeddings, categories = [], []
    for folder in folders:
        assert uem("embed", folder, "--out", out / folder.name).code == 0
        embeddings.append(np.load(out / folder.name / "embeddings.npy").astype(np.float64))
        with (out / folder.name / "images.csv").open(encoding="utf-8", newline="") as file:
            categories.append([row["category"] for row in csv.DictReader(file)])
    similarities = np.round(embeddings[0] @ embeddings[1].T, 10)
    plain, hits, cutoffs, excluded = (
        [],
        dict.fromkeys((1, 5, 15), 0),
        dict.fromkeys((1, 5, 15), 0),
        0,
    )
    by_category: dict[str, list[float]] = {}
    for row, category in enumerate(categories[0]):
        order = sorted(range(len(categories[1])), key=lambda j: (-similarities[row, j], j))
        marks = [categories[1][j] == category for j in order]
        if not any(marks):
            excluded += 1
            continue
        precisions = [sum(marks[: i + 1]) / (i + 1) for i in range(len(marks))]
        at_hits = [i for i, mark in enumerate(marks) if mark]
        plain.append(sum(precisions[i] for i in at_hits) / len(at_hits))
        envelope = sum(max(precisions[i:]) for i in at_hits) / len(at_hits)
        by_category.setdefault(category, []).append(envelope)
        for k in hits:
            cutoff = min(k, len(at_hits))
            hits[k] += sum(marks[:cutoff])
            cutoffs[k] += cutoff
    return {
        "plain": 100 * float(np.mean(plain)),
        "interpolated": 100 * float(np.mean([np.mean(values) for values in by_category.values()])),
        "precision_at": {str(k): 100 * hits[k] / cutoffs[k] for k in hits},
        "excluded": excluded,
    }


def test_numbers_are_those_of_brute_force(
    uem: Any, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    outcome = uem("evaluate", "--query", folders[0], "--gallery", folders[1], "--json")
    assert (outcome.code, outcome.err) == (0, "")
    result = outcome.json
    assert list(result) == [
        "map_at_all",
        "precision_at",
        "num_queries",
        "num_gallery",
        "num_excluded",
        "skipped",
    ]
    assert list(result["precision_at"]) == ["1", "5", "15", "50", "100", "200"]
    expected = brute_force(uem, folders, tmp_path)
    assert result["map_at_all"]["plain"] == pytest.approx(expected["plain"], abs=1e-9)
    assert result["map_at_all"]["interpolated"] == pytest.approx(expected["interpolated"], abs=1e-9)
    for k, value in expected["precision_at"].items():
        assert result["precision_at"][k] == pytest.approx(value, abs=1e-9)
    assert (result["num_queries"], result["num_gallery"]) == (16, 12)
    assert result["num_excluded"] == expected["excluded"] == 4
    assert {Path(one["path"]).name for one in result["skipped"]} == {
        "empty.png",
        "half.png",
        "letter.jpg",
    }


def test_table_says_what_each_number_means(uem: Any, folders: tuple[Path, Path]) -> None:
    arguments = ["evaluate", "--query", folders[0], "--gallery", folders[1]]
    outcome = uem(*arguments)
    numbers = uem(*arguments, "--json").json
    assert outcome.code == 0
    assert f"{numbers['map_at_all']['plain']:.2f} %" in outcome.out
    for k, value in numbers["precision_at"].items():
        (line,) = [line for line in outcome.out.splitlines() if f"P@{k} (3)" in line]
        assert line.split()[-2:] == [f"{value:.2f}", "%"]
    assert "4 of 16 queries" in outcome.out
    for note in ("(1) plain AP", "(2) interpolated AP", "min(k, R)"):
        assert note in outcome.out
    assert outcome.err.startswith("3 files were skipped")


def test_without_categories_there_are_no_numbers_and_a_sentence(
    uem: Any, folders: tuple[Path, Path], unlabelled: Path
) -> None:
    arguments = ["evaluate", "--query", folders[0], "--gallery", unlabelled]
    outcome = uem(*arguments, "--json")
    assert outcome.code == 0
    assert set(outcome.json["map_at_all"].values()) == {None}
    assert set(outcome.json["precision_at"].values()) == {None}
    assert outcome.json["num_excluded"] == 16
    assert outcome.err.startswith("There are no numbers")
    assert outcome.err.count("\n") == 1
    assert "–" in uem(*arguments).out
