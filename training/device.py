"""Which device computes: CUDA, Apple's MPS, Intel's XPU or the CPU."""

from __future__ import annotations

import torch

from training.errors import UserError

_TITLES = {"cuda": "CUDA", "mps": "MPS (Apple GPU)", "xpu": "XPU (Intel GPU)", "cpu": "CPU"}


def select_device(name: str | torch.device = "auto") -> torch.device:
    """Return the device with this name.

    Args:
        name: ``"auto"`` for the best one there is (CUDA, MPS, XPU, CPU in this order), or a name
            such as ``"cpu"``, ``"cuda"`` or ``"cuda:1"``.

    Raises:
        UserError: If there is no such device on this machine.
    """
    if name == "auto":
        return torch.device(available_devices()[0][0])
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise UserError(
            f"There is no device called {name}; choose auto, {_names_of_available()}."
        ) from error
    if (device.index or 0) >= _count(device.type):
        raise UserError(
            f"The device {name} is not available on this machine; choose auto, "
            f"{_names_of_available()}."
        )
    return device


def available_devices() -> tuple[tuple[str, str], ...]:
    """Return (name, description) of every device of this machine, the best first."""
    names = []
    for kind in _TITLES:
        count = _count(kind)
        names += [kind] if count == 1 else [f"{kind}:{number}" for number in range(count)]
    return tuple((name, describe_device(torch.device(name))) for name in names)


def describe_device(device: str | torch.device) -> str:
    """Return a short description for people: ``"CPU, 2 threads"``, ``"NVIDIA H200"``."""
    device = torch.device(device)
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "xpu":
        return str(torch.xpu.get_device_name(device))
    if device.type == "cpu":
        threads = torch.get_num_threads()
        return f"CPU, {threads} thread{'s' if threads != 1 else ''}"
    return _TITLES.get(device.type, device.type)


def free_memory_bytes(device: torch.device) -> int | None:
    """Return how much memory of an accelerator is free, None where it cannot be asked."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return None


def with_float64(tensor: torch.Tensor) -> torch.Tensor:
    """Return a tensor where it can be counted in float64: on the CPU if its device has none.

    Apple's GPUs have no float64 at all, and many of Intel's have none.
    """
    return tensor if tensor.device.type in ("cpu", "cuda") else tensor.cpu()


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error of torch means that the device ran out of memory."""
    if isinstance(error, torch.cuda.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and (
        "out of memory" in text or "can't allocate memory" in text
    )


def release_memory(device: torch.device) -> None:
    """Give memory that torch keeps for later back to the device."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
    elif device.type == "xpu":
        torch.xpu.empty_cache()


def _count(kind: str) -> int:
    if kind == "cuda":
        return torch.cuda.device_count() if torch.cuda.is_available() else 0
    if kind == "xpu":
        return int(torch.xpu.device_count()) if torch.xpu.is_available() else 0
    if kind == "mps":
        return int(torch.backends.mps.is_available())
    return int(kind == "cpu")


def _names_of_available() -> str:
    names = [name for name, _ in available_devices()]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
