"""Where trainings start: the same encoder for every method, its projector computed once."""

from __future__ import annotations

import copy

import torch

from training.config import TrainConfig
from training.domain_features import DomainFeatures
from training.encoders.encoder import Encoder
from training.methods.method_names import method_named
from training.preparation import starting_encoder, starts_at_discriminants

_Key = tuple[str, str, int, bool, bool]


class Start:
    """Gives each training an encoder of its own to change.

    Principal components take longer than measuring does, and the methods that follow each other on
    the same images with the same seed share them.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._key: _Key | None = None
        self._started = encoder
        self._random = torch.get_rng_state()

    def encoder(
        self, config: TrainConfig, domains: tuple[DomainFeatures, DomainFeatures]
    ) -> Encoder:
        """Return a copy of the encoder that training starts from, torch being seeded for it.

        A backbone that stays as it is is shared by all copies.

        Raises:
            UserError: A domain has too few images.
        """
        a, b = (domain.images.fingerprint for domain in domains)
        refines = method_named(config.run.method).refines_start
        key = (a, b, config.run.seed, refines, starts_at_discriminants(config))
        if key != self._key:
            self._started = starting_encoder(config, self._encoder, domains)
            self._random = torch.get_rng_state()
            self._key = key
        torch.manual_seed(config.run.seed)
        torch.set_rng_state(self._random)
        is_frozen = config.encoder.trainable == "head"
        backbone = self._started.backbone
        return copy.deepcopy(self._started, {id(backbone): backbone} if is_frozen else {})
