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

    def feature_map(self, images: torch.Tensor) -> torch.Tensor | None:
        """Map images (B, 3, S, S) to what `forward` is the mean of, (B, dimension, h, w).

        None where the features are not the mean over positions of such a map.
        """
        return None
