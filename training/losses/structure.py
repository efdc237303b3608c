"""Keep the geometry that the first stage has learnt."""

from __future__ import annotations

from torch import Tensor

from training.geometry import cosines, euclidean_distances


def structure_preservation_loss(embeddings: Tensor, stored_embeddings: Tensor) -> Tensor:
    """Return how far cosines and distances within a batch moved (UEM Eq. 14, SPR).

    Args:
        embeddings: (B, D) of one domain, from the encoder in training.
        stored_embeddings: (B, D) of the same views, from the stored encoder.

    Returns:
        Scalar, the mean over the B² pairs; exactly 0 when both are equal.
    """
    moved_cosines = cosines(embeddings, embeddings) - cosines(stored_embeddings, stored_embeddings)
    moved_distances = euclidean_distances(embeddings, embeddings) - euclidean_distances(
        stored_embeddings, stored_embeddings
    )
    return (moved_cosines.square() + moved_distances.square()).mean()
