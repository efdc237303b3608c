"""Tables of what one page shows, with names that hold anything a file system allows."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

from training.data.image_table import ImageTable
from training.data.records import DecodeFailure, ImageRecord
from training.data.scanning import FolderScan
from training.progress import Progress
from uem_desktop.retrieval.category_table import category_table
from uem_desktop.retrieval.compare import compare
from uem_desktop.retrieval.confusion import confusion
from uem_desktop.retrieval.decided_about import DecidedAbout
from uem_desktop.retrieval.diagnostics import diagnose
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk
from uem_desktop.retrieval.export_categories import categories_table, confusion_table
from uem_desktop.retrieval.export_comparison import comparison_table
from uem_desktop.retrieval.export_map import points_table, what_points_are
from uem_desktop.retrieval.export_problems import problems_table
from uem_desktop.retrieval.export_prototypes import prototypes_table
from uem_desktop.retrieval.export_queries import queries_table
from uem_desktop.retrieval.export_tables import Table, write_table
from uem_desktop.retrieval.export_text import from_cell
from uem_desktop.retrieval.export_unlabelled import unlabelled_table
from uem_desktop.retrieval.hubs import mutual_neighbours
from uem_desktop.retrieval.layout import layout_of
from uem_desktop.retrieval.map_points import MapPoints
from uem_desktop.retrieval.mismatch_orders import worst
from uem_desktop.retrieval.mismatches import find_mismatches
from uem_desktop.retrieval.near_duplicates import DuplicateGroup, Duplicates
from uem_desktop.retrieval.prototypes import prototypes_of
from uem_desktop.retrieval.worst_queries import worst_queries

ODD = ('a "quote", comma.png', "line\nbreak.png", "🐦 <b>&.png", os.fsdecode(b"\xff\xfe.png"))
CATEGORIES = ("bird", "=chair", None, "bird")


def scan_of(name: str) -> FolderScan:
    folder = Path("/=worlds") / name
    records = tuple(
        ImageRecord(row, folder / odd, name, CATEGORIES[row]) for row, odd in enumerate(ODD)
    )
    return FolderScan(folder, ImageTable.of(records), (), 0)


def embedded(scan: FolderScan, seed: int) -> DomainEmbeddings:
    vectors = np.random.default_rng(seed).standard_normal((len(ODD), 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    domain = DomainEmbeddings(scan)
    rows = np.arange(len(ODD))
    domain.apply(EmbeddedChunk(rows, vectors, (), Progress(len(rows), len(rows))))
    return domain


@pytest.fixture
def scans() -> tuple[FolderScan, FolderScan]:
    return scan_of("drawings"), scan_of("photos")


@pytest.fixture
def both(scans):
    return tuple(tuple(embedded(scan, seed) for scan in scans) for seed in (1, 2))


def read_back(table: Table, path: Path) -> list[dict[str, object]]:
    write_table(path, table)
    if path.suffix == ".parquet":
        rows = pyarrow.parquet.read_table(path).to_pylist()
        return [{k: from_cell(c) if isinstance(c, str) else c for k, c in r.items()} for r in rows]
    with path.open(encoding="utf-8", newline="") as file:
        return [{k: from_cell(c) for k, c in row.items()} for row in csv.DictReader(file)]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_names_come_back_from_every_table(scans, both, tmp_path, suffix) -> None:
    ours, theirs = both
    found = compare(ours, theirs)
    rows = read_back(comparison_table(found, 3), tmp_path / f"a{suffix}")
    paths = [str(record.path) for record in scans[0].records]
    assert [row["query"] for row in rows] == paths
    assert [row["category"] or None for row in rows] == list(CATEGORIES)
    assert {row["first_match_checkpoint"] for row in rows} <= {
        str(record.path) for record in scans[1].records
    }
    points = MapPoints(*ours, layout_of(*ours, "pca"))
    table = points_table(points, "=mine", *what_points_are(points), DecidedAbout())
    rows = read_back(table, tmp_path / f"b{suffix}")
    assert [row["image"] for row in rows] == [str(r.path) for s in scans for r in s.records]
    assert {row["checkpoint"] for row in rows} == {"=mine"}
    failures = [("query", DecodeFailure(record.path, "=no image")) for record in scans[0].records]
    rows = read_back(problems_table(failures), tmp_path / f"c{suffix}")
    assert [row["file"] for row in rows] == paths
    assert {row["reason"] for row in rows} == {"=no image"}


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_names_come_back_from_tables_of_mismatches(scans, both, tmp_path, suffix) -> None:
    ours, _ = both
    found = find_mismatches(*ours)
    matrix = confusion(found, 4)
    rows = read_back(confusion_table(matrix), tmp_path / f"a{suffix}")
    assert [row["query_category"] for row in rows[:3]] == [matrix.asked[0]] * 3
    assert {row["query_category"] for row in rows} == {"=chair", "bird"}
    assert {row["found_category"] or None for row in rows} == {"=chair", "bird", None}
    assert sum(int(row["places"]) for row in rows) == 3 * 4, "three queries have a category"
    rows = read_back(categories_table(category_table(found)), tmp_path / f"b{suffix}")
    assert [(row["category"], int(row["queries"])) for row in rows] == [("=chair", 1), ("bird", 2)]
    paths = [str(record.path) for scan in scans for record in scan.records]
    about = DecidedAbout()
    rows = read_back(prototypes_table(prototypes_of(*ours), about), tmp_path / f"c{suffix}")
    assert sorted(str(row["image"]) for row in rows) == sorted(paths)
    known = diagnose(found, *ours)
    parts = (known.mutual, known.hubs, known.duplicates)
    rows = read_back(unlabelled_table(found, parts, about), tmp_path / f"d{suffix}")
    assert [row["image"] for row in rows] == paths


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_names_come_back_from_the_table_of_queries(scans, both, tmp_path, suffix) -> None:
    found = find_mismatches(*both[0])
    everywhere, about = np.arange(len(found)), DecidedAbout()
    rows = read_back(queries_table(found, everywhere, everywhere, about), tmp_path / f"a{suffix}")
    paths = [[str(record.path) for record in scan.records] for scan in scans]
    assert [row["query"] for row in rows] == paths[0]
    assert [row["category"] or None for row in rows] == list(CATEGORIES)
    assert [row["first_match"] for row in rows] == [paths[1][n] for n in found.matches[:, 0]]
    named = [CATEGORIES[n] for n in found.matches[:, 0]]
    assert [row["first_match_category"] or None for row in rows] == named


def test_queries_have_the_numbers_of_the_worst_ones_with_all_digits(both) -> None:
    found = find_mismatches(*both[0])
    listed = worst(found, 2)
    table = queries_table(found, listed, np.arange(len(found)), DecidedAbout())
    names = [name for name, _ in table.columns]
    rows = {row[1]: dict(zip(names, row, strict=True)) for row in table.rows}
    assert len(rows) == len(ODD)
    for place, query in enumerate(worst_queries(found, len(found)), start=1):
        row = rows[str(query.record.path)]
        assert row["place"] == (place if place <= len(listed) else None)
        assert (row["ap_plain"], row["ap_interpolated"]) == (query.ap_plain, query.ap_interpolated)
        assert (row["first_correct_rank"], row["relevant"]) == (
            query.first_rank,
            query.relevant_count,
        )
        assert row["first_match"] == str(query.best_match.path)
        assert (row["similarity"], row["margin"]) == (query.similarity, query.margin)
        best = row["best_wrong_similarity"] - row["best_correct_similarity"]
        assert best == query.margin


def test_a_query_without_a_category_has_no_correct_match_and_no_wrong_one(both) -> None:
    found = find_mismatches(*both[0], both_ways=False)
    table = queries_table(found, np.array([2]), np.array([2]), DecidedAbout())
    (row,) = (
        dict(zip([name for name, _ in table.columns], row, strict=True)) for row in table.rows
    )
    similarity = float(found.similarities[2, 0])
    known = {name: value for name, value in row.items() if value is not None}
    first = found.first_match(2)
    assert known == {
        "place": 1,
        "query": str(found.query.records[2].path),
        "private": 0,
        "first_match": str(first.path),
        "similarity": similarity,
        **({"first_match_category": first.category} if first.category else {}),
    }


def test_what_is_not_known_yet_of_images_has_no_column(both) -> None:
    ours, _ = both
    found = find_mismatches(*ours)
    mutual = mutual_neighbours(found)
    table = unlabelled_table(found, [mutual], DecidedAbout())
    assert [name for name, _ in table.columns] == [
        "image", "domain", "category", "mutual_neighbours", "depth", "decided",
    ]  # fmt: skip
    rows = list(table.rows)
    assert [row[3] for row in rows[4:]] == [None] * 4, "gallery images do not ask"


def test_images_of_one_picture_share_the_number_of_their_group(both) -> None:
    ours, _ = both
    found = find_mismatches(*ours)
    groups = (
        DuplicateGroup((("query", 1), ("gallery", 2)), are_identical=True),
        DuplicateGroup((("gallery", 0), ("gallery", 3)), are_identical=False),
    )
    only = frozenset(ours[1].records[row].path for row in (0, 2))
    table = unlabelled_table(found, [Duplicates(groups, 2, 2)], DecidedAbout(), only)
    assert [row[3:5] for row in table.rows] == [(2, 0), (1, 1)]


def test_a_query_without_ap_has_no_number_and_no_rank(both, tmp_path) -> None:
    found = compare(*both)
    rows = read_back(comparison_table(found, 3, [2, 0]), tmp_path / "a.parquet")
    assert [row["ap_checkpoint"] is None for row in rows] == [True, False]
    assert rows[0]["first_correct_rank_change"] is None
    assert rows[1]["ap_change"] == 100 * float(found.change[0])
    assert rows[1]["first_correct_rank_change"] == int(found.first_change[0])
    assert [row["top_k"] for row in rows] == [3, 3]


def test_a_map_of_one_domain_alone_has_places_and_nothing_else(scans, tmp_path) -> None:
    query, gallery = embedded(scans[0], 1), DomainEmbeddings(scans[1])
    points = MapPoints(query, gallery, layout_of(query, gallery, "pca"))
    known = what_points_are(points)
    assert known == (None, None)
    table = points_table(points, "mine", *known, DecidedAbout(), np.array([1, 3]))
    rows = read_back(table, tmp_path / "points.parquet")
    assert [row["image"] for row in rows] == [str(scans[0].records[n].path) for n in (1, 3)]
    np.testing.assert_array_equal([[row["x"], row["y"]] for row in rows], points.places[[1, 3]])
    assert {row["ap"] for row in rows} == {row["prototype"] for row in rows} == {None}
