"""A data set of a few bundled images, and a plan that is over in seconds."""

from __future__ import annotations

import shutil
from pathlib import Path

from training.benchmark.plan import BenchmarkPlan
from training.config_files import preset_config, with_words
from training.resources import resource_path

SHORT = ("idse_epochs=1", "cdsm_epochs=1", "views=1", "batch_size=4", "device=cpu")


def make_root(
    root: Path, categories: tuple[str, ...] = ("bird", "vehicle"), count: int = 4
) -> Path:
    """Copy images to ROOT/DOMAIN/CATEGORY."""
    for name in ("clipart", "render"):
        for category in categories:
            (root / name / category).mkdir(parents=True)
            for path in sorted(resource_path("sample", name, category).iterdir())[:count]:
                shutil.copy(path, root / name / category)
    return root


def short_plan(root: Path, *methods: str, words: tuple[str, ...] = (), **more) -> BenchmarkPlan:
    """A plan of one seed in close-set."""
    config = with_words(preset_config("quick"), (*SHORT, *words))
    asked = {"settings": ("close-set",), "seeds": (1,), **more}
    return BenchmarkPlan(str(root), methods, config=config, **asked).checked()
