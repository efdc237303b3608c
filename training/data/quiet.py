"""Keep the warnings of image libraries to the thread that decodes."""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast


class _InDecodingThread(threading.local):
    """The message pattern of a warning filter, and a log filter, for decoding threads only.

    `warnings.catch_warnings` swaps the filters of the whole process, so that two threads undo
    each other's. One filter that asks which thread warns needs no swapping.
    """

    is_decoding = False

    def match(self, _text: str) -> bool:
        return self.is_decoding

    def filter(self, _record: logging.LogRecord) -> bool:
        return not self.is_decoding


_IN_DECODING_THREAD = _InDecodingThread()
_TALKATIVE_LOGGER = "PIL.TiffImagePlugin"
_FILTER = ("ignore", _IN_DECODING_THREAD, Warning, None, 0)


@contextmanager
def without_warnings() -> Iterator[None]:
    """Drop every warning of this thread; what other threads warn of stays theirs."""
    logging.getLogger(_TALKATIVE_LOGGER).addFilter(_IN_DECODING_THREAD)
    filters = cast(list[Any], warnings.filters)
    if not filters or filters[0] is not _FILTER:
        filters[:] = [_FILTER, *(item for item in filters if item is not _FILTER)]
    was_decoding = _IN_DECODING_THREAD.is_decoding
    _IN_DECODING_THREAD.is_decoding = True
    try:
        yield
    finally:
        _IN_DECODING_THREAD.is_decoding = was_decoding
