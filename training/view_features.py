"""What a frozen backbone sees in the views of each image: computed once, kept on disk.

``CACHE_ROOT/KEY/`` holds the features of everything that was ever computed in one way. The key is
made of the backbone's weights, the preprocessing, the augmentation, number and seed of the views;
within it an image is found by its content, in whatever folder it lies by then.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from training.data.ahead import mapped_ahead
from training.data.augmentation import Augmentation
from training.data.feature_files import FeatureFiles, ImageFeatures
from training.data.image_views import ImageViews, ViewKind
from training.data.training_images import TrainingImages
from training.encoders.encoder import Encoder
from training.errors import Cancelled, UserError
from training.progress import Progress

_FORMAT_VERSION = 2
"""To be raised when decoding, a view or the file format changes."""

_MAX_THREADS = 2


@dataclass(frozen=True, slots=True, eq=False)
class ViewFeatures:
    """The features of one domain.

    Attributes:
        images: The N images that could be decoded; those that could not are in its failures.
        plain: (N, F) float32, of the view that retrieval uses.
        augmented: (N, V, F) float16, writable.
        usable: (N,) int64, ascending rows of ``images`` in what was asked for.
    """

    images: TrainingImages
    plain: NDArray[np.float32]
    augmented: NDArray[np.float16]
    usable: NDArray[np.int64]


def compute_view_features(
    images: TrainingImages,
    encoder: Encoder,
    augmentation: Augmentation,
    view_count: int,
    *,
    cache_root: Path,
    view_seed: int = 0,
    kind: ViewKind = "colour",
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> ViewFeatures:
    """Return the pooled features of one plain and several augmented views of each image.

    What is on disk is read, the rest is computed and stored image by image. On a CPU an image's
    features do not depend on what else is computed. Augmented view ``n`` (from 1) is drawn from
    ``stream(view_seed, "view", digest, n)``.

    Args:
        images: The domain.
        encoder: Its backbone is used in eval mode, its projector not at all.
        augmentation: How strongly views differ.
        view_count: V, augmented views of an image; 0 or more.
        cache_root: Where features of all kinds are kept.
        view_seed: Another one gives other views, and so other files.
        kind: Of the views; the phase is that of the same augmented views, in files of its own.
        on_progress: Told often; images that were on disk count as stored.
        should_stop: Asked often; True ends the work, what is finished is kept.

    Raises:
        UserError: If the disk is full or cannot be written (what is finished is kept), no image
            can be decoded, or the memory is too small.
        Cancelled: If ``should_stop`` said so.
    """
    views = ImageViews(images, encoder.preprocessing, augmentation, view_count, view_seed, kind)
    files = _open_files(encoder, views, cache_root)
    plain = np.zeros((len(images), files.width), np.float32)
    augmented = np.zeros((len(images), view_count, files.width), np.float16)
    report = _Report(len(images), on_progress, should_stop)
    missing = _read_stored(files, images.digests, plain, augmented, report)
    reasons: dict[int, str] = {}
    per_step = _images_at_a_time(encoder, 1 + view_count)
    with mapped_ahead(
        views.of, missing, max_ahead=2 * per_step + 2, max_threads=_MAX_THREADS, thread_name="views"
    ) as made:
        pairs = zip(missing, made, strict=True)
        while group := list(islice(pairs, per_step)):
            views_of = {row: result for row, result in group if not isinstance(result, str)}
            reasons |= {row: result for row, result in group if isinstance(result, str)}
            if views_of:
                found = _encoded(encoder, list(views_of.values()))
                for row, features in zip(views_of, found, strict=True):
                    plain[row], augmented[row] = features.plain, features.augmented
                    files.write(images.digests[row], features)
            report.add(done=len(group), failed=len(group) - len(views_of))
    usable = np.array([row for row in range(len(images)) if row not in reasons], np.int64)
    if reasons:
        plain, augmented = plain[usable], augmented[usable]
    return ViewFeatures(images.without(reasons), plain, augmented, usable)


class _Report:
    """Counts images, tells how far the work is and whether to end it."""

    def __init__(
        self,
        total: int,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self._progress = Progress(0, total)
        self._started = time.monotonic()
        self._on_progress = on_progress
        self._should_stop = should_stop

    def add(self, done: int, *, failed: int = 0, stored: int = 0) -> None:
        """Count images that are done; raises `Cancelled` where the work shall end."""
        before = self._progress
        self._progress = Progress(
            before.done + done,
            before.total,
            before.failed + failed,
            time.monotonic() - self._started,
            before.stored + stored,
        )
        if self._on_progress is not None:
            self._on_progress(self._progress)
        if self._should_stop is not None and self._should_stop():
            raise Cancelled


def _read_stored(
    files: FeatureFiles,
    digests: tuple[str, ...],
    plain: NDArray[np.float32],
    augmented: NDArray[np.float16],
    report: _Report,
) -> list[int]:
    """Fill in what is on disk and return the rows of the rest."""
    missing = []
    for row, digest in enumerate(digests):
        stored = files.read(digest)
        if stored is None:
            missing.append(row)
            continue
        plain[row], augmented[row] = stored.plain, stored.augmented
        report.add(1, stored=1)
    return missing


def _images_at_a_time(encoder: Encoder, view_count: int) -> int:
    """On a CPU one: its features are then rounded the same whatever else is computed."""
    return 1 if encoder.device.type == "cpu" else max(1, encoder.batch_size // view_count)


def _encoded(encoder: Encoder, views: list[NDArray[np.uint8]]) -> list[ImageFeatures]:
    """Return the features of n images, each given as (1 + V, S, S, 3)."""
    fresh = encoder.encode_features(np.concatenate(views)).reshape(len(views), len(views[0]), -1)
    with np.errstate(over="ignore"):
        augmented = fresh[:, 1:].astype(np.float16)
    if not np.isfinite(augmented).all():
        raise UserError(f"The backbone of {encoder.name} gives features beyond 65,504.")
    return [ImageFeatures(*pair) for pair in zip(fresh[:, 0], augmented, strict=True)]


def _open_files(encoder: Encoder, views: ImageViews, cache_root: Path) -> FeatureFiles:
    description = {
        "format": _FORMAT_VERSION,
        "architecture": encoder.backbone.architecture,
        "weights": _weights_digest(encoder),
        "precision": encoder.precision,
        "preprocessing": encoder.preprocessing.to_json(),
        "augmentation": views.augmentation.to_json(),
        "view_count": views.count,
        "view_seed": views.seed,
        **({"kind": views.kind} if views.kind != "colour" else {}),
    }
    return FeatureFiles(cache_root, description, views.count, encoder.backbone.dimension)


def _weights_digest(encoder: Encoder) -> str:
    digest = hashlib.blake2b(digest_size=32)
    for name, tensor in encoder.backbone.state_dict().items():
        if "num_batches_tracked" not in name:
            digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
            numbers = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8)
            digest.update(numbers.numpy().tobytes())
    return digest.hexdigest()
