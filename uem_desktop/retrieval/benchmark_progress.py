"""How many trainings of its plan a file of results has, without looking at images."""

from __future__ import annotations

from training.benchmark.plan import planned_trainings
from training.benchmark.provenance import plan_of
from training.benchmark.results import NO_HELP, ResultsFile


def trainings_of(file: ResultsFile) -> tuple[int, int]:
    """Return how many trainings are done and how many there are, of all pairs in the file.

    Raises:
        UserError: The file says not what it was made by.
    """
    plan = plan_of(file.about, file.path)
    data = file.about["data"]
    pairs = [(query, gallery) for query, gallery in data["pairs"]]
    domains = [*data["domains"], *(name for pair in pairs for name in pair)]
    trainings = planned_trainings(plan, pairs, domains)
    helps = dict.fromkeys([NO_HELP, "+".join(plan.retrieval_help) or NO_HELP])
    done = sum(
        all(
            (one.setting, one.method, *pair, one.seed, help_names) in file.results
            for pair in one.directions
            for help_names in helps
        )
        for one in trainings
    )
    return done, len(trainings)
