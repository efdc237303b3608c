"""What every backbone offers to the encoder around it."""

from __future__ import annotations

import torch
from torch import nn


class Backbone(nn.Module):
    """Turns normalised images into pooled features, without classifier.

    Attributes:
        architecture: Name under which a checkpoint refers to it, ``"resnet50"`` for example.
        title: The same for people, ``"ResNet-50"``.
        dimension: Number of pooled features.
        is_foldable: Whether each normalisation directly follows the convolution declared before it.
    """

    architecture: str
    title: str
    dimension: int
    is_foldable: bool = True

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Map images (B, 3, S, S) to features (B, dimension)."""
        raise NotImplementedError
