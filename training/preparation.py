"""From settings to a learner: read the folders, load the encoder, compute what is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from training.checkpoint import load_encoder
from training.config import TrainConfig
from training.data.augmentation import WEAK, Augmentation
from training.data.image_views import ViewKind
from training.data.training_images import TrainingImages, list_training_images
from training.device import describe_device, select_device
from training.encoders.encoder import Encoder
from training.encoders.pca import pca_projector
from training.encoders.projector import Projector
from training.errors import UserError
from training.events import PreparationAdvanced
from training.folders import checked_folders
from training.learners.full_learner import FullLearner
from training.learners.head_learner import HeadLearner
from training.learners.learner import Learner
from training.methods.method_names import method_named
from training.progress import Progress
from training.view_features import ViewFeatures, compute_view_features

LEAST_IMAGES = 4
"""Fewer images in a domain have no clusters."""

_REPORT_SECONDS = 0.2
_AUGMENTATIONS = {"moco": Augmentation(), "weak": WEAK}


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything the trainer needs beside the method.

    Attributes:
        learner: What learns, with its images.
        images: Of domain A and domain B, those that can be used.
        device_text: The device in words.
        encoder_title: Where learning starts.
        data_fingerprint: Identifies the images of both domains by content.
    """

    learner: Learner
    images: tuple[TrainingImages, TrainingImages]
    device_text: str
    encoder_title: str
    data_fingerprint: str


def prepare(
    config: TrainConfig,
    *,
    cache_root: Path,
    report: Callable[[PreparationAdvanced], None],
    should_stop: Callable[[], bool],
) -> Prepared:
    """Read both domains and build the learner.

    Args:
        config: The settings.
        cache_root: Where features are kept.
        report: Told how far the work is.
        should_stop: Asked often.

    Raises:
        UserError: In one sentence, what is wrong with the folders, the checkpoint or the device.
        Cancelled: ``should_stop`` said so.
    """
    folders = checked_folders(config)
    encoder = load_encoder(config.encoder.checkpoint, select_device(config.run.device))
    a, b = (
        list_training_images(
            folder,
            name,
            should_stop=should_stop,
            on_progress=_reporter(f"Reading domain {name.upper()}", report),
        )
        for folder, name in zip(folders, "ab", strict=True)
    )
    _require_different(a, b)
    features = (
        _view_features(config, encoder, a, cache_root, report, should_stop),
        _view_features(config, encoder, b, cache_root, report, should_stop),
    )
    for domain in features:
        _require_images(domain.images)
    phases = None
    if config.encoder.trainable == "head" and method_named(config.run.method).needs_phases:
        phases = (
            _phase_features(config, encoder, features[0].images, cache_root, report, should_stop),
            _phase_features(config, encoder, features[1].images, cache_root, report, should_stop),
        )
    torch.manual_seed(config.run.seed)
    title = encoder.name
    encoder = _with_projector(config, encoder, [domain.plain for domain in features])
    return Prepared(
        learner=(
            _head_learner(config, encoder, features, phases)
            if config.encoder.trainable == "head"
            else _full_learner(config, encoder, features)
        ),
        images=(features[0].images, features[1].images),
        device_text=describe_device(encoder.device),
        encoder_title=title,
        data_fingerprint="-".join(domain.images.fingerprint for domain in features),
    )


def _head_learner(
    config: TrainConfig,
    encoder: Encoder,
    features: tuple[ViewFeatures, ViewFeatures],
    phases: tuple[NDArray[np.floating], NDArray[np.floating]] | None,
) -> Learner:
    return HeadLearner(
        encoder,
        (features[0].plain, features[1].plain),
        (features[0].augmented, features[1].augmented),
        batch_size=config.data.batch_size,
        views_per_image=_views_per_image(config),
        epoch_length=config.data.epoch_length,
        seed=config.run.seed,
        device=encoder.device,
        phases=phases,
    )


