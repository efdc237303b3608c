"""Accepted and rejected pairs as links between the rows of both domains."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from training.data.decided_pairs import RowPairs
from training.losses.neighbour_match import Links


class PairLinks:
    """Gives what was said of the images of a batch."""

    def __init__(self, pairs: RowPairs, counts: tuple[int, int], device: torch.device) -> None:
        """Take the pairs.

        Args:
            pairs: By row of domain A and of domain B.
            counts: Images of either domain.
            device: Where training computes.
        """
        self._counts = counts
        self._must = _both_ways(pairs.accepted, device)
        self._cannot = _both_ways(pairs.rejected, device)

    def of_rows(self, domain: int, rows: Tensor) -> Links:
        """Return the links from some images of one domain to all of the other.

        Args:
            domain: 0 for A, 1 for B.
            rows: int64 (B,), different rows of that domain.
        """
        return Links(self._mask(self._must[domain], domain, rows),
                     self._mask(self._cannot[domain], domain, rows))  # fmt: skip

    def _mask(self, pairs: Tensor, domain: int, rows: Tensor) -> Tensor:
        """Return bool (B, N), costs B x N bits and a look at each pair."""
        mask = rows.new_zeros((len(rows), self._counts[1 - domain]), dtype=torch.bool)
        place = rows.new_full((self._counts[domain],), -1)
        place[rows] = torch.arange(len(rows), device=rows.device)
        at = place[pairs[0]]
        is_here = at >= 0
        mask[at[is_here], pairs[1][is_here]] = True
        return mask


def _both_ways(pairs: Sequence[tuple[int, int]], device: torch.device) -> tuple[Tensor, Tensor]:
    """Return int64 (2, P): own rows over rows of the other domain, seen from A and from B."""
    table = torch.tensor(pairs, dtype=torch.int64, device=device).reshape(-1, 2).T
    return table, table.flip(0)


def linked_neighbours(across: Tensor, trusted: Tensor, links: Links) -> tuple[Tensor, Tensor]:
    """Trust the images that must belong to those of a batch, and never those that cannot.

    Args:
        across: int64 (B, K), neighbours in the other domain.
        trusted: bool (B, K), which of them count.
        links: Of the batch.

    Returns:
        Both with as many columns more as are needed for linked images that are no neighbours.
    """
    trusted = (trusted | links.must.gather(1, across)) & ~links.cannot.gather(1, across)
    others = links.must.scatter(1, across, False)
    count = int(others.sum(dim=1).max())
    more = others.float().topk(count, dim=1).indices
    return torch.cat([across, more], dim=1), torch.cat([trusted, others.gather(1, more)], dim=1)
