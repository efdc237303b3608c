"""Puts tensors into a module and says, where they do not fit, which one and why."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

from training.encoders.projector import Projector
from training.encoders.weight_files import shape_text
from training.errors import UserError

_COUNTER = "num_batches_tracked"


def fit_tensors(
    module: nn.Module,
    tensors: Mapping[str, torch.Tensor],
    names: Mapping[str, str],
    *,
    file: str,
    title: str,
) -> None:
    """Copy tensors into a module; every one must be there, of the right shape, and none too many.

    Args:
        module: Gets the numbers as float32. Counters of seen batches are neither wanted nor read.
        tensors: What the file holds.
        names: Name in the module to name in the file.
        file: Name of the file for the sentence of the error.
        title: Name of the module for people.

    Raises:
        UserError: Names the tensor, its shape and the wanted shape.
    """
    wanted = {
        name: tuple(value.shape)
        for name, value in module.state_dict().items()
        if _COUNTER not in name
    }
    found = {name: tuple(value.shape) for name, value in tensors.items()}
    check_shapes(wanted, found, names, file=file, title=title)
    for name in wanted:
        _check_numbers(
            tensors[names[name]], f"The checkpoint {file} does not fit {title}", names[name]
        )
    state = {name: tensors[names[name]].to(torch.float32) for name in wanted}
    module.load_state_dict(state, strict=False)


def check_shapes(
    wanted: Mapping[str, tuple[int, ...]],
    found: Mapping[str, tuple[int, ...]],
    names: Mapping[str, str],
    *,
    file: str,
    title: str,
) -> None:
    """Refuse a file whose tensors do not fit, which can be told before any module is made.

    Args:
        wanted: Shapes by the name in the module.
        found: Shapes by the name in the file.
        names: Name in the module to name in the file.
        file: Name of the file for the sentence of the error.
        title: Name of the module for people.

    Raises:
        UserError: Names the tensor, its shape and the wanted shape.
    """
    complaint = f"The checkpoint {file} does not fit {title}: the tensor"
    for name, shape in wanted.items():
        if name not in names:
            missing = _name_in_file(name, names)
            raise UserError(f"{complaint} {missing} ({shape_text(shape)}) is missing.")
        if found[names[name]] != shape:
            raise UserError(
                f"{complaint} {names[name]} has the shape {shape_text(found[names[name]])} "
                f"where {shape_text(shape)} is wanted."
            )
    for name, name_in_file in names.items():
        if name not in wanted and _COUNTER not in name:
            shape = found[name_in_file]
            raise UserError(f"{complaint} {name_in_file} ({shape_text(shape)}) has no place in it.")


def fitted_projector(
    tensors: Mapping[str, torch.Tensor], names: Mapping[str, str], *, dimension: int, file: str
) -> Projector:
    """Build the projector whose layers a file holds.

    Args:
        tensors: What the file holds.
        names: ``"0.weight"``, ``"2.bias"`` and so on to the name in the file; may be empty.
        dimension: Number of features that come out of the backbone.
        file: Name of the file for the sentence of the error.

    Raises:
        UserError: Names the tensor that does not fit.
    """
    if not names:
        return Projector("none", (dimension,))
    sizes = [dimension]
    for layer in ("0", "2") if any(name.startswith("2.") for name in names) else ("0",):
        name = names.get(f"{layer}.weight")
        shape = tuple(tensors[name].shape) if name is not None else ()
        # A misshapen or missing weight gets a plausible size here; fitting then complains.
        sizes.append(shape[0] if len(shape) == 2 else dimension)
    projector = Projector("linear" if len(sizes) == 2 else "mlp", tuple(sizes))
    fit_tensors(projector, tensors, names, file=file, title="a projector after this backbone")
    return projector


def _name_in_file(missing: str, names: Mapping[str, str]) -> str:
    """Return what a missing tensor would be called in the file, as far as its neighbours tell.

    Args:
        missing: Its name in the module.
        names: Name in the module to name in the file of those that are there.
    """
    parent, _, leaf = missing.rpartition(".")
    for name, name_in_file in names.items():
        if name.rpartition(".")[0] == parent:
            return f"{name_in_file.rpartition('.')[0]}.{leaf}"
    for name, name_in_file in names.items():
        if name_in_file.endswith(name):
            return name_in_file.removesuffix(name) + missing
    return missing


def _check_numbers(found: torch.Tensor, complaint: str, name: str) -> None:
    if not found.is_floating_point():
        raise UserError(
            f"{complaint}: the tensor {name} holds {str(found.dtype).removeprefix('torch.')} "
            "where floating-point numbers are wanted."
        )
    if not torch.isfinite(found).all():
        raise UserError(f"{complaint}: the tensor {name} holds values that are not numbers.")
