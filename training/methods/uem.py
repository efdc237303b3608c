"""UEM (NeurIPS 2024): unified prototypes first, then alignment that leaves them in place.

Stage one, IDSE: each domain learns by itself, but towards prototypes that both share.
Stage two, CDSM: the domains are brought together, kept in shape by the stored encoder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from training.config import TrainConfig
from training.geometry import euclidean_distances
from training.learners.batch import Batch, DomainBatch
from training.learners.learner import Learner
from training.losses.instance import instance_loss
from training.losses.progressive import progressive_weight
from training.losses.prototype import prototype_loss
from training.losses.semantic import semantic_enhanced_loss
from training.methods.adversary import freeze_statistics
from training.methods.alignment import Alignment
from training.methods.method import LossTerm, Stage
from training.methods.pair_links import PairLinks
from training.methods.prototype_keeper import PrototypeKeeper
from training.methods.running_means import RunningMeans

IDSE = "IDSE"
CDSM = "CDSM"


class Uem:
    """The method as published, with a switch for each ablation; see `Method`."""

    def __init__(
        self, config: TrainConfig, learner: Learner, links: PairLinks | None = None
    ) -> None:
        self._config = config.uem
        self._learner = learner
        self._links = links
        self._keeper = PrototypeKeeper(config.uem, learner, config.run.seed)
        self._means = RunningMeans()
        self._alignment: Alignment | None = None
        self._alpha = 0.0
        self._fresh: list[tuple[Tensor, Tensor]] = []
        self._schedule = config.schedule

    @property
    def stages(self) -> tuple[Stage, ...]:
        """See `Method.stages`."""
        schedule = self._schedule
        return (
            Stage(IDSE, schedule.idse_epochs, schedule.idse_learning_rate),
            Stage(CDSM, schedule.cdsm_epochs, schedule.cdsm_learning_rate),
        )

    def begin_stage(self, stage: Stage) -> nn.Module | None:
        """See `Method.begin_stage`."""
        self._keeper.forget()
        self._learner.module.train()
        if stage.name != CDSM:
            if self._config.freeze_batch_norm_in_idse:
                freeze_statistics(self._learner.module)
            return None
        self._alignment = Alignment(self._config, self._learner, self._links)
        return self._alignment.classifier

    def begin_epoch(self, stage: Stage, epoch: int) -> Mapping[str, float]:
        """Weigh the prototypes (Eq. 10) and make them anew (G5, G14)."""
        self._means.clear()
        if stage.name == CDSM:
            if self._config.refresh_banks:
                self._keeper.refill_banks()
            self._keeper.renew(CDSM, epoch, merging=True)
            return self._keeper.facts()
        self._alpha = progressive_weight(epoch + self._config.first_epoch, stage.epochs)
        if self._alpha >= self._config.alpha_threshold:
            self._keeper.renew(IDSE, epoch, merging=self._config.use_merging)
        return {"alpha": self._alpha, **self._keeper.facts()}

    def losses(self, stage: Stage, progress: float, batch: Batch) -> list[LossTerm]:
        """Return the terms of Eq. 12 or of Eq. 18."""
        embeddings = [self._learner.embed(domain.views[0]) for domain in batch]
        self._note_fresh(batch, embeddings)
        if self._config.bank_update == "before_step":
            self._write_banks()
        if stage.name == CDSM:
            assert self._alignment is not None
            terms = self._alignment.losses(progress, batch, embeddings, self._keeper)
            self._means.add(self._alignment.reliable_shares)
            return terms
        return [
            term
            for domain, images in enumerate(batch)
            for term in self._semantic_terms(domain, images, embeddings[domain])
        ]

    def after_step(self) -> None:
        """Write the banks with the embeddings that the step has computed (G4)."""
        if self._config.bank_update == "after_step":
            self._write_banks()

    def embed_all(self, domain: int) -> Tensor:
        """See `Method.embed_all`."""
        return self._learner.embed_all(domain)

    def epoch_facts(self) -> Mapping[str, float]:
        """Return agreement of bank and encoder, and the share of reliable matches."""
        return self._means.values()

    def state(self) -> dict[str, Any]:
        """See `Method.state`."""
        return {
            "keeper": self._keeper.state(),
            "means": self._means.state(),
            "alpha": self._alpha,
            "alignment": None if self._alignment is None else self._alignment.state(),
        }

    def restore(self, stage: Stage, state: dict[str, Any]) -> None:
        """See `Method.restore`."""
        self._keeper.restore(state["keeper"])
        self._means.restore(state["means"])
        self._alpha = float(state["alpha"])
        if self._alignment is not None and state["alignment"] is not None:
            self._alignment.restore(state["alignment"])

    def _write_banks(self) -> None:
        """Average the embeddings of the step into the banks (Eq. 5)."""
        for bank, (rows, embeddings) in zip(self._keeper.banks, self._fresh, strict=True):
            bank.update(
                rows,
                embeddings,
                momentum=self._config.beta,
                renormalise=self._config.renormalise_bank,
                are_distinct=True,
            )
        self._fresh = []

    def _semantic_terms(
        self, domain: int, images: DomainBatch, embeddings: Tensor
    ) -> list[LossTerm]:
        """Return INCE, PNCE and SEL of one domain (Eq. 6, 7, 11), weighted as in Eq. 10 and 12."""
        config, name = self._config, "AB"[domain]
        bank = self._keeper.banks[domain].rows
        whole = config.ince_negatives == "bank"
        stored = bank if whole else bank[images.rows]
        positives = images.rows if whole else _places(images.rows)
        sums = config.literal_sums
        terms = [
            LossTerm(
                f"INCE {name}",
                instance_loss(embeddings, stored, positives, tau=config.tau, literal_sums=sums),
            )
        ]
        if self._keeper.unified is None:
            return terms
        prototypes = self._keeper.prototypes_in(domain)
        pnce = prototype_loss(
            embeddings,
            prototypes,
            self._assigned(domain, images, embeddings),
            tau=config.tau,
            normalise_prototypes=config.normalise_prototypes,
            literal_sums=sums,
        )
        terms.append(LossTerm(f"PNCE {name}", pnce, self._alpha))
        if config.use_sel:
            sel = semantic_enhanced_loss(
                embeddings,
                prototypes,
                tau=config.tau,
                normalise_prototypes=config.normalise_prototypes,
                detach_weights=config.detach_sel_weights,
            )
            terms.append(LossTerm(f"SEL {name}", sel, self._alpha))
        return terms

    def _assigned(self, domain: int, images: DomainBatch, embeddings: Tensor) -> Tensor:
        """Return the unified id int64 (B,) of each image's cluster (G16)."""
        if self._config.pnce_assignment == "bank":
            return self._keeper.own_ids[domain][images.rows]
        centres = self._keeper.centres[domain]
        nearest = euclidean_distances(embeddings.detach(), centres).argmin(dim=1)
        return self._keeper.ids_of_centres(domain)[nearest]

    def _note_fresh(self, batch: Batch, embeddings: list[Tensor]) -> None:
        """Keep what the banks will be written with, and measure how far they lag (D4)."""
        self._fresh = []
        agreements = {}
        for domain, images in enumerate(batch):
            fresh = embeddings[domain].detach()
            stored = self._keeper.banks[domain].rows[images.rows]
            agreements[f"bank_agreement_{'ab'[domain]}"] = (fresh * stored).sum(dim=1).mean()
            if len(images.views) > 1:
                with torch.no_grad():
                    fresh = self._learner.embed(images.views[1])
            self._fresh.append((images.rows, fresh))
        self._means.add(agreements)


def _places(rows: Tensor) -> Tensor:
    return rows.new_ones(len(rows)).cumsum(0) - 1
