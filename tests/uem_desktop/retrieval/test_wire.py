from __future__ import annotations

from pathlib import Path

import numpy as np

from training.data.records import DecodeFailure
from training.progress import Progress
from uem_desktop.retrieval import wire
from uem_desktop.retrieval.domain import EmbeddedChunk
from uem_desktop.retrieval.embedder_protocol import EmbeddedImages, EncoderInfo

FAILURES = (DecodeFailure(Path("a/\udcfc.png"), "the file is empty"),)


def test_requests_come_back(make_records):
    records = make_records([Path("x/a.png"), Path("x/b.png")])
    back = wire.records_of(wire.embed_request(records, Path("x")))
    assert [(record.id, record.path) for record in back] == [
        (0, records[0].path),
        (1, records[1].path),
    ]
    sources = [b"first", Path("x/a.png"), b"", b"second"]
    assert wire.sources_of(wire.images_request(sources)) == sources


def test_replies_come_back(unit_embeddings):
    info = EncoderInfo("Title", "ab", 16, "cpu", "CPU, 2 threads", "float32")
    assert wire.info_of(wire.info_reply(info)) == info
    rows, embeddings = np.array([3, 5]), unit_embeddings(2)
    chunk = wire.chunk_of(
        wire.chunk_reply(EmbeddedChunk(rows, embeddings, FAILURES, Progress(3, 9, 1, 0.5)))
    )
    np.testing.assert_array_equal(chunk.rows, rows)
    np.testing.assert_array_equal(chunk.embeddings, embeddings)
    assert (chunk.failures, chunk.progress) == (FAILURES, Progress(3, 9, 1, 0.5))
    images = wire.images_of(wire.images_reply(EmbeddedImages(embeddings, (0, 2), FAILURES)))
    np.testing.assert_array_equal(images.embeddings, embeddings)
    assert (images.rows, images.failures) == ((0, 2), FAILURES)


def test_nothing_embedded_keeps_the_dimension():
    empty = EmbeddedImages(np.zeros((0, 16), np.float32), (), FAILURES)
    assert wire.images_of(wire.images_reply(empty)).embeddings.shape == (0, 16)
