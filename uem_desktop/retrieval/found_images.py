"""Finds decided images again by their content, and reads what is in those decided about lately."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.errors import Cancelled
from uem_desktop.retrieval.decided_images import DecidedImage, DecidedImages, describe, digest_of

ShouldStop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class CheckedImages:
    """What became of the decided images.

    Attributes:
        images: Those that are known better now: read, or found at another place.
        moved: How many lie at another place.
        missing: Where those lay that are nowhere.
    """

    images: tuple[DecidedImage, ...]
    moved: int
    missing: tuple[Path, ...]

    @property
    def sentence(self) -> str:
        """Say what needs saying; empty when every image is where it was."""
        parts = []
        if self.moved:
            parts.append(f"{self.moved:,} decided {_images(self.moved)} found again by content")
        if self.missing:
            count = len(self.missing)
            parts.append(f"{count:,} decided {_images(count)} missing or changed")
        return f"{', '.join(parts)}; all decisions are kept." if parts else ""


def read_contents(
    decided: DecidedImages, images: Iterable[DecidedImage], should_stop: ShouldStop
) -> list[DecidedImage]:
    """Return those images whose content could be read, with its digest; reads each file once.

    Raises:
        Cancelled: If `should_stop` said so.
    """
    read = []
    for image in images:
        if should_stop():
            raise Cancelled
        path = decided.path_of(image.number)
        digest = digest_of(path)
        now = describe(image.number, (image.folder, image.path), path)
        if digest and (now.size, now.mtime_ns) == (image.size, image.mtime_ns):
            read.append(image._replace(digest=digest))
    return read


def check_images(
    decided: DecidedImages,
    images: Sequence[DecidedImage],
    files: Iterable[Path],
    should_stop: ShouldStop,
) -> CheckedImages:
    """Look where decided images are now.

    Only files of the same size as a lost image are read, and only if an image is lost.

    Args:
        decided: Knows where images lay.
        images: Those to look for.
        files: Where lost ones may be: the images of both domains.
        should_stop: Asked between files.

    Raises:
        Cancelled: If `should_stop` said so.
    """
    known: list[DecidedImage] = []
    lost: list[DecidedImage] = []
    taken: set[tuple[int, bytes]] = set()
    for image in images:
        if should_stop():
            raise Cancelled
        now = _where_it_was(image, decided.path_of(image.number))
        if now is None:
            lost.append(image)
            continue
        taken.add((image.folder, image.path))
        if now != image:
            known.append(now)
    wanted = [image for image in lost if image.digest]
    found = _search(decided, wanted, files, taken, should_stop) if wanted else {}
    missing = tuple(decided.path_of(one.number) for one in lost if one.number not in found)
    return CheckedImages((*known, *found.values()), len(found), missing)


def _where_it_was(image: DecidedImage, path: Path) -> DecidedImage | None:
    """Return an image that still lies where it lay, as it is now; None when it does not."""
    now = describe(image.number, (image.folder, image.path), path)
    if image.size < 0:
        return image
    if now.size != image.size:
        return None
    if now.mtime_ns == image.mtime_ns:
        return image
    if image.digest and digest_of(path) != image.digest:
        return None
    return image._replace(mtime_ns=now.mtime_ns)


def _search(
    decided: DecidedImages,
    lost: Sequence[DecidedImage],
    files: Iterable[Path],
    taken: set[tuple[int, bytes]],
    should_stop: ShouldStop,
) -> dict[int, DecidedImage]:
    """Return the lost images that a file has the content of; their own domain comes first."""
    sizes = {image.size for image in lost}
    places: dict[str, list[DecidedImage]] = {}
    for file in files:
        if should_stop():
            raise Cancelled
        place = decided.locate(file)
        now = describe(0, place, file)
        if now.size in sizes and place not in taken:
            places.setdefault(digest_of(file), []).append(now)
    found = {}
    for image in lost:
        candidates = places.get(image.digest, [])
        own = [one for one in candidates if one.folder == image.folder]
        if candidates:
            now = (own or candidates)[0]
            candidates.remove(now)
            found[image.number] = now._replace(number=image.number, digest=image.digest)
    return found


def _images(count: int) -> str:
    return "image was" if count == 1 else "images were"
