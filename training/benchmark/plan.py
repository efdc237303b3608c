"""What a benchmark is to run: settings x pairs x methods x seeds, as a list of trainings.

In partial and open-set each direction of a pair is a training of its own, because the two sides
keep other categories. In close-set both directions learn from the same images and the methods treat
the two domains alike, so one training serves both; domain A is then the one that the data set
names first, whichever direction was asked for, and a number does not depend on the rest of a plan.

A seed is the seed of the training and of the draw of categories (G24). More draws are more seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar, get_args

from training.config import TrainConfig
from training.config_fields import unknown_sentence
from training.config_files import updated
from training.data.scenarios import SETTINGS, Rounding, Setting
from training.errors import UserError
from training.evaluation.retrieval_help import BEST_HELP, HELP_NAMES
from training.methods.method_names import METHOD_NAMES, check_method

PAPER_SEEDS = (2024, 2025, 2026)
ALL = "all"
BEST = "best"

_Entry = TypeVar("_Entry")


@dataclass(frozen=True, slots=True)
class BenchmarkPlan:
    """Everything that somebody asks for.

    Attributes:
        data: Root of the data set.
        methods: Names of methods, or ``("all",)``.
        settings: Some of ``SETTINGS``.
        pairs: ``"all"`` or ``"QUERY:GALLERY"``, each direction by itself.
        seeds: Of the trainings and of the draws of categories.
        draws: How many seeds partial and open-set get; 0 for as many as ``seeds``. Where it is
            more, the numbers after the last seed follow.
        config: All settings of a training; method, seed and domains in it do not count.
        categories: The only ones looked at; empty for all, which for the whole of DomainNet are
            the paper's seven.
        heldout: Train on four fifths of each category and measure on the rest (G18).
        rounding: Of half of an odd number of categories (G23).
        retrieval_help: Help at retrieval time that each method is measured with once more, each
            number in a row of its own; empty for none.
    """

    data: str
    methods: tuple[str, ...]
    settings: tuple[Setting, ...] = SETTINGS
    pairs: tuple[str, ...] = (ALL,)
    seeds: tuple[int, ...] = PAPER_SEEDS
    draws: int = 0
    config: TrainConfig = field(default_factory=TrainConfig)
    categories: tuple[str, ...] = ()
    heldout: bool = False
    rounding: Rounding = "floor"
    retrieval_help: tuple[str, ...] = ()

    def checked(self) -> BenchmarkPlan:
        """Return the plan with its shorthands written out, each entry once.

        Raises:
            UserError: In one sentence, what in it does not exist.
        """
        methods = METHOD_NAMES if ALL in self.methods else _once(self.methods)
        for method in methods:
            check_method(method)
        for setting in self.settings:
            if setting not in SETTINGS:
                raise UserError(unknown_sentence("benchmark setting", setting, list(SETTINGS)))
        if self.rounding not in get_args(Rounding):
            raise UserError(f"Half a number is rounded by floor or ceil, not {self.rounding}.")
        if min(self.seeds, default=0) < 0 or self.draws < 0:
            raise UserError("Seeds and the number of draws are whole numbers from 0 on.")
        for what, given in (("method", methods), ("setting", self.settings), ("seed", self.seeds)):
            if not given:
                raise UserError(f"A benchmark needs one {what} at least.")
        return replace(
            self,
            methods=methods,
            settings=_once(self.settings),
            pairs=_once(self.pairs),
            seeds=_once(self.seeds),
            categories=_once(self.categories),
            retrieval_help=_helps(self.retrieval_help),
        )

    def seeds_of(self, setting: Setting) -> tuple[int, ...]:
        """Return the seeds of a setting; those of partial and open-set draw its categories."""
        if setting == "close-set" or not self.draws:
            return self.seeds
        following = range(max(self.seeds) + 1, max(self.seeds) + 1 + self.draws)
        return (*self.seeds, *following)[: self.draws]

    def config_for(self, training: Training) -> TrainConfig:
        """Return the settings of one training."""
        return updated(self.config, {"run": {"method": training.method, "seed": training.seed}})

    def what_counts(self) -> dict[str, Any]:
        """Return everything that a number depends on beside setting, method, pair and seed."""
        config = asdict(self.config)
        for name in ("method", "seed", "device"):
            config["run"].pop(name)
        for name in ("domain_a", "domain_b"):
            config["data"].pop(name)
        return {
            "config": config,
            "categories": sorted(self.categories),
            "heldout": self.heldout,
            "rounding": self.rounding,
        }


def checked_config(config: TrainConfig) -> TrainConfig:
    """Return settings of training that leave to the plan what it says itself.

    Raises:
        UserError: A method, a seed or a domain is set in them.
    """
    usual = TrainConfig()
    if (config.run.method, config.run.seed, config.data.domain_a, config.data.domain_b) != (
        usual.run.method,
        usual.run.seed,
        usual.data.domain_a,
        usual.data.domain_b,
    ):
        raise UserError(
            "Methods, seeds and domains of a benchmark are chosen by --methods, --seeds and "
            "--pairs, not by --set."
        )
    return config


@dataclass(frozen=True, slots=True)
class Training:
    """One training, and the directions that are measured with it.

    Attributes:
        setting: Which categories each side keeps.
        method: What learns.
        domain_a: Name of domain A; the query domain in partial and open-set.
        domain_b: Name of domain B.
        seed: Of the training and of the draw.
        directions: (query domain, gallery domain), one or two.
    """

    setting: Setting
    method: str
    domain_a: str
    domain_b: str
    seed: int
    directions: tuple[tuple[str, str], ...]


def planned_trainings(
    plan: BenchmarkPlan, pairs: Sequence[tuple[str, str]], domains: Sequence[str]
) -> tuple[Training, ...]:
    """Return what is to be trained, setting by setting and seed by seed.

    Args:
        plan: A checked plan.
        pairs: (query domain, gallery domain), as the data root understood them.
        domains: All domains of the data set in its order.
    """
    found = []
    for setting in plan.settings:
        grouped = _both_ways(pairs, domains) if setting == "close-set" else _one_way(pairs)
        found += [
            Training(setting, method, a, b, seed, directions)
            for seed in plan.seeds_of(setting)
            for (a, b), directions in grouped.items()
            for method in plan.methods
        ]
    return tuple(found)


_Directions = dict[tuple[str, str], tuple[tuple[str, str], ...]]


def _one_way(pairs: Sequence[tuple[str, str]]) -> _Directions:
    return {pair: (pair,) for pair in pairs}


def _both_ways(pairs: Sequence[tuple[str, str]], domains: Sequence[str]) -> _Directions:
    found: _Directions = {}
    for query, gallery in pairs:
        a, b = sorted((query, gallery), key=list(domains).index)
        found[a, b] = (*found.get((a, b), ()), (query, gallery))
    return found


def _helps(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of help, in the order in which they are applied."""
    wanted: set[str] = set()
    for name in names:
        if name not in (ALL, BEST, *HELP_NAMES):
            known = [ALL, BEST, *HELP_NAMES]
            raise UserError(unknown_sentence("help at retrieval time called", name, known))
        wanted |= set({ALL: HELP_NAMES, BEST: BEST_HELP}.get(name, (name,)))
    return tuple(name for name in HELP_NAMES if name in wanted)


def _once(given: Sequence[_Entry]) -> tuple[_Entry, ...]:
    return tuple(dict.fromkeys(given))
