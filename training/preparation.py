"""From settings to a learner: read the folders, load the encoder, compute what is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from training.checkpoint import load_encoder
from training.config import TrainConfig
from training.data.training_images import (
    LEAST_IMAGES,
    TrainingImages,
    list_training_images,
)
from training.device import describe_device, select_device
from training.domain_features import DomainFeatures, FeatureWork, augmentation_of, reporter
from training.encoders.encoder import Encoder
from training.encoders.pca import pca_projector
from training.encoders.projector import Projector
from training.encoders.projector_scale import feature_spread, with_output_length
from training.encoders.view_discriminants import discriminant_projector
from training.errors import UserError
from training.events import PreparationAdvanced
from training.folders import checked_folders
from training.learners.full_learner import FullLearner
from training.learners.head_learner import HeadLearner
from training.learners.learner import Learner
from training.learners.refining_learner import RefiningLearner
from training.methods.method_names import method_named


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
            on_progress=reporter(f"Reading domain {name.upper()}", report),
        )
        for folder, name in zip(folders, "ab", strict=True)
    )
    _require_different(a, b)
    work = FeatureWork(config, encoder, cache_root, report, should_stop)
    with_phases = method_named(config.run.method).needs_phases
    return prepared_learner(
        config,
        encoder,
        (
            work.of(a, "domain A", with_phases=with_phases),
            work.of(b, "domain B", with_phases=with_phases),
        ),
    )


def prepared_learner(
    config: TrainConfig, encoder: Encoder, domains: tuple[DomainFeatures, DomainFeatures]
) -> Prepared:
    """Build the learner from what is known of both domains.

    Args:
        config: The settings.
        encoder: Where learning starts; it is what will be trained, so it changes.
        domains: Domain A and domain B.

    Raises:
        UserError: A domain has too few images.
    """
    started = starting_encoder(config, encoder, domains)
    a, b = (domain.images for domain in domains)
    return Prepared(
        learner=build_learner(config, started, domains),
        images=(a, b),
        device_text=describe_device(encoder.device),
        encoder_title=encoder.name,
        data_fingerprint=f"{a.fingerprint}-{b.fingerprint}",
    )


def starting_encoder(
    config: TrainConfig, encoder: Encoder, domains: tuple[DomainFeatures, DomainFeatures]
) -> Encoder:
    """Seed torch and return the encoder with the projector that training starts from.

    It shares its backbone with ``encoder``.

    Raises:
        UserError: A domain has too few images.
    """
    for name, domain in zip("AB", domains, strict=True):
        _require_images(name, domain.images)
    torch.manual_seed(config.run.seed)
    return _with_projector(config, encoder, domains)


def build_learner(
    config: TrainConfig, encoder: Encoder, domains: tuple[DomainFeatures, DomainFeatures]
) -> Learner:
    """Return what trains an encoder, its projector as it is, on two domains."""
    a, b = domains
    method = method_named(config.run.method)
    views_per_image = max(config.data.views_per_image, method.views_per_image)
    if config.encoder.trainable == "all":
        return FullLearner(
            encoder,
            (a.images, b.images),
            augmentation=augmentation_of(config),
            batch_size=config.data.batch_size,
            views_per_image=views_per_image,
            epoch_length=config.data.epoch_length,
            seed=config.run.seed,
            mixed_precision=config.schedule.mixed_precision,
            with_phases=method.needs_phases,
        )
    kind = RefiningLearner if method.refines_start else HeadLearner
    return kind(
        encoder,
        (a.plain, b.plain),
        (a.augmented, b.augmented),
        batch_size=config.data.batch_size,
        views_per_image=views_per_image,
        epoch_length=config.data.epoch_length,
        seed=config.run.seed,
        device=encoder.device,
        phases=None if a.phases is None or b.phases is None else (a.phases, b.phases),
    )


def _with_projector(
    config: TrainConfig, encoder: Encoder, domains: tuple[DomainFeatures, DomainFeatures]
) -> Encoder:
    """Return the encoder with the projector that training starts from."""
    wanted, has_own = config.encoder.projector, encoder.projector.kind
    if has_own == wanted or (wanted == "auto" and has_own != "none"):
        return _with_known_length(config, encoder, domains)
    width, size = encoder.backbone.dimension, config.encoder.embedding_size
    if wanted == "mlp":
        projector = Projector("mlp", (width, width, size))
    elif config.encoder.projector_start == "random":
        projector = Projector("linear", (width, size))
    elif starts_at_discriminants(config):
        projector = discriminant_projector([_all_views(domain) for domain in domains], size)
    else:
        projector = pca_projector(
            [domain.plain for domain in domains],
            size,
            without_means=config.encoder.projector_start == "centred_pca",
        )
    device = encoder.device
    return Encoder(encoder.backbone, projector, encoder.preprocessing, encoder.name).to(device)


def _with_known_length(
    config: TrainConfig, encoder: Encoder, domains: tuple[DomainFeatures, DomainFeatures]
) -> Encoder:
    """Return an encoder with a projector of its own as a new one would be: in output length."""
    if encoder.projector.kind != "linear":
        return encoder
    plain = [domain.plain for domain in domains]
    length = 1.0 if method_named(config.run.method).refines_start else feature_spread(plain)
    projector = with_output_length(encoder.projector, plain, length)
    scaled = Encoder(encoder.backbone, projector, encoder.preprocessing, encoder.name)
    return scaled.to(encoder.device)


def starts_at_discriminants(config: TrainConfig) -> bool:
    """Return whether a new linear projector starts at discriminants, which need stored views."""
    return (
        method_named(config.run.method).refines_start
        and config.uem_plus.plus_start == "discriminants"
        and config.encoder.trainable == "head"
        and augmentation_of(config) is not None
    )


def _all_views(domain: DomainFeatures) -> NDArray[np.float32]:
    """Return (N, 1 + V, F): what retrieval sees of each image, then its augmented views."""
    return np.concatenate([domain.plain[:, None], domain.augmented.astype(np.float32)], axis=1)


def _require_images(name: str, images: TrainingImages) -> None:
    count = len(images)
    if count < LEAST_IMAGES:
        what = "a single image" if count == 1 else f"only {count} images"
        raise UserError(
            f"Domain {name} ({images.folder}) has {what} that can be used; training needs "
            f"{LEAST_IMAGES} at least."
        )


def _require_different(a: TrainingImages, b: TrainingImages) -> None:
    if a.digests == b.digests:
        raise UserError("Both folders hold the same images; training needs two different domains.")
