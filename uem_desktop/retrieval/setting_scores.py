"""A direction in one of the settings: cut the two domains, score retrieval and detection."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from training.data.file_access import printable
from training.data.scenarios import Setting, draw_scenario
from training.errors import UserError
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.steps import ShowStep, no_step

if TYPE_CHECKING:
    from training.evaluation.detector_scores import DetectorScores
    from training.evaluation.query_results import QueryResults

GivenSetting = Literal["as-is", Setting]
"""``"as-is"``: the folders as they are, private is who has a category that the gallery lacks; the
others are drawn, see `draw_scenario`."""

GIVEN_SETTINGS: tuple[str, ...] = ("as-is", *get_args(Setting))
LEAST_IMAGES = 3
"""What each domain has to have for the votes."""


@dataclass(frozen=True, slots=True, eq=False)
class CutDomains:
    """What a setting leaves of two domains; images that it leaves out are not ready.

    Attributes:
        query: The query domain.
        gallery: The gallery domain.
        shared: Categories of the queries that the gallery has, sorted.
        private: Categories of the queries that the gallery lacks, sorted.
    """

    query: DomainEmbeddings
    gallery: DomainEmbeddings
    shared: tuple[str, ...]
    private: tuple[str, ...]


def cut_domains(
    query: DomainEmbeddings, gallery: DomainEmbeddings, setting: GivenSetting, seed: int
) -> CutDomains:
    """Leave of two domains what a setting asks for, of what is ready.

    Args:
        query: The query domain.
        gallery: The gallery domain.
        setting: ``"as-is"`` leaves everything.
        seed: Of the draw.

    Raises:
        UserError: The domains have too few categories in common, or too few images are left.
    """
    names, in_gallery = _ready_categories(query), _ready_categories(gallery)
    shared, private = tuple(sorted(names & in_gallery)), tuple(sorted(names - in_gallery))
    if setting != "as-is":
        drawn = draw_scenario(setting, names, in_gallery, seed=seed)
        query = _restricted(query, drawn.query_categories)
        gallery = _restricted(gallery, drawn.gallery_categories)
        shared, private = drawn.shared, drawn.private
    for domain in (query, gallery):
        if domain.ready_count < LEAST_IMAGES:
            count = domain.ready_count
            images = "one image" if count == 1 else f"{count} images"
            raise UserError(
                f"The setting {setting} needs {LEAST_IMAGES} images in each domain, and of"
                f" {printable(domain.scan.folder)} it has {images}."
            )
    return CutDomains(query, gallery, shared, private)


def detect_private(
    cut: CutDomains,
    results: QueryResults,
    seed: int,
    *,
    on_step: ShowStep = no_step,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[DetectorScores, ...]:
    """Score every detector on embeddings as the encoder made them.

    Args:
        cut: The two domains, without retrieval-time help.
        results: What the queries came to, with or without help.
        seed: Of the clustering of the published rule.
        on_step: Told how far clustering and votes are.
        should_stop: Asked between blocks of work.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    from training.evaluation.detector_scores import score_detectors

    rows, gallery_rows = cut.query.ready_rows(), cut.gallery.ready_rows()
    on_step("Clustering both domains", 0.0)
    return score_detectors(
        cut.query.embeddings[rows],
        cut.gallery.embeddings[gallery_rows],
        results,
        set(cut.gallery.categories_of_rows(gallery_rows)),
        seed=seed,
        on_votes=lambda done, total: on_step("Voting about counterparts", done / total),
        should_stop=should_stop,
    )


def _ready_categories(domain: DomainEmbeddings) -> set[str]:
    """Return the categories of which an image is ready."""
    return {name for name in domain.categories_of_rows(domain.ready_rows()) if name is not None}


def _restricted(domain: DomainEmbeddings, categories: Collection[str]) -> DomainEmbeddings:
    """Return the domain with only the ready images of some categories ready."""
    rows = domain.ready_rows()
    kept = [name in categories for name in domain.categories_of_rows(rows)]
    rows = rows[np.array(kept, np.bool_)]
    return domain.with_embeddings(rows, domain.embeddings[rows])
