"""Keep the warnings of image libraries to the thread that decodes."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast


class _InDecodingThread(threading.local):
    """Stands where a warning filter has its message pattern; matches in a decoding thread only.

    `warnings.catch_warnings` swaps the filters of the whole process, so that two threads undo
    each other's. One filter that asks which thread warns needs no swapping.
    """

    is_decoding = False

    def match(self, _text: str) -> bool:
        return self.is_decoding


_IN_DECODING_THREAD = _InDecodingThread()
_FILTER = ("ignore", _IN_DECODING_THREAD, Warning, None, 0)


@contextmanager
def without_warnings() -> Iterator[None]:
    """Drop every warning of this thread; what other threads warn of stays theirs."""
    filters = cast(list[Any], warnings.filters)
    if not filters or filters[0] is not _FILTER:
        filters.insert(0, _FILTER)
    was_decoding = _IN_DECODING_THREAD.is_decoding
    _IN_DECODING_THREAD.is_decoding = True
    try:
        yield
    finally:
        _IN_DECODING_THREAD.is_decoding = was_decoding
