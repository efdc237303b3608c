"""Features of images on disk, one file an image, found by what is in the image."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.atomic_file import atomic_file, remove_quietly
from training.data.file_access import printable, write_error_phrase
from training.errors import UserError

_CHECKSUM_BYTES = 16
_LEFTOVER_AGE_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True, eq=False)
class ImageFeatures:
    """What a backbone sees in one image.

    Attributes:
        plain: float32 (F,), of the view that retrieval uses, to the last bit.
        augmented: float16 (V, F).
    """

    plain: NDArray[np.float32]
    augmented: NDArray[np.float16]


class FeatureFiles:
    """The features of all images that were computed in one way; several processes may use it.

    ``ROOT/KEY/ab/abcd….features`` holds those of the plain view as little-endian float32, those of
    augmented views as float16, and then a checksum. A file appears whole or not at all, so work
    that is killed loses the image it was at and no other.

    Attributes:
        folder: ``ROOT/KEY``.
        view_count: V, augmented views of each image.
        width: F, features of a view.
    """

    def __init__(
        self, root: Path, description: Mapping[str, object], view_count: int, width: int
    ) -> None:
        """Make the folder where it is missing.

        Args:
            root: Where features of all kinds are kept.
            description: All that the numbers depend on, apart from the image; the key is made of
                it, and ``ROOT/KEY/manifest.json`` holds it for people.
            view_count: V, augmented views of each image.
            width: F, features of a view.

        Raises:
            UserError: If the disk is full or the folder cannot be written.
        """
        text = json.dumps(description, indent=2, sort_keys=True) + "\n"
        key = hashlib.blake2b(text.encode("utf-8"), digest_size=16).hexdigest()
        self.folder = root / key
        self.view_count = view_count
        self.width = width
        with self._told_plainly():
            self.folder.mkdir(parents=True, exist_ok=True)
            manifest = self.folder / "manifest.json"
            if not manifest.exists():
                with atomic_file(manifest) as temporary:
                    temporary.write_text(text, encoding="utf-8")
        self._remove_leftovers()

    def read(self, digest: str) -> ImageFeatures | None:
        """Return the features of an image; None where they are missing or damaged."""
        try:
            content = self._path(digest).read_bytes()
        except OSError:
            return None
        numbers, checksum = content[:-_CHECKSUM_BYTES], content[-_CHECKSUM_BYTES:]
        split = 4 * self.width
        if len(numbers) != split + 2 * self.view_count * self.width:
            return None
        if checksum != _checksum(digest, numbers):
            return None
        return ImageFeatures(
            np.frombuffer(numbers[:split], "<f4").astype(np.float32, copy=False),
            np.frombuffer(numbers[split:], "<f2")
            .reshape(self.view_count, self.width)
            .astype(np.float16, copy=False),
        )

    def write(self, digest: str, features: ImageFeatures) -> None:
        """Store the features of an image.

        Raises:
            UserError: If the disk is full or the folder cannot be written.
        """
        numbers = np.ascontiguousarray(features.plain, "<f4").tobytes()
        numbers += np.ascontiguousarray(features.augmented, "<f2").tobytes()
        path = self._path(digest)
        with self._told_plainly():
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_file(path) as temporary:
                temporary.write_bytes(numbers + _checksum(digest, numbers))

    @contextlib.contextmanager
    def _told_plainly(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UserError(
                f"The features of the images cannot be stored in {printable(self.folder)}: "
                f"{write_error_phrase(error)}. What is finished is kept."
            ) from error

    def _remove_leftovers(self) -> None:
        """Delete what writers that were killed left behind, a day later."""
        oldest = time.time() - _LEFTOVER_AGE_SECONDS
        for path in self.folder.glob("*/*.tmp"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest:
                    remove_quietly(path)

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest}.features"


def _checksum(digest: str, numbers: bytes) -> bytes:
    content = digest.encode("ascii") + numbers
    return hashlib.blake2b(content, digest_size=_CHECKSUM_BYTES).digest()
