"""What a plan finds in a data set: its domains and the categories of each training. No torch."""

from __future__ import annotations

from collections.abc import Sequence

from training.benchmark.plan import BenchmarkPlan, Training
from training.data.data_roots import DataRoot, open_data_root
from training.data.data_sets import DOMAINNET, DOMAINNET_SEVEN
from training.data.scenarios import Scenario, draw_scenario
from training.data.training_images import LEAST_IMAGES
from training.errors import UserError


def open_benchmark_root(plan: BenchmarkPlan) -> DataRoot:
    """Open the data set of a plan; of the whole of DomainNet the paper's seven categories.

    Raises:
        UserError: As for `open_data_root`.
    """
    root = open_data_root(plan.data, categories=plan.categories or None)
    if root.data_set is DOMAINNET and not plan.categories:
        return open_data_root(plan.data, categories=DOMAINNET_SEVEN)
    return root


def scenario_of(plan: BenchmarkPlan, root: DataRoot, training: Training) -> Scenario:
    """Draw the categories of a training, and see that enough images are left.

    Raises:
        UserError: In one sentence, why this pair cannot be trained in this setting.
    """
    a, b = (root.domain(name) for name in (training.domain_a, training.domain_b))
    try:
        scenario = draw_scenario(
            training.setting, a.counts, b.counts, seed=training.seed, rounding=plan.rounding
        )
    except UserError as error:
        raise UserError(f"{a.name} and {b.name}: {error}") from error
    for source, kept in ((a, scenario.query_categories), (b, scenario.gallery_categories)):
        count = sum(source.counts[name] for name in kept)
        if count < LEAST_IMAGES:
            raise UserError(
                f"{source.name} has only {count} images of the categories it has in common with "
                f"{b.name if source is a else a.name}; training needs {LEAST_IMAGES} at least."
            )
    return scenario


def common_categories(
    root: DataRoot, pairs: Sequence[tuple[str, str]]
) -> dict[str, frozenset[str]]:
    """Return for each domain in a plan the categories that some pair needs of it."""
    found: dict[str, frozenset[str]] = {}
    for pair in pairs:
        common = frozenset.intersection(*(frozenset(root.domain(name).counts) for name in pair))
        for name in pair:
            found[name] = found.get(name, frozenset()) | common
    return found
