"""A child process that answers requests through pipes, seen from the process that started it."""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

import uem_desktop
from uem_desktop.retrieval.framing import Message, read_message, write_message

_STDERR_LINES = 20
_MAX_REPLIES_WAITING = 16
_POLL_SECONDS = 0.05
_QUIT_SECONDS = 5.0


class ChildEndedError(Exception):
    """The child is gone; the message says how, in a phrase."""


class Mailbox:
    """The replies to one request, in order and bounded: a slow reader slows the child down."""

    def __init__(self, request_id: int, connection: ChildConnection) -> None:
        self.request_id = request_id
        self._connection = connection
        self._replies: queue.Queue[Message] = queue.Queue(_MAX_REPLIES_WAITING)
        self._is_closed = False

    def receive(self, on_wait: Callable[[], None] | None = None) -> Message:
        """Wait for the next reply.

        Args:
            on_wait: Called every 50 ms while there is none.

        Raises:
            ChildEndedError: There will be none.
        """
        while True:
            has_ended = self._connection.has_ended
            try:
                return self._replies.get(timeout=0 if has_ended else _POLL_SECONDS)
            except queue.Empty:
                if has_ended:
                    raise ChildEndedError(self._connection.end_phrase()) from None
            if on_wait is not None:
                on_wait()

    def put(self, message: Message) -> None:
        """Take in a reply; waits while the box is full, unless nobody reads it any more."""
        is_waiting = True
        while is_waiting and not self._is_closed:
            with contextlib.suppress(queue.Full):
                self._replies.put(message, timeout=_POLL_SECONDS)
                is_waiting = False

    def close(self) -> None:
        """Say that nobody reads any more."""
        self._is_closed = True
        self._connection.forget(self)


class ChildConnection:
    """A running child; several threads may send at once."""

    def __init__(self, module: str, arguments: Sequence[str] = ()) -> None:
        """Start `python -m module`.

        Raises:
            OSError: The process cannot be started.
        """
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._ids = itertools.count(1)
        self._mailboxes: dict[int, Mailbox] = {}
        self._send_lock = threading.Lock()
        self._has_ended = threading.Event()
        self._stderr: deque[str] = deque(maxlen=_STDERR_LINES)
        self._threads = [
            threading.Thread(target=self._read_replies, name="encoder replies", daemon=True),
            threading.Thread(target=self._read_stderr, name="encoder stderr", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """Process id of the child."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether the child is gone and all that it said has been delivered."""
        return self._has_ended.is_set()

    @property
    def stderr_tail(self) -> tuple[str, ...]:
        """The last lines that the child wrote to stderr."""
        return tuple(self._stderr)

    def send(self, message: Message) -> Mailbox:
        """Send a request.

        Raises:
            ChildEndedError: The child is gone.
        """
        mailbox = Mailbox(next(self._ids), self)
        self._mailboxes[mailbox.request_id] = mailbox
        try:
            self._write({**message.header, "id": mailbox.request_id}, message.payload)
        except BaseException:
            mailbox.close()
            raise
        return mailbox

    def cancel(self, mailbox: Mailbox) -> None:
        """Ask the child to stop a request; its last reply says when it has."""
        self._write({"request": "cancel", "of": mailbox.request_id})

    def forget(self, mailbox: Mailbox) -> None:
        """Drop replies to this request from now on."""
        self._mailboxes.pop(mailbox.request_id, None)

    def end_phrase(self) -> str:
        """Say how the child ended, for the middle of a sentence."""
        code = self._process.returncode
        if code is None:
            return "its pipe broke"
        if code < 0:
            with contextlib.suppress(ValueError):
                name = signal.Signals(-code).name
                hint = ", often for lack of memory" if name == "SIGKILL" else ""
                return f"stopped by {name}{hint}"
        last_line = self._stderr[-1].strip() if self._stderr else ""
        return f"exit code {code}" + (f": {last_line}" if last_line else "")

    def close(self) -> None:
        """End the child: ask, wait, then kill. No process or thread is left."""
        with contextlib.suppress(ChildEndedError):
            self._write({"request": "quit"})
        with contextlib.suppress(OSError):
            self._stdin.close()
        try:
            self._process.wait(_QUIT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._settle()

    def kill(self) -> None:
        """End the child at once."""
        self._process.kill()
        with contextlib.suppress(OSError):
            self._stdin.close()
        self._settle()

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    def _settle(self) -> None:
        self._process.wait()
        for mailbox in list(self._mailboxes.values()):
            mailbox.close()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()

    def _write(self, header: dict[str, Any], payload: bytes = b"") -> None:
        try:
            with self._send_lock:
                write_message(self._stdin, header, payload)
        except (OSError, ValueError) as error:
            self._has_ended.wait(_QUIT_SECONDS)
            raise ChildEndedError(self.end_phrase()) from error

    def _read_replies(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            while (message := read_message(stream)) is not None:
                mailbox = self._mailboxes.get(message.header.pop("id"))
                if mailbox is not None:
                    mailbox.put(message)
        self._process.wait()
        self._has_ended.set()

    def _read_stderr(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as stream:
            for line in stream:
                self._stderr.append(line.decode("utf-8", "replace").rstrip())


def child_environment() -> dict[str, str]:
    """Let the child find the packages of this process, also in a checkout that is not installed."""
    root = str(Path(uem_desktop.__file__).resolve().parent.parent)
    paths = [root, os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}
