"""A child process that prints an event a line, seen from the process that started it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import IO, Generic, TypeVar

from training.events import UnknownEventError
from uem_desktop.retrieval.child_connection import child_environment
from uem_desktop.retrieval.event_feed import EventFeed
from uem_desktop.retrieval.run_ending import RunEnding

_READ_BYTES = 65536
_BREATH_SECONDS = 0.005
_STDERR_LINES = 40
_PIPE_SECONDS = 2.0
_JOIN_SECONDS = 0.05
_KILLED_SECONDS = 5.0

_log = logging.getLogger("uem_desktop.training")

_Event = TypeVar("_Event")


class EventProcess(Generic[_Event]):
    """Starts a process, reads its events and hands it commands, one JSON object a line.

    No call but `close` waits for the child or for a pipe. The child is asked to stop when this
    process ends, however that ends: its standard input ends then.

    Attributes:
        feed: Where the events go.
    """

    def __init__(self, command: Sequence[str], name: str) -> None:
        """Start the process.

        Args:
            command: What is started.
            name: Of its threads, and of the process in the log.

        Raises:
            OSError: It cannot be started.
        """
        self.feed: EventFeed[_Event] = EventFeed()
        self._name = name
        self._ending = RunEnding("stopped", "")
        self._was_killed = False
        self._stderr: deque[str] = deque(maxlen=_STDERR_LINES)
        self._commands: queue.SimpleQueue[dict[str, object] | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment(),
            start_new_session=os.name != "nt",  # an interrupt in a terminal is not meant for it
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._readers = [
            threading.Thread(target=self._read_events, name=f"{name} events", daemon=True),
            threading.Thread(target=self._read_stderr, name=f"{name} stderr", daemon=True),
        ]
        self._writer = threading.Thread(target=self._write, name=f"{name} commands", daemon=True)
        self._waiter = threading.Thread(target=self._wait, name=f"{name} process", daemon=True)
        for thread in (*self._readers, self._writer, self._waiter):
            thread.start()

    @property
    def pid(self) -> int:
        """Process id of the child."""
        return self._process.pid

    @property
    def ending(self) -> RunEnding:
        """How the run ended, once the feed is over."""
        return self._ending

    def send(self, command: dict[str, object]) -> None:
        """Queue a command; one that comes too late is dropped."""
        self._commands.put(command)

    def kill(self) -> None:
        """End the child, and the processes that it started, at once."""
        self._was_killed = True
        self._kill()

    def close(self, deadline: float) -> bool:
        """Ask the child to stop, wait, then kill it. No process or thread is left.

        Args:
            deadline: `time.monotonic()` value until which it may save what it has.

        Returns:
            Whether it ended by itself.
        """
        self.feed.close()
        self.send({"command": "stop"})
        self._commands.put(None)
        self._waiter.join(max(0.0, deadline - time.monotonic()))
        has_ended = not self._waiter.is_alive()
        if not has_ended:
            self._kill()
        for thread in (self._waiter, *self._readers, self._writer):
            thread.join(_KILLED_SECONDS)
        return has_ended

    def _kill(self) -> None:
        with contextlib.suppress(OSError):
            if os.name == "nt":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)

    # ---- what an application of it knows; called by its threads

    def _parsed(self, line: bytes) -> _Event:
        """Return the event in a line, or raise `UnknownEventError`."""
        raise NotImplementedError

    def _ending_of(self, code: int) -> RunEnding:
        """Return how it ended; every event has been parsed."""
        raise NotImplementedError

    # ---- threads

    def _read_events(self) -> None:
        with _stream(self._process.stdout) as stream:
            rest = b""
            while chunk := os.read(stream.fileno(), _READ_BYTES):
                *lines, rest = (rest + chunk).split(b"\n")
                self._put(lines)
                time.sleep(_BREATH_SECONDS)  # lets lines gather, and the window's thread work
            self._put([rest])

    def _put(self, lines: list[bytes]) -> None:
        events: list[_Event] = []
        for line in lines:
            try:
                events.append(self._parsed(line))
            except UnknownEventError:
                if line.strip():
                    _log.debug("no event: %s", line[:200])
                continue
        self.feed.put(events)

    def _read_stderr(self) -> None:
        with _stream(self._process.stderr) as stream:
            for line in stream:
                self._stderr.append(line.decode("utf-8", "replace").rstrip())

    def _write(self) -> None:
        stream = _stream(self._process.stdin)
        with contextlib.suppress(OSError, ValueError):
            while (command := self._commands.get()) is not None:
                stream.write(json.dumps(command).encode() + b"\n")
                stream.flush()
        with contextlib.suppress(OSError, ValueError):
            stream.close()

    def _wait(self) -> None:
        code = self._process.wait()
        self._commands.put(None)
        self._kill()  # what it started goes with it, and would hold its pipes
        deadline = time.monotonic() + _PIPE_SECONDS
        while any(reader.is_alive() for reader in self._readers):
            self._readers[0].join(_JOIN_SECONDS)
            if time.monotonic() > deadline and not self.feed.is_full:
                break
        self._ending = self._ending_of(code)
        if self._ending.outcome == "failed" and self._stderr:
            lines = "\n".join(self._stderr)
            _log.error("%s failed with exit code %s\n%s", self._name, code, lines)
        self.feed.finish()


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream
