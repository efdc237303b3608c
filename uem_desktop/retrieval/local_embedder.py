"""Embed images in this process: threads decode ahead while the device computes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.data.decoding import DecodeError, decode_image
from training.data.records import DecodeFailure, ImageRecord
from training.data.views import eval_view, seen_area
from training.errors import Cancelled, UserError
from training.progress import Progress
from uem_desktop.retrieval.chunk_files import unit_rows
from uem_desktop.retrieval.decode_ahead import DecodedImage, decode_ahead
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.domain import EmbeddedChunk
from uem_desktop.retrieval.embedder_protocol import (
    BYTES_LABEL,
    EmbeddedImages,
    EncoderInfo,
    PositionEmbeddings,
)
from uem_desktop.retrieval.file_stamps import stamp_of
from uem_desktop.retrieval.store import EmbeddingStore, default_store_root
from uem_desktop.retrieval.store_buffer import StoreBuffer

if TYPE_CHECKING:
    from training.data.views import Preprocessing
    from training.encoders.encoder import Encoder

_BATCHES_AHEAD = 3
_NO_EMBEDDING = "the encoder gave no usable embedding"


class LocalEmbedder:
    """Embeds with an encoder that is loaded in this process.

    The same files give the same embeddings whatever the threads do: batches are made in the order
    of the records.

    Attributes:
        info: The encoder; its fingerprint is that of the checkpoint where one is given, else of
            the weights as they are.
        warning: Why embeddings could not be stored or found, in one sentence; None while all is
            well.
    """

    def __init__(
        self,
        encoder: Encoder,
        *,
        use_store: bool = True,
        store_root: Path | None = None,
        batch_size: int | None = None,
        fingerprint: str = "",
    ) -> None:
        self._encoder = encoder
        self.info = info_of(encoder, fingerprint)
        self.warning: str | None = None
        self._store_root = (store_root or default_store_root()) if use_store else None
        self._batch_size = batch_size or encoder.batch_size

    @property
    def preprocessing(self) -> Preprocessing:
        """How images become the encoder's input."""
        return self._encoder.preprocessing

    def start(self, should_stop: Callable[[], bool] | None = None) -> EncoderInfo:
        """Return `info`: the encoder is loaded already."""
        return self.info

    def embed_records(
        self,
        records: Sequence[ImageRecord],
        folder: Path,
        *,
        on_chunk: Callable[[EmbeddedChunk], None],
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        """Embed images of one folder; see `Embedder.embed_records`."""
        store = self._open_store(folder)
        rest, stored = list(records), 0
        if store is not None:
            rest, stored = send_stored(store, records, on_chunk, should_stop)
        self._embed_fresh(rest, stored, StoreBuffer(store), on_chunk, should_stop)

    def embed_images(self, sources: Sequence[Path | bytes]) -> EmbeddedImages:
        """Embed files or encoded images; see `Embedder.embed_images`."""
        rows: list[int] = []
        failures: list[DecodeFailure] = []
        parts = [np.zeros((0, self.info.dimension), np.float32)]
        with self._decoded(sources) as decoded:
            for start in range(0, len(sources), self._batch_size):
                batch = list(islice(decoded, self._batch_size))
                good, embeddings, reasons = self._encode(batch)
                rows.extend(start + place for place in good)
                parts.append(embeddings)
                for place, reason in reasons:
                    source = sources[start + place]
                    path = BYTES_LABEL if isinstance(source, bytes) else source
                    failures.append(DecodeFailure(path, reason))
        return EmbeddedImages(np.concatenate(parts), tuple(rows), tuple(failures))

    def embed_positions(
        self, path: Path, should_stop: Callable[[], bool] | None = None
    ) -> PositionEmbeddings:
        """Return what each position of an image brings; see `Embedder.embed_positions`."""
        _stop_if_asked(should_stop)
        wanted = self._encoder.preprocessing
        try:
            rgb = decode_image(path, min_side=wanted.resize_size)
        except DecodeError as error:
            name = display_text(path.name)
            raise UserError(f"The image {name} cannot be read: {error.reason}.") from error
        area = seen_area(rgb.shape[1], rgb.shape[0], wanted)
        return PositionEmbeddings(self._encoder.encode_positions(eval_view(rgb, wanted)), area)

    def close(self) -> None:
        """Nothing to give back: no thread outlives a call."""

    def _open_store(self, folder: Path) -> EmbeddingStore | None:
        if self._store_root is None:
            return None
        return EmbeddingStore(
            self._store_root,
            self.info.fingerprint,
            self.info.precision,
            folder,
            encoder_title=self.info.title,
            on_warning=self._remember_warning,
        )

    def _remember_warning(self, sentence: str) -> None:
        self.warning = sentence

    def _embed_fresh(
        self,
        records: list[ImageRecord],
        stored: int,
        buffer: StoreBuffer,
        on_chunk: Callable[[EmbeddedChunk], None],
        should_stop: Callable[[], bool] | None,
    ) -> None:
        started = time.monotonic()
        total, done, failed = stored + len(records), stored, 0
        with self._decoded([record.path for record in records]) as decoded:
            try:
                for start in range(0, len(records), self._batch_size):
                    batch = _take(decoded, self._batch_size, should_stop)
                    good, embeddings, reasons = self._encode(batch)
                    named = [records[start + place] for place in good]
                    buffer.add(named, embeddings, [batch[place].stamp for place in good])
                    done += len(batch)
                    failed += len(reasons)
                    seconds = time.monotonic() - started
                    on_chunk(
                        EmbeddedChunk(
                            np.array([record.id for record in named], np.int64),
                            embeddings,
                            tuple(
                                DecodeFailure(records[start + place].path, reason)
                                for place, reason in reasons
                            ),
                            Progress(done, total, failed, seconds, stored),
                        )
                    )
            finally:
                buffer.flush()

    def _decoded(
        self, sources: Sequence[Path | bytes]
    ) -> AbstractContextManager[Iterator[DecodedImage]]:
        ahead = self._batch_size * _BATCHES_AHEAD
        return decode_ahead(sources, self._encoder.preprocessing, ahead)

    def _encode(
        self, batch: list[DecodedImage]
    ) -> tuple[list[int], np.ndarray, list[tuple[int, str]]]:
        """Return places that worked, their embeddings (n, D), and (place, reason) of the rest."""
        reasons = [(place, image.reason) for place, image in enumerate(batch) if image.view is None]
        good = [place for place, image in enumerate(batch) if image.view is not None]
        views = [image.view for image in batch if image.view is not None]
        if not views:
            return [], np.zeros((0, self.info.dimension), np.float32), reasons
        embeddings = self._encoder.encode(np.stack(views))
        is_unit = unit_rows(embeddings)
        if not is_unit.all():
            reasons += [(good[row], _NO_EMBEDDING) for row in np.flatnonzero(~is_unit)]
            good = [good[row] for row in np.flatnonzero(is_unit)]
            embeddings = embeddings[is_unit]
        return good, embeddings, sorted(reasons)


def load_embedder(
    checkpoint: str | Path,
    device: str = "auto",
    *,
    use_store: bool = True,
    store_root: Path | None = None,
) -> LocalEmbedder:
    """Load a checkpoint; what it embeds is stored under the fingerprint of the file.

    So the window finds it without loading anything.

    Raises:
        UserError: The checkpoint or the device cannot be used.
    """
    from training.checkpoint import inspect_checkpoint, load_encoder
    from training.encoders.weight_sources import find_weights

    path = find_weights(checkpoint).path
    stamp = stamp_of(path)
    fingerprint = inspect_checkpoint(checkpoint).fingerprint
    encoder = load_encoder(checkpoint, device)
    is_same_file = stamp is not None and stamp == stamp_of(path)
    return LocalEmbedder(
        encoder,
        use_store=use_store,
        store_root=store_root,
        fingerprint=fingerprint if is_same_file else "",
    )


def info_of(encoder: Encoder, fingerprint: str = "") -> EncoderInfo:
    """Describe a loaded encoder; without a fingerprint its weights are asked for one."""
    from training.device import available_devices, describe_device

    device = next(encoder.parameters()).device
    return EncoderInfo(
        title=encoder.name,
        fingerprint=fingerprint or _fingerprint_of(encoder),
        dimension=encoder.dimension,
        device_name=device.type,
        device_text=describe_device(device),
        precision=encoder.precision,
        devices=available_devices(),
    )


def _fingerprint_of(encoder: Encoder) -> str:
    digest = hashlib.sha256(encoder.preprocessing.to_json().encode())
    for name, tensor in encoder.state_dict().items():
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(tensor.detach().cpu().numpy()).tobytes())
    return digest.hexdigest()


def send_stored(
    store: EmbeddingStore,
    records: Sequence[ImageRecord],
    on_chunk: Callable[[EmbeddedChunk], None],
    should_stop: Callable[[], bool] | None = None,
) -> tuple[list[ImageRecord], int]:
    """Hand out what the store has.

    Returns:
        The records that it does not have, and how many it has.

    Raises:
        Cancelled: `should_stop` said so.
    """
    found: set[int] = set()
    for block in store.load_blocks(records):
        _stop_if_asked(should_stop)
        found.update(block.rows.tolist())
        progress = Progress(len(found), len(records), stored=len(found))
        on_chunk(EmbeddedChunk(block.rows, block.embeddings, (), progress))
    return [record for record in records if record.id not in found], len(found)


def _take(
    decoded: Iterator[DecodedImage], count: int, should_stop: Callable[[], bool] | None
) -> list[DecodedImage]:
    batch = []
    for image in islice(decoded, count):
        _stop_if_asked(should_stop)
        batch.append(image)
    return batch


def _stop_if_asked(should_stop: Callable[[], bool] | None) -> None:
    if should_stop is not None and should_stop():
        raise Cancelled
