"""Threads that decode images ahead of the device, in order and within bounds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from training.data.ahead import mapped_ahead
from training.data.decoding import DecodeError, decode_image
from training.data.views import Preprocessing, eval_view
from uem_desktop.retrieval.file_stamps import Stamp, stamp_of

_MAX_THREADS = 8
"""More would cost memory without need: an image of 128 million pixels takes 400 MB a thread."""


@dataclass(frozen=True, slots=True)
class DecodedImage:
    """The view of one source, or why there is none.

    Attributes:
        view: (S, S, 3) uint8, None when it failed.
        reason: A plain phrase when it failed.
        stamp: Size and time of the file from before it was read, None for bytes.
    """

    view: np.ndarray | None
    reason: str
    stamp: Stamp | None


@contextlib.contextmanager
def decode_ahead(
    sources: Sequence[Path | bytes], preprocessing: Preprocessing, max_ahead: int
) -> Iterator[Iterator[DecodedImage]]:
    """Give the decoded sources in their order; no thread is left when the block ends.

    Args:
        sources: Files or encoded images.
        preprocessing: The views that the encoder wants.
        max_ahead: How many images may be decoded or waiting at once.
    """
    with mapped_ahead(
        partial(_decode, preprocessing=preprocessing),
        sources,
        max_ahead=max_ahead,
        max_threads=_MAX_THREADS,
        thread_name="decode",
    ) as decoded:
        yield decoded


def _decode(source: Path | bytes, preprocessing: Preprocessing) -> DecodedImage:
    stamp = stamp_of(source) if isinstance(source, Path) else None
    try:
        rgb = decode_image(source, min_side=preprocessing.resize_size)
        return DecodedImage(eval_view(rgb, preprocessing), "", stamp)
    except DecodeError as error:
        return DecodedImage(None, error.reason, stamp)
    except MemoryError:
        return DecodedImage(None, "too large for the memory of this computer", stamp)
    except Exception as error:  # one odd file must not end the work on all others
        return DecodedImage(None, f"it could not be prepared ({type(error).__name__})", stamp)
