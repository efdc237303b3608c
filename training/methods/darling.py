"""DARL, which is DARLING (CVPR 2022, Zhang et al.): contrast within domains, mixed by likelihood.

Re-implemented from the paper's idea, without its text or code at hand: negatives come from a
dictionary of each domain, and the chance to find the own key is a mixture over the domains, weighed
by a classifier that tells from which domain an image comes. This project's choices: the dictionary
is the bank of newest keys of every image; the classifier has two layers, learns from embeddings
without a gradient to them, and its answer is taken as given; temperature 0.2 and momentum 0.999 as
in MoCo v2. Left out: the adversarial learning of negatives. Where the classifier is certain the
loss is the contrast within the own domain, and so near to UEM's instance loss.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from training.config import TrainConfig
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.losses.domain_adversarial import DomainClassifier, domain_adversarial_loss
from training.losses.domain_mixture import domain_mixture_loss
from training.methods.method import LossTerm, Stage
from training.methods.two_views import TwoViews


class Darling(TwoViews):
    """Domain-aware contrast."""

    def __init__(self, config: TrainConfig, learner: Learner) -> None:
        settings = config.darling
        super().__init__(
            config,
            learner,
            momentum=settings.darling_momentum,
            rate_factor=settings.darling_rate_factor,
        )
        self._classifier: DomainClassifier | None = None

    def begin_stage(self, stage: Stage) -> nn.Module:
        """Begin with a classifier that knows nothing."""
        super().begin_stage(stage)
        self._classifier = DomainClassifier(self.learner.dimension).to(self.learner.device)
        return self._classifier

    def losses(self, stage: Stage, progress: float, batch: Batch) -> list[LossTerm]:
        """Return the mixture of each domain, and what the classifier learns from."""
        assert self._classifier is not None
        domains = self.pairs(batch)
        logits = [self._classifier(one.queries.detach()) for one in domains]
        terms = []
        for domain, one in enumerate(domains):
            known = logits[domain].detach()
            log_shares = torch.stack([functional.logsigmoid(known), functional.logsigmoid(-known)])
            self.means.add({f"own_domain_{'ab'[domain]}": log_shares[domain].exp().mean()})
            loss = domain_mixture_loss(
                one.queries,
                one.keys,
                (domains[0].bank, domains[1].bank),
                (one.rows, None) if domain == 0 else (None, one.rows),
                log_shares.T,
                tau=self.config.darling.darling_tau,
            )
            terms.append(LossTerm(f"MIX {'AB'[domain]}", loss))
        is_a = torch.cat([torch.ones_like(logits[0]), torch.zeros_like(logits[1])])
        terms.append(LossTerm("DOMAIN", domain_adversarial_loss(torch.cat(logits), is_a)))
        return terms

    def state(self) -> dict[str, Any]:
        """See `Method.state`."""
        assert self._classifier is not None
        return {**super().state(), "classifier": self._classifier.state_dict()}

    def restore(self, stage: Stage, state: dict[str, Any]) -> None:
        """See `Method.restore`."""
        assert self._classifier is not None
        super().restore(stage, state)
        self._classifier.load_state_dict(state["classifier"])
