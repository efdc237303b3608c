"""The images of a domain and what a frozen backbone sees in them, ready for a learner."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.config import TrainConfig
from training.data.augmentation import WEAK, Augmentation
from training.data.image_views import ViewKind
from training.data.training_images import TrainingImages
from training.encoders.encoder import Encoder
from training.errors import UserError
from training.events import PreparationAdvanced
from training.progress import Progress
from training.view_features import ViewFeatures, compute_view_features

_REPORT_SECONDS = 0.2
_AUGMENTATIONS = {"moco": Augmentation(), "weak": WEAK}


@dataclass(frozen=True, slots=True, eq=False)
class DomainFeatures:
    """One domain before the first step.

    Attributes:
        images: The N images that can be used.
        plain: (N, F) float32, of the view that retrieval uses.
        augmented: (N, V, F) float16, of augmented views; V is 0 where none are kept.
        phases: (N, V, F), of the phase of each augmented view, or (N, 1, F) of that of the plain
            one where V is 0; None where nobody looks at phases.
    """

    images: TrainingImages
    plain: NDArray[np.float32]
    augmented: NDArray[np.float16]
    phases: NDArray[np.floating] | None = None

    @property
    def byte_count(self) -> int:
        """Bytes of all features."""
        phases = 0 if self.phases is None else self.phases.nbytes
        return self.plain.nbytes + self.augmented.nbytes + phases

    def only(self, images: TrainingImages) -> DomainFeatures:
        """Return the features of some of these images, found by their content."""
        if images.digests == self.images.digests:
            return DomainFeatures(images, self.plain, self.augmented, self.phases)
        row_of = {digest: row for row, digest in enumerate(self.images.digests)}
        rows = [row_of[digest] for digest in images.digests]
        phases = None if self.phases is None else self.phases[rows]
        return DomainFeatures(images, self.plain[rows], self.augmented[rows], phases)

    def without_phases(self) -> DomainFeatures:
        """Return the same for somebody who looks at no phases."""
        return DomainFeatures(self.images, self.plain, self.augmented)


@dataclass(frozen=True, slots=True)
class FeatureWork:
    """Computes features, or reads them where they were kept.

    Attributes:
        config: The settings.
        encoder: Whose backbone looks at the images.
        cache_root: Where features are kept.
        report: Told how far the work is.
        should_stop: Asked often.
    """

    config: TrainConfig
    encoder: Encoder
    cache_root: Path
    report: Callable[[PreparationAdvanced], None]
    should_stop: Callable[[], bool]

    def of(
        self, images: TrainingImages, title: str, *, with_phases: bool = False
    ) -> DomainFeatures:
        """Look at every image once: what cannot be decoded is known before training starts.

        Args:
            images: The domain.
            title: What it is called in reports, ``"domain A"`` for example.
            with_phases: Whether a head will look at phases; the whole encoder makes its own.

        Raises:
            UserError: In one sentence, what is wrong with the images or the disk.
            Cancelled: ``should_stop`` said so.
        """
        found = self._views(images, title, "colour")
        phases = None
        if with_phases and self.config.encoder.trainable == "head":
            phases = self._phases(found.images, title)
        return DomainFeatures(found.images, found.plain, found.augmented, phases)

    def _phases(self, images: TrainingImages, title: str) -> NDArray[np.floating]:
        """Return (N, V, F) of the phase of each augmented view, or of the plain one."""
        found = self._views(images, title, "phase")
        if len(found.images) < len(images):
            raise UserError(
                f"Images in {images.folder} have changed since they were looked through."
            )
        return found.augmented if found.augmented.shape[1] else found.plain[:, None]

    def _views(self, images: TrainingImages, title: str, kind: ViewKind) -> ViewFeatures:
        data = self.config.data
        keeps_views = self.config.encoder.trainable == "head" and data.augmentation != "none"
        what = "Phases" if kind == "phase" else "Features"
        return compute_view_features(
            images,
            self.encoder,
            augmentation_of(self.config) or Augmentation(),
            data.views if keeps_views else 0,
            cache_root=self.cache_root,
            kind=kind,
            on_progress=reporter(
                f"{what} of {title}" if keeps_views else f"Looking through {title}", self.report
            ),
            should_stop=self.should_stop,
        )


def augmentation_of(config: TrainConfig) -> Augmentation | None:
    """Return how views differ, None for not at all."""
    return _AUGMENTATIONS.get(config.data.augmentation)


def reporter(
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
