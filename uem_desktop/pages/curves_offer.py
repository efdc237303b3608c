"""What the train page has to export: the curves of the run that is shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from training.data.file_access import write_error_phrase
from training.errors import UserError
from uem_desktop.pages.export_offer import ExportOffer, OwnExport
from uem_desktop.pages.watched_run import WatchedRun
from uem_desktop.retrieval.curve_table import CurveTable
from uem_desktop.retrieval.decided_about import DecidedAbout
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.export_choices import What, Which
from uem_desktop.retrieval.export_work import Work

if TYPE_CHECKING:
    from uem_desktop.retrieval.exporting import Exported, ExportWish


def curves_offer(run: WatchedRun | None) -> ExportOffer:
    """Return what can be exported of a run; nothing before its first step."""
    if run is None or not run.curves.curves:
        return ExportOffer()
    name = display_text(run.path.name)
    whiches = {Which.ALL: f"All curves of {name}"}
    write = partial(_write, run.curves.table())
    return ExportOffer(own=(OwnExport(What.CURVES, whiches, write, is_short=True, stem=name),))


def _write(table: CurveTable, wish: ExportWish, _about: DecidedAbout, work: Work) -> Exported:
    from uem_desktop.retrieval.exporting import Exported

    work.check()
    try:
        wish.out.parent.mkdir(parents=True, exist_ok=True)
        table.write(wish.out)
    except OSError as error:
        raise UserError(
            f"{display_text(wish.out)} cannot be written: {write_error_phrase(error)}."
        ) from error
    count = sum(len(steps) for _, steps, _ in table.columns)
    points = f"{count:,} point{'' if count == 1 else 's'}"
    return Exported(f"Wrote {points} to {display_text(wish.out)}.", wish.out)
