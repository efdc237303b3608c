"""Expected distance to the prototypes under a soft assignment."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from training.geometry import euclidean_distances


def semantic_enhanced_loss(
    embeddings: Tensor,
    prototypes: Tensor,
    *,
    tau: float,
    normalise_prototypes: bool = False,
    detach_weights: bool = False,
) -> Tensor:
    """Return the distance to all prototypes, weighted by similarity (UEM Eq. 11, SEL).

    Args:
        embeddings: (B, D) of one domain.
        prototypes: (C, D), unified prototypes as they lie in that domain.
        tau: Temperature of the softmax that weighs the prototypes.
        normalise_prototypes: Use prototypes of unit length in the weights; the distances are to
            the prototypes as they are in any case.
        detach_weights: Let the gradient flow through the distances alone.

    Returns:
        Scalar, the mean over the batch.
    """
    directions = functional.normalize(prototypes, dim=1) if normalise_prototypes else prototypes
    weights = (embeddings @ directions.T / tau).softmax(dim=1)
    if detach_weights:
        weights = weights.detach()
    return (weights * euclidean_distances(embeddings, prototypes)).sum(dim=1).mean()
