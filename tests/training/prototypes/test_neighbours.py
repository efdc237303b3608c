from __future__ import annotations

import torch

from training.prototypes import neighbours
from training.prototypes.neighbours import mutual_neighbours, nearest_rows


def rows(count: int, seed: int) -> torch.Tensor:
    return torch.randn((count, 3), generator=torch.Generator().manual_seed(seed))


def literal(a: torch.Tensor, b: torch.Tensor | None) -> list[int]:
    found = []
    for i, row in enumerate(a):
        others = a if b is None else b
        numbers = [j for j in range(len(others)) if b is not None or j != i]
        found.append(min(numbers, key=lambda j: float((others[j] - row).norm())))
    return found


def test_the_nearest_in_blocks(monkeypatch) -> None:
    a, b = rows(23, 0), rows(17, 1)
    monkeypatch.setattr(neighbours, "_PAIRS_PER_BLOCK", 60)
    assert nearest_rows(a, b).tolist() == literal(a, b)
    assert nearest_rows(a).tolist() == literal(a, None)


def test_only_those_that_choose_each_other() -> None:
    a, b = rows(23, 0), rows(17, 1)
    there, back = literal(a, b), literal(b, a)
    expected = [j if back[j] == i else -1 for i, j in enumerate(there)]
    assert mutual_neighbours(a, b).tolist() == expected
    assert -1 in expected
    inner = literal(a, None)
    expected = [j if inner[j] == i else -1 for i, j in enumerate(inner)]
    assert mutual_neighbours(a).tolist() == expected
