from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from training.checkpoint import load_encoder
from training.encoders.convert_lite0 import convert, own_name

ORIGINAL_NAMES = {
    "stem.conv": "_conv_stem",
    "stem.norm": "_bn0",
    "head.conv": "_conv_head",
    "head.norm": "_bn1",
    "expand.conv": "_expand_conv",
    "expand.norm": "_bn0",
    "filter.conv": "_depthwise_conv",
    "filter.norm": "_bn1",
    "project.conv": "_project_conv",
    "project.norm": "_bn2",
}


def under_original_names() -> dict[str, torch.Tensor]:
    """The bundled weights as the published file holds them, with a classifier."""
    renamed = {"_fc.weight": torch.zeros(1000, 1280), "_fc.bias": torch.zeros(1000)}
    for name, value in load_encoder("pretrained").backbone.state_dict().items():
        *where, part, layer, leaf = name.split(".")
        block = f"_blocks.{where[1]}." if where else ""
        renamed[f"{block}{ORIGINAL_NAMES[f'{part}.{layer}']}.{leaf}"] = value
    return renamed


def test_conversion_keeps_every_number(tmp_path: Path) -> None:
    torch.save(under_original_names(), tmp_path / "original.pth")
    convert(tmp_path / "original.pth", tmp_path / "own.safetensors")
    views = np.random.default_rng(0).integers(0, 256, (2, 128, 128, 3), dtype=np.uint8)
    expected = load_encoder("pretrained").encode(views)
    for file in ("original.pth", "own.safetensors"):
        assert np.array_equal(load_encoder(tmp_path / file).encode(views), expected)


@pytest.mark.parametrize("name", ["_blocks.3._se_reduce.weight", "_conv_extra.weight", "x"])
def test_a_strange_name_stays_to_be_complained_about(name: str) -> None:
    assert own_name(name) == name
