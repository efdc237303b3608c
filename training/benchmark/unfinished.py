"""A training that was interrupted: what going on within it needs, for trainings that take hours."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.atomic_file import remove_quietly
from training.errors import UserError
from training.events import Event
from training.run_state import RunState, load_state, save_state

_DIGEST_BYTES = 6


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One training of a benchmark that is going on.

    Attributes:
        folder: Of the benchmark.
        identity: Everything that tells this training from another one.
        data_fingerprint: Of its images.
    """

    folder: Path
    identity: str
    data_fingerprint: str

    def save(self, state: RunState, with_encoder: bool) -> Iterator[Event]:
        """Write a state; the trainer calls it as its hook."""
        save_state(state, self._path)
        return iter(())

    def load(self) -> RunState | None:
        """Return where this training stood; None where that is not known."""
        try:
            state = load_state(self._path) if self._path.is_file() else None
        except UserError:
            return None
        if state is None or state.config != self.identity:
            return None
        return state if state.data_fingerprint == self.data_fingerprint else None

    def forget(self) -> None:
        """Delete the state of a training that is finished."""
        remove_quietly(self._path)

    @property
    def _path(self) -> Path:
        digest = hashlib.blake2b(self.identity.encode(), digest_size=_DIGEST_BYTES).hexdigest()
        return self.folder / f"unfinished-{digest}.pt"
