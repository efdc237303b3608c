"""The steps of ``uem bench explorer``: made-up folders, embeddings, and the window on them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from training.checkpoint_info import CheckpointInfo, inspect_checkpoint
from training.data.scanning import scan_folder
from training.errors import UserError
from training.progress import Progress
from uem_desktop.cli.demo_steps import last_line, run_unseen
from uem_desktop.cli.progress_bar import shown_progress, shown_status
from uem_desktop.retrieval.store import EmbeddingStore
from uem_desktop.retrieval.store_buffer import MAX_IMAGES

_DOMAINS = ("drawings", "renders")
_CHECKPOINT = "sample"
_CATEGORIES = 50
_WIDTH = 128
_NOISE = 2.2
"""With it about every third query of 100,000 has a wrong first match."""
_ALL_STEPS_S = 600


def time_window(images: int, folder: Path | None, limit_s: float) -> list[dict[str, Any]]:
    """Let the window do what a person does, in a process of its own and without a display.

    Args:
        images: In each domain.
        folder: Where the folders are made, or lie since the last time; None makes and removes them.
        limit_s: How long a step may take.

    Returns:
        `name`, `seconds` (None where the limit came first), `longest_gap_s` and `longest_own_s` of
        each step; see `StepTime`.

    Raises:
        UserError: The folder holds something else, or the window does not open.
    """
    with ExitStack() as stack:
        root = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        make_world(root, images)
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with shown_status("Going through the window"):
            return _tour(root, home, limit_s)


def _tour(root: Path, home: Path, limit_s: float) -> list[dict[str, Any]]:
    target = home / "times.json"
    command = [
        *(sys.executable, "-m", "uem_desktop.app", *(str(root / name) for name in _DOMAINS)),
        *("--checkpoint", _CHECKPOINT, "--device", "cpu"),
        *("--tour", str(target), "--tour-limit", str(limit_s)),
    ]
    moved = {"UEM_CACHE_DIR": str(root / "cache"), "UEM_CONFIG_DIR": str(home / "config")}
    try:
        done = run_unseen(command, _ALL_STEPS_S + limit_s, **moved)
    except subprocess.TimeoutExpired as error:
        raise UserError("The window did not come to an end; 'uem doctor' may say why.") from error
    if not target.exists():
        reason = last_line(done.stderr) or f"exit code {done.returncode}"
        raise UserError(f"The window could not be opened ({reason}).")
    steps: list[dict[str, Any]] = json.loads(target.read_text(encoding="utf-8"))
    return steps


def make_world(root: Path, images: int) -> None:
    """Make two folders of tiny images with embeddings, unless they are there from before."""
    made = root / "made.json"
    wanted = {"images": images}
    if made.exists() and json.loads(made.read_text(encoding="utf-8")) == wanted:
        return
    if root.exists() and any(root.iterdir()):
        raise UserError(f"{root} is not empty; give a new folder, or one of as many images.")
    info = inspect_checkpoint(_CHECKPOINT)
    with shown_progress("Making images") as report:
        for number, name in enumerate(_DOMAINS):

            def tell(done: int, before: int = number * images) -> None:
                report(Progress(before + done, len(_DOMAINS) * images))

            _write_images(root / name, number, images, tell)
            _store_embeddings(root, name, number, info)
    made.write_text(json.dumps(wanted), encoding="utf-8")


def _write_images(folder: Path, seed: int, images: int, tell: Callable[[int], None]) -> None:
    rng = np.random.default_rng(seed)
    for category in range(_CATEGORIES):
        (folder / f"kind-{category:02d}").mkdir(parents=True)
    for number in range(images):
        pixels = rng.integers(0, 256, (4, 4, 3), np.uint8)
        name = f"{number:06d}.png"
        Image.fromarray(pixels).save(folder / f"kind-{number % _CATEGORIES:02d}" / name)
        tell(number + 1)


def _store_embeddings(root: Path, name: str, seed: int, info: CheckpointInfo) -> None:
    """Store embeddings around a mean for each category, in files as long as the encoder's."""
    table = scan_folder(root / name, name).records
    means = np.random.default_rng(len(_DOMAINS)).standard_normal((_CATEGORIES, _WIDTH))
    noise = np.random.default_rng(seed)
    store = EmbeddingStore(
        root / "cache" / "embeddings",
        info.fingerprint,
        "float32",  # what an encoder computes in on a CPU
        root / name,
        encoder_title=info.title,
    )
    for start in range(0, len(table), MAX_IMAGES):
        codes = table.category_codes[start : start + MAX_IMAGES]
        rows = means[codes] + _NOISE * noise.standard_normal((len(codes), _WIDTH))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        store.append(table[start : start + MAX_IMAGES], rows.astype(np.float32))
