"""Qt item models over plain Python state; none of them computes a match or reads an image."""

from __future__ import annotations
