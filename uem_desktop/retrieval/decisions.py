"""What a person can decide, and one line of the journal of decisions."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple


class Kind(StrEnum):
    """What an entry is about."""

    JUDGEMENT = "judgement"
    """A query image and a gallery image; its values are those of `Judgement`."""
    CATEGORY = "category"
    """One image; its value is a category."""
    NOTE = "note"
    """One image; its value is a text."""
    COUNTERPART = "counterpart"
    """One query image; its value is `NO_COUNTERPART`."""


class Judgement(StrEnum):
    """What a person thinks of a pair."""

    ACCEPT = "accept"
    REJECT = "reject"
    UNSURE = "unsure"


class Action(StrEnum):
    """Why an entry was written."""

    DECIDE = "decide"
    UNDO = "undo"
    REDO = "redo"


NO_COUNTERPART = "none"
"""The value of a query whose lack of a counterpart a person confirmed."""

Raw = tuple[Any, ...]
"""A `Row` as SQLite gives it: a plain tuple, which the garbage collector passes over.

Text that is no UTF-8, as names of folders may be, is bytes.
"""

Subject = tuple[str, int, int]
"""Kind, number of an image, and of the other one or 0; a pair is the same whichever side asks."""


def subject_of(kind: str, image: int, other: int) -> Subject:
    """Return what an entry is about, so that both directions of a pair are one."""
    return (kind, other, image) if other and other < image else (kind, image, other)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal; it is written once and stays.

    Attributes:
        number: Place in the journal, from 1, without gaps.
        batch: Number of the first entry of the same act; what is decided at once shares it.
        at: When, in UTC.
        reviewer: Who.
        action: Whether it was decided, undone or redone.
        kind: What it is about.
        image: The image, or the query image of a pair; where it lies now.
        other: The gallery image of a pair; None for one image.
        before: The value until then; None for none.
        after: The value from then on; None for none.
        of: The batch that was undone or redone; None for a decision.
    """

    number: int
    batch: int
    at: datetime
    reviewer: str
    action: Action
    kind: Kind
    image: Path
    other: Path | None
    before: str | None
    after: str | None
    of: int | None


class Row(NamedTuple):
    """An entry as the file holds it: images by number, the time in microseconds since 1970."""

    number: int
    batch: int
    at_us: int
    reviewer: str
    action: str
    kind: str
    image: int
    other: int
    before: str | None
    after: str | None
    of: int | None

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return subject_of(self.kind, self.image, self.other)

    @property
    def at(self) -> datetime:
        """When it was written."""
        return datetime.fromtimestamp(self.at_us / 1_000_000, UTC)


def as_row(raw: Raw) -> Row:
    """Return an entry by the names of its parts."""
    row = Row._make(raw)
    if isinstance(row.before, bytes) or isinstance(row.after, bytes):
        before, after = (os.fsdecode(v) if isinstance(v, bytes) else v for v in raw[8:10])
        return row._replace(before=before, after=after)
    return row


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of an act; all of it is on the disk.

    Attributes:
        entries: What was written, in order; empty when there was nothing to do.
        sentence: Says it.
        foreign: What other windows had written meanwhile.
        conflict: Says that a decision took the place of another window's; empty when none did.
    """

    entries: tuple[Entry, ...] = ()
    sentence: str = ""
    foreign: tuple[Entry, ...] = ()
    conflict: str = ""
