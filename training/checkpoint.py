"""Loads an encoder from whatever a person has, and saves one."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import save

from training.atomic_file import durable_file
from training.checkpoint_format import (
    EMBEDDED,
    STORED,
    CheckpointMetadata,
    is_uem_checkpoint,
    parse_metadata,
)
from training.checkpoint_info import CheckpointInfo, file_fingerprint, inspect_checkpoint
from training.data.file_access import write_error_phrase
from training.device import select_device
from training.encoders.backbone import Backbone
from training.encoders.backbones import build_backbone, preprocessing_of
from training.encoders.encoder import Encoder
from training.encoders.fitting import check_shapes, fit_tensors, fitted_projector
from training.encoders.layouts import recognise_layout
from training.encoders.projector import Projector, projector_shapes
from training.encoders.tensor_files import read_tensors
from training.encoders.timm_backbone import TimmBackbone
from training.encoders.weight_files import (
    SAFETENSORS,
    SafetensorsHeader,
    kind_of_weight_file,
    read_safetensors_header,
)
from training.encoders.weight_sources import TIMM, embedded_weights, find_weights
from training.errors import UserError

__all__ = ["CheckpointInfo", "inspect_checkpoint", "load_encoder", "save_encoder"]

_COUNTER = "num_batches_tracked"


def load_encoder(spec: str | Path = "pretrained", device: str | torch.device = "cpu") -> Encoder:
    """Load an encoder; nothing is downloaded, and no code in a file is run.

    Args:
        spec: ``"pretrained"`` (bundled EfficientNet-Lite0), ``"pretrained:resnet50"``,
            ``"pretrained:resnet18"`` or ``"pretrained:timm/NAME"`` (from this machine's caches),
            ``"sample"``, or a file: UEM checkpoint, safetensors, MoCo v2's ``.pth.tar``, or a
            state dict of torchvision or EfficientNet-Lite0.
        device: Where it shall compute; ``"auto"`` for the best there is.

    Returns:
        The encoder in eval mode.

    Raises:
        UserError: In one sentence, why it cannot be loaded or which tensor does not fit.
    """
    target = select_device(device)
    source = find_weights(spec)
    if source.kind == TIMM:
        encoder = _timm_encoder(source.path, source.architecture, source.title)
    else:
        encoder = _encoder_from_file(source.path, source.title)
    return encoder.to(target)


def save_encoder(encoder: Encoder, path: str | Path) -> None:
    """Write a UEM checkpoint; a backbone that equals the bundled one is stored by fingerprint only.

    The file appears under its name when it is complete, or not at all.

    Raises:
        UserError: If the file cannot be written.
    """
    is_embedded = _has_embedded_weights(encoder.backbone)
    metadata = CheckpointMetadata(
        name=encoder.name,
        backbone=encoder.backbone.architecture,
        backbone_weights=EMBEDDED if is_embedded else STORED,
        backbone_fingerprint=file_fingerprint(embedded_weights()) if is_embedded else "",
        projector_kind=encoder.projector.kind,
        projector_sizes=encoder.projector.sizes,
        preprocessing=encoder.preprocessing,
    )
    tensors = {
        name: value.detach().to("cpu", torch.float32).contiguous()
        for name, value in encoder.state_dict().items()
        if _COUNTER not in name and not (is_embedded and name.startswith("backbone."))
    }
    _write_atomically(Path(path), _serialised(tensors, metadata.to_metadata()))


def _encoder_from_file(path: Path, title: str) -> Encoder:
    if kind_of_weight_file(path) == SAFETENSORS:
        header = read_safetensors_header(path)
        if is_uem_checkpoint(header.metadata):
            return _uem_encoder(path, header, parse_metadata(header.metadata, path.name))
    tensors = read_tensors(path)
    layout = recognise_layout(tensors, path.name)
    backbone = build_backbone(layout.architecture)
    fit_tensors(backbone, tensors, layout.backbone, file=path.name, title=backbone.title)
    projector = fitted_projector(
        tensors, layout.projector, dimension=backbone.dimension, file=path.name
    )
    return Encoder(backbone, projector, preprocessing_of(backbone), title)


def _uem_encoder(path: Path, header: SafetensorsHeader, described: CheckpointMetadata) -> Encoder:
    with _told_of_file(path):
        backbone = build_backbone(described.backbone)
    if described.projector_sizes[:1] != (backbone.dimension,):
        raise UserError(
            f"The checkpoint {path.name} does not fit {backbone.title}: its projector has the "
            f"sizes {described.projector_sizes} where {backbone.dimension} features come in."
        )
    with _told_of_file(path):
        shapes = projector_shapes(described.projector_kind, described.projector_sizes)
    in_backbone: dict[str, str] = {}
    if described.backbone_weights == STORED:
        in_backbone = {
            name.removeprefix("backbone."): name
            for name in header.shapes
            if name.startswith("backbone.")
        }
    rest = [name for name in header.shapes if name not in in_backbone.values()]
    in_projector = {name.removeprefix("projector."): name for name in rest}
    own = "its own description"
    # The sizes are only announced: they are compared with the file before memory is taken for them.
    check_shapes(shapes, header.shapes, in_projector, file=path.name, title=own)
    # The bundled backbone without a projector needs no tensor in the file.
    tensors = read_tensors(path) if header.shapes else {}
    if described.backbone_weights == EMBEDDED:
        _fit_embedded(backbone, path, described)
    else:
        fit_tensors(backbone, tensors, in_backbone, file=path.name, title=backbone.title)
    projector = Projector(described.projector_kind, described.projector_sizes)
    fit_tensors(projector, tensors, in_projector, file=path.name, title=own)
    return Encoder(backbone, projector, described.preprocessing, described.name)


@contextlib.contextmanager
def _told_of_file(path: Path) -> Iterator[None]:
    """Say of which file a sentence is that knows no file."""
    try:
        yield
    except UserError as error:
        sentence = str(error)
        raise UserError(
            f"The checkpoint {path.name} cannot be loaded: {sentence[0].lower()}{sentence[1:]}"
        ) from error


def _timm_encoder(path: Path, architecture: str, title: str) -> Encoder:
    backbone = build_backbone(architecture)
    tensors = read_tensors(path)
    if not isinstance(backbone, TimmBackbone):
        raise UserError(f"{architecture} is no backbone of timm.")
    names = {
        f"model.{name}": name
        for name in tensors
        if not name.startswith(backbone.classifier_prefixes)
    }
    fit_tensors(backbone, tensors, names, file=path.name, title=backbone.title)
    return Encoder(
        backbone, Projector("none", (backbone.dimension,)), preprocessing_of(backbone), title
    )


def _fit_embedded(backbone: Backbone, path: Path, described: CheckpointMetadata) -> None:
    bundled = file_fingerprint(embedded_weights())
    if described.backbone_fingerprint != bundled:
        raise UserError(
            f"The checkpoint {path.name} belongs to a bundled backbone with the fingerprint "
            f"{described.backbone_fingerprint[:12]}, but this version of the application "
            f"carries {bundled[:12]}."
        )
    tensors = read_tensors(embedded_weights())
    names = {name: name for name in tensors}
    fit_tensors(backbone, tensors, names, file=path.name, title=backbone.title)


def _has_embedded_weights(backbone: Backbone) -> bool:
    if backbone.architecture != "efficientnet_lite0":
        return False
    bundled = read_tensors(embedded_weights())
    own = {name: value for name, value in backbone.state_dict().items() if _COUNTER not in name}
    return own.keys() == bundled.keys() and all(
        torch.equal(value.cpu(), bundled[name]) for name, value in own.items()
    )


def _serialised(tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> bytes:
    """Return a safetensors file whose bytes depend on the content only.

    The library writes the metadata in an order that changes from run to run, and with it would the
    fingerprint.
    """
    content = save(tensors, metadata)
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.dumps(json.loads(content[8:start]), sort_keys=True).encode("utf-8")
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + content[start:]


def _write_atomically(path: Path, content: bytes) -> None:
    try:
        with durable_file(path) as file:
            file.write(content)
    except OSError as error:
        reason = write_error_phrase(error)
        raise UserError(f"The checkpoint {path} cannot be written: {reason}.") from error
