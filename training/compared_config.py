"""Settings of the methods that UEM is compared with; their defaults are the public code's.

Encoder, views, batches, epochs and the number of clusters are the same for every method and are
set elsewhere; the learning rate is the schedule's times a factor that each method has for itself.
Where there is no public code, the help says what a default was taken from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from training.config_fields import Range, check_section

_Positive = Range(0.0, is_open=True)
_Weight = Range(0.0)
_Momentum = Range(0.0, 0.99999)


@dataclass(frozen=True, slots=True)
class SmoothedConfig:
    """The yardstick of averaging over neighbours."""

    smoothed_neighbours: Annotated[int, Range(1)] = 20
    """Nearest images of the own domain, the image among them, whose embeddings are averaged."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class InceConfig:
    """The instance loss of UEM alone; its defaults are the paper's."""

    ince_rate_factor: Annotated[float, _Positive] = 1.0
    """Learning rate as a multiple of that of the schedule's first stage."""
    ince_tau: Annotated[float, _Positive] = 0.07
    """Temperature of the softmax."""
    ince_bank_momentum: Annotated[float, _Momentum] = 0.99
    """Momentum of the memory bank."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class DannConfig:
    """Adversarial alignment after UEM's first stage; its defaults are the paper's."""

    dann_rate_factor: Annotated[float, _Positive] = 1.0
    """Learning rate as a multiple of that of the schedule's second stage."""
    dann_weight: Annotated[float, _Weight] = 1.0
    """Coefficient of the reversed gradient."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class CdsConfig:
    """The method CDS."""

    cds_rate_factor: Annotated[float, _Positive] = 1.0
    """Learning rate as a multiple of that of the schedule's first stage."""
    cds_tau: Annotated[float, _Positive] = 0.1
    """Temperature of both softmaxes."""
    cds_bank_momentum: Annotated[float, _Momentum] = 0.5
    """Momentum of the memory bank."""
    cds_match_weight: Annotated[float, _Weight] = 1.0
    """Weight of the cross-domain matching."""
    cds_candidates: Annotated[int, Range(2)] = 700
    """Most similar images of the other domain that a match is looked for among."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class PcsConfig:
    """The method PCS."""

    pcs_rate_factor: Annotated[float, _Positive] = 1.0
    """Learning rate as a multiple of that of the schedule's first stage."""
    pcs_tau: Annotated[float, _Positive] = 0.1
    """Temperature of the softmax over the other domain's prototypes."""
    pcs_bank_momentum: Annotated[float, _Momentum] = 0.5
    """Momentum of the memory bank."""
    pcs_cross_weight: Annotated[float, _Weight] = 1.0
    """Weight of the matching with the other domain's prototypes."""
    pcs_repeats: Annotated[int, Range(1)] = 2
    """Clusterings with each number of clusters; losses are averaged over them (public code: 15)."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class DarlingConfig:
    """The method DARLING; no public code, defaults of MoCo v2."""

    darling_rate_factor: Annotated[float, _Positive] = 1.0
    """Learning rate as a multiple of that of the schedule's first stage."""
    darling_tau: Annotated[float, _Positive] = 0.2
    """Temperature of the contrast."""
    darling_momentum: Annotated[float, _Momentum] = 0.999
    """Momentum of the key encoder."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class Dn2aConfig:
    """The method DN2A; no public code, defaults of MoCo v2 and weights of this project."""

    dn2a_rate_factor: Annotated[float, _Positive] = 1.0
    """Learning rate as a multiple of that of the schedule's first stage."""
    dn2a_tau: Annotated[float, _Positive] = 0.2
    """Temperature of every contrast."""
    dn2a_momentum: Annotated[float, _Momentum] = 0.999
    """Momentum of the key encoder."""
    dn2a_inner_weight: Annotated[float, _Weight] = 1.0
    """Weight of the contrast with the neighbour in the own domain."""
    dn2a_cross_weight: Annotated[float, _Weight] = 1.0
    """Weight of the contrast with the neighbour in the other domain."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class CodaConfig:
    """The method CoDA."""

    coda_rate_factor: Annotated[float, _Positive] = 1.0
    """Learning rate as a multiple of that of the schedule's first stage."""
    coda_tau: Annotated[float, _Positive] = 0.01
    """Temperature that sharpens what the classifiers say of the memory bank."""
    coda_bank_momentum: Annotated[float, _Momentum] = 0.95
    """Momentum of the memory bank."""
    coda_agreement_weight: Annotated[float, _Weight] = 0.01
    """Weight of the agreement of both domains' classifiers."""
    coda_head_rate: Annotated[float, Range(0.0, 1.0)] = 1 / 30
    """Learning rate of the classifiers as a share of the encoder's (0.0001 to 0.003)."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class UcdirConfig:
    """The method UCDIR."""

    ucdir_rate_factor: Annotated[float, _Positive] = 1.0
    """Learning rate as a multiple of that of the schedule's first stage."""
    ucdir_tau: Annotated[float, _Positive] = 0.2
    """Temperature of the instance and the cluster-wise contrast."""
    ucdir_momentum: Annotated[float, _Momentum] = 0.999
    """Momentum of the key encoder."""
    ucdir_cluster_weight: Annotated[float, _Weight] = 1.0
    """Weight of the cluster-wise contrast once it has risen (DomainNet 1.0, Office-Home 0.5)."""
    ucdir_entropy_weight: Annotated[float, _Weight] = 0.5
    """Weight of the self-entropy (DomainNet 0.5)."""
    ucdir_distance_weight: Annotated[float, _Weight] = 0.1
    """Weight of the distance of distance (DomainNet 0.1, Office-Home 0.5)."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class DgdirConfig:
    """The method DGDIR."""

    dgdir_rate_factor: Annotated[float, _Positive] = 1.0
    """Learning rate as a multiple of that of the schedule's first stage."""
    dgdir_tau: Annotated[float, _Positive] = 0.2
    """Temperature of the four contrasts."""
    dgdir_momentum: Annotated[float, _Momentum] = 0.999
    """Momentum of the key encoder."""
    dgdir_contrast_weight: Annotated[float, _Weight] = 0.5
    """Weight of each of the four contrasts."""
    dgdir_cluster_weight: Annotated[float, _Weight] = 0.1
    """Weight of the common clusters of both domains."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class ProtoOtConfig:
    """The method ProtoOT."""

    protoot_rate_factor: Annotated[float, _Positive] = 1.0
    """Learning rate as a multiple of that of the schedule's first stage."""
    protoot_tau: Annotated[float, _Positive] = 0.2
    """Temperature of every contrast."""
    protoot_momentum: Annotated[float, _Momentum] = 0.999
    """Momentum of the key encoder."""
    protoot_epsilon: Annotated[float, _Positive] = 0.05
    """Softness of the assignment by optimal transport."""
    protoot_neighbour_weight: Annotated[float, _Weight] = 0.5
    """Weight of the contrast with the nearest image of the own domain."""
    protoot_prototype_weight: Annotated[float, _Weight] = 0.1
    """Weight of the contrast with the own prototype."""
    protoot_cross_weight: Annotated[float, _Weight] = 0.01
    """Weight of the contrast with the other domain's prototypes, in the second half."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class UemPlusConfig:
    """This project's own method UEM+; each switch takes one of its parts away."""

    plus_rate_factor: Annotated[float, _Positive] = 1.0
    """Learning rate as a multiple of that of the schedule's first stage."""
    plus_tau: Annotated[float, _Positive] = 0.2
    """Temperature of all contrasts."""
    plus_neighbours: Annotated[int, Range(0)] = 20
    """Neighbours in each domain that an image is pulled to; 0 leaves the image alone."""
    plus_mutual: bool = True
    """Trust a neighbour across the domains only where it is mutual."""
    plus_cross_weight: Annotated[float, _Weight] = 0.5
    """Weight of the contrast with the neighbours across the domains."""
    plus_prototype_weight: Annotated[float, _Weight] = 1.0
    """Weight of the contrast with UEM's unified prototypes; without it none are made."""
    plus_start_share: Annotated[float, Range(0.0, 1.0)] = 0.5
    """Part of the epochs in which neighbours are those of the start."""
    plus_start: Literal["discriminants", "principal"] = "discriminants"
    """Where a new linear projector starts: directions that tell images apart but not their views,
    as they need stored views, or the encoder's principal components."""

    def __post_init__(self) -> None:
        check_section(self)
