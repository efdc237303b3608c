"""What a data set holds for a benchmark, and how much work a plan is, before training starts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from training.benchmark.drawing import open_benchmark_root, scenario_of
from training.benchmark.plan import BenchmarkPlan, Training, planned_trainings
from training.data.data_roots import DataRoot
from training.errors import UserError
from training.methods.method_names import method_named
from training.progress import duration_text

SECONDS_PER_IMAGE = 15 / (893 * 60)
"""Of one epoch of a head on two CPU cores: 893 images take 15 s for 60 (docs/performance.md)."""


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What is known of a plan.

    Attributes:
        data_text: The data set in words; empty where it cannot be read.
        pairs: All (query domain, gallery domain) that can be chosen.
        notes: What looks wrong with the data, one sentence each.
        problem: What keeps the plan from being run; empty if nothing does.
        trainings: How many there are.
        seconds: How long they take, very roughly; None where that cannot be said.
    """

    data_text: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""
    trainings: int = 0
    seconds: float | None = None

    @property
    def work_text(self) -> str:
        """Say how much work it is."""
        count = f"{self.trainings:,} training{'' if self.trainings == 1 else 's'}"
        if self.seconds is None:
            return f"{count} of the whole encoder: hours each, or days without a graphics card"
        if self.seconds < 60:
            return f"{count}, about a minute"
        return f"{count}, roughly {duration_text(self.seconds)} on two CPU cores"


def look_at(plan: BenchmarkPlan, root: DataRoot | None = None) -> tuple[PlanFacts, DataRoot | None]:
    """Look at the files of a data set without reading them, and count what a plan trains.

    Args:
        plan: A checked plan.
        root: The data set, if it was opened before.

    Returns:
        What is known, and the data set for the next time; None where there is none.
    """
    try:
        root = root or open_benchmark_root(plan)
    except UserError as error:
        return PlanFacts(problem=str(error)), None
    found = PlanFacts(_data_text(root), root.pairs(), root.problems())
    try:
        trainings = planned_trainings(plan, root.pairs(plan.pairs), root.names)
        images = _images_of(plan, root, trainings)
    except UserError as error:
        return replace(found, problem=str(error)), root
    schedule = plan.config.schedule
    epochs = schedule.idse_epochs + schedule.cdsm_epochs
    steps = sum(images[_cut(one)] * epochs for one in trainings if method_named(one.method).stages)
    is_head = plan.config.encoder.trainable == "head"
    seconds = steps * SECONDS_PER_IMAGE if is_head else None
    return replace(found, trainings=len(trainings), seconds=seconds), root


_Cut = tuple[str, str, str, int]


def _cut(training: Training) -> _Cut:
    return training.setting, training.domain_a, training.domain_b, training.seed


def _images_of(
    plan: BenchmarkPlan, root: DataRoot, trainings: tuple[Training, ...]
) -> dict[_Cut, int]:
    """Draw the categories of each pair and seed once, and count the images that are left."""
    found: dict[_Cut, int] = {}
    for training in trainings:
        if _cut(training) in found:
            continue
        scenario = scenario_of(plan, root, training)
        sides = (
            (training.domain_a, scenario.query_categories),
            (training.domain_b, scenario.gallery_categories),
        )
        found[_cut(training)] = sum(
            root.domain(name).counts[category] for name, kept in sides for category in kept
        )
    return found


def _data_text(root: DataRoot) -> str:
    images = sum(domain.image_count for domain in root.domains)
    name = f"{root.data_set.name} · " if root.data_set is not None else ""
    return f"{name}{len(root.domains)} domains: {', '.join(root.names)} · {images:,} images"
