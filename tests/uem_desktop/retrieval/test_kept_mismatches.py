"""A kept table is the table that was kept, and only for the same embeddings and categories."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from training.evaluation.query_results import QueryResults
from uem_desktop.retrieval import kept_mismatches
from uem_desktop.retrieval.array_cache import ArrayCache
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.kept_mismatches import known_mismatches, table_cache
from uem_desktop.retrieval.mismatches import Mismatches, find_mismatches

MakeDomain = Callable[..., DomainEmbeddings]
Domains = tuple[DomainEmbeddings, DomainEmbeddings]
KINDS = ["bird", "ship", None, "moon"] * 6


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What was really ranked: whether both ways, for each time."""
    done: list[bool] = []

    def find(*domains: DomainEmbeddings, both_ways: bool, **others: object) -> Mismatches:
        done.append(both_ways)
        return find_mismatches(*domains, both_ways=both_ways)

    monkeypatch.setattr(kept_mismatches, "_WORTH_KEEPING", 0)
    monkeypatch.setattr(kept_mismatches, "find_mismatches", find)
    return done


@pytest.fixture
def domains(make_domain: MakeDomain) -> Domains:
    return make_domain(KINDS, rows(1)), make_domain(KINDS[:22], rows(2)[:22], list(range(1, 22)))


def rows(seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).standard_normal((24, 4)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def assert_same(found: Mismatches, other: Mismatches) -> None:
    for name in ("rows", "matches", "similarities", "best_correct", "best_wrong", "disagreement"):
        np.testing.assert_array_equal(getattr(found, name), getattr(other, name))
    for name in QueryResults.__slots__:
        np.testing.assert_equal(getattr(found.results, name), getattr(other.results, name))
    assert found.scores == other.scores


def test_the_second_time_comes_from_the_disk(
    domains: Domains, work: list[bool], tmp_path: Path
) -> None:
    cache = ArrayCache(tmp_path)
    first = known_mismatches(*domains, cache=cache)
    second = known_mismatches(*domains, cache=cache)
    assert work == [True]
    assert second.query is domains[0]
    assert_same(second, first)
    assert_same(second, find_mismatches(*domains))


def test_a_table_of_both_ways_serves_who_asks_for_one(
    domains: Domains, work: list[bool], tmp_path: Path
) -> None:
    cache = ArrayCache(tmp_path)
    one_way = known_mismatches(*domains, both_ways=False, cache=cache)
    assert_same(known_mismatches(*domains, both_ways=False, cache=cache), one_way)
    both_ways = known_mismatches(*domains, cache=cache)
    assert work == [False, True]
    assert_same(known_mismatches(*domains, both_ways=False, cache=cache), both_ways)
    assert work == [False, True]


def test_other_images_categories_and_directions_are_ranked(
    domains: Domains, work: list[bool], tmp_path: Path, make_domain: MakeDomain
) -> None:
    cache = ArrayCache(tmp_path)
    query, gallery = domains
    known_mismatches(query, gallery, cache=cache)
    changed = rows(1)
    changed[3] = changed[4]
    for other in (
        (gallery, query),
        (make_domain(KINDS, changed), gallery),
        (make_domain([*KINDS[:-1], "bird"], rows(1)), gallery),
        (make_domain(KINDS, rows(1), list(range(23))), gallery),
    ):
        before = len(work)
        assert_same(known_mismatches(*other, cache=cache), find_mismatches(*other))
        assert len(work) == before + 1


@pytest.mark.parametrize("spoil", ["cut", "other shape", "too little"])
def test_a_file_that_is_no_table_is_ranked_again(
    spoil: str, domains: Domains, work: list[bool], tmp_path: Path
) -> None:
    cache = ArrayCache(tmp_path)
    first = known_mismatches(*domains, cache=cache)
    (path,) = tmp_path.glob("*.npz")
    arrays = cache.load(path.stem)
    assert arrays is not None
    if spoil == "cut":
        path.write_bytes(path.read_bytes()[:-400])
    elif spoil == "other shape":
        cache.keep(path.stem, arrays | {"first_rank": arrays["first_rank"][:-1]})
    else:
        cache.keep(path.stem, {name: arrays[name] for name in arrays if name != "similarities"})
    assert_same(known_mismatches(*domains, cache=cache), first)
    assert work == [True, True]


def test_small_folders_leave_nothing_behind(domains: Domains) -> None:
    assert_same(known_mismatches(*domains), find_mismatches(*domains))
    assert not table_cache().root.exists()
