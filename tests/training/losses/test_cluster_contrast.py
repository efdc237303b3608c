from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional

from training.losses.cluster_contrast import cluster_contrast_loss


def test_it_is_the_mean_over_trusted_images_of_the_mean_over_their_cluster() -> None:
    generator = torch.Generator().manual_seed(0)
    f = functional.normalize(torch.randn((4, 5), generator=generator).double(), dim=1)
    bank = functional.normalize(torch.randn((9, 5), generator=generator).double(), dim=1)
    clusters = torch.tensor([0, 1, 2, 0, 1, 2, 0, 1, 0])
    own = torch.tensor([0, 2, 1, 0])
    trusted = torch.tensor([True, True, False, True])
    total = 0.0
    for i in (0, 1, 3):
        whole = sum(math.exp(float(f[i] @ one) / 0.2) for one in bank)
        logs = [
            math.log(math.exp(float(f[i] @ one) / 0.2) / whole)
            for one, cluster in zip(bank, clusters.tolist(), strict=True)
            if cluster == own[i]
        ]
        total -= sum(logs) / len(logs)
    found = cluster_contrast_loss(f, bank, own[:, None] == clusters, trusted, tau=0.2)
    assert float(found) == pytest.approx(total / 3)


def test_where_no_image_is_trusted_it_is_zero() -> None:
    rows = torch.eye(3)
    nobody = torch.zeros(3, dtype=torch.bool)
    assert float(cluster_contrast_loss(rows, rows, rows > 0, nobody, tau=0.2)) == 0


def test_by_hand() -> None:
    axes = torch.eye(2)
    loss = cluster_contrast_loss(axes, axes, axes > 0, torch.ones(2, dtype=torch.bool), tau=1.0)
    assert float(loss) == pytest.approx(0.3132617)
