"""DANN: stage one is UEM's, stage two is the adversarial loss and nothing else."""

from __future__ import annotations

import math

import pytest
import torch
from toy_methods import STEPS, begun, doubles, steps_of, toy_config, toy_learner_for, toy_trainer

SHORT = ("idse_epochs=3", "cdsm_epochs=1")


def test_the_first_stage_is_that_of_uem() -> None:
    runs = [
        steps_of(toy_trainer(toy_config(name, *SHORT), toy_learner_for(name)).events())
        for name in ("dann", "uem")
    ]
    first = [[one.losses for one in run if one.stage == "IDSE"] for run in runs]
    assert first[0] == first[1]
    assert len(first[0]) == 3 * STEPS
    assert {tuple(one.losses) for one in runs[0][3 * STEPS :]} == {("DAL",)}


def test_the_second_stage_is_equation_13_with_a_reversed_gradient() -> None:
    method, stage, batch, progress = begun("dann", 2, "dann_weight=0.5")
    (term,) = method.losses(stage, progress, batch)
    with torch.no_grad():
        rows = torch.cat([method._learner.embed(images.views[0]) for images in batch])
        (logits,) = doubles(method._adversary.classifier(rows))
    total = 0.0
    for position, logit in enumerate(logits):
        probability = 1 / (1 + math.exp(-logit))
        total -= math.log(probability if position < len(batch.a.rows) else 1 - probability)
    assert term.value.item() == pytest.approx(total / len(logits), abs=1e-6)
    weight = next(method._learner.module.parameters())
    rows = [method._learner.embed(images.views[0]) for images in batch]
    logits = method._adversary.classifier(torch.cat(rows))
    target = torch.cat([torch.ones(len(rows[0])), torch.zeros(len(rows[1]))])
    plain = torch.nn.functional.binary_cross_entropy_with_logits(logits, target)
    forward = torch.autograd.grad(plain, weight)[0]
    reversed_ = torch.autograd.grad(term.value, weight)[0]
    assert torch.allclose(reversed_, -0.5 * forward, atol=1e-6)
