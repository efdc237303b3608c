"""Two small folders of real images, and settings that train on them in a second or two."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from training.config import TrainConfig
from training.config_files import preset_config, with_words

CATEGORIES = ("bird", "building", "vehicle")


@pytest.fixture
def image_domains(tmp_path: Path, sample_root: Path) -> tuple[Path, Path]:
    """Copies of a few sample images, in folders of categories."""
    folders = []
    for name, count in (("clipart", 5), ("render", 4)):
        folder = tmp_path / name
        for category in CATEGORIES:
            (folder / category).mkdir(parents=True)
            for path in sorted((sample_root / name / category).iterdir())[:count]:
                shutil.copy(path, folder / category)
        folders.append(folder)
    return folders[0], folders[1]


@pytest.fixture(scope="session")
def view_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Features that one test computes serve the next one."""
    return tmp_path_factory.mktemp("views")


@pytest.fixture
def quick_config(image_domains: tuple[Path, Path]) -> TrainConfig:
    """A run of five epochs in two stages."""
    a, b = image_domains
    return with_words(
        preset_config("quick"),
        [
            f"domain_a={a}",
            f"domain_b={b}",
            "views=2",
            "batch_size=4",
            "idse_epochs=3",
            "cdsm_epochs=2",
            "checkpoint_every=1",
            "device=cpu",
            "alpha_threshold=0.2",
            "elbow_every=1",
        ],
    )
