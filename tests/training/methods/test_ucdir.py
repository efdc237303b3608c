"""UCDIR against its four losses written out number by number."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from toy_methods import begun, doubles, toy_config, toy_learner_for, values_of

from training.methods.registry import build_method


def softmax(values: np.ndarray) -> np.ndarray:
    powers = np.exp(values)
    return powers / powers.sum()


def test_all_four_losses() -> None:
    method, stage, batch, progress = begun("ucdir", 7, "cluster_count=4")
    found = values_of(method, stage, progress, batch)
    prototypes, clusters = (doubles(*method.made[key]) for key in ("prototypes", "clusters"))
    queries = []
    for domain, (name, images) in enumerate(zip("AB", batch, strict=True)):
        q, k, bank, rows = doubles(
            method.learner.embed(images.views[0]),
            method.key.embed(images.views[1]),
            method.banks[domain].rows,
            images.rows,
        )
        queries.append(q)
        assert np.allclose(bank[rows], k, atol=1e-6)
        instance, clusterwise, sure = 0.0, 0.0, 0
        for i, row in enumerate(rows):
            logits = [q[i] @ k[i] / 0.2]
            logits += [q[i] @ bank[j] / 0.2 for j in range(len(bank)) if j != row]
            instance -= np.log(softmax(np.array(logits))[0])
            own = clusters[domain][row]
            if softmax(prototypes[domain] @ k[i] / 0.2)[own] > 0.2:
                sure += 1
                logs = np.log(softmax(bank @ q[i] / 0.2))
                clusterwise -= logs[clusters[domain] == own].mean()
        assert sure
        assert found[f"INST {name}"] == pytest.approx(instance / len(rows), abs=1e-5)
        assert found[f"CW {name}"] == pytest.approx(clusterwise / sure, abs=1e-5)
    entropies, differences = [], []
    for q in queries:
        relations = []
        for own in prototypes:
            shares = [softmax(own @ row / 0.1) for row in q]
            entropies.append(np.mean([-(share * np.log(share)).sum() for share in shares]))
            sharp = [softmax(own @ row / 0.01 - (own @ row / 0.01).max()) for row in q]
            unit = np.array([one / np.linalg.norm(one) for one in sharp])
            relations.append(1 - unit @ unit.T)
        rows = [((a - b) ** 2).sum() for a, b in zip(*relations, strict=True)]
        differences.append(np.mean(rows))
    assert found["SE"] == pytest.approx(np.mean(entropies), abs=1e-5)
    assert found["DD"] == pytest.approx(np.mean(differences), rel=1e-3)


def test_losses_begin_one_after_the_other() -> None:
    names = {epoch: set(values_of(*_at(begun("ucdir", epoch)))) for epoch in (0, 1, 5)}
    assert names[0] == {"INST A", "INST B"}
    assert names[1] == names[0] | {"CW A", "CW B"}
    assert names[5] == names[1] | {"SE", "DD"}
    method, stage, batch, _ = begun("ucdir", 3)
    weights = {term.name: term.weight for term in method.losses(stage, 0.3, batch)}
    assert weights["CW A"] == pytest.approx(0.25)
    assert weights["INST A"] == 0.5


def test_the_key_encoder_follows_slowly() -> None:
    learner = toy_learner_for("ucdir")
    method = build_method(toy_config("ucdir", "ucdir_momentum=0.9"), learner)
    before = next(method.key.module.parameters()).clone()
    with torch.no_grad():
        for weight in learner.module.parameters():
            weight += 1.0
    method.key.follow()
    assert torch.allclose(next(method.key.module.parameters()), before + 0.1, atol=1e-6)


def _at(started):
    method, stage, batch, progress = started
    return method, stage, progress, batch
