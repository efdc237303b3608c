"""Copying or linking chosen images into a folder, where nothing is ever overwritten."""

from __future__ import annotations

import contextlib
import filecmp
import itertools
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath

from training.atomic_file import remove_quietly
from training.data.file_access import os_error_phrase, write_error_phrase
from training.errors import Cancelled, UserError
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.export_work import Work

_BLOCK_BYTES = 1 << 20
_LONGEST_NAME_BYTES = 255
_NAMED = 3


class Placing(StrEnum):
    """How a file comes into the folder."""

    COPY = "copies"
    HARD_LINK = "hard-links"
    SYMBOLIC_LINK = "symbolic-links"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file that is to come into the folder.

    Attributes:
        source: The file.
        place: Where it is to lie below the folder; a number is added to a name that is taken.
    """

    source: Path
    place: PurePath


@dataclass(frozen=True, slots=True)
class Placed:
    """What came of it.

    Attributes:
        folder: Where the files lie.
        files: Each source and its new path, in order.
        copied: How many were copied although links were wanted.
        already_there: How many lay there before with the same content; they are among ``files``.
        failed: What could not be placed, and a phrase that says why.
    """

    folder: Path
    files: tuple[tuple[Path, Path], ...]
    copied: int = 0
    already_there: int = 0
    failed: tuple[tuple[Path, str], ...] = ()

    def sentence(self, placing: Placing) -> str:
        """Say it all in one or two sentences."""
        verb = "Copied" if placing is Placing.COPY else "Linked"
        text = f"{verb} {_images(len(self.files))} into {display_text(self.folder)}"
        if self.already_there:
            text += f", {self.already_there:,} of them were there already"
        if self.copied:
            text += f"; {self.copied:,} could not be linked there and were copied"
        if not self.failed:
            return f"{text}."
        named = "; ".join(
            f"{display_text(path.name)}: {reason}" for path, reason in self.failed[:_NAMED]
        )
        more = "; …" if len(self.failed) > _NAMED else ""
        return f"{text}. {_images(len(self.failed))} failed: {named}{more}."


def place_files(
    folder: Path, wanted: Sequence[Wanted], placing: Placing, work: Work | None = None
) -> Placed:
    """Copy or link files into a folder.

    A file of the same content that lay there before counts as done, so that doing the same again
    adds nothing. Each file is whole or not there, after a cancel too.

    Args:
        folder: Where to; made where it is missing.
        wanted: What; each place is relative and below the folder.
        placing: Copies or links; where a link cannot be made, a copy is.
        work: Told of each file.

    Raises:
        Cancelled: A stop was wanted; what is finished stays, and its message says how much.
        UserError: The folder cannot be made, or the disk has not enough space for all.
    """
    work = work or Work()
    work.begin(len(wanted))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_space(folder, wanted, placing)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    placer = _Placer(folder, placing, work)
    for one in wanted:
        try:
            placer.place(one)
            work.advance()
        except Cancelled:
            done = len(placer.files)
            raise Cancelled(
                f"Stopped; {_images(done)} of {len(wanted):,} are in {display_text(folder)}."
            ) from None
    return placer.placed()


def flat(files: Sequence[Path]) -> tuple[Wanted, ...]:
    """Want each file once, all side by side under their own names."""
    return tuple(Wanted(file, PurePath(file.name)) for file in dict.fromkeys(map(_absolute, files)))


class _Placer:
    def __init__(self, folder: Path, placing: Placing, work: Work) -> None:
        self._folder = folder
        self._placing = placing
        self._work = work
        self._own: set[Path] = set()
        self._next_number: dict[Path, int] = {}
        self._already_there = 0
        self._copied = 0
        self._failed: list[tuple[Path, str]] = []
        self.files: list[tuple[Path, Path]] = []

    def placed(self) -> Placed:
        return Placed(
            self._folder, tuple(self.files), self._copied, self._already_there, tuple(self._failed)
        )

    def place(self, wanted: Wanted) -> None:
        source, target = _absolute(wanted.source), self._folder / wanted.place
        try:
            with source.open("rb"):
                pass
        except OSError as error:
            self._failed.append((source, os_error_phrase(error, source)))
            return
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._put(source, target)
        except OSError as error:
            self._failed.append((source, write_error_phrase(error)))

    def _put(self, source: Path, target: Path) -> None:
        for number in itertools.count(self._next_number.get(target, 1)):
            candidate = target if number == 1 else _numbered(target, number)
            try:
                self._put_at(source, candidate)
            except FileExistsError:
                if candidate not in self._own and _is_same(source, candidate):
                    self._already_there += 1
                else:
                    continue
            self._own.add(candidate)
            self._next_number[target] = number + 1
            self.files.append((source, candidate))
            return

    def _put_at(self, source: Path, target: Path) -> None:
        """Put a file where none is.

        Raises:
            FileExistsError: Something lies there.
            OSError: It cannot be written.
        """
        if os.path.lexists(target):
            raise FileExistsError(target)
        if self._placing is not Placing.COPY:
            link = os.link if self._placing is Placing.HARD_LINK else os.symlink
            try:
                link(source, target)
            except FileExistsError:
                raise
            except OSError:
                pass
            else:
                return
        _copy(source, target, self._work)
        self._copied += self._placing is not Placing.COPY


def _copy(source: Path, target: Path, work: Work) -> None:
    """Copy what is in a file and its time, into a name that nobody else takes meanwhile."""
    with source.open("rb") as original, target.open("xb") as copy:
        try:
            while block := original.read(_BLOCK_BYTES):
                work.check()
                copy.write(block)
        except BaseException:
            copy.close()
            remove_quietly(target)
            raise
    with contextlib.suppress(OSError):
        shutil.copystat(source, target)


def _is_same(source: Path, target: Path) -> bool:
    try:
        return target.is_file() and filecmp.cmp(source, target, shallow=False)
    except OSError:
        return False


def _numbered(target: Path, number: int) -> Path:
    """Return ``cat-2.png`` for ``cat.png``, cut where a file system takes no longer name."""
    stem, suffix = target.stem, f"-{number}{target.suffix}"
    while len(os.fsencode(stem + suffix)) > _LONGEST_NAME_BYTES and len(stem) > 1:
        stem = stem[:-1]
    return target.with_name(stem + suffix)


def _check_space(folder: Path, wanted: Sequence[Wanted], placing: Placing) -> None:
    """Raise a UserError when what will be copied is larger than what is free."""
    if placing is Placing.SYMBOLIC_LINK:
        return
    device = os.stat(folder).st_dev
    needed = 0
    for one in wanted:
        with contextlib.suppress(OSError):
            status = os.stat(one.source)
            if placing is Placing.COPY or status.st_dev != device:
                needed += status.st_size
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise UserError(
            f"{display_text(folder)} has {size_text(free)} free, and the files need"
            f" {size_text(needed)}; nothing was copied."
        )


def size_text(size: int) -> str:
    """Return a number of bytes as people say it: ``812 kB``, ``1.4 GB``."""
    value, unit = float(size), "bytes"
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            break
        value /= 1000
    return f"{value:,.0f} {unit}" if unit in ("bytes", "kB") else f"{value:,.1f} {unit}"


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))


def _cannot_write(path: Path, error: OSError) -> UserError:
    return UserError(f"{display_text(path)} cannot be written: {write_error_phrase(error)}.")


def _images(count: int) -> str:
    return f"{count:,} image{'' if count == 1 else 's'}"
