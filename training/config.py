"""Every setting of a training run: what it means, what it may be, and what the paper says.

The defaults are the paper's, or the reading chosen where the paper is silent (``G1`` to ``G28``
number those gaps). The literal below a field is its help, in the window and on the command line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from training.compared_config import (
    CdsConfig,
    CodaConfig,
    DannConfig,
    DarlingConfig,
    DgdirConfig,
    Dn2aConfig,
    InceConfig,
    PcsConfig,
    ProtoOtConfig,
    SmoothedConfig,
    UcdirConfig,
    UemPlusConfig,
)
from training.config_fields import Range, check_section

Positive = Range(0.0, is_open=True)
Share = Range(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class DataConfig:
    """The two domains and how they reach the encoder."""

    domain_a: str = ""
    """Folder of domain A; its sub-folders' names are never read in training."""
    domain_b: str = ""
    """Folder of domain B."""
    batch_size: Annotated[int, Range(2)] = 64
    """Images per domain and step (paper: 64; per domain after Eq. 13 and public code)."""
    epoch_length: Literal["longer", "shorter"] = "longer"
    """Which domain an epoch goes through once; the longer one is met with the shorter one drawn
    again and again, the shorter one with a part of the longer (G17)."""
    augmentation: Literal["moco", "weak", "none"] = "moco"
    """How views differ: the set of MoCo v2, only gentle crops and flips, or not at all."""
    views: Annotated[int, Range(1, 64)] = 8
    """Augmented views of each image that are kept on disk when only the head learns."""
    views_per_image: Literal[1, 2] = 1
    """Views of an image in one step; the second one then writes the memory bank (G2)."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """What learns."""

    checkpoint: str = "pretrained"
    """Where learning starts: a checkpoint file, or pretrained, pretrained:resnet50, sample."""
    trainable: Literal["head", "all"] = "all"
    """all: the whole encoder, as in the paper; head: only the projector, on stored features."""
    projector: Literal["auto", "linear", "mlp"] = "auto"
    """auto keeps the projector of the checkpoint or, where it has none, takes a linear one."""
    embedding_size: Annotated[int, Range(2, 4096)] = 128
    """Length of an embedding (G1); a projector that is kept brings its own."""
    projector_start: Literal["centred_pca", "pca", "random"] = "centred_pca"
    """Where a new linear projector starts: principal components without or with the domains'
    means in them, so that training begins at the pre-trained geometry, or random numbers."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class ScheduleConfig:
    """How long and how fast."""

    idse_epochs: Annotated[int, Range(0)] = 100
    """Epochs of stage one (paper: 100 for Office-31 and Office-Home, 200 for DomainNet)."""
    cdsm_epochs: Annotated[int, Range(0)] = 50
    """Epochs of stage two (paper: 50)."""
    idse_learning_rate: Annotated[float, Positive] = 0.0002
    """Learning rate at the start of stage one; a cosine takes it to zero (paper: 0.0002)."""
    cdsm_learning_rate: Annotated[float, Positive] = 0.0002
    """The same for stage two, which has an optimiser and a cosine of its own (G11)."""
    momentum: Annotated[float, Range(0.0, 0.9999)] = 0.9
    """Momentum of stochastic gradient descent (paper: 0.9)."""
    weight_decay: Annotated[float, Range(0.0)] = 0.0001
    """Weight decay (G25)."""
    mixed_precision: bool = True
    """Half precision in the backbone where the device has it; losses stay in single precision."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class UemConfig:
    """The method UEM: both stages and their ablations."""

    tau: Annotated[float, Positive] = 0.07
    """Temperature of every softmax (paper: 0.07)."""
    beta: Annotated[float, Range(0.0, 0.99999)] = 0.99
    """Momentum of the memory bank (Eq. 5, paper: 0.99)."""
    renormalise_bank: bool = True
    """Bring rows of the bank back to unit length after each update (G1)."""
    bank_update: Literal["after_step", "before_step"] = "after_step"
    """When the bank is written; before the step the positive already holds the query (G4)."""
    ince_negatives: Literal["batch", "bank"] = "batch"
    """What an image is told apart from: the batch, as Eq. 6 sums, or the whole bank (G3)."""
    pnce_assignment: Literal["bank", "encoder"] = "bank"
    """Whose cluster is the positive of Eq. 7: that of the bank's row, as k-means has it, or that of
    the fresh embedding (G16)."""
    normalise_prototypes: bool = False
    """Compare with prototypes of unit length inside softmaxes (G1, off: as Eq. 7 is printed)."""
    literal_sums: bool = False
    """Sum Eq. 6, 7 and 13 over the batch, as printed, instead of averaging (G8)."""
    detach_sel_weights: bool = False
    """Keep gradients out of the softmax weights of Eq. 11 (G9)."""
    kmeans_iterations: Annotated[int, Range(1)] = 20
    """Most iterations of one k-means (G6)."""
    kmeans_restarts: Annotated[int, Range(1)] = 5
    """Starts of k-means, of which the tightest result counts (G6)."""
    cluster_count: Annotated[int, Range(0)] = 0
    """Clusters per domain; 0 estimates them by the elbow (G7), a number is for debugging."""
    elbow_every: Annotated[int, Range(1)] = 1
    """Epochs between two estimates of the number of clusters (G5, G14)."""
    merge_rule: Literal["strict", "mean_gap", "mutual", "all"] = "strict"
    """Which Hungarian pairs of prototypes merge: those of Eq. 9 (strict), those closer than the
    mean gap between neighbours, mutual nearest neighbours, or all."""
    alpha_threshold: Annotated[float, Share] = 0.0001
    """Prototypes are left out while their weight alpha (Eq. 10) is below this."""
    first_epoch: Literal[0, 1] = 0
    """The number of the first epoch in Eq. 10 (G26)."""
    adversarial_weight: Annotated[float, Range(0.0)] = 1.0
    """Coefficient of the reversed gradient (G10)."""
    adversarial_ramp: bool = False
    """Let that coefficient rise from zero as in DANN (G10)."""
    freeze_batch_norm: bool = True
    """Keep the running statistics of batch normalisation as they are in stage two (G12)."""
    freeze_batch_norm_in_idse: bool = False
    """Keep them in stage one too; otherwise a step normalises by its own batch, and its embeddings
    lie far from those that fill the bank."""
    refresh_banks: bool = True
    """Fill the banks anew from the encoder before each epoch of stage two (G13)."""
    sn2m_numerator: Literal["switch", "prototype", "neighbour"] = "switch"
    """Positives of Eq. 17: prototype and, where reliable, neighbour; always the prototype alone;
    always the nearest neighbour alone, which is the ablation without SN2M (G27)."""
    reliability_distance: Literal["joint", "euclidean"] = "joint"
    """How the prototype of a neighbour is found: by the dissimilarity of Eq. 15 and 16, or by the
    plain distance (G15)."""
    use_merging: bool = True
    """Off: stage one keeps each domain's own prototypes, the ablation without P.M. (G28)."""
    use_sel: bool = True
    """Off: no semantic-enhanced loss (Eq. 11)."""
    use_spr: bool = True
    """Off: no structure preservation (Eq. 14), the ablation without SPDA."""
    use_sn2m: bool = True
    """Off: nearest neighbours without a switch instead of Eq. 17, the ablation without SN2M."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class RunConfig:
    """What is done beside learning."""

    method: str = "uem"
    """Name of the method that learns."""
    use_decisions: bool = False
    """Accepted pairs must, rejected pairs cannot be matched by SN2M; they are in the run's
    pairs.csv. Off: no decision touches training."""
    seed: Annotated[int, Range(0)] = 2024
    """Where every random number comes from (paper: 2024, 2025, 2026)."""
    device: str = "auto"
    """auto for the best there is, or cuda, mps, xpu, cpu."""
    evaluate_every: Annotated[int, Range(0)] = 1
    """Epochs between two measurements of mAP@All, where categories are known; 0 for never."""
    checkpoint_every: Annotated[int, Range(1)] = 10
    """Epochs between two checkpoints; the end of a stage is always one."""
    checkpoint_minutes: Annotated[float, Positive] = 10.0
    """Also save the state when this time has passed within an epoch."""
    keep_states: Annotated[int, Range(1)] = 2
    """How many checkpoints keep everything that going on needs, beside those at a stage's end."""

    def __post_init__(self) -> None:
        check_section(self)


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """All settings of one run.

    Attributes:
        run: What is done beside learning.
        data: The two domains.
        encoder: What learns.
        schedule: How long and how fast.
        uem: The method UEM; how clusters are made is the same for every method.
        smoothed: The yardstick of averaging over neighbours.
        ince: The instance loss of UEM alone.
        dann: Adversarial alignment after UEM's first stage.
        cds: The method CDS; the following likewise.
    """

    run: RunConfig = field(default_factory=RunConfig)
    data: DataConfig = field(default_factory=DataConfig)
    encoder: EncoderConfig = field(default_factory=EncoderConfig)
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    uem: UemConfig = field(default_factory=UemConfig)
    smoothed: SmoothedConfig = field(default_factory=SmoothedConfig)
    ince: InceConfig = field(default_factory=InceConfig)
    dann: DannConfig = field(default_factory=DannConfig)
    cds: CdsConfig = field(default_factory=CdsConfig)
    pcs: PcsConfig = field(default_factory=PcsConfig)
    darling: DarlingConfig = field(default_factory=DarlingConfig)
    dn2a: Dn2aConfig = field(default_factory=Dn2aConfig)
    ucdir: UcdirConfig = field(default_factory=UcdirConfig)
    coda: CodaConfig = field(default_factory=CodaConfig)
    dgdir: DgdirConfig = field(default_factory=DgdirConfig)
    protoot: ProtoOtConfig = field(default_factory=ProtoOtConfig)
    uem_plus: UemPlusConfig = field(default_factory=UemPlusConfig)
