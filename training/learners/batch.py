"""What a method gets in one step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, slots=True)
class DomainBatch:
    """The images of one domain in one step.

    Attributes:
        rows: int64 (B,), rows of the images in their domain.
        views: One tensor a view, what `Learner.embed` takes; (B, …).
        phases: The phase of each of these views in the same form, for methods that need it.
    """

    rows: Tensor
    views: tuple[Tensor, ...]
    phases: tuple[Tensor, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """The images of both domains in one step.

    Attributes:
        step: Counted from 0 within the epoch.
        a: Of domain A.
        b: Of domain B.
    """

    step: int
    a: DomainBatch
    b: DomainBatch

    def __iter__(self) -> Iterator[DomainBatch]:
        return iter((self.a, self.b))
