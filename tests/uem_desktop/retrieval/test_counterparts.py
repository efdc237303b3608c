"""The third mark: who has no counterpart, for images of the query domain and for others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from training.evaluation.vote_detection import fit_vote_detector
from uem_desktop.retrieval.counterparts import judge_counterparts, with_counterparts
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.search import build_index, search_domain, search_embedding

MakeDomain = Callable[..., DomainEmbeddings]


def kinds_of(count: int, kinds: int, seed: int) -> np.ndarray:
    """Unit rows (count, 8) around ``kinds`` of six directions."""
    generator = np.random.default_rng(seed)
    middles = np.random.default_rng(0).standard_normal((6, 8))
    rows = middles[np.arange(count) % kinds] + 0.3 * generator.standard_normal((count, 8))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture
def domains(make_domain: MakeDomain) -> tuple[DomainEmbeddings, DomainEmbeddings]:
    """Queries of six kinds, some not ready, and a gallery of three of the kinds."""
    ready = [row for row in range(60) if row % 7]
    query = make_domain([None] * 60, kinds_of(60, 6, 1), ready, "query")
    return query, make_domain([None] * 40, kinds_of(40, 3, 2))


def test_decisions_are_those_of_the_votes_row_by_row(
    domains: tuple[DomainEmbeddings, DomainEmbeddings],
) -> None:
    query, gallery = domains
    judge = judge_counterparts(query, gallery)
    assert judge is not None
    rows = query.ready_rows()
    expected = fit_vote_detector(query.embeddings[rows], gallery.embeddings, line="gallery")
    results = list(with_counterparts(search_domain(query, gallery), judge))
    assert [result.query_row for result in results] == rows.tolist()
    for result, value, is_missing in zip(
        results, expected.decisions.values, expected.decisions.is_private, strict=True
    ):
        assert result.counterpart is not None
        assert result.counterpart.value == value
        assert result.counterpart.threshold == expected.decisions.threshold
        assert result.counterpart.is_missing is bool(is_missing)
    missing = [row for row in rows.tolist() if judge.of_row(row).is_missing]  # type: ignore[union-attr]
    assert {row % 6 for row in missing} == {3, 4, 5}
    assert judge.of_row(7) is None
    assert judge.of_row(99) is None


def test_images_from_elsewhere_are_judged_too(
    domains: tuple[DomainEmbeddings, DomainEmbeddings],
) -> None:
    judge = judge_counterparts(*domains)
    assert judge is not None
    rows = kinds_of(12, 6, 9)
    found = judge.of_embeddings(rows)
    assert [one.value for one in found] == judge.detector.decide(rows).values.tolist()
    assert {one.threshold for one in found} == {judge.decisions.threshold}
    private = [False, False, False, True, True, True] * 2
    assert sum(one.is_missing == truth for one, truth in zip(found, private, strict=True)) >= 10


def test_a_result_of_an_image_from_elsewhere_stays_as_it_is(
    domains: tuple[DomainEmbeddings, DomainEmbeddings],
) -> None:
    query, gallery = domains
    judge = judge_counterparts(query, gallery)
    result = search_embedding(query.embeddings[1], None, gallery, build_index(gallery), 3)
    assert list(with_counterparts([result], judge)) == [result]
    assert list(with_counterparts([result], None)) == [result]


def test_two_images_are_too_few_to_judge_by(make_domain: MakeDomain) -> None:
    few = make_domain([None] * 5, kinds_of(5, 5, 3), [0, 4])
    many = make_domain([None] * 5, kinds_of(5, 5, 4))
    assert judge_counterparts(few, many) is None
    assert judge_counterparts(many, few) is None
    assert judge_counterparts(many, make_domain([None] * 3)) is None
