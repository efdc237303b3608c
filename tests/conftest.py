"""What every test gets: an offscreen Qt, an own cache and config folder, and no network."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# As the application itself has it: types of Qt that two threads make at once crash.
os.environ.setdefault("PYSIDE6_OPTION_LAZY", "0")
# Threads of torch that wait for each other on busy cores make a run five times as long.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the embedding store and the settings of a test out of the user's home."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("UEM_CACHE_DIR", str(home / "cache"))
    monkeypatch.setenv("UEM_CONFIG_DIR", str(home / "config"))


@pytest.fixture
def sample_root() -> Path:
    """The bundled sample collection: one folder a domain."""
    from training.resources import resource_path

    return resource_path("sample")
