"""One momentum-averaged embedding per training image of a domain."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


class MemoryBank:
    """The stored embeddings of one domain.

    Attributes:
        rows: (N, D), one row per training image, unit length unless asked otherwise; no gradient.
    """

    def __init__(self, rows: Tensor) -> None:
        if rows.ndim != 2:
            raise ValueError(f"a memory bank needs rows (N, D), not {tuple(rows.shape)}")
        self.rows = rows.detach().clone()

    def __len__(self) -> int:
        return len(self.rows)

    @torch.no_grad()
    def update(
        self,
        indices: Tensor,
        embeddings: Tensor,
        *,
        momentum: float,
        renormalise: bool = True,
        are_distinct: bool = False,
    ) -> None:
        """Average fresh embeddings into their rows, m <- beta m + (1 - beta) f (UEM Eq. 5).

        An image that is there twice counts twice, in the order of the batch.

        Args:
            indices: int64 (B,), rows of the images.
            embeddings: (B, D), as computed in the step that has just been taken.
            momentum: beta, 0..1.
            renormalise: Bring the changed rows back to unit length.
            are_distinct: No image is there twice, which saves looking.
        """
        embeddings = embeddings.detach().to(self.rows)
        indices = indices.to(self.rows.device)
        if are_distinct:
            self._mix(indices, embeddings, momentum, renormalise)
            return
        for chosen in _without_repeats(indices):
            self._mix(indices[chosen], embeddings[chosen], momentum, renormalise)

    @torch.no_grad()
    def refill(self, rows: Tensor) -> None:
        """Replace all rows by (N, D) fresh ones.

        Raises:
            ValueError: The shape differs.
        """
        if rows.shape != self.rows.shape:
            raise ValueError(f"{tuple(rows.shape)} does not fit {tuple(self.rows.shape)}")
        self.rows.copy_(rows)

    @torch.no_grad()
    def agreement(self, embeddings: Tensor) -> float:
        """Return the mean cosine between the rows and fresh embeddings (N, D) of all images.

        A bank with a momentum of 0.99 that is written once per epoch lags far behind.
        """
        return float(
            functional.cosine_similarity(self.rows, embeddings.to(self.rows), dim=1).mean()
        )

    def mean(self) -> Tensor:
        """Return the mean (D,) of all rows, which places the domain (UEM §3.2)."""
        return self.rows.mean(dim=0)

    def _mix(self, rows: Tensor, embeddings: Tensor, momentum: float, renormalise: bool) -> None:
        mixed = torch.lerp(embeddings, self.rows[rows], momentum)
        self.rows[rows] = functional.normalize(mixed, dim=1) if renormalise else mixed

    def state(self) -> dict[str, Tensor]:
        """Return a copy of everything, for a checkpoint."""
        return {"rows": self.rows.clone()}

    @classmethod
    def from_state(cls, state: dict[str, Tensor]) -> MemoryBank:
        """Return the bank whose ``state`` this is."""
        return cls(state["rows"])


def _without_repeats(indices: Tensor) -> list[Tensor]:
    """Return positions int64 (B_i,) in rounds, such that no round holds an index twice.

    The n-th time that an index appears belongs to round n.
    """
    order = torch.argsort(indices, stable=True)
    if not bool((indices[order].diff() == 0).any()):
        return [order]
    rounds: list[list[int]] = []
    seen: dict[int, int] = {}
    for position, index in enumerate(indices.tolist()):
        seen[index] = seen.get(index, -1) + 1
        if seen[index] == len(rounds):
            rounds.append([])
        rounds[seen[index]].append(position)
    return [torch.tensor(positions, device=indices.device) for positions in rounds]
