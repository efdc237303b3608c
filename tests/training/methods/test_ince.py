"""INCE alone is what UEM's first stage begins with."""

from __future__ import annotations

import math

import pytest
from toy_methods import begun, doubles, values_of


@pytest.mark.parametrize("negatives", ["batch", "bank"])
def test_the_only_term_is_equation_6(negatives: str) -> None:
    words = [f"ince_negatives={negatives}", "ince_tau=0.2", "ince_bank_momentum=0.5"]
    method, stage, batch, progress = begun("ince", 4, *words)
    banks = doubles(*(bank.rows for bank in method.banks))
    found = values_of(method, stage, progress, batch)
    assert list(found) == ["INCE A", "INCE B"]
    for name, images, bank in zip("AB", batch, banks, strict=True):
        (f,) = doubles(method.learner.embed(images.views[0]))
        rows = images.rows.tolist()
        total = 0.0
        for i, row in enumerate(rows):
            others = rows if negatives == "batch" else range(len(bank))
            whole = sum(math.exp(f[i] @ bank[j] / 0.2) for j in others)
            total -= math.log(math.exp(f[i] @ bank[row] / 0.2) / whole)
        assert found[f"INCE {name}"] == pytest.approx(total / len(rows), abs=1e-5)
