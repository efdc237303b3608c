"""A made-up GPU, to find on the CPU what a real one would refuse.

Every tensor carries the device that the code believes it to be on, while all numbers stay on the
CPU. What brings tensors of two devices together, or numpy and a tensor that is not on the CPU,
raises as torch would; so does float64 on Apple's MPS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves, tree_map_only

from training import device as devices

CPU = torch.device("cpu")


@contextmanager
def second_device(monkeypatch: pytest.MonkeyPatch, kind: str = "cuda") -> Iterator[torch.device]:
    """Let there be a device ``cuda:0`` or ``mps:0`` in this thread while this lasts."""
    count, device = devices._count, torch.device(kind, 0)
    with monkeypatch.context() as patch:
        patch.setattr(devices, "_count", lambda one: 1 if one == kind else count(one))
        patch.setattr(torch.cuda, "get_device_name", lambda _: "A made-up device")
        patch.setattr(torch.cuda, "mem_get_info", lambda _: (8 << 30, 8 << 30))
        patch.setattr(nn.Parameter, "__new__", _new_parameter)
        with _TwoDevices():
            yield device


def device_of(tensor: Tensor) -> torch.device:
    """Return the device that a tensor is believed to be on."""
    return getattr(tensor, "_believed_device", CPU)


_unmarked_parameter = nn.Parameter.__new__


def _new_parameter(cls: type[nn.Parameter], data: Tensor | None = None, *more: Any) -> Tensor:
    parameter = _unmarked_parameter(cls, data, *more)
    return parameter if data is None else _marked(parameter, device_of(data))


def _of_attribute(name: str, method: str = "__get__") -> Callable[..., Any]:
    return getattr(getattr(Tensor, name), method)


_DEVICE, _IS_CUDA = _of_attribute("device"), _of_attribute("is_cuda")
# these answer with, or write into, the tensor itself, whatever else they are given
_OF_THE_FIRST = (
    _of_attribute("grad"),
    Tensor.__deepcopy__,
    Tensor.__reduce_ex__,
    Tensor.copy_,
)
_SETTERS = (_of_attribute("data", "__set__"), _of_attribute("grad", "__set__"))
_ON_ITS_OWN = (torch.device, torch._has_compatible_shallow_copy_type, torch._C._nn._parse_to)
_PLACES = (Tensor.__getitem__, Tensor.__setitem__, Tensor.index_put_, Tensor.index_put)
_MOVES = (Tensor.to, Tensor.cpu, Tensor.cuda)
_TO_NUMPY = (Tensor.numpy, Tensor.__array__)


class _TwoDevices(TorchFunctionMode):
    """Passes every function of torch on, and keeps the books of what is where."""

    def __torch_function__(
        self, function: Any, _types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if function in _ON_ITS_OWN:
            return function(*args, **kwargs)
        if function in (_DEVICE, _IS_CUDA):
            found = device_of(args[0])
            return found if function == _DEVICE else found.type == "cuda"
        if function in _TO_NUMPY and device_of(args[0]) != CPU:
            raise TypeError(f"can't convert {device_of(args[0])} device type tensor to numpy")
        if function in _OF_THE_FIRST:
            return _marked(function(*args, **kwargs), device_of(args[0]))
        if function in _SETTERS:
            function(*args, **kwargs)
            return _marked(args[0], device_of(args[0] if args[1] is None else args[1]))
        if function in _MOVES:
            return _moved(function, args, kwargs)
        asked, args, kwargs = _without_devices(args, kwargs)
        device = asked or _common_device(function, args, kwargs)
        return _marked(function(*args, **kwargs), device)


def _moved(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor:
    """Return a tensor where it is asked to be, and leave the one given where it is."""
    source, others = args[0], [one for one in args[1:] if isinstance(one, Tensor)]
    asked, args, kwargs = _without_devices(args, kwargs)
    if function == Tensor.cuda:
        function, asked = Tensor.clone, torch.device("cuda", 0)
    elif function == Tensor.cpu:
        asked = CPU
    elif others:
        asked = device_of(others[0])
    asked = asked or device_of(source)
    result = function(*args, **kwargs)
    if result is source and asked != device_of(source):
        result = source.view_as(source)
    return _marked(result, asked)


def _without_devices(
    args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[torch.device | None, tuple[Any, ...], dict[str, Any]]:
    """Return the device asked for, None for none, and arguments that ask for the CPU instead."""
    asked = []

    def on_the_cpu(one: Any) -> Any:
        if isinstance(one, torch.device) or (
            isinstance(one, str) and one in ("cpu", "cuda", "mps")
        ):
            kind = torch.device(one).type
            asked.append(CPU if kind == "cpu" else torch.device(kind, 0))
            return CPU
        return one

    args = tuple(on_the_cpu(one) for one in args)
    kwargs = {name: on_the_cpu(one) for name, one in kwargs.items()}
    return (asked[0] if asked else None), args, kwargs


def _common_device(function: Any, args: Any, kwargs: Any) -> torch.device:
    """Return where the tensors of a call are; single numbers may be anywhere, as in torch."""
    tensors = [one for one in tree_leaves((args, kwargs)) if isinstance(one, Tensor)]
    if function in _PLACES:
        tensors = tensors[:1] + [one for one in tensors[1:] if device_of(one) != CPU]
    found = {device_of(one) for one in tensors if one.dim()}
    if len(found) > 1:
        raise RuntimeError(f"Expected all tensors of {function} to be on the same device")
    found = found or {device_of(one) for one in tensors}
    return next(iter(found - {CPU}), CPU)


def _marked(result: Any, device: torch.device) -> Any:
    def mark(tensor: Tensor) -> Tensor:
        if device.type == "mps" and tensor.dtype == torch.float64:
            raise TypeError("Cannot convert a MPS Tensor to float64 dtype")
        tensor._believed_device = device  # type: ignore[attr-defined]
        return tensor

    return tree_map_only(Tensor, mark, result)
