from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from broken_images import picture

from training.data.records import ImageRecord
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader


@pytest.fixture
def loader(qapp: object) -> Iterator[ThumbnailLoader]:
    loader = ThumbnailLoader()
    yield loader
    loader.close()


@pytest.fixture
def image_files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"image-{number:02d}.png" for number in range(12)]
    for number, path in enumerate(paths):
        picture(64, 48, seed=number).save(path)
    return paths


@pytest.fixture
def many_records() -> tuple[ImageRecord, ...]:
    path = Path("/nowhere/image.png")
    return tuple(ImageRecord(row, path, "query", None) for row in range(1_000_000))
