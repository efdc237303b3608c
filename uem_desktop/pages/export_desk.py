"""Export and report in the window: commands, dialogs, work in the background, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStatusBar, QWidget

from training.data.file_access import write_error_phrase
from training.errors import UserError
from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner, LaneName
from uem_desktop.pages.action_table import make_action
from uem_desktop.pages.decision_desk import DecisionDesk
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.export_offer import OwnExport
from uem_desktop.pages.export_status import ExportStatus
from uem_desktop.pages.page_frame import PageFrame
from uem_desktop.pages.project_keeper import ProjectKeeper
from uem_desktop.retrieval.decisions import Kind
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.domain import DomainEmbeddings

if TYPE_CHECKING:
    from uem_desktop.pages.report_dialog import ReportAsked
    from uem_desktop.retrieval.exporting import Exported, ExportSource, ExportWish
    from uem_desktop.retrieval.report_making import ReportWish

NOT_READY = "Open two folders and let something be embedded first; then it can be exported."


class ExportDesk(QObject):
    """One piece of work at a time; the window stays free meanwhile.

    Attributes:
        export_action: Asks what to export.
        report_action: Asks for a report.

    Signals:
        message_raised(str): One sentence that must not be missed.
        note_raised(str): One sentence for the status bar.
    """

    message_raised = Signal(str)
    note_raised = Signal(str)

    def __init__(
        self,
        window: QWidget,
        state: ExplorerState,
        project: ProjectKeeper,
        decisions: DecisionDesk,
        runner: JobRunner,
        frame: PageFrame,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._state = state
        self._project = project
        self._decisions = decisions
        self._runner = runner
        self._frame = frame
        self._folder = Path(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
            or Path.home()
        )
        self._job: Job | None = None
        self.status = ExportStatus(self)
        self.export_action = make_action(window, "&Export…", "Ctrl+Shift+E")
        self.report_action = make_action(window, "Repo&rt…", "Ctrl+R")
        self.export_action.triggered.connect(self.ask_export)
        self.report_action.triggered.connect(self.ask_report)
        self.status.cancel_wanted.connect(self.cancel)

    @property
    def actions(self) -> tuple[QAction, QAction]:
        """The commands, for the menu."""
        return self.export_action, self.report_action

    def add_status(self, bar: QStatusBar) -> None:
        """Say in the status bar how far the work is."""
        self.status.add_to(bar)

    def cancel(self) -> None:
        """Stop what is being written; what is finished of a folder stays."""
        if self._job is not None:
            self._job.cancel()

    # ---- asking

    def ask_export(self) -> None:
        """Ask what to export of what is shown."""
        from uem_desktop.pages.export_dialog import ExportDialog

        if self._is_busy():
            return
        offer, has_matches = self._frame.current.export_offer(), self._searched() is not None
        if not has_matches and not offer.own:
            self.note_raised.emit(NOT_READY)
            return
        dialog = ExportDialog(
            offer, self._folder, self._stem, self._window, has_matches=has_matches
        )
        dialog.wanted.connect(lambda wish: self._export(wish, offer.own_of(wish.what)))
        dialog.open()

    def ask_report(self) -> None:
        """Ask for a report about what is open."""
        from uem_desktop.pages.report_dialog import ReportDialog

        if self._is_busy():
            return
        if self._searched() is None:
            self.note_raised.emit(NOT_READY)
            return
        journal = self._decisions.keeper.journal
        decided = sum(map(journal.count_of, Kind)) if journal is not None else 0
        dialog = ReportDialog(self._folder, self._stem, decided, self._window)
        dialog.wanted.connect(self._report)
        dialog.open()

    def _is_busy(self) -> bool:
        if self._job is not None:
            self.note_raised.emit("Something is being written already; let it end, or cancel it.")
        return self._job is not None

    # ---- writing

    def _export(self, wish: ExportWish, own: OwnExport | None) -> None:
        self._folder = wish.out.parent
        if own is None:
            self._export_matches(wish)
            return
        decided = (self._project_file(), self._folders()) if self._has_both else None
        lane: LaneName = "disk" if own.is_short else "study"
        self._start(_title_of(wish), lane, _export_own, wish, own, decided)

    def _export_matches(self, wish: ExportWish) -> None:
        from uem_desktop.retrieval.exporting import ExportSource, is_short

        domains, session = self._searched(), self._state.session
        if domains is None:
            return
        source = ExportSource(
            *domains,
            project=self._project_file(),
            folders=self._folders(),
            top_k=session.top_k,
            index_kind=session.index_kind if session.is_complete else "exact",
        )
        lane: LaneName = "disk" if is_short(wish, source) else "study"
        self._start(_title_of(wish), lane, _export, wish, source)

    def _report(self, asked: ReportAsked) -> None:
        from uem_desktop.retrieval.report_making import ReportWish, report_command_line

        session, loader = self._state.session, self._state.loader
        checkpoint = session.checkpoint
        if not session.has_both_domains or checkpoint is None:
            return
        project = self._project_file() if asked.with_decisions else None
        device = loader.encoder.device_text if loader.encoder is not None else "from the store"
        wish = ReportWish(
            checkpoint=loader.checkpoint_spec,
            checkpoint_title=checkpoint.title,
            fingerprint=checkpoint.fingerprint,
            device=f"{device}, {loader.precision}",
            command=report_command_line(
                self._folders(), loader.checkpoint_spec, asked.out, project,
                asked.worst_count, asked.top_k, session.help_names,
            ),
            worst_count=asked.worst_count,
            top_k=asked.top_k,
            help_names=session.help_names,
        )  # fmt: skip
        domains = session.domains["query"].embeddings, session.domains["gallery"].embeddings
        self._folder = asked.out.parent
        self._start(
            "Writing the report", "study",
            _report, asked.out, wish, domains, project, self._folders(),
        )  # fmt: skip

    def _start(
        self, title: str, lane: LaneName, function: Callable[..., object], *args: object
    ) -> None:
        self.status.begin(title)
        self._job = self._runner.start(
            function,
            *args,
            lane=lane,
            on_result=self._take,
            on_error=self._fail,
            on_cancelled=self._stop,
            on_progress=self.status.show_progress,
        )

    def _take(self, done: Exported) -> None:
        self._job = None
        self.status.offer(done.place)
        (self.message_raised if done.has_failures else self.note_raised).emit(done.sentence)

    def _fail(self, sentence: str) -> None:
        self._job = None
        self.status.clear()
        self.message_raised.emit(sentence)

    def _stop(self) -> None:
        self._job = None
        self.status.clear()
        self.note_raised.emit("Stopped; what is whole so far is kept.")

    # ---- what is open

    @property
    def _stem(self) -> str:
        names = [folder.name for folder in self._folders()] if self._has_both else []
        return "-".join(display_text(name).replace("/", "-") for name in names if name) or "uem"

    @property
    def _has_both(self) -> bool:
        return self._state.session.has_both_domains

    def _folders(self) -> tuple[Path, Path]:
        domains = self._state.session.domains
        return domains["query"].scan.folder, domains["gallery"].scan.folder

    def _searched(self) -> tuple[DomainEmbeddings, DomainEmbeddings] | None:
        session = self._state.session
        query, gallery = session.searched("query"), session.searched("gallery")
        if query is None or gallery is None or not (query.ready_count and gallery.ready_count):
            return None
        return query, gallery

    def _project_file(self) -> Path | None:
        journal = self._decisions.keeper.journal
        return self._project.place if journal is None else journal.path


def _title_of(wish: ExportWish) -> str:
    return f"Exporting {wish.what.replace('-', ' ')}"


def _export_own(
    context: JobContext,
    wish: ExportWish,
    own: OwnExport,
    decided: tuple[Path | None, tuple[Path, Path]] | None,
) -> Exported:
    from uem_desktop.retrieval.decided_about import DecidedAbout
    from uem_desktop.retrieval.export_work import Work
    from uem_desktop.retrieval.held_decisions import read_decisions

    about = DecidedAbout()
    if decided is not None and decided[0] is not None and decided[0].exists():
        about.apply(read_decisions(decided[0], decided[1]).entries)
    return own.write(wish, about, Work(context.report, context.should_stop))


def _export(context: JobContext, wish: ExportWish, source: ExportSource) -> Exported:
    from uem_desktop.retrieval.export_work import Work
    from uem_desktop.retrieval.exporting import export

    return export(wish, source, Work(context.report, context.should_stop))


def _report(
    context: JobContext,
    out: Path,
    wish: ReportWish,
    domains: tuple[DomainEmbeddings, DomainEmbeddings],
    project: Path | None,
    folders: tuple[Path, Path],
) -> Exported:
    from uem_desktop.retrieval.export_work import Work
    from uem_desktop.retrieval.exporting import Exported
    from uem_desktop.retrieval.held_decisions import read_decisions
    from uem_desktop.retrieval.report_making import make_report
    from uem_desktop.retrieval.reports import write_report

    if project is not None:
        wish = replace(wish, decisions=read_decisions(project, folders).entries)
    report = make_report(*domains, wish, should_stop=context.should_stop)
    try:
        write_report(out, report, Work(context.report, context.should_stop))
    except OSError as error:
        raise UserError(
            f"{display_text(out)} cannot be written: {write_error_phrase(error)}."
        ) from error
    return Exported(f"Wrote the report {display_text(out)}.", out)
