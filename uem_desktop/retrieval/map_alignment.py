"""Turns one map so that it can be compared with another of the same images."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from uem_desktop.retrieval.layout import MapLayout
from uem_desktop.retrieval.map_points import MapPoints


def turned_to(points: MapPoints, onto: MapPoints) -> MapPoints:
    """Return a map turned and mirrored so that its images lie as near as can be to another's.

    A plane has no up and no left: rotating and mirroring change no distance within a map
    (orthogonal Procrustes over the images that both maps hold; sizes are evened out only to find
    the turn). Fewer than two common images turn nothing.

    Args:
        points: The map to turn.
        onto: The map that stays, of the same folders in the same order.
    """
    _, mine, theirs = np.intersect1d(
        points.images, onto.images, assume_unique=True, return_indices=True
    )
    if len(mine) < 2:
        return points
    here, there = (
        places - places.mean(axis=0)
        for places in (
            points.places[mine].astype(np.float64),
            onto.places[theirs].astype(np.float64),
        )
    )
    left, _, right = np.linalg.svd(here.T @ there)
    turn = (left @ right).astype(np.float32)
    layout = points.layout
    turned: MapLayout = replace(layout, query=layout.query @ turn, gallery=layout.gallery @ turn)
    return MapPoints(points.query, points.gallery, turned)
