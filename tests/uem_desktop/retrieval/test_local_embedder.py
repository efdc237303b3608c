from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from training.checkpoint_info import inspect_checkpoint
from training.data.decoding import decode_image
from training.data.scanning import scan_folder
from training.data.views import eval_view
from training.errors import Cancelled
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk
from uem_desktop.retrieval.embedder import BYTES_LABEL, LocalEmbedder, load_stored
from uem_desktop.retrieval.local_embedder import load_embedder
from uem_desktop.retrieval.store import EmbeddingStore


class Collector:
    """Keeps what `on_chunk` gets."""

    def __init__(self) -> None:
        self.chunks: list[EmbeddedChunk] = []

    def __call__(self, chunk: EmbeddedChunk) -> None:
        self.chunks.append(chunk)

    @property
    def by_row(self) -> dict[int, np.ndarray]:
        return {
            int(row): embedding
            for chunk in self.chunks
            for row, embedding in zip(chunk.rows, chunk.embeddings, strict=True)
        }


@pytest.fixture
def embed(encoder, tmp_path):
    """Embed records with small batches, say what was encoded."""

    def run(records, folder=tmp_path / "images", **options):
        collector = Collector()
        embedder = LocalEmbedder(encoder, batch_size=4, store_root=tmp_path / "cache")
        embedder.embed_records(records, folder, on_chunk=collector, **options)
        return collector

    return run


@pytest.fixture
def encoded_counts(encoder, monkeypatch):
    """How many views went through the encoder, one number a call."""
    counts: list[int] = []
    real = encoder.encode

    def counting(views):
        counts.append(len(views))
        return real(views)

    monkeypatch.setattr(encoder, "encode", counting)
    return counts


@pytest.fixture
def paths(tmp_path, make_images):
    return make_images(tmp_path / "images", 12)


def test_embeddings_are_those_of_the_encoder(encoder, embed, paths, make_records):
    views = [eval_view(decode_image(path), encoder.preprocessing) for path in paths]
    expected = encoder.encode(np.stack(views))
    collector = embed(make_records(paths))
    got = np.stack([collector.by_row[row] for row in range(12)])
    np.testing.assert_array_equal(got, expected)
    np.testing.assert_allclose(np.linalg.norm(got, axis=1), 1, atol=1e-5)


def test_chunks_come_in_record_order_with_their_progress(embed, paths, make_records):
    collector = embed(make_records(paths))
    assert [chunk.rows.tolist() for chunk in collector.chunks] == [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9, 10, 11],
    ]
    assert [chunk.progress.done for chunk in collector.chunks] == [4, 8, 12]
    assert all(chunk.progress.total == 12 for chunk in collector.chunks)
    assert collector.chunks[-1].progress.items_per_second > 0


def test_the_second_run_embeds_nothing_and_says_the_same(
    embed, paths, make_records, encoded_counts
):
    first = embed(make_records(paths)).by_row
    assert encoded_counts == [4, 4, 4]
    second = embed(make_records(paths))
    assert encoded_counts == [4, 4, 4]
    assert len(second.chunks) == 1
    assert second.chunks[0].progress.stored == 12
    for row, embedding in second.by_row.items():
        np.testing.assert_array_equal(embedding, first[row])


def test_only_what_is_new_or_changed_is_embedded(
    embed, paths, make_records, make_images, encoded_counts
):
    first = embed(make_records(paths)).by_row
    paths[3].write_bytes(paths[4].read_bytes() + b" ")
    paths[5].unlink()
    extra = make_images(paths[0].parent / "more", 2)
    now = [*paths[:5], *paths[6:], *extra]
    encoded_counts.clear()
    collector = embed(make_records(now))
    assert encoded_counts == [3]
    assert sorted(collector.by_row) == list(range(13))
    np.testing.assert_array_equal(collector.by_row[3], first[4])
    np.testing.assert_array_equal(collector.by_row[5], first[6])
    assert collector.chunks[-1].progress.stored == 10


