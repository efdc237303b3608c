"""What the window can export, and the work of it; what is written is what ``uem export`` writes."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.file_access import write_error_phrase
from training.errors import UserError
from uem_desktop.retrieval.decided_about import DecidedFilter
from uem_desktop.retrieval.decided_files import decided_files
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.export_choices import Form, What, Which
from uem_desktop.retrieval.export_decisions import decisions_table
from uem_desktop.retrieval.export_matches import matches_table
from uem_desktop.retrieval.export_tables import Table, write_table
from uem_desktop.retrieval.export_work import Work
from uem_desktop.retrieval.file_copies import Placing, Wanted, flat, place_files
from uem_desktop.retrieval.file_lists import write_file_list
from uem_desktop.retrieval.hard_negatives import (
    hard_negatives,
    hard_negatives_table,
    rows_by_path,
)
from uem_desktop.retrieval.held_decisions import HeldDecisions, read_decisions, read_history
from uem_desktop.retrieval.index import IndexKind
from uem_desktop.retrieval.kept_mismatches import known_mismatches
from uem_desktop.retrieval.mismatches import TOP_DEPTH
from uem_desktop.retrieval.pair_tree import pair_tree
from uem_desktop.retrieval.search import build_index


@dataclass(frozen=True, slots=True)
class ExportWish:
    """What a person asked for.

    Attributes:
        what: Matches, images, …
        which: Of which queries or images, or by which decision.
        form: A table, a list or a folder.
        out: The file or the folder.
        paths: The chosen or listed queries, or images; not looked at otherwise.
    """

    what: What
    which: Which
    form: Form
    out: Path
    paths: Sequence[Path] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ExportSource:
    """What is open in the window.

    Attributes:
        query: The query domain as it is searched.
        gallery: The gallery domain likewise.
        project: The project file; None while there is none.
        folders: Query folder and gallery folder.
        top_k: Matches of a query.
        index_kind: How the gallery is searched.
    """

    query: DomainEmbeddings
    gallery: DomainEmbeddings
    project: Path | None
    folders: tuple[Path, Path]
    top_k: int
    index_kind: IndexKind = "exact"


@dataclass(frozen=True, slots=True)
class Exported:
    """What came of it.

    Attributes:
        sentence: Says it.
        place: The file or folder.
        has_failures: Whether some images could not be placed.
    """

    sentence: str
    place: Path
    has_failures: bool = False


def is_short(wish: ExportWish, source: ExportSource) -> bool:
    """Whether it takes a moment however many images there are.

    Tables of decisions, lists of files and matches of chosen queries that need no index do; what
    asks every query or copies images does not.
    """
    if wish.what is What.MATCHES:
        return wish.which is Which.CHOSEN and source.index_kind == "exact"
    return wish.what is What.DECISIONS or wish.form in (Form.LIST, Form.NULL_LIST)


def export(wish: ExportWish, source: ExportSource, work: Work) -> Exported:
    """Do what a person asked for.

    Raises:
        Cancelled: A stop was wanted.
        UserError: Why it could not be done, in one sentence.
    """
    held = HeldDecisions()
    if source.project is not None and source.project.exists():
        held = read_decisions(source.project, source.folders)
    match wish.what:
        case What.MATCHES:
            return write_as(wish, _matches(wish, source, held, work), "match", "matches", work)
        case What.DECISIONS if wish.which is Which.HISTORY:
            entries = read_history(_project_of(source), source.folders)
            table = decisions_table(entries, is_history=True)
            return write_as(wish, table, "entry", "entries", work)
        case What.DECISIONS:
            table = decisions_table(held.entries, is_history=False)
            return write_as(wish, table, "decision", "decisions", work)
        case What.HARD_NEGATIVES:
            return write_as(wish, _hard_negatives(source, held, work), "pair", "pairs", work)
        case What.PAIRS:
            return _placed(wish, pair_tree(held, *source.folders), work)
        case What.IMAGES:
            return _images(wish, source, held, work)
        case _:
            raise ValueError(f"{wish.what} is what one page has, which writes it itself")


def _matches(wish: ExportWish, source: ExportSource, held: HeldDecisions, work: Work) -> Table:
    index = build_index(
        source.gallery, source.index_kind, query=source.query, should_stop=work.is_stopped
    )
    rows: NDArray[np.int64] | None = None
    if wish.which is not Which.ALL:
        row_of = rows_by_path(source.query)
        wanted = [row_of.get(os.path.abspath(path)) for path in wish.paths]
        rows = np.array([row for row in wanted if row is not None], np.int64)
    return matches_table(
        source.query, source.gallery, held, top_k=source.top_k, index=index, rows=rows
    )


def _hard_negatives(source: ExportSource, held: HeldDecisions, work: Work) -> Table:
    stop: Callable[[], bool] = work.is_stopped
    found = known_mismatches(source.query, source.gallery, both_ways=False, should_stop=stop)
    top_k = min(source.top_k, TOP_DEPTH)
    pairs = hard_negatives(found, held, top_k=top_k, should_stop=stop)
    return hard_negatives_table(found, pairs)


def _images(wish: ExportWish, source: ExportSource, held: HeldDecisions, work: Work) -> Exported:
    files = list(wish.paths)
    if wish.which not in (Which.CHOSEN, Which.LISTED):
        files = decided_files(held, DecidedFilter(wish.which.value), source.folders)
    if wish.form.is_folder:
        return _placed(wish, flat(files), work)
    return list_as(wish, files)


def list_as(wish: ExportWish, files: Sequence[Path]) -> Exported:
    """Write a list of files as a person asked for it, and say so.

    Raises:
        UserError: It cannot be written, or a name has a line break.
    """
    is_null = wish.form is Form.NULL_LIST
    count = write_file_list(wish.out, files, is_null_separated=is_null)
    return Exported(_wrote(wish.out, count, "path", "paths"), wish.out)


def write_as(wish: ExportWish, table: Table, one: str, several: str, work: Work) -> Exported:
    """Write a table where a person asked for it, and say of what it has how many lines.

    Raises:
        Cancelled: A stop was wanted.
        UserError: It cannot be written.
    """
    count = write_table(wish.out, table, work)
    return Exported(_wrote(wish.out, count, one, several), wish.out)


def picture_as(wish: ExportWish, write: Callable[[Path], None], work: Work) -> Exported:
    """Write a picture where a person asked for it, and say so.

    Args:
        wish: What was asked for.
        write: Writes the file; it may raise `OSError`.
        work: Whether it is still wanted.

    Raises:
        Cancelled: A stop was wanted.
        UserError: It cannot be written.
    """
    work.check()
    try:
        wish.out.parent.mkdir(parents=True, exist_ok=True)
        write(wish.out)
    except OSError as error:
        raise UserError(
            f"{display_text(wish.out)} cannot be written: {write_error_phrase(error)}."
        ) from error
    return Exported(f"Wrote the picture {display_text(wish.out)}.", wish.out)


def _placed(wish: ExportWish, wanted: Sequence[Wanted], work: Work) -> Exported:
    if not wanted:
        raise UserError("There is no such image, so nothing was written.")
    placing = Placing(wish.form.value)
    placed = place_files(wish.out, wanted, placing, work)
    return Exported(placed.sentence(placing), wish.out, bool(placed.failed))


def _project_of(source: ExportSource) -> Path:
    if source.project is None:
        raise UserError("No project is open, so there are no decisions.")
    return source.project


def _wrote(out: Path, count: int, one: str, several: str) -> str:
    return f"Wrote {count:,} {one if count == 1 else several} to {display_text(out)}."
