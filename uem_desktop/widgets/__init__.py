"""Widgets that know no retrieval: the thumbnail grid, the image view, the drop zone, the theme."""

from __future__ import annotations
