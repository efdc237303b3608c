"""UEM+: this project's own recipe, UEM with neighbourhoods in the place of its prototypes.

UEM's plan stays: each domain learns its own semantic structure against a bank of all its images,
and the other domain joins where a match can be trusted. What differs, and what each part is worth,
is in ``docs/uem-plus.md``:

1. Training starts at the discriminants of images against their own views, and learns in their
   coordinates (`discriminant_projector`, `RefiningLearner`).
2. The positives of INCE (Eq. 6) are an image and its neighbours, where UEM has the image and, by
   PNCE, its prototype (Eq. 7).
3. Neighbours are looked for after each image has been averaged with its neighbours.
4. SN2M's reliable matches (Eq. 16, 17) are the mutual neighbours across the domains; an image
   without any, one of a private category for example, is left alone.
5. In the first half of the epochs the neighbours are those of the start.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from training.config import TrainConfig
from training.learners.batch import Batch
from training.learners.learner import Learner
from training.losses.neighbourhood import neighbourhood_loss
from training.memory_bank import MemoryBank
from training.methods.finished_embeddings import centred
from training.methods.method import LossTerm, Stage
from training.methods.neighbourhoods import find_neighbourhoods
from training.methods.single_stage import SingleStage


class UemPlus(SingleStage):
    """See `Method`. The banks hold the start, the anchors the encoder at the epoch's begin."""

    def __init__(self, config: TrainConfig, learner: Learner) -> None:
        super().__init__(config, learner, rate_factor=config.uem_plus.plus_rate_factor)
        self._settings = config.uem_plus
        self.banks = (MemoryBank(learner.embed_mean(0)), MemoryBank(learner.embed_mean(1)))

    def begin_epoch(self, stage: Stage, epoch: int) -> Mapping[str, float]:
        """Embed all images anew, and find their neighbours."""
        super().begin_epoch(stage, epoch)
        settings = self._settings
        now = [self.learner.embed_mean(domain) for domain in (0, 1)]
        is_early = epoch < settings.plus_start_share * stage.epochs
        if not (is_early and self.made):
            a, b = (bank.rows for bank in self.banks) if is_early else now
            found = find_neighbourhoods(
                a, b, settings.plus_neighbours, averaging=settings.plus_averaging
            )
            self.made = {
                "own": tuple(one.own for one in found),
                "across": tuple(one.across for one in found),
                "is_mutual": tuple(one.is_mutual for one in found),
            }
        self.made["anchors"] = tuple(centred(rows) for rows in now)
        return {
            f"matched_share_{'ab'[domain]}": float(is_mutual.any(dim=1).float().mean())
            for domain, is_mutual in enumerate(self.made["is_mutual"])
        }

    def losses(self, stage: Stage, progress: float, batch: Batch) -> list[LossTerm]:
        """Return the contrast with the own neighbourhood and with that across, of each domain."""
        terms = []
        for domain, images in enumerate(batch):
            rows = self.learner.embed(images.views[0])
            own = self.made["own"][domain][images.rows]
            across = self.made["across"][domain][images.rows]
            trusted = self.made["is_mutual"][domain][images.rows]
            if not self._settings.plus_mutual:
                trusted = trusted.new_ones(trusted.shape)
            name, weight = "AB"[domain], self._settings.plus_cross_weight
            terms += [
                LossTerm(f"OWN {name}", self._loss(rows, domain, own, own >= 0)),
                LossTerm(f"ACROSS {name}", self._loss(rows, 1 - domain, across, trusted), weight),
            ]
        return terms

    def _loss(self, rows: Tensor, domain: int, neighbours: Tensor, counts: Tensor) -> Tensor:
        anchors = self.made["anchors"][domain]
        return neighbourhood_loss(rows, anchors, neighbours, counts, tau=self._settings.plus_tau)
