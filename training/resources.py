"""Where the bundled files lie: next to the packages, or inside the wheel when installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGES = Path(__file__).resolve().parent.parent


def resource_path(*parts: str) -> Path:
    """Return the path of a bundled file or folder.

    Args:
        *parts: Path below ``resources/``, for example ``"weights", "name.safetensors"``.

    Returns:
        The path; whether it exists is the caller's business.
    """
    installed = _PACKAGES / "uem_desktop" / "_resources"
    root = installed if installed.is_dir() else _PACKAGES / "resources"
    return root.joinpath(*parts)
