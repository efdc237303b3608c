"""Stage two of UEM: SPDA, which aligns without disturbing, and SN2M, which matches."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from training.config import UemConfig
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.losses.neighbour_match import Links, match_neighbours, neighbour_match_loss
from training.losses.structure import structure_preservation_loss
from training.methods.adversary import Adversary, freeze_statistics
from training.methods.method import LossTerm
from training.methods.pair_links import PairLinks
from training.methods.prototype_keeper import PrototypeKeeper


class Alignment:
    """The domain classifier, the stored encoder, and the terms of Eq. 18.

    Attributes:
        classifier: Tells the domains apart; the optimiser changes it too.
        reliable_shares: Of the last batch, by ``reliable_share_a`` and ``reliable_share_b``.
    """

    def __init__(self, config: UemConfig, learner: Learner, links: PairLinks | None = None) -> None:
        self._config = config
        self._learner = learner
        self._links = links
        self.reliable_shares: dict[str, Tensor] = {}
        self._adversary = Adversary(config, learner)
        self.classifier: nn.Module = self._adversary.classifier
        if config.freeze_batch_norm:
            freeze_statistics(learner.module)
        # The copy keeps the same mode, so that the structure loss is zero at the start (G12).
        self._stored = copy.deepcopy(learner.module).requires_grad_(False)

    def losses(
        self, progress: float, batch: Batch, embeddings: list[Tensor], keeper: PrototypeKeeper
    ) -> list[LossTerm]:
        """Return the terms of Eq. 18.

        Args:
            progress: The part of the stage that is done, 0..1.
            batch: The images of both domains.
            embeddings: (B, D) of domain A and of domain B.
            keeper: Banks and prototypes of this epoch.
        """
        terms = [LossTerm("DAL", self._adversary.loss(progress, embeddings))]
        if self._config.use_spr:
            for name, images, rows in zip("AB", batch, embeddings, strict=True):
                with torch.no_grad():
                    stored = self._learner.embed(images.views[0], self._stored)
                terms.append(LossTerm(f"SPR {name}", structure_preservation_loss(rows, stored)))
        for domain, (images, rows) in enumerate(zip(batch, embeddings, strict=True)):
            links = self._links.of_rows(domain, images.rows) if self._links is not None else None
            sn2m = self._neighbour_match(domain, rows, keeper, links)
            terms.append(LossTerm(f"SN2M {'AB'[domain]}", sn2m))
        return terms

    def state(self) -> dict[str, Any]:
        """Return everything, for a checkpoint."""
        return {"classifier": self._adversary.state(), "stored": self._stored.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        self._adversary.restore(state["classifier"])
        self._stored.load_state_dict(state["stored"])

    def _neighbour_match(
        self, domain: int, rows: Tensor, keeper: PrototypeKeeper, links: Links | None
    ) -> Tensor:
        """Return Eq. 17 for the images of one domain against the other."""
        prototypes, bank = keeper.prototypes_in(1 - domain), keeper.banks[1 - domain].rows
        matches = match_neighbours(
            rows,
            keeper.centres[domain],
            keeper.ids_of_centres(domain),
            prototypes,
            bank,
            reliability_distance=self._config.reliability_distance,
            links=links,
        )
        self.reliable_shares[f"reliable_share_{'ab'[domain]}"] = matches.is_reliable.float().mean()
        return neighbour_match_loss(
            rows,
            matches,
            prototypes,
            bank,
            tau=self._config.tau,
            numerator=self._config.sn2m_numerator if self._config.use_sn2m else "neighbour",
            normalise_prototypes=self._config.normalise_prototypes,
            links=links,
        )
