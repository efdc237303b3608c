"""Classifiers of two domains shall say the same of an image."""

from __future__ import annotations

from torch import Tensor


def classifier_agreement_loss(logits_a: Tensor, logits_b: Tensor) -> Tensor:
    """Return how far two classifiers are apart, raw logit by raw logit (CoDA's CCA).

    Args:
        logits_a: (B, C), by the classifier of domain A.
        logits_b: (B, C), of the same images by that of domain B.

    Returns:
        Scalar, the sum of the absolute differences, averaged over the batch.
    """
    return (logits_a - logits_b).abs().sum(dim=1).mean()
