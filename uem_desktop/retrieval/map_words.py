"""What the header of a map says: how it was made, of what, and what it can show."""

from __future__ import annotations

from uem_desktop.retrieval.layout import MapLayout
from uem_desktop.retrieval.map_neighbours import MOST_ASKED, Neighbours
from uem_desktop.retrieval.map_points import MapPoints
from uem_desktop.retrieval.prototypes import PrototypeKind, Prototypes

METHOD_TITLES = {"pca": "PCA", "tsne": "t-SNE"}


def layout_text(layout: MapLayout) -> str:
    """Say the method, its settings, and from how many images the plane was made."""
    one, two = layout.explained
    if layout.method == "pca":
        text = f"PCA: the axes hold {100 * one:.1f} % and {100 * two:.1f} % of the variance"
        sampled = "axes from"
    else:
        text = f"t-SNE, perplexity {one:.0f}, {two:.0f} steps from PCA"
        sampled = "laid out from"
    if layout.sampled < layout.image_count:
        text += f", {sampled} {layout.sampled:,} images spread evenly"
    return text


def population_text(points: MapPoints) -> str:
    """Say how many images of which folder are there, and how many are not."""
    parts = []
    for domain in (points.query, points.gallery):
        missing = len(domain.records) - domain.ready_count
        text = f"{domain.ready_count:,} {domain.scan.folder.name}"
        parts.append(f"{text} ({missing:,} unreadable left out)" if missing else text)
    return " + ".join(parts) + " images"


def prototypes_text(prototypes: Prototypes) -> str:
    """Say how many prototypes there are of which kind."""
    counts = {kind: prototypes.count(kind) for kind in PrototypeKind}
    return (
        f"{len(prototypes):,} prototypes: {counts[PrototypeKind.MERGED]:,} merged, "
        f"{counts[PrototypeKind.OWN]:,} of {prototypes.query.scan.folder.name} alone, "
        f"{counts[PrototypeKind.TRANSLATED]:,} of {prototypes.gallery.scan.folder.name} alone"
    )


def neighbours_text(found: Neighbours, top_k: int, selected: int) -> str:
    """Say what the lines show, and how many of them are right."""
    whose = f"{found.asked:,} image{'s' if found.asked != 1 else ''}"
    if selected > MOST_ASKED:
        whose = f"the first {found.asked:,} of {selected:,} images"
    each = "nearest match" if top_k == 1 else f"{top_k} nearest matches"
    text = f"Lines: the {each} of {whose}"
    return f"{text}; {marks_text(found)}" if marks_text(found) else text


def marks_text(found: Neighbours) -> str:
    """Say how many lines are right; nothing where no category is known."""
    if not found.right_count + found.wrong_count:
        return ""
    return f"{found.right_count:,} right, {found.wrong_count:,} wrong"
