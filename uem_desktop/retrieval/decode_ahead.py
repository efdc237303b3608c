"""Threads that decode images ahead of the device, in order and within bounds."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.data.decoding import DecodeError, decode_image
from training.data.views import Preprocessing, eval_view
from uem_desktop.retrieval.store import stamp_of
from uem_desktop.retrieval.store_index import Stamp

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
    threads = max(1, min(_MAX_THREADS, _core_count(), len(sources)))
    executor = ThreadPoolExecutor(threads, thread_name_prefix="decode")
    try:
        yield _in_order(executor, sources, preprocessing, max_ahead)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _in_order(
    executor: ThreadPoolExecutor,
    sources: Sequence[Path | bytes],
    preprocessing: Preprocessing,
    max_ahead: int,
) -> Iterator[DecodedImage]:
    waiting: deque[Future[DecodedImage]] = deque()
    for source in sources:
        waiting.append(executor.submit(_decode, source, preprocessing))
        if len(waiting) >= max_ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


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


def _core_count() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
