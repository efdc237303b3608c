"""Finds timm's weights in this machine's own cache; without torch, and never over the network."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from training.errors import UserError

_FILES = ("model.safetensors", "pytorch_model.bin")


def require_timm(name: str) -> None:
    """Make sure that timm can be imported, without importing it.

    Raises:
        UserError: If it is not installed; says which command brings it.
    """
    if importlib.util.find_spec("timm") is None:
        raise UserError(
            f"The backbone {name} needs the package timm, which is not installed; "
            "bring it with: pip install 'uem-desktop[timm]'"
        )


def find_timm_weights(name: str) -> Path:
    """Return the weight file that timm once stored for a backbone.

    Args:
        name: timm's name, with or without the tag after the dot, ``"vit_small_patch14_dinov2"``.

    Raises:
        UserError: If timm is not installed, there is no such file, or the name fits several.
    """
    require_timm(name)
    cache = _hub_cache()
    folders = [cache / f"models--timm--{name}"]
    if not folders[0].is_dir():
        folders = sorted(cache.glob(f"models--timm--{name}.*"))
    if len(folders) > 1:
        tags = " or ".join(folder.name.removeprefix("models--timm--") for folder in folders)
        raise UserError(f"There are weights of several backbones called {name}; say {tags}.")
    for folder in folders:
        for file in _FILES:
            if found := _newest(folder, file):
                return found
    raise UserError(
        f"The weights of {name} are not on this machine, and nothing is downloaded; copy timm's "
        f"folder models--timm--{name} into {cache}."
    )


def _newest(folder: Path, file: str) -> Path | None:
    main = folder / "refs" / "main"
    if main.is_file():
        current = folder / "snapshots" / main.read_text(encoding="ascii").strip() / file
        if current.is_file():
            return current
    return max(folder.glob(f"snapshots/*/{file}"), default=None)


def _hub_cache() -> Path:
    """Return the folder of the Hugging Face hub's cache, found as its own client finds it."""
    if folder := os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE"):
        return Path(folder).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("HF_HOME") or os.path.join(cache, "huggingface")
    return Path(home).expanduser() / "hub"
