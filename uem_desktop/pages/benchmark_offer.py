"""What the benchmark page has to export: its tables, as far as they are measured."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from training.atomic_file import atomic_file
from training.data.file_access import write_error_phrase
from training.errors import UserError
from uem_desktop.pages.export_offer import ExportOffer, OwnExport
from uem_desktop.retrieval.decided_about import DecidedAbout
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.export_choices import Form, What, Which
from uem_desktop.retrieval.export_work import Work

if TYPE_CHECKING:
    from uem_desktop.retrieval.exporting import Exported, ExportWish

_SUFFIXES = {Form.JSON: ".json", Form.MARKDOWN: ".md", Form.HTML: ".html"}


def benchmark_offer(folder: Path | None, *, is_measured: bool) -> ExportOffer:
    """Return what can be exported of the benchmark in a folder.

    Args:
        folder: Where its results are; None while none is shown.
        is_measured: Whether there is a result.
    """
    if folder is None or not is_measured:
        return ExportOffer()
    name = display_text(folder.name)
    whiches = {Which.ALL: f"All results of {name}"}
    write = partial(_write, folder)
    return ExportOffer(own=(OwnExport(What.RESULTS, whiches, write, is_short=True, stem=name),))


def _write(folder: Path, wish: ExportWish, _about: DecidedAbout, work: Work) -> Exported:
    from uem_desktop.retrieval.benchmark_files import write_tables
    from uem_desktop.retrieval.exporting import Exported

    files = {path.suffix: path for path in write_tables(folder)}
    work.check()
    if not files:
        raise UserError("Nothing of this benchmark is measured yet.")
    source = files[_SUFFIXES[wish.form]]
    if wish.out.resolve() != source.resolve():
        try:
            wish.out.parent.mkdir(parents=True, exist_ok=True)
            with atomic_file(wish.out) as temporary:
                shutil.copyfile(source, temporary)
        except OSError as error:
            raise UserError(
                f"{display_text(wish.out)} cannot be written: {write_error_phrase(error)}."
            ) from error
    return Exported(f"Wrote the results to {display_text(wish.out)}.", wish.out)
