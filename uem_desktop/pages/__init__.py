"""Pages: where widgets, item models and jobs are put together; signals are connected here."""

from __future__ import annotations
