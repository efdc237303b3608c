"""The sample collection keeps what its README promises."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from PIL import Image

from training.data.scanning import scan_folder

SHARED = {"bird", "building", "fruit", "mammal", "sky", "sport", "tool", "vehicle"}
MOST_BYTES = 6_000_000


def test_two_domains_share_eight_categories_and_each_has_one_of_its_own(sample_root: Path) -> None:
    clipart = scan_folder(sample_root / "clipart", "query")
    render = scan_folder(sample_root / "render", "gallery")
    assert set(clipart.categories) == SHARED | {"instrument"}
    assert set(render.categories) == SHARED | {"marine"}
    for scan in (clipart, render):
        assert not scan.failures
        assert scan.other_file_count == 0
        for category in scan.categories:
            count = sum(record.category == category for record in scan.records)
            assert 17 <= count <= 20


def test_every_image_decodes_and_the_whole_is_small(sample_root: Path) -> None:
    files = sorted(sample_root.rglob("*.png"))
    assert len(files) == 355
    assert sum(file.stat().st_size for file in files) < MOST_BYTES
    for file in files:
        with Image.open(file) as image:
            image.load()
            assert image.size == (160, 160)
            assert image.convert("L").getextrema()[0] < 200, f"{file} is blank"


def test_no_image_is_there_twice(sample_root: Path) -> None:
    pixels = {Image.open(file).convert("RGB").tobytes() for file in sample_root.rglob("*.png")}
    assert len(pixels) == 355


def test_every_image_has_its_origin_and_the_readme_counts_right(sample_root: Path) -> None:
    with (sample_root / "origins.csv").open(encoding="utf-8", newline="") as file:
        origins = {row["image"] for row in csv.DictReader(file)}
    files = [file.relative_to(sample_root).as_posix() for file in sample_root.rglob("*.png")]
    assert origins == set(files)
    readme = (sample_root / "README.md").read_text(encoding="utf-8")
    for category in SHARED:
        counts = [
            sum(f.startswith(f"{d}/{category}/") for f in files) for d in ("clipart", "render")
        ]
        assert re.search(rf"\| {category} \| {counts[0]} \| {counts[1]} \|", readme)
    assert f"| total | {sum(f.startswith('clipart') for f in files)} | " in readme


def test_licences_lie_beside_what_is_bundled(sample_root: Path) -> None:
    resources = sample_root.parent
    for file in (
        "README.md",
        "sample/LICENSE-openclipart.txt",
        "sample/LICENSE-fluent-emoji.txt",
        "weights/LICENSE-efficientnet-lite0.txt",
    ):
        assert (resources / file).stat().st_size > 500
