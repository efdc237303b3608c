"""What goes through the pipe between the window and its encoder process, as messages and back.

Requests have `request` and `id`: `load` (checkpoint, device), `embed` (folder, records), `images`
(sources), `positions` (path), `cancel` (of), `quit`. Replies have `reply` and the `id` of their
request: `info`, `chunk`, `images`, `positions`, `done`, `cancelled`, `error` (message, kind).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from training.data.records import DecodeFailure, ImageRecord
from training.progress import Progress
from uem_desktop.retrieval.domain import EmbeddedChunk
from uem_desktop.retrieval.embedder_protocol import (
    EmbeddedImages,
    EncoderInfo,
    PositionEmbeddings,
)
from uem_desktop.retrieval.framing import Message


def load_request(checkpoint: str, device: str) -> Message:
    """Ask for an encoder."""
    return Message({"request": "load", "checkpoint": checkpoint, "device": device}, b"")


def embed_request(records: Sequence[ImageRecord], folder: Path) -> Message:
    """Ask for the embeddings of images of a folder."""
    named = [(record.id, str(record.path)) for record in records]
    return Message({"request": "embed", "folder": str(folder), "records": named}, b"")


def records_of(message: Message) -> list[ImageRecord]:
    """Return the records of an embed request; domain and category stay with the asker."""
    return [ImageRecord(row, Path(path), "", None) for row, path in message.header["records"]]


def images_request(sources: Sequence[Path | bytes]) -> Message:
    """Ask for the embeddings of images from anywhere."""
    described = [
        {"size": len(source)} if isinstance(source, bytes) else {"path": str(source)}
        for source in sources
    ]
    payload = b"".join(source for source in sources if isinstance(source, bytes))
    return Message({"request": "images", "sources": described}, payload)


def sources_of(message: Message) -> list[Path | bytes]:
    """Return the sources of an images request."""
    sources: list[Path | bytes] = []
    start = 0
    for source in message.header["sources"]:
        if "path" in source:
            sources.append(Path(source["path"]))
        else:
            sources.append(message.payload[start : start + source["size"]])
            start += source["size"]
    return sources


def info_reply(info: EncoderInfo) -> Message:
    """Answer a load request."""
    return Message({"reply": "info", "info": asdict(info)}, b"")


def info_of(message: Message) -> EncoderInfo:
    """Return the encoder of an info reply."""
    fields = dict(message.header["info"])
    devices = tuple((name, text) for name, text in fields.pop("devices", ()))
    return EncoderInfo(**fields, devices=devices)


def chunk_reply(chunk: EmbeddedChunk) -> Message:
    """Hand over what has been embedded of a folder."""
    header = {
        "reply": "chunk",
        "rows": chunk.rows.tolist(),
        "failures": _named(chunk.failures),
        "progress": asdict(chunk.progress),
    }
    return _with_embeddings(header, chunk.embeddings)


def chunk_of(message: Message) -> EmbeddedChunk:
    """Return the chunk of a chunk reply."""
    return EmbeddedChunk(
        np.array(message.header["rows"], np.int64),
        _embeddings_of(message),
        _failures_of(message),
        Progress(**message.header["progress"]),
    )


def images_reply(images: EmbeddedImages) -> Message:
    """Answer an images request."""
    header = {"reply": "images", "rows": images.rows, "failures": _named(images.failures)}
    return _with_embeddings(header, images.embeddings)


def images_of(message: Message) -> EmbeddedImages:
    """Return the images of an images reply."""
    rows = tuple(message.header["rows"])
    return EmbeddedImages(_embeddings_of(message), rows, _failures_of(message))


def positions_request(path: Path) -> Message:
    """Ask what each position of an image brings to its embedding."""
    return Message({"request": "positions", "path": str(path)}, b"")


def path_of(message: Message) -> Path:
    """Return the image of a positions request."""
    return Path(message.header["path"])


def positions_reply(positions: PositionEmbeddings) -> Message:
    """Answer a positions request."""
    header = {"reply": "positions", "shape": positions.rows.shape, "area": positions.area}
    return Message(header, np.ascontiguousarray(positions.rows, np.float32).tobytes())


def positions_of(message: Message) -> PositionEmbeddings:
    """Return the positions of a positions reply."""
    rows = np.frombuffer(message.payload, np.float32).reshape(message.header["shape"]).copy()
    left, top, right, bottom = message.header["area"]
    return PositionEmbeddings(rows, (left, top, right, bottom))


def _with_embeddings(header: dict[str, Any], embeddings: np.ndarray) -> Message:
    payload = np.ascontiguousarray(embeddings, dtype=np.float32).tobytes()
    return Message({**header, "dimension": embeddings.shape[1]}, payload)


def _embeddings_of(message: Message) -> np.ndarray:
    shape = (len(message.header["rows"]), message.header["dimension"])
    return np.frombuffer(message.payload, np.float32).reshape(shape).copy()


def _named(failures: Sequence[DecodeFailure]) -> list[tuple[str, str]]:
    return [(str(failure.path), failure.reason) for failure in failures]


def _failures_of(message: Message) -> tuple[DecodeFailure, ...]:
    return tuple(DecodeFailure(Path(path), reason) for path, reason in message.header["failures"])
