"""Embed images in a child process, so that torch never enters the window's own."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.data.records import ImageRecord
from training.errors import Cancelled, UserError
from training.progress import Progress
from uem_desktop.retrieval import wire
from uem_desktop.retrieval.child_connection import ChildConnection, ChildEndedError, Mailbox
from uem_desktop.retrieval.domain import EmbeddedChunk
from uem_desktop.retrieval.embedder_protocol import (
    EmbeddedImages,
    EncoderInfo,
    PositionEmbeddings,
)
from uem_desktop.retrieval.framing import Message

_WORKER = "uem_desktop.retrieval.encoder_worker"
_CANCEL_SECONDS = 15.0
"""After this long without an answer to a cancel, the child is killed."""


class EncoderBugError(RuntimeError):
    """The child met an error that no user can cause; its traceback is in the notes."""


class EncoderProcess:
    """An embedder in a child process, started on first use.

    The child ends with this process, however that ends. Any number of threads may call: one folder
    is embedded at a time, and images from anywhere are served between its batches.

    Attributes:
        checkpoint: A checkpoint file or a name such as `pretrained`.
        device: `auto`, `cpu`, `cuda`, …
        warning: Why embeddings could not be stored or found, in one sentence; None while all is
            well.
    """

    def __init__(
        self,
        checkpoint: str | Path = "pretrained",
        device: str = "auto",
        *,
        use_store: bool = True,
        store_root: Path | None = None,
    ) -> None:
        self.checkpoint = str(checkpoint)
        self.device = device
        self.warning: str | None = None
        self._use_store = use_store
        self._given_root = store_root
        self._start_lock = threading.Lock()
        self._embed_lock = threading.Lock()
        self._connection: ChildConnection | None = None
        self._info: EncoderInfo | None = None
        self._is_closed = False

    @property
    def info(self) -> EncoderInfo:
        """The encoder; starts the child and loads it where that has not happened.

        Raises:
            UserError: The checkpoint or the device cannot be used.
            Cancelled: The embedder has been closed.
        """
        return self._ready()[1]

    def start(self, should_stop: Callable[[], bool] | None = None) -> EncoderInfo:
        """Return `info`; loading can be stopped, see `Embedder.start`."""
        return self._ready(should_stop)[1]

    @property
    def pid(self) -> int | None:
        """Process id of the child, None while there is none."""
        connection = self._connection
        return None if connection is None or connection.has_ended else connection.pid

    @property
    def stderr_tail(self) -> tuple[str, ...]:
        """The last lines that the child wrote to stderr, for the log."""
        connection = self._connection
        return () if connection is None else connection.stderr_tail

    def embed_records(
        self,
        records: Sequence[ImageRecord],
        folder: Path,
        *,
        on_chunk: Callable[[EmbeddedChunk], None],
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        """Embed images of one folder; see `Embedder.embed_records`."""
        with _locked(self._embed_lock, should_stop):
            connection, info = self._ready(should_stop)
            rest, stored = self._send_stored(info, records, folder, on_chunk, should_stop)
            if not rest:
                return
            with self._request(connection, wire.embed_request(rest, folder)) as mailbox:
                watch = _StopWatch(connection, mailbox, should_stop)
                try:
                    while (message := mailbox.receive(watch)).header["reply"] == "chunk":
                        chunk = wire.chunk_of(message)
                        on_chunk(replace(chunk, progress=_shifted(chunk, stored, len(records))))
                        watch()
                except BaseException:
                    watch.stop()
                    raise
                self.warning = _checked(message)["warning"] or self.warning

    def embed_images(self, sources: Sequence[Path | bytes]) -> EmbeddedImages:
        """Embed files or encoded images; see `Embedder.embed_images`."""
        connection, _ = self._ready()
        with self._request(connection, wire.images_request(sources)) as mailbox:
            message = mailbox.receive()
            _checked(message)
            return wire.images_of(message)

    def embed_positions(
        self, path: Path, should_stop: Callable[[], bool] | None = None
    ) -> PositionEmbeddings:
        """Return what each position of an image brings; see `Embedder.embed_positions`."""
        connection, _ = self._ready(should_stop)
        with self._request(connection, wire.positions_request(path)) as mailbox:
            watch = _StopWatch(connection, mailbox, should_stop)
            watch()
            message = mailbox.receive(watch)
            _checked(message)
            if should_stop is not None and should_stop():
                raise Cancelled  # the answer was faster than the word to stop
            return wire.positions_of(message)

    def close(self) -> None:
        """End the child; work that is going on in other threads ends as cancelled."""
        self._is_closed = True
        connection = self._connection
        if connection is not None:
            connection.close()

    def _ready(
        self, should_stop: Callable[[], bool] | None = None
    ) -> tuple[ChildConnection, EncoderInfo]:
        """Return a child that has loaded the encoder."""
        with _locked(self._start_lock, should_stop):
            if self._is_closed:
                raise Cancelled
            connection = self._connection
            if connection is not None and connection.has_ended:
                connection.close()
                connection = None
            if connection is None:
                connection = self._connection = self._start()
                self._info = None
                if self._is_closed:  # `close` came too early to see the child
                    connection.kill()
                    raise Cancelled
            if self._info is None:
                self._info = self._load(connection, should_stop)
            return connection, self._info

    def _store_root(self) -> Path | None:
        from uem_desktop.retrieval.store import default_store_root

        return (self._given_root or default_store_root()) if self._use_store else None

    def _start(self) -> ChildConnection:
        root = self._store_root()
        arguments = [] if root is None else [str(root)]
        try:
            return ChildConnection(_WORKER, arguments)
        except OSError as error:
            reason = error.strerror or error
            raise UserError(f"The encoder process cannot be started: {reason}.") from error

    def _load(
        self, connection: ChildConnection, should_stop: Callable[[], bool] | None
    ) -> EncoderInfo:
        def stop_if_asked() -> None:
            if should_stop is not None and should_stop():
                connection.kill()
                raise Cancelled

        request = wire.load_request(self.checkpoint, self.device)
        with self._request(connection, request) as mailbox:
            message = mailbox.receive(stop_if_asked)
            _checked(message)
            return wire.info_of(message)

    def _send_stored(
        self,
        info: EncoderInfo,
        records: Sequence[ImageRecord],
        folder: Path,
        on_chunk: Callable[[EmbeddedChunk], None],
        should_stop: Callable[[], bool] | None,
    ) -> tuple[list[ImageRecord], int]:
        """Read the store here: large arrays need not go through the pipe."""
        root = self._store_root()
        if root is None:
            return list(records), 0
        from uem_desktop.retrieval.local_embedder import send_stored
        from uem_desktop.retrieval.store import EmbeddingStore

        store = EmbeddingStore(root, info.fingerprint, info.precision, folder)
        rest, stored = send_stored(store, records, on_chunk, should_stop)
        self.warning = store.warning or self.warning
        return rest, stored

    @contextlib.contextmanager
    def _request(self, connection: ChildConnection, message: Message) -> Iterator[Mailbox]:
        """Send a request; a child that ends in the middle becomes a sentence."""
        mailbox: Mailbox | None = None
        try:
            mailbox = connection.send(message)
            yield mailbox
        except ChildEndedError as error:
            if self._is_closed:
                raise Cancelled from error
            raise UserError(
                f"The encoder process ended unexpectedly ({error}); what was embedded is kept,"
                " and the next attempt starts a new one."
            ) from error
        finally:
            if mailbox is not None:
                mailbox.close()


class _StopWatch:
    """Passes a wish to stop on to the child, and ends a child that does not hear it."""

    def __init__(
        self,
        connection: ChildConnection,
        mailbox: Mailbox,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self._connection = connection
        self._mailbox = mailbox
        self._should_stop = should_stop
        self._asked_at: float | None = None

    def __call__(self) -> None:
        if self._should_stop is None:
            return
        if self._asked_at is None:
            if self._should_stop():
                self._asked_at = time.monotonic()
                self.stop()
        elif time.monotonic() - self._asked_at > _CANCEL_SECONDS:
            self._connection.kill()
            raise Cancelled

    def stop(self) -> None:
        """Ask the child to stop; it need not be alive."""
        with contextlib.suppress(ChildEndedError):
            self._connection.cancel(self._mailbox)


def _checked(message: Message) -> dict[str, Any]:
    """Return the header of a good reply.

    Raises:
        UserError: The child says what the user can mend.
        EncoderBugError: The child says something else.
        Cancelled: The child stopped.
    """
    header = message.header
    if header["reply"] == "error":
        if header["kind"] == "user":
            raise UserError(header["message"])
        bug = EncoderBugError(header["message"])
        bug.add_note(header["traceback"])
        raise bug
    if header["reply"] == "cancelled":
        raise Cancelled
    return header


def _shifted(chunk: EmbeddedChunk, stored: int, total: int) -> Progress:
    """Return the child's progress as progress of all records, also those that it never saw."""
    progress = chunk.progress
    return replace(
        progress, done=progress.done + stored, total=total, stored=progress.stored + stored
    )


@contextlib.contextmanager
def _locked(lock: threading.Lock, should_stop: Callable[[], bool] | None) -> Iterator[None]:
    """Hold a lock; waiting for it can be stopped."""
    while not lock.acquire(timeout=0.05):
        if should_stop is not None and should_stop():
            raise Cancelled
    try:
        yield
    finally:
        lock.release()
