"""Folders with small real images."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data.image_table import ImageTable
from training.data.records import ImageRecord
from training.data.scanning import FolderScan
from training.encoders.encoder import Encoder
from training.progress import Progress
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk

MakeDomain = Callable[..., DomainEmbeddings]
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


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The embedded default on the CPU."""
    from training.checkpoint import load_encoder

    return load_encoder("pretrained", "cpu")


@pytest.fixture
def make_domain() -> MakeDomain:
    """Make a domain with these categories and embeddings; rows not named ready stay pending."""

    def make(
        categories: list[str | None],
        embeddings: np.ndarray | None = None,
        ready: list[int] | None = None,
        domain: str = "gallery",
    ) -> DomainEmbeddings:
        records = tuple(
            ImageRecord(row, Path(domain, category or "", f"{row}.png"), domain, category)
            for row, category in enumerate(categories)
        )
        filled = DomainEmbeddings(FolderScan(Path(domain), ImageTable.of(records), (), 0))
        rows = np.arange(len(records)) if ready is None else np.array(ready, np.int64)
        if embeddings is not None:
            progress = Progress(len(rows), len(records))
            filled.apply(EmbeddedChunk(rows, embeddings[rows], (), progress))
        return filled

    return make
