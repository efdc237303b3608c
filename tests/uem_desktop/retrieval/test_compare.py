"""Two checkpoints query by query, against a slow and literal comparison."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.data.image_table import ImageTable
from training.data.records import ImageRecord
from training.data.scanning import FolderScan
from training.errors import Cancelled, UserError
from training.progress import Progress
from uem_desktop.retrieval.compare import RankMoves, compare
from uem_desktop.retrieval.compare_orders import CompareListing, CompareOrder, listed
from uem_desktop.retrieval.compare_query import compare_query, index_both
from uem_desktop.retrieval.compare_words import (
    excluded_text,
    first_text,
    left_out_text,
    move_text,
    points_text,
    verdict_text,
)
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk
from uem_desktop.retrieval.search import evaluate

CATEGORIES = ("bird", "chair", "tool", None)
TOP = 5


def scan_of(name: str, count: int, categories=CATEGORIES) -> FolderScan:
    records = tuple(
        ImageRecord(row, Path(f"/{name}/{row:03d}.png"), name, categories[row % len(categories)])
        for row in range(count)
    )
    return FolderScan(Path(f"/{name}"), ImageTable.of(records), (), 0)


def embedded(scan: FolderScan, seed: int, missing=(), noise: float = 1.0) -> DomainEmbeddings:
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(0).standard_normal((len(CATEGORIES), 12))
    codes = [CATEGORIES.index(r.category) if r.category in CATEGORIES else 3 for r in scan.records]
    vectors = centres[codes] + noise * 2.5 * rng.standard_normal((len(codes), 12))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    rows = np.array([n for n in range(len(codes)) if n not in set(missing)], np.int64)
    domain = DomainEmbeddings(scan)
    domain.apply(EmbeddedChunk(rows, vectors[rows], (), Progress(len(rows), len(codes))))
    return domain


@pytest.fixture
def scans() -> tuple[FolderScan, FolderScan]:
    return scan_of("drawings", 30), scan_of("photos", 41, ("bird", "chair", None))


@pytest.fixture
def both(scans):
    ours = tuple(embedded(scan, 1, noise=0.6) for scan in scans)
    theirs = tuple(embedded(scan, 2) for scan in scans)
    return ours, theirs


@pytest.fixture
def found(both):
    return compare(*both)


def order_of(domains, row: int) -> list[int]:
    query, gallery = domains
    products = gallery.embeddings.astype(np.float64) @ query.embeddings[row].astype(np.float64)
    return np.argsort(-np.round(products, 10), kind="stable").tolist()


def plain_ap(ranks: list[int]) -> float:
    return float(np.mean([place / rank for place, rank in enumerate(sorted(ranks), 1)]))


def slow_row(domains, row: int):
    """AP, first correct rank, and right/wrong/None of the first matches."""
    query, gallery = domains
    category = query.records[row].category
    order = order_of(domains, row)
    relevant = [r for r, one in enumerate(gallery.records) if category and one.category == category]
    ranks = sorted(order.index(r) + 1 for r in relevant)
    marks = [
        None if not (category and gallery.records[r].category)
        else gallery.records[r].category == category
        for r in order[:TOP]
    ]  # fmt: skip
    return (plain_ap(ranks) if ranks else np.nan), (ranks[0] if ranks else 0), marks


def test_changes_flips_and_first_ranks_are_the_literal_ones(both, found) -> None:
    to_wrong, to_right = found.flips(TOP)
    for place, row in enumerate(found.rows.tolist()):
        (our_ap, our_first, is_right), (their_ap, their_first, was_right) = (
            slow_row(domains, row) for domains in both
        )
        np.testing.assert_allclose(found.change[place], our_ap - their_ap, atol=1e-12)
        assert found.first_change[place] == our_first - their_first
        pairs = list(zip(was_right, is_right, strict=True))
        assert to_wrong[place] == pairs.count((True, False))
        assert to_right[place] == pairs.count((False, True))
    firsts = [tuple(slow_row(domains, row)[1] for domains in both) for row in found.rows.tolist()]
    moved = [ours - theirs for ours, theirs in firsts if ours]
    assert found.first_moves == RankMoves(
        up=sum(by < 0 for by in moved),
        down=sum(by > 0 for by in moved),
        same=moved.count(0),
        ranks_up=sum(-by for by in moved if by < 0),
        ranks_down=sum(by for by in moved if by > 0),
    )
    assert found.first_moves.up > 0 < found.first_moves.same < int(found.is_scored.sum())
    assert found.wins + found.losses + found.ties == int(found.is_scored.sum())
    assert found.wins > found.losses > 0


def test_both_mean_average_precisions_are_those_of_evaluate(both, found) -> None:
    for domains, scores in zip(both, found.scores, strict=True):
        assert scores == evaluate(*domains)
    ours, theirs = found.scores
    assert (found.plain.ours, found.plain.theirs) == (ours.map_plain, theirs.map_plain)
    assert found.interpolated.ours == ours.map_interpolated
    assert found.plain.within.low < found.plain.points < found.plain.within.high
    assert (
        found.interpolated.within.low < found.interpolated.points < found.interpolated.within.high
    )


def test_the_two_ways_round_are_each_others_mirror(both, found) -> None:
    other = compare(both[1], both[0])
    np.testing.assert_array_equal(other.change, -found.change)
    assert (other.wins, other.losses) == (found.losses, found.wins)
    assert other.flips(TOP)[0].tolist() == found.flips(TOP)[1].tolist()
    assert other.plain.points == -found.plain.points


def test_what_one_checkpoint_could_not_embed_counts_for_neither(scans) -> None:
    ours = embedded(scans[0], 1, missing=(3, 4)), embedded(scans[1], 1)
    theirs = embedded(scans[0], 2, missing=(4, 9)), embedded(scans[1], 2, missing=(0,))
    found = compare(ours, theirs)
    assert found.rows.tolist() == [n for n in range(30) if n not in (3, 4, 9)]
    assert found.scores[0].num_gallery == found.scores[1].num_gallery == 40
    assert (found.left_out.queries, found.left_out.gallery) == (2, 1)
    assert left_out_text(found) == (
        "left out, embedded by one only: 2 of the queries and 1 of the gallery"
    )
    both = [d.with_embeddings(found.rows, d.embeddings[found.rows]) for d in (ours[0], theirs[0])]
    rows = np.arange(1, 41)
    galleries = [d.with_embeddings(rows, d.embeddings[rows]) for d in (ours[1], theirs[1])]
    for query, gallery, scores in zip(both, galleries, found.scores, strict=True):
        assert scores == evaluate(query, gallery)


def test_folders_that_changed_meanwhile_are_not_compared(scans, both) -> None:
    other = embedded(scan_of("drawings", 29), 2), both[1][1]
    with pytest.raises(UserError, match="changed between"):
        compare(both[0], other)


def test_without_categories_there_is_no_difference(scans) -> None:
    bare = scan_of("drawings", 6, (None,)), scan_of("photos", 9, (None,))
    found = compare(tuple(embedded(s, 1) for s in bare), tuple(embedded(s, 2) for s in bare))
    assert found.plain is None
    assert found.interpolated is None
    assert not listed(found, CompareListing(CompareOrder.SAME), TOP).size


def test_every_order_lists_the_largest_first_and_only_its_own(found) -> None:
    change = found.change
    loss = listed(found, CompareListing(CompareOrder.LOSS), TOP)
    assert change[loss].tolist() == sorted(c for c in change.tolist() if c < 0)
    win = listed(found, CompareListing(CompareOrder.WIN), TOP)
    assert change[win].tolist() == sorted((c for c in change.tolist() if c > 0), reverse=True)
    for order, counts in zip(
        (CompareOrder.TO_WRONG, CompareOrder.TO_RIGHT), found.flips(TOP), strict=True
    ):
        places = listed(found, CompareListing(order), TOP)
        assert counts[places].tolist() == sorted((c for c in counts.tolist() if c), reverse=True)
    moved = listed(found, CompareListing(CompareOrder.FIRST_RANK), TOP)
    assert (np.diff(np.abs(found.first_change[moved])) <= 0).all()
    assert (found.first_change[moved] != 0).all()
    every = listed(found, CompareListing(CompareOrder.CHANGE), TOP)
    same = listed(found, CompareListing(CompareOrder.SAME), TOP)
    assert sorted([*every, *same]) == np.flatnonzero(found.is_scored).tolist()
    bird = listed(found, CompareListing(CompareOrder.CHANGE, category="bird"), TOP)
    assert bird.tolist() == [p for p in every.tolist() if found.rows[p] % 4 == 0]


def test_other_matches_need_no_categories(both, found) -> None:
    for place, row in enumerate(found.rows.tolist()):
        first, second = (set(order_of(domains, row)[:TOP]) for domains in both)
        assert found.others(TOP)[place] == len(first - second)
    places = listed(found, CompareListing(CompareOrder.OTHERS), TOP)
    counts = found.others(TOP)[places]
    assert counts.tolist() == sorted((c for c in found.others(TOP).tolist() if c), reverse=True)
    assert not found.is_scored[places].all()


def test_one_query_has_both_rankings_and_where_each_image_went(both, found) -> None:
    place = int(listed(found, CompareListing(CompareOrder.CHANGE), TOP)[0])
    answer = compare_query(found, index_both(found), place, TOP)
    orders = [order_of(domains, int(found.rows[place])) for domains in both]
    assert [m.row for m in answer.ours.matches] == orders[0][:TOP]
    assert [m.row for m in answer.theirs.matches] == orders[1][:TOP]
    for row, move in answer.moves.items():
        assert (move.ours, move.theirs) == tuple(order.index(row) + 1 for order in orders)
    category = answer.ours.category
    relevant = [r for r, one in enumerate(both[0][1].records) if one.category == category]
    assert sorted(move.row for move in answer.relevant) == relevant
    assert (np.diff([abs(move.by) for move in answer.relevant]) <= 0).all()
    assert {*orders[0][:TOP], *orders[1][:TOP], *relevant} == set(answer.moves)


def test_it_tells_how_far_it_is_and_can_be_stopped(both) -> None:
    told: list[tuple[int, int]] = []
    compare(*both, on_progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (60, 60)
    with pytest.raises(Cancelled):
        compare(*both, should_stop=lambda: True)


def test_words(found) -> None:
    assert [points_text(p) for p in (2.14, -12.0, 0.01, -0.01)] == ["+2.1", "−12.0", "0.0", "0.0"]
    place = int(listed(found, CompareListing(CompareOrder.FIRST_RANK), TOP)[0])
    theirs, ours = (t.results.first_rank[place] for t in (found.theirs, found.ours))
    assert first_text(found, place) == f"{theirs} → {ours}"
    same = int(np.flatnonzero((found.first_change == 0) & found.is_scored)[0])
    assert first_text(found, same) == f"rank {found.ours.results.first_rank[same]}"
    within, count = found.plain.within, int(found.is_scored.sum())
    assert verdict_text(found.plain, count) == (
        f"better by {found.plain.points:.1f} points, 95 % interval {within.low:.1f} to"
        f" {within.high:.1f}, {count} queries"
    )
    assert excluded_text(found) == (
        f"{30 - count} excluded: no category, or none of theirs in the gallery"
    )
    moves = compare_query(found, index_both(found), place, TOP).moves.values()
    assert {move_text(m) for m in moves if m.by} == {
        f"{m.theirs} → {m.ours}" for m in moves if m.by
    }
