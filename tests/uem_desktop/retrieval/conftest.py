"""Folders with small real images."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data.records import ImageRecord

MakeImages = Callable[[Path, int], list[Path]]


@pytest.fixture
def make_images() -> MakeImages:
    """Write `count` different PNG images into a folder."""

    def make(folder: Path, count: int) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        generator = np.random.default_rng(count)
        paths = []
        for number in range(count):
            small = generator.integers(0, 256, (6, 8, 3), dtype=np.uint8)
            path = folder / f"image-{number:03d}.png"
            Image.fromarray(small).resize((80, 60)).save(path)
            paths.append(path)
        return paths

    return make


@pytest.fixture
def make_records() -> Callable[[list[Path]], list[ImageRecord]]:
    """Make the records of some files."""

    def make(paths: list[Path]) -> list[ImageRecord]:
        return [ImageRecord(row, path, "query", None) for row, path in enumerate(paths)]

    return make


@pytest.fixture
def unit_embeddings() -> Callable[[int], np.ndarray]:
    """Make random unit rows (n, 16)."""

    def make(count: int) -> np.ndarray:
        rows = np.random.default_rng(count).standard_normal((count, 16)).astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    return make
