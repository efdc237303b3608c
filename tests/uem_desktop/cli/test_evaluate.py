from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.evaluation.retrieval_help import BEST_HELP, HELP_NAMES, apply_help
from training.evaluation.retrieval_scores import score_retrieval
from uem_desktop.cli.evaluate import evaluate_command
from uem_desktop.retrieval.setting_scores import GIVEN_SETTINGS


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


def embedded(uem: Any, folder: Path, out: Path) -> tuple[np.ndarray, list[str]]:
    """Return what `uem embed` writes of a folder: embeddings and categories."""
    assert uem("embed", folder, "--out", out / folder.name).code == 0
    with (out / folder.name / "images.csv").open(encoding="utf-8", newline="") as file:
        categories = [row["category"] for row in csv.DictReader(file)]
    return np.load(out / folder.name / "embeddings.npy"), categories


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ((), BEST_HELP),
        (("best",), BEST_HELP),
        (("all",), HELP_NAMES),
        (("hubness, centring",), ("centring", "hubness")),
        (("best,hubness",), HELP_NAMES),
    ],
)
def test_help_stands_beside_the_plain_numbers(
    given: tuple[str, ...],
    meant: tuple[str, ...],
    uem: Any,
    folders: tuple[Path, Path],
    tmp_path: Path,
) -> None:
    arguments = ["evaluate", "--query", folders[0], "--gallery", folders[1]]
    plain = uem(*arguments, "--json").json
    found = uem(*arguments, "--retrieval-help", *given, "--json").json
    helped = found.pop("retrieval_help")
    assert found == plain
    (queries, asked), (gallery, held) = (embedded(uem, folder, tmp_path) for folder in folders)
    scores = score_retrieval(
        *(lambda pair: (pair[0], asked, pair[1], held))(apply_help(queries, gallery, meant))
    )
    assert helped["names"] == list(meant)
    assert helped["map_at_all"]["plain"] == pytest.approx(scores.map_plain, abs=1e-9)
    assert helped["precision_at"]["5"] == pytest.approx(scores.precision_at[5], abs=1e-9)
    assert list(helped) == ["names", "map_at_all", "precision_at"]


def test_the_table_gives_help_a_row_of_its_own(uem: Any, folders: tuple[Path, Path]) -> None:
    arguments = ["evaluate", "--query", folders[0], "--gallery", folders[1]]
    plain = uem(*arguments).out.splitlines()
    lines = uem(*arguments, "--retrieval-help", "centring,hubness").out.splitlines()
    numbers = uem(*arguments, "--retrieval-help", "centring,hubness", "--json").json
    assert [line for line in lines if line in plain] == plain
    own = [line for line in lines if "with retrieval help" in line]
    assert len(own) == 8
    assert f"{numbers['retrieval_help']['map_at_all']['plain']:6.2f} %" in own[0]
    assert "Help     centring, hubness" in lines


def test_an_unknown_help_is_a_sentence(uem: Any, folders: tuple[Path, Path]) -> None:
    outcome = uem(
        "evaluate", "--query", folders[0], "--gallery", folders[1], "--retrieval-help", "magic"
    )
    assert outcome.code == 2
    assert "there is no 'magic'; there are centring, " in outcome.err
    assert outcome.err.count("\n") == 1


def test_the_option_knows_every_setting_and_every_help(uem: Any) -> None:
    (setting,) = [one for one in evaluate_command.params if one.name == "setting"]
    assert tuple(setting.type.choices) == GIVEN_SETTINGS  # type: ignore[attr-defined]
    (helps,) = [one for one in evaluate_command.params if one.name == "help_names"]
    assert all(name in (helps.help or "") for name in HELP_NAMES)  # type: ignore[attr-defined]


def test_natural_private_queries(uem: Any, folders: tuple[Path, Path]) -> None:
    arguments = ["evaluate", "--query", folders[0], "--gallery", folders[1], "--setting", "as-is"]
    outcome = uem(*arguments, "--json")
    found = outcome.json
    assert (outcome.code, outcome.err) == (0, "")
    assert found["setting"] == {
        "name": "as-is",
        "seed": 2024,
        "shared_categories": ["bird", "fruit", "vehicle"],
        "private_categories": ["instrument"],
    }
    assert list(found["open_set"]) == ["published", "votes", "votes_gallery"]
    for name, one in found["open_set"].items():
        assert (one["num_private"], one["num_shared"]) == (4, 12)
        assert one["shared_set_map"]["plain"] == found["map_at_all"]["plain"]
        assert one["strict_map"]["plain"] <= one["shared_set_map"]["plain"]
        balanced = (one["open_set_accuracy"] + 100 - one["false_alarm_rate"]) / 2
        assert one["balanced_accuracy"] == pytest.approx(balanced)
        assert 0 <= one["auroc"] <= 1
        assert ("second_branch_count" in one) == (name == "published")


