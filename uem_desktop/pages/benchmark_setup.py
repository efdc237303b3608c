"""The set-up of a benchmark: data set, methods, settings, pairs, seeds, and where results go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from training.benchmark.plan import ALL, BenchmarkPlan
from training.data.data_roots import DataRoot
from training.errors import UserError
from training.methods.method_names import METHODS
from uem_desktop.item_models.benchmark_choices import Choice
from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.action_table import call_plainly
from uem_desktop.pages.benchmark_advanced import AdvancedFields
from uem_desktop.pages.benchmark_fields import (
    ChoiceList,
    MeasureFields,
    OutField,
    TrainFields,
)
from uem_desktop.pages.field_button import FieldButton
from uem_desktop.pages.labels import ElidedLabel, card, lay_out_form, plain_label, set_role
from uem_desktop.retrieval.benchmark_check import PlanFacts, look_at
from uem_desktop.retrieval.benchmark_draft import BenchmarkDraft
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_Looked = tuple[Path | None, tuple[str, ...]]
_PAUSE_MS = 150


class BenchmarkSetup(QWidget):
    """A form; the benchmark starts once nothing is missing.

    Attributes:
        draft: What is chosen.
        facts: What is known of it; of an earlier draft while `is_looking`.

    Signals:
        start_wanted(BenchmarkDraft): Run this.
        data_chosen(Path): Another data set was chosen.
        results_wanted(Path): Show the results in a folder.
        choose_results_wanted: Ask for such a folder.
        running_wanted: Show the benchmark that runs.
        refused(str): Why something was not taken.
    """

    start_wanted = Signal(object)
    data_chosen = Signal(object)
    results_wanted = Signal(object)
    choose_results_wanted = Signal()
    running_wanted = Signal()
    refused = Signal(str)

    def __init__(self, runner: JobRunner, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("benchmarkSetup")
        self._runner = runner
        self._job: Job | None = None
        self._root: tuple[_Looked, DataRoot] | None = None
        self._is_busy = False
        self.draft = BenchmarkDraft()
        self.facts = PlanFacts()
        self.data_button = FieldButton("Data set", 420)
        self.data_text = plain_label("", "dim", is_wrapped=True)
        self.notes = plain_label("", "warning", is_wrapped=True)
        self.methods = ChoiceList("Methods")
        self.pairs = ChoiceList("Pairs of domains, query → gallery")
        self.measure = MeasureFields()
        self.train = TrainFields()
        self.out = OutField(theme)
        self.advanced = AdvancedFields(theme)
        self.open_button = QToolButton()
        self.running_button = QPushButton("Show it")
        self.start_button = QPushButton("Start benchmark")
        self.note = ElidedLabel(role="dim")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self._lay_out(theme)
        self._connect()
        self._show_draft()
        self._show_state()

    @property
    def is_looking(self) -> bool:
        """Whether it is being found out how much work the draft is."""
        return self._pause.isActive() or self._job is not None

    @property
    def problem(self) -> str:
        """What keeps it from starting; empty when nothing does."""
        if self._is_busy:
            return "One benchmark at a time: another one is running."
        try:
            self.draft.plan()
        except UserError as error:
            return str(error)
        return self.facts.problem

    def offer_recent(self, data_sets: Sequence[Path], results: Sequence[Path]) -> None:
        """Offer folders that were used before."""
        menu = self.data_button.menu()
        menu.clear()
        _add(menu, "Choose folder…", self.choose_data)
        if data_sets:
            menu.addSection("Recent data sets")
        for folder in data_sets:
            _add(menu, f"{folder.name}    {folder.parent}", partial(self.set_data, folder))
        menu = self.open_button.menu()
        menu.clear()
        _add(menu, "Choose folder…", self.choose_results_wanted.emit)
        if results:
            menu.addSection("Recent results")
        for folder in results:
            show = partial(self.results_wanted.emit, folder)
            _add(menu, f"{folder.name}    {folder.parent}", show)

    def set_busy(self, is_busy: bool) -> None:
        """Say that a benchmark is running, so that none can be started."""
        if is_busy is not self._is_busy:
            self._is_busy = is_busy
            self._show_state()

    def begin_anew(self) -> None:
        """Keep what is chosen for the next benchmark, in a folder of its own."""
        self._change(folder=None)

    def choose_data(self) -> None:
        """Ask for the root of a data set."""
        start = str(self.draft.data or "")
        folder = QFileDialog.getExistingDirectory(self, "Choose a data set", start)
        if folder:
            self.set_data(Path(folder))

    def set_data(self, folder: Path) -> None:
        """Run on the data set in a folder, on all its pairs."""
        self._root = None
        self.facts = PlanFacts()
        self._change(data=folder, pairs=(ALL,))
        self.data_chosen.emit(folder)

    def start(self) -> None:
        """Start, unless something is missing or is still being looked at."""
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()  # a value that is being typed counts
        if self.problem:
            self.refused.emit(self.problem)
        elif not self.is_looking:
            self.start_wanted.emit(self.draft)

    # ---- the draft

    def _change(self, **changes: Any) -> None:
        self._take(replace(self.draft, **changes))

    def _take(self, draft: BenchmarkDraft) -> None:
        self.draft = draft
        self._show_draft()
        self._pause.start()
        self._show_state()

    def _choose_methods(self) -> None:
        self._change(methods=self.methods.model.chosen)

    def _choose_pairs(self) -> None:
        chosen = self.pairs.model.chosen
        self._change(pairs=(ALL,) if chosen == self.pairs.model.names else chosen)

    def _take_drop(self, paths: list[Path]) -> None:
        folders = [path for path in paths if path.is_dir()]
        if len(folders) == 1:
            self.set_data(folders[0])
        else:
            self.refused.emit("Drop one folder, the one with a folder for each domain in it.")

    # ---- what is known of it

    def _look(self) -> None:
        if self._job is not None:
            self._pause.start()
            return
        try:
            plan = self.draft.plan()
        except UserError:
            self._show_state()
            return
        known, looked = self._root, (self.draft.data, plan.categories)
        root = known[1] if known is not None and known[0] == looked else None
        self._job = self._runner.start(
            _look_at,
            plan,
            root,
            on_result=partial(self._take_facts, looked),
            on_error=self._fail_look,
            on_cancelled=self._fail_look,
        )
        self._show_state()

    def _take_facts(self, looked: _Looked, found: tuple[PlanFacts, DataRoot | None]) -> None:
        self._job = None
        if looked[0] != self.draft.data:
            return
        self.facts, root = found
        self._root = (looked, root) if root is not None else None
        self._show_facts()

    def _fail_look(self, sentence: str = "") -> None:
        self._job = None
        if sentence:
            self.facts = PlanFacts(problem=sentence)
        self._show_state()

    def _show_facts(self) -> None:
        arrows = [Choice(f"{a}:{b}", f"{a} → {b}") for a, b in self.facts.pairs]
        if arrows:
            self.pairs.model.set_choices(arrows)
        self._show_draft()
        self._show_state()

    def _show_draft(self) -> None:
        draft = self.draft
        if draft.data is None:
            tip = "Click to choose a folder, or drop one here."
            self.data_button.set_value("", "", tip)
        else:
            name = display_text(draft.data.name or draft.data)
            self.data_button.set_value(name, "", display_text(draft.data))
        self.methods.model.set_chosen(draft.methods)
        is_all = draft.pairs == (ALL,)
        self.pairs.model.set_chosen(self.pairs.model.names if is_all else draft.pairs)
        self.measure.show_draft(draft)
        self.train.show_draft(draft)
        self.out.show_draft(draft)
        self.advanced.show_draft(draft)

    def _show_state(self) -> None:
        facts, problem = self.facts, self.problem
        self.data_text.setText(display_text(facts.data_text) or self._data_hint())
        self.notes.setText(display_text("\n".join(facts.notes)))
        self.notes.setVisible(bool(facts.notes))
        self.pairs.setVisible(bool(facts.pairs))
        is_ready = not problem and not self.is_looking
        self.start_button.setEnabled(is_ready)
        self.start_button.setText("Go on" if self.draft.goes_on else "Start benchmark")
        self.start_button.setToolTip(problem or "Run what has no result yet (Ctrl+B)")
        self.running_button.setVisible(self._is_busy)
        set_role(self.note, "warning" if problem else "dim")
        self.note.set_text(problem or self._work_text())

    def _data_hint(self) -> str:
        if self.draft.data is not None:
            return "Looking at the folders…" if self.is_looking else ""
        return (
            "Choose Office-31, Office-Home or DomainNet as they are published, or any folder with"
            " one folder for each domain and in it one for each category."
        )

    def _work_text(self) -> str:
        if self.is_looking:
            return "Counting the work…"
        there = "; results that are there already stay" if self.draft.goes_on else ""
        return f"{self.facts.work_text}{there}"

    # ---- parts

    def _connect(self) -> None:
        self.data_button.paths_dropped.connect(self._take_drop)
        self.methods.model.chosen_changed.connect(self._choose_methods)
        self.pairs.model.chosen_changed.connect(self._choose_pairs)
        self.methods.chosen_changed.connect(self._choose_methods)
        self.pairs.chosen_changed.connect(self._choose_pairs)
        for fields in (self.measure, self.train, self.out, self.advanced):
            fields.changed.connect(self._take)
        self.start_button.clicked.connect(self.start)
        self.running_button.clicked.connect(self.running_wanted)

    def _lay_out(self, theme: Theme) -> None:
        self.methods.model.set_choices([Choice(one.name, one.title, one.origin) for one in METHODS])
        self.data_button.setAcceptDrops(True)
        self.data_button.setMaximumWidth(16_777_215)
        self.open_button.setText("Open results")
        self.open_button.setProperty("role", "button")
        self.open_button.setToolTip("Show the results of a benchmark, of the command line too")
        self.open_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.open_button.setMenu(QMenu(self.open_button))
        self.start_button.setProperty("role", "primary")
        theme.bind_icon(self.running_button, "benchmark")
        self.offer_recent((), ())
        body = QVBoxLayout()
        body.addLayout(self._head())
        body.addWidget(card("Data set", self._data_and_pairs()))
        body.addWidget(card("What is measured", self.measure))
        body.addWidget(card("Methods", self.methods))
        body.addWidget(card("How to train", self.train))
        body.addWidget(card("Results", self.out))
        body.addWidget(self.advanced)
        body.addStretch(1)
        lay_out_form(self, body, self._foot())

    def _data_and_pairs(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        for widget in (self.data_button, self.data_text, self.notes, self.pairs):
            column.addWidget(widget)
        return body

    def _head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(plain_label("Run the paper's experiment on a data set", "title"))
        words.addWidget(
            plain_label(
                "Every method is trained on every pair of domains in every setting, and measured."
                " Categories choose and measure the images; learning never sees them.",
                "dim",
                is_wrapped=True,
            )
        )
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        head.addLayout(words, 1)
        head.addWidget(self.open_button)
        return head

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(self.running_button)
        foot.addWidget(self.start_button)
        return foot


def _look_at(
    context: JobContext, plan: BenchmarkPlan, root: DataRoot | None
) -> tuple[PlanFacts, DataRoot | None]:
    return look_at(plan, root)


def _add(menu: QMenu, text: str, method: Callable[[], object]) -> None:
    action = menu.addAction(display_text(text).replace("&", "&&"))
    action.triggered.connect(partial(call_plainly, method))
