"""The preprocessing that each kind of backbone was trained with."""

from __future__ import annotations

from training.data.views import Preprocessing

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
