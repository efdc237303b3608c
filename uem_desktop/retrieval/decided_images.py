"""Which images were decided about: where they lie below their folder, and what is in them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from uem_desktop.retrieval.decisions import Raw
from uem_desktop.retrieval.project_places import find_place, place_of

ELSEWHERE = 0
"""The folder number of images that lie in neither domain; their paths are absolute."""

_LOOKED_AT = 20


class DecidedImage(NamedTuple):
    """An image that was decided about.

    Attributes:
        number: From 1, in the order in which they were first decided about.
        folder: Number of its domain's folder, or `ELSEWHERE`.
        path: Below that folder, as bytes with slashes.
        size: Bytes of the file when it was decided about; -1 when it was not there.
        mtime_ns: Time of its last change then.
        digest: `training.data.training_images.content_digest`; empty until it was read.
    """

    number: int
    folder: int
    path: bytes
    size: int = -1
    mtime_ns: int = 0
    digest: str = ""


class DecidedImages:
    """The images of a journal by number and by path.

    Args:
        folders: Where each numbered folder lies now.

    Attributes:
        moves: How often an image was found at another place, or another one at its place.
    """

    def __init__(self, folders: dict[int, Path]) -> None:
        self._prefixes = {n: os.path.join(os.path.abspath(f), "") for n, f in folders.items()}
        self._deepest = sorted(self._prefixes.items(), key=lambda one: -len(one[1]))
        self._images: dict[int, Raw] = {}  # plain tuples cost the garbage collector nothing
        self._numbers: dict[tuple[int, bytes], int] = {}
        self._unread: dict[int, None] = {}
        self.moves = 0

    def __len__(self) -> int:
        return len(self._images)

    @property
    def last_number(self) -> int:
        """The highest number; 0 before the first image."""
        return next(reversed(self._images), 0)

    def all(self) -> tuple[DecidedImage, ...]:
        """Return every image in the order of their numbers; any thread may ask."""
        images = tuple(self._images.values())  # in one step, while others are added
        return tuple(map(DecidedImage._make, images))

    def places_after(self, number: int) -> Iterator[tuple[int, str]]:
        """Give number and path, as text, of the images after a number; any thread may ask.

        Those whose place another image took are left out.
        """
        for one, folder, path, *_ in tuple(self._images.values()):
            if one > number and self._numbers.get((folder, path)) == one:
                yield one, self._prefixes.get(folder, "") + _as_text(path)

    def unread(self) -> Iterator[DecidedImage]:
        """Give the images whose content was not read yet."""
        return map(self.image, self._unread)

    def image(self, number: int) -> DecidedImage:
        """Return an image by its number."""
        return DecidedImage._make(self._images[number])

    def add(self, images: Iterable[DecidedImage | Raw]) -> None:
        """Take images, new ones or known ones at another place; of two at a place the last counts.

        New ones come in the order of their numbers.
        """
        for raw in images:
            number, folder, path, size, _, digest = raw
            if (old := self._images.get(number)) is not None:
                _, old_folder, old_path, *_ = old
                if self._numbers.get((old_folder, old_path)) == number:
                    del self._numbers[old_folder, old_path]
                self.moves += (old_folder, old_path) != (folder, path)
            self.moves += self._numbers.get((folder, path), number) != number
            self._images[number] = raw
            self._numbers[folder, path] = number
            if digest or size < 0:
                self._unread.pop(number, None)
            else:
                self._unread[number] = None

    def number_of(self, path: Path) -> int:
        """Return the number of the image at a path, 0 when it was never decided about."""
        return self.number_at(self.locate(path))

    def number_at(self, place: tuple[int, bytes]) -> int:
        """Return the number of the image at a place as `locate` gives it, 0 for none."""
        return self._numbers.get(place, 0)

    def locate(self, path: Path) -> tuple[int, bytes]:
        """Return folder number and path below the folder."""
        text = os.path.abspath(path)
        for number, prefix in self._deepest:
            if text.startswith(prefix):
                return number, _as_bytes(text[len(prefix) :])
        return ELSEWHERE, _as_bytes(text)

    def path_of(self, number: int) -> Path:
        """Return where an image lies, as far as is known."""
        image = self.image(number)
        return Path(self._prefixes.get(image.folder, "") + _as_text(image.path))

    def folder_of(self, number: int) -> Path | None:
        """Return the folder of an image's domain; None for one from elsewhere."""
        prefix = self._prefixes.get(self.image(number).folder)
        return Path(prefix) if prefix else None


