"""What the map page has to export: its points as a table, and its picture."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from uem_desktop.pages.export_offer import ExportOffer, OwnExport, shown_or_chosen
from uem_desktop.pages.map_colours import legend_of
from uem_desktop.pages.map_view import MapView
from uem_desktop.retrieval.decided_about import DecidedAbout
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.export_choices import What, Which
from uem_desktop.retrieval.export_map import points_table, what_points_are
from uem_desktop.retrieval.export_work import Work
from uem_desktop.retrieval.exporting import Exported, ExportWish, picture_as, write_as
from uem_desktop.retrieval.map_colouring import Colouring
from uem_desktop.retrieval.map_points import MapPoints
from uem_desktop.widgets.map_picture import PRINT, MapPicture, write_map_picture


def map_offer(
    view: MapView,
    picture: MapPicture | None,
    chosen: NDArray[np.int64],
    queries: Sequence[Path],
    images: Sequence[Path],
) -> ExportOffer:
    """Return what can be exported of a map.

    Args:
        view: The map of the explorer's checkpoint.
        picture: What is seen; None while there is no map.
        chosen: The images that are chosen on it.
        queries: Those of them that are of the query domain.
        images: The files that an edit command means.
    """
    points = view.keeper.points
    own: tuple[OwnExport, ...] = ()
    if points is not None and picture is not None:
        chosen = chosen[np.isin(chosen, points.images)]
        whiches = shown_or_chosen(
            len(chosen), len(points), "image", "images", is_deliberate=len(chosen) > 1
        )
        write = partial(_write_points, points, view.title, chosen.copy())
        maps = "The map as it is seen" if len(picture.maps) == 1 else "Both maps as they are seen"
        draw = partial(_write_picture, picture)
        own = (
            OwnExport(What.POINTS, whiches, write),
            OwnExport(What.PICTURE, {Which.ALL: maps}, draw),
        )
    return ExportOffer(queries=tuple(queries), images=tuple(images), own=own)


def picture_of(views: Sequence[MapView], colouring: Colouring, title: str) -> MapPicture | None:
    """Return maps that stand side by side as a figure; None while the first is not there.

    Args:
        views: From left to right; those without a map are left out.
        colouring: Of the first one.
        title: What the legend is called.
    """
    seen = [view.seen() for view in views]
    maps = [one for one in seen if one is not None]
    points = views[0].keeper.points
    if seen[0] is None or points is None:
        return None
    names = (display_text(d.scan.folder.name) for d in (points.query, points.gallery))
    shapes = "discs: {}, diamonds: {}".format(*names)
    return MapPicture(maps, f"{title} ({shapes})", legend_of(colouring, PRINT))


def _write_picture(
    picture: MapPicture, wish: ExportWish, _about: DecidedAbout, work: Work
) -> Exported:
    return picture_as(wish, lambda path: write_map_picture(path, picture), work)


def _write_points(
    points: MapPoints,
    checkpoint: str,
    chosen: NDArray[np.int64],
    wish: ExportWish,
    about: DecidedAbout,
    work: Work,
) -> Exported:
    results, prototypes = what_points_are(points, work.is_stopped)
    images = chosen if wish.which is Which.CHOSEN else None
    table = points_table(points, checkpoint, results, prototypes, about, images)
    return write_as(wish, table, "point", "points", work)
