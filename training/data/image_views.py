"""All the views of an image that a frozen backbone looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from training.data.augmentation import Augmentation, augmented_view, crop_source
from training.data.decoding import DecodeError, decode_image
from training.data.file_access import os_error_phrase
from training.data.phase import phase_view
from training.data.random_streams import stream
from training.data.training_images import TrainingImages, content_digest
from training.data.views import Preprocessing, eval_view

ViewKind = Literal["colour", "phase"]


@dataclass(frozen=True, slots=True)
class ImageViews:
    """One plain and several augmented views of each image.

    Attributes:
        images: The domain.
        preprocessing: What the encoder wants.
        augmentation: How strongly views differ.
        count: V, augmented views of an image; 0 or more.
        seed: Where the chance comes from, together with an image's content.
        kind: Views as they are, or the phase of the very same views.
    """

    images: TrainingImages
    preprocessing: Preprocessing
    augmentation: Augmentation
    count: int
    seed: int
    kind: ViewKind = "colour"

    def of(self, row: int) -> NDArray[np.uint8] | str:
        """Return (1 + V, S, S, 3) uint8, or why there are none. Safe in several threads.

        View 0 has the pixels that retrieval embeds. To that end a JPEG is read at retrieval's
        scale; `crop_source` says what that means for small crops.
        """
        path, digest = self.images.records[row].path, self.images.digests[row]
        try:
            rgb = decode_image(path, min_side=self.preprocessing.resize_size)
            if content_digest(path) != digest:
                return "it changed after the training began"
            return self._cut(rgb, digest)
        except DecodeError as error:
            return error.reason
        except OSError as error:
            return os_error_phrase(error, path)
        except MemoryError:
            return "too large for the memory of this computer"

    def _cut(self, rgb: NDArray[np.uint8], digest: str) -> NDArray[np.uint8]:
        p = self.preprocessing
        source = crop_source(rgb, p)
        augmented = (
            augmented_view(source, p, self.augmentation, stream(self.seed, "view", digest, number))
            for number in range(1, self.count + 1)
        )
        views = [eval_view(rgb, p), *augmented]
        return np.stack(views if self.kind == "colour" else [phase_view(view) for view in views])
