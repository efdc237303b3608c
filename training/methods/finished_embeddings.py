"""Changes of finished embeddings that need neither labels nor training."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from training.evaluation.neighbour_graph import averaged_within


@torch.no_grad()
def centred(rows: Tensor) -> Tensor:
    """Return unit rows (N, D) of a domain without the domain's mean."""
    return functional.normalize(rows - rows.mean(dim=0), dim=1)


@torch.no_grad()
def neighbour_means(rows: Tensor, count: int) -> Tensor:
    """Return for each unit row the direction of its nearest rows together, itself among them.

    Args:
        rows: (N, D) of one domain, unit length.
        count: How many are averaged; all where there are fewer.
    """
    return torch.from_numpy(averaged_within(rows.detach().cpu().numpy(), count - 1)).to(rows)
