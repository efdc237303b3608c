"""Where things that can be made again are kept."""

from __future__ import annotations

import os
from pathlib import Path


def cache_dir() -> Path:
    """Return the cache folder of this application: ``UEM_CACHE_DIR``, else the user's cache."""
    configured = os.environ.get("UEM_CACHE_DIR")
    if configured:
        return Path(configured)
    import platformdirs

    return platformdirs.user_cache_path("uem-desktop", appauthor=False)
