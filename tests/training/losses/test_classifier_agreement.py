from __future__ import annotations

import pytest
import torch

from training.losses.classifier_agreement import classifier_agreement_loss


def test_it_is_the_sum_over_classes_and_the_mean_over_images() -> None:
    a = torch.tensor([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])
    b = torch.tensor([[1.0, 0.0, 4.0], [0.5, 0.0, -0.5]])
    assert float(classifier_agreement_loss(a, b)) == pytest.approx((3.0 + 1.0) / 2)
    assert float(classifier_agreement_loss(a, a)) == 0
