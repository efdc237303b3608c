"""Backbones by the name of their architecture, with the preprocessing they were trained with."""

from __future__ import annotations

from training.data.views import Preprocessing
from training.encoders.backbone import Backbone
from training.encoders.efficientnet_lite import EfficientNetLite0
from training.encoders.resnet import ResNet
from training.encoders.timm_backbone import PREFIX, TimmBackbone
from training.errors import UserError

# (x - 127) / 128 on the 0..255 scale; ImageNet's mean and deviation cost 4 to 5 points of mAP.
LITE0_PREPROCESSING = Preprocessing(
    image_size=128,
    resize_size=128,
    mean=(127 / 255, 127 / 255, 127 / 255),
    std=(128 / 255, 128 / 255, 128 / 255),
)

IMAGENET_PREPROCESSING = Preprocessing(
    image_size=224,
    resize_size=256,
    mean=(0.485, 0.456, 0.406),
    std=(0.229, 0.224, 0.225),
)


def build_backbone(architecture: str) -> Backbone:
    """Return a backbone with fresh random weights.

    Args:
        architecture: ``"efficientnet_lite0"``, ``"resnet18"``, ``"resnet50"`` or ``"timm/NAME"``.

    Raises:
        UserError: If there is none of this name, or timm is not installed.
    """
    if architecture == EfficientNetLite0.architecture:
        return EfficientNetLite0()
    if architecture in ("resnet18", "resnet50"):
        return ResNet(architecture)
    if architecture.startswith(PREFIX):
        return TimmBackbone(architecture.removeprefix(PREFIX))
    raise UserError(
        f"The backbone {architecture} is not known; "
        "there are efficientnet_lite0, resnet18, resnet50 and timm/NAME."
    )


def preprocessing_of(backbone: Backbone) -> Preprocessing:
    """Return the preprocessing that the published weights of this backbone were trained with."""
    if isinstance(backbone, TimmBackbone):
        return backbone.preprocessing
    if isinstance(backbone, EfficientNetLite0):
        return LITE0_PREPROCESSING
    return IMAGENET_PREPROCESSING
