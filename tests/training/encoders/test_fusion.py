from __future__ import annotations

import numpy as np
import pytest
import torch

from training.checkpoint import load_encoder
from training.data.views import Preprocessing
from training.encoders.backbone import Backbone
from training.encoders.backbones import build_backbone
from training.encoders.encoder import Encoder
from training.encoders.fusion import inference_copy
from training.encoders.projector import Projector


def with_seen_statistics(backbone: Backbone) -> Backbone:
    """Give the normalisations statistics that matter, as training would."""
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for name, value in backbone.state_dict().items():
            if name.endswith(("running_mean", "running_var")):
                value.copy_(torch.rand(value.shape, generator=generator) + 0.5)
    return backbone.eval()


@pytest.mark.parametrize("architecture", ["efficientnet_lite0", "resnet18", "resnet50"])
def test_the_fast_copy_computes_the_same(architecture: str) -> None:
    torch.manual_seed(0)
    backbone = with_seen_statistics(build_backbone(architecture))
    fast = inference_copy(backbone)
    images = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        slow_features = backbone(images)
        features = fast(images)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in fast.modules())
    assert torch.allclose(features, slow_features, rtol=1e-4, atol=1e-4 * slow_features.abs().max())
    assert any(isinstance(module, torch.nn.BatchNorm2d) for module in backbone.modules())


@pytest.mark.parametrize("change", ["step", "statistics", "load"])
def test_embedding_follows_a_backbone_that_learns(change: str) -> None:
    encoder = load_encoder("pretrained")
    views = np.random.default_rng(1).integers(0, 256, (2, 128, 128, 3), dtype=np.uint8)
    before = encoder.encode(views)
    images = torch.tensor(views).permute(0, 3, 1, 2).float().sub(127).div(128)
    if change == "step":
        optimiser = torch.optim.SGD(encoder.parameters(), lr=0.5, momentum=0.9)
        encoder(images)[:, :7].sum().backward()
        optimiser.step()
    elif change == "statistics":
        encoder.train()(images)
        encoder.eval()
    else:
        state = encoder.backbone.state_dict()
        encoder.backbone.load_state_dict({name: value * 1.05 for name, value in state.items()})
    after = encoder.encode(views)
    with torch.no_grad():
        expected = encoder(images).numpy()
    assert np.abs(after - expected).max() < 1e-4
    assert np.abs(after - before).max() > 1e-3


class PreActivated(Backbone):
    """A backbone whose normalisations come before its convolutions."""

    architecture, title, dimension, is_foldable = "pre", "Pre", 4, False

    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 4, 1)
        self.norm = torch.nn.BatchNorm2d(4)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.norm(self.conv(images).relu()).mean(dim=(2, 3))


def test_a_backbone_that_does_not_allow_it_is_not_folded() -> None:
    fast = inference_copy(with_seen_statistics(PreActivated()))
    assert isinstance(fast.norm, torch.nn.BatchNorm2d)
    preprocessing = Preprocessing(8, 8, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    encoder = Encoder(PreActivated(), Projector("none", (4,)), preprocessing, "pre")
    assert encoder.encode(np.full((3, 8, 8, 3), 200, np.uint8)).shape == (3, 4)