def describe(number: int, place: tuple[int, bytes], path: Path) -> DecidedImage:
    """Return what can be said of an image without reading it."""
    image = DecidedImage(number, *place)
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return image
    return image._replace(size=status.st_size, mtime_ns=status.st_mtime_ns)


def is_same_file(known: DecidedImage, now: DecidedImage, path: Path) -> bool:
    """Return whether a file still is the image that was decided about; reads it only in doubt.

    Args:
        known: As it was.
        now: What `describe` says now.
        path: The file.
    """
    if -1 in (known.size, now.size) or known[3:5] == now[3:5]:
        return True
    if known.size != now.size:
        return False
    return not known.digest or digest_of(path) in ("", known.digest)


def digest_of(path: Path) -> str:
    """Return the digest of a file's content, empty when it cannot be read."""
    from training.data.training_images import content_digest  # not needed before a window opens

    try:
        return content_digest(path)
    except (OSError, ValueError):
        return ""


def match_folders(
    known: dict[int, str], folders: Sequence[Path], base: Path, images: Sequence[Raw]
) -> tuple[dict[int, Path], dict[int, str]]:
    """Find out which folder of a project is which of its journal.

    A folder that is nowhere any more is the one of the project's that holds more of its images.

    Args:
        known: The folders of the journal as `folder_as_text` wrote them.
        folders: The two folders of the project, in any order.
        base: The folder of the project file.
        images: Those decided about, as plain tuples.

    Returns:
        Where each numbered folder lies now, and the texts of those that are new or moved.
    """
    places = {number: find_place(_parsed(text), base) for number, text in known.items()}
    free = list(dict.fromkeys(Path(os.path.abspath(folder)) for folder in folders))
    found: dict[int, Path] = {}
    for number, place in places.items():
        same = next((folder for folder in free if place and _is_same(place, folder)), None)
        if same is not None:
            found[number] = same
            free.remove(same)
    for number in sorted(set(known) - set(found)):
        place = places[number]
        if place is not None and place.is_dir():
            found[number] = place
            continue
        some = [path for _, folder, path, *_ in images if folder == number][:_LOOKED_AT]
        held = {folder: _count_held(folder, some) for folder in free}
        best = max(free, key=lambda folder: held[folder], default=None)
        if best is not None and (held[best] or len(free) == 1):
            found[number] = best
            free.remove(best)
        elif place is not None:
            found[number] = place
    for folder in free:
        found[max((*known, *found, ELSEWHERE)) + 1] = folder
    texts = {number: folder_as_text(folder, base) for number, folder in found.items()}
    return found, {n: text for n, text in texts.items() if known.get(n) != text}


def folder_as_text(folder: Path, base: Path) -> str:
    """Return a folder as the journal keeps it: JSON of its place, absolute and beside the file."""
    return json.dumps(place_of(folder, base))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _is_same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _count_held(folder: Path, paths: Sequence[bytes]) -> int:
    return sum(os.path.lexists(os.path.join(folder, _as_text(path))) for path in paths)


def _as_bytes(text: str) -> bytes:
    raw = os.fsencode(text)
    return raw if os.sep == "/" else raw.replace(os.fsencode(os.sep), b"/")


def _as_text(path: bytes) -> str:
    text = os.fsdecode(path)
    return text if os.sep == "/" else text.replace("/", os.sep)
