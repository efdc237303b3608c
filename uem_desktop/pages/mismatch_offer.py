"""What each view of the mismatches page has to export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from uem_desktop.item_models.confusion_table import ConfusionTableModel
from uem_desktop.pages.export_offer import OwnExport, Write, shown_or_chosen
from uem_desktop.pages.mismatch_keeper import MismatchKeeper
from uem_desktop.pages.query_list_panel import QueryListPanel
from uem_desktop.pages.query_offer import query_exports
from uem_desktop.retrieval.category_table import CategoryRow
from uem_desktop.retrieval.confusion import Confusion
from uem_desktop.retrieval.decided_about import DecidedAbout
from uem_desktop.retrieval.diagnostic_words import TITLES
from uem_desktop.retrieval.diagnostics import Part
from uem_desktop.retrieval.export_categories import categories_table, confusion_table
from uem_desktop.retrieval.export_choices import What, Which
from uem_desktop.retrieval.export_prototypes import prototypes_table
from uem_desktop.retrieval.export_queries import queries_table
from uem_desktop.retrieval.export_unlabelled import unlabelled_table
from uem_desktop.retrieval.export_work import Work
from uem_desktop.retrieval.exporting import Exported, ExportWish, picture_as, write_as
from uem_desktop.retrieval.mismatches import Mismatches
from uem_desktop.retrieval.prototypes import Prototypes
from uem_desktop.widgets.share_picture import SharePicture, write_share_picture

_NOTE = (
    "Rows: query categories, columns: found categories. In percent of the places of a row;"
    " grey: the right category."
)


def listed_exports(keeper: MismatchKeeper, panel: QueryListPanel) -> tuple[OwnExport, ...]:
    """Return what can be exported of the queries, as their list shows them."""
    found = keeper.found
    if found is None:
        return ()
    listed = keeper.places.copy()
    make = partial(queries_table, found, listed)
    return query_exports(What.QUERIES, panel, listed, len(found), make)


def confusion_exports(model: ConfusionTableModel, subject: str) -> tuple[OwnExport, ...]:
    """Return what can be exported of the matrix that is shown: each cell, and its picture.

    Args:
        model: The matrix.
        subject: Which folders it is about and what embedded them, for the title of the picture.
    """
    matrix = model.matrix
    if matrix is None or not matrix.counts.size:
        return ()
    rows, columns = matrix.counts.shape
    cells = {Which.ALL: f"All {rows:,} × {columns:,} cells at top {matrix.top_k}"}
    whole = {Which.ALL: f"The whole matrix at top {matrix.top_k}"}
    picture = SharePicture(
        title=f"Confusion of categories at top {matrix.top_k} · {subject}",
        note=_NOTE,
        rows=model.row_names(),
        columns=model.column_names(),
        shares=matrix.shares,
        is_muted=matrix.is_right,
    )
    return (
        OwnExport(What.CONFUSION, cells, partial(_write_confusion, matrix), is_short=True),
        OwnExport(What.CONFUSION_PICTURE, whole, partial(_write_picture, picture), is_short=True),
    )


def category_exports(rows: Sequence[CategoryRow]) -> tuple[OwnExport, ...]:
    """Return what can be exported of the categories, in the order in which they are shown."""
    if not rows:
        return ()
    count = len(rows)
    whiches = {Which.ALL: "The category that is shown" if count == 1 else f"All {count:,} shown"}
    write = partial(_write_categories, tuple(rows))
    return (OwnExport(What.CATEGORIES, whiches, write, is_short=True),)


def prototype_exports(
    prototypes: Prototypes | None, chosen: Sequence[Path]
) -> tuple[OwnExport, ...]:
    """Return what can be exported of the prototypes.

    Args:
        prototypes: What is shown; None while they are looked for.
        chosen: The images that are selected.
    """
    if prototypes is None:
        return ()
    count = prototypes.query.ready_count + prototypes.gallery.ready_count
    write = partial(_write_prototypes, prototypes, frozenset(chosen))
    return (_of_images(What.PROTOTYPES, count, chosen, write),)


def unlabelled_exports(
    found: Mismatches | None, parts: Mapping[str, Part], chosen: Sequence[Path]
) -> tuple[OwnExport, ...]:
    """Return what can be exported of what needs no categories, as far as it is known.

    Args:
        found: The matches that the parts were made from.
        parts: The diagnostics that are known.
        chosen: The images that are selected.
    """
    known = tuple(parts[name] for name in TITLES if name in parts and name != "prototypes")
    if found is None or not known:
        return ()
    count = found.query.ready_count + found.gallery.ready_count
    write = partial(_write_unlabelled, found, known, frozenset(chosen))
    return (_of_images(What.UNLABELLED, count, chosen, write),)


def _of_images(what: What, count: int, chosen: Sequence[Path], write: Write) -> OwnExport:
    is_deliberate = len(chosen) > 1
    whiches = shown_or_chosen(
        len(chosen) if is_deliberate else 0, count, "image", "images", is_deliberate=is_deliberate
    )
    return OwnExport(what, whiches, write)


def _write_confusion(
    matrix: Confusion, wish: ExportWish, _about: DecidedAbout, work: Work
) -> Exported:
    return write_as(wish, confusion_table(matrix), "cell", "cells", work)


def _write_picture(
    picture: SharePicture, wish: ExportWish, _about: DecidedAbout, work: Work
) -> Exported:
    return picture_as(wish, lambda path: write_share_picture(path, picture), work)


def _write_categories(
    rows: tuple[CategoryRow, ...], wish: ExportWish, _about: DecidedAbout, work: Work
) -> Exported:
    return write_as(wish, categories_table(rows), "category", "categories", work)


def _write_prototypes(
    prototypes: Prototypes,
    chosen: frozenset[Path],
    wish: ExportWish,
    about: DecidedAbout,
    work: Work,
) -> Exported:
    only = chosen if wish.which is Which.CHOSEN else None
    return write_as(wish, prototypes_table(prototypes, about, only), "image", "images", work)


def _write_unlabelled(
    found: Mismatches,
    parts: tuple[Part, ...],
    chosen: frozenset[Path],
    wish: ExportWish,
    about: DecidedAbout,
    work: Work,
) -> Exported:
    only = chosen if wish.which is Which.CHOSEN else None
    return write_as(wish, unlabelled_table(found, parts, about, only), "image", "images", work)
