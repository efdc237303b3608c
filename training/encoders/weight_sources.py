"""Which file a checkpoint's name stands for; without torch, and never over the network."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from training.encoders.timm_names import find_timm_weights
from training.errors import UserError
from training.resources import resource_path

EMBEDDED = "embedded"
FILE = "file"
TORCHVISION = "torchvision"
TIMM = "timm"

_TORCHVISION = {
    "resnet50": ("ResNet-50", ("resnet50-11ad3fa6.pth", "resnet50-0676ba61.pth")),
    "resnet18": ("ResNet-18", ("resnet18-f37072fd.pth",)),
}


@dataclass(frozen=True, slots=True)
class WeightSource:
    """The file behind a checkpoint's name.

    Attributes:
        kind: `EMBEDDED`, `FILE`, `TORCHVISION` or `TIMM`.
        path: The file.
        architecture: Name of the backbone; empty for `FILE`, where the file itself says it.
        title: Short name for people.
        spec: A text that stands for the same from any folder.
    """

    kind: str
    path: Path
    architecture: str
    title: str
    spec: str


def embedded_weights() -> Path:
    """Return the file with the bundled backbone's weights."""
    return resource_path("weights", "efficientnet_lite0.safetensors")


def find_weights(spec: str | Path) -> WeightSource:
    """Say which file on this machine a checkpoint's name stands for.

    Args:
        spec: ``"pretrained"`` (bundled), ``"pretrained:NAME"`` with ``resnet50``, ``resnet18`` or a
            backbone of timm, ``"sample"`` (bundled), or the path of a file.

    Raises:
        UserError: If the weights of a named backbone are not on this machine.
    """
    text = str(spec)
    if isinstance(spec, str):
        if text in ("pretrained", "pretrained:efficientnet_lite0"):
            path = embedded_weights()
            title = "EfficientNet-Lite0, ImageNet"
            return WeightSource(EMBEDDED, path, "efficientnet_lite0", title, "pretrained")
        if text == "sample":
            path = resource_path("checkpoints", "sample.safetensors")
            return WeightSource(FILE, path, "", "sample checkpoint", text)
        if text.startswith("pretrained:"):
            return _named(text.removeprefix("pretrained:").strip(), text)
        if text.startswith("timm:"):
            return _named(text, f"pretrained:{text}")
    path = Path(spec).expanduser()
    return WeightSource(FILE, path, "", path.name, str(path.absolute()))


def torch_hub_checkpoints() -> Path:
    """Return the folder where torchvision keeps weights, as ``torch.hub.get_dir`` finds it."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("TORCH_HOME") or os.path.join(cache, "torch")
    return Path(home).expanduser() / "hub" / "checkpoints"


def _named(name: str, spec: str) -> WeightSource:
    if name in _TORCHVISION:
        title, files = _TORCHVISION[name]
        for file in files:
            path = torch_hub_checkpoints() / file
            if path.is_file():
                return WeightSource(TORCHVISION, path, name, f"{title}, ImageNet", spec)
        raise UserError(
            f"The weights of {title} are not on this machine, and nothing is downloaded; put "
            f"torchvision's file {' or '.join(files)} into the folder {torch_hub_checkpoints()}."
        )
    if not name:
        raise UserError(
            "The name of a backbone is missing after pretrained:, resnet50 for example."
        )
    bare = name.removeprefix("timm/").removeprefix("timm:")
    return WeightSource(TIMM, find_timm_weights(bare), f"timm/{bare}", f"{bare} (timm)", spec)
