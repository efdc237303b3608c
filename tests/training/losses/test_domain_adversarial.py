from __future__ import annotations

import math

import pytest
import torch

from training.losses.domain_adversarial import (
    DomainClassifier,
    dann_ramp,
    domain_adversarial_loss,
    reverse_gradient,
)


def test_a_classifier_that_cannot_tell_loses_ln_2() -> None:
    loss = domain_adversarial_loss(torch.zeros(4), torch.tensor([True, True, False, False]))
    assert loss.item() == pytest.approx(0.6931472)


def test_against_literal_code() -> None:
    logits = torch.tensor([1.3, -0.4, 2.0, 0.1, -3.0, 0.7], dtype=torch.float64)
    is_domain_a = torch.tensor([1, 1, 1, 0, 0, 0])
    total = 0.0
    for logit, y in zip(logits.tolist(), is_domain_a.tolist(), strict=True):
        g = 1 / (1 + math.exp(-logit))
        total += -y * math.log(g) - (1 - y) * math.log(1 - g)
    mean = domain_adversarial_loss(logits, is_domain_a)
    summed = domain_adversarial_loss(logits, is_domain_a.bool(), literal_sums=True)
    assert mean.item() == pytest.approx(total / 6, abs=1e-12)
    assert summed.item() == pytest.approx(total, abs=1e-12)


def test_a_classifier_that_is_sure_and_wrong_stays_finite() -> None:
    logits = torch.tensor([-500.0, 500.0], requires_grad=True)
    loss = domain_adversarial_loss(logits, torch.tensor([True, False]))
    loss.backward()
    assert loss.item() == pytest.approx(500)
    assert logits.grad is not None
    assert logits.grad.isfinite().all()


def test_the_classifier_has_two_layers() -> None:
    torch.manual_seed(0)
    classifier = DomainClassifier(5)
    shapes = [tuple(p.shape) for p in classifier.parameters()]
    assert shapes == [(5, 5), (5,), (1, 5), (1,)]
    x = torch.randn(3, 5)
    first, _, second = classifier.layers
    hidden = (x @ first.weight.T + first.bias).clamp(min=0)
    expected = (hidden @ second.weight.T + second.bias)[:, 0]
    assert torch.allclose(classifier(x), expected, atol=1e-6)
    assert classifier(x).shape == (3,)


def test_the_encoder_climbs_where_the_classifier_descends() -> None:
    torch.manual_seed(0)
    classifier = DomainClassifier(4)
    is_domain_a = torch.tensor([True, False, True])
    plain = torch.randn(3, 4, requires_grad=True)
    behind = plain.detach().clone().requires_grad_()
    domain_adversarial_loss(classifier(plain), is_domain_a).backward()
    straight = [p.grad.clone() for p in classifier.parameters()]
    classifier.zero_grad()
    reversed_embeddings = reverse_gradient(behind, 0.25)
    assert torch.equal(reversed_embeddings, behind)
    domain_adversarial_loss(classifier(reversed_embeddings), is_domain_a).backward()
    assert plain.grad is not None
    assert behind.grad is not None
    assert torch.allclose(behind.grad, -0.25 * plain.grad)
    for parameter, expected in zip(classifier.parameters(), straight, strict=True):
        assert torch.equal(parameter.grad, expected)


def test_the_ramp_rises_from_nothing_to_one() -> None:
    assert dann_ramp(0.0) == 0
    assert dann_ramp(0.5) == pytest.approx(2 / (1 + math.exp(-5)) - 1)
    assert dann_ramp(1.0) == pytest.approx(0.9999092)
