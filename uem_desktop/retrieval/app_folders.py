"""Where the application keeps its settings, its log and what it saves by itself."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_NAME = "uem-desktop"


def config_dir() -> Path:
    """Return the folder of settings and the log; `UEM_CONFIG_DIR` moves it."""
    moved = os.environ.get("UEM_CONFIG_DIR")
    return Path(moved) if moved else Path(platformdirs.user_config_dir(_NAME, appauthor=False))


def data_dir() -> Path:
    """Return the folder of the unnamed project and of pasted images; moves with the settings."""
    moved = os.environ.get("UEM_CONFIG_DIR")
    return Path(moved) if moved else Path(platformdirs.user_data_dir(_NAME, appauthor=False))
