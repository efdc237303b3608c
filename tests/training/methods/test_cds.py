"""CDS against its two losses written out number by number."""

from __future__ import annotations

import math

import pytest
import torch
from toy_methods import begun, doubles, values_of


@pytest.mark.parametrize("candidates", [5, 700])
def test_both_losses_and_their_weights(candidates: int) -> None:
    method, stage, batch, progress = begun(
        "cds", 4, f"cds_candidates={candidates}", "cds_match_weight=0.7"
    )
    banks = doubles(*(bank.rows for bank in method.banks))
    terms = {term.name: term for term in method.losses(stage, progress, batch)}
    for domain, (name, images) in enumerate(zip("AB", batch, strict=True)):
        (f,) = doubles(method.learner.embed(images.views[0]))
        own, other = banks[domain], banks[1 - domain]
        instance = match = 0.0
        for row, number in zip(f, images.rows.tolist(), strict=True):
            whole = sum(math.exp(row @ one / 0.1) for one in own)
            instance -= math.log(math.exp(row @ own[number] / 0.1) / whole)
            best = sorted((row @ one for one in other), reverse=True)[:candidates]
            shares = [math.exp(one / 0.1) / sum(math.exp(x / 0.1) for x in best) for one in best]
            match -= sum(share * math.log(share) for share in shares)
        assert terms[f"ID {name}"].value.item() == pytest.approx(instance / len(f), abs=1e-4)
        assert terms[f"CDM {name}"].value.item() == pytest.approx(match / len(f), abs=1e-4)
        assert terms[f"ID {name}"].weight == 0.5
        assert terms[f"CDM {name}"].weight == 0.7


def test_the_bank_takes_half_of_each_embedding_after_the_step() -> None:
    method, stage, batch, progress = begun("cds", 0)
    before = method.banks[1].rows.clone()
    with torch.no_grad():
        fresh = method.learner.embed(batch.b.views[0])
    values_of(method, stage, progress, batch)
    assert torch.equal(method.banks[1].rows, before)
    method.after_step()
    mixed = 0.5 * before[batch.b.rows] + 0.5 * fresh
    expected = mixed / mixed.norm(dim=1, keepdim=True)
    assert torch.allclose(method.banks[1].rows[batch.b.rows], expected, atol=1e-6)
