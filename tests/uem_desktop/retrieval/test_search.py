"""Domains in, matches with marks and missed images out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from training.errors import Cancelled, UserError
from training.evaluation.retrieval_scores import score_retrieval
from uem_desktop.retrieval import search as search_module
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.index import IndexKind
from uem_desktop.retrieval.matches import QueryResult, mark_of
from uem_desktop.retrieval.search import (
    build_index,
    evaluate,
    mean_embedding,
    search_domain,
    search_embedding,
)

MakeDomain = Callable[..., DomainEmbeddings]


def unit_rows(seed: int, count: int, dimension: int = 6) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def categories(seed: int, count: int) -> list[str | None]:
    chosen = np.random.default_rng(seed).choice(["bird", "tiger", "whale", ""], count)
    return [str(name) or None for name in chosen]


def assert_is_literal(
    result: QueryResult,
    embedding: np.ndarray,
    gallery: DomainEmbeddings,
    top_k: int,
    max_missed: int,
) -> None:
    """Compare a result with its definition, worked out on the whole gallery."""
    rows = np.flatnonzero(gallery.is_ready)
    similarities = np.round(
        gallery.embeddings[rows].astype(np.float64) @ embedding.astype(np.float64), 10
    )
    ranked = [
        (rank, int(rows[place]), float(similarities[place]))
        for rank, place in enumerate(np.argsort(-similarities, kind="stable"), start=1)
    ]
    assert [(m.rank, m.row, m.similarity) for m in result.matches] == ranked[:top_k]
    for match in (*result.matches, *result.missed):
        assert match.record == gallery.records[match.row]
        assert match.is_correct is mark_of(result.category, match.record.category)
    relevant = [
        entry
        for entry in ranked
        if result.category is not None and gallery.records[entry[1]].category == result.category
    ]
    missed = [entry for entry in relevant if entry[0] > top_k]
    assert [(m.rank, m.row, m.similarity) for m in result.missed] == missed[:max_missed]
    assert result.relevant_count == (None if result.category is None else len(relevant))
    assert result.missed_count == (None if result.category is None else len(missed))
    assert result.gallery_count == len(rows)


@pytest.mark.parametrize("max_missed", [0, 5])
@pytest.mark.parametrize("seed", range(6))
def test_a_domain_is_searched_query_by_query(
    seed: int, max_missed: int, make_domain: MakeDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "_QUERIES_PER_BLOCK", 7)
    gallery_rows = unit_rows(seed, 80)
    gallery_rows[40:50] = gallery_rows[:10]
    ready = np.flatnonzero(np.random.default_rng(seed).random(80) < 0.8).tolist()
    gallery = make_domain(categories(seed, 80), gallery_rows, ready)
    query = make_domain(categories(seed + 1, 30), unit_rows(seed + 9, 30), list(range(3, 30)), "q")
    results = list(search_domain(query, gallery, top_k=12, max_missed=max_missed))
    assert [result.query_row for result in results] == list(range(3, 30))
    for row, result in enumerate(results, start=3):
        assert result.query_paths == (query.records[row].path,)
        assert result.category == query.records[row].category
        assert_is_literal(result, query.embeddings[row], gallery, 12, max_missed)


@pytest.mark.parametrize("category", ["bird", "dodo", None])
def test_one_embedding_is_searched_with_what_it_misses(
    category: str | None, make_domain: MakeDomain
) -> None:
    gallery = make_domain(categories(1, 90), unit_rows(1, 90), list(range(10, 90)))
    embedding = unit_rows(2, 1)[0]
    index = build_index(gallery)
    result = search_embedding(
        embedding, category, gallery, index, 8, max_missed=4, query_paths=(Path("a"), Path("b"))
    )
    assert result.query_paths == (Path("a"), Path("b"))
    assert (result.index_kind, result.index_recall) == ("exact", 1.0)
    assert_is_literal(result, embedding, gallery, 8, 4)


def test_a_domain_can_be_searched_in_itself(make_domain: MakeDomain) -> None:
    domain = make_domain(categories(3, 40), unit_rows(3, 40))
    for result in search_domain(domain, domain, top_k=1):
        assert result.matches[0].row == result.query_row


def test_only_the_asked_rows_in_the_asked_order(make_domain: MakeDomain) -> None:
    domain = make_domain(["a"] * 5, unit_rows(4, 5), ready=[0, 1, 3])
    results = search_domain(domain, domain, top_k=2, rows=[3, 2, 0])
    assert [result.query_row for result in results] == [3, 0]


def test_an_empty_gallery_gives_empty_results(make_domain: MakeDomain) -> None:
    query = make_domain(["a", None], unit_rows(5, 2))
    for gallery in (make_domain([]), make_domain(["a", "a"])):
        results = list(search_domain(query, gallery, max_missed=3))
        assert [(r.matches, r.missed) for r in results] == [((), ()), ((), ())]
        assert [r.relevant_count for r in results] == [0, None]
    assert list(search_domain(make_domain([]), query)) == []


@pytest.mark.parametrize("kind", ["hnsw", "ivf"])
def test_an_approximate_search_says_so_and_ranks_missed_images_exactly(
    kind: IndexKind, make_domain: MakeDomain
) -> None:
    gallery = make_domain(categories(6, 300), unit_rows(6, 300))
    query = make_domain(categories(7, 20), unit_rows(7, 20))
    index = build_index(gallery, kind, query=query)
    exact = list(search_domain(query, gallery, top_k=300))
    results = list(search_domain(query, gallery, top_k=5, index=index, max_missed=3))
    for whole, result in zip(exact, results, strict=True):
        assert result.index_kind == kind
        assert result.index_recall == index.recall
        assert [match.rank for match in result.matches] == [1, 2, 3, 4, 5]
        found = {match.row for match in result.matches}
        missed = [m for m in whole.matches if m.is_correct and m.row not in found]
        assert list(result.missed) == missed[:3]


def test_two_encoders_are_noticed(make_domain: MakeDomain) -> None:
    query, gallery = make_domain(["a"], unit_rows(0, 1, 4)), make_domain(["a"], unit_rows(0, 1, 5))
    with pytest.raises(UserError, match="different encoders"):
        search_domain(query, gallery)
    with pytest.raises(UserError, match="different encoders"):
        evaluate(query, gallery)
    with pytest.raises(UserError, match="different encoders"):
        search_embedding(query.embeddings[0], None, gallery, build_index(gallery), 1)


def test_top_k_starts_at_one(make_domain: MakeDomain) -> None:
    domain = make_domain(["a"], unit_rows(0, 1))
    with pytest.raises(ValueError, match="top_k is 0"):
        search_domain(domain, domain, top_k=0)


def test_several_images_make_one_query() -> None:
    rows = unit_rows(8, 3)
    mean = rows.astype(np.float64).mean(axis=0)
    np.testing.assert_allclose(mean_embedding(rows), mean / np.linalg.norm(mean), atol=1e-7)
    np.testing.assert_array_equal(mean_embedding(rows[:1]), rows[0])
    assert mean_embedding(np.stack([rows[0], -rows[0]])).tolist() == [0.0] * 6
    with pytest.raises(ValueError, match="no embeddings"):
        mean_embedding(rows[:0])


def test_evaluation_counts_what_is_ready(make_domain: MakeDomain) -> None:
    query_rows, gallery_rows = unit_rows(9, 30), unit_rows(10, 50)
    query = make_domain(categories(9, 30), query_rows, list(range(5, 30)), "query")
    gallery = make_domain(categories(10, 50), gallery_rows, list(range(40)))
    seen: list[tuple[int, int]] = []
    scores = evaluate(query, gallery, on_progress=lambda *step: seen.append(step))
    assert scores == score_retrieval(
        query_rows[5:], categories(9, 30)[5:], gallery_rows[:40], categories(10, 50)[:40]
    )
    assert (scores.num_queries, scores.num_gallery) == (25, 40)
    assert seen[-1] == (25 - scores.num_excluded,) * 2
    with pytest.raises(Cancelled):
        evaluate(query, gallery, should_stop=lambda: True)


def test_evaluation_agrees_with_the_marks(make_domain: MakeDomain) -> None:
    query = make_domain(["bird", "tiger"] * 10, unit_rows(11, 20), domain="query")
    gallery = make_domain(["tiger", "bird", "bird"] * 10, unit_rows(12, 30))
    scores = evaluate(query, gallery, ks=(1, 5))
    results = list(search_domain(query, gallery, top_k=5))
    for k in (1, 5):
        hits = [bool(match.is_correct) for result in results for match in result.matches[:k]]
        assert scores.precision_at[k] == pytest.approx(100 * np.mean(hits))


def test_evaluation_of_nothing_claims_nothing(make_domain: MakeDomain) -> None:
    scores = evaluate(make_domain(["a", "b"]), make_domain(["a"]))
    assert scores.map_plain is None
    assert (scores.num_queries, scores.num_gallery, scores.num_excluded) == (0, 0, 0)


def test_names_of_the_package_come_when_they_are_used() -> None:
    code = (
        "import sys, uem_desktop.retrieval as r\n"
        "assert 'numpy' not in sys.modules\n"
        "assert {'search_domain', 'evaluate', 'embed_folder', 'load_encoder'} <= set(dir(r))\n"
        "r.search_domain, r.evaluate, r.GalleryIndex\n"
        "assert not {'torch', 'faiss', 'PySide6'} & set(sys.modules)\n"
        "try:\n    r.nothing\nexcept AttributeError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "has no attribute 'nothing'" in done.stdout
