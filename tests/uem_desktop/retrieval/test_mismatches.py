"""The table behind mismatches, its orders, the confusion matrix and the table of categories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan, nan

import numpy as np
import pytest

from training.errors import Cancelled
from training.evaluation import block_work as block_work_module
from training.evaluation import query_results as query_results_module
from training.evaluation.average_precision import (
    interpolated_average_precision,
    plain_average_precision,
)
from uem_desktop.retrieval import both_ways as both_ways_module
from uem_desktop.retrieval.category_table import category_table
from uem_desktop.retrieval.compare import compare
from uem_desktop.retrieval.confusion import Cell, confusion, places_of_cell
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.mismatch_orders import (
    Listing,
    Order,
    Population,
    badness,
    listed,
    worst,
)
from uem_desktop.retrieval.mismatches import TOP_DEPTH, Mismatches, find_mismatches
from uem_desktop.retrieval.search import evaluate, search_domain

MakeDomain = Callable[..., DomainEmbeddings]


def unit_rows(seed: int, count: int, dimension: int = 5) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def names(seed: int, count: int, kinds: list[str]) -> list[str | None]:
    chosen = np.random.default_rng(seed).choice(kinds, count)
    return [str(name) or None for name in chosen]


@dataclass(frozen=True)
class Slow:
    """One query, worked out from the definitions on the whole ranked gallery."""

    order: list[int]
    similarities: list[float]
    kinds: list[str | None]
    category: str | None

    @property
    def relevant(self) -> list[bool]:
        return [kind == self.category for kind in self.kinds]

    @property
    def is_scored(self) -> bool:
        return self.category is not None and any(self.relevant)

    def best(self, *, is_correct: bool) -> float:
        if self.category is None:
            return nan
        for similarity, kind in zip(self.similarities, self.kinds, strict=True):
            if kind is not None and (kind == self.category) is is_correct:
                return similarity
        return nan


def slow_query(query: DomainEmbeddings, gallery: DomainEmbeddings, row: int) -> Slow:
    rows = [int(r) for r in np.flatnonzero(gallery.is_ready)]
    one = query.embeddings[row].astype(np.float64)
    similarity = {r: round(float(gallery.embeddings[r].astype(np.float64) @ one), 10) for r in rows}
    order = sorted(rows, key=lambda r: (-similarity[r], r))
    kinds = [gallery.records[r].category for r in order]
    return Slow(order, [similarity[r] for r in order], kinds, query.records[row].category)


def slow_disagreement(query: DomainEmbeddings, gallery: DomainEmbeddings, row: int) -> float:
    k = min(10, query.ready_count, gallery.ready_count)
    firsts = slow_query(query, gallery, row).order[:k]
    back = [row in slow_query(gallery, query, match).order[:k] for match in firsts]
    return sum(not finds for finds in back) / k


@pytest.fixture(params=[3, 4])
def domains(
    request: pytest.FixtureRequest, make_domain: MakeDomain
) -> tuple[DomainEmbeddings, DomainEmbeddings]:
    """Two domains with ties, private and unlabelled images, and rows that are not ready."""
    seed = request.param
    rows = unit_rows(seed, 90)
    rows[40:48] = rows[:8]
    ready = np.flatnonzero(np.random.default_rng(seed).random(50) < 0.8).tolist()
    held = names(seed, 50, ["bird", "tiger", "whale", "ship", ""])
    gallery = make_domain(held, rows[:50], ready=ready)
    asked = names(seed + 9, 40, ["bird", "tiger", "whale", "moon", ""])
    return make_domain(asked, rows[50:]), gallery


def test_every_number_is_its_definition(domains: tuple[DomainEmbeddings, DomainEmbeddings]) -> None:
    query, gallery = domains
    found = find_mismatches(query, gallery)
    assert found.rows.tolist() == query.ready_rows().tolist()
    for place, row in enumerate(found.rows.tolist()):
        slow = slow_query(query, gallery, row)
        assert found.matches[place].tolist() == slow.order[:TOP_DEPTH]
        assert found.similarities[place].tolist() == slow.similarities[:TOP_DEPTH]
        assert found.best_correct[place] == pytest.approx(slow.best(is_correct=True), nan_ok=True)
        assert found.best_wrong[place] == pytest.approx(slow.best(is_correct=False), nan_ok=True)
        assert found.is_scored[place] == slow.is_scored
        assert found.is_private[place] == (slow.category is not None and not slow.is_scored)
        if slow.is_scored:
            assert found.results.plain_ap[place] == plain_average_precision(slow.relevant)
            interpolated = interpolated_average_precision(slow.relevant)
            assert found.results.interpolated_ap[place] == interpolated
            assert found.results.first_rank[place] == slow.relevant.index(True) + 1
        assert found.disagreement[place] == pytest.approx(slow_disagreement(query, gallery, row))


def test_the_best_wrong_match_is_found_below_the_kept_ones(make_domain: MakeDomain) -> None:
    rows = np.zeros((TOP_DEPTH + 3, 2), np.float32)
    rows[:, 0] = np.linspace(1.0, 0.5, len(rows))
    rows[:, 1] = np.sqrt(1 - rows[:, 0] ** 2)
    kinds = ["bird"] * (TOP_DEPTH + 1) + [None, "ship"]
    query = make_domain(["bird"], np.array([[1, 0]], np.float32))
    found = find_mismatches(query, make_domain(kinds, rows))
    assert found.best_wrong[0] == pytest.approx(0.5)
    assert found.margin[0] == pytest.approx(-0.5)


def test_the_numbers_are_those_of_evaluate(
    domains: tuple[DomainEmbeddings, DomainEmbeddings],
) -> None:
    query, gallery = domains
    found = find_mismatches(query, gallery)
    assert found.scores == evaluate(query, gallery)
    for place, result in enumerate(search_domain(query, gallery, top_k=TOP_DEPTH)):
        assert [m.row for m in result.matches] == found.matches[place].tolist()
        assert [m.similarity for m in result.matches] == found.similarities[place].tolist()


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("population", Population)
def test_a_list_is_a_stable_sort_of_whom_it_concerns(
    order: Order, population: Population, domains: tuple[DomainEmbeddings, DomainEmbeddings]
) -> None:
    query, gallery = domains
    found = find_mismatches(query, gallery)
    wanted = []
    for place, row in enumerate(query.ready_rows().tolist()):
        slow = slow_query(query, gallery, row)
        if slow.category is None:
            belongs = population is Population.UNLABELLED
        else:
            belongs = population is (Population.SCORED if slow.is_scored else Population.PRIVATE)
        if belongs and (bad := slow_badness(slow, order, query, gallery, row)) is not None:
            wanted.append((-bad, place))
    assert listed(found, Listing(population, order)).tolist() == [p for _, p in sorted(wanted)]


def slow_badness(
    slow: Slow, order: Order, query: DomainEmbeddings, gallery: DomainEmbeddings, row: int
) -> float | None:
    if order is Order.DISAGREEMENT:
        return slow_disagreement(query, gallery, row) or None
    if order is Order.CONFIDENT:
        if slow.category is None or slow.kinds[0] in (None, slow.category):
            return None
        wrong = slow.best(is_correct=False)
        return 2 * wrong - slow.best(is_correct=True) if slow.is_scored else wrong
    if not slow.is_scored:
        return None
    if order is Order.FIRST_RANK:
        rank = slow.relevant.index(True) + 1
        return rank if rank > 1 else None
    is_plain = order is Order.PLAIN_AP
    precision = plain_average_precision if is_plain else interpolated_average_precision
    return 1 - precision(slow.relevant) or None


@pytest.fixture
def by_hand(make_domain: MakeDomain) -> Mismatches:
    """Angles in degrees on a circle; a similarity is the cosine of the angle between two images.

    Query 0, a bird at 0, finds a ship at 10 before birds at 20 and 60. Query 1, a bird at 60,
    finds a bird first. Query 2, a ship at 45, finds birds at 60 (15 away) and 20 (25 away) before
    the ship at 10 (35 away). Query 3 is a moon, which the gallery lacks.
    """

    def at(*degrees: float) -> np.ndarray:
        radians = np.radians(degrees)
        return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)

    query = make_domain(["bird", "bird", "ship", "moon"], at(0, 60, 45, 180))
    return find_mismatches(query, make_domain(["ship", "bird", "bird"], at(10, 20, 60)))


def test_a_hand_worked_example(by_hand: Mismatches) -> None:
    found = by_hand
    assert found.results.plain_ap[:3] == pytest.approx([(1 / 2 + 2 / 3) / 2, 1.0, 1 / 3])
    assert found.results.first_rank.tolist() == [2, 1, 3, 0]
    cos = np.cos(np.radians([10, 20, 15, 35]))
    assert found.margin[0] == pytest.approx(cos[0] - cos[1], abs=1e-6)
    assert found.margin[2] == pytest.approx(cos[2] - cos[3], abs=1e-6)
    assert worst(found, 2).tolist() == [2, 0]
    assert worst(found, 9).tolist() == [2, 0, 1]
    assert listed(found, Listing()).tolist() == [2, 0]
    assert listed(found, Listing(order=Order.CONFIDENT)).tolist() == [2, 0]
    sure = badness(found, Order.CONFIDENT)
    assert sure[2] == pytest.approx(2 * cos[2] - cos[3], abs=1e-6)
    assert isnan(sure[1])
    assert listed(found, Listing(Population.PRIVATE, Order.CONFIDENT)).tolist() == [3]
    assert sure[3] == pytest.approx(np.cos(np.radians(120)), abs=1e-6)
    # all three matches of a query count; the ship at 10 finds 0, 45 and 60, and so do the others
    assert found.disagreement.tolist() == [0.0, 0.0, 0.0, 1.0]


def test_the_matrix_of_the_hand_worked_example(by_hand: Mismatches) -> None:
    first = confusion(by_hand, 1)
    assert first.asked == ("bird", "moon", "ship")
    assert first.retrieved == ("bird", "ship")
    assert first.counts.tolist() == [[1, 1], [1, 0], [1, 0]]
    assert first.shares.tolist() == [[0.5, 0.5], [1.0, 0.0], [1.0, 0.0]]
    assert first.is_private.tolist() == [False, True, False]
    assert first.largest_errors(9) == [(2, 0), (0, 1)]
    assert confusion(by_hand, 20).counts.tolist() == [[4, 2], [2, 1], [2, 1]]
    assert places_of_cell(by_hand, Cell("bird", "ship", 1)).tolist() == [0]
    assert places_of_cell(by_hand, Cell("bird", "ship", 3)).tolist() == [0, 1]
    cell = Cell("bird", "bird", 1)
    assert listed(by_hand, Listing(cell=cell)).tolist() == [1], "good ones of a cell are shown too"


def test_the_categories_of_the_hand_worked_example(by_hand: Mismatches) -> None:
    bird, moon, ship = category_table(by_hand, np.array([True, False, False, True]))
    assert (bird.query_count, bird.gallery_count, bird.is_private) == (2, 2, False)
    assert bird.ap_plain == pytest.approx(100 * ((1 / 2 + 2 / 3) / 2 + 1) / 2)
    assert bird.precision_at[1] == 50.0
    assert bird.precision_at[5] == 75.0
    assert bird.called_private == 50.0
    assert (bird.confused_with, bird.confused_share) == ("ship", 50.0)
    assert (moon.ap_plain, moon.precision_at[1], moon.is_private) == (None, None, True)
    assert (moon.called_private, moon.confused_with) == (100.0, "bird")
    assert (ship.ap_plain, ship.precision_at[1]) == (pytest.approx(100 / 3), 0.0)


@pytest.mark.parametrize("top_k", [1, 5, TOP_DEPTH])
def test_a_matrix_counts_what_the_slow_ranking_finds(
    top_k: int, domains: tuple[DomainEmbeddings, DomainEmbeddings]
) -> None:
    query, gallery = domains
    found = find_mismatches(query, gallery)
    matrix = confusion(found, top_k)
    slow = [slow_query(query, gallery, row) for row in query.ready_rows()]
    assert matrix.asked == tuple(sorted({s.category for s in slow if s.category}))
    for row, asked in enumerate(matrix.asked):
        for column, retrieved in enumerate(matrix.retrieved):
            counts = [s.kinds[:top_k].count(retrieved) if s.category == asked else 0 for s in slow]
            assert matrix.counts[row, column] == sum(counts)
            places = places_of_cell(found, matrix.cell(row, column)).tolist()
            assert places == [place for place, count in enumerate(counts) if count]
    assert matrix.shares.sum(axis=1) == pytest.approx(1.0)
    largest = matrix.largest_errors(99)
    order = [(-matrix.shares[cell], -matrix.counts[cell], cell) for cell in largest]
    assert order == sorted(order)


def test_a_category_has_the_numbers_that_evaluate_gives_for_its_queries_alone(
    domains: tuple[DomainEmbeddings, DomainEmbeddings], make_domain: MakeDomain
) -> None:
    query, gallery = domains
    for row in category_table(find_mismatches(query, gallery)):
        rows = [r for r in query.ready_rows() if query.records[r].category == row.category]
        alone = evaluate(make_domain([row.category] * len(rows), query.embeddings[rows]), gallery)
        assert row.query_count == len(rows)
        assert row.ap_plain == alone.map_plain
        assert row.ap_interpolated == alone.map_interpolated_per_query
        assert row.precision_at == alone.precision_at


def test_equal_precisions_stand_in_row_order(make_domain: MakeDomain) -> None:
    """Ranks 1 and 12, and 2 and 3, are an AP of 7/12 each, which doubles add up to differently."""
    gallery_rows = np.eye(13, dtype=np.float32)[:12]
    kinds: list[str | None] = ["fox"] * 2 + ["owl"] * 10

    def query(ranks: tuple[int, int]) -> np.ndarray:
        places: list[int | None] = [None] * 12
        for row, rank in enumerate(ranks):
            places[rank - 1] = row
        others = iter(range(2, 12))
        order = [next(others) if row is None else row for row in places]
        values = np.zeros(13)
        values[order] = np.linspace(0.4, 0.1, 12)
        values[12] = np.sqrt(1 - np.square(values).sum())
        return values

    rows = np.array([query((1, 12)), query((2, 3)), query((1, 12))], np.float32)
    domains = make_domain(["fox"] * 3, rows, domain="query"), make_domain(kinds, gallery_rows)
    found = find_mismatches(*domains)
    first, second, _ = found.results.plain_ap
    assert first != second
    assert first == pytest.approx(7 / 12, abs=1e-15)
    assert second == pytest.approx(7 / 12, abs=1e-15)
    assert listed(found, Listing()).tolist() == worst(found, 3).tolist() == [0, 1, 2]
    swapped = make_domain(["fox"] * 3, rows[[1, 0, 2]], domain="query")
    change = compare(domains, (swapped, domains[1])).change
    assert change.tolist() == [0.0, 0.0, 0.0]


def test_filters_keep_the_order(domains: tuple[DomainEmbeddings, DomainEmbeddings]) -> None:
    found = find_mismatches(*domains)
    every = listed(found, Listing()).tolist()
    of_birds = [p for p in every if found.query.records[found.rows[p]].category == "bird"]
    assert listed(found, Listing(category="bird")).tolist() == of_birds
    assert not len(listed(found, Listing(category="nothing")))
    is_even = np.arange(len(found)) % 2 == 0
    assert listed(found, Listing(), is_even).tolist() == [p for p in every if p % 2 == 0]


def test_without_categories_the_directions_can_still_disagree(make_domain: MakeDomain) -> None:
    query = make_domain([None] * 30, unit_rows(1, 30))
    found = find_mismatches(query, make_domain([None] * 30, unit_rows(2, 30)))
    assert not len(listed(found, Listing()))
    order = listed(found, Listing(Population.UNLABELLED, Order.DISAGREEMENT))
    assert len(order)
    assert (np.diff(found.disagreement[order]) <= 0).all()
    assert confusion(found, 1).asked == ()
    assert category_table(found) == ()


@pytest.mark.parametrize("sizes", [(0, 5), (5, 0), (0, 0), (1, 1)])
def test_tiny_domains(sizes: tuple[int, int], make_domain: MakeDomain) -> None:
    query, gallery = (make_domain(["bird"] * n, unit_rows(7, n)) for n in sizes)
    found = find_mismatches(query, gallery)
    assert len(found) == sizes[0]
    assert listed(found, Listing()).tolist() == []
    confusion(found, 1)
    category_table(found)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three queries a block, several blocks at once."""
    monkeypatch.setattr(query_results_module, "_LARGEST_BLOCK", 3)
    monkeypatch.setattr(block_work_module, "threads_to_use", lambda: 4)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("few", [0, 10**9])
def test_blocks_on_several_threads_change_nothing(
    few: int, domains: tuple[DomainEmbeddings, DomainEmbeddings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(both_ways_module, "_FEW", few)
    monkeypatch.setattr(both_ways_module, "_BLOCK", 16)
    test_every_number_is_its_definition(domains)


@pytest.mark.usefixtures("small_blocks")
def test_progress_reaches_its_end_and_the_work_can_be_stopped(
    domains: tuple[DomainEmbeddings, DomainEmbeddings],
) -> None:
    query, gallery = domains
    told: list[tuple[int, int]] = []
    find_mismatches(query, gallery, on_progress=lambda *step: told.append(step))
    assert told == sorted(told)
    assert told[-1] == (query.ready_count, query.ready_count)
    for steps in range(len(told)):
        asked = iter([*[False] * steps, *[True] * len(told)])
        with pytest.raises(Cancelled):
            find_mismatches(query, gallery, should_stop=lambda asked=asked: next(asked))
    assert np.isnan(find_mismatches(query, gallery, both_ways=False).disagreement).all()
