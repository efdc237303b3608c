"""Means over the steps of an epoch that leave the device alone until somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor


class RunningMeans:
    """Sums of named scalars, kept where they were computed."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._counts: dict[str, int] = {}

    def clear(self) -> None:
        """Forget everything."""
        self._sums, self._counts = {}, {}

    def add(self, values: Mapping[str, Tensor]) -> None:
        """Count one scalar for each name."""
        for name, value in values.items():
            known = self._sums.get(name)
            scalar = value.detach().double() if value.device.type != "mps" else value.detach()
            self._sums[name] = scalar if known is None else known + scalar
            self._counts[name] = self._counts.get(name, 0) + 1

    def values(self) -> dict[str, float]:
        """Return the mean for each name."""
        return {name: float(total) / self._counts[name] for name, total in self._sums.items()}

    def state(self) -> dict[str, Any]:
        """Return everything, for a checkpoint."""
        sums = {name: float(total) for name, total in self._sums.items()}
        return {"sums": sums, "counts": dict(self._counts)}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        self._sums = {
            name: torch.tensor(total, dtype=torch.float64) for name, total in state["sums"].items()
        }
        self._counts = dict(state["counts"])
