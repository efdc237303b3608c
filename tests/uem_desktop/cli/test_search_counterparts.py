"""`uem search` with a query domain: the third mark, and retrieval help."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.evaluation.retrieval_help import BEST_HELP, fit_help
from training.evaluation.vote_detection import fit_vote_detector

Folders = tuple[Path, Path]


@pytest.fixture
def rows(uem: Any, folders: Folders, tmp_path: Path) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Embeddings of queries and gallery, and the paths of the queries."""
    found = []
    for folder in folders:
        assert uem("embed", folder, "--out", tmp_path / folder.name).code == 0
        found.append(np.load(tmp_path / folder.name / "embeddings.npy"))
    lines = (tmp_path / "query" / "images.csv").read_text(encoding="utf-8").splitlines()[1:]
    paths = [line.split(",")[1] for line in lines]
    return found[0], found[1], paths


def test_every_query_of_a_folder_is_judged(uem: Any, folders: Folders, rows: Any) -> None:
    arguments = ["search", "--query", folders[0], "--gallery", folders[1], "--top-k", "2"]
    found = uem(*arguments, "--json").json["queries"]
    decisions = fit_vote_detector(rows[0], rows[1], line="gallery").decisions
    assert [one["counterpart"]["value"] for one in found] == decisions.values.tolist()
    assert {one["counterpart"]["threshold"] for one in found} == {decisions.threshold}
    missing = [one["counterpart"]["is_missing"] for one in found]
    assert missing == decisions.is_private.tolist()
    assert 0 < sum(missing) < len(missing)
    out = uem(*arguments).out
    assert out.count("∅ no counterpart") == sum(missing)
    assert out.splitlines()[1].startswith(f"No counterpart, it seems: {sum(missing)} of 16 queries")


def test_a_single_image_is_judged_where_its_domain_is_named(
    uem: Any, folders: Folders, rows: Any, tmp_path: Path
) -> None:
    queries, gallery, paths = rows
    inside = Path(paths[3])
    outside = tmp_path / "elsewhere.png"
    shutil.copy(paths[5], outside)
    arguments = ["search", "--gallery", folders[1], "--json", "--query"]
    (alone,) = uem(*arguments, inside).json["queries"]
    assert alone["counterpart"] is None
    both = uem(*arguments, inside, "--query", outside, "--query-domain", folders[0]).json["queries"]
    detector = fit_vote_detector(queries, gallery, line="gallery")
    assert both[0]["counterpart"]["value"] == detector.decisions.values[3]
    expected = float(detector.decide(queries[5:6]).values[0])
    assert both[1]["counterpart"]["value"] == pytest.approx(expected, abs=1e-5)
    skipped = uem(*arguments, inside, "--query-domain", folders[0]).json["skipped"]
    assert [Path(one["path"]).name for one in skipped].count("empty.png") == 1
    assert "No counterpart, it seems: " in uem(*arguments[:3], "--query", folders[0]).out
    assert "counterpart" not in uem(*arguments[:3], "--query", inside).out


def test_several_images_as_one_query_are_judged_together(
    uem: Any, folders: Folders, rows: Any
) -> None:
    queries, gallery, paths = rows
    arguments = ["search", "--mean", "--gallery", folders[1], "--query-domain", folders[0]]
    (one,) = uem(*arguments, "--query", paths[0], "--query", paths[1], "--json").json["queries"]
    mean = queries[:2].astype(float).mean(axis=0)
    expected = fit_vote_detector(queries, gallery, line="gallery").decide(
        np.asarray(mean / np.linalg.norm(mean), np.float32)[None]
    )
    assert one["counterpart"]["value"] == pytest.approx(float(expected.values[0]), abs=1e-5)


def test_two_folders_are_no_domain_unless_one_is_named(uem: Any, folders: Folders) -> None:
    arguments = ["search", "--gallery", folders[1], "--json"]
    arguments += ["--query", folders[0] / "bird", "--query", folders[0] / "fruit"]
    apart = uem(*arguments).json["queries"]
    assert {one["counterpart"] for one in apart} == {None}
    named = uem(*arguments, "--query-domain", folders[0]).json["queries"]
    whole = uem("search", "--gallery", folders[1], "--query", folders[0], "--json").json["queries"]
    by_name = {Path(one["path"]).name: one["counterpart"] for one in whole}
    assert [one["counterpart"] for one in named] == [
        by_name[Path(one["path"]).name] for one in named
    ]


def test_help_ranks_by_helped_embeddings(uem: Any, folders: Folders, rows: Any) -> None:
    queries, gallery, paths = rows
    arguments = ["search", "--gallery", folders[1], "--top-k", "5", "--json"]
    found = uem(*arguments, "--query", folders[0], "--retrieval-help").json
    assert found["retrieval_help"] == list(BEST_HELP)
    fitted = fit_help(queries, gallery, BEST_HELP)
    products = np.round(fitted.queries.astype(float) @ fitted.gallery.T.astype(float), 10)
    for one, row in zip(found["queries"], products, strict=True):
        expected = row[np.argsort(-row, kind="stable")[:5]]
        assert [match["similarity"] for match in one["matches"]] == pytest.approx(
            expected, abs=1e-9
        )
    plain = uem(*arguments, "--query", folders[0]).json["queries"]
    assert [one["counterpart"] for one in found["queries"]] == [one["counterpart"] for one in plain]
    (single,) = uem(
        *(*arguments, "--query", paths[4], "--query-domain", folders[0], "--retrieval-help")
    ).json["queries"]
    assert single["matches"] == found["queries"][4]["matches"]


@pytest.mark.parametrize("options", [[], ["--mean"], ["--index", "hnsw"]])
def test_all_help_goes_with_every_way_to_search(
    options: list[str], uem: Any, folders: Folders
) -> None:
    image = sorted((folders[0] / "bird").glob("a*.png"))[0]
    arguments = ["--query", folders[0], "--query", image, "--gallery", folders[1], *options]
    outcome = uem("search", *arguments, "--retrieval-help", "all")
    assert outcome.code == 0
    assert "With retrieval help: centring, neighbour averaging, query expansion, hubness" in (
        outcome.out
    )


def test_centring_of_one_image_says_what_it_needs(uem: Any, folders: Folders) -> None:
    image = sorted((folders[0] / "bird").glob("a*.png"))[0]
    arguments = ["search", "--query", image, "--gallery", folders[1], "--retrieval-help"]
    outcome = uem(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "Retrieval help by centring needs the folder of images that the queries are from."
        " Name it by --query-domain.\n"
    )
    assert uem(*arguments, "neighbour-averaging,query-expansion").code == 0


def test_a_domain_that_is_not_there_or_too_small(
    uem: Any, folders: Folders, tmp_path: Path
) -> None:
    image = sorted((folders[0] / "bird").glob("a*.png"))[0]
    arguments = ["search", "--query", image, "--gallery", folders[1], "--json", "--query-domain"]
    outcome = uem(*arguments, tmp_path / "nowhere")
    assert outcome.code == 2
    assert outcome.err == f"There is no folder {tmp_path / 'nowhere'}.\n"
    small = tmp_path / "a\x1b[31m small\none"
    small.mkdir()
    shutil.copy(image, small / image.name)
    few = uem(*arguments, small)
    assert few.code == 0
    assert few.json["queries"][0]["counterpart"] is None
    assert few.err == (
        "Whether a query has a counterpart is not decided: the query domain has one image,"
        " and the vote needs three in each.\n"
    )
