"""What ``uem compare`` does: embed twice, compare, and let a figure be drawn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.data.records import DecodeFailure
from training.errors import UserError
from uem_desktop.cli.embedding import embed_domain, opened_encoder
from uem_desktop.cli.options import EngineOptions
from uem_desktop.cli.progress_bar import shown_status, shown_steps, stop_on_interrupt
from uem_desktop.cli.streams import say
from uem_desktop.retrieval.compare import Comparison, compare
from uem_desktop.retrieval.compare_figure import FIGURE_SUFFIXES, figure_rows, rows_to_json
from uem_desktop.retrieval.compare_orders import CompareListing, CompareOrder, listed
from uem_desktop.retrieval.compare_query import index_both
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.embedder_protocol import EncoderInfo
from uem_desktop.retrieval.export_comparison import comparison_table
from uem_desktop.retrieval.export_tables import write_table
from uem_desktop.retrieval.export_work import Work
from uem_desktop.retrieval.steps import count_of

_DRAW = [sys.executable, "-m", "uem_desktop.widgets.figure_file"]
_LIMIT_S = 600


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """A comparison and what was compared.

    Attributes:
        found: The comparison.
        infos: The encoders of ``--checkpoint`` and of ``--against``.
        failures: Files that could not be read, each once.
    """

    found: Comparison
    infos: tuple[EncoderInfo, EncoderInfo]
    failures: tuple[DecodeFailure, ...]


def run_comparison(
    query_folder: Path, gallery_folder: Path, options: Sequence[EngineOptions]
) -> Compared:
    """Embed both folders with both checkpoints, one after the other, and compare them.

    Raises:
        UserError: A folder or a checkpoint cannot be used, or the folders changed meanwhile.
        Cancelled: Ctrl+C.
    """
    infos: list[EncoderInfo] = []
    pairs: list[tuple[DomainEmbeddings, DomainEmbeddings]] = []
    for one in options:
        with opened_encoder(one) as encoder:
            query = embed_domain(query_folder, "query", encoder, one)
            gallery = embed_domain(gallery_folder, "gallery", encoder, one)
            pairs.append((query, gallery))
            infos.append(encoder.info)
    with shown_steps("Ranking") as on_step, stop_on_interrupt() as should_stop:
        ranked = count_of(on_step, "Ranking with both")
        found = compare(pairs[0], pairs[1], on_progress=ranked, should_stop=should_stop)
    failures = {f.path: f for pair in pairs for domain in pair for f in domain.failures}
    return Compared(found, (infos[0], infos[1]), tuple(failures.values()))


def check_figure(path: Path) -> None:
    """Raise a UserError unless a figure can be written under this name."""
    if path.suffix.lower() not in FIGURE_SUFFIXES:
        raise UserError(f"A figure is a .png, .svg or .pdf file, which {path.name} is not.")
    if not path.absolute().parent.is_dir():
        raise UserError(f"There is no folder {path.absolute().parent} for the figure.")


def places_of_figure(
    compared: Compared, shown: Sequence[Path], best: int, worst: int, default: int
) -> list[int]:
    """Return which queries a figure shows: the given ones, else the largest wins or losses.

    Raises:
        UserError: A given image is no query.
    """
    found = compared.found
    if shown:
        records = found.query.records
        places = {
            os.path.abspath(records[row].path): n for n, row in enumerate(found.rows.tolist())
        }
        missing = [path for path in shown if os.path.abspath(path) not in places]
        if missing:
            raise UserError(f"{missing[0]} is not one of the queries.")
        return [places[os.path.abspath(path)] for path in shown]
    order = CompareOrder.LOSS if worst and not best else CompareOrder.WIN
    count = best or worst or default
    return [int(place) for place in listed(found, CompareListing(order), 1)[:count]]


def write_figure(
    path: Path,
    compared: Compared,
    places: Sequence[int],
    names: tuple[str, str] | None,
    top_k: int,
) -> None:
    """Let the figure be drawn in a process of its own, which may load Qt.

    Raises:
        UserError: There is nothing to show, or the figure cannot be written.
    """
    if not places:
        raise UserError("There is no figure: no query is meant; name some with --show.")
    titles = names or (compared.infos[0].title, compared.infos[1].title)
    rows = figure_rows(compared.found, index_both(compared.found), places, titles, top_k)
    wish = {"path": str(path.absolute()), "rows": rows_to_json(rows)}
    with shown_status("Drawing the figure"):
        done = subprocess.run(
            _DRAW,
            input=json.dumps(wish).encode("ascii"),
            capture_output=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            timeout=_LIMIT_S,
            check=False,
        )
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = lines[-1] if lines else f"exit code {done.returncode}"
        raise UserError(f"{path} cannot be written: {reason.rstrip('.')}.")
    say(f"Figure: {path}")


def write_numbers(path: Path, compared: Compared, top_k: int) -> None:
    """Write what each query comes to as a table.

    Raises:
        UserError: It cannot be written.
    """
    with shown_status(f"Writing {display_text(path.name)}"), stop_on_interrupt() as should_stop:
        work = Work(should_stop=should_stop)
        count = write_table(path, comparison_table(compared.found, top_k), work)
    say(f"Table: {display_text(path)} ({count:,} quer{'y' if count == 1 else 'ies'})")
