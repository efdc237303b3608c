"""Work off the GUI thread, answers always back on it. QtCore only."""

from __future__ import annotations
