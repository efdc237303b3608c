"""Find the images of a folder without decoding any."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from training.data.file_access import os_error_phrase, printable, special_file_phrase
from training.data.file_kinds import HEAD_BYTES, has_image_suffix, is_image_head
from training.data.image_table import ImageTable
from training.data.records import DecodeFailure
from training.errors import Cancelled, UserError

_STOP_CHECK_EVERY = 512

# Links can reach one folder in many ways; past this many it is a maze of links, not a collection.
_MAX_VISITS = 1000


@dataclass(frozen=True)
class FolderScan:
    """The images of one folder, in path order.

    Attributes:
        folder: The folder as it was asked for.
        records: Candidates; that they really hold an image only decoding can tell.
        failures: What could be seen to fail without decoding, in path order.
        other_file_count: Files that are no images and were left alone.
    """

    folder: Path
    records: ImageTable
    failures: tuple[DecodeFailure, ...]
    other_file_count: int

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories that hold at least one candidate, sorted."""
        return self.records.category_names

    @property
    def row_of_path(self) -> Mapping[Path, int]:
        """Where each image stands among the records."""
        return self.records.row_of_path


def scan_folder(
    folder: Path,
    domain: str,
    *,
    splits: Collection[str] = (),
    should_stop: Callable[[], bool] | None = None,
) -> FolderScan:
    """List the images below a folder.

    A candidate has an image suffix in any case, or an image's first bytes under another name.
    First-level sub-folders are categories; deeper ones only hold more of the same. Dot-files and
    dot-folders are ignored. Links to folders are followed, except back into a folder that
    contains them.

    Args:
        folder: Where to look, at any depth.
        domain: Name of the domain for the records.
        splits: First-level sub-folders that are no categories but hold some.
        should_stop: Asked now and then; True ends the scan.

    Returns:
        Records sorted by the bytes of their relative POSIX path, with ids 0..N-1.

    Raises:
        UserError: If the folder is missing, no folder, or not readable.
        Cancelled: If ``should_stop`` said so.
    """
    walk = _Walk(os.fspath(folder), should_stop)
    walk.run()
    found = _in_byte_order(walk.images)
    prefix = len(walk.root)
    failures = {**walk.failures, **_imageless(walk.image_named_folders, found, prefix)}
    ordered = sorted(failures.items(), key=lambda item: _posix_bytes(item[0]))
    return FolderScan(
        folder=Path(folder),
        records=_table(walk.root, found, domain, splits),
        failures=tuple(DecodeFailure(Path(path), reason) for path, reason in ordered),
        other_file_count=walk.other_file_count,
    )


def _posix_bytes(text: str) -> bytes:
    return os.fsencode(text.replace(os.sep, "/"))


def _in_byte_order(paths: list[str]) -> list[bytes]:
    """Return paths as POSIX bytes, sorted; as one text, because a call each costs more."""
    found = _posix_bytes("\0".join(paths)).split(b"\0") if paths else []
    found.sort()
    return found


def _table(root: str, found: list[bytes], domain: str, splits: Collection[str]) -> ImageTable:
    """Return the columns of images below a root, given as sorted POSIX bytes."""
    paths = os.fsdecode(b"\0".join(found)).replace("/", os.sep).split("\0") if found else []
    plain_root = os.fspath(Path(root + "x"))[:-1]
    if plain_root != root:
        paths = [plain_root + path[len(root) :] for path in paths]
    names: list[str | None] = []
    counts: list[int] = []
    start, prefix = 0, len(_posix_bytes(root))
    while start < len(found):
        head, name = _category_of(found[start], prefix, splits)
        end = start + 1 if name is None else bisect_left(found, head + b"0", lo=start)
        names.append(name)
        counts.append(end - start)
        start = end
    known = sorted({name for name in names if name is not None})
    code_of: dict[str | None, int] = {name: code for code, name in enumerate(known)}
    codes = np.repeat(np.array([code_of.get(name, -1) for name in names], np.int32), counts)
    return ImageTable(paths, domain, known, codes)


def _category_of(path: bytes, prefix: int, splits: Collection[str]) -> tuple[bytes, str | None]:
    """Return the folder that makes an image's category, and its name; None for a loose image.

    All images of that folder follow each other: they begin with its path and a slash, and the
    next byte after the slash is "0".
    """
    first, slash, rest = path[prefix:].partition(b"/")
    head = path[: prefix + len(first)]
    if splits and slash and os.fsdecode(first) in splits:
        first, slash, _ = rest.partition(b"/")
        head += b"/" + first
    return head, os.fsdecode(first) if slash else None


