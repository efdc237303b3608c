"""The steps that several plots show in common."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class StepAxis(QObject):
    """The range of steps in sight and the step under the pointer; give one to several plots.

    Signals:
        changed(): Another range.
        pointer_moved(): The pointer is at another step, or gone.
    """

    changed = Signal()
    pointer_moved = Signal()
