"""Two small domains of features with classes and a shift between them, and a learner on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from broken_images import picture
from numpy.typing import NDArray
from torch import nn

from training.data.augmentation import Augmentation
from training.data.training_images import TrainingImages, list_training_images
from training.data.views import Preprocessing
from training.encoders.backbone import Backbone
from training.encoders.encoder import Encoder
from training.encoders.projector import Projector
from training.learners.full_learner import FullLearner
from training.learners.head_learner import HeadLearner

WIDTH = 24
SIZE = 8


class TinyBackbone(Backbone):
    architecture = "tiny"
    title = "tiny"
    dimension = WIDTH
    is_foldable = False

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, WIDTH, 3)
        self.norm = nn.BatchNorm2d(WIDTH)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.norm(self.convolution(images)).relu().mean(dim=(2, 3))


def tiny_encoder(seed: int = 0) -> Encoder:
    torch.manual_seed(seed)
    preprocessing = Preprocessing(16, 16, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    return Encoder(TinyBackbone(), Projector("linear", (WIDTH, SIZE)), preprocessing, "tiny")


def toy_images(
    folder: Path, counts: tuple[int, int] = (9, 7)
) -> tuple[TrainingImages, TrainingImages]:
    """Small pictures, all different."""
    found = []
    for name, count in zip("ab", counts, strict=True):
        (folder / name).mkdir()
        for number in range(count):
            image = picture(20 + number, 24, number + len(found) * 50)
            image.save(folder / name / f"{number}.png")
        found.append(list_training_images(folder / name, name))
    return found[0], found[1]


def toy_full_learner(
    images: tuple[TrainingImages, TrainingImages],
    *,
    device: torch.device | str = "cpu",
    augmentation: Augmentation = Augmentation(),  # noqa: B008
    batch_size: int = 4,
    views_per_image: int = 1,
    mixed_precision: bool = True,
    with_phases: bool = False,
) -> FullLearner:
    return FullLearner(
        tiny_encoder().to(device),
        images,
        augmentation=augmentation,
        batch_size=batch_size,
        views_per_image=views_per_image,
        epoch_length="longer",
        seed=7,
        mixed_precision=mixed_precision,
        with_phases=with_phases,
    )


def toy_features(
    counts: tuple[int, int] = (44, 36), classes: int = 4, views: int = 3, seed: int = 0
) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
    rng = np.random.default_rng(seed)
    middles = rng.normal(size=(classes, WIDTH)) * 2
    domains = []
    for count, shift in zip(counts, (0.0, 1.5), strict=True):
        image = middles[np.arange(count) % classes] + rng.normal(size=(count, WIDTH)) * 0.6
        rows = image[:, None] + rng.normal(size=(count, 1 + views, WIDTH)) * 0.3 + shift
        domains.append(rows.astype(np.float16))
    return domains[0], domains[1]


def toy_learner(
    *,
    counts: tuple[int, int] = (44, 36),
    batch_size: int = 8,
    views_per_image: int = 1,
    with_phases: bool = False,
) -> HeadLearner:
    features = toy_features(counts)
    return HeadLearner(
        tiny_encoder(),
        tuple(rows[:, 0].astype(np.float32) for rows in features),
        tuple(rows[:, 1:] for rows in features),
        batch_size=batch_size,
        views_per_image=views_per_image,
        epoch_length="longer",
        seed=7,
        device=torch.device("cpu"),
        phases=tuple(0.6 * rows[:, :0:-1] for rows in features) if with_phases else None,
    )
