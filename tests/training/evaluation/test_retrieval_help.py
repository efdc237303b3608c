"""Each help against a literal implementation, and what all of them promise."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from training.evaluation import neighbour_graph
from training.evaluation.retrieval_help import (
    BEST_HELP,
    HELP_NAMES,
    apply_help,
    fit_help,
    help_work,
)
from training.evaluation.retrieval_scores import score_retrieval


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float32)


def domains(seed: int = 0, num_a: int = 90, num_b: int = 110) -> tuple[np.ndarray, np.ndarray]:
    """Two domains of five kinds, one of them moved away from the other."""
    generator = np.random.default_rng(seed)
    middles, shift = generator.standard_normal((5, 12)), 2 * generator.standard_normal(12)
    a = middles[np.arange(num_a) % 5] + 0.9 * generator.standard_normal((num_a, 12))
    b = middles[np.arange(num_b) % 5] + 0.9 * generator.standard_normal((num_b, 12)) + shift
    return unit(a), unit(b)


def literal_averaged(rows: np.ndarray) -> np.ndarray:
    """Each row three times and its min(10, n // 8) nearest others, image by image."""
    count = min(10, len(rows) // 8)
    found = []
    for place, row in enumerate(rows):
        others = sorted(set(range(len(rows))) - {place}, key=lambda j: -float(row @ rows[j]))
        found.append((3 * row + rows[others[:count]].sum(axis=0)) / (count + 3))
    return unit(np.array(found))


def literal_expanded(queries: np.ndarray, gallery: np.ndarray) -> np.ndarray:
    """Each query and its min(20, n // 8) nearest gallery rows, weighted by similarity."""
    found = []
    for query in queries:
        total = query.copy()
        nearest = sorted(gallery, key=lambda row: -float(query @ row))
        for row in nearest[: min(20, len(gallery) // 8)]:
            total = total + max(0.0, float(query @ row)) * row
        found.append(total)
    return unit(np.array(found))


def literal_csls(queries: np.ndarray, gallery: np.ndarray) -> np.ndarray:
    """CSLS with the whole neighbourhood of a third of the other domain."""
    similarities = queries.astype(float) @ gallery.T.astype(float)
    of_a, of_b = len(queries) // 3, len(gallery) // 3
    of_query = np.sort(similarities, axis=1)[:, -of_b:].mean(axis=1)
    of_gallery = np.sort(similarities, axis=0)[-of_a:].mean(axis=0)
    return 2 * similarities - of_query[:, None] - of_gallery


@pytest.fixture(params=[None, 8 * 110 * 7], ids=["one block", "many blocks"])
def _blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param:
        monkeypatch.setattr(neighbour_graph, "_BLOCK_BYTES", request.param)


@pytest.mark.usefixtures("_blocks")
def test_centring_against_literal_code() -> None:
    a, b = domains()
    for found, rows in zip(apply_help(a, b, ["centring"]), (a, b), strict=True):
        expected = unit(np.array([row - rows.mean(axis=0) for row in rows.astype(float)]))
        np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.usefixtures("_blocks")
def test_neighbour_averaging_against_literal_code() -> None:
    a, b = domains()
    found_a, found_b = apply_help(a, b, ["neighbour-averaging"])
    np.testing.assert_allclose(found_a, literal_averaged(a), atol=1e-6)
    np.testing.assert_allclose(found_b, literal_averaged(b), atol=1e-6)


@pytest.mark.usefixtures("_blocks")
def test_query_expansion_against_literal_code() -> None:
    a, b = domains()
    found_a, found_b = apply_help(a, b, ["query-expansion"])
    np.testing.assert_allclose(found_a, literal_expanded(a, b), atol=1e-6)
    assert np.array_equal(found_b, b)


@pytest.mark.usefixtures("_blocks")
def test_hubness_ranks_as_literal_csls_does() -> None:
    a, b = domains()
    found_a, found_b = apply_help(a, b, ["hubness"])
    expected = literal_csls(a, b)
    products = found_a.astype(float) @ found_b.T.astype(float)
    for row, literal in zip(products, expected, strict=True):
        order = np.argsort(-row)
        assert (np.diff(literal[order]) < 1e-5).all()  # apart from ties of float32, it falls
    plain_order = np.argsort(-(a @ b.T), axis=1)
    assert not np.array_equal(np.argsort(-products, axis=1), plain_order)


def test_helps_follow_each_other_in_one_order() -> None:
    a, b = domains()
    step_by_step = (a, b)
    for name in HELP_NAMES:
        step_by_step = apply_help(*step_by_step, [name])
    for order in (HELP_NAMES, HELP_NAMES[::-1], set(HELP_NAMES)):
        for found, expected in zip(apply_help(a, b, order), step_by_step, strict=True):
            assert np.array_equal(found, expected)
    assert set(BEST_HELP) <= set(HELP_NAMES)


@pytest.mark.parametrize("names", [*([name] for name in HELP_NAMES), HELP_NAMES, BEST_HELP, []])
def test_unit_rows_that_follow_a_turn_and_a_new_order(names: list[str]) -> None:
    a, b = domains()
    found = apply_help(a, b, names)
    for rows in found:
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    turn, _ = np.linalg.qr(np.random.default_rng(7).standard_normal((12, 12)))
    order = np.random.default_rng(8).permutation(len(b))
    turned = apply_help(np.float32(a @ turn), np.float32(b[order] @ turn), names)
    np.testing.assert_allclose(
        turned[0] @ turned[1].T, (found[0] @ found[1].T)[:, order], atol=2e-5
    )


def test_inputs_stay_as_they_are_and_no_help_changes_nothing() -> None:
    a, b = domains()
    before = a.copy(), b.copy()
    apply_help(a, b, HELP_NAMES)
    assert np.array_equal(a, before[0])
    assert np.array_equal(b, before[1])
    assert apply_help(a, b, ()) == (a, b)


def test_a_shift_of_a_whole_domain_is_what_centring_takes_away() -> None:
    a, b = domains(3)
    kinds = [[str(row % 5) for row in range(len(rows))] for rows in (a, b)]
    plain = score_retrieval(a, kinds[0], b, kinds[1]).map_plain
    a, b = apply_help(a, b, ["centring"])
    helped = score_retrieval(a, kinds[0], b, kinds[1]).map_plain
    assert plain is not None
    assert helped is not None
    assert helped > plain + 5


@pytest.mark.parametrize("names", [*([name] for name in HELP_NAMES), HELP_NAMES])
@pytest.mark.parametrize("sizes", [(1, 1), (1, 9), (2, 1), (2, 2), (3, 2), (0, 3), (3, 0)])
def test_tiny_domains(names: list[str], sizes: tuple[int, int]) -> None:
    a, b = domains(1)
    for rows, size in zip(apply_help(a[: sizes[0]], b[: sizes[1]], names), sizes, strict=True):
        assert len(rows) == size
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


def test_equal_images_keep_their_direction() -> None:
    a, b = domains(2)
    same = np.repeat(a[:1], 30, axis=0)
    found, _ = apply_help(same, b, ["centring", "neighbour-averaging"])
    np.testing.assert_allclose(found, same, atol=1e-6)


@pytest.mark.parametrize("names", [["centring"], ["query-expansion"], ["hubness"]])
def test_a_query_from_elsewhere_is_one_more_of_its_domain(names: list[str]) -> None:
    a, b = domains(4)
    fitted = fit_help(a, b, names)
    np.testing.assert_allclose(fitted.held_out(a[5:8]), fitted.queries[5:8], atol=1e-6)
    assert fitted.held_out(a[:0]).shape == (0, fitted.gallery.shape[1])


def test_a_query_from_elsewhere_is_averaged_with_the_nearest_of_its_domain() -> None:
    a, b = domains(5)
    fitted = fit_help(a[:80], b, ["neighbour-averaging"])
    near = np.argsort(-(a[:80] @ a[85]))[:10]
    expected = unit(3 * a[85] + a[near].sum(axis=0))
    np.testing.assert_allclose(fitted.held_out(a[85:86])[0], expected, atol=1e-6)
    assert np.array_equal(fitted.gallery, apply_help(a[:80], b, ["neighbour-averaging"])[1])


def test_an_unknown_name_is_named() -> None:
    with pytest.raises(ValueError, match="'magic'"):
        apply_help(*domains(), ["centring", "magic"])


def test_memory_stays_bounded() -> None:
    """One matrix of all pairs in float32 would take 144 MB."""
    a, b = (unit(np.random.default_rng(seed).standard_normal((6000, 8))) for seed in (0, 1))
    tracemalloc.start()
    apply_help(a, b, HELP_NAMES)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 110e6


@pytest.mark.parametrize("names", [(), *((name,) for name in HELP_NAMES), BEST_HELP, HELP_NAMES])
@pytest.mark.parametrize("sizes", [(90, 110), (7, 110), (90, 7), (0, 30)])
def test_all_of_the_work_is_counted_before_it_begins(
    names: tuple[str, ...], sizes: tuple[int, int]
) -> None:
    a, b = domains(num_a=max(1, sizes[0]), num_b=sizes[1])
    told: list[int] = []
    fit_help(a[: sizes[0]], b, names, note=told.append)
    assert sum(told) == help_work(names, *sizes)
