"""Frozen: the encoder as training would find it, without any training.

A yardstick of this project: what a method adds is what it is above this.
"""

from __future__ import annotations

from training.methods.method import Stage
from training.methods.single_stage import SingleStage


class Frozen(SingleStage):
    """No stage, so that nothing changes; see `Method`."""

    @property
    def stages(self) -> tuple[Stage, ...]:
        """None."""
        return ()
