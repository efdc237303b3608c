"""Pairs of images that a person accepted or rejected, by what is in the files, in one small file.

``pairs.csv`` has a line for each pair: the digest of either image (`content_digest`) and
``accepted`` or ``rejected``. Names and places of files do not matter, so it goes along to another
machine.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.atomic_file import durable_file
from training.errors import UserError

_HEADER = ["one", "other", "decision"]
_ACCEPTED, _REJECTED = "accepted", "rejected"

DigestPair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DecidedPairs:
    """What a person said of pairs; either image of a pair may come first.

    Attributes:
        accepted: Digests of two images that belong together.
        rejected: Digests of two images that do not.
    """

    accepted: tuple[DigestPair, ...] = ()
    rejected: tuple[DigestPair, ...] = ()


@dataclass(frozen=True, slots=True)
class RowPairs:
    """The same by rows, as far as the images are there.

    Attributes:
        accepted: Row in domain A and row in domain B of each pair.
        rejected: Likewise.
        accepted_count: Decisions behind ``accepted``; files of equal content share one.
        rejected_count: Decisions behind ``rejected``.
        unknown_count: Decisions that are left out: an image of them is not there, or both are in
            the same domain.
    """

    accepted: tuple[tuple[int, int], ...]
    rejected: tuple[tuple[int, int], ...]
    accepted_count: int
    rejected_count: int
    unknown_count: int


def write_pairs(path: Path, pairs: DecidedPairs) -> None:
    """Write ``pairs.csv``.

    Raises:
        OSError: The disk does not take it.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for decision, those in ((_ACCEPTED, pairs.accepted), (_REJECTED, pairs.rejected)):
        writer.writerows((one, other, decision) for one, other in those)
    with durable_file(path) as file:
        file.write(text.getvalue().encode("ascii"))


def read_pairs(path: Path) -> DecidedPairs:
    """Read what `write_pairs` wrote.

    Raises:
        UserError: It is not there, or something else.
    """
    try:
        lines = list(csv.reader(path.read_text(encoding="ascii").splitlines()))
    except OSError as error:
        raise UserError(
            f"The run uses decisions, but {path} cannot be read; copy it from where the run began."
        ) from error
    except ValueError as error:
        raise _damaged(path) from error
    if lines[:1] != [_HEADER] or any(
        len(line) != 3 or line[2] not in (_ACCEPTED, _REJECTED) for line in lines[1:]
    ):
        raise _damaged(path)
    return DecidedPairs(
        *(
            tuple((one, other) for one, other, decision in lines[1:] if decision == wanted)
            for wanted in (_ACCEPTED, _REJECTED)
        )
    )


def pairs_by_row(pairs: DecidedPairs, a: Sequence[str], b: Sequence[str]) -> RowPairs:
    """Find the images of pairs in both domains; files of equal content are all meant.

    Args:
        pairs: What a person said.
        a: Digest of each image of domain A.
        b: Digest of each image of domain B.
    """
    rows_of = _rows_by_digest(a), _rows_by_digest(b)
    found, counts, unknown = [], [], 0
    for those in (pairs.accepted, pairs.rejected):
        rows: dict[tuple[int, int], None] = {}
        count = 0
        for pair in those:
            here = _rows_of_pair(pair, *rows_of)
            rows |= dict.fromkeys(here)
            count += bool(here)
            unknown += not here
        found.append(tuple(rows))
        counts.append(count)
    return RowPairs(found[0], found[1], counts[0], counts[1], unknown)


def _rows_of_pair(
    pair: DigestPair, a: dict[str, list[int]], b: dict[str, list[int]]
) -> list[tuple[int, int]]:
    return [
        (row_a, row_b)
        for one, other in (pair, pair[::-1])
        for row_a in a.get(one, ())
        for row_b in b.get(other, ())
    ]


def _rows_by_digest(digests: Sequence[str]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, digest in enumerate(digests):
        rows.setdefault(digest, []).append(row)
    return rows


def _damaged(path: Path) -> UserError:
    return UserError(f"{path} is damaged or no list of decided pairs.")
