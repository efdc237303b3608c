"""Centred: the frozen encoder, with the mean of each domain taken away from its embeddings.

A yardstick of this project. UEM's translation of prototypes is a shift by the same means, so this
shows how much of any gain is the shift alone. It changes what is retrieved with; the encoder that
a run saves is the frozen one.
"""

from __future__ import annotations

from torch import Tensor

from training.methods.finished_embeddings import centred
from training.methods.frozen import Frozen


class Centred(Frozen):
    """See `Method`."""

    def embed_all(self, domain: int) -> Tensor:
        """See `Method.embed_all`."""
        return centred(super().embed_all(domain))
