"""How work in the background shares the processors with everything else, and what torch may do."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator


def prepare_torch() -> None:
    """Say how torch is to behave; to be called before it is imported.

    What Apple's GPU cannot do is done by the CPU. Threads that wait sleep instead of spin.
    Threads that spin at a barrier keep the one they wait for from running wherever another program
    is busy too: then a view takes ten times as long on two threads as on one.
    """
    os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("KMP_BLOCKTIME", "0")


def give_way() -> None:
    """Let other programs, windows above all, have the processors first."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(5)


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let torch compute on one thread: for a small head several only wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
