"""Who is near to whom, within a domain and across, and who agrees on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.evaluation.neighbour_graph import nearest_rows
from training.methods.finished_embeddings import centred

LARGEST_SHARE = 8
"""At most an eighth of the smaller domain are somebody's neighbours."""


@dataclass(frozen=True, slots=True)
class Neighbourhoods:
    """The neighbours of each of the N images of a domain.

    Attributes:
        own: int64 (N, K + 1), rows of the own domain: an image itself, then its neighbours.
        across: int64 (N, K), rows of the other domain.
        is_mutual: bool (N, K), which of these have the image among their own neighbours across.
    """

    own: Tensor
    across: Tensor
    is_mutual: Tensor


@torch.no_grad()
def find_neighbourhoods(a: Tensor, b: Tensor, count: int) -> tuple[Neighbourhoods, Neighbourhoods]:
    """Find the neighbours of all images of both domains.

    Args:
        a: Unit embeddings (N, D) of domain A.
        b: Unit embeddings (M, D) of domain B.
        count: K; fewer where a domain is small, none where it has fewer than eight images.
    """
    count = min(count, min(len(a), len(b)) // LARGEST_SHARE)
    rows = [centred(one).float().cpu().numpy() for one in (a, b)]
    to_b, to_a = nearest_rows(rows[0], rows[1], count), nearest_rows(rows[1], rows[0], count)
    return (
        _of_domain(rows[0], to_b, to_a, count, a.device),
        _of_domain(rows[1], to_a, to_b, count, b.device),
    )


def _of_domain(
    rows: NDArray[np.float32],
    across: NDArray[np.int64],
    back: NDArray[np.int64],
    count: int,
    device: torch.device,
) -> Neighbourhoods:
    itself = np.arange(len(rows))[:, None]
    own = np.hstack([itself, nearest_rows(rows, rows, count, skip_own=True)])
    is_mutual = (back[across] == itself[:, :, None]).any(axis=2)
    return Neighbourhoods(
        *(torch.from_numpy(found).to(device) for found in (own, across, is_mutual))
    )
