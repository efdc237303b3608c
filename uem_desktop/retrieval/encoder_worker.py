"""The child process that holds torch: reads requests from stdin, answers on stdout.

Run as `python -m uem_desktop.retrieval.encoder_worker`; ends when its stdin ends, so it never
outlives the process that started it.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections import deque
from pathlib import Path
from typing import IO, TYPE_CHECKING

from training.errors import Cancelled, UserError
from training.threads import give_way, prepare_torch
from uem_desktop.retrieval import wire
from uem_desktop.retrieval.framing import Message, read_message, write_message

if TYPE_CHECKING:
    from uem_desktop.retrieval.domain import EmbeddedChunk
    from uem_desktop.retrieval.local_embedder import LocalEmbedder

_QUIT_SECONDS = 10.0
_ORPHAN_SECONDS = 0.6
"""How long embedding may take to end when the parent is gone; the store needs a moment."""


class Requests:
    """Reads requests on a thread of its own, so that a cancel arrives in the middle of work.

    Attributes:
        is_saving: Whether the work at hand has something to save when it is told to end.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._waiting: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._is_ending = threading.Event()
        self.is_saving = False
        threading.Thread(target=self._read, name="requests", daemon=True).start()

    def next(self) -> Message | None:
        """Wait for the next request; None when there will be no more."""
        return self._waiting.get()

    def poll(self) -> Message | None:
        """Return a request that has already come, None when there is none."""
        try:
            message = self._waiting.get_nowait()
        except queue.Empty:
            return None
        if message is None:
            self._waiting.put(None)  # the end stays the end for `next`
        return message

    def is_cancelled(self, request_id: int) -> bool:
        """Whether this request, or all work, is to stop."""
        return request_id in self._cancelled or self._is_ending.is_set()

    def _read(self) -> None:
        grace_seconds = _ORPHAN_SECONDS
        while (message := read_message(self._stream)) is not None:
            if message.header["request"] == "cancel":
                self._cancelled.add(message.header["of"])
            elif message.header["request"] == "quit":
                grace_seconds = _QUIT_SECONDS
                break
            else:
                self._waiting.put(message)
        self._is_ending.set()
        self._waiting.put(None)
        if self.is_saving:
            time.sleep(grace_seconds)
        os._exit(0)


class Worker:
    """Answers requests one after the other; images from anywhere also between two batches."""

    def __init__(self, requests: Requests, replies: IO[bytes], store_root: Path | None) -> None:
        self._requests = requests
        self._replies = replies
        self._store_root = store_root
        self._deferred: deque[Message] = deque()
        self._embedder: LocalEmbedder | None = None

    def run(self) -> None:
        """Answer until there are no more requests."""
        while True:
            message = self._deferred.popleft() if self._deferred else self._requests.next()
            if message is None:
                return
            self._answer(message)

    def _answer(self, message: Message) -> None:
        request_id = message.header["id"]
        try:
            match message.header["request"]:
                case "load":
                    self._load(message)
                case "embed":
                    self._embed(message)
                case "images":
                    embedder = self._loaded()
                    images = embedder.embed_images(wire.sources_of(message))
                    self._reply(request_id, wire.images_reply(images))
                case "positions":
                    positions = self._loaded().embed_positions(
                        wire.path_of(message), lambda: self._requests.is_cancelled(request_id)
                    )
                    self._reply(request_id, wire.positions_reply(positions))
        except Cancelled:
            self._say(request_id, "cancelled")
        except UserError as error:
            self._say(request_id, "error", kind="user", message=str(error))
        except BrokenPipeError:
            raise
        except Exception as error:
            details = _explain(error)
            self._say(request_id, "error", **details)

    def _load(self, message: Message) -> None:
        from uem_desktop.retrieval.local_embedder import load_embedder

        self._embedder = load_embedder(
            message.header["checkpoint"],
            message.header["device"],
            use_store=self._store_root is not None,
            store_root=self._store_root,
        )
        self._reply(message.header["id"], wire.info_reply(self._embedder.info))

    def _embed(self, message: Message) -> None:
        request_id = message.header["id"]
        embedder = self._loaded()

        def send(chunk: EmbeddedChunk) -> None:
            self._reply(request_id, wire.chunk_reply(chunk))

        def should_stop() -> bool:
            self._serve_images()
            return self._requests.is_cancelled(request_id)

        folder = Path(message.header["folder"])
        self._requests.is_saving = True
        try:
            embedder.embed_records(
                wire.records_of(message), folder, on_chunk=send, should_stop=should_stop
            )
        finally:
            self._requests.is_saving = False
        self._say(request_id, "done", warning=embedder.warning)

    def _serve_images(self) -> None:
        """Answer what a person waits for now; whatever else came waits its turn."""
        while (message := self._requests.poll()) is not None:
            if message.header["request"] in ("images", "positions"):
                self._answer(message)
            else:
                self._deferred.append(message)

    def _loaded(self) -> LocalEmbedder:
        if self._embedder is None:
            raise RuntimeError("no encoder has been loaded")
        return self._embedder

    def _say(self, request_id: int, reply: str, **details: str | None) -> None:
        self._reply(request_id, Message({"reply": reply, **details}, b""))

    def _reply(self, request_id: int, message: Message) -> None:
        write_message(self._replies, {**message.header, "id": request_id}, message.payload)


def _explain(error: Exception) -> dict[str, str]:
    """Return kind and text of an error: a person can mend a lack of memory."""
    from training.device import is_out_of_memory

    if is_out_of_memory(error):
        text = (
            "There is not enough memory for this encoder;"
            " close other programs or choose another device."
        )
        return {"kind": "user", "message": text}
    text = f"{type(error).__name__}: {error}"
    lines = "".join(traceback.format_exception(error))
    return {"kind": "bug", "message": text, "traceback": lines}


def main() -> None:
    """Serve until stdin ends; what other code prints goes to stderr."""
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    give_way()
    prepare_torch()
    requests = Requests(os.fdopen(os.dup(0), "rb"))
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    store_root = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with contextlib.suppress(BrokenPipeError):
        Worker(requests, replies, store_root).run()
    os._exit(0)


if __name__ == "__main__":
    main()
