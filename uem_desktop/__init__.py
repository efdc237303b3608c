"""The explorer for cross-domain image retrieval."""

from __future__ import annotations

__version__ = "0.1.0"
