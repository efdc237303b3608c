"""Directions that tell images apart, against an outside discriminant analysis."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from training.encoders import view_discriminants
from training.encoders.view_discriminants import discriminant_projector


def views_of(count: int, seed: int, *, noise: np.ndarray, shift: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    images = rng.normal(size=(count, 1, len(noise)))
    return (images + rng.normal(size=(count, 9, len(noise))) * noise + shift).astype(np.float32)


def test_what_changes_between_views_is_no_leading_direction() -> None:
    noise = np.array([3.0, 3.0, 0.1, 0.1, 0.1, 0.1])
    projector = discriminant_projector([views_of(200, 1, noise=noise)], 6)
    weight = projector[0].weight.detach().numpy()
    noisy = np.abs(weight[:, :2]).max(axis=1) / np.abs(weight).max(axis=1)
    assert (noisy[:4] < 0.3).all()
    assert (noisy[4:] > 0.9).all()


def test_without_shrinkage_it_spans_what_discriminant_analysis_spans(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    monkeypatch.setattr(view_discriminants, "SHRINKAGE", 0.0)
    views = views_of(60, 2, noise=np.array([2.0, 1.0, 0.5, 0.3, 0.2]))
    mine = discriminant_projector([views], 3)[0].weight.detach().numpy()
    classes = np.repeat(np.arange(len(views)), views.shape[1])
    outside = LinearDiscriminantAnalysis(solver="eigen", n_components=3)
    outside.fit(views.reshape(-1, 5).astype(np.float64), classes)
    directions = outside.scalings_[:, :3].T
    for a, b in zip(mine, directions, strict=True):
        assert abs(a @ b) / np.linalg.norm(a) / np.linalg.norm(b) == pytest.approx(1, abs=1e-4)


def test_the_gap_between_the_domains_is_no_direction_and_outputs_have_length_one() -> None:
    noise = np.full(5, 0.3)
    domains = [views_of(300, 3, noise=noise), views_of(80, 4, noise=noise, shift=4.0)]
    projector = discriminant_projector(domains, 5)
    with torch.no_grad():
        outputs = [projector(torch.from_numpy(one.mean(axis=1))) for one in domains]
    assert torch.cat(outputs).norm(dim=1).mean() == pytest.approx(1, abs=1e-4)
    middle = (outputs[0].mean(dim=0) + outputs[1].mean(dim=0)) / 2
    assert middle.abs().max() < 1e-4


def test_few_images_leave_directions_empty() -> None:
    weight = discriminant_projector([views_of(3, 5, noise=np.full(8, 0.2))], 7)[0].weight
    assert weight.shape == (7, 8)
    assert (weight[3:] == 0).all()
    assert torch.isfinite(weight).all()


def test_views_that_are_all_the_same_are_no_division_by_zero() -> None:
    views = np.repeat(views_of(20, 6, noise=np.full(4, 0.2))[:, :1], 9, axis=1)
    assert torch.isfinite(discriminant_projector([views], 4)[0].weight).all()


def test_one_view_shows_nothing() -> None:
    with pytest.raises(ValueError, match="one view"):
        discriminant_projector([np.ones((4, 1, 3), np.float32)], 2)
