"""UEM+: this project's own recipe, UEM with neighbourhoods beside its prototypes, in one stage.

UEM's plan stays: images gather around prototypes that both domains share, and matches across the
domains are used where they can be trusted. What differs, and what each part is worth, is in
``docs/uem-plus.md``:

1. Training starts at the discriminants of images against their own views, and learns in their
   coordinates (`discriminant_projector`, `RefiningLearner`).
2. The positives of INCE (Eq. 6) are an image and its neighbours, and all images of the domain are
   negatives. PNCE (Eq. 7) with unified prototypes stays beside it, at full weight from the start.
3. SN2M's reliable matches (Eq. 16, 17) are the mutual neighbours across the domains; an image
   without any, one of a private category for example, is left alone. SPDA, which a linear map has
   no use for, is left out, and so is SEL.
4. In the first half of the epochs the neighbours are those of the start.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from training.config import TrainConfig
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.losses.neighbourhood import neighbourhood_loss
from training.losses.prototype import prototype_loss
from training.memory_bank import MemoryBank
from training.methods.finished_embeddings import centred
from training.methods.method import LossTerm, Stage
from training.methods.neighbourhoods import find_neighbourhoods
from training.methods.pair_links import PairLinks, linked_neighbours
from training.methods.prototype_keeper import PrototypeKeeper
from training.methods.single_stage import SingleStage


class UemPlus(SingleStage):
    """See `Method`. The banks hold the start, the anchors the encoder at the epoch's begin."""

    def __init__(
        self, config: TrainConfig, learner: Learner, links: PairLinks | None = None
    ) -> None:
        super().__init__(config, learner, rate_factor=config.uem_plus.plus_rate_factor)
        self._settings = config.uem_plus
        self._links = links
        self._keeper = PrototypeKeeper(config.uem, learner, config.run.seed)
        self.kept["keeper"] = self._keeper
        self.banks = (MemoryBank(learner.embed_mean(0)), MemoryBank(learner.embed_mean(1)))

    def begin_epoch(self, stage: Stage, epoch: int) -> Mapping[str, float]:
        """Embed all images anew, and find their neighbours."""
        super().begin_epoch(stage, epoch)
        settings = self._settings
        now = [self.learner.embed_mean(domain) for domain in (0, 1)]
        is_early = epoch < settings.plus_start_share * stage.epochs
        if not (is_early and self.made):
            a, b = (bank.rows for bank in self.banks) if is_early else now
            found = find_neighbourhoods(a, b, settings.plus_neighbours)
            self.made = {
                "own": tuple(one.own for one in found),
                "across": tuple(one.across for one in found),
                "is_mutual": tuple(one.is_mutual for one in found),
            }
        self.made["anchors"] = tuple(centred(rows) for rows in now)
        if settings.plus_prototype_weight:
            self._keeper.refill_banks()
            self._keeper.renew(stage.name, epoch, merging=True)
        matched = {
            f"matched_share_{'ab'[domain]}": float(is_mutual.any(dim=1).float().mean())
            for domain, is_mutual in enumerate(self.made["is_mutual"])
        }
        return matched | self._keeper.facts()

    def losses(self, stage: Stage, progress: float, batch: Batch) -> list[LossTerm]:
        """Return the contrasts with neighbours, own and across, and with the prototypes."""
        terms = []
        for domain, images in enumerate(batch):
            rows = self.learner.embed(images.views[0])
            own = self.made["own"][domain][images.rows]
            across = self.made["across"][domain][images.rows]
            trusted = self.made["is_mutual"][domain][images.rows]
            if not self._settings.plus_mutual:
                trusted = trusted.new_ones(trusted.shape)
            if self._links is not None:
                links = self._links.of_rows(domain, images.rows)
                across, trusted = linked_neighbours(across, trusted, links)
            name, weight = "AB"[domain], self._settings.plus_cross_weight
            terms += [
                LossTerm(f"OWN {name}", self._loss(rows, domain, own, own >= 0)),
                LossTerm(f"ACROSS {name}", self._loss(rows, 1 - domain, across, trusted), weight),
            ]
            if self._keeper.unified is not None:
                pnce = self._prototype_loss(rows, domain, images.rows)
                terms.append(LossTerm(f"PNCE {name}", pnce, self._settings.plus_prototype_weight))
        return terms

    def _prototype_loss(self, rows: Tensor, domain: int, places: Tensor) -> Tensor:
        return prototype_loss(
            rows,
            self._keeper.prototypes_in(domain),
            self._keeper.own_ids[domain][places],
            tau=self._settings.plus_tau,
            normalise_prototypes=True,
        )

    def _loss(self, rows: Tensor, domain: int, neighbours: Tensor, counts: Tensor) -> Tensor:
        anchors = self.made["anchors"][domain]
        return neighbourhood_loss(rows, anchors, neighbours, counts, tau=self._settings.plus_tau)
