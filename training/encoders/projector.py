"""Projectors: what maps pooled features to the embedding space."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn

from training.errors import UserError

PROJECTOR_KINDS = ("none", "linear", "mlp")


class Projector(nn.Sequential):
    """Nothing, one linear layer, or the two of MoCo v2 with a ReLU between them.

    The linear layers are called ``0`` and ``2``, as in MoCo v2's ``fc``.

    Attributes:
        kind: ``"none"``, ``"linear"`` or ``"mlp"``.
        sizes: Widths from the input to the output: (D,), (D, E) or (D, hidden, E).

    Maps features (B, D) to (B, E), not normalised.
    """

    def __init__(self, kind: str, sizes: tuple[int, ...]) -> None:
        _check_kind(kind, sizes)
        layers: list[nn.Module] = []
        for width_in, width_out in pairwise(sizes):
            layers += [nn.Linear(width_in, width_out), nn.ReLU()]
        super().__init__(*layers[:-1])
        self.kind = kind
        self.sizes = sizes

    def linearised(self, features: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        """Map features (..., D) by the affine map (..., E) that the projector is at a point.

        With a ReLU inside it is the projector with each unit as it is at that point, on or off:
        the mean of what it makes of some features is the projector of their mean, if that is the
        point. Without one it is the projector.

        Args:
            features: (..., D).
            at: (D,) or broadcast against ``features``.
        """
        if self.kind != "mlp":
            result: torch.Tensor = self(features)
            return result
        first, _, last = self
        mapped: torch.Tensor = last(first(features) * (first(at) > 0))
        return mapped

    @property
    def dimension(self) -> int:
        """Length of what comes out."""
        return self.sizes[-1]


def projector_shapes(kind: str, sizes: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a projector's tensors by name, without making it.

    Raises:
        UserError: If there is no such projector.
    """
    _check_kind(kind, sizes)
    shapes: dict[str, tuple[int, ...]] = {}
    for layer, (width_in, width_out) in enumerate(pairwise(sizes)):
        shapes |= {f"{2 * layer}.weight": (width_out, width_in), f"{2 * layer}.bias": (width_out,)}
    return shapes


def _check_kind(kind: str, sizes: tuple[int, ...]) -> None:
    wanted = {"none": 1, "linear": 2, "mlp": 3}
    if wanted.get(kind) != len(sizes) or min(sizes) < 1:
        raise UserError(
            f"A projector of kind {kind!r} with the sizes {sizes} is not known; there are "
            "none (D), linear (D, E) and mlp (D, hidden, E)."
        )


def moco_v2_projector(dimension: int, embedding_size: int = 128) -> Projector:
    """Return the projector of MoCo v2: Linear(D, D), ReLU, Linear(D, 128)."""
    return Projector("mlp", (dimension, dimension, embedding_size))
