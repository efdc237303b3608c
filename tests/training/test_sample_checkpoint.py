from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from training.checkpoint import load_encoder, save_encoder
from training.resources import resource_path
from training.sample_checkpoint import build_sample_encoder


def test_the_bundled_checkpoint_is_what_the_script_builds(
    tmp_path: Path, sample_root: Path
) -> None:
    bundled = load_encoder("sample")
    built = build_sample_encoder([sample_root / "clipart", sample_root / "render"])
    for name, value in built.projector.state_dict().items():
        stored = bundled.projector.state_dict()[name]
        # Later directions lie so close together that rounding turns them: compare what matters.
        if name == "0.weight":
            assert torch.allclose(value[:20].abs(), stored[:20].abs(), atol=1e-3)
    views = np.random.default_rng(0).integers(0, 256, (4, 128, 128, 3), dtype=np.uint8)
    similarities = [embeddings @ embeddings.T for embeddings in map_encode(built, bundled, views)]
    assert np.abs(similarities[0] - similarities[1]).max() < 1e-3
    save_encoder(built, tmp_path / "sample.safetensors")
    assert built.name == bundled.name
    size = resource_path("checkpoints", "sample.safetensors").stat().st_size
    assert (tmp_path / "sample.safetensors").stat().st_size == size < 1_000_000


def map_encode(first: object, second: object, views: np.ndarray) -> list[np.ndarray]:
    return [encoder.encode(views) for encoder in (first, second)]
