"""Round numbers along an axis, and how numbers are written there."""

from __future__ import annotations

import math
from dataclasses import dataclass

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis.

    Attributes:
        place: Where, in the numbers that are drawn.
        text: Its label.
    """

    place: float
    text: str


def linear_ticks(least: float, largest: float, most: int, *, is_whole: bool = False) -> list[Tick]:
    """Return at most about `most` round numbers within a range.

    Args:
        least: Where the axis begins.
        largest: Where it ends.
        most: How many find room.
        is_whole: Whether only whole numbers make sense.
    """
    span = largest - least
    if not (math.isfinite(span) and span > 0) or most < 1:
        return []
    step = _round_step(span / most)
    step = max(1.0, step if step != 2.5 else 5.0) if is_whole else step
    first = math.ceil(least / step - 1e-9)
    last = math.floor(largest / step + 1e-9)
    places = [row * step for row in range(first, last + 1)]
    texts = _texts(places, step)
    return [Tick(place, text) for place, text in zip(places, texts, strict=True)]


def log_ticks(least: float, largest: float, most: int) -> list[Tick]:
    """Return decades within a range of logarithms, and 2 and 5 of them where there is room."""
    span = largest - least
    if not (math.isfinite(span) and span > 0) or most < 1:
        return []
    first, last = math.floor(least), math.ceil(largest)
    stride = max(1, math.ceil((last - first) / most))
    factors = (1.0, 2.0, 5.0) if (last - first) * 3 <= most + 3 else (1.0,)
    is_far = first < -4 or last > 6
    ticks = [
        Tick(power + math.log10(factor), _log_text(factor * 10.0**power, is_far))
        for power in range(first - first % stride, last + 1, stride)
        for factor in factors
        if least - 1e-9 <= power + math.log10(factor) <= largest + 1e-9
    ]
    if len(ticks) >= 2:
        return ticks
    inside = linear_ticks(10.0**least, 10.0**largest, most)
    return [Tick(math.log10(tick.place), tick.text) for tick in inside if tick.place > 0]


def value_text(value: float, digits: int = 4) -> str:
    """Write a value as people read it: four digits, thousands parted."""
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "infinite" if value > 0 else "−infinite"
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if power < -4 or power >= 9:
        return _scientific(value, digits)
    decimals = max(0, digits - 1 - power)
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


def _texts(places: list[float], step: float) -> list[str]:
    """Write the numbers of an axis alike: ``12,000``, ``0.05``, ``1.5e−6``."""
    power = math.floor(math.log10(step) + 1e-9)
    is_odd = not math.isclose(step, round(step / 10.0**power) * 10.0**power)
    decimals = max(0, is_odd - power)
    largest = max((abs(place) for place in places), default=0.0)
    if largest and (decimals > _MOST_DECIMALS or largest >= 1e7):
        digits = math.floor(math.log10(largest)) - power + 1 + is_odd
        return [_scientific(place, digits) if place else "0" for place in places]
    return [f"{place if place else 0.0:,.{decimals}f}".replace("-", "−") for place in places]


def _log_text(value: float, is_far: bool) -> str:
    return _scientific(value, 1) if is_far and value != 1 else value_text(value)


def _scientific(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(exponent)}".replace("-", "−")


def _round_step(rough: float) -> float:
    unit = 10.0 ** math.floor(math.log10(rough))
    return next(unit * factor for factor in _ROUND if unit * factor >= rough * (1 - 1e-9))
