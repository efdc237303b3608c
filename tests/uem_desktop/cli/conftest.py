"""Two small folders of real images, one embedding store for all tests, and `uem` itself."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from training.resources import resource_path
from uem_desktop.cli.shell import run

CATEGORIES = ("bird", "fruit", "vehicle")
PER_CATEGORY = 4


@dataclass(frozen=True)
class Outcome:
    """What one `uem …` left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Uem = Callable[..., Outcome]


def copy_images(domain: str, target: Path, categories: tuple[str, ...] = CATEGORIES) -> Path:
    for category in categories:
        (target / category).mkdir(parents=True)
        images = sorted(resource_path("sample", domain, category).glob("*.png"))[:PER_CATEGORY]
        assert len(images) == PER_CATEGORY
        for image in images:
            shutil.copy(image, target / category / image.name)
    return target


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A query folder and a gallery folder; the query has one category the gallery lacks, and both
    have files that cannot be read."""
    root = tmp_path_factory.mktemp("cli-images")
    query = copy_images("clipart", root / "query", (*CATEGORIES, "instrument"))
    gallery = copy_images("render", root / "gallery")
    (query / "bird" / "empty.png").write_bytes(b"")
    (gallery / "fruit" / "letter.jpg").write_text("Dear reader,\n", encoding="utf-8")
    whole = next((gallery / "bird").glob("*.png")).read_bytes()
    (gallery / "bird" / "half.png").write_bytes(whole[: len(whole) // 2])
    (gallery / "notes.txt").write_text("not an image", encoding="utf-8")
    return query, gallery


@pytest.fixture
def unlabelled(tmp_path: Path, folders: tuple[Path, Path]) -> Path:
    target = tmp_path / "unlabelled"
    target.mkdir()
    for image in sorted(folders[1].rglob("*.png")):
        if image.name != "half.png":
            shutil.copy(image, target / f"{image.parent.name}-{image.name}")
    return target


@pytest.fixture(scope="session")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli-store")


@pytest.fixture
def uem(
    shared_store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Uem:
    """Run `uem` in this process; every test finds what the ones before have embedded."""
    monkeypatch.setenv("UEM_CACHE_DIR", str(shared_store))

    def uem(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        code = run([os.fspath(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return uem
