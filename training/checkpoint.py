"""Loading and saving encoders."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file

from training.device import select_device
from training.encoders.efficientnet_lite import EfficientNetLite0
from training.encoders.encoder import Encoder
from training.encoders.presets import LITE0_PREPROCESSING
from training.encoders.projector import Projector
from training.errors import UserError
from training.resources import resource_path


def load_encoder(spec: str | Path = "pretrained", device: str | torch.device = "cpu") -> Encoder:
    """Load an encoder."""
    if spec != "pretrained":
        raise UserError(f"The checkpoint {spec} is not known.")
    backbone = EfficientNetLite0()
    backbone.load_state_dict(
        load_file(resource_path("weights", "efficientnet_lite0.safetensors")), strict=False
    )
    encoder = Encoder(
        backbone, Projector("none", (1280,)), LITE0_PREPROCESSING, "EfficientNet-Lite0, ImageNet"
    )
    return encoder.to(select_device(device))
