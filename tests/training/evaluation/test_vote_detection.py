"""Detection by votes against a literal implementation with full matrices, and its promises."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from training.errors import Cancelled
from training.evaluation import neighbour_graph
from training.evaluation.neighbour_graph import averaged_within, nearest_rows
from training.evaluation.vote_detection import fit_vote_detector, similarity_spread, valley


def domains(seed: int, kinds: int = 8, kept: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Query domain, gallery that lacks some kinds, and which queries are private."""
    generator = np.random.default_rng(seed)
    middles = generator.standard_normal((kinds, 16))
    kind_a, kind_b = np.arange(240) % kinds, np.arange(160) % kept

    def rows(kind: np.ndarray, shift: np.ndarray) -> np.ndarray:
        found = middles[kind] + 0.8 * generator.standard_normal((len(kind), 16)) + shift
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)

    shift = generator.standard_normal(16)
    return rows(kind_a, 0 * shift), rows(kind_b, shift), kind_a >= kept


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def literal_values(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The steps, image by image, in float64."""

    def prepared(rows: np.ndarray) -> np.ndarray:
        return unit(rows.astype(float) - rows.astype(float).mean(axis=0))

    def averaged(rows: np.ndarray) -> np.ndarray:
        near = [np.argsort(-(rows @ row))[:6] for row in rows]  # oneself and 5 others
        return unit(np.array([rows[few].mean(axis=0) for few in near]))

    a, b = prepared(a), prepared(b)
    voted, voting = averaged(a), averaged(b)
    temperature = 1.5 * (voted @ voting.T).std()
    votes = np.zeros(len(a))
    for image in voting:
        closeness = np.exp((voted @ image) / temperature)
        votes += closeness / closeness.sum()
    own = -np.log(votes * len(a) / len(b))
    weights = np.zeros((len(a), len(a)))
    for row, image in enumerate(a):
        for other in np.argsort(-(a @ image))[1:11]:
            weights[row, other] += (a[other] @ image) ** 3
            weights[other, row] += (a[other] @ image) ** 3
    values = own
    for _ in range(40):
        values = 0.02 * own + 0.98 * (weights @ values) / weights.sum(axis=1)
    return values


@pytest.mark.parametrize("block_bytes", [None, 8 * 200 * 7])
def test_against_literal_code(block_bytes: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if block_bytes:
        monkeypatch.setattr(neighbour_graph, "_BLOCK_BYTES", block_bytes)
    a, b, _ = domains(0)
    found = fit_vote_detector(a, b).decisions
    assert found.values == pytest.approx(literal_values(a, b), abs=1e-3)


def test_the_temperature_follows_the_spread_of_the_similarities_between_the_domains(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a, b, _ = domains(6)
    detector = fit_vote_detector(a, b)
    voted = averaged_within(detector.domain, 5)
    spread = (voted @ detector.gallery.T).std(dtype=np.float64)
    assert detector.temperature == pytest.approx(1.5 * spread, rel=1e-6)
    monkeypatch.setattr(neighbour_graph, "_BLOCK_BYTES", 8 * 16 * 7)
    assert similarity_spread(a, b) == pytest.approx((a @ b.T).std(dtype=np.float64), rel=1e-6)
    assert similarity_spread(a[:1], b[:1]) == pytest.approx(0.0, abs=1e-6)


def test_the_values_do_not_hang_on_how_many_threads_there_are() -> None:
    generator = np.random.default_rng(2)
    a, b = (unit(generator.standard_normal((n, 128))).astype(np.float32) for n in (900, 700))
    found = []
    for count in (1, 2):
        with threadpool_limits(count):
            found.append(fit_vote_detector(a, b).decisions)
    assert np.array_equal(found[0].values, found[1].values)
    assert found[0].threshold == found[1].threshold


@pytest.mark.parametrize("seed", range(3))
def test_it_finds_private_queries_and_judges_new_ones_likewise(seed: int) -> None:
    a, b, private = domains(seed)
    whole = fit_vote_detector(a, b).decisions
    assert roc_auc_score(private, whole.values) > 0.85
    assert np.mean(whole.is_private == private) > 0.7
    detector = fit_vote_detector(a[:120], b)
    held_out = detector.decide(a[120:])
    assert roc_auc_score(private[120:], held_out.values) > 0.8
    assert held_out.threshold == detector.decisions.threshold
    one = detector.decide(a[130:131])
    assert one.values == pytest.approx(held_out.values[10:11], abs=1e-5)


def test_the_gallery_draws_a_quieter_line() -> None:
    a, b, _ = domains(1, kinds=4, kept=4)
    quiet = fit_vote_detector(a, b, line="gallery").decisions
    loud = fit_vote_detector(a, b).decisions
    assert np.array_equal(quiet.values, loud.values)
    assert quiet.is_private.mean() <= loud.is_private.mean()
    assert quiet.is_private.mean() < 0.4


@pytest.mark.parametrize("line", ["valley", "gallery"])
def test_progress_ends_at_its_total_and_a_stop_ends_the_work(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbour_graph, "_BLOCK_BYTES", 8 * 200 * 7)
    a, b, _ = domains(0)
    seen: list[tuple[int, int]] = []
    fit_vote_detector(a, b, line=line, on_progress=lambda *counts: seen.append(counts))
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]
    assert len({total for _, total in seen}) == 1
    blocks = iter(range(len(seen)))
    with pytest.raises(Cancelled):
        fit_vote_detector(a, b, line=line, should_stop=lambda: next(blocks) == 4)
    assert next(blocks) == 5


def test_the_valley_is_where_one_dimensional_k_means_parts() -> None:
    generator = np.random.default_rng(3)
    values = np.concatenate([generator.normal(0, 1, 60), generator.normal(5, 1, 30)])
    parts = KMeans(2, n_init=10, random_state=0).fit_predict(values[:, None])
    above = values > valley(values)
    assert np.array_equal(above, parts == parts[values.argmax()])
    assert valley(np.array([0.0, 0.0, 4.0])) == 2.0
    assert valley(np.array([3.0, 3.0])) == 3.0


def test_nearest_rows_are_nearest() -> None:
    a, b, _ = domains(4)
    found = nearest_rows(a[:9], b, 5)
    for row, near in zip(a, found, strict=False):
        assert set(near) == set(np.argsort(-(b @ row))[:5])
    assert all(row not in near for row, near in enumerate(nearest_rows(a, a, 5, skip_own=True)))


def test_of_equally_near_rows_the_first_are_neighbours() -> None:
    a = np.tile(np.eye(4, dtype=np.float32), (6, 1))
    found = nearest_rows(a, a, 3, skip_own=True)
    assert found[0].tolist() == [4, 8, 12]
    assert found[5].tolist() == [1, 9, 13]


def test_small_domains() -> None:
    a, b, _ = domains(5)
    tiny = fit_vote_detector(a[:3], b[:4])
    assert np.isfinite(tiny.decide(a[5:7]).values).all()
    same = fit_vote_detector(np.repeat(a[:1], 5, axis=0), b[:4]).decisions
    assert not same.is_private.any()
    with pytest.raises(ValueError, match="three images"):
        fit_vote_detector(a[:2], b)
