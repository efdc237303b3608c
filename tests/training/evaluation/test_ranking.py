"""The exact order against its definition."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluation import ranking
from training.evaluation.ranking import exact_similarities, rank_order, similarity_steps


def unit_rows(seed: int, count: int, dimension: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_similarities_are_the_rounded_float64_products() -> None:
    queries, gallery = unit_rows(0, 7, 33), unit_rows(1, 50, 33)
    literal = np.round(queries.astype(np.float64) @ gallery.astype(np.float64).T, 10)
    np.testing.assert_array_equal(exact_similarities(queries, gallery), literal)


def test_a_gallery_in_blocks_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    queries, gallery = unit_rows(2, 5, 16), unit_rows(3, 101, 16)
    at_once = exact_similarities(queries, gallery)
    monkeypatch.setattr(ranking, "_BLOCK_BYTES", 16 * 8 * 7)
    np.testing.assert_array_equal(exact_similarities(queries, gallery), at_once)


def test_steps_are_whole_numbers_in_the_same_order() -> None:
    queries, gallery = unit_rows(4, 3, 8), unit_rows(5, 40, 8)
    steps = similarity_steps(queries, gallery)
    np.testing.assert_array_equal(steps, np.rint(steps))
    similarities = exact_similarities(queries, gallery)
    np.testing.assert_array_equal(rank_order(steps), rank_order(similarities))


def test_equal_similarities_are_ordered_by_row() -> None:
    similarities = np.array([0.5, 0.9, 0.5, 0.9, -0.1, 0.5])
    assert rank_order(similarities).tolist() == [1, 3, 0, 2, 5, 4]


def test_a_difference_below_the_tenth_decimal_is_none() -> None:
    one = np.array([[1.0]], np.float32)
    gallery = np.array([[0.5], [0.5 + 6e-8]], np.float32)
    assert rank_order(exact_similarities(one, gallery)).tolist() == [[1, 0]]
    tiny = np.array([[1e-4]], np.float32)
    assert rank_order(exact_similarities(tiny, gallery)).tolist() == [[0, 1]]


@pytest.mark.parametrize(("queries", "images"), [(0, 3), (3, 0), (0, 0)])
def test_nothing_to_compare_is_an_empty_matrix(queries: int, images: int) -> None:
    result = exact_similarities(np.zeros((queries, 4), np.float32), np.zeros((images, 4), "f4"))
    assert result.shape == (queries, images)
