"""Folders that are embedded with a second checkpoint."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data.scanning import scan_folder
from training.errors import Cancelled, UserError
from uem_desktop.retrieval.embedder import embed_folder
from uem_desktop.retrieval.local_embedder import LocalEmbedder, load_embedder
from uem_desktop.retrieval.second_encoder import embed_with


@pytest.fixture
def folders(tmp_path: Path, make_images) -> tuple[Path, Path]:
    for name, count in (("drawings", 5), ("photos", 7)):
        make_images(tmp_path / name / "chair", count)
    return tmp_path / "drawings", tmp_path / "photos"


class Watched:
    """An embedder that notes what is asked of it."""

    def __init__(self, embedder: LocalEmbedder) -> None:
        self.embedder = embedder
        self.started = self.closed = 0
        self.asked: list[Path] = []
        self.warning = None

    def start(self, should_stop=None):
        self.started += 1
        return self.embedder.start(should_stop)

    def embed_records(self, records, folder, *, on_chunk, should_stop=None):
        self.asked += [record.path for record in records]
        self.embedder.embed_records(records, folder, on_chunk=on_chunk, should_stop=should_stop)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def embedder() -> Watched:
    return Watched(load_embedder("sample", "cpu"))


def test_both_folders_are_as_if_each_were_embedded_alone(folders, embedder) -> None:
    told = []
    scans = [scan_folder(folder, "x") for folder in folders]
    found = embed_with("sample", scans, embedder, on_progress=told.append)
    for folder, scan, domain in zip(folders, scans, found.domains, strict=True):
        alone = embed_folder(folder, "sample", device="cpu", use_store=False)
        assert found.of(scan) is domain
        np.testing.assert_array_equal(domain.embeddings, alone.embeddings)
    assert [p.total for p in told] == [12] * len(told)
    assert [p.done for p in told] == sorted(p.done for p in told)
    assert told[-1].done == 12
    assert "sample" in found.checkpoint.title
    assert embedder.closed == 1


def test_what_the_store_has_needs_no_encoder(folders, embedder) -> None:
    scans = [scan_folder(folder, "x") for folder in folders]
    first = embed_with("sample", scans, embedder)
    again = embed_with("sample", scans, embedder)
    assert embedder.started == 1
    assert embedder.closed == 2
    for a, b in zip(first.domains, again.domains, strict=True):
        np.testing.assert_array_equal(a.embeddings, b.embeddings)


def test_images_known_to_be_unreadable_are_not_tried_again(folders, embedder) -> None:
    bad = folders[0] / "chair" / "broken.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\nno more")
    Image.new("RGB", (8, 8)).save(folders[0] / "chair" / "zebra.png")
    scans = [scan_folder(folder, "x") for folder in folders]
    once = embed_with("sample", scans, embedder)
    known = [failure for domain in once.domains for failure in domain.failures]
    assert [failure.path for failure in known] == [bad]
    embedder.asked.clear()
    again = embed_with("sample", scans, embedder, unreadable=known)
    assert embedder.asked == []
    assert [failure.path for failure in again.domains[0].failures] == [bad]
    assert again.domains[0].ready_count == 6


def test_a_cancel_ends_the_encoder_too(folders, embedder) -> None:
    scans = [scan_folder(folder, "x") for folder in folders]
    with pytest.raises(Cancelled):
        embed_with("sample", scans, embedder, should_stop=lambda: True)
    assert embedder.closed == 1


def test_a_file_that_is_no_checkpoint_is_a_sentence(folders, embedder, tmp_path) -> None:
    scans = [scan_folder(folder, "x") for folder in folders]
    with pytest.raises(UserError, match="missing\\.safetensors"):
        embed_with(str(tmp_path / "missing.safetensors"), scans, embedder)
    assert embedder.closed == 1
