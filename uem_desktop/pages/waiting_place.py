"""What stands in a page while there is nothing to see: why, how far it is, and a way to act."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.pages.embedding_work import Phase
from uem_desktop.pages.empty_state import EmptyState
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_STEPS = 1000
_BAR_WIDTH = 240
_WORDS_WIDTH = 520


class WaitingPlace(QWidget):
    """Words above a bar and buttons.

    Attributes:
        empty: Says why there is nothing.
        bar: How far the work is.
        stop_button: Stops it.
        go_on_button: Takes it up again.
    """

    def __init__(self, icon_name: str, bar_name: str, theme: Theme, *further: QPushButton) -> None:
        """Begin with no words.

        Args:
            icon_name: Stands above the words.
            bar_name: What the bar tells of, for screen readers.
            theme: The colours.
            *further: Buttons of the page, which shows and hides them.
        """
        super().__init__()
        self.empty, self.bar = EmptyState(icon_name, theme), QProgressBar()
        self.stop_button, self.go_on_button = QPushButton("Cancel"), QPushButton("Compute")
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(_BAR_WIDTH)
        self.bar.setAccessibleName(bar_name)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addStretch(1)
        for widget in (self.bar, self.stop_button, self.go_on_button, *further):
            row.addWidget(widget)
        row.addStretch(1)
        self.empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.empty.setMaximumWidth(_WORDS_WIDTH)
        words = QHBoxLayout()
        words.addStretch(1)
        words.addWidget(self.empty, _WORDS_WIDTH)
        words.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(SPACE_M)
        column.addStretch(2)
        column.addLayout(words)
        column.addLayout(row)
        column.addStretch(3)

    def show_work(self, *, is_running: bool, is_stopped: bool) -> None:
        """Offer to stop what runs, or to take up what was stopped."""
        for widget, is_shown in (
            (self.bar, is_running),
            (self.stop_button, is_running),
            (self.go_on_button, is_stopped),
        ):
            widget.setVisible(is_shown)

    def show_share(self, share: float | None) -> None:
        """Show how far it is, 0..1; None while that is not known."""
        self.bar.setRange(0, _STEPS if share is not None else 0)
        if share is not None:
            self.bar.setValue(round(share * _STEPS))


def not_embedded_texts(state: ExplorerState, what_follows: str) -> tuple[str, str]:
    """Say that the explorer still embeds, and what follows; or that it was stopped."""
    if state.loader.status.phase in (Phase.STOPPED, Phase.FAILED):
        return "Not embedded yet", "Resume embedding goes on where it stopped."
    return "Still embedding", what_follows


def not_ranked_texts(state: ExplorerState, what_follows: str) -> tuple[str, str]:
    """Say why a gallery cannot be ranked for the queries."""
    for side, domain in state.session.domains.items():
        if not domain.records:
            return "Nothing to compare", f"The {side} domain holds no images."
        if domain.is_complete and not domain.embeddings.ready_count:
            return (
                "Nothing to compare",
                f"No image of the {side} domain could be read; the Problems page says why.",
            )
    return not_embedded_texts(state, what_follows)
