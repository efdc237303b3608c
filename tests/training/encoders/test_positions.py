"""What each position of an image brings to its embedding."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from training.checkpoint import load_encoder
from training.data.views import Preprocessing, eval_view, seen_area
from training.encoders.backbone import Backbone
from training.encoders.encoder import Encoder
from training.encoders.projector import Projector, moco_v2_projector
from training.encoders.resnet import ResNet
from training.errors import UserError

SMALL = Preprocessing(64, 64, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))


def view(side: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)


def resnet_with(projector: Projector) -> Encoder:
    torch.manual_seed(3)
    return Encoder(ResNet("resnet18"), projector, SMALL, "made")


@pytest.mark.parametrize(
    "make",
    [
        lambda: load_encoder("sample"),
        lambda: load_encoder("pretrained"),
        lambda: resnet_with(Projector("none", (512,))),
        lambda: resnet_with(Projector("linear", (512, 16))),
        lambda: resnet_with(moco_v2_projector(512, 24)),
    ],
    ids=["sample", "pretrained", "none", "linear", "mlp"],
)
def test_the_mean_of_the_positions_has_the_direction_of_the_embedding(make) -> None:
    encoder = make()
    image = view(encoder.preprocessing.image_size)
    positions = encoder.encode_positions(image)
    assert positions.shape[2] == encoder.dimension
    assert positions.shape[:2] == (encoder.preprocessing.image_size // 32,) * 2
    mean = positions.astype(np.float64).mean(axis=(0, 1))
    embedding = encoder.encode(image[None])[0]
    assert np.abs(mean / np.linalg.norm(mean) - embedding).max() < 1e-5


def test_a_projector_with_a_relu_is_affine_at_a_point() -> None:
    """By hand: at (1, -2) the first unit is on and the second is off."""
    projector = Projector("mlp", (2, 2, 1))
    projector.load_state_dict(
        {
            "0.weight": torch.eye(2),
            "0.bias": torch.zeros(2),
            "2.weight": torch.tensor([[3.0, 5.0]]),
            "2.bias": torch.tensor([7.0]),
        }
    )
    at = torch.tensor([1.0, -2.0])
    features = torch.tensor([[-4.0, 10.0], [6.0, -14.0]])
    assert projector.linearised(features, at)[:, 0].tolist() == [3 * -4 + 7, 3 * 6 + 7]
    assert projector.linearised(features, at).mean().item() == projector(at).item() == 10.0


def test_a_backbone_without_a_map_is_refused_in_a_sentence() -> None:
    class Tokens(Backbone):
        architecture, title, dimension = "tokens", "Tokens", 3

        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(3))

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return images.mean(dim=(2, 3)) * self.weight

    encoder = Encoder(Tokens(), Projector("none", (3,)), SMALL, "tokens")
    with pytest.raises(UserError, match=r"cannot be shown with Tokens: .* not the mean of a map"):
        encoder.encode_positions(view(64))


@pytest.mark.parametrize(("width", "height"), [(300, 200), (200, 300), (128, 128), (4000, 100)])
def test_the_seen_area_holds_what_the_view_shows(width: int, height: int) -> None:
    """Pixels that tell where they are: the corners of the view are the corners of the area."""
    p = Preprocessing(112, 128, (0.5,) * 3, (0.25,) * 3)
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[..., 0] = np.linspace(0, 255, width)[None, :]
    rgb[..., 1] = np.linspace(0, 255, height)[:, None]
    left, top, right, bottom = seen_area(width, height, p)
    seen = eval_view(rgb, p).astype(float) / 255
    tolerance = 0.02
    assert abs(seen[:, 0, 0].mean() - left) < tolerance
    assert abs(seen[:, -1, 0].mean() - right) < tolerance
    assert abs(seen[0, :, 1].mean() - top) < tolerance
    assert abs(seen[-1, :, 1].mean() - bottom) < tolerance
