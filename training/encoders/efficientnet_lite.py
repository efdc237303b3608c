"""EfficientNet-Lite0: EfficientNet-B0 without squeeze-and-excitation, with ReLU6.

Tan & Le, "EfficientNet" (ICML 2019), and the Lite variants that TensorFlow published in 2020. The
layers pad as TensorFlow's "same" does, because the weights were learned that way.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional

from training.encoders.backbone import Backbone

_NORM_EPS = 1e-3
_NORM_MOMENTUM = 0.01


class _Stage(NamedTuple):
    """A run of blocks; only the first changes the width and strides."""

    widening: int
    channels: int
    blocks: int
    stride: int
    kernel: int


_STEM_CHANNELS = 32
_HEAD_CHANNELS = 1280
_STAGES = (
    _Stage(widening=1, channels=16, blocks=1, stride=1, kernel=3),
    _Stage(widening=6, channels=24, blocks=2, stride=2, kernel=3),
    _Stage(widening=6, channels=40, blocks=2, stride=2, kernel=5),
    _Stage(widening=6, channels=80, blocks=3, stride=2, kernel=3),
    _Stage(widening=6, channels=112, blocks=3, stride=1, kernel=5),
    _Stage(widening=6, channels=192, blocks=4, stride=2, kernel=5),
    _Stage(widening=6, channels=320, blocks=1, stride=1, kernel=3),
)


class ConvNorm(nn.Module):
    """Convolution with TensorFlow's "same" padding, batch normalisation, and ReLU6 if wanted."""

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        kernel: int = 1,
        *,
        stride: int = 1,
        groups: int = 1,
        is_activated: bool = True,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            channels_in, channels_out, kernel, stride=stride, groups=groups, bias=False
        )
        self.norm = nn.BatchNorm2d(channels_out, eps=_NORM_EPS, momentum=_NORM_MOMENTUM)
        self.is_activated = is_activated

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (B, C_in, H, W) to (B, C_out, ceil(H / stride), ceil(W / stride))."""
        kernel, stride = self.conv.kernel_size[0], self.conv.stride[0]
        x = self.norm(self.conv(_pad_same(x, kernel, stride)))
        return functional.relu6(x) if self.is_activated else x


class InvertedResidual(nn.Module):
    """Widen pointwise, filter each channel alone, narrow pointwise; add the input if it fits."""

    def __init__(self, channels_in: int, stage: _Stage, stride: int) -> None:
        super().__init__()
        wide = channels_in * stage.widening
        self.expand = ConvNorm(channels_in, wide) if stage.widening > 1 else nn.Identity()
        self.filter = ConvNorm(wide, wide, stage.kernel, stride=stride, groups=wide)
        self.project = ConvNorm(wide, stage.channels, is_activated=False)
        self.has_shortcut = stride == 1 and channels_in == stage.channels

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (B, C_in, H, W) to (B, C_out, H', W')."""
        y: torch.Tensor = self.project(self.filter(self.expand(x)))
        return x + y if self.has_shortcut else y


class EfficientNetLite0(Backbone):
    """EfficientNet-Lite0 up to the average pool: images (B, 3, H, W) to features (B, 1280)."""

    architecture = "efficientnet_lite0"
    title = "EfficientNet-Lite0"
    dimension = _HEAD_CHANNELS

    def __init__(self) -> None:
        super().__init__()
        self.stem = ConvNorm(3, _STEM_CHANNELS, 3, stride=2)
        blocks = []
        channels = _STEM_CHANNELS
        for stage in _STAGES:
            for number in range(stage.blocks):
                blocks.append(InvertedResidual(channels, stage, stage.stride if number == 0 else 1))
                channels = stage.channels
        self.blocks = nn.Sequential(*blocks)
        self.head = ConvNorm(channels, _HEAD_CHANNELS)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Map normalised images (B, 3, H, W) to pooled features (B, 1280)."""
        return self.feature_map(images).mean(dim=(2, 3))

    def feature_map(self, images: torch.Tensor) -> torch.Tensor:
        """See `Backbone.feature_map`; a thirty-second of the input in height and width."""
        features: torch.Tensor = self.head(self.blocks(self.stem(images)))
        return features


def _pad_same(x: torch.Tensor, kernel: int, stride: int) -> torch.Tensor:
    """Pad with zeros so that a side n becomes ceil(n / stride); an odd one goes right, below."""
    if kernel == 1:
        return x
    height, width = x.shape[-2:]
    rows = max((-(-height // stride) - 1) * stride + kernel - height, 0)
    columns = max((-(-width // stride) - 1) * stride + kernel - width, 0)
    return functional.pad(x, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2))
