"""A benchmark that is about to be started: what is chosen, and what still stands in the way."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from training.benchmark.plan import ALL, BEST, PAPER_SEEDS, BenchmarkPlan, checked_config
from training.benchmark.results import FILE_NAME
from training.config import TrainConfig
from training.config_files import PRESETS, preset_config, updated, with_words
from training.data.scenarios import SETTINGS, Setting
from training.errors import UserError
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.runs import default_runs_folder

DEFAULT_METHODS = ("uem", "frozen", "centred")


@dataclass(frozen=True, slots=True)
class BenchmarkDraft:
    """What a person has chosen so far.

    Attributes:
        data: Root of the data set; None before one is chosen.
        methods: Names of methods.
        settings: Some of ``SETTINGS``.
        pairs: ``("all",)`` or ``"QUERY:GALLERY"`` each.
        seeds: As they are typed.
        draws: As it is typed; empty for as many as seeds.
        preset: Name of the preset that settings of training come from.
        trainable: ``"head"`` or ``"all"``.
        has_help: Whether each method is measured once more with help at retrieval time.
        is_heldout: Whether a fifth of the images is kept from learning and measured.
        jobs: Trainings at a time, as it is typed; empty for one.
        categories: The only ones to look at, as they are typed; empty for all.
        words: Single settings of training, ``NAME=VALUE`` each, as they are typed.
        folder: Where results go; None for the usual place.
    """

    data: Path | None = None
    methods: tuple[str, ...] = DEFAULT_METHODS
    settings: tuple[Setting, ...] = SETTINGS
    pairs: tuple[str, ...] = (ALL,)
    seeds: str = " ".join(map(str, PAPER_SEEDS))
    draws: str = ""
    preset: str = PRESETS[0]
    trainable: str = "head"
    has_help: bool = False
    is_heldout: bool = False
    jobs: str = ""
    categories: str = ""
    words: str = ""
    folder: Path | None = None

    def with_preset(self, name: str) -> BenchmarkDraft:
        """Return the draft with another preset, and with what learns in it."""
        return replace(self, preset=name, trainable=_preset(name).encoder.trainable)

    @property
    def out(self) -> Path:
        """Where results are going to be kept."""
        return self.folder or default_benchmark_path(self.data)

    @property
    def goes_on(self) -> bool:
        """Whether results are there already, to which new ones are added."""
        return (self.out / FILE_NAME).is_file()

    def checked_jobs(self) -> int:
        """Return how many trainings run at a time.

        Raises:
            UserError: What is typed is no such number.
        """
        text = self.jobs.strip() or "1"
        if not text.isdecimal() or int(text) < 1:
            raise UserError(
                f"Trainings at a time are a whole number from 1 on, not {display_text(text)}."
            )
        return int(text)

    def plan(self) -> BenchmarkPlan:
        """Return what is to be run.

        Raises:
            UserError: In one sentence, what is missing or cannot be.
        """
        if self.data is None:
            raise UserError("Choose a data set: a folder that holds one folder for each domain.")
        if not self.data.is_dir():
            raise UserError(f"The folder of the data set is not there: {display_text(self.data)}.")
        for given, what in ((self.methods, "method"), (self.settings, "setting")):
            if not given:
                raise UserError(f"Choose one {what} at least.")
        if not self.pairs:
            raise UserError("Choose one pair of domains at least.")
        if self.out.is_file():
            raise UserError(f"{display_text(self.out)} is a file; choose a folder for the results.")
        self.checked_jobs()
        return BenchmarkPlan(
            data=str(self.data),
            methods=self.methods,
            settings=self.settings,
            pairs=self.pairs,
            seeds=_whole_numbers(self.seeds, "Seeds"),
            draws=next(iter(_whole_numbers(self.draws, "Draws")), 0),
            config=self._config(),
            categories=_typed(self.categories),
            heldout=self.is_heldout,
            retrieval_help=(BEST,) if self.has_help else (),
        ).checked()

    def command(self) -> str:
        """Return the command that does the same."""
        words: list[Any] = ["uem", "benchmark", "--data", self.data, "--methods", *self.methods]
        words += ["--settings", *self.settings, "--seeds", *self.seeds.split()]
        if self.pairs != (ALL,):
            words += ["--pairs", *self.pairs]
        if self.draws.strip():
            words += ["--draws", self.draws.strip()]
        if categories := _typed(self.categories):
            words += ["--categories", *categories]
        words += ["--preset", self.preset, "--trainable", self.trainable]
        if settings := _typed(self.words):
            words += ["--set", *settings]
        if self.has_help:
            words += ["--retrieval-help", BEST]
        if self.is_heldout:
            words.append("--heldout")
        if (jobs := self.checked_jobs()) > 1:
            words += ["--jobs", jobs]
        words += ["--out", self.out]
        return shlex.join(map(str, words + (["--resume"] if self.goes_on else [])))

    def _config(self) -> TrainConfig:
        preset = updated(_preset(self.preset), {"encoder": {"trainable": self.trainable}})
        return checked_config(with_words(preset, _typed(self.words)))


def default_benchmark_path(data: Path | None, *, now: datetime | None = None) -> Path:
    """Return a folder for new results that is not there yet: ``office-home-2026-11-25``.

    Args:
        data: Root of the data set.
        now: The time; None for now.
    """
    name = re.sub(r"[^\w]+", "-", data.name if data is not None else "").strip("-") or "benchmark"
    stem = f"{name}-{(now or datetime.now()).strftime('%Y-%m-%d')}"
    folder = default_runs_folder().with_name("benchmarks")
    path, number = folder / stem, 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}"
    return path


@cache
def _preset(name: str) -> TrainConfig:
    return preset_config(name)


def _typed(text: str) -> tuple[str, ...]:
    """Take words with blanks between them apart as a command line does; quotes hold one together.

    Raises:
        UserError: A quotation mark is not closed.
    """
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise UserError(f"A quotation mark is not closed: {display_text(text)}") from error


def _whole_numbers(text: str, what: str) -> tuple[int, ...]:
    words = text.replace(",", " ").split()
    for word in words:
        if not word.isdecimal():
            raise UserError(f"{what} are whole numbers from 0 on, not {display_text(word)}.")
    return tuple(int(word) for word in words)
