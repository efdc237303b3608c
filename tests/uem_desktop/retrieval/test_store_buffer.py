from __future__ import annotations

from uem_desktop.retrieval import store_buffer
from uem_desktop.retrieval.file_stamps import stamp_of
from uem_desktop.retrieval.store import EmbeddingStore
from uem_desktop.retrieval.store_buffer import StoreBuffer


def test_small_batches_become_few_files(tmp_path, make_images, make_records, unit_embeddings):
    records = make_records(make_images(tmp_path / "images", 20))
    embeddings = unit_embeddings(20)
    store = EmbeddingStore(tmp_path / "cache", "ab" * 32, "float32", tmp_path / "images")
    buffer = StoreBuffer(store)
    for row in range(20):
        buffer.add(records[row : row + 1], embeddings[row : row + 1], [None])
    assert not store.location.exists()
    buffer.flush()
    assert not store.location.exists(), "nothing is stored of files without size and time"


def test_it_writes_when_enough_has_come_or_time_has_passed(
    tmp_path, make_images, make_records, unit_embeddings, monkeypatch
):
    records = make_records(make_images(tmp_path / "images", 20))
    embeddings = unit_embeddings(20)
    store = EmbeddingStore(tmp_path / "cache", "ab" * 32, "float32", tmp_path / "images")
    stamps = [stamp_of(record.path) for record in records]

    def stored() -> int:
        return len(store.load(records).rows)

    monkeypatch.setattr(store_buffer, "MAX_IMAGES", 6)
    buffer = StoreBuffer(store)
    buffer.add(records[:5], embeddings[:5], stamps[:5])
    assert stored() == 0
    buffer.add(records[5:10], embeddings[5:10], stamps[5:10])
    assert stored() == 10
    monkeypatch.setattr(store_buffer, "MAX_SECONDS", 0.0)
    buffer.add(records[10:11], embeddings[10:11], stamps[10:11])
    assert stored() == 11
    monkeypatch.undo()
    buffer.add(records[11:], embeddings[11:], stamps[11:])
    assert stored() == 11
    buffer.flush()
    buffer.flush()
    assert stored() == 20
    assert len(list((store.location / "chunks").iterdir())) == 3


def test_without_a_store_nothing_happens(make_records, unit_embeddings, tmp_path):
    buffer = StoreBuffer(None)
    buffer.add(make_records([tmp_path / "a.png"]), unit_embeddings(1), [None])
    buffer.flush()
