"""Queries without a counterpart: the line over the values, and what it comes to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.pages.labels import hairline, plain_label
from uem_desktop.pages.number_label import NumberLabel
from uem_desktop.pages.private_keeper import PrivateKeeper
from uem_desktop.retrieval.private_queries import PrivateCounts, PrivateQueries
from uem_desktop.retrieval.private_words import number_text
from uem_desktop.widgets.threshold_bars import Bars, ThresholdBars
from uem_desktop.widgets.threshold_plot import ThresholdPlot
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M, SPACE_S

_LEFT_WIDTH = 384
_PROGRESS_STEPS = 1000
_WAITING = "Decided when both domains are embedded."
_CHECKED = "Decided without categories; they only check it."
_UNCHECKED = "How good that is can be told where both domains have categories (sub-folders)."
_NUMBERS = {
    "found": (
        "private found",
        "Of the queries whose category the gallery lacks, how many are called"
        "\nqueries without a counterpart. 100 % is best.",
    ),
    "alarms": (
        "false alarms",
        "Of the queries whose category the gallery has, how many are called"
        "\nqueries without a counterpart all the same. 0 % is best.",
    ),
    "balanced": (
        "balanced accuracy",
        "The mean of private found and of the shared queries that are judged rightly."
        "\n50 % is as good as chance.",
    ),
    "auroc": (
        "AUROC",
        "The chance that a private query has a larger decision value than a shared one,"
        "\nwherever the line is. 0.50 is as good as chance, 1 is best.",
    ),
}
_PLOT_TOOL_TIP = (
    "How many queries have which decision value: the fewer votes of the gallery, the larger."
    "\nWhat lies right of the line counts as without a counterpart."
    "\nDrag the line, or move it with the arrow keys; Home returns to the automatic line."
    "\nThe triangle points at the current query."
)
_GROUPS_TOOL_TIP = (
    "\nThe categories only sort the bars, each group drawn to its own height;"
    "\nneither values nor the automatic line look at them."
)


class PrivatePanel(QWidget):
    """The histograms, the line, and its numbers; or why there are none.

    Signals:
        line_moved(float, int): Where the line is wanted, and the grip that moved it.
        automatic_wanted(int): The line is wanted where it was drawn automatically.
        stop_wanted: The work is to be stopped.
        go_on_wanted: The work is to be done after all.
    """

    line_moved = Signal(float, int)
    automatic_wanted = Signal(int)
    stop_wanted = Signal()
    go_on_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("privatePanel")
        self.headline = plain_label("", "dim")
        self.plot = ThresholdPlot()
        self.plot.setAccessibleName("Threshold of the decision value")
        self.automatic_button = QPushButton("Automatic line")
        self.automatic_button.setToolTip(
            "Return the line to where it was drawn without anybody's help (Home)."
            "\nCtrl+Z undoes a move."
        )
        self.numbers = {key: NumberLabel(*words) for key, words in _NUMBERS.items()}
        self.note = plain_label("", "dim", is_wrapped=True)
        self.sentence = plain_label("", "dim", is_wrapped=True)
        self.bar = QProgressBar()
        self.stop_button = QPushButton("Cancel")
        self.go_on_button = QPushButton("Compute")
        self._waiting, self._found = QWidget(), QWidget()
        self._lay_out()
        self.plot.line_moved.connect(self.line_moved)
        self.plot.automatic_wanted.connect(self.automatic_wanted)
        self.automatic_button.clicked.connect(self._want_automatic)
        self.stop_button.clicked.connect(self.stop_wanted)
        self.go_on_button.clicked.connect(self.go_on_wanted)

    def show_found(self, keeper: PrivateKeeper) -> None:
        """Show other values, or why there are none."""
        found = keeper.found
        self._waiting.setVisible(found is None)
        self._found.setVisible(found is not None)
        if found is None:
            self._show_state(keeper)
            return
        self.plot.show_bars(bars_of(found))
        self.plot.setToolTip(_PLOT_TOOL_TIP + (_GROUPS_TOOL_TIP if found.has_categories else ""))
        for number in self.numbers.values():
            number.setVisible(found.has_categories)
        self.note.setText(_CHECKED if found.has_categories else _UNCHECKED)
        self.numbers["auroc"].set_text("–" if found.auroc is None else f"{found.auroc:.2f}")
        self.show_line(keeper)

    def show_line(self, keeper: PrivateKeeper) -> None:
        """Show the line where it is now, and what it comes to."""
        found, threshold = keeper.found, keeper.threshold
        if found is None or threshold is None:
            return
        counts = found.counts_at(threshold)
        self.plot.show_threshold(threshold)
        self.headline.setText(_headline(counts, threshold, is_moved=keeper.is_moved))
        self.plot.setAccessibleDescription(
            f"{number_text(threshold)}: {count_text(counts)} without a counterpart"
        )
        self.automatic_button.setEnabled(keeper.is_moved)
        self.numbers["found"].set_percent(counts.private_found)
        self.numbers["alarms"].set_percent(counts.false_alarms)
        self.numbers["balanced"].set_percent(counts.balanced_accuracy)

    def show_progress(self, share_done: float) -> None:
        """Show how far the work is."""
        self.bar.setValue(round(share_done * _PROGRESS_STEPS))

    def _show_state(self, keeper: PrivateKeeper) -> None:
        self.bar.setVisible(keeper.is_running)
        self.go_on_button.setVisible(keeper.is_stopped)  # first, to take the focus from Cancel
        self.stop_button.setVisible(keeper.is_running)
        self.show_progress(keeper.share_done)
        running = "The gallery votes among the queries…" if keeper.is_running else _WAITING
        self.sentence.setText(keeper.sentence or running)

    def _want_automatic(self) -> None:
        self.automatic_wanted.emit(-1)

    def _lay_out(self) -> None:
        self.bar.setRange(0, _PROGRESS_STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(180)
        self.bar.setAccessibleName("Progress of the votes")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._waiting)
        layout.addWidget(self._found)
        layout.addWidget(hairline())
        self._lay_out_waiting()
        self._lay_out_found()
        self._found.hide()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _lay_out_waiting(self) -> None:
        row = QHBoxLayout(self._waiting)
        row.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        row.setSpacing(SPACE_M)
        row.addWidget(plain_label("No counterpart", "title"))
        row.addWidget(self.sentence, 1)
        for widget in (self.bar, self.stop_button, self.go_on_button):
            row.addWidget(widget)

    def _lay_out_found(self) -> None:
        left = QWidget()
        numbers = QHBoxLayout()
        numbers.setSpacing(SPACE_M)
        for number in self.numbers.values():
            numbers.addWidget(number)
        numbers.addStretch(1)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(plain_label("No counterpart", "title"))
        column.addWidget(self.headline)
        column.addLayout(numbers)
        column.addWidget(self.note)
        column.addStretch(1)
        column.addWidget(self.automatic_button, 0, Qt.AlignmentFlag.AlignLeft)
        left.setFixedWidth(_LEFT_WIDTH)
        row = QHBoxLayout(self._found)
        row.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        row.setSpacing(SPACE_L)
        row.addWidget(left)
        row.addWidget(self.plot, 1)


def bars_of(found: PrivateQueries) -> ThresholdBars:
    """Return what the plot shows of some values; shared and private apart where that is known."""
    bars, (least, largest) = found.histogram(), found.range
    if bars.shared is None or bars.private is None:
        upper, lower = Bars("Queries", bars.every), None
    else:
        upper, lower = Bars("Shared", bars.shared), Bars("Private", bars.private)
    return ThresholdBars(bars.edges, least, largest, found.threshold, upper, lower)


def count_text(counts: PrivateCounts) -> str:
    """Say how many queries count as without a counterpart."""
    plural = "y" if counts.total == 1 else "ies"
    return f"{counts.called:,} of {counts.total:,} quer{plural}"


def _headline(counts: PrivateCounts, threshold: float, *, is_moved: bool) -> str:
    line = "moved to" if is_moved else "automatic line at"
    return f"{count_text(counts)} · {line} {number_text(threshold)}"
