from __future__ import annotations

import numpy as np
import pytest

from training.errors import Cancelled, UserError
from uem_desktop.retrieval import layout
from uem_desktop.retrieval import tsne as module
from uem_desktop.retrieval.layout import layout_of, pca
from uem_desktop.retrieval.tsne import tsne

openTSNE = pytest.importorskip("openTSNE")


def heaps(count: int, kinds: int = 4, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal((count, 8))
    rows = 6.0 * np.eye(kinds, 8)[np.arange(count) % kinds] + noise
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def test_what_is_close_comes_together() -> None:
    rows = heaps(120)
    told: list[float] = []
    places, settings = tsne(rows, pca(rows)[0], on_progress=told.append)
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert (apart.argmin(axis=1) % 4 == np.arange(120) % 4).all()
    assert settings == (30.0, 750.0)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_equal_rows_give_equal_pictures_and_may_be_many() -> None:
    rows = np.concatenate([heaps(40), np.tile(heaps(1), (40, 1))])
    start, _ = pca(rows)
    first, settings = tsne(rows, start)
    assert np.isfinite(first).all()
    assert settings[0] == pytest.approx(79 / 3)
    assert np.array_equal(first, tsne(rows, start)[0])


def test_rows_beyond_the_sample_stand_among_their_nearest(monkeypatch) -> None:
    rows = heaps(200)
    monkeypatch.setattr(module, "spread_rows", lambda count: np.arange(0, count, 2))
    places, _ = tsne(rows, pca(rows)[0])
    laid_out = places[::2]
    for row in (1, 77):
        apart = np.linalg.norm(rows[::2].astype(np.float64) - rows[row], axis=1)
        near = np.argsort(apart)[:5]
        weights = 1 / (apart[near] + 1e-6)
        wanted = (laid_out[near] * weights[:, None]).sum(axis=0) / weights.sum()
        assert np.allclose(places[row], wanted, atol=1e-3)


def test_it_can_be_stopped_on_the_way() -> None:
    rows, told = heaps(120), []
    with pytest.raises(Cancelled):
        tsne(rows, pca(rows)[0], on_progress=told.append, should_stop=lambda: len(told) > 3)
    assert max(told) < 0.5


def test_a_missing_library_and_too_few_images_are_said_in_a_sentence(
    make_domain, monkeypatch
) -> None:
    few = make_domain([None] * 4, heaps(4))
    with pytest.raises(UserError, match="t-SNE needs 10 images"):
        layout_of(few, few, "tsne")
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(UserError, match=r"pip install 'uem-desktop\[map\]'"):
        layout_of(few, few, "tsne")


def test_both_domains_in_one_plane(make_domain) -> None:
    query, gallery = (
        make_domain([None] * 20, heaps(20), domain="query"),
        make_domain([None] * 24, heaps(24, seed=1)),
    )
    found = layout_of(query, gallery, "tsne")
    assert found.method == "tsne"
    assert found.explained == (pytest.approx(43 / 3), 750.0)
    assert found.positions("gallery").shape == (24, 2)
    assert layout.layout_of(query, gallery, "pca").method == "pca"
