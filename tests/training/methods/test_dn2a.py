"""DN2A against its three contrasts written out number by number."""

from __future__ import annotations

import numpy as np
import pytest
from toy_methods import begun, doubles, values_of


def contrast(query, positive, others) -> float:
    terms = [np.exp(query @ positive / 0.2), *(np.exp(query @ one / 0.2) for one in others)]
    return -np.log(terms[0] / sum(terms))


def nearest(a: np.ndarray, b: np.ndarray, *, same: bool) -> list[int]:
    found = []
    for i, row in enumerate(a):
        numbers = [j for j in range(len(b)) if not (same and j == i)]
        found.append(min(numbers, key=lambda j: np.linalg.norm(b[j] - row)))
    return found


def test_neighbours_choose_each_other() -> None:
    method, stage, _, _ = begun("dn2a", 2)
    facts = method.begin_epoch(stage, 3)
    banks = doubles(*(bank.rows for bank in method.banks))
    scaled = [(rows - rows.mean(axis=0)) / rows.std(axis=0) for rows in banks]
    for domain, name in enumerate("ab"):
        there = nearest(banks[domain], banks[domain], same=True)
        expected = [j if there[j] == i else -1 for i, j in enumerate(there)]
        assert method.made["inner"][domain].tolist() == expected
        there = nearest(scaled[domain], scaled[1 - domain], same=False)
        back = nearest(scaled[1 - domain], scaled[domain], same=False)
        expected = [j if back[j] == i else -1 for i, j in enumerate(there)]
        assert method.made["cross"][domain].tolist() == expected
        share = np.mean([one >= 0 for one in expected])
        assert facts[f"cross_share_{name}"] == pytest.approx(share)


def test_all_three_contrasts() -> None:
    method, stage, batch, progress = begun("dn2a", 5)
    found = values_of(method, stage, progress, batch)
    banks = doubles(*(bank.rows for bank in method.banks))
    for domain, (name, images) in enumerate(zip("AB", batch, strict=True)):
        q, k, rows = doubles(
            method.learner.embed(images.views[0]), method.key.embed(images.views[1]), images.rows
        )
        own, other = banks[domain], banks[1 - domain]
        inner, cross = (method.made[kind][domain].tolist() for kind in ("inner", "cross"))
        sums: dict[str, list[float]] = {"VIEW": [], "INNER": [], "CROSS": []}
        for i, row in enumerate(rows):
            others = [own[j] for j in range(len(own)) if j != row]
            sums["VIEW"].append(contrast(q[i], k[i], others))
            if inner[row] >= 0:
                fewer = [own[j] for j in range(len(own)) if j not in (row, inner[row])]
                sums["INNER"].append(contrast(q[i], own[inner[row]], fewer))
            if cross[row] >= 0:
                sums["CROSS"].append(contrast(q[i], other[cross[row]], others))
        for title, losses in sums.items():
            assert losses
            assert found[f"{title} {name}"] == pytest.approx(np.mean(losses), abs=1e-5), title


def test_the_warm_up_has_the_other_view_alone() -> None:
    method, stage, batch, progress = begun("dn2a", 1)
    assert set(values_of(method, stage, progress, batch)) == {"VIEW A", "VIEW B"}
