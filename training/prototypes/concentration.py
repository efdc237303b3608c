"""How dense each cluster is, as a temperature of its own."""

from __future__ import annotations

import torch
from torch import Tensor

from training.prototypes.kmeans import Clustering

_FLOOR = 0.05


@torch.no_grad()
def concentrations(rows: Tensor, clustering: Clustering) -> Tensor:
    """Return phi (C,) of each cluster: small where it is dense or large (PCL, PCS).

    phi = sum of the distances to the centre / (n log(n + 10)), 0.05 at least, and 0.05 for a
    cluster of one image.

    Args:
        rows: (N, D), what was clustered.
        clustering: Their clusters.
    """
    centres, assignment = clustering.centres, clustering.assignment
    distances = (rows - centres[assignment]).norm(dim=1)
    sums = distances.new_zeros(len(centres)).index_add_(0, assignment, distances)
    sizes = torch.bincount(assignment, minlength=len(centres)).to(rows.dtype)
    phi = sums / (sizes.clamp(min=1) * (sizes + 10).log())
    return torch.where(sizes > 1, phi, torch.zeros_like(phi)).clamp(min=_FLOOR)
