"""All numbers of a direction against slow literal code, ties and missing categories included."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from training.errors import Cancelled
from training.evaluation import query_results
from training.evaluation.average_precision import (
    interpolated_average_precision,
    plain_average_precision,
)
from training.evaluation.retrieval_scores import score_retrieval

Categories = list[str | None]


def embeddings(seed: int, count: int, dimension: int, *, steps: int | None = None) -> np.ndarray:
    """Unit rows; with ``steps`` coarse ones, so that many similarities are equal."""
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    if steps:
        return np.asarray(np.clip(np.round(rows * steps) / (2 * steps), -1, 1), np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def categories(seed: int, count: int, names: str, unknown: float = 0.0) -> Categories:
    generator = np.random.default_rng(seed)
    chosen = generator.choice(list(names), count)
    return [None if generator.random() < unknown else str(name) for name in chosen]


def literal_scores(
    queries: np.ndarray,
    query_categories: Categories,
    gallery: np.ndarray,
    gallery_categories: Categories,
    ks: tuple[int, ...],
) -> dict[str, float]:
    similarities = np.round(queries.astype(np.float64) @ gallery.astype(np.float64).T, 10)
    plain: dict[str, list[float]] = {}
    interpolated: dict[str, list[float]] = {}
    hits, cutoffs = dict.fromkeys(ks, 0), dict.fromkeys(ks, 0)
    for row, category in enumerate(query_categories):
        order = np.argsort(-similarities[row], kind="stable")
        relevant = [
            category is not None and gallery_categories[place] == category for place in order
        ]
        if not any(relevant):
            continue
        assert category is not None
        plain.setdefault(category, []).append(plain_average_precision(relevant))
        interpolated.setdefault(category, []).append(interpolated_average_precision(relevant))
        for k in ks:
            cutoff = min(k, sum(relevant))
            hits[k] += sum(relevant[:cutoff])
            cutoffs[k] += cutoff
    scores = {
        "map_plain": np.mean([value for values in plain.values() for value in values]),
        "map_interpolated": np.mean([np.mean(values) for values in interpolated.values()]),
        "map_plain_per_category": np.mean([np.mean(values) for values in plain.values()]),
        "map_interpolated_per_query": np.mean(
            [value for values in interpolated.values() for value in values]
        ),
    }
    scores |= {f"P@{k}": hits[k] / cutoffs[k] for k in ks}
    excluded = len(query_categories) - sum(map(len, plain.values()))
    return {name: 100.0 * value for name, value in scores.items()} | {"excluded": excluded}


@pytest.mark.parametrize("block_bytes", [None, 24 * 70 * 4])
@pytest.mark.parametrize("seed", range(12))
def test_against_literal_code(
    seed: int, block_bytes: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if block_bytes:
        monkeypatch.setattr(query_results, "_BLOCK_BYTES", block_bytes)
    ks = (1, 5, 15, 50)
    steps = (None, 2, 1)[seed % 3]
    queries = embeddings(seed, 45, 6, steps=steps)
    gallery = embeddings(seed + 100, 70, 6, steps=steps)
    gallery[10:20] = gallery[30:40]
    query_categories = categories(seed, 45, "abcdx", unknown=0.1)
    gallery_categories = categories(seed + 1, 70, "abcdy", unknown=0.1)
    scores = score_retrieval(queries, query_categories, gallery, gallery_categories, ks=ks)
    expected = literal_scores(queries, query_categories, gallery, gallery_categories, ks)
    assert scores.map_plain == pytest.approx(expected["map_plain"], abs=1e-9)
    assert scores.map_interpolated == pytest.approx(expected["map_interpolated"], abs=1e-9)
    assert scores.map_plain_per_category == pytest.approx(
        expected["map_plain_per_category"], abs=1e-9
    )
    assert scores.map_interpolated_per_query == pytest.approx(
        expected["map_interpolated_per_query"], abs=1e-9
    )
    for k in ks:
        assert scores.precision_at[k] == pytest.approx(expected[f"P@{k}"], abs=1e-9)
    assert scores.num_excluded == expected["excluded"] > 0
    assert (scores.num_queries, scores.num_gallery) == (45, 70)


def test_a_hand_worked_direction() -> None:
    """One query of "a" sees [b, a, a]; two of "b" see [a, b, a] and [b, a, a]."""
    gallery = np.eye(3, dtype=np.float32)
    queries = np.array([[0.1, 0.2, 0.9], [0.9, 0.1, 0.5], [0.1, 0.2, 0.9]], np.float32)
    scores = score_retrieval(queries, ["a", "b", "b"], gallery, ["a", "a", "b"], ks=(1, 2))
    plain = [(1 / 2 + 2 / 3) / 2, 1 / 2, 1.0]
    assert scores.map_plain == pytest.approx(100 * sum(plain) / 3)
    assert scores.map_plain_per_category == pytest.approx(100 * (plain[0] + 0.75) / 2)
    assert scores.map_interpolated == pytest.approx(100 * (2 / 3 + 0.75) / 2)
    assert scores.map_interpolated_per_query == pytest.approx(100 * (2 / 3 + 1.5) / 3)
    assert scores.precision_at == {
        1: pytest.approx(100 * 1 / 3),
        2: pytest.approx(100 * 2 / 4),
    }


def test_without_ties_it_is_what_scikit_learn_says() -> None:
    queries, gallery = embeddings(1, 20, 16), embeddings(2, 200, 16)
    query_categories, gallery_categories = categories(1, 20, "ab"), categories(2, 200, "ab")
    similarities = queries.astype(np.float64) @ gallery.astype(np.float64).T
    expected = [
        average_precision_score([c == category for c in gallery_categories], row)
        for category, row in zip(query_categories, similarities, strict=True)
    ]
    scores = score_retrieval(queries, query_categories, gallery, gallery_categories)
    assert scores.map_plain == pytest.approx(100 * np.mean(expected), abs=1e-9)


def test_equal_similarities_count_lower_rows_first() -> None:
    same = np.ones((4, 1), np.float32)
    scores = score_retrieval(same[:1], ["a"], same, ["b", "b", "b", "a"], ks=(1,))
    assert scores.map_plain == pytest.approx(25.0)
    scores = score_retrieval(same[:1], ["a"], same, ["a", "b", "b", "b"], ks=(1,))
    assert scores.map_plain == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("query_categories", "gallery_categories"),
    [([None, None], ["a", "a", "b"]), (["a", "b"], [None] * 3), (["x", "y"], ["a", "a", "b"])],
)
def test_where_nothing_is_known_nothing_is_claimed(
    query_categories: Categories, gallery_categories: Categories
) -> None:
    scores = score_retrieval(
        embeddings(0, 2, 4), query_categories, embeddings(1, 3, 4), gallery_categories
    )
    assert scores.map_plain is None
    assert scores.map_interpolated is None
    assert scores.map_plain_per_category is None
    assert scores.map_interpolated_per_query is None
    assert scores.precision_at == dict.fromkeys((1, 5, 15, 50, 100, 200))
    assert (scores.num_queries, scores.num_gallery, scores.num_excluded) == (2, 3, 2)


@pytest.mark.parametrize(("num_queries", "num_gallery"), [(0, 0), (0, 3), (2, 0)])
def test_empty_domains(num_queries: int, num_gallery: int) -> None:
    scores = score_retrieval(
        np.zeros((num_queries, 4), np.float32),
        ["a"] * num_queries,
        np.zeros((num_gallery, 4), np.float32),
        ["a"] * num_gallery,
    )
    assert scores.map_plain is None
    assert scores.num_excluded == num_queries


def test_progress_ends_at_the_scored_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_results, "_LARGEST_BLOCK", 4)
    seen: list[tuple[int, int]] = []
    score_retrieval(
        embeddings(0, 20, 4),
        [*(["a"] * 10), *(["b"] * 8), None, None],
        embeddings(1, 6, 4),
        ["a", "b"] * 3,
        on_progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(4, 18), (8, 18), (12, 18), (16, 18), (18, 18)]


def test_it_stops_when_asked() -> None:
    with pytest.raises(Cancelled):
        score_retrieval(
            embeddings(0, 2, 4),
            ["a", "a"],
            embeddings(1, 2, 4),
            ["a", "a"],
            should_stop=lambda: True,
        )


def test_memory_stays_bounded() -> None:
    """A matrix of all pairs in float64 would take 288 MB."""
    rows, names = embeddings(0, 6000, 8), ["a", "b", "c"] * 2000
    tracemalloc.start()
    score_retrieval(rows, names, rows, names, ks=(1,))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 250e6


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e9])
def test_embeddings_without_a_meaning_are_refused(value: float) -> None:
    gallery = embeddings(1, 3, 4)
    gallery[1, 2] = value
    with pytest.raises(ValueError, match="finite and of unit length"):
        score_retrieval(embeddings(0, 2, 4), ["a", "a"], gallery, ["a", "a", "a"])


def test_sizes_have_to_fit() -> None:
    with pytest.raises(ValueError, match="category"):
        score_retrieval(embeddings(0, 2, 4), ["a"], embeddings(1, 2, 4), ["a", "a"])
    with pytest.raises(ValueError, match="dimensions differ"):
        score_retrieval(embeddings(0, 1, 4), ["a"], embeddings(1, 1, 5), ["a"])
