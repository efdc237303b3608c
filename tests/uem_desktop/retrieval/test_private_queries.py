"""Private queries of a domain: the numbers of a threshold against literal counting."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training.errors import Cancelled, UserError
from training.evaluation.vote_detection import fit_vote_detector
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.private_queries import PrivateQueries, find_private_queries

MakeDomain = Callable[..., DomainEmbeddings]
CATEGORIES = ["bird", "fish", "tool", None] * 10
PRIVATE = np.array([category == "tool" for category in CATEGORIES])
SHARED = np.array([category in ("bird", "fish") for category in CATEGORIES])


@pytest.fixture
def domains(
    make_domain: MakeDomain, unit_embeddings: Callable[[int], np.ndarray]
) -> tuple[DomainEmbeddings, DomainEmbeddings]:
    query = make_domain(CATEGORIES, unit_embeddings(40), domain="query")
    # the one tool of the gallery has no embedding, so nobody can find it
    gallery = make_domain(["bird", "fish"] * 12 + ["tool"], unit_embeddings(25), list(range(24)))
    return query, gallery


@pytest.fixture
def found(domains: tuple[DomainEmbeddings, DomainEmbeddings]) -> PrivateQueries:
    return find_private_queries(*domains)


def test_the_decision_is_that_of_the_detector(
    domains: tuple[DomainEmbeddings, DomainEmbeddings], found: PrivateQueries
) -> None:
    query, gallery = (domain.embeddings for domain in domains)
    detector = fit_vote_detector(query, gallery[:24], line="gallery")
    assert np.array_equal(found.values, detector.decisions.values)
    assert found.threshold == detector.decisions.threshold
    assert found.judge(query[3]) == detector.decide(query[3:4]).values[0]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.99, 1.0])
def test_counts_at_any_threshold(found: PrivateQueries, share: float) -> None:
    threshold = float(np.quantile(found.values, share))
    called = found.values > threshold
    counts = found.counts_at(threshold)
    assert (counts.called, counts.total) == (called.sum(), 40)
    assert counts.private_found == pytest.approx(100 * called[PRIVATE].mean())
    assert counts.false_alarms == pytest.approx(100 * called[SHARED].mean())
    assert counts.balanced_accuracy == pytest.approx(
        50 * (called[PRIVATE].mean() + (~called[SHARED]).mean())
    )
    known = PRIVATE | SHARED
    assert found.auroc == pytest.approx(roc_auc_score(PRIVATE[known], found.values[known]))


def test_the_histograms_hold_every_query(found: PrivateQueries) -> None:
    bars = found.histogram()
    assert sum(bars.every) == 40
    assert bars.shared is not None
    assert bars.private is not None
    assert (sum(bars.shared), sum(bars.private)) == (20, 10)
    assert (found.shared_count, found.private_count) == (20, 10)
    assert len(bars.edges) == len(bars.every) + 1
    assert (bars.edges[0], bars.edges[-1]) == (found.values.min(), found.values.max())


def test_without_categories_the_values_are_the_same(
    make_domain: MakeDomain,
    domains: tuple[DomainEmbeddings, DomainEmbeddings],
    found: PrivateQueries,
) -> None:
    query, gallery = domains
    nameless = make_domain([None] * 40, query.embeddings, domain="query")
    for one, other in ((nameless, gallery), (query, make_domain([None] * 24, gallery.embeddings))):
        again = find_private_queries(one, other)
        assert np.array_equal(again.values, found.values)
        assert again.threshold == found.threshold
        assert not again.has_categories
        assert again.auroc is None
        assert again.histogram().private is None
        counts = again.counts_at(again.threshold)
        assert (counts.private_found, counts.false_alarms, counts.balanced_accuracy) == (None,) * 3


def test_a_row_without_embedding_has_no_value(
    make_domain: MakeDomain, unit_embeddings: Callable[[int], np.ndarray]
) -> None:
    query = make_domain(CATEGORIES, unit_embeddings(40), [*range(5), *range(6, 40)])
    found = find_private_queries(query, make_domain(["bird"] * 9, unit_embeddings(9)))
    assert np.flatnonzero(np.isnan(found.values)).tolist() == [5]
    assert found.counts_at(-np.inf).called == 39


def test_queries_that_are_all_alike_have_one_value_and_a_drawn_range(
    make_domain: MakeDomain, unit_embeddings: Callable[[int], np.ndarray]
) -> None:
    same = np.repeat(unit_embeddings(1), 6, axis=0)
    found = find_private_queries(
        make_domain([None] * 6, same), make_domain([None] * 9, unit_embeddings(9))
    )
    bars = found.histogram()
    (place,) = np.flatnonzero(bars.every)
    assert bars.every[place] == 6
    assert (bars.edges[place] + bars.edges[place + 1]) / 2 == pytest.approx(found.values[0])
    assert found.counts_at(found.range[1]).called == 0


@pytest.mark.parametrize(
    ("queries", "images", "words"),
    [
        (2, 9, "the query domain has 2 images"),
        (9, 1, "the gallery domain has one image"),
        (0, 9, "the query domain has no image"),
    ],
)
def test_too_few_images_are_a_sentence(
    make_domain: MakeDomain,
    unit_embeddings: Callable[[int], np.ndarray],
    queries: int,
    images: int,
    words: str,
) -> None:
    few = [make_domain([None] * n, unit_embeddings(n) if n else None) for n in (queries, images)]
    with pytest.raises(UserError, match=words):
        find_private_queries(*few)


def test_it_can_be_stopped(domains: tuple[DomainEmbeddings, DomainEmbeddings]) -> None:
    with pytest.raises(Cancelled):
        find_private_queries(*domains, should_stop=lambda: True)
