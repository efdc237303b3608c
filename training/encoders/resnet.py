"""ResNet-18 and ResNet-50 up to the average pool, with torchvision's tensor names."""

from __future__ import annotations

import torch
from torchvision.models import resnet18, resnet50

from training.encoders.backbone import Backbone


class ResNet(Backbone):
    """Trunk of torchvision's ResNet: images (B, 3, H, W) to features (B, 512) or (B, 2048).

    The layers keep torchvision's names, which are those of MoCo v2 too.
    """

    def __init__(self, architecture: str) -> None:
        super().__init__()
        trunk = {"resnet18": resnet18, "resnet50": resnet50}[architecture](weights=None)
        self.architecture = architecture
        self.title = {"resnet18": "ResNet-18", "resnet50": "ResNet-50"}[architecture]
        self.dimension = int(trunk.fc.in_features)
        for name, layer in trunk.named_children():
            if name not in ("avgpool", "fc"):
                self.add_module(name, layer)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Map normalised images (B, 3, H, W) to pooled features (B, dimension)."""
        return self.feature_map(images).mean(dim=(2, 3))

    def feature_map(self, images: torch.Tensor) -> torch.Tensor:
        """See `Backbone.feature_map`; a thirty-second of the input in height and width."""
        x = images
        for layer in self.children():
            x = layer(x)
        return x
