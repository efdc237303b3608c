"""What ``uem doctor`` looks at: Python, packages, files and folders, formats, weights."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.errors import UserError
from uem_desktop import __version__
from uem_desktop.cli.display import has_display, has_wayland, has_x11

_LOW_DISK_BYTES = 1_000_000_000

# for a distribution that goes by several names: the module that tells whether it is there
_MODULES = {"faiss-cpu": "faiss", "pyside6-essentials": "PySide6"}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor.

    Attributes:
        group: The heading it stands under.
        name: What was looked at.
        is_ok: Whether it is as it should be.
        is_essential: Whether the program cannot work without it.
        detail: What was found.
        remedy: What to do about it, empty when nothing needs doing.
    """

    group: str
    name: str
    is_ok: bool
    is_essential: bool
    detail: str
    remedy: str = ""


def check_system() -> Iterator[Check]:
    """Python, platform and this program."""
    version = platform.python_version()
    is_supported = (3, 11) <= sys.version_info[:2] < (3, 14)
    remedy = "" if is_supported else "use Python 3.11, 3.12 or 3.13"
    yield Check("System", "Python", is_supported, False, f"{version} ({sys.executable})", remedy)
    cores = os.cpu_count() or 1
    detail = f"{platform.platform()}, {cores} core{'s' if cores > 1 else ''}"
    yield Check("System", "Platform", True, False, detail)
    yield Check("System", "uem-desktop", True, False, __version__)


def check_packages() -> Iterator[Check]:
    """Every package this program asks for, by its own metadata; none of them is imported."""
    try:
        requirements = importlib.metadata.requires("uem-desktop") or []
    except importlib.metadata.PackageNotFoundError:
        detail = "not installed, so what it needs is not known"
        yield Check("Packages", "uem-desktop", False, False, detail, "pip install .")
        return
    looked_at: set[str] = set()
    for requirement in requirements:
        name = re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", requirement)
        if extra is not None and extra[1] == "dev":
            continue
        if name in looked_at:  # the same package with another version for another Python
            continue
        looked_at.add(name)
        yield _check_package(name, extra[1] if extra else None)


def _check_package(name: str, extra: str | None) -> Check:
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        module = _MODULES.get(name.lower())
        if module is not None and importlib.util.find_spec(module) is not None:
            return Check("Packages", name, True, False, f"{module} from another package")
        if extra is not None:
            detail = "not installed (optional)"
            return Check(
                "Packages", name, True, False, detail, f"pip install 'uem-desktop[{extra}]'"
            )
        return Check("Packages", name, False, True, "not installed", f"pip install {name}")
    return Check("Packages", name, True, False, version)


def check_folders() -> Iterator[Check]:
    """The folders this program writes to, and the room on their disks."""
    from uem_desktop.retrieval.app_folders import config_dir
    from uem_desktop.retrieval.store import default_store_root

    places = (
        ("Embedding store", default_store_root(), "UEM_CACHE_DIR"),
        ("Settings", config_dir(), "UEM_CONFIG_DIR"),
    )
    for name, folder, variable in places:
        there = next((parent for parent in (folder, *folder.parents) if parent.exists()), folder)
        reason = _why_not_writable(there)
        if reason is not None:
            remedy = f"make it writable, or name another folder in {variable}"
            yield Check("Folders", name, False, False, f"{folder}: {reason}", remedy)
            continue
        free = shutil.disk_usage(there).free
        detail = f"{folder}, {free / 1e9:,.1f} GB free"
        is_roomy = free >= _LOW_DISK_BYTES
        remedy = "" if is_roomy else f"free some space, or name another folder in {variable}"
        yield Check("Folders", name, is_roomy, False, detail, remedy)


def _why_not_writable(folder: Path) -> str | None:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return (error.strerror or str(error)).lower()


def check_weights() -> Iterator[Check]:
    """The weights that are bundled with the program, and whether they belong together."""
    from training.checkpoint_info import inspect_checkpoint

    remedy = "install uem-desktop again: its files are not complete"
    for spec, name in (("pretrained", "Embedded encoder"), ("sample", "Sample checkpoint")):
        try:
            info = inspect_checkpoint(spec)
            if spec == "sample":
                _require_pair()
        except UserError as error:
            yield Check("Weights", name, False, True, str(error), remedy)
        else:
            detail = f"{info.title}, fingerprint {info.fingerprint[:12]}"
            yield Check("Weights", name, True, False, detail)


def _require_pair() -> None:
    """Raise a UserError when the embedded weights are not those of the sample checkpoint."""
    from training.checkpoint_format import parse_metadata
    from training.checkpoint_info import file_fingerprint
    from training.encoders.weight_files import read_safetensors_header
    from training.encoders.weight_sources import embedded_weights, find_weights

    path = find_weights("sample").path
    wanted = parse_metadata(read_safetensors_header(path).metadata, path.name).backbone_fingerprint
    bundled = file_fingerprint(embedded_weights())
    if wanted not in ("", bundled):
        raise UserError(
            f"It needs an embedded encoder {wanted[:12]}, but the one here is {bundled[:12]}."
        )


def check_formats() -> Iterator[Check]:
    """The image formats that depend on how Pillow was built or on an extra."""
    try:
        from PIL import features
    except ImportError as error:
        yield Check("Image formats", "Pillow", False, True, str(error), "pip install Pillow")
        return
    upgrade = "pip install --upgrade Pillow"
    for name, feature in (("JPEG", "jpg"), ("WebP", "webp"), ("AVIF", "avif"), ("TIFF", "libtiff")):
        is_there = bool(features.check(feature))
        detail = str(features.version(feature) or "yes") if is_there else "not in this Pillow"
        yield Check("Image formats", name, is_there, False, detail, "" if is_there else upgrade)
    if importlib.util.find_spec("pillow_heif") is not None:
        yield Check("Image formats", "HEIC", True, False, "yes")
    else:
        remedy = "pip install 'uem-desktop[heic]'"
        yield Check("Image formats", "HEIC", True, False, "not installed (optional)", remedy)


def check_display() -> Iterator[Check]:
    """Whether a window can be shown."""
    if not has_display():
        detail = "none: commands work, 'uem demo' writes a report and a picture instead"
    elif sys.platform in ("darwin", "win32"):
        detail = "yes"
    elif has_wayland(os.environ):
        detail = f"Wayland ({os.environ['WAYLAND_DISPLAY']})"
    else:
        detail = f"X11 ({os.environ['DISPLAY']})" if has_x11(os.environ) else "none"
    yield Check("Window", "Display", True, False, detail)
