from __future__ import annotations

import pytest
import torch

from training.device import available_devices, describe_device, is_out_of_memory, select_device
from training.errors import UserError


def test_the_cpu_is_always_there_and_the_last_choice() -> None:
    devices = available_devices()
    assert devices[-1][0] == "cpu"
    assert select_device("auto") == torch.device(devices[0][0])
    assert select_device("cpu").type == "cpu"
    assert describe_device("cpu").startswith("CPU, ")


@pytest.mark.parametrize("name", ["cuda:77", "xpu:9", "warp", "", "cpu:3"])
def test_a_device_that_is_not_there_is_refused_with_the_choices(name: str) -> None:
    with pytest.raises(UserError, match=r"choose auto, .*cpu\.$"):
        select_device(name)


def test_out_of_memory_has_several_faces() -> None:
    assert is_out_of_memory(torch.OutOfMemoryError())
    assert is_out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory: 8 bytes"))
    assert is_out_of_memory(RuntimeError("MPS backend out of memory (MPS allocated: 1 GB)"))
    assert not is_out_of_memory(RuntimeError("shapes do not match"))
    assert not is_out_of_memory(ValueError("out of memory"))
