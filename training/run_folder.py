"""The folder of a run: its settings, events, checkpoints and trained encoder.

RUN/config.toml         settings, complete
RUN/pairs.csv           accepted and rejected pairs, for a run that uses decisions
RUN/events.jsonl        what happened, one JSON object a line
RUN/checkpoints/        NAME.safetensors: encoder; NAME.pt: everything that going on needs
RUN/encoder.safetensors the trained encoder, once the run has finished
RUN/run.lock            held while a process trains here
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.config import TrainConfig
from training.config_files import config_text, read_config
from training.data.decided_pairs import DecidedPairs, read_pairs, write_pairs
from training.data.file_access import printable, write_error_phrase
from training.errors import UserError
from training.events import Event, UnknownEventError, event_line, parse_event

_CONFIG = "config.toml"
_EVENTS = "events.jsonl"
_PAIRS = "pairs.csv"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where a run keeps what it makes.

    Attributes:
        path: The folder.
    """

    path: Path

    @property
    def config_path(self) -> Path:
        """The settings."""
        return self.path / _CONFIG

    @property
    def events_path(self) -> Path:
        """What happened."""
        return self.path / _EVENTS

    @property
    def pairs_path(self) -> Path:
        """The decided pairs."""
        return self.path / _PAIRS

    @property
    def checkpoints(self) -> Path:
        """The folder of checkpoints."""
        return self.path / "checkpoints"

    @property
    def encoder_path(self) -> Path:
        """The trained encoder."""
        return self.path / "encoder.safetensors"

    @property
    def lock_path(self) -> Path:
        """The lock of the process that trains."""
        return self.path / "run.lock"

    @property
    def is_run(self) -> bool:
        """Whether a run has been started here."""
        return self.config_path.is_file()

    def create(self, config: TrainConfig, pairs: DecidedPairs | None = None) -> None:
        """Make the folder and write the settings.

        Args:
            config: All settings.
            pairs: What the run keeps of decisions, where it uses them.

        Raises:
            UserError: If there is a run already, the folder cannot be made, or the settings want
                decisions and there are none.
        """
        if config.run.use_decisions and pairs is None:
            raise UserError("use_decisions needs a project with decisions; name it by --decisions.")
        if self.is_run:
            raise UserError(
                f"{self.path} holds a run already; add --resume to go on with it, or choose "
                "another folder."
            )
        try:
            self.checkpoints.mkdir(parents=True, exist_ok=True)
            if pairs is not None:
                write_pairs(self.pairs_path, pairs)
            text = config_text(config)
            self.config_path.write_text(text, encoding="utf-8", errors="surrogateescape")
        except OSError as error:
            raise self.cannot_write(error) from error

    def cannot_write(self, error: OSError) -> UserError:
        """Say that the folder does not take a file, and why."""
        reason = write_error_phrase(error)
        return UserError(f"The run {printable(self.path)} cannot be written: {reason}.")

    def config(self) -> TrainConfig:
        """Read the settings.

        Raises:
            UserError: If there are none, or they are damaged.
        """
        if not self.is_run:
            raise UserError(f"There is no run in {self.path}.")
        return read_config(self.config_path)

    def pairs(self) -> DecidedPairs:
        """Read the decided pairs.

        Raises:
            UserError: If there are none, or they are damaged.
        """
        return read_pairs(self.pairs_path)


class EventWriter:
    """Appends events to the file of a run; a line that a crash cut off is taken away first.

    Raises:
        OSError: The disk does not take them.
    """

    def __init__(self, path: Path) -> None:
        path.touch()
        with path.open("rb+") as file:
            whole = file.read().rfind(b"\n") + 1
            file.truncate(whole)
        self._file = path.open("a", encoding="utf-8")

    def write(self, event: Event) -> None:
        """Append one event; other processes see it at once."""
        self._file.write(event_line(event) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class EventReader:
    """Reads the events of a run as they come, whoever writes them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def read(self) -> Iterator[Event]:
        """Give the events that have come since the last call; none while there is no file.

        They are read as they are taken: a long run never lies in memory as a whole.

        A line that is not complete yet waits for the next call; lines that are no events, or those
        of a newer version, are passed over.
        """
        try:
            with self._path.open("rb") as file:
                if file.seek(0, 2) < self._offset:  # started anew in the same folder
                    self._offset = 0
                file.seek(self._offset)
                for line in file:
                    if not line.endswith(b"\n"):
                        return
                    self._offset += len(line)
                    try:
                        event = parse_event(line)
                    except UnknownEventError:
                        continue
                    yield event
        except FileNotFoundError:
            return
