"""The yardsticks that change embeddings without training."""

from __future__ import annotations

import numpy as np
import torch
from toy_methods import doubles, toy_config, toy_learner_for

from training.evaluation import neighbour_graph
from training.methods import finished_embeddings
from training.methods.registry import build_method


def literal_centred(rows: np.ndarray) -> np.ndarray:
    moved = [row - rows.mean(axis=0) for row in rows]
    return np.array([row / np.linalg.norm(row) for row in moved])


def literal_smoothed(rows: np.ndarray, count: int) -> np.ndarray:
    found = []
    for row in rows:
        nearest = sorted(range(len(rows)), key=lambda j: -float(row @ rows[j]))[:count]
        mean = rows[nearest].mean(axis=0)
        found.append(mean / np.linalg.norm(mean))
    return np.array(found)


def test_frozen_centred_and_smoothed(monkeypatch) -> None:
    monkeypatch.setattr(neighbour_graph, "_BLOCK_BYTES", 8 * 100)
    learner = toy_learner_for("frozen")
    for domain in (0, 1):
        (plain,) = doubles(learner.embed_all(domain))
        words = "smoothed_neighbours=7"
        found = {
            name: build_method(toy_config(name, words), learner).embed_all(domain)
            for name in ("frozen", "centred", "smoothed")
        }
        assert torch.equal(found["frozen"], learner.embed_all(domain))
        middle = literal_centred(plain)
        assert np.allclose(found["centred"].numpy(), middle, atol=1e-5)
        assert np.allclose(found["smoothed"].numpy(), literal_smoothed(middle, 7), atol=1e-5)


def test_fewer_images_than_neighbours_are_all_averaged() -> None:
    rows = torch.eye(3)
    found = finished_embeddings.neighbour_means(rows, 20)
    assert torch.allclose(found, torch.full((3, 3), 3**-0.5))


def test_nothing_is_trained() -> None:
    for name in ("frozen", "centred", "smoothed"):
        assert build_method(toy_config(name), toy_learner_for(name)).stages == ()
