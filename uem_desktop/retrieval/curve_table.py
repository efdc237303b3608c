"""The points of all curves as a table of text, one point a line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.atomic_file import atomic_file
from uem_desktop.retrieval.curve import Cadence, Curve, CurveKind
from uem_desktop.retrieval.run_place import Epoch

HEADER = ("curve", "step", "stage", "epoch", "value")
_CHUNK = 65536


@dataclass(frozen=True, slots=True)
class CurveTable:
    """A copy of curves that does not change any more.

    Attributes:
        columns: (kind, (n,) steps, (n,) values) of each curve.
        epochs: Those that have begun, in their order.
    """

    columns: tuple[tuple[CurveKind, NDArray[np.int64], NDArray[np.float64]], ...]
    epochs: tuple[Epoch, ...]

    @classmethod
    def of(cls, curves: Sequence[Curve], epochs: Sequence[Epoch]) -> CurveTable:
        """Copy curves."""
        columns = tuple((curve.kind, curve.x.copy(), curve.y.copy()) for curve in curves)
        return cls(columns, tuple(epochs))

    def write(self, path: Path) -> None:
        """Write curve, step, stage, epoch, value; the file is whole or not there.

        Steps and epochs are counted from 0, as in ``events.jsonl``. What was measured at an
        epoch's end carries that epoch and the steps that were done by then; what was measured
        before the first epoch carries none.

        Raises:
            OSError: The disk does not take it.
        """
        with atomic_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as f:
            writer = csv.writer(f, lineterminator="\n")
            writer.writerow(HEADER)
            for kind, steps, values in self.columns:
                for rows in self._rows(kind, steps, values):
                    writer.writerows(rows)

    def _rows(
        self, kind: CurveKind, steps: NDArray[np.int64], values: NDArray[np.float64]
    ) -> Iterator[Iterator[tuple[str, int, str, int | str, float]]]:
        starts = np.array([epoch.first_step for epoch in self.epochs], np.int64)
        side = "left" if kind.cadence is Cadence.EPOCH_END else "right"
        names = ["", *(epoch.stage for epoch in self.epochs)]
        numbers = ["", *(epoch.number for epoch in self.epochs)]
        for first in range(0, len(steps), _CHUNK):
            part = slice(first, first + _CHUNK)
            rows = np.searchsorted(starts, steps[part], side=side).tolist()  # type: ignore[call-overload]
            yield zip(
                repeat(kind.name),
                steps[part].tolist(),
                (names[row] for row in rows),
                (numbers[row] for row in rows),
                values[part].tolist(),
                strict=False,
            )
