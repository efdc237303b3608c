from __future__ import annotations

import numpy as np
import pytest

from training.errors import Cancelled, UserError
from uem_desktop.retrieval import layout as module
from uem_desktop.retrieval.layout import layout_of, pca, spread_rows


def units(count: int, dimension: int = 8, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, dimension))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture
def domains(make_domain):
    query = make_domain([None] * 20, units(20, seed=1), ready=[*range(19)], domain="query")
    return query, make_domain([None] * 30, units(30, seed=2))


def test_pca_by_hand() -> None:
    rows = np.array([[2, 0, 0], [-2, 0, 0], [0, 0, 1], [0, 0, -1]], np.float32) + 5
    places, shares = pca(rows)
    assert np.allclose(places, [[2, 0], [-2, 0], [0, 1], [0, -1]], atol=1e-6)
    assert shares == pytest.approx((0.8, 0.2))


def test_pca_is_the_singular_value_decomposition_of_centred_rows() -> None:
    rows = units(60)
    places, shares = pca(rows)
    centred = rows.astype(np.float64) - rows.mean(axis=0)
    u, s, vt = np.linalg.svd(centred, full_matrices=False)
    wanted = u[:, :2] * s[:2]
    signs = np.sign(vt[np.arange(2), np.abs(vt[:2]).argmax(axis=1)])
    assert np.allclose(places, wanted * signs, atol=1e-5)
    assert shares == pytest.approx((s**2 / (s**2).sum())[:2])


def test_pca_of_a_line_and_of_equal_rows_has_places_too() -> None:
    places, shares = pca(np.array([[1.0], [3.0]], np.float32))
    assert np.allclose(places, [[-1, 0], [1, 0]])
    assert shares == (1.0, 0.0)
    places, shares = pca(np.ones((4, 3), np.float32))
    assert not places.any()


def test_rows_are_spread_evenly() -> None:
    assert spread_rows(5, 10).tolist() == [0, 1, 2, 3, 4]
    assert spread_rows(10, 4).tolist() == [0, 3, 6, 9]
    assert len(set(spread_rows(100_001).tolist())) == module.SAMPLE


def test_both_domains_stand_in_one_plane(domains) -> None:
    query, gallery = domains
    found = layout_of(query, gallery)
    assert np.isnan(found.query[19]).all()
    both = np.concatenate([gallery.embeddings, query.embeddings[:19]])
    assert np.array_equal(np.concatenate([found.gallery, found.query[:19]]), pca(both)[0])
    assert (found.image_count, found.sampled) == (49, 49)


def test_asking_the_other_way_round_moves_nothing(domains) -> None:
    found, swapped = layout_of(*domains), layout_of(*reversed(domains))
    assert np.array_equal(found.gallery, swapped.query)
    assert np.array_equal(found.positions("query"), swapped.positions("gallery"), equal_nan=True)


def test_found_again_on_the_disk(domains, monkeypatch) -> None:
    first = layout_of(*domains)
    monkeypatch.setattr(module, "_laid_out", None)
    again = layout_of(*domains)
    assert np.array_equal(again.gallery, first.gallery)
    assert again.explained == first.explained


def test_what_cannot_be_is_said_in_a_sentence(domains, make_domain) -> None:
    query, _ = domains
    with pytest.raises(UserError, match="different encoders"):
        layout_of(query, make_domain([None] * 3, np.eye(3, 4, dtype=np.float32)))
    one = make_domain([None], units(1))
    with pytest.raises(UserError, match="needs 3 embedded images"):
        layout_of(one, one)
    with pytest.raises(Cancelled):
        layout_of(*domains, should_stop=lambda: True)


def test_one_domain_alone_has_a_map_while_the_other_is_not_embedded(domains, make_domain) -> None:
    found = layout_of(domains[0], make_domain([None] * 4))
    assert np.isnan(found.gallery).all()
    assert np.isfinite(found.query[:19]).all()


def test_the_directions_of_many_rows_are_those_of_a_sample(monkeypatch) -> None:
    rows = units(50)
    monkeypatch.setattr(module, "spread_rows", lambda count: np.arange(0, count, 2))
    places, _ = pca(rows)
    centred = rows - rows[::2].mean(axis=0)
    _, _, axes = np.linalg.svd(centred[::2].astype(np.float64))
    assert np.allclose(np.abs(places), np.abs(centred @ axes[:2].T), atol=1e-5)
