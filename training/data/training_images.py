"""The images of one domain as training sees them: without names, without categories."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from training.data.ahead import mapped_ahead
from training.data.file_access import os_error_phrase, printable
from training.data.records import DecodeFailure, ImageRecord
from training.data.scanning import scan_folder
from training.errors import Cancelled, UserError
from training.progress import Progress

LEAST_IMAGES = 4
"""Fewer images in a domain have no clusters."""

_MAX_AHEAD = 64
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class TrainingImages:
    """The images of one domain, in the order of their content.

    A row is a place in ``records`` and ``digests``. Rows, and all that training derives from them,
    depend on what is in the files and not on how files and folders are called: categories cannot
    leak into training. Files of equal content are in the order of their paths.

    Attributes:
        folder: The folder as it was asked for.
        domain: Name of the domain.
        records: The images; a record's ``id`` is still its row in the scan of the folder, its
            category is for evaluation only.
        digests: Digest of each file's content, 32 hexadecimal digits, ascending.
        failures: Files that cannot be used, and why, in path order.
    """

    folder: Path
    domain: str
    records: tuple[ImageRecord, ...]
    digests: tuple[str, ...]
    failures: tuple[DecodeFailure, ...] = ()

    def __len__(self) -> int:
        return len(self.records)

    @property
    def fingerprint(self) -> str:
        """Digest of all contents, 32 hexadecimal digits; the same for the same set of images."""
        return hashlib.blake2b(
            "".join(self.digests).encode(), digest_size=_DIGEST_BYTES
        ).hexdigest()

    def without(self, reasons: Mapping[int, str]) -> TrainingImages:
        """Return the images that can be used.

        Args:
            reasons: For each row that cannot be used a plain phrase that says why.

        Raises:
            UserError: If none is left.
        """
        failed = [DecodeFailure(self.records[row].path, reasons[row]) for row in reasons]
        kept = [row for row in range(len(self)) if row not in reasons]
        return _usable(
            self.folder,
            self.domain,
            [(self.digests[row], self.records[row]) for row in kept],
            [*self.failures, *failed],
        )


def list_training_images(
    folder: Path,
    domain: str,
    *,
    splits: Collection[str] = (),
    keep: Callable[[ImageRecord], bool] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> TrainingImages:
    """Find the images of a folder and order them by what is in them.

    Each file is read once, none is decoded.

    Args:
        folder: Where to look, at any depth.
        domain: Name of the domain.
        splits: First-level sub-folders that are no categories but hold some.
        keep: Which images to use; the others are not read.
        should_stop: Asked before each file; True ends the work.
        on_progress: Told after each file.

    Raises:
        UserError: If the folder cannot be read or has no image that can.
        Cancelled: If ``should_stop`` said so.
    """
    scan = scan_folder(folder, domain, splits=splits, should_stop=should_stop)
    records = tuple(scan.records if keep is None else filter(keep, scan.records))
    started, total = time.monotonic(), len(records)
    found: list[tuple[str, ImageRecord]] = []
    failures = list(scan.failures)
    paths = [record.path for record in records]
    with mapped_ahead(_digest_or_failure, paths, max_ahead=_MAX_AHEAD) as results:
        for done, (record, result) in enumerate(zip(records, results, strict=True), start=1):
            if should_stop is not None and should_stop():
                raise Cancelled
            if isinstance(result, DecodeFailure):
                failures.append(result)
            else:
                found.append((result, record))
            if on_progress is not None:
                seconds = time.monotonic() - started
                on_progress(Progress(done, total, done - len(found), seconds))
    found.sort(key=lambda pair: pair[0])  # stable: equal files stay in path order
    return _usable(scan.folder, domain, found, failures)


def content_digest(path: Path) -> str:
    """Return the digest of a file's content, 32 hexadecimal digits (BLAKE2b, 16 bytes).

    Raises:
        OSError: If the file cannot be read.
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(
            file, lambda: hashlib.blake2b(digest_size=_DIGEST_BYTES)
        ).hexdigest()


def _digest_or_failure(path: Path) -> str | DecodeFailure:
    try:
        return content_digest(path)
    except OSError as error:
        return DecodeFailure(path, os_error_phrase(error, path))


def _usable(
    folder: Path,
    domain: str,
    found: list[tuple[str, ImageRecord]],
    failures: list[DecodeFailure],
) -> TrainingImages:
    failures.sort(key=lambda failure: os.fsencode(failure.path))
    if not found:
        raise UserError(_nothing_sentence(folder, failures))
    return TrainingImages(
        folder,
        domain,
        tuple(record for _, record in found),
        tuple(digest for digest, _ in found),
        tuple(failures),
    )


def _nothing_sentence(folder: Path, failures: list[DecodeFailure]) -> str:
    name = printable(folder)
    if not failures:
        return f"There is no image in {name}."
    first = failures[0]
    return (
        f"No image in {name} can be read; {printable(first.path.name)} for example: {first.reason}."
    )
