"""UEM checkpoints: what is saved comes back, and what does not fit is said."""

from __future__ import annotations

import stat
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from training.checkpoint import inspect_checkpoint, load_encoder, save_encoder
from training.encoders.backbones import build_backbone, preprocessing_of
from training.encoders.encoder import Encoder
from training.encoders.projector import Projector
from training.errors import UserError


@pytest.fixture
def views() -> NDArray[np.uint8]:
    return np.random.default_rng(7).integers(0, 256, (3, 128, 128, 3), dtype=np.uint8)


def metadata_of(path: Path) -> dict[str, str]:
    with safe_open(path, "pt") as file:
        return dict(file.metadata())


def with_metadata(path: Path, **changes: str) -> Path:
    """Write the checkpoint again with other metadata."""
    changed = path.with_name("changed.safetensors")
    save_file(load_file(path), changed, metadata_of(path) | changes)
    return changed


@pytest.fixture
def head(tmp_path: Path) -> Path:
    """A checkpoint that holds a projector only."""
    encoder = load_encoder("pretrained")
    torch.manual_seed(4)
    path = tmp_path / "head.safetensors"
    small = Encoder(
        encoder.backbone, Projector("mlp", (1280, 32, 16)), encoder.preprocessing, "My sketches"
    )
    save_encoder(small, path)
    return path


def test_a_head_comes_back_with_the_bundled_backbone(head: Path, views: NDArray[np.uint8]) -> None:
    torch.manual_seed(4)
    pretrained = load_encoder("pretrained")
    projector = load_encoder(head).projector
    with torch.no_grad():
        expected = projector(torch.from_numpy(pretrained.encode_features(views))).numpy()
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    encoder = load_encoder(str(head))
    assert np.abs(encoder.encode(views) - expected).max() < 1e-6
    assert (encoder.name, encoder.dimension) == ("My sketches", 16)
    assert head.stat().st_size < 200_000
    again = head.with_name("again.safetensors")
    save_encoder(encoder, again)
    assert again.read_bytes() == head.read_bytes()


def test_the_bundled_backbone_alone_needs_no_tensors(
    tmp_path: Path, views: NDArray[np.uint8]
) -> None:
    pretrained = load_encoder("pretrained")
    save_encoder(pretrained, tmp_path / "bare.safetensors")
    loaded = load_encoder(tmp_path / "bare.safetensors")
    assert np.array_equal(loaded.encode(views), pretrained.encode(views))


@pytest.mark.parametrize("architecture", ["efficientnet_lite0", "resnet18"])
def test_an_own_backbone_is_stored_whole(
    architecture: str, tmp_path: Path, views: NDArray[np.uint8]
) -> None:
    torch.manual_seed(5)
    backbone = build_backbone(architecture)
    preprocessing = replace(preprocessing_of(backbone), image_size=128, resize_size=140)
    projector = Projector("linear", (backbone.dimension, 24))
    encoder = Encoder(backbone, projector, preprocessing, "own")
    path = tmp_path / "own.safetensors"
    save_encoder(encoder, path)
    loaded = load_encoder(path)
    assert np.array_equal(loaded.encode(views), encoder.encode(views))
    assert loaded.preprocessing == preprocessing
    assert loaded.backbone.architecture == architecture
    assert inspect_checkpoint(path).title == "own"


def test_a_bundled_backbone_that_learned_is_stored_whole(tmp_path: Path) -> None:
    encoder = load_encoder("sample")
    with torch.no_grad():
        encoder.backbone.get_parameter("stem.conv.weight")[0, 0, 0, 0] += 1e-3
    save_encoder(encoder, tmp_path / "learned.safetensors")
    assert metadata_of(tmp_path / "learned.safetensors")["backbone_weights"] == "stored"


def test_a_newer_format_is_refused(head: Path) -> None:
    newer = with_metadata(head, version="2")
    for function in (load_encoder, inspect_checkpoint):
        with pytest.raises(UserError, match=r"newer version .* format 2, .* up to 1\.$"):
            function(newer)


def test_a_head_of_another_backbone_is_refused(head: Path) -> None:
    with pytest.raises(UserError, match=r"fingerprint 012345678901, but"):
        load_encoder(with_metadata(head, backbone_fingerprint="0123456789" * 6 + "0123"))


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("backbone", "vgg16", "backbone vgg16 is not known"),
        ("projector", '{"kind": "deep", "sizes": [1280, 16]}', "projector of kind 'deep'"),
        ("projector", '{"kind": "linear", "sizes": [1280, -16]}', r"sizes \(1280, -16\)"),
        (
            "projector",
            '{"kind": "linear", "sizes": [1280, 1000000000000]}',
            "0.weight has the shape 32 x 1280 where 1000000000000 x 1280 is wanted",
        ),
        ("projector", "{", "damaged description"),
        ("projector", "[" * 100_000, r"damaged description of itself \(it is nested too deeply"),
        ("projector", '{"kind": "linear", "sizes": [1280, 1e999]}', "damaged description"),
        ("preprocessing", "[" * 100_000, "nested too deeply"),
        ("projector", '{"kind": "mlp", "sizes": [2048, 2048, 128]}', "1280 features come in"),
        ("projector", '{"kind": "linear", "sizes": [1280, 16]}', "0.weight has the shape"),
        ("projector", '{"kind": "mlp", "sizes": [1280, 32, 8]}', "2.weight has the shape 16 x 32"),
        ("preprocessing", "{}", "damaged description"),
        ("backbone_weights", "elsewhere", "damaged description"),
        ("backbone_weights", "stored", "stem.conv.weight .* is missing"),
        ("version", "one", "damaged description"),
    ],
)
def test_metadata_that_do_not_fit_are_named(
    head: Path, key: str, value: str, sentence: str
) -> None:
    changed = with_metadata(head, **{key: value})
    with pytest.raises(UserError, match=sentence) as complaint:
        load_encoder(changed)
    assert changed.name in str(complaint.value)
    assert "\n" not in str(complaint.value)


def test_saving_replaces_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    path.write_bytes(b"old")
    save_encoder(load_encoder("sample"), path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.safetensors"]
    load_encoder(path)
    if sys.platform != "win32":
        (tmp_path / "plain").write_bytes(b"")
        assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(
            (tmp_path / "plain").stat().st_mode
        )


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    encoder = load_encoder("sample")
    folder = tmp_path / "folder.safetensors"
    folder.mkdir()
    for place in (tmp_path / "no" / "such" / "x.safetensors", folder):
        with pytest.raises(UserError, match="cannot be written"):
            save_encoder(encoder, place)
    assert list(tmp_path.iterdir()) == [folder]
