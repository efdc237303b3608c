"""How the time of an epoch is spent: the passes themselves, and everything around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from training.checkpoint import load_encoder
from training.config import TrainConfig
from training.config_files import preset_config, with_words
from training.control import TrainingControl
from training.device import describe_device, select_device
from training.encoders.encoder import Encoder
from training.encoders.pca import pca_projector
from training.events import EpochEnded, Event
from training.learners.head_learner import HeadLearner
from training.learners.learner import Learner
from training.methods.registry import build_method
from training.preparation import prepare
from training.resources import resource_path
from training.threads import one_thread
from training.trainer import PASSES, REFRESH, Trainer, TrainerHooks, TrainerSettings

_KINDS = 12
_WARM_UP_EPOCHS = 1


@dataclass(frozen=True, slots=True)
class EpochCost:
    """Seconds of one epoch of a stage, the mean over the epochs that were timed.

    Attributes:
        stage: ``"IDSE"`` (with prototypes) or ``"CDSM"``.
        parts: Seconds by what they were spent on.
    """

    stage: str
    parts: dict[str, float]

    @property
    def overhead(self) -> float:
        """Everything but passes through the encoder, as a share of the passes."""
        passes = self.parts[PASSES] + self.parts.get(REFRESH, 0.0)
        return (sum(self.parts.values()) - passes) / passes


@dataclass(frozen=True, slots=True)
class TrainingBench:
    """What was measured.

    Attributes:
        device: In words.
        images: In each domain.
        steps: Of an epoch.
        costs: One for each stage.
    """

    device: str
    images: tuple[int, int]
    steps: int
    costs: tuple[EpochCost, ...]


def bench_training(
    config: TrainConfig,
    *,
    images: int,
    epochs: int,
    cache_root: Path,
    on_event: Callable[[Event], None] = lambda event: None,
) -> TrainingBench:
    """Train for a few epochs of both stages and time their parts.

    The head learns on made-up features of as many images as asked for, the whole encoder on the
    sample collection.

    Args:
        config: The settings; epochs are replaced so that prototypes are there from the first.
        images: In each domain, where the head learns.
        epochs: Of each stage that are timed, after one that is not.
        cache_root: Where features of the sample collection are kept.
        on_event: Told every event.
    """
    total = epochs + _WARM_UP_EPOCHS
    config = with_words(
        config,
        [f"idse_epochs={total}", f"cdsm_epochs={total}", "alpha_threshold=0", "evaluate_every=0"],
    )
    is_head = config.encoder.trainable == "head"
    learner = _made_up_learner(config, images) if is_head else _sample_learner(config, cache_root)
    parts: dict[str, list[dict[str, float]]] = {}
    is_small = is_head and learner.device.type == "cpu"
    with one_thread() if is_small else nullcontext():
        for event in _trainer(config, learner).events():
            on_event(event)
            if isinstance(event, EpochEnded) and event.epoch >= _WARM_UP_EPOCHS:
                parts.setdefault(event.stage, []).append(dict(event.parts))
    return TrainingBench(
        device=describe_device(learner.device),
        images=learner.counts,
        steps=learner.steps_per_epoch(),
        costs=tuple(EpochCost(stage, _means(found)) for stage, found in parts.items()),
    )


def bench_config(trainable: str) -> TrainConfig:
    """Return the settings that are timed for a way to train."""
    preset = "quick" if trainable == "head" else "paper"
    return with_words(preset_config(preset), [f"trainable={trainable}"])


def _trainer(config: TrainConfig, learner: Learner) -> Trainer:
    settings = TrainerSettings(
        seed=config.run.seed,
        momentum=config.schedule.momentum,
        weight_decay=config.schedule.weight_decay,
        evaluate_every=0,
        checkpoint_every=10**9,
        checkpoint_seconds=float("inf"),
        data_fingerprint="",
        config="",
    )

    def nothing(*_given: object) -> Iterator[Event]:
        return iter(())

    hooks = TrainerHooks(evaluate=nothing, rank=nothing, save=nothing)
    return Trainer(settings, learner, build_method(config, learner), hooks, TrainingControl())


def _made_up_learner(config: TrainConfig, images: int) -> HeadLearner:
    encoder = load_encoder("pretrained", select_device(config.run.device))
    plain, augmented = zip(
        *(
            _made_up_features(images, config.data.views, encoder.backbone.dimension, domain)
            for domain in (0, 1)
        ),
        strict=True,
    )
    projector = pca_projector([rows[:2000] for rows in plain], config.encoder.embedding_size)
    trained = Encoder(encoder.backbone, projector, encoder.preprocessing, "made up")
    return HeadLearner(
        trained.to(encoder.device),
        (plain[0], plain[1]),
        (augmented[0], augmented[1]),
        batch_size=config.data.batch_size,
        views_per_image=config.data.views_per_image,
        epoch_length=config.data.epoch_length,
        seed=config.run.seed,
        device=encoder.device,
    )


def _made_up_features(
    count: int, views: int, width: int, domain: int
) -> tuple[NDArray[np.float32], NDArray[np.float16]]:
    """Return features of images of a dozen kinds, with a gap between the domains."""
    kinds = np.random.default_rng(0).normal(size=(_KINDS, width)).astype(np.float32)
    rng = np.random.default_rng(domain + 1)
    noise = rng.standard_normal((count, width), np.float32)
    plain = kinds[np.arange(count) % _KINDS] + 1.5 * noise + np.float32(domain)
    augmented = np.repeat(plain[:, None], views, axis=1).astype(np.float16)
    augmented += rng.normal(size=(1, views, width), scale=0.5).astype(np.float16)
    return plain, augmented


def _sample_learner(config: TrainConfig, cache_root: Path) -> Learner:
    folders = [resource_path("sample", name) for name in ("clipart", "render")]
    words = [f"domain_{name}={folder}" for name, folder in zip("ab", folders, strict=True)]
    torch.manual_seed(config.run.seed)
    return prepare(
        with_words(config, words),
        cache_root=cache_root,
        report=lambda event: None,
        should_stop=lambda: False,
    ).learner


def _means(found: list[dict[str, float]]) -> dict[str, float]:
    names = list(dict.fromkeys(name for parts in found for name in parts))
    return {name: float(np.mean([parts.get(name, 0.0) for parts in found])) for name in names}