def test_drawn_private_queries_follow_the_seed(uem: Any, folders: tuple[Path, Path]) -> None:
    arguments = ["evaluate", "--query", folders[1], "--gallery", folders[0], "--json"]
    draws = {}
    for seed in range(6):
        found = uem(*arguments, "--setting", "open-set", "--seed", str(seed)).json
        (shared,) = found["setting"]["shared_categories"]
        assert {shared, *found["setting"]["private_categories"]} == {"bird", "fruit", "vehicle"}
        assert (found["num_queries"], found["num_gallery"], found["num_excluded"]) == (12, 4, 8)
        draws[seed] = shared
    assert len(set(draws.values())) > 1
    close = uem(*arguments, "--setting", "close-set").json
    assert (close["num_queries"], close["num_gallery"]) == (12, 12)
    assert close["open_set"]["votes"]["auroc"] is None


def test_the_table_of_detectors(uem: Any, folders: tuple[Path, Path]) -> None:
    arguments = ["evaluate", "--query", folders[0], "--gallery", folders[1], "--setting", "as-is"]
    outcome = uem(*arguments)
    found = uem(*arguments, "--json").json["open_set"]
    lines = outcome.out.splitlines()
    titles = {
        "published": "published rule",
        "votes": "votes, line in the valley",
        "votes_gallery": "votes, line by the gallery",
    }
    for name, title in titles.items():
        (line,) = [line for line in lines if line.startswith(f"  {title}")]
        assert line.split()[-3:] == [
            f"{found[name]['auroc']:.3f}",
            f"{found[name]['strict_map']['plain']:.2f}",
            "%",
        ]
    assert "4 private and 12 shared queries" in outcome.out
    assert "its second branch alone called" in outcome.out
    assert "1 private category (instrument)" in outcome.out


def test_hostile_names_of_categories_are_harmless(uem: Any, folders: tuple[Path, Path]) -> None:
    strange = "in\nstru\x1b[31mment"
    (folders[0] / "instrument").rename(folders[0] / strange)
    try:
        arguments = ["evaluate", "--query", folders[0], "--gallery", folders[1]]
        arguments += ["--setting", "as-is", "--retrieval-help"]
        outcome = uem(*arguments)
        assert outcome.code == 0
        assert "\x1b[31m" not in outcome.out
        assert "in\nstru" not in outcome.out
        assert uem(*arguments, "--json").json["setting"]["private_categories"] == [strange]
    finally:
        (folders[0] / strange).rename(folders[0] / "instrument")


def test_a_setting_that_does_not_fit_is_a_sentence(
    uem: Any, folders: tuple[Path, Path], unlabelled: Path
) -> None:
    arguments = ["evaluate", "--query", folders[0], "--gallery", unlabelled, "--setting"]
    outcome = uem(*arguments, "open-set")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "The two domains have no category in common.\n"
    natural = uem(*arguments, "as-is", "--json")
    assert natural.code == 0
    assert natural.json["open_set"]["votes"]["auroc"] is None
    assert natural.err.startswith("There are no numbers")


def test_the_worst_queries_are_those_of_brute_force(
    uem: Any, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    held, kinds, paths = [], [], []
    for folder in folders:
        assert uem("embed", folder, "--out", tmp_path / folder.name).code == 0
        held.append(np.load(tmp_path / folder.name / "embeddings.npy").astype(np.float64))
        with (tmp_path / folder.name / "images.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        kinds.append([row["category"] for row in rows])
        paths.append([str(folder / row["path"]) for row in rows])
    similarities = np.round(held[0] @ held[1].T, 10)
    expected = []
    for row, category in enumerate(kinds[0]):
        order = sorted(range(len(kinds[1])), key=lambda j: (-similarities[row, j], j))
        ranks = [rank for rank, j in enumerate(order, 1) if kinds[1][j] == category]
        if ranks:
            precision = sum(n / rank for n, rank in enumerate(ranks, 1)) / len(ranks)
            expected.append((precision, row, ranks, order))
    expected.sort(key=lambda one: one[:2])
    asked = ("evaluate", "--query", folders[0], "--gallery", folders[1], "--worst", "5")
    worst = uem(*asked, "--json").json["worst"]
    assert [one["path"] for one in worst] == [paths[0][row] for _, row, _, _ in expected[:5]]
    for one, (precision, row, ranks, order) in zip(worst, expected, strict=False):
        assert one["ap"]["plain"] == pytest.approx(100 * precision, abs=1e-9)
        assert (one["first_correct_rank"], one["num_relevant"]) == (ranks[0], len(ranks))
        assert one["best_match"]["path"] == paths[1][order[0]]
        assert one["best_match"]["similarity"] == similarities[row, order[0]]
        wrong = max(similarities[row, j] for j in order if kinds[1][j] != kinds[0][row])
        right = max(similarities[row, j] for j in order if kinds[1][j] == kinds[0][row])
        assert one["margin"] == pytest.approx(wrong - right, abs=1e-9)
    text = uem(*asked).out
    assert "The 5 worst queries" in text
    assert Path(worst[0]["path"]).name in text
    assert "worst" not in uem(*asked[:5], "--json").json


def test_a_number_of_worst_queries_is_at_least_one(uem: Any, folders: tuple[Path, Path]) -> None:
    outcome = uem("evaluate", "--query", folders[0], "--gallery", folders[1], "--worst", "0")
    assert outcome.code == 2
