"""ProtoOT against its contrasts and its transport written out number by number."""

from __future__ import annotations

import numpy as np
import pytest
from toy_methods import begun, doubles, values_of


def literal_plan(bank: np.ndarray, prototypes: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    scores = bank @ prototypes.T
    plan = np.exp(scores / np.linalg.norm(scores, axis=1, keepdims=True) / 0.05)
    for _ in range(3):
        for column in range(len(sizes)):
            plan[:, column] *= sizes[column] / plan[:, column].sum()
        for row in range(len(plan)):
            plan[row] /= plan[row].sum()
    return plan


def contrast(query, positive, others) -> float:
    terms = [np.exp(query @ positive / 0.2), *(np.exp(query @ one / 0.2) for one in others)]
    return -np.log(terms[0] / sum(terms))


def test_all_four_contrasts() -> None:
    method, stage, batch, progress = begun("protoot", 7, "cluster_count=4")
    before, sizes = doubles(*method.made["prototypes"]), doubles(*method.made["sizes"])
    found = values_of(method, stage, progress, batch)
    after = doubles(*method.made["prototypes"])
    for domain, (name, images) in enumerate(zip("AB", batch, strict=True)):
        q, k, bank, rows = doubles(
            method.learner.embed(images.views[0]),
            method.key.embed(images.views[1]),
            method.banks[domain].rows,
            images.rows,
        )
        plan = literal_plan(bank, before[domain], sizes[domain])
        renewed = plan.T @ bank
        renewed /= np.linalg.norm(renewed, axis=1, keepdims=True)
        assert np.allclose(after[domain], renewed, atol=1e-5)
        across = literal_plan(bank, after[1 - domain], sizes[1 - domain])
        expected = dict.fromkeys(("VIEW", "NEAR", "PROTO", "CROSS"), 0.0)
        for i, row in enumerate(rows):
            own = int(plan[row].argmax())
            others = np.delete(before[domain], own, axis=0)
            nearest = max((j for j in range(len(bank)) if j != row), key=lambda j: q[i] @ bank[j])
            expected["VIEW"] += contrast(q[i], k[i], others)
            expected["NEAR"] += contrast(q[i], bank[nearest], others)
            expected["PROTO"] += contrast(q[i], before[domain][own], others)
            there = int(across[row].argmax())
            others = np.delete(after[1 - domain], there, axis=0)
            expected["CROSS"] += contrast(q[i], after[1 - domain][there], others)
        for title, total in expected.items():
            assert found[f"{title} {name}"] == pytest.approx(total / len(rows), abs=1e-4), title


def test_weights_and_when_the_domains_meet() -> None:
    method, stage, batch, _ = begun("protoot", 2)
    early = {term.name: term.weight for term in method.losses(stage, 0.4, batch)}
    late = {term.name: term.weight for term in method.losses(stage, 0.5, batch)}
    assert early["VIEW A"] == 1.0
    assert early["NEAR A"] == 0.5
    assert early["PROTO B"] == 0.1
    assert set(late) - set(early) == {"CROSS A", "CROSS B"}
    assert late["CROSS A"] == 0.01


def test_sizes_are_shares_of_the_images() -> None:
    method, _, _, _ = begun("protoot", 0, "cluster_count=4")
    for sizes in method.made["sizes"]:
        assert float(sizes.sum()) == pytest.approx(1.0)
        assert (sizes > 0).all()
