"""What a page has to export: what is chosen on it, its list, and what only it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from uem_desktop.retrieval.decided_about import DecidedAbout
from uem_desktop.retrieval.export_choices import CHOICES, OF_A_PAGE, Form, What, Which
from uem_desktop.retrieval.export_work import Work

if TYPE_CHECKING:
    from uem_desktop.retrieval.exporting import Exported, ExportWish

Write = Callable[["ExportWish", DecidedAbout, Work], "Exported"]


@dataclass(frozen=True, slots=True, eq=False)
class OwnExport:
    """Something that only this page has.

    Attributes:
        what: What it is.
        whiches: Which of it there is, and what that is called; the usual first.
        write: Writes it in a worker, told what was decided; touches no widget.
        is_short: Whether that takes a moment however much there is.
        stem: How its file is called without being asked; empty for the name of the folders.
    """

    what: What
    whiches: Mapping[Which, str]
    write: Write
    is_short: bool = False
    stem: str = ""


@dataclass(frozen=True, slots=True)
class ExportOffer:
    """What the page that is shown has to export.

    Attributes:
        queries: The chosen queries.
        images: The chosen images.
        listed: How many queries its list has.
        list_all: Gives them, in the order of the list.
        own: What only this page has.
    """

    queries: tuple[Path, ...] = ()
    images: tuple[Path, ...] = ()
    listed: int = 0
    list_all: Callable[[], list[Path]] = field(default=list)
    own: tuple[OwnExport, ...] = ()

    def own_of(self, what: What) -> OwnExport | None:
        """Return what only this page has; None where every page has it."""
        return next((one for one in self.own if one.what is what), None)

    def forms(self, what: What) -> tuple[Form, ...]:
        """Return as what something can be written."""
        return OF_A_PAGE[what] if what in OF_A_PAGE else CHOICES[what][1]

    def count(self, what: What, which: Which) -> int:
        """Return how many queries or images a choice means."""
        if which is Which.LISTED:
            return self.listed
        return len(self.images if what is What.IMAGES else self.queries)

    def paths(self, what: What, which: Which) -> tuple[Path, ...]:
        """Return the queries or images that a choice means; none where it is no list."""
        if which is Which.LISTED and self.own_of(what) is None:
            return tuple(self.list_all())
        if which is Which.CHOSEN and self.own_of(what) is None:
            return self.images if what is What.IMAGES else self.queries
        return ()


def shown_or_chosen(
    chosen: int, listed: int, one: str, several: str, *, is_deliberate: bool
) -> dict[Which, str]:
    """Name all that is shown and what is selected of it, the one that is likely meant first.

    Args:
        chosen: How many are selected.
        listed: How many are shown.
        one: What one is called.
        several: What several are called.
        is_deliberate: Whether a selection is one that a person made, and not where a list stands.
    """
    selected = f"The selected {one}" if chosen == 1 else f"The {chosen:,} selected {several}"
    every = f"The {one} that is shown" if listed == 1 else f"All {listed:,} {several} shown"
    named = {Which.LISTED: every} if listed else {}
    if not chosen:
        return named
    of_chosen = {Which.CHOSEN: selected}
    return {**of_chosen, **named} if is_deliberate else {**named, **of_chosen}
