"""Recognises whose weights a file holds from the names and shapes of its tensors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import torch

from training.encoders.convert_lite0 import own_names
from training.encoders.weight_files import shape_text
from training.errors import UserError

_MOCO_QUERY_ENCODER = "module.encoder_q."
_COUNTER = ".num_batches_tracked"
_PROJECTOR_TENSOR = re.compile(r"(?:fc|projector)\.(\d+)\.(weight|bias)")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of an encoder are in a file.

    Attributes:
        architecture: Name of the backbone, ``"resnet50"`` for example.
        backbone: Own tensor name to the name in the file.
        projector: The same for the projector; empty where there is none.
    """

    architecture: str
    backbone: dict[str, str]
    projector: dict[str, str]


def recognise_layout(tensors: Mapping[str, torch.Tensor], file: str) -> Layout:
    """Find backbone and projector among the tensors of a file.

    Known are EfficientNet-Lite0 (the names used here and those of the published weights),
    ResNet-18 and ResNet-50 as torchvision names them, the same after ``module.``, ``backbone.`` or
    MoCo's ``module.encoder_q.`` (whose key encoder and queue are left aside), and a projector as
    ``fc.0``, ``fc.2`` or ``projector.*``. A classifier is left aside.

    Args:
        tensors: What the file holds.
        file: Its name for the sentence of the error.

    Raises:
        UserError: If nothing known is found.
    """
    names = _without_prefixes(tensors)
    projector = _projector_names(names, is_moco=next(iter(names.values())).startswith("module.enc"))
    trunk = {
        own: name
        for own, name in names.items()
        if name not in projector.values() and not own.startswith("fc.") and _COUNTER not in own
    }
    architecture = _architecture_of(trunk)
    if architecture is None:
        first = min(tensors)
        raise UserError(
            f"The checkpoint {file} holds no backbone that is known here: its {len(tensors)} "
            f"tensors start with {first} ({shape_text(tuple(tensors[first].shape))}); known are "
            "EfficientNet-Lite0, ResNet-18 and ResNet-50."
        )
    if "_conv_stem.weight" in trunk:
        trunk = {own: trunk[original] for own, original in own_names(trunk).items()}
    return Layout(architecture, trunk, projector)


def _without_prefixes(tensors: Mapping[str, torch.Tensor]) -> dict[str, str]:
    """Map names without the wrapping of a training script to the names in the file."""
    moco = [name for name in tensors if name.startswith(_MOCO_QUERY_ENCODER)]
    if moco:
        return {name.removeprefix(_MOCO_QUERY_ENCODER): name for name in moco}
    names = {name: name for name in tensors}
    for prefix in ("module.", "backbone."):
        names = {own.removeprefix(prefix): name for own, name in names.items()}
    return names


def _projector_names(names: Mapping[str, str], *, is_moco: bool) -> dict[str, str]:
    found = {}
    for own, name in names.items():
        if match := _PROJECTOR_TENSOR.fullmatch(own):
            found[f"{match[1]}.{match[2]}"] = name
        elif own.startswith("projector."):
            single = own in ("projector.weight", "projector.bias")
            found[f"0.{own.removeprefix('projector.')}" if single else own] = name
        elif is_moco and own in ("fc.weight", "fc.bias"):
            found[f"0.{own.removeprefix('fc.')}"] = name
    return found


def _architecture_of(trunk: Mapping[str, str]) -> str | None:
    if "stem.conv.weight" in trunk or "_conv_stem.weight" in trunk:
        return "efficientnet_lite0"
    if any(own.startswith("layer1.") for own in trunk):
        has_bottlenecks = any(re.fullmatch(r"layer\d\.\d+\.conv3\.weight", own) for own in trunk)
        return "resnet50" if has_bottlenecks else "resnet18"
    return None
