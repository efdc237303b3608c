from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from uem_desktop import __version__

FILES = {"embeddings.npy", "images.csv", "skipped.csv", "manifest.json"}


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file))


def test_files_say_what_was_embedded(uem: Any, folders: tuple[Path, Path], tmp_path: Path) -> None:
    query = folders[0]
    outcome = uem("embed", query, "--checkpoint", "pretrained", "--out", tmp_path / "out", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    manifest = outcome.json
    assert manifest == json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES

    embeddings = np.load(tmp_path / "out" / "embeddings.npy")
    assert embeddings.dtype == np.float32
    assert embeddings.shape == (16, manifest["dimension"])
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1.0, atol=1e-5)

    images = read_csv(tmp_path / "out" / "images.csv")
    assert list(images[0]) == ["row", "path", "category"]
    assert [image["row"] for image in images] == [str(row) for row in range(16)]
    good = sorted(path for path in query.rglob("*.png") if path.name != "empty.png")
    assert [image["path"] for image in images] == [str(path) for path in good]
    assert [image["category"] for image in images] == [path.parent.name for path in good]

    skipped = [{"path": str(query / "bird" / "empty.png"), "reason": "the file is empty"}]
    assert manifest["skipped"] == read_csv(tmp_path / "out" / "skipped.csv") == skipped
    assert manifest["checkpoint"]["spec"] == "pretrained"
    assert len(manifest["checkpoint"]["fingerprint"]) == 64
    assert manifest["precision"] == "float32"
    assert manifest["preprocessing"]["image_size"] > 0
    assert (manifest["num_images"], manifest["num_skipped"]) == (16, 1)
    assert manifest["folder"] == str(query)
    assert manifest["version"] == __version__


def test_the_table_says_it_in_words(uem: Any, folders: tuple[Path, Path], tmp_path: Path) -> None:
    outcome = uem("embed", folders[1], "--out", tmp_path / "new" / "out")
    assert outcome.code == 0
    assert outcome.out.startswith("Embedded 12 of 14 images of ")
    assert "embeddings.npy (12 × 1280)" in outcome.out
    assert outcome.err.startswith("2 files were skipped: half.png: ")
    assert outcome.err.count("\n") == 1


def test_files_are_replaced_and_others_left(
    uem: Any, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "embeddings.npy").write_bytes(b"old")
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert uem("embed", folders[1], "--out", tmp_path).code == 0
    assert len(np.load(tmp_path / "embeddings.npy")) == 12
    assert {path.name for path in tmp_path.iterdir()} == {*FILES, "mine.txt"}


def test_without_the_store_the_numbers_are_the_same(
    uem: Any, folders: tuple[Path, Path], shared_store: Path, tmp_path: Path
) -> None:
    assert uem("embed", folders[1], "--out", tmp_path / "stored").code == 0
    before = sorted(shared_store.rglob("*.npy"))
    assert uem("embed", folders[1], "--out", tmp_path / "fresh", "--no-store").code == 0
    assert sorted(shared_store.rglob("*.npy")) == before
    stored, fresh = (np.load(tmp_path / name / "embeddings.npy") for name in ("stored", "fresh"))
    np.testing.assert_array_equal(stored, fresh)


def test_any_file_name_comes_through(uem: Any, folders: tuple[Path, Path], tmp_path: Path) -> None:
    image = sorted((folders[1] / "bird").glob("*.png"))[0]
    names = [
        "plain.png",
        'quote" and, comma.png',
        "line\nbreak.png",
        "<b>&amp;.png",
        "🐦‍⬛.png",
        os.fsdecode(b"caf\xe9.png"),
    ]
    category = tmp_path / "images" / "größe, \u202e"
    try:
        category.mkdir(parents=True)
        for name in names:
            shutil.copy(image, category / name)
    except (OSError, UnicodeError):
        pytest.skip("this file system refuses such names")
    paths = sorted(map(str, category.iterdir()), key=os.fsencode)

    outcome = uem("embed", tmp_path / "images", "--out", tmp_path / "out", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    rows = read_csv(tmp_path / "out" / "images.csv")
    assert [row["path"] for row in rows] == paths
    assert {row["category"] for row in rows} == {category.name}

    outcome = uem("search", "--query", image, "--gallery", tmp_path / "images", "--json")
    found = [match["path"] for match in outcome.json["queries"][0]["matches"]]
    assert sorted(found, key=os.fsencode) == paths
    assert outcome.out.isascii()

    outcome = uem("search", "--query", image, "--gallery", tmp_path / "images")
    assert outcome.code == 0
    assert "line\\nbreak.png" in outcome.out
    assert "caf\N{REPLACEMENT CHARACTER}.png" in outcome.out
    assert "\u202e" not in outcome.out
    assert len(outcome.out.splitlines()) == 3 + len(names)


def test_a_folder_that_takes_no_file_is_said_before_the_work(
    uem: Any, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    if os.access(locked, os.W_OK):
        pytest.skip("root may write everywhere")
    outcome = uem("embed", folders[1], "--out", locked)
    assert outcome.code == 2
    assert outcome.err == f"{locked} cannot be written: permission denied.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_is_said_in_plain_words(
    uem: Any, folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_open = Path.open

    def full(path: Path, mode: str = "r", **options: Any) -> Any:
        is_result = path.parent == tmp_path / "out" and mode == "wb"
        return real_open(Path("/dev/full") if is_result else path, mode, **options)

    monkeypatch.setattr(Path, "open", full)
    outcome = uem("embed", folders[0], "--out", tmp_path / "out")
    assert outcome.code == 2
    assert outcome.err.endswith("out cannot be written: the disk is full.\n")
