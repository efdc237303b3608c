from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from training.checkpoint import inspect_checkpoint, load_encoder, save_encoder
from training.errors import UserError

HAS_TIMM = importlib.util.find_spec("timm") is not None
NAME = "resnet10t.c3_in1k"


@pytest.mark.skipif(HAS_TIMM, reason="timm is installed")
@pytest.mark.parametrize("spec", [f"pretrained:timm/{NAME}", f"timm:{NAME}", "pretrained:vit_tiny"])
def test_without_timm_the_command_that_brings_it_is_said(spec: str) -> None:
    with pytest.raises(UserError, match=r"pip install 'uem-desktop\[timm\]'"):
        load_encoder(spec)


@pytest.mark.skipif(not HAS_TIMM, reason="the extra timm is not installed")
def test_a_backbone_of_timm_comes_from_the_own_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import timm
    from safetensors.torch import save_file

    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(UserError, match=f"models--timm--{NAME}"):
        load_encoder(f"pretrained:timm/{NAME}")
    folder = tmp_path / f"models--timm--{NAME}" / "snapshots" / "1"
    folder.mkdir(parents=True)
    save_file(timm.create_model(NAME).state_dict(), folder / "model.safetensors")
    encoder = load_encoder(f"pretrained:timm/{NAME}")
    assert load_encoder("pretrained:resnet10t").dimension == encoder.dimension == 512
    size = encoder.preprocessing.image_size
    views = np.random.default_rng(0).integers(0, 256, (2, size, size, 3), dtype=np.uint8)
    saved = tmp_path / "saved.safetensors"
    save_encoder(encoder, saved)
    assert np.array_equal(load_encoder(saved).encode(views), encoder.encode(views))
    mean = encoder.encode_positions(views[0]).mean(axis=(0, 1))
    assert np.abs(mean / np.linalg.norm(mean) - encoder.encode(views)[0]).max() < 1e-5
    assert inspect_checkpoint(saved).title == f"{NAME} (timm)"
