"""The order found from float32 products against the literal float64 order."""

from __future__ import annotations

import numpy as np
import pytest

from uem_desktop.retrieval import ranking
from uem_desktop.retrieval.index import GalleryIndex
from uem_desktop.retrieval.ranking import exact_products, product_error


def hard_gallery(seed: int, count: int, dimension: int) -> np.ndarray:
    """Rows that tie, nearly tie and differ: copies, last-bit neighbours, coarse and free rows."""
    generator = np.random.default_rng(seed)
    rows = generator.standard_normal((count, dimension)).astype(np.float32)
    if seed % 3 == 1:
        rows = np.round(rows)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    if seed % 3 == 2:
        rows = np.round(rows * 4) / np.float32(4)
    copies = generator.integers(0, count, (2, count // 3))
    rows[copies[0]] = rows[copies[1]]
    near = generator.integers(0, count, (2, count // 4))
    rows[near[0]] = np.nextafter(rows[near[1]], np.float32(generator.choice([-2, 2])))
    return rows


def literal_order(query: np.ndarray, gallery: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    similarities = np.round(gallery.astype(np.float64) @ query.astype(np.float64), 10)
    return similarities, np.argsort(-similarities, kind="stable")


@pytest.mark.parametrize("seed", range(60))
def test_top_best_and_ranks_equal_the_literal_order(seed: int) -> None:
    generator = np.random.default_rng(seed)
    count, dimension = int(generator.integers(2, 400)), int(generator.choice([1, 2, 16, 129]))
    gallery = hard_gallery(seed, count, dimension)
    query = hard_gallery(seed + 1000, 4, dimension)[generator.integers(4)]
    similarities, order = literal_order(query, gallery)
    full = next(GalleryIndex.build(gallery).rankings(query))
    for top_k in (1, 2, 10, count - 1, count, count + 5):
        found, rows = full.top(top_k)
        np.testing.assert_array_equal(rows, order[:top_k])
        np.testing.assert_array_equal(found, similarities[order[:top_k]])
    ranks = np.empty(count, np.int64)
    ranks[order] = np.arange(1, count + 1)
    some = generator.permutation(count)[: int(generator.integers(1, count + 1))]
    np.testing.assert_array_equal(full.ranks_of(some), ranks[some])
    np.testing.assert_array_equal(full.ranks_of(np.arange(count)), ranks)
    found, rows = full.best_of(some, 7)
    np.testing.assert_array_equal(rows, some[np.argsort(ranks[some])][:7])
    np.testing.assert_array_equal(found, similarities[rows])


def test_equal_rows_have_equal_products_wherever_they_lie() -> None:
    generator = np.random.default_rng(0)
    vector, query = generator.standard_normal((2, 1283)).astype(np.float32)
    many = np.tile(vector, (9001, 1))
    assert len(np.unique(exact_products(many, np.arange(9001), query))) == 1


def test_the_error_bound_holds() -> None:
    generator = np.random.default_rng(1)
    for dimension in (1, 3, 128, 1280):
        rows = np.abs(generator.standard_normal((500, dimension))).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        literal = np.round(rows.astype(np.float64) @ rows[0].astype(np.float64), 10)
        bound = product_error(dimension, 1.0, 1.0)
        assert np.abs(rows @ rows[0] - literal).max() <= bound < 1e-3


def test_an_order_that_float32_gets_wrong_is_right() -> None:
    """Two rows whose float32 products are equal and whose true products differ."""
    query = np.array([1.0, 2.0**-13, 0.0], np.float32)
    gallery = np.array([[0.75, 0.0, 0.5], [0.75, 2.0**-13, 0.5]], np.float32)
    assert (gallery @ query)[0] == (gallery @ query)[1]
    assert next(GalleryIndex.build(gallery).rankings(query)).top(2)[1].tolist() == [1, 0]
    assert next(GalleryIndex.build(gallery).rankings(query)).ranks_of(
        np.array([0, 1])
    ).tolist() == [
        2,
        1,
    ]


def test_only_a_few_rows_are_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(2)
    gallery = generator.standard_normal((20_000, 64)).astype(np.float32)
    gallery /= np.linalg.norm(gallery, axis=1, keepdims=True)
    counted: list[int] = []

    def counting(vectors: np.ndarray, places: np.ndarray, query: np.ndarray) -> np.ndarray:
        counted.append(len(places))
        return exact_products(vectors, places, query)

    monkeypatch.setattr(ranking, "exact_products", counting)
    full = next(GalleryIndex.build(gallery).rankings(gallery[5]))
    full.top(10)
    full.ranks_of(np.arange(50))
    assert sum(counted) < 1000
