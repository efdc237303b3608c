"""Points, colours and lines of a map, against literal counting."""

from __future__ import annotations

import os

import numpy as np
import pytest

from uem_desktop.retrieval import map_neighbours
from uem_desktop.retrieval.decided_images import ELSEWHERE, DecidedImage, DecidedImages
from uem_desktop.retrieval.decided_marks import DecidedMarks, MarkCounts
from uem_desktop.retrieval.decisions import Judgement, Kind
from uem_desktop.retrieval.explorer_session import LoadedDomain
from uem_desktop.retrieval.layout import layout_of
from uem_desktop.retrieval.map_colouring import (
    by_ap,
    by_category,
    by_decision,
    by_domain,
    by_prototype,
)
from uem_desktop.retrieval.map_neighbours import nearest_across
from uem_desktop.retrieval.map_points import MapPoints
from uem_desktop.retrieval.map_words import layout_text, neighbours_text, population_text
from uem_desktop.retrieval.prototypes import prototypes_of
from uem_desktop.retrieval.search import results_of_all

KINDS = ["bird", "tool", "ship"]


def units(count: int, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal((count, 8))
    rows = 3.0 * np.eye(3, 8)[np.arange(count) % 3] + noise
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture
def points(make_domain) -> MapPoints:
    """12 queries, one of them not embedded and one without category; 9 gallery images."""
    asked = [KINDS[n % 3] if n != 4 else None for n in range(12)]
    query = make_domain(asked, units(12, 1), ready=[n for n in range(12) if n != 2], domain="query")
    gallery = make_domain([KINDS[n % 3] if n % 3 < 2 else "extra" for n in range(9)], units(9, 2))
    return MapPoints(query, gallery, layout_of(query, gallery))


def test_images_and_points_lead_to_each_other(points) -> None:
    assert len(points) == 20
    assert points.images.tolist() == [0, 1, *range(3, 21)]
    assert points.is_gallery.tolist() == [False] * 11 + [True] * 9
    assert points.side_and_row(14) == ("gallery", 2)
    assert points.image_of("gallery", 2) == 14
    assert points.record(14) == points.gallery.records[2]
    assert points.record(3) == points.query.records[3]
    assert points.points_of(np.array([0, 2, 3, 20])).tolist() == [0, 2, 19]
    assert np.array_equal(points.places[19], points.layout.gallery[8])


def test_colours_of_domain_and_category(points) -> None:
    domains = by_domain(points)
    assert [key.count for key in domains.keys] == [11, 9]
    assert domains.others == ""
    categories = by_category(points)
    assert [key.title for key in categories.keys] == ["bird", "extra", "ship", "tool"]
    for point, image in enumerate(points.images.tolist()):
        category = points.record(image).category
        code = int(categories.codes[point])
        assert (categories.keys[code].title if code >= 0 else None) == category
    assert (categories.other_count, categories.others) == (1, "without category")


def test_colours_of_prototypes(points) -> None:
    found = prototypes_of(points.query, points.gallery)
    colouring = by_prototype(points, found)
    assert sum(key.count for key in colouring.keys) == len(points)
    assert colouring.codes[0] == found.ids("query")[0]
    assert colouring.codes[-1] == found.ids("gallery")[8]
    assert all(key.title.startswith(f"{n + 1} · ") for n, key in enumerate(colouring.keys))


def test_colours_of_ap(points) -> None:
    results = results_of_all(points.query, points.gallery)
    colouring = by_ap(points, results)
    rows = points.query.ready_rows().tolist()
    for place, row in enumerate(rows):
        ap, code = results.plain_ap[place], int(colouring.codes[place])
        assert points.images[place] == row
        assert code == (-1 if np.isnan(ap) else min(4, int(ap * 5 + 1e-9)))
    assert (colouring.codes[11:] == -1).all()


def test_colours_of_decisions(points) -> None:
    query, gallery = points.query.records[0].path, points.gallery.records[8].path
    images, counts = DecidedImages({}), MarkCounts()
    images.add(
        DecidedImage(n, ELSEWHERE, os.fsencode(path)) for n, path in enumerate((query, gallery), 1)
    )
    counts.add((1, 1, 0, "Ann", "decide", Kind.JUDGEMENT, 1, 2, None, Judgement.REJECT, None), 1)
    counts.add((2, 2, 0, "Ann", "decide", Kind.NOTE, 1, 0, None, "look again", None), 1)
    marks = DecidedMarks(images, counts)
    domains = [
        LoadedDomain(d.scan, d, {record.path: record.id for record in d.records})
        for d in (points.query, points.gallery)
    ]
    colouring = by_decision(points, marks, *domains)
    titles = [colouring.keys[int(code)].title for code in colouring.codes[[0, -1]]]
    assert titles == ["rejected", "rejected"]
    assert colouring.other_count == len(points) - 2
    assert colouring.others == "nothing decided"


def test_lines_lead_to_the_nearest_of_the_other_domain(points) -> None:
    images = np.array([0, 2, 4, 11, 14, 20])
    found = nearest_across(points, images, 3)
    assert found.asked == 5, "one is not embedded"
    by_hand = []
    for image in (0, 4, 11, 14, 20):
        side, row = points.side_and_row(image)
        here, there = (
            (points.query, points.gallery) if side == "query" else (points.gallery, points.query)
        )
        similarity = there.embeddings.astype(np.float64) @ here.embeddings[row]
        similarity[~there.is_ready] = -np.inf
        other = "gallery" if side == "query" else "query"
        for match in np.argsort(-similarity, kind="stable")[:3].tolist():
            asked, got = here.records[row].category, there.records[match].category
            mark = -1 if None in (asked, got) else int(asked == got)
            by_hand.append((image, points.image_of(other, match), mark))
    pairs = zip(found.images, found.nearest, found.is_right, strict=True)
    assert [tuple(map(int, one)) for one in pairs] == by_hand
    assert found.right_count == sum(mark == 1 for *_, mark in by_hand)


def test_a_large_selection_asks_for_a_few(points, monkeypatch) -> None:
    monkeypatch.setattr(map_neighbours, "MOST_ASKED", 2)
    found = nearest_across(points, points.images, 1)
    assert found.images.tolist() == [0, 1]
    assert nearest_across(points, np.array([2]), 1).asked == 0


def test_the_header_says_how_and_of_what(points) -> None:
    assert layout_text(points.layout).startswith("PCA: the axes hold ")
    assert population_text(points) == "11 query (1 unreadable left out) + 9 gallery images"
    found = nearest_across(points, np.array([0, 1]), 1)
    assert neighbours_text(found, 1, 2).startswith("Lines: the nearest match of 2 images; ")
