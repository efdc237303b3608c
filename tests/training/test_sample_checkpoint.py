from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from training.checkpoint import load_encoder, save_encoder
from training.data.decoding import decode_image
from training.data.scanning import scan_folder
from training.data.views import eval_view
from training.encoders.encoder import Encoder
from training.encoders.pca import pca_projector
from training.evaluation.query_results import query_results
from training.resources import resource_path
from training.sample_checkpoint import train_sample_encoder

FEW = ("idse_epochs=1", "cdsm_epochs=0", "views=2", "batch_size=8")


@pytest.fixture(scope="module")
def collection() -> list[tuple[np.ndarray, list[str | None]]]:
    """Pooled features (N, F) and categories of both domains of the sample collection."""
    bundled = load_encoder("pretrained")
    found = []
    for domain in ("clipart", "render"):
        records = scan_folder(resource_path("sample", domain), domain).records
        views = [eval_view(decode_image(record.path), bundled.preprocessing) for record in records]
        features = bundled.encode_features(np.stack(views))
        found.append((features.astype(np.float32), [record.category for record in records]))
    return found


def mean_ap(encoder: Encoder, collection: Sequence[tuple[np.ndarray, list[str | None]]]) -> float:
    embedded = []
    for rows, categories in collection:
        with torch.no_grad():
            outputs = encoder.projector(torch.from_numpy(rows))
        embedded.append((torch.nn.functional.normalize(outputs, dim=1).numpy(), categories))
    (a, of_a), (b, of_b) = embedded
    return float(np.nanmean(query_results(a, of_a, b, of_b).plain_ap))


def test_the_sample_checkpoint_is_better_than_where_training_starts(
    collection: list[tuple[np.ndarray, list[str | None]]],
) -> None:
    sample = load_encoder("sample")
    start = load_encoder("pretrained")
    start.projector = pca_projector([rows for rows, _ in collection], sample.dimension)
    assert sample.name == "sample checkpoint (UEM+, quick)"
    assert mean_ap(sample, collection) > mean_ap(start, collection) + 0.05


def test_the_script_trains_what_has_the_same_form(tmp_path: Path, sample_root: Path) -> None:
    built = train_sample_encoder(
        (sample_root / "clipart", sample_root / "render"), words=FEW, cache_root=tmp_path
    )
    bundled = load_encoder("sample")
    assert built.name == bundled.name
    assert built.projector.kind == bundled.projector.kind
    assert built.dimension == bundled.dimension
    save_encoder(built, tmp_path / "sample.safetensors")
    size = resource_path("checkpoints", "sample.safetensors").stat().st_size
    assert (tmp_path / "sample.safetensors").stat().st_size == size < 1_000_000
