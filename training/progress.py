"""How far long work is, in numbers and in one sentence for people."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far work on the images of a folder, or in other equal parts, is.

    Attributes:
        done: Images that are finished, failed ones and stored ones included.
        total: Images there are.
        failed: Images of ``done`` that could not be used.
        seconds: Time since the work began.
        stored: Images of ``done`` that were read from the store; they do not count as speed.
    """

    done: int
    total: int
    failed: int = 0
    seconds: float = 0.0
    stored: int = 0

    @property
    def items_per_second(self) -> float:
        """Images worked on per second; 0 while that cannot be said."""
        worked = self.done - self.stored
        return worked / self.seconds if worked > 0 and self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Time to go at this speed; None while that cannot be said."""
        if self.done >= self.total:
            return 0.0
        rate = self.items_per_second
        return (self.total - self.done) / rate if rate > 0 else None

    def sentence(self) -> str:
        """Say it all: ``1,240 of 10,000 images · 52 images/s · 2 min 48 s left · 3 problems``."""
        parts = [f"{self.done:,} of {self.total:,} image{_plural(self.total)}"]
        rate = self.items_per_second
        if rate > 0:
            parts.append(f"{_rate_text(rate)} images/s")
        left = self.seconds_left
        if left:
            parts.append(f"{duration_text(left)} left")
        if self.failed:
            parts.append(f"{self.failed:,} problem{_plural(self.failed)}")
        return " · ".join(parts)

    def share_sentence(self) -> str:
        """Say how far work is whose parts are no images: ``37 % · 12 s left``."""
        share = f"{100 * self.done // max(1, self.total)} %"
        left = self.seconds_left
        return f"{share} · {duration_text(left)} left" if left else share


def duration_text(seconds: float) -> str:
    """Return a duration as people say it: ``48 s``, ``2 min 48 s``, ``1 h 5 min``, ``3 days``.

    Anything above zero is at least one second, so that "0 s left" is never shown.
    """
    whole = math.ceil(seconds) if seconds < 1 else round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return _pair(whole // 60, "min", whole % 60, "s")
    minutes = round(seconds / 60)
    if minutes < 48 * 60:
        return _pair(minutes // 60, "h", minutes % 60, "min")
    return f"{round(seconds / 86400):,} days"


def _pair(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit}" + (f" {small} {small_unit}" if small else "")


def _rate_text(rate: float) -> str:
    if rate >= 9.95:
        return f"{rate:,.0f}"
    return f"{rate:.1f}" if rate >= 0.05 else "under 0.1"


def _plural(count: int) -> str:
    return "" if count == 1 else "s"
