"""Random numbers that depend on what they are for, and on nothing that was drawn before."""

from __future__ import annotations

import hashlib
import operator
from typing import SupportsIndex

import numpy as np


def stream(seed: SupportsIndex, *parts: SupportsIndex | str) -> np.random.Generator:
    """Return the random numbers of one purpose, for example ``stream(7, "order", "idse", 3, "a")``.

    The only way in which training derives random numbers: a run that is resumed in the middle
    draws what the undisturbed one drew, and threads may draw in any order. The same on every
    machine and in every process.

    Args:
        seed: The run's seed.
        parts: Integers and words that name the purpose; ``1`` and ``"1"`` differ.

    Returns:
        A generator at its beginning.

    Raises:
        TypeError: If a part is neither an integer nor a word.
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in (seed, *parts):
        if isinstance(part, str):
            kind, content = b"s", part.encode("utf-8", "surrogatepass")
        else:
            kind, content = b"i", str(operator.index(part)).encode("ascii")
        digest.update(kind + len(content).to_bytes(8, "little") + content)
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest.digest(), "little")))
