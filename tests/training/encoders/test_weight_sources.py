from __future__ import annotations

from pathlib import Path

import pytest
import torch

from training.encoders.weight_sources import (
    EMBEDDED,
    FILE,
    TORCHVISION,
    find_weights,
    torch_hub_checkpoints,
)
from training.errors import UserError


@pytest.mark.parametrize("variable", ["TORCH_HOME", "XDG_CACHE_HOME", None])
def test_the_folder_of_weights_is_torch_hubs_own(
    variable: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TORCH_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    if variable is not None:
        monkeypatch.setenv(variable, str(tmp_path))
    assert torch_hub_checkpoints() == Path(torch.hub.get_dir()) / "checkpoints"


def test_the_bundled_backbone_has_two_names() -> None:
    source = find_weights("pretrained")
    assert source.kind == EMBEDDED
    assert source == find_weights("pretrained:efficientnet_lite0")


def test_weights_that_are_not_here_are_asked_for_by_file_and_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    folder = tmp_path / "hub" / "checkpoints"
    with pytest.raises(UserError) as complaint:
        find_weights("pretrained:resnet50")
    assert "resnet50-11ad3fa6.pth or resnet50-0676ba61.pth" in str(complaint.value)
    assert str(folder) in str(complaint.value)
    folder.mkdir(parents=True)
    (folder / "resnet50-0676ba61.pth").write_bytes(b"x")
    source = find_weights("pretrained:resnet50")
    assert (source.kind, source.path.name) == (TORCHVISION, "resnet50-0676ba61.pth")
    assert source.title == "ResNet-50, ImageNet"


def test_a_path_is_a_file_even_when_it_is_called_like_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for spec in (Path("sample"), "./sample", "sub/pretrained"):
        source = find_weights(spec)
        assert source.kind == FILE
        assert source.spec == str(tmp_path / spec)


def test_a_name_without_a_name_is_refused() -> None:
    with pytest.raises(UserError, match="name of a backbone is missing"):
        find_weights("pretrained:")
