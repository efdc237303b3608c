"""What stands above a run: its name, where it is, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from training.progress import duration_text
from uem_desktop.item_models.run_rows import state_text
from uem_desktop.pages.labels import ElidedLabel, plain_label, set_role
from uem_desktop.pages.watched_run import WatchedRun
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.run_draft import STAGE_MEANINGS
from uem_desktop.retrieval.run_words import epochs_text, facts_text, progress_text, skipped_text
from uem_desktop.retrieval.runs import RunState, encoder_file
from uem_desktop.widgets.icons import themed_icon
from uem_desktop.widgets.stage_bar import StageBar
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M, SPACE_S, Tokens

_STATE_ROLES = {
    RunState.RUNNING: "accent",
    RunState.PAUSED: "accent",
    RunState.FINISHED: "correct",
    RunState.FAILED: "wrong",
    RunState.STOPPED: "warning",
    RunState.BROKEN_OFF: "warning",
}


class RunHeader(QWidget):
    """Shows one run and offers what fits its state.

    Signals:
        pause_wanted: Pause, or go on.
        stop_wanted: Save and end.
        resume_wanted: Go on after the last checkpoint.
        use_wanted: Make the trained encoder the explorer's.
        skipped_wanted: Show the files that were skipped.
    """

    pause_wanted = Signal()
    stop_wanted = Signal()
    resume_wanted = Signal()
    use_wanted = Signal()
    skipped_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_paused = False
        self.name = ElidedLabel(role="title")
        self.name.set_elide_mode(Qt.TextElideMode.ElideMiddle)
        self.state = plain_label("")
        self.facts = ElidedLabel(role="dim")
        self.skipped_button = QPushButton()
        self.bar = StageBar()
        self.progress = ElidedLabel()
        self.message = plain_label("", "wrong", is_wrapped=True)
        self.pause_button = QPushButton("Pause")
        self.stop_button = QPushButton("Stop")
        self.resume_button = QPushButton("Go on")
        self.use_button = QPushButton("Use in Explore")
        self._lay_out()
        self._connect()

    def show_run(self, run: WatchedRun) -> None:
        """Show a run as it is now."""
        state = run.state
        self.name.set_text(run.path.name or str(run.path), display_text(run.path))
        is_elsewhere = state.is_live and not run.is_own
        text = f"{state_text(state)}, followed live" if is_elsewhere else state_text(state)
        self._show_state(text, _STATE_ROLES.get(state, "dim"))
        self.facts.set_text(facts_text(run.started))
        self._show_skipped(len(run.started.skipped) if run.started else 0)
        self._show_progress(run, state)
        self.message.setText(run.message if state is RunState.FAILED else "")
        self.message.setVisible(bool(self.message.text()))
        self._show_buttons(run, state)

    def _show_progress(self, run: WatchedRun, state: RunState) -> None:
        progress = run.curves.progress
        preparation = progress.preparation
        if preparation is not None and state.is_live:
            share = preparation.done / preparation.total if preparation.total else 0.0
            self.bar.show_progress([("Preparation", 1)], share)
        else:
            stages = run.started.stages if run.started else ()
            self.bar.show_progress(
                [
                    (f"{one.name}, {epochs_text(one.epochs)}", one.epochs * one.steps)
                    for one in stages
                    if one.epochs
                ],
                progress.share,
                is_waiting=state is not RunState.RUNNING,
            )
        self.bar.setToolTip("\n".join(STAGE_MEANINGS.values()))
        text = progress_text(progress, state, is_stopping=run.is_stopping)
        ended = run.curves.ended
        if ended is not None and not state.is_live:
            text += f" · took {duration_text(ended.seconds)}"
        self.progress.set_text(text)

    def _show_buttons(self, run: WatchedRun, state: RunState) -> None:
        is_own = run.is_own
        self.pause_button.setVisible(is_own)
        self.stop_button.setVisible(is_own)
        is_paused = state is RunState.PAUSED
        if is_paused is not self._is_paused:
            self._is_paused = is_paused
            self.pause_button.setText("Go on" if is_paused else "Pause")
            self._show_icon(self._theme.tokens)
        for button in (self.pause_button, self.stop_button):
            button.setEnabled(not run.is_stopping)
        self.resume_button.setVisible(state.can_go_on and not is_own)
        has_encoder = encoder_file(run.path) is not None or any(
            saved.encoder for saved in run.curves.checkpoints
        )
        self.use_button.setVisible(has_encoder)
        is_finished = state is RunState.FINISHED
        self.use_button.setText("Use in Explore" if is_finished else "Use newest in Explore")
        set_role(self.use_button, "primary" if is_finished else "")

    def _show_icon(self, tokens: Tokens) -> None:
        icon = themed_icon("play" if self._is_paused else "pause", tokens)
        self.pause_button.setIcon(icon)

    def _show_state(self, text: str, role: str) -> None:
        self.state.setText(text)
        set_role(self.state, role)

    def _show_skipped(self, count: int) -> None:
        self.skipped_button.setVisible(bool(count))
        self.skipped_button.setText(skipped_text(count))

    def _connect(self) -> None:
        self.pause_button.clicked.connect(self.pause_wanted)
        self.stop_button.clicked.connect(self.stop_wanted)
        self.resume_button.clicked.connect(self.resume_wanted)
        self.use_button.clicked.connect(self.use_wanted)
        self.skipped_button.clicked.connect(self.skipped_wanted)

    def _lay_out(self) -> None:
        self._theme.bind(self, self._show_icon)
        self._theme.bind_icon(self.stop_button, "stop")
        self._theme.bind_icon(self.resume_button, "play")
        self.resume_button.setProperty("role", "primary")
        self.skipped_button.setProperty("role", "link")
        self.skipped_button.setToolTip("Show which files could not be read, and why")
        self.pause_button.setToolTip("Save and wait, or go on (Ctrl+T)")
        self.stop_button.setToolTip(
            "Save a checkpoint and end; the run can go on later (Ctrl+Shift+T)"
        )
        self.resume_button.setToolTip("Go on after the last checkpoint (Ctrl+Return)")
        self.use_button.setToolTip(
            "Embed both domains with the encoder that this run trained (Ctrl+U)"
        )
        titles = QHBoxLayout()
        titles.setSpacing(SPACE_M)
        titles.addWidget(self.name, 1)
        for button in (self.pause_button, self.stop_button, self.resume_button, self.use_button):
            titles.addWidget(button)
        facts = QHBoxLayout()
        facts.setSpacing(SPACE_M)
        facts.addWidget(self.state)
        facts.addWidget(self.facts, 1)
        facts.addWidget(self.skipped_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_S + 4, SPACE_L, SPACE_S)
        column.setSpacing(SPACE_S - 2)
        column.addLayout(titles)
        column.addLayout(facts)
        column.addWidget(self.bar)
        column.addWidget(self.progress)
        column.addWidget(self.message)
