"""Law 1 of the house: what may be imported, seen from fresh interpreters."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("torch", "torchvision", "faiss", "pyqtgraph")


def all_modules_after(statement: str) -> set[str]:
    """Modules that a fresh interpreter holds after ``statement``."""
    code = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


def modules_after(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter holds after ``statement``."""
    return {name.split(".")[0] for name in all_modules_after(statement)}


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


LATER = (
    *("tomlkit", "tomllib", "email", "importlib.metadata", "concurrent.futures"),
    *("training.config", "training.events", "training.checkpoint_info"),
    *("uem_desktop.jobs.training_thread", "uem_desktop.retrieval.local_embedder"),
    *("uem_desktop.retrieval.runs", "uem_desktop.retrieval.run_draft"),
    *("uem_desktop.pages.train_bridge", "uem_desktop.pages.train_page"),
    *("uem_desktop.pages.train_setup", "uem_desktop.pages.run_view"),
    *("uem_desktop.pages.benchmark_page", "training.benchmark.plan"),
    *("uem_desktop.pages.mismatches", "uem_desktop.retrieval.mismatches"),
    *("uem_desktop.pages.map", "uem_desktop.retrieval.layout", "openTSNE", "sklearn"),
)


def test_the_window_is_built_without_the_train_page_and_what_jobs_need() -> None:
    built = """
import os, tempfile
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["UEM_CONFIG_DIR"] = os.environ["UEM_CACHE_DIR"] = tempfile.mkdtemp()
from PySide6.QtWidgets import QApplication
import uem_desktop.app
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.main_window import MainWindow
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.window_settings import WindowSettings
from uem_desktop.retrieval.encoder_process import EncoderProcess
from uem_desktop.widgets.theme import Theme
app = QApplication([])
runner = JobRunner()
state = ExplorerState(runner, EncoderProcess)
window = MainWindow(state, runner, Theme(app, "light"), WindowSettings())
window.show()
window.close()
"""
    assert sorted(all_modules_after(built) & {*HEAVY, *LATER}) == []


def test_the_command_line_starts_without_anything_heavy() -> None:
    assert modules_after("import uem_desktop.cli").isdisjoint({*HEAVY, "PySide6", "numpy"})
