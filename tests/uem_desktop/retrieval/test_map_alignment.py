from __future__ import annotations

import numpy as np
import pytest

from uem_desktop.retrieval.layout import MapLayout
from uem_desktop.retrieval.map_alignment import turned_to
from uem_desktop.retrieval.map_points import MapPoints


@pytest.fixture
def make_map(make_domain):
    """Make a map of four queries and three gallery images that stand in these places."""

    def make(places: np.ndarray) -> MapPoints:
        places = np.asarray(places, np.float32)
        layout = MapLayout("pca", places[:4], places[4:], len(places), len(places), (0.5, 0.2))
        rows = np.eye(7, dtype=np.float32)
        query = make_domain([None] * 4, rows[:4], domain="query")
        return MapPoints(query, make_domain([None] * 3, rows[4:]), layout)

    return make


def test_a_turned_mirrored_larger_map_is_turned_back(make_map) -> None:
    places = np.random.default_rng(0).standard_normal((7, 2))
    places -= places.mean(axis=0)
    angle = 1.1
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    mirrored = 3 * places @ turn * (-1, 1)
    found = turned_to(make_map(mirrored), make_map(places))
    assert np.allclose(found.places, 3 * places, atol=1e-5)
    distances = [np.linalg.norm(p[:, None] - p[None], axis=2) for p in (found.places, mirrored)]
    assert np.allclose(*distances, atol=1e-5)


def test_images_that_only_one_map_holds_turn_along(make_map) -> None:
    places = np.random.default_rng(1).standard_normal((7, 2))
    missing = places * (-1, 1)
    missing[5] = np.nan
    found = turned_to(make_map(missing), make_map(places))
    assert len(found) == 6
    assert np.isnan(found.layout.gallery[1]).all()


def test_without_common_images_nothing_turns(make_map) -> None:
    one, two = np.full((7, 2), np.nan), np.full((7, 2), np.nan)
    one[0], two[1] = (3.0, 1.0), (2.0, 2.0)
    assert turned_to(make_map(one), make_map(two)).places.tolist() == [[3.0, 1.0]]