def _full_learner(
    config: TrainConfig,
    encoder: Encoder,
    features: tuple[ViewFeatures, ViewFeatures],
) -> Learner:
    return FullLearner(
        encoder,
        (features[0].images, features[1].images),
        augmentation=_augmentation(config),
        batch_size=config.data.batch_size,
        views_per_image=_views_per_image(config),
        epoch_length=config.data.epoch_length,
        seed=config.run.seed,
        mixed_precision=config.schedule.mixed_precision,
        with_phases=method_named(config.run.method).needs_phases,
    )


def _view_features(
    config: TrainConfig,
    encoder: Encoder,
    images: TrainingImages,
    cache_root: Path,
    report: Callable[[PreparationAdvanced], None],
    should_stop: Callable[[], bool],
    kind: ViewKind = "colour",
) -> ViewFeatures:
    """Look at every image once: what cannot be decoded is known before training starts."""
    keeps_views = config.encoder.trainable == "head" and config.data.augmentation != "none"
    name = images.domain.upper()
    what = "Phases" if kind == "phase" else "Features"
    task = f"{what} of domain {name}" if keeps_views else f"Looking through domain {name}"
    return compute_view_features(
        images,
        encoder,
        _augmentation(config) or Augmentation(),
        config.data.views if keeps_views else 0,
        cache_root=cache_root,
        kind=kind,
        on_progress=_reporter(task, report),
        should_stop=should_stop,
    )


def _phase_features(
    config: TrainConfig,
    encoder: Encoder,
    images: TrainingImages,
    cache_root: Path,
    report: Callable[[PreparationAdvanced], None],
    should_stop: Callable[[], bool],
) -> NDArray[np.floating]:
    """Return the features (N, V, F) of the phase of each augmented view, or of the plain one."""
    found = _view_features(config, encoder, images, cache_root, report, should_stop, "phase")
    if len(found.images) < len(images):
        raise UserError(f"Images in {images.folder} have changed since they were looked through.")
    return found.augmented if found.augmented.shape[1] else found.plain[:, None]


def _views_per_image(config: TrainConfig) -> int:
    """Return as many views as the method needs, or more where the settings ask for them."""
    return max(config.data.views_per_image, method_named(config.run.method).views_per_image)


def _augmentation(config: TrainConfig) -> Augmentation | None:
    return _AUGMENTATIONS.get(config.data.augmentation)


def _with_projector(
    config: TrainConfig, encoder: Encoder, features: list[NDArray[np.float32]]
) -> Encoder:
    """Return the encoder with the projector that training starts from."""
    wanted, has_own = config.encoder.projector, encoder.projector.kind
    if has_own == wanted or (wanted == "auto" and has_own != "none"):
        return encoder
    width, size = encoder.backbone.dimension, config.encoder.embedding_size
    if wanted == "mlp":
        projector = Projector("mlp", (width, width, size))
    elif config.encoder.projector_start == "random":
        projector = Projector("linear", (width, size))
    else:
        projector = pca_projector(
            features, size, without_means=config.encoder.projector_start == "centred_pca"
        )
    device = encoder.device
    return Encoder(encoder.backbone, projector, encoder.preprocessing, encoder.name).to(device)


def _require_images(images: TrainingImages) -> None:
    name, count = images.domain.upper(), len(images)
    if count < LEAST_IMAGES:
        what = "a single image" if count == 1 else f"only {count} images"
        raise UserError(
            f"Domain {name} ({images.folder}) has {what} that can be used; training needs "
            f"{LEAST_IMAGES} at least."
        )


def _require_different(a: TrainingImages, b: TrainingImages) -> None:
    if a.digests == b.digests:
        raise UserError("Both folders hold the same images; training needs two different domains.")


def _reporter(
    task: str, report: Callable[[PreparationAdvanced], None]
) -> Callable[[Progress], None]:
    """Pass progress on at most five times a second, and always at the end."""
    last = 0.0

    def show(progress: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _REPORT_SECONDS and progress.done < progress.total:
            return
        last = now
        left = progress.seconds_left
        report(PreparationAdvanced(task, progress.done, progress.total, progress.seconds, left))

    return show
