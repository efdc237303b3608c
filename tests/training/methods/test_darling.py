"""DARLING's mixture against the numbers written out, and where its weights come from."""

from __future__ import annotations

import math

import pytest
import torch
from toy_methods import begun, doubles


def test_the_mixture_and_what_the_classifier_learns() -> None:
    method, stage, batch, progress = begun("darling", 4)
    with torch.no_grad():
        for weight in method._classifier.parameters():  # a classifier with opinions
            weight += torch.randn(weight.shape, generator=torch.Generator().manual_seed(2))
    terms = {term.name: term for term in method.losses(stage, progress, batch)}
    banks = doubles(*(bank.rows for bank in method.banks))
    answers = 0.0
    for domain, (name, images) in enumerate(zip("AB", batch, strict=True)):
        rows = images.rows.tolist()
        q, k = doubles(method.learner.embed(images.views[0]), method.key.embed(images.views[1]))
        (logits,) = doubles(method._classifier(method.learner.embed(images.views[0])))
        total = 0.0
        for i, row in enumerate(rows):
            is_a = 1 / (1 + math.exp(-logits[i]))
            positive, chance = math.exp(q[i] @ k[i] / 0.2), 0.0
            for other, share in enumerate((is_a, 1 - is_a)):
                numbers = range(len(banks[other]))
                negatives = sum(
                    math.exp(q[i] @ banks[other][j] / 0.2)
                    for j in numbers
                    if other != domain or j != row
                )
                chance += share * positive / (positive + negatives)
            total -= math.log(chance)
            answers -= math.log(is_a if domain == 0 else 1 - is_a)
        assert terms[f"MIX {name}"].value.item() == pytest.approx(total / len(rows), abs=1e-5)
    count = len(batch.a.rows) + len(batch.b.rows)
    assert terms["DOMAIN"].value.item() == pytest.approx(answers / count, abs=1e-5)


def test_the_classifier_neither_moves_the_encoder_nor_is_moved_by_the_mixture() -> None:
    method, stage, batch, progress = begun("darling", 0)
    terms = {term.name: term.value for term in method.losses(stage, progress, batch)}
    terms["DOMAIN"].backward()
    assert all(weight.grad is None for weight in method.learner.module.parameters())
    method._classifier.zero_grad()
    (terms["MIX A"] + terms["MIX B"]).backward()
    assert all(weight.grad is None for weight in method._classifier.parameters())
