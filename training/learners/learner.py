"""What every learner offers to the trainer and to methods."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

import torch
from torch import Tensor, nn

from training.encoders.encoder import Encoder
from training.learners.batch import Batch


class Learner(Protocol):
    """The trainable part of an encoder together with the images of both domains.

    Attributes:
        module: What the optimiser changes.
        counts: Images of domain A and of domain B.
        dimension: Length D of an embedding.
        device: Where it computes.
        precision: dtype of the backbone in training.
    """

    module: nn.Module
    counts: tuple[int, int]
    dimension: int
    device: torch.device
    precision: torch.dtype

    def steps_per_epoch(self) -> int:
        """Return how many batches an epoch has."""

    def batches(
        self, stage: str, epoch: int, first_step: int = 0
    ) -> AbstractContextManager[Iterator[Batch]]:
        """Give the batches of an epoch, the same ones whenever it is asked.

        Args:
            stage: Name of the stage.
            epoch: Counted from 0 within the stage.
            first_step: Steps that are done already.
        """

    def embed(self, views: Tensor, module: nn.Module | None = None) -> Tensor:
        """Return unit embeddings float32 (B, D) of views; gradients flow.

        Args:
            views: One of `DomainBatch.views`.
            module: A copy of `module` to compute with instead, the stored encoder for example.
        """

    def embed_all(self, domain: int) -> Tensor:
        """Return unit embeddings float32 (N, D) of all images of domain 0 (A) or 1 (B).

        Of the view that retrieval uses, in eval mode, without gradients.
        """

    def embed_mean(self, domain: int) -> Tensor:
        """Return unit embeddings float32 (N, D) like `embed_all`, steadier where it costs little.

        Where views are stored, the direction of the mean over the plain one and all of these.
        """

    def take_forward_seconds(self) -> float:
        """Return how long forward passes of `embed_all` took since the last call."""

    def encoder(self) -> Encoder:
        """Return the encoder as it is now, for saving; it may share its weights."""
