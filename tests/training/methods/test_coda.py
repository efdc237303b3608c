"""CoDA against its two losses written out number by number."""

from __future__ import annotations

import math

import pytest
import torch
from toy_methods import begun, doubles, toy_config, toy_learner_for

from training.methods.registry import build_method


def softmax(values: list[float]) -> list[float]:
    largest = max(values)
    powers = [math.exp(one - largest) for one in values]
    return [one / sum(powers) for one in powers]


def test_both_losses_over_all_numbers_of_clusters() -> None:
    method, stage, batch, progress = begun("coda", 4, "cluster_count=3")
    with torch.no_grad():
        for weight in method._heads.parameters():  # classifiers that have learned something
            weight += 0.1 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(1))
    terms = {term.name: term for term in method.losses(stage, progress, batch)}
    heads = [doubles(*method._heads.of_a), doubles(*method._heads.of_b)]
    assert [len(one) for one in heads[0]] == [3, 6, 9, 12]
    for domain, (name, images) in enumerate(zip("AB", batch, strict=True)):
        f, bank, rows = doubles(
            method.learner.embed(images.views[0]), method.banks[domain].rows, images.rows
        )
        iss = cca = 0.0
        for size in range(4):
            own = heads[domain][size]
            for i, row in enumerate(rows):
                wanted = softmax([float(w @ bank[row]) / 0.01 for w in own])
                chosen = softmax([float(w @ f[i]) for w in own])
                iss -= sum(p * math.log(q) for p, q in zip(wanted, chosen, strict=True))
                pairs = zip(heads[0][size], heads[1][size], strict=True)
                cca += sum(abs(float(a @ f[i]) - float(b @ f[i])) for a, b in pairs)
        count = 4 * len(rows)
        assert terms[f"ISS {name}"].value.item() == pytest.approx(iss / count, abs=1e-4)
        assert terms[f"CCA {name}"].value.item() == pytest.approx(cca / count, abs=1e-4)
        assert terms[f"ISS {name}"].weight == 1.0
        assert terms[f"CCA {name}"].weight == 0.01


def test_classifiers_learn_slower_by_the_rate() -> None:
    gradients = []
    for rate in (1.0, 0.25):
        method, stage, batch, progress = begun("coda", 0, f"coda_head_rate={rate}")
        total = sum(term.value for term in method.losses(stage, progress, batch))
        total.backward()
        gradients.append(method._heads.of_b[0].grad)
    assert torch.allclose(gradients[1], gradients[0] * 0.25, atol=1e-6)


def test_classifiers_start_at_centres_that_began_together() -> None:
    learner = toy_learner_for("coda")
    method = build_method(toy_config("coda", "cluster_count=3"), learner)
    method.begin_stage(method.stages[0])
    for a, b in zip(method._heads.of_a, method._heads.of_b, strict=True):
        assert a.shape == b.shape
        assert torch.allclose(a.norm(dim=1), torch.ones(len(a)), atol=1e-5)
