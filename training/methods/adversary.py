"""A domain classifier and the encoder against each other, as UEM and DANN both need it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from training.config import UemConfig
from training.learners.learner import Learner
from training.losses.domain_adversarial import (
    DomainClassifier,
    dann_ramp,
    domain_adversarial_loss,
    reverse_gradient,
)


class Adversary:
    """Tells the domains apart while the encoder learns that it cannot.

    Attributes:
        classifier: The optimiser changes it together with the encoder.
    """

    def __init__(self, config: UemConfig, learner: Learner) -> None:
        self._config = config
        self.classifier = DomainClassifier(learner.dimension).to(learner.device)

    def loss(self, progress: float, embeddings: list[Tensor]) -> Tensor:
        """Return Eq. 13 behind a reversed gradient.

        Args:
            progress: The part of the stage that is done, 0..1.
            embeddings: (B, D) of domain A and of domain B.
        """
        coefficient = self._config.adversarial_weight
        if self._config.adversarial_ramp:
            coefficient *= dann_ramp(progress)
        a, b = embeddings
        logits = self.classifier(reverse_gradient(torch.cat([a, b]), coefficient))
        is_domain_a = torch.cat([a.new_ones(len(a)), b.new_zeros(len(b))])
        return domain_adversarial_loss(logits, is_domain_a, literal_sums=self._config.literal_sums)

    def state(self) -> dict[str, Any]:
        """Return everything, for a checkpoint."""
        return self.classifier.state_dict()

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        self.classifier.load_state_dict(state)


def freeze_statistics(module: nn.Module) -> None:
    """Keep the running statistics of batch normalisation as they are (G12)."""
    for part in module.modules():
        if isinstance(part, nn.modules.batchnorm._BatchNorm):
            part.eval()