def _imageless(folders: list[str], found: list[bytes], prefix: int) -> dict[str, str]:
    """Say which of the folders that are named like an image hold none."""
    reasons = {}
    for folder in folders:
        inside = _posix_bytes(folder) + b"/"
        place = bisect_left(found, inside)
        if place == len(found) or not found[place].startswith(inside):
            reasons[folder] = "a folder, not an image, and no image is in it"
    return reasons


@dataclass(slots=True)
class _Folder:
    path: str
    ancestors: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Walk:
    """One pass over a tree; plain strings, because a Path each would double the time."""

    folder: str
    should_stop: Callable[[], bool] | None
    root: str = ""
    images: list[str] = field(default_factory=list)
    image_named_folders: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    other_file_count: int = 0
    _visits: dict[tuple[int, int], int] = field(default_factory=dict)

    def run(self) -> None:
        self.root = os.path.join(self.folder, "")
        try:
            with os.scandir(self.folder):
                pass
            above = tuple(_identity(parent) for parent in Path(self.folder).resolve().parents)
        except (OSError, ValueError, RuntimeError) as error:
            raise UserError(_root_sentence(self.folder, error)) from error
        pending = [_Folder(self.folder, above)]
        while pending:
            pending.extend(self._enter(pending.pop()))

    def _enter(self, folder: _Folder) -> list[_Folder]:
        """Sort the entries of one folder and return its sub-folders."""
        self._stop_if_asked()
        try:
            identity = _identity(folder.path)
            if identity in folder.ancestors:
                return []
            self._visits[identity] = self._visits.get(identity, 0) + 1
            if self._visits[identity] > _MAX_VISITS:
                self.failures[folder.path] = "too many links lead to this folder"
                return []
            inside = (*folder.ancestors, identity)
            return [_Folder(path, inside) for path in self._sort_entries(folder.path)]
        except OSError as error:
            self.failures[folder.path] = _folder_phrase(error, folder.path)
            return []

    def _sort_entries(self, folder: str) -> Iterator[str]:
        with os.scandir(folder) as entries:
            for seen, entry in enumerate(entries):
                if seen % _STOP_CHECK_EVERY == 0:
                    self._stop_if_asked()
                if entry.name.startswith("."):
                    continue
                try:
                    if entry.is_file():
                        self._sort_file(entry)
                    elif entry.is_dir():
                        if has_image_suffix(entry.name):
                            self.image_named_folders.append(entry.path)
                        yield entry.path
                    else:
                        self._sort_special(entry)
                except OSError as error:
                    self._refuse(entry, os_error_phrase(error, entry.path))

    def _sort_file(self, entry: os.DirEntry[str]) -> None:
        if has_image_suffix(entry.name) or _starts_like_an_image(entry.path):
            self.images.append(entry.path)
        else:
            self.other_file_count += 1

    def _sort_special(self, entry: os.DirEntry[str]) -> None:
        """Neither file nor folder: a link to nothing, a pipe, a socket, a device."""
        try:
            reason = special_file_phrase(os.stat(entry.path).st_mode)
        except OSError as error:
            reason = os_error_phrase(error, entry.path)
        self._refuse(entry, reason)

    def _refuse(self, entry: os.DirEntry[str], reason: str) -> None:
        """List what cannot be read, unless its name says that it would be no image."""
        is_link_without_suffix = entry.is_symlink() and "." not in entry.name
        if has_image_suffix(entry.name) or is_link_without_suffix:
            self.failures[entry.path] = reason
        else:
            self.other_file_count += 1

    def _stop_if_asked(self) -> None:
        if self.should_stop is not None and self.should_stop():
            raise Cancelled


def _identity(folder: str | Path) -> tuple[int, int]:
    status = os.stat(folder)
    return status.st_dev, status.st_ino


def _starts_like_an_image(path: str) -> bool:
    try:
        with open(path, "rb", buffering=0) as stream:
            return is_image_head(stream.read(HEAD_BYTES))
    except OSError:
        return False


def _folder_phrase(error: OSError, path: str) -> str:
    if isinstance(error, PermissionError):
        return "no permission to read this folder"
    return os_error_phrase(error, path)


def _root_sentence(folder: str, error: Exception) -> str:
    name = printable(folder)
    if isinstance(error, FileNotFoundError):
        return f"The folder {name} does not exist."
    if isinstance(error, NotADirectoryError):
        return f"{name} is a file, not a folder."
    if isinstance(error, PermissionError):
        return f"No permission to read the folder {name}."
    return f"The folder {name} cannot be read: {getattr(error, 'strerror', None) or error}."
