"""What can embed images, whether in this process or in a child."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from training.data.records import DecodeFailure, ImageRecord
from uem_desktop.retrieval.domain import EmbeddedChunk

BYTES_LABEL = Path("image data")
"""Stands for the path of an image that came as bytes."""


@dataclass(frozen=True, slots=True)
class EncoderInfo:
    """What is known of a loaded encoder.

    Attributes:
        title: Short name for people.
        fingerprint: SHA-256 of what the weights come from, hexadecimal.
        dimension: Numbers per embedding.
        device_name: `cpu`, `cuda`, `mps`, …
        device_text: For people, for example `CPU, 2 threads`.
        precision: `float32` or `float16`.
        devices: What this machine can run an encoder on, (name, text), best first.
    """

    title: str
    fingerprint: str
    dimension: int
    device_name: str
    device_text: str
    precision: str
    devices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EmbeddedImages:
    """Embeddings of images from anywhere.

    Attributes:
        embeddings: (n, D) float32 unit rows of the sources that worked.
        rows: Which sources these are.
        failures: The others; the path is `BYTES_LABEL` for image data without a file.
    """

    embeddings: np.ndarray
    rows: tuple[int, ...]
    failures: tuple[DecodeFailure, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PositionEmbeddings:
    """What each position of an image brings to its embedding.

    Attributes:
        rows: float32 (h, w, D), whose mean has the direction of the embedding.
        area: Which part of the image the positions cover, as left, top, right, bottom in 0..1;
            the encoder does not see the rest.
    """

    rows: np.ndarray
    area: tuple[float, float, float, float]


class Embedder(Protocol):
    """Embeds the images of a folder and images from anywhere.

    Attributes:
        warning: Why embeddings could not be stored or found, in one sentence; None while all is
            well.
    """

    warning: str | None

    @property
    def info(self) -> EncoderInfo:
        """The encoder; loads it where it is not yet loaded."""

    def start(self, should_stop: Callable[[], bool] | None = None) -> EncoderInfo:
        """Return `info`; loading can be stopped.

        Raises:
            Cancelled: `should_stop` said so.
            UserError: The checkpoint or the device cannot be used.
        """

    def embed_records(
        self,
        records: Sequence[ImageRecord],
        folder: Path,
        *,
        on_chunk: Callable[[EmbeddedChunk], None],
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        """Embed images of one folder: those in the store first, then the rest.

        Args:
            records: The images that are wanted; a part of the folder's will do.
            folder: The scanned folder.
            on_chunk: Gets embeddings as they come, on the calling thread.
            should_stop: Asked often; True ends the work within one batch.

        Raises:
            Cancelled: `should_stop` said so; what is finished is kept.
            UserError: The encoder cannot be loaded or ran out of memory.
        """

    def embed_images(self, sources: Sequence[Path | bytes]) -> EmbeddedImages:
        """Embed files or encoded images; nothing of it is stored.

        Raises:
            UserError: The encoder cannot be loaded or ran out of memory.
        """

    def embed_positions(
        self, path: Path, should_stop: Callable[[], bool] | None = None
    ) -> PositionEmbeddings:
        """Return what each position of an image brings to its embedding.

        Raises:
            Cancelled: `should_stop` said so.
            UserError: The image or the encoder cannot be used, or the encoder has no positions.
        """

    def close(self) -> None:
        """Give back what the embedder holds."""
