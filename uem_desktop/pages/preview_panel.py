"""One image large, beside the grids, with what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from uem_desktop.pages.labels import ElidedLabel, plain_label, set_role
from uem_desktop.retrieval.matches import Match
from uem_desktop.widgets.image_view import ImageView
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_MARK_WORDS = {
    "correct": ("✓ correct", "correct"),
    "wrong": ("✕ wrong", "wrong"),
    "unknown": ("• unknown", "dim"),
    "missed": ("↓ missed", "warning"),
    "private": ("∅ no counterpart", "private"),
}


class PreviewPanel(QWidget):
    """Shows the match that is looked at, or the query while there is none.

    Signals:
        query_wanted(Path): The shown image is to be the query.
        full_view_wanted: Show the image as large as the screen.
    """

    query_wanted = Signal(object)
    full_view_wanted = Signal()

    def __init__(self, view: ImageView, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("previewPanel")
        self.view = view
        self._path: Path | None = None
        self._name = ElidedLabel(role="heading")
        self._name.set_elide_mode(Qt.TextElideMode.ElideMiddle)
        self._facts = ElidedLabel(role="dim")
        self._mark = plain_label("")
        self._decided = plain_label("", "dim", is_wrapped=True)
        self.use_button = QPushButton("Use as query")
        self.use_button.setProperty("role", "primary")
        self.full_button, self.why_button = QPushButton("Full view"), QPushButton("Why")
        self.use_button.setToolTip(
            "Make this image the next query (Enter, or a click on the match)"
        )
        self.full_button.setToolTip("Show the image as large as the screen (Space)")
        theme.bind_icon(self.full_button, "zoom-in")
        self.use_button.clicked.connect(self._want_query)
        self.full_button.clicked.connect(self.full_view_wanted)
        self._lay_out()
        self.show_nothing()

    @property
    def path(self) -> Path | None:
        """The image that is shown."""
        return self._path

    def show_match(self, match: Match, mark: str) -> None:
        """Show a match with rank, similarity and mark."""
        category = match.record.category or "no category"
        self._show(match.record.path)
        self._facts.set_text(f"rank {match.rank} · {match.similarity:.4f} · {category}")
        self._show_mark(mark)
        self.use_button.show()

    def show_query(
        self, path: Path, category: str | None, decision: str = "", *, is_private: bool = False
    ) -> None:
        """Show the query itself, marked where it has no counterpart; `decision` says why."""
        self._show(path)
        self._facts.set_text(f"query · {category or 'no category'}")
        self._mark.hide()
        if is_private:
            self._show_mark("private", decision)
        self.use_button.hide()

    def show_decisions(self, sentences: Sequence[str]) -> None:
        """Say who decided what about the shown image, and when."""
        self._decided.setVisible(bool(sentences))
        self._decided.setText("\n".join(f"{one[:1].upper()}{one[1:]}" for one in sentences))

    def show_nothing(self) -> None:
        """Show that nothing is chosen."""
        self._path = None
        self.view.clear()
        self._name.set_text("")
        self._facts.set_text("")
        self._mark.hide()
        self.show_decisions(())
        for button in (self.use_button, self.why_button, self.full_button):
            button.hide()

    def _show_mark(self, mark: str, tool_tip: str = "") -> None:
        words, role = _MARK_WORDS[mark]
        self._mark.setText(words)
        self._mark.setToolTip(tool_tip)
        set_role(self._mark, role)
        self._mark.show()

    def _show(self, path: Path) -> None:
        self.full_button.show()
        self.why_button.show()
        self._name.set_text(path.name, str(path))
        if path != self._path:
            self._path = path
            self.view.show_path(path)

    def _want_query(self) -> None:
        if self._path is not None:
            self.query_wanted.emit(self._path)

    def _lay_out(self) -> None:
        facts = QHBoxLayout()
        facts.setSpacing(SPACE_S)
        facts.addWidget(self._facts, 1)
        facts.addWidget(self._mark)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self.use_button)
        buttons.addStretch(1)
        buttons.addWidget(self.why_button)
        buttons.addWidget(self.full_button)
        foot = QVBoxLayout()
        foot.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        foot.setSpacing(SPACE_S - 2)
        foot.addWidget(self._name)
        foot.addLayout(facts)
        foot.addWidget(self._decided)
        foot.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addLayout(foot)
