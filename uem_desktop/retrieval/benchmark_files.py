"""``results.md`` and ``results.html`` beside the ``results.json`` of a benchmark."""

from __future__ import annotations

from pathlib import Path

from training.atomic_file import atomic_file
from training.benchmark.results import FILE_NAME
from training.data.file_access import printable, write_error_phrase
from training.errors import UserError
from uem_desktop.retrieval.benchmark_markdown import benchmark_markdown
from uem_desktop.retrieval.benchmark_page import benchmark_page
from uem_desktop.retrieval.benchmark_view import read_benchmark


def write_tables(folder: Path) -> tuple[Path, ...]:
    """Write both from the results that are there, and return all files with results.

    Nothing is written where there are no results.

    Raises:
        UserError: The results are damaged, or the disk does not take the files.
    """
    source = folder / FILE_NAME
    if not source.is_file():
        return ()
    view = read_benchmark(folder)
    texts = {"results.md": benchmark_markdown(view), "results.html": benchmark_page(view)}
    for name, text in texts.items():
        try:
            with atomic_file(folder / name) as temporary:
                temporary.write_text(text, encoding="utf-8")
        except OSError as error:
            reason = write_error_phrase(error)
            path = printable(folder / name)
            raise UserError(f"{path} cannot be written: {reason}.") from error
    return (source, *(folder / name for name in texts))
