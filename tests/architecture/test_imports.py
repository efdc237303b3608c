"""Law 1 of the house: what may be imported, seen from fresh interpreters."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("torch", "torchvision", "faiss", "pyqtgraph")


def modules_after(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter holds after ``statement``."""
    code = f"{statement}\nimport sys\nprint('\\n'.join({{n.split('.')[0] for n in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


WALK = """
import importlib, pkgutil
import {package} as package
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


@pytest.mark.parametrize("package", ["training", "uem_desktop.retrieval", "uem_desktop.cli"])
def test_no_qt_below_the_application(package: str) -> None:
    assert "PySide6" not in modules_after(WALK.format(package=package))


@pytest.mark.parametrize(
    "package",
    ["uem_desktop.retrieval", "uem_desktop.jobs", "uem_desktop.item_models", "uem_desktop.widgets"],
)
def test_nothing_heavy_is_imported_by_name_alone(package: str) -> None:
    assert modules_after(WALK.format(package=package)).isdisjoint(HEAVY)


@pytest.mark.parametrize("module", ["uem_desktop.app", "uem_desktop.main_window"])
def test_the_window_opens_before_anything_heavy_is_imported(module: str) -> None:
    assert modules_after(f"import {module}").isdisjoint(HEAVY)


def test_the_command_line_starts_without_anything_heavy() -> None:
    assert modules_after("import uem_desktop.cli").isdisjoint({*HEAVY, "PySide6", "numpy"})
