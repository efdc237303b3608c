"""Smoothed: centred, then each image stands for its neighbourhood in its own domain.

A yardstick of this project: averaging over neighbours on the side of the queries and on that of
the gallery, without training. The encoder that a run saves is the frozen one.
"""

from __future__ import annotations

from torch import Tensor

from training.methods.centred import Centred
from training.methods.finished_embeddings import neighbour_means


class Smoothed(Centred):
    """See `Method`."""

    def embed_all(self, domain: int) -> Tensor:
        """See `Method.embed_all`."""
        return neighbour_means(super().embed_all(domain), self.config.smoothed.smoothed_neighbours)
