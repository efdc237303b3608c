"""The results of a benchmark in ``results.json``: whole or not there, and enough to run them again.

A result is a dict of plain data as it stands in the file; `Result` gives names to what every table
needs of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.atomic_file import durable_file
from training.data.file_access import printable, write_error_phrase
from training.errors import UserError

FILE_NAME = "results.json"
NO_HELP = "off"
PUBLISHED = "published"
VOTES = "votes"

_FORMAT = "uem-benchmark"
_VERSION = 1

Key = tuple[str, str, str, str, int, str]
"""Setting, method, query domain, gallery domain, seed, help at retrieval time."""


@dataclass(frozen=True, slots=True)
class Result:
    """The numbers of one direction after one training.

    Attributes:
        entry: As it stands in the file.
    """

    entry: Mapping[str, Any]

    @property
    def setting(self) -> str:
        """Name of the setting."""
        return str(self.entry["setting"])

    @property
    def method(self) -> str:
        """Name of the method."""
        return str(self.entry["method"])

    @property
    def pair(self) -> tuple[str, str]:
        """Query domain and gallery domain."""
        return str(self.entry["query_domain"]), str(self.entry["gallery_domain"])

    @property
    def seed(self) -> int:
        """Of the training and of the draw of categories."""
        return int(self.entry["seed"])

    @property
    def retrieval_help(self) -> str:
        """Names of help at retrieval time, joined by ``+``, or ``"off"``."""
        return str(self.entry["retrieval_help"])

    @property
    def key(self) -> Key:
        """What tells it from every other result of a benchmark."""
        return (self.setting, self.method, *self.pair, self.seed, self.retrieval_help)

    def number(self, *path: str) -> float | None:
        """Return a number by the names that lead to it; None where it is not there."""
        value: Any = self.entry
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return None if value is None else float(value)


class ResultsFile:
    """``results.json`` of one benchmark.

    Attributes:
        path: The file.
        about: Everything but the results, by name.
        results: By key, in the order in which they came.
    """

    def __init__(self, folder: Path) -> None:
        """Read what is there.

        Raises:
            UserError: It is damaged, something else, or from a newer version.
        """
        self.path = folder / FILE_NAME
        self.about: dict[str, Any] = {}
        self.results: dict[Key, Result] = {}
        if self.path.is_file():
            self._read()

    @property
    def is_new(self) -> bool:
        """Whether nothing has been written yet."""
        return not self.about

    def add(self, results: Iterable[Result]) -> None:
        """Take results in and write the file.

        Raises:
            UserError: The disk does not take it.
        """
        self.results |= {result.key: result for result in results}
        self.write()

    def write(self) -> None:
        """Write the file; what was there before stays until the new one is complete."""
        content = {
            "format": _FORMAT,
            "version": _VERSION,
            **self.about,
            "results": [result.entry for result in self.results.values()],
        }
        text = json.dumps(content, allow_nan=False, indent=1)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with durable_file(self.path) as file:
                file.write(text.encode("ascii"))
        except OSError as error:
            reason = write_error_phrase(error)
            raise UserError(f"{printable(self.path)} cannot be written: {reason}.") from error

    def _read(self) -> None:
        try:
            content = json.loads(self.path.read_bytes())
            if content.pop("format") != _FORMAT:
                raise ValueError("another format")
            version = content.pop("version")
            results = [Result(entry) for entry in content.pop("results")]
            self.results = {result.key: result for result in results}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(
                f"{printable(self.path)} is damaged or no results of a benchmark; choose another "
                "folder."
            ) from error
        if version > _VERSION:
            raise UserError(
                f"{printable(self.path)} was written by a newer version of this application."
            )
        self.about = content
