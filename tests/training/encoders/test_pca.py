"""Principal components against the covariance, and the projector made of them."""

from __future__ import annotations

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from training.encoders.pca import pca_projector, principal_components


def test_directions_are_those_of_the_covariance_without_domain_means() -> None:
    rng = np.random.default_rng(0)
    spread = np.array([5.0, 3.0, 1.0, 0.5, 0.1, 0.01])
    rotation = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    gap = 100 * rotation[:, 5]
    first = rng.normal(size=(40, 6)) * spread @ rotation.T + gap
    second = rng.normal(size=(60, 6)) * spread @ rotation.T - gap
    weight, bias = principal_components([first, second], 2)
    scatter = sum(np.cov(domain.T, bias=True) * len(domain) for domain in (first, second))
    values, vectors = np.linalg.eigh(scatter)
    for row, vector in zip(weight, vectors[:, ::-1].T, strict=False):
        assert np.isclose(abs(row @ vector), 1, atol=1e-5)
        assert row[np.abs(row).argmax()] > 0
    assert values[-1] > values[-2]
    common = (first.mean(axis=0) + second.mean(axis=0)) / 2
    assert np.allclose(weight @ common + bias, 0, atol=1e-4)
    assert np.abs(weight @ gap).max() < 5, "the difference of the domains is no direction"


def test_with_the_means_in_them_the_gap_between_the_domains_comes_first() -> None:
    rng = np.random.default_rng(1)
    gap = np.array([0.0, 0.0, 50.0, 0.0])
    domains = [rng.normal(size=(30, 4)) + gap, rng.normal(size=(30, 4)) - gap]
    weight, _ = principal_components(domains, 1, without_means=False)
    assert abs(weight[0, 2]) > 0.99
    weight, _ = principal_components(domains, 1)
    assert abs(weight[0, 2]) < 0.9


def test_the_numbers_do_not_hang_on_how_many_threads_there_are() -> None:
    rng = np.random.default_rng(2)
    domains = [rng.normal(size=(400, 600)) for _ in range(2)]
    found = []
    for count in (1, 2):
        with threadpool_limits(count):
            found.append(principal_components(domains, 600))
    for one_thread, two_threads in zip(*found, strict=True):
        assert np.array_equal(one_thread, two_threads)


def test_the_projector_centres_and_keeps_distances_it_can_hold() -> None:
    rng = np.random.default_rng(2)
    domains = [rng.normal(size=(20, 6)).astype(np.float16), rng.normal(size=(25, 6)) + 3]
    projector = pca_projector(domains, 6, without_means=False)
    rows = torch.from_numpy(np.concatenate(domains)).float()
    with torch.no_grad():
        assert torch.allclose(torch.pdist(projector(rows)), torch.pdist(rows), atol=1e-4)
        middle = torch.stack([rows[:20].mean(0), rows[20:].mean(0)]).mean(0)
        assert projector(middle[None]).abs().max() < 1e-4


def test_fewer_images_than_directions_leave_the_rest_at_zero() -> None:
    domains = [np.eye(3, 10), np.eye(2, 10)]
    projector = pca_projector(domains, 8)
    assert projector.sizes == (10, 8)
    assert torch.equal(projector[0].weight[5:], torch.zeros(3, 10))
