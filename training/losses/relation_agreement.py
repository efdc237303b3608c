"""The same images shall be alike whichever domain's prototypes describe them."""

from __future__ import annotations

from torch import Tensor

from training.geometry import cosines


def relation_agreement_loss(
    embeddings: Tensor, prototypes_a: Tensor, prototypes_b: Tensor, *, tau: float = 0.01
) -> Tensor:
    """Compare who is near whom under either set of prototypes (UCDIR's distance of distance).

    The order of the prototypes is of no matter, so nothing has to be matched.

    Args:
        embeddings: (B, D) of either domain.
        prototypes_a: (C_a, D), those of domain A.
        prototypes_b: (C_b, D), those of domain B.
        tau: Temperature of the softmax that describes an image by prototypes.

    Returns:
        Scalar, the mean over the images of the squared length of the difference between their
        rows of 1 - cosine.
    """
    a, b = (_relations(embeddings, prototypes, tau) for prototypes in (prototypes_a, prototypes_b))
    return (a - b).square().sum(dim=1).mean()


def _relations(embeddings: Tensor, prototypes: Tensor, tau: float) -> Tensor:
    shares = (embeddings @ prototypes.T / tau).softmax(dim=1)
    return 1.0 - cosines(shares, shares)
