"""The gallery index: exact against the literal definition, approximate with measured recall."""

from __future__ import annotations

import numpy as np
import pytest

from training.errors import Cancelled
from uem_desktop.retrieval import index as index_module
from uem_desktop.retrieval.index import GalleryIndex, IndexKind


def unit_rows(seed: int, count: int, dimension: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def tying_rows(seed: int, count: int, dimension: int) -> np.ndarray:
    """Coarse unit-like rows with copies: many similarities are exactly equal."""
    rows = np.round(unit_rows(seed, count, dimension) * 4) / np.float32(4)
    copies = np.random.default_rng(seed).integers(0, count, (2, count // 2))
    rows[copies[0]] = rows[copies[1]]
    return np.asarray(rows, np.float32)


def nearly_tying_rows(seed: int, count: int, dimension: int) -> np.ndarray:
    """Rows a few last bits apart: float32 products put them in another order than float64."""
    base = unit_rows(seed, 3, dimension)
    noise = np.random.default_rng(seed).integers(-3, 4, (count, dimension)) * np.float32(1e-7)
    return np.asarray(base[np.arange(count) % 3] + noise, np.float32)


def literal_search(
    queries: np.ndarray, gallery: np.ndarray, rows: np.ndarray, top_k: int
) -> tuple[np.ndarray, np.ndarray]:
    similarities = np.round(queries.astype(np.float64) @ gallery[rows].astype(np.float64).T, 10)
    order = np.argsort(-similarities, axis=1, kind="stable")[:, :top_k]
    return np.take_along_axis(similarities, order, axis=1), rows[order]


def assert_exact(index: GalleryIndex, queries: np.ndarray, gallery: np.ndarray, top_k: int) -> None:
    similarities, rows = index.search(queries, top_k)
    expected_similarities, expected_rows = literal_search(queries, gallery, index.rows, top_k)
    np.testing.assert_array_equal(rows, expected_rows)
    np.testing.assert_array_equal(similarities, expected_similarities)
    assert similarities.dtype == np.float64
    assert rows.dtype == np.int64


@pytest.fixture(params=["vectors", "blocks", "faiss"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each of the ways in which candidates are found."""
    if request.param == "vectors":
        monkeypatch.setattr(index_module, "_BLOCK_BYTES", 1)
    if request.param == "faiss":
        monkeypatch.setattr(index_module, "_FAISS_FROM_PRODUCTS", 0)
        monkeypatch.setattr(index_module, "_FAISS_FROM_QUERIES", 1)
        monkeypatch.setattr(index_module, "_SPARE_CANDIDATES", 4)
    return str(request.param)


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("make_rows", [unit_rows, tying_rows, nearly_tying_rows])
def test_exact_search_is_the_literal_order(seed: int, make_rows: object, way: str) -> None:
    assert callable(make_rows)
    generator = np.random.default_rng(seed)
    count, dimension = int(generator.integers(1, 300)), int(generator.choice([1, 3, 32, 130]))
    gallery, queries = make_rows(seed, count, dimension), make_rows(seed + 99, 9, dimension)
    queries[0] = gallery[0]
    queries[1] = 0.0
    assert_exact(GalleryIndex.build(gallery), queries, gallery, int(generator.integers(1, 40)))
    assert_exact(GalleryIndex.build(gallery), queries, gallery, count + 3)


@pytest.mark.parametrize("seed", range(10))
def test_rows_that_are_not_searched_are_never_found(seed: int, way: str) -> None:
    generator = np.random.default_rng(seed)
    gallery, queries = tying_rows(seed, 200, 8), tying_rows(seed + 1, 6, 8)
    rows = np.flatnonzero(generator.random(200) < (0.02, 0.3, 0.9)[seed % 3])
    pending = np.setdiff1d(np.arange(200), rows)
    gallery[pending[: len(pending) // 2]] = 0.0
    index = GalleryIndex.build(gallery, generator.permutation(rows))
    assert index.count == len(rows)
    assert_exact(index, queries, gallery, 10)
    assert_exact(index, -queries, gallery, 150)


def test_a_gallery_of_one_image_many_times(way: str) -> None:
    gallery = np.tile(unit_rows(0, 1, 16), (500, 1))
    _, rows = GalleryIndex.build(gallery).search(unit_rows(1, 3, 16), 7)
    assert rows.tolist() == [list(range(7))] * 3


@pytest.mark.parametrize("kind", ["exact", "hnsw", "ivf"])
def test_an_empty_gallery_finds_nothing(kind: IndexKind) -> None:
    for index in (
        GalleryIndex.build(np.zeros((0, 8), np.float32), kind=kind),
        GalleryIndex.build(unit_rows(0, 5, 8), np.array([], np.int64), kind=kind),
        GalleryIndex.build(np.zeros((5, 0), np.float32), np.array([], np.int64), kind=kind),
    ):
        similarities, rows = index.search(unit_rows(1, 2, 8), 10)
        assert similarities.shape == rows.shape == (2, 0)
        assert index.recall == 1.0


def test_no_queries_find_nothing() -> None:
    similarities, rows = GalleryIndex.build(unit_rows(0, 5, 8)).search(np.zeros((0, 8), "f4"), 3)
    assert similarities.shape == rows.shape == (0, 3)


def test_many_queries_go_through_faiss_and_agree() -> None:
    gallery, queries = unit_rows(0, 30_000, 24), unit_rows(1, 1100, 24)
    gallery[1000:1100] = gallery[:100]
    rows = np.setdiff1d(np.arange(30_000), np.arange(0, 30_000, 7))
    index = GalleryIndex.build(gallery, rows)
    assert index_module._is_for_faiss(1100, 30_000, 10)
    similarities, found = index.search(queries, 10)
    some = np.arange(0, 1100, 55)
    expected, expected_rows = literal_search(queries[some], gallery, rows, 10)
    np.testing.assert_array_equal(found[some], expected_rows)
    np.testing.assert_array_equal(similarities[some], expected)


def test_ranks_of_are_those_of_the_whole_order() -> None:
    gallery, query = tying_rows(3, 300, 6), tying_rows(4, 1, 6)[0]
    rows = np.arange(0, 300, 3)
    index = GalleryIndex.build(gallery, rows)
    _, order = index.search(query, 300)
    expected = {row: rank for rank, row in enumerate(order[0].tolist(), start=1)}
    wanted = np.array([297, 0, 150, 3])
    assert index.ranks_of(query, wanted).tolist() == [expected[row] for row in wanted.tolist()]
    assert index.ranks_of(query, np.array([], np.int64)).tolist() == []
    with pytest.raises(ValueError, match="not in the index"):
        index.ranks_of(query, np.array([1]))


@pytest.mark.parametrize("kind", ["hnsw", "ivf"])
def test_approximate_search_measures_its_recall(kind: IndexKind) -> None:
    gallery, queries = unit_rows(0, 4000, 32), unit_rows(1, 50, 32)
    rows = np.arange(500, 4000)
    index = GalleryIndex.build(gallery, rows, kind, sample_queries=queries)
    assert index.kind == kind
    similarities, found = index.search(queries, 10)
    _, expected_rows = literal_search(queries, gallery, rows, 10)
    hits = [
        len(set(a) & set(b)) for a, b in zip(found.tolist(), expected_rows.tolist(), strict=True)
    ]
    assert index.recall == pytest.approx(sum(hits) / 500)
    assert 0.5 < index.recall <= 1.0
    assert found.min() >= 500
    assert (np.diff(similarities, axis=1) <= 0).all()
    literal = np.round((queries.astype(np.float64) @ gallery.astype(np.float64).T), 10)
    np.testing.assert_array_equal(similarities, np.take_along_axis(literal, found, axis=1))
    ranks = index.ranks_of(queries[0], expected_rows[0])
    assert ranks.tolist() == list(range(1, 11))


@pytest.mark.parametrize("kind", ["hnsw", "ivf"])
@pytest.mark.parametrize("count", [1, 2, 39, 100])
def test_small_galleries_work_and_print_nothing(
    kind: IndexKind, count: int, capfd: pytest.CaptureFixture[str]
) -> None:
    gallery = unit_rows(count, count, 8)
    index = GalleryIndex.build(gallery, kind=kind)
    _, rows = index.search(gallery, 10)
    assert rows.shape == (count, min(10, count))
    assert rows[:, 0].tolist() == list(range(count))
    assert index.recall > 0.9
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kind", ["hnsw", "ivf"])
def test_approximate_ties_are_ordered_by_row(kind: IndexKind) -> None:
    gallery = np.tile(unit_rows(0, 1, 8), (60, 1))
    _, rows = GalleryIndex.build(gallery, kind=kind).search(gallery[:1], 60)
    assert rows[0].tolist() == list(range(60))


def test_building_an_approximate_index_stops_when_asked() -> None:
    with pytest.raises(Cancelled):
        GalleryIndex.build(unit_rows(0, 100, 8), kind="ivf", should_stop=lambda: True)


def test_wrong_calls_are_named() -> None:
    gallery = unit_rows(0, 5, 8)
    index = GalleryIndex.build(gallery)
    with pytest.raises(ValueError, match="top_k is 0"):
        index.search(gallery, 0)
    with pytest.raises(ValueError, match="dimension 7"):
        index.search(np.zeros((1, 7), np.float32), 1)
    with pytest.raises(ValueError, match="rows outside"):
        GalleryIndex.build(gallery, np.array([5]))
    with pytest.raises(ValueError, match="unknown kind"):
        GalleryIndex.build(gallery, kind="flat")  # type: ignore[arg-type]


def test_contains_says_which_rows_may_be_found() -> None:
    index = GalleryIndex.build(unit_rows(0, 10, 4), np.array([2, 5, 7]))
    assert index.contains(np.array([0, 2, 5, 6, 7, 9])).tolist() == [
        False, True, True, False, True, False,
    ]  # fmt: skip
