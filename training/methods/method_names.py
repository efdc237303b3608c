"""The methods there are, for people; needs no torch."""

from __future__ import annotations

from dataclasses import dataclass

from training.config import TrainConfig
from training.config_fields import unknown_sentence
from training.errors import UserError

_PUBLISHED = "from the paper; no public code"
_CODE = "from public code"
_PART = "from public code, without its mixing of images"
_IDEA = "re-implemented from the paper's idea"
_OWN = "this project's own method"
_YARDSTICK = "a yardstick of this project, not trained"


@dataclass(frozen=True, slots=True)
class MethodName:
    """How a method is called and where it comes from.

    Attributes:
        name: As it is typed.
        title: As it is shown.
        origin: What it was written from, shown wherever the title is.
        stages: Names of its stages; none where nothing is trained.
        views_per_image: Views of an image that it compares in one step, 1 or 2.
        needs_phases: Whether it looks at the phase of each view too.
        switched_off: Setting of UEM that is off, for an ablation of UEM.
        refines_start: Whether a head learns behind the projector that it starts from.
        uses_decisions: Whether accepted and rejected pairs may take part in its matching.
    """

    name: str
    title: str
    origin: str
    stages: tuple[str, ...] = ("TRAIN",)
    views_per_image: int = 1
    needs_phases: bool = False
    switched_off: str = ""
    refines_start: bool = False
    uses_decisions: bool = False


UEM_STAGES = ("IDSE", "CDSM")

METHODS = (
    MethodName("uem", "UEM", _PUBLISHED, UEM_STAGES, uses_decisions=True),
    MethodName("uem+", "UEM+", _OWN, refines_start=True, uses_decisions=True),
    MethodName(
        "uem-no-merging",
        "UEM without P.M.",
        _PUBLISHED,
        UEM_STAGES,
        switched_off="use_merging",
        uses_decisions=True,
    ),
    MethodName(
        "uem-no-sel",
        "UEM without SEL",
        _PUBLISHED,
        UEM_STAGES,
        switched_off="use_sel",
        uses_decisions=True,
    ),
    MethodName(
        "uem-no-spda",
        "UEM without SPDA",
        _PUBLISHED,
        UEM_STAGES,
        switched_off="use_spr",
        uses_decisions=True,
    ),
    MethodName("uem-no-sn2m", "UEM without SN2M", _PUBLISHED, UEM_STAGES, switched_off="use_sn2m"),
    MethodName("frozen", "Frozen encoder", _YARDSTICK, ()),
    MethodName("centred", "Centred", _YARDSTICK, ()),
    MethodName("smoothed", "Centred and smoothed", _YARDSTICK, ()),
    MethodName("ince", "INCE", "UEM's instance loss alone, as printed"),
    MethodName("dann", "DANN", "from the papers of DANN and UEM", ("IDSE", "DAL")),
    MethodName("cds", "CDS", _CODE),
    MethodName("pcs", "PCS", _CODE),
    MethodName("darling", "DARL", _IDEA, views_per_image=2),
    MethodName("dn2a", "DN2A", _IDEA, views_per_image=2),
    MethodName("ucdir", "UCDIR", _CODE, views_per_image=2),
    MethodName("coda", "CoDA", _CODE),
    MethodName("dgdir", "DGDIR", _PART, views_per_image=2, needs_phases=True),
    MethodName("protoot", "ProtoOT", _CODE, views_per_image=2),
)
METHOD_NAMES = tuple(method.name for method in METHODS)


def check_method(name: str) -> None:
    """Raise a UserError unless there is a method of this name."""
    if name not in METHOD_NAMES:
        raise UserError(unknown_sentence("method", name, list(METHOD_NAMES)))


def method_named(name: str) -> MethodName:
    """Return what is known of a method.

    Raises:
        UserError: If there is none of this name.
    """
    check_method(name)
    return METHODS[METHOD_NAMES.index(name)]


def check_decisions(config: TrainConfig) -> None:
    """Raise a UserError unless the method, set as it is, can use accepted and rejected pairs."""
    method = method_named(config.run.method)
    able = [one.name for one in METHODS if one.uses_decisions]
    if not method.uses_decisions:
        raise UserError(
            f"{method.title} does not match images across the domains by SN2M and cannot use"
            f" decisions; {', '.join(able[:-1])} and {able[-1]} can."
        )
    is_uem = method.name != "uem+"
    if is_uem and not (config.uem.use_sn2m and config.uem.sn2m_numerator == "switch"):
        raise UserError(
            "Decisions take part in the switch of SN2M, which is off here; leave use_sn2m on and"
            " sn2m_numerator at switch."
        )
