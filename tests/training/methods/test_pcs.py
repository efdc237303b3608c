"""PCS against its two losses written out number by number."""

from __future__ import annotations

import math

import pytest
from toy_methods import begun, doubles


def test_both_losses_over_all_clusterings() -> None:
    method, stage, batch, progress = begun("pcs", 4, "cluster_count=3", "pcs_cross_weight=0.5")
    terms = {term.name: term for term in method.losses(stage, progress, batch)}
    made = {name: doubles(*tensors) for name, tensors in method.made.items()}
    sizes = [len(made[f"prototypes {number}"][0]) for number in range(4)]
    assert sizes == [3, 6, 3, 6]
    for domain, (name, images) in enumerate(zip("AB", batch, strict=True)):
        f, rows = doubles(method.learner.embed(images.views[0]), images.rows)
        own = cross = 0.0
        for number in range(4):
            centres, others = (made[f"prototypes {number}"][d] for d in (domain, 1 - domain))
            phi, clusters = (made[f"{key} {number}"][domain] for key in ("phi", "clusters"))
            for i, row in enumerate(rows):
                logits = [float(f[i] @ c) / p for c, p in zip(centres, phi, strict=True)]
                whole = sum(math.exp(one) for one in logits)
                own -= math.log(math.exp(logits[clusters[row]]) / whole)
                powers = [math.exp(float(f[i] @ c) / 0.1) for c in others]
                shares = [one / sum(powers) for one in powers]
                cross -= sum(share * math.log(share) for share in shares)
        count = 4 * len(rows)
        assert terms[f"PROTO {name}"].value.item() == pytest.approx(own / count, abs=1e-4)
        assert terms[f"I2C {name}"].value.item() == pytest.approx(cross / count, abs=1e-4)
        assert terms[f"I2C {name}"].weight == 0.5
