"""Reads tensors from a file without ever running code that lies in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from training.encoders.pickle_globals import first_refused_global
from training.encoders.weight_files import (
    SAFETENSORS,
    kind_of_weight_file,
    read_safetensors_header,
)
from training.errors import UserError

_CONTAINERS = ("state_dict", "model")
_NAMED_BY_TORCH = re.compile(r"Unsupported (?:global: GLOBAL|class) ([\w.]+)")


def read_tensors(path: Path) -> dict[str, torch.Tensor]:
    """Return the tensors of a safetensors file or of a PyTorch state dict, on the CPU.

    A dictionary with ``state_dict`` in it, as training scripts write it, is looked into.

    Raises:
        UserError: If the file cannot be read, holds no tensors, or is a pickle that asks for more
            than tensors; then the sentence names what it asks for.
    """
    if kind_of_weight_file(path) == SAFETENSORS:
        if not read_safetensors_header(path).shapes:
            raise UserError(f"The checkpoint {path} holds no tensors by name.")
        try:
            return load_file(path)
        except SafetensorError as error:
            raise UserError(f"The checkpoint {path} is a damaged safetensors file.") from error
    return _tensors_of_state_dict(_load_torch_file(path), path)


def _load_torch_file(path: Path) -> object:
    try:
        content: object = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged file makes torch raise nearly anything
        match = _NAMED_BY_TORCH.search(str(error))
        wanted = match[1] if match else first_refused_global(path)
        if wanted is not None:
            raise UserError(
                f"The checkpoint {path} was refused: it is a pickle that asks for {wanted}, "
                "and loading must not run code from a file."
            ) from error
        raise UserError(f"The checkpoint {path} is cut off before its end or damaged.") from error
    return content


def _tensors_of_state_dict(content: object, path: Path) -> dict[str, torch.Tensor]:
    for container in _CONTAINERS:
        if isinstance(content, Mapping) and isinstance(content.get(container), Mapping):
            content = content[container]
            break
    if isinstance(content, Mapping):
        tensors = {
            str(name): value.detach()
            for name, value in content.items()
            if isinstance(value, torch.Tensor)
        }
        if tensors:
            return tensors
    raise UserError(f"The checkpoint {path} holds no tensors by name.")
