"""Domains with retrieval-time help are domains like any others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from training.errors import Cancelled, UserError
from training.evaluation.retrieval_help import HELP_NAMES, apply_help
from training.progress import Progress
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.helped import help_domains
from uem_desktop.retrieval.search import build_index, search_domain, search_embedding

MakeDomain = Callable[..., DomainEmbeddings]


def unit_rows(seed: int, count: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, 6)).astype(np.float32) + 1
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("names", [[], ["centring"], HELP_NAMES])
def test_what_is_ready_is_helped_and_searched(names: list[str], make_domain: MakeDomain) -> None:
    ready = [row for row in range(40) if row not in (0, 11, 39)]
    query = make_domain(["a", "b"] * 15, unit_rows(0, 30), domain="query")
    gallery = make_domain(["a", "b"] * 20, unit_rows(1, 40), ready)
    before = gallery.embeddings.copy()
    both = help_domains(query, gallery, names)
    assert both.query is not None
    assert both.gallery.ready_rows().tolist() == ready
    assert both.gallery.records is gallery.records
    expected = apply_help(query.embeddings, gallery.embeddings[ready], names)
    assert np.array_equal(both.query.embeddings, expected[0])
    assert np.array_equal(both.gallery.embeddings[ready], expected[1])
    assert np.array_equal(gallery.embeddings, before)
    index = build_index(both.gallery)
    for result in search_domain(both.query, both.gallery, index=index, top_k=4):
        row = result.query_row
        similarities = np.round(expected[0].astype(float)[row] @ expected[1].astype(float).T, 10)
        order = np.argsort(-similarities, kind="stable")[:4]
        assert [match.row for match in result.matches] == [ready[place] for place in order]
        assert result.category == query.records[row].category


def test_a_query_from_elsewhere_finds_what_it_would_as_one_of_the_domain(
    make_domain: MakeDomain,
) -> None:
    query = make_domain([None] * 30, unit_rows(0, 30), domain="query")
    gallery = make_domain([None] * 40, unit_rows(1, 40))
    both = help_domains(query, gallery, ["centring", "query-expansion", "hubness"])
    index = build_index(both.gallery)
    (inside,) = search_domain(both.query, both.gallery, index=index, rows=[3])
    (embedding,) = both.helped(query.embeddings[3:4])
    outside = search_embedding(embedding, None, both.gallery, index, 10)
    assert [match.row for match in outside.matches] == [match.row for match in inside.matches]


def test_progress_ends_at_all_of_the_work(make_domain: MakeDomain) -> None:
    query = make_domain([None] * 30, unit_rows(0, 30), domain="query")
    gallery = make_domain([None] * 40, unit_rows(1, 40))
    told: list[Progress] = []
    help_domains(query, gallery, HELP_NAMES, on_progress=told.append)
    assert [one.done for one in told] == sorted({one.done for one in told})
    assert told[-1].done == told[-1].total == 30 * 30 + 40 * 40 + 2 * 30 * 40


def test_without_a_query_domain_some_help_says_what_it_needs(make_domain: MakeDomain) -> None:
    gallery = make_domain([None] * 40, unit_rows(1, 40))
    both = help_domains(None, gallery, ["neighbour-averaging", "query-expansion"])
    assert both.query is None
    assert both.helped(unit_rows(2, 1)).shape == (1, 6)
    for name in ("centring", "hubness"):
        with pytest.raises(UserError, match=f"by {name} needs the folder"):
            help_domains(None, gallery, [name])
        with pytest.raises(UserError, match=f"by {name} needs the folder"):
            help_domains(make_domain([None] * 3), gallery, [name])


def test_failures_stay_known(make_domain: MakeDomain) -> None:
    rows = unit_rows(3, 9)
    rows[4] = np.nan
    query = make_domain([None] * 9, rows, domain="query")
    both = help_domains(query, make_domain([None] * 9, unit_rows(4, 9)), ["centring"])
    assert both.query is not None
    assert both.query.failures == query.failures
    assert both.query.ready_count == 8
    assert both.query.embeddings.shape == (9, 6)


def test_it_stops_when_asked(make_domain: MakeDomain) -> None:
    query = make_domain([None] * 30, unit_rows(0, 30), domain="query")
    gallery = make_domain([None] * 40, unit_rows(1, 40))
    for name in ("neighbour-averaging", "query-expansion", "hubness"):
        with pytest.raises(Cancelled):
            help_domains(query, gallery, [name], should_stop=lambda: True)