def test_broken_files_never_lose_their_batch(embed, paths, make_records):
    for place, content in ((0, b""), (5, b"text"), (6, paths[6].read_bytes()[:60])):
        paths[place].write_bytes(content)
    for place in (8, 9, 10, 11):
        paths[place].unlink()
    collector = embed(make_records(paths))
    assert sorted(collector.by_row) == [1, 2, 3, 4, 7]
    failures = [failure for chunk in collector.chunks for failure in chunk.failures]
    assert [failure.path for failure in failures] == [
        paths[place] for place in (0, 5, 6, 8, 9, 10, 11)
    ]
    assert all(failure.reason for failure in failures)
    assert collector.chunks[-1].rows.shape == (0,)
    assert collector.chunks[-1].progress.failed == 7
    assert collector.chunks[-1].progress.done == 12


def test_cancel_stops_within_a_batch_and_keeps_what_is_done(
    embed, paths, make_records, encoded_counts
):
    records = make_records(paths)
    with pytest.raises(Cancelled):
        embed(records, should_stop=lambda: len(encoded_counts) >= 2)
    assert encoded_counts == [4, 4]
    assert not [t for t in threading.enumerate() if t.name.startswith("decode")]
    embed(records)
    assert encoded_counts == [4, 4, 4]


def test_an_error_of_the_caller_keeps_what_is_done(encoder, embed, paths, make_records, tmp_path):
    def fail(chunk):
        raise ZeroDivisionError

    embedder = LocalEmbedder(encoder, batch_size=4, store_root=tmp_path / "cache")
    with pytest.raises(ZeroDivisionError):
        embedder.embed_records(make_records(paths), tmp_path / "images", on_chunk=fail)
    assert embed(make_records(paths)).chunks[0].progress.stored == 4


def test_an_embedding_that_is_none_is_a_failure(embed, paths, make_records, encoder, monkeypatch):
    real = encoder.encode

    def broken(views):
        embeddings = real(views)
        embeddings[1] = np.nan
        return embeddings

    monkeypatch.setattr(encoder, "encode", broken)
    collector = embed(make_records(paths[:4]))
    assert sorted(collector.by_row) == [0, 2, 3]
    assert collector.chunks[0].failures[0].path == paths[1]


def test_an_unwritable_cache_costs_only_a_warning(encoder, paths, make_records, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    embedder = LocalEmbedder(encoder, store_root=tmp_path / "cache")
    collector = Collector()
    embedder.embed_records(make_records(paths), tmp_path / "images", on_chunk=collector)
    assert len(collector.by_row) == 12
    assert "cannot be stored" in (embedder.warning or "")


def test_images_from_anywhere(encoder, embed, paths, make_records):
    embedder = LocalEmbedder(encoder, batch_size=2, use_store=False)
    images = embedder.embed_images([paths[2], b"text", Path("gone.png"), paths[0].read_bytes()])
    by_row = embed(make_records(paths)).by_row
    assert images.rows == (0, 3)
    np.testing.assert_array_equal(images.embeddings, np.stack([by_row[2], by_row[0]]))
    assert [failure.path for failure in images.failures] == [BYTES_LABEL, Path("gone.png")]
    assert embedder.embed_images([]).embeddings.shape == (0, encoder.dimension)


def test_the_info_says_what_computes(encoder, tmp_path):
    info = LocalEmbedder(encoder, store_root=tmp_path).info
    assert info.device_name == "cpu"
    assert info.device_text.startswith("CPU")
    assert info.precision == "float32"
    assert info.dimension == encoder.dimension == 1280
    assert info.title
    int(info.fingerprint, 16)


def test_the_store_is_that_of_the_fingerprint(encoder, embed, paths, make_records, tmp_path):
    records = make_records(paths)
    embed(records)
    info = LocalEmbedder(encoder, store_root=tmp_path).info
    store = EmbeddingStore(
        tmp_path / "cache", info.fingerprint, info.precision, tmp_path / "images"
    )
    assert len(store.load(records).rows) == 12


def test_the_window_finds_what_a_loaded_checkpoint_embedded(paths, make_records, tmp_path):
    records = make_records(paths)
    embedder = load_embedder("sample", "cpu", store_root=tmp_path / "cache")
    checkpoint = inspect_checkpoint("sample")
    assert embedder.info.fingerprint == checkpoint.fingerprint
    domain = DomainEmbeddings(scan_folder(tmp_path / "images", "query"))
    embedder.embed_records(domain.records, tmp_path / "images", on_chunk=lambda chunk: None)
    found = load_stored(domain, checkpoint, store_root=tmp_path / "cache")
    assert len(found.rows) == len(records) == len(domain.records)
