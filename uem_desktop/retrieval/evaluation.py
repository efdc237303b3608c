"""All that can be measured of one direction: plain, with help, and in one of the settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.evaluation.retrieval_scores import RetrievalScores, scores_of
from uem_desktop.retrieval.diagnostics import UNTIL_PROTOTYPES, Diagnostics, diagnose
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.helped import help_domains
from uem_desktop.retrieval.mismatches import find_mismatches
from uem_desktop.retrieval.search import evaluate, results_of_all
from uem_desktop.retrieval.setting_scores import (
    CutDomains,
    GivenSetting,
    cut_domains,
    detect_private,
)
from uem_desktop.retrieval.steps import ShowStep, count_of, no_step, progress_of
from uem_desktop.retrieval.worst_queries import WorstQuery, worst_queries

if TYPE_CHECKING:
    from training.evaluation.detector_scores import DetectorScores


@dataclass(frozen=True, slots=True, eq=False)
class HelpedScores:
    """The scores with retrieval-time help, to stand beside the plain ones, never in their place.

    Attributes:
        names: The helps.
        scores: The scores.
    """

    names: tuple[str, ...]
    scores: RetrievalScores


@dataclass(frozen=True, slots=True, eq=False)
class SettingScores:
    """Who has no counterpart, in one of the settings.

    Attributes:
        setting: Which one.
        seed: Of the draw and of the clustering.
        cut: What the setting leaves of the two domains.
        detectors: What each detector comes to; none looks at categories or at helped embeddings.
    """

    setting: GivenSetting
    seed: int
    cut: CutDomains
    detectors: tuple[DetectorScores, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What was measured of one direction.

    Attributes:
        query: The query domain that was scored.
        gallery: The gallery domain that was scored.
        scores: Plain scores; in a setting those of the shared queries.
        helped: Scores with retrieval-time help, if that was asked for.
        setting: Scores of a setting, if that was asked for.
        worst: The scored queries with the least plain AP, as many as were asked for.
        diagnostics: What can be said without categories, if that was asked for.
    """

    query: DomainEmbeddings
    gallery: DomainEmbeddings
    scores: RetrievalScores
    helped: HelpedScores | None = None
    setting: SettingScores | None = None
    worst: tuple[WorstQuery, ...] = ()
    diagnostics: Diagnostics | None = None


def evaluate_direction(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    *,
    help_names: Sequence[str] = (),
    setting: GivenSetting | None = None,
    seed: int = 0,
    worst_count: int = 0,
    with_diagnostics: bool = False,
    on_step: ShowStep = no_step,
    should_stop: Callable[[], bool] | None = None,
) -> Evaluation:
    """Measure one direction.

    Args:
        query: The query domain.
        gallery: The gallery domain.
        help_names: Some of ``HELP_NAMES``; none by default.
        setting: Cut the domains first, and score who has no counterpart.
        seed: Of the setting's draw and of the published rule's clustering.
        worst_count: How many of the worst queries are told, without retrieval-time help.
        with_diagnostics: Also say what needs no categories, without retrieval-time help.
        on_step: Told what is being done and how far that is.
        should_stop: Asked between blocks of work.

    Raises:
        Cancelled: ``should_stop`` said so.
        UserError: The domains do not fit each other, or are too small for the setting.
    """
    cut = None
    if setting is not None:
        cut = cut_domains(query, gallery, setting, seed)
        query, gallery = cut.query, cut.gallery
    told: tuple[WorstQuery, ...] = ()
    diagnostics = None
    if worst_count or with_diagnostics:
        found = find_mismatches(
            query, gallery, both_ways=with_diagnostics,
            on_progress=count_of(on_step, "Ranking"), should_stop=should_stop,
        )  # fmt: skip
        results, told = found.results, worst_queries(found, worst_count)
        if with_diagnostics:
            diagnostics = diagnose(
                found, query, gallery, on_progress=_diagnosing(on_step), should_stop=should_stop
            )
    else:
        ranked = count_of(on_step, "Ranking")
        results = results_of_all(query, gallery, on_progress=ranked, should_stop=should_stop)
    helped = in_setting = None
    if help_names:
        both = help_domains(
            query, gallery, help_names,
            on_progress=progress_of(on_step, "Helping retrieval"), should_stop=should_stop,
        )  # fmt: skip
        assert both.query is not None
        ranked = count_of(on_step, "Ranking with help")
        scores = evaluate(both.query, both.gallery, on_progress=ranked, should_stop=should_stop)
        helped = HelpedScores(tuple(help_names), scores)
    if setting is not None and cut is not None:
        scored = detect_private(cut, results, seed, on_step=on_step, should_stop=should_stop)
        in_setting = SettingScores(setting, seed, cut, scored)
    return Evaluation(query, gallery, scores_of(results), helped, in_setting, told, diagnostics)


def _diagnosing(on_step: ShowStep) -> Callable[[float], None]:
    """Return what tells the share that is done of diagnostics as steps of an even speed each."""
    on_step("Finding prototypes", 0.0)

    def note(share: float) -> None:
        if share >= UNTIL_PROTOTYPES:
            part = (share - UNTIL_PROTOTYPES) / (1 - UNTIL_PROTOTYPES)
            on_step("Finding near-duplicates", part)

    return note
