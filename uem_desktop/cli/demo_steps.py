"""The steps of ``uem demo``."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from training.errors import UserError
from training.evaluation.retrieval_scores import RetrievalScores
from training.resources import resource_path
from uem_desktop.cli.embed_files import cannot_write
from uem_desktop.cli.streams import say
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.embedder_protocol import EncoderInfo
from uem_desktop.retrieval.index import GalleryIndex
from uem_desktop.retrieval.matches import QueryResult
from uem_desktop.retrieval.report_queries import choose_queries, evenly_spread
from uem_desktop.retrieval.reports import Report, write_report
from uem_desktop.retrieval.search import search_embedding

_WINDOW = (sys.executable, "-m", "uem_desktop.app", "--demo")
_PICTURE_LIMIT_S = 180


def sample_folders() -> tuple[Path, Path]:
    """Return the query folder and the gallery folder of the sample collection.

    Raises:
        UserError: The installation lacks it.
    """
    root = resource_path("sample")
    folders = sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
    if len(folders) != 2:
        raise UserError("The sample collection is not there; install uem-desktop again.")
    return folders[0], folders[1]


def example_results(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    index: GalleryIndex,
    *,
    count: int,
    top_k: int,
) -> tuple[QueryResult, ...]:
    """Search with a few images, evenly spread over the query domain."""
    rows = query.ready_rows()
    # the middle of each share, so that neighbouring categories are not all first images
    places = (2 * evenly_spread(count, count) + 1) * len(rows) // (2 * count)
    results = []
    for row in dict.fromkeys(rows[places].tolist()):
        record = query.records[row]
        results.append(
            search_embedding(
                query.embeddings[row],
                record.category,
                gallery,
                index,
                top_k,
                max_missed=0,
                query_paths=(record.path,),
            )
        )
    return tuple(results)


def write_demo_report(
    out: Path,
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    info: EncoderInfo,
    scores: RetrievalScores,
) -> Path:
    """Write ``report.html`` and return its path.

    Raises:
        UserError: The disk does not take it.
    """
    path = out / "report.html"
    report = Report(
        query=query,
        gallery=gallery,
        checkpoint_title=info.title,
        fingerprint=info.fingerprint,
        device=f"{info.device_text}, {info.precision}",
        command=f"uem demo --out {out}",
        scores=scores,
        queries=choose_queries(query, gallery),
    )
    try:
        write_report(path, report)
    except OSError as error:
        raise cannot_write(path, error) from error
    return path


def write_picture(picture: Path) -> str | None:
    """Let the window draw itself into a PNG, in a process of its own and without a display.

    Returns:
        ``None``, or a sentence that says why there is no picture and what to do.
    """
    with contextlib.suppress(FileNotFoundError):
        picture.unlink()
    command = [*_WINDOW, "--snapshot", str(picture)]
    try:
        done = run_unseen(command, _PICTURE_LIMIT_S)
    except subprocess.TimeoutExpired:
        return _window_problem("drawn", f"no answer within {_PICTURE_LIMIT_S} s")
    if done.returncode == 0 and picture.exists():
        return None
    return _window_problem("drawn", last_line(done.stderr) or f"exit code {done.returncode}")


class DemoWindow:
    """The window on the sample collection, in a process of its own."""

    def __init__(self) -> None:
        self._complaint = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            _WINDOW, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._complaint
        )

    def wait(self) -> str | None:
        """Wait until the person closes it; return a sentence, already said, when it failed."""
        with self._complaint:
            try:
                code = self._process.wait()
            except KeyboardInterrupt:
                self._process.terminate()
                self._process.wait()
                return None
            if code == 0:
                return None
            self._complaint.seek(0)
            reason = last_line(self._complaint.read()) or f"exit code {code}"
        problem = _window_problem("opened", reason)
        say(problem)
        return problem


def run_unseen(
    command: Sequence[str], limit_s: float, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the window without a display, and return its exit code and what it complained of.

    Raises:
        subprocess.TimeoutExpired: It took longer than the limit.
    """
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment, "QT_QPA_PLATFORM": "offscreen"},
        timeout=limit_s,
        check=False,
    )


def last_line(complaint: bytes) -> str:
    """Return the last line with text in it, which is where errors say what they are."""
    lines: Sequence[str] = complaint.decode("utf-8", "replace").splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _window_problem(what: str, reason: str) -> str:
    return f"The window could not be {what} ({reason}); 'uem doctor' says what is missing."
