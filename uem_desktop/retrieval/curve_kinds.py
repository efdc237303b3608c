"""What the curves of a run are called, and which plot they belong to."""

from __future__ import annotations

from uem_desktop.retrieval.curve import Cadence, CurveKind

GROUPS = ("losses", "schedule", "prototypes", "agreement", "map", "other")
"""The plots of a run; ``other`` is what a method knows beside them."""

TOTAL = CurveKind("total", "Total", "losses", Cadence.STEP)
LEARNING_RATE = CurveKind("learning_rate", "Learning rate", "schedule", Cadence.STEP)

_FACTS = (
    ("alpha", "Alpha", "schedule", ""),
    ("clusters_a", "Clusters A", "prototypes", ""),
    ("clusters_b", "Clusters B", "prototypes", ""),
    ("merged", "Merged", "prototypes", ""),
    ("reliable_share_a", "Reliable A", "agreement", ""),
    ("reliable_share_b", "Reliable B", "agreement", ""),
    ("bank_agreement_a", "Bank A", "agreement", ""),
    ("bank_agreement_b", "Bank B", "agreement", ""),
)
_FACT_ORDER = {name: row for row, (name, *_) in enumerate(_FACTS)}
_MAPS = {"a_to_b": "A → B", "b_to_a": "B → A"}
_MAP_ORDER = tuple(f"map_{kind}_{way}" for kind in ("plain", "interpolated") for way in _MAPS)


def loss_kind(name: str) -> CurveKind:
    """Return the kind of a loss term."""
    return CurveKind(name, _plain_title(name), "losses", Cadence.STEP)


def fact_kind(name: str, cadence: Cadence) -> CurveKind:
    """Return the kind of what a method knows about an epoch."""
    if name not in _FACT_ORDER:
        return CurveKind(name, _plain_title(name), "other", cadence)
    _, title, group, unit = _FACTS[_FACT_ORDER[name]]
    return CurveKind(name, title, group, cadence, unit)


def map_kind(direction: str, is_interpolated: bool) -> CurveKind:
    """Return the kind of a measured mAP@All."""
    title = _MAPS.get(direction, direction) + (", interpolated" if is_interpolated else "")
    name = f"{'map_interpolated' if is_interpolated else 'map_plain'}_{direction}"
    return CurveKind(name, title, "map", Cadence.EPOCH_END, "%")


def order_of(kind: CurveKind) -> tuple[int, int]:
    """Return where a curve stands among those of its plot, whatever came first."""
    if kind in (TOTAL, LEARNING_RATE):
        return (0, 0)
    if kind.name in _FACT_ORDER:
        return (1, _FACT_ORDER[kind.name])
    if kind.name in _MAP_ORDER:
        return (1, _MAP_ORDER.index(kind.name))
    return (2, 0)


def _plain_title(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
