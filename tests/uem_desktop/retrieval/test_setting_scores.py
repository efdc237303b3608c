"""What a setting leaves of two domains, and what is measured of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from training.data.scenarios import SETTINGS, draw_scenario
from training.errors import Cancelled, UserError
from training.evaluation.detector_scores import score_detectors
from training.evaluation.retrieval_help import apply_help
from training.evaluation.retrieval_scores import score_retrieval
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.evaluation import evaluate_direction
from uem_desktop.retrieval.search import evaluate, results_of_all
from uem_desktop.retrieval.setting_scores import GivenSetting, cut_domains

MakeDomain = Callable[..., DomainEmbeddings]
KINDS = ("ant", "bee", "cat", "dog", "eel")


def rows_of(names: list[str | None], seed: int) -> np.ndarray:
    middles = np.random.default_rng(0).standard_normal((8, 8))
    rows = middles[[(*KINDS, "fox", "gnu", None).index(name) for name in names]]
    rows = rows + 0.6 * np.random.default_rng(seed).standard_normal(rows.shape)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture
def domains(make_domain: MakeDomain) -> tuple[DomainEmbeddings, DomainEmbeddings]:
    """Five kinds in both, one in each alone, images without a kind, and rows that are not ready."""
    asked: list[str | None] = [*KINDS, "fox", None] * 9
    held: list[str | None] = [*KINDS, "gnu", None] * 8
    ready = [row for row in range(len(asked)) if row % 10]
    query = make_domain(asked, rows_of(asked, 1), ready, "query")
    return query, make_domain(held, rows_of(held, 2))


def ready_kinds(domain: DomainEmbeddings) -> set[str | None]:
    return set(domain.categories_of_rows(domain.ready_rows()))


def test_as_is_everything_stays(domains: tuple[DomainEmbeddings, DomainEmbeddings]) -> None:
    cut = cut_domains(*domains, "as-is", 0)
    assert (cut.query, cut.gallery) == domains
    assert (cut.shared, cut.private) == (KINDS, ("fox",))


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_drawn_setting_keeps_what_the_draw_says(
    setting: GivenSetting, seed: int, domains: tuple[DomainEmbeddings, DomainEmbeddings]
) -> None:
    cut = cut_domains(*domains, setting, seed)
    drawn = draw_scenario(setting, KINDS, KINDS, seed=seed)
    assert (cut.shared, cut.private) == (drawn.shared, drawn.private)
    assert ready_kinds(cut.query) == set(drawn.query_categories)
    assert ready_kinds(cut.gallery) == set(drawn.gallery_categories)
    for part, whole in zip((cut.query, cut.gallery), domains, strict=True):
        rows = part.ready_rows()
        assert whole.is_ready[rows].all()
        assert np.array_equal(part.embeddings[rows], whole.embeddings[rows])


def test_a_category_without_a_ready_image_is_none(make_domain: MakeDomain) -> None:
    names: list[str | None] = ["ant", "bee", "cat"] * 3
    query = make_domain(names, rows_of(names, 1), [0, 1, 3, 4], "query")
    gallery = make_domain(names, rows_of(names, 2), [0, 2, 3, 5])
    cut = cut_domains(query, gallery, "as-is", 0)
    assert (cut.shared, cut.private) == (("ant",), ("bee",))
    with pytest.raises(UserError, match="ant is the only one"):
        cut_domains(query, gallery, "open-set", 0)


def test_two_images_are_too_few(make_domain: MakeDomain) -> None:
    names: list[str | None] = ["ant", "bee", "cat"]
    query = make_domain(names, rows_of(names, 1), [0, 1], "sketches")
    gallery = make_domain(names, rows_of(names, 2))
    with pytest.raises(UserError, match=r"as-is needs 3 images .* sketches it has 2 images\.$"):
        cut_domains(query, gallery, "as-is", 0)


def test_all_that_is_asked_for_is_measured(
    domains: tuple[DomainEmbeddings, DomainEmbeddings],
) -> None:
    names = ("centring", "neighbour-averaging")
    found = evaluate_direction(*domains, help_names=names, setting="open-set", seed=2)
    cut = cut_domains(*domains, "open-set", 2)
    rows, others = cut.query.ready_rows(), cut.gallery.ready_rows()
    queries, gallery = cut.query.embeddings[rows], cut.gallery.embeddings[others]
    asked, held = cut.query.categories_of_rows(rows), cut.gallery.categories_of_rows(others)
    assert found.scores == score_retrieval(queries, asked, gallery, held)
    assert found.helped is not None
    assert found.helped.names == names
    queries_helped, gallery_helped = apply_help(queries, gallery, names)
    assert found.helped.scores == score_retrieval(queries_helped, asked, gallery_helped, held)
    assert found.setting is not None
    assert found.setting.detectors == score_detectors(
        queries, gallery, results_of_all(cut.query, cut.gallery), set(held), seed=2
    )
    assert (found.setting.setting, found.setting.seed) == ("open-set", 2)
    assert found.query.ready_count == len(rows)


def test_nothing_more_than_what_is_asked_for(
    domains: tuple[DomainEmbeddings, DomainEmbeddings],
) -> None:
    found = evaluate_direction(*domains)
    assert (found.helped, found.setting) == (None, None)
    assert (found.query, found.gallery) == domains
    assert found.scores == evaluate(*domains)
    with pytest.raises(Cancelled):
        evaluate_direction(*domains, should_stop=lambda: True)
