"""What the window shows while there are no folders: where to put them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from uem_desktop.pages.folder_card import FolderCard
from uem_desktop.pages.labels import ElidedLabel, plain_label
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.explorer_session import SIDES, Side
from uem_desktop.retrieval.recent_projects import RecentProject
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL

_WIDTH = 760
_MAX_RECENT = 5
_CARDS: dict[Side, tuple[str, str]] = {
    "query": ("Query domain", "The folder you ask with, for example sketches."),
    "gallery": ("Gallery domain", "The folder you search, for example photos."),
}


class StartPage(QWidget):
    """Two large drop zones, the sample collection, the recent projects.

    Signals:
        folder_wanted(str): Choose a folder for a side.
        folder_chosen(str, Path): A folder was dropped on a side.
        demo_wanted: Open the sample collection.
        project_chosen(Path): Open a recent project.
        drop_refused(str): Why a drop was refused.
    """

    folder_wanted = Signal(str)
    folder_chosen = Signal(str, object)
    demo_wanted = Signal()
    project_chosen = Signal(object)
    drop_refused = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("startPage")
        self.cards: dict[Side, FolderCard] = {}
        for side in SIDES:
            title, meaning = _CARDS[side]
            card = FolderCard(title, meaning, theme)
            card.choose_wanted.connect(partial(self.folder_wanted.emit, side))
            card.folder_dropped.connect(partial(self.folder_chosen.emit, side))
            card.drop_refused.connect(self.drop_refused)
            self.cards[side] = card
        self.demo_button = QPushButton("Try the sample collection")
        theme.bind_icon(self.demo_button, "play")
        self.demo_button.clicked.connect(self._want_demo)
        self._recent_title = plain_label("Recent projects", "heading")
        self._recent_rows = QVBoxLayout()
        self._recent_rows.setSpacing(2)
        self._lay_out()
        self.set_recent(())

    def show_folder(self, side: Side, folder: Path | None) -> None:
        """Show which folder a side has already."""
        self.cards[side].show_folder(folder)

    def set_recent(self, projects: Sequence[RecentProject]) -> None:
        """Offer the recent projects that are still there."""
        while (item := self._recent_rows.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        present = [project for project in projects if not project.is_missing][:_MAX_RECENT]
        self._recent_title.setVisible(bool(present))
        for project in present:
            button = QPushButton(display_text(project.name).replace("&", "&&"))
            button.setProperty("role", "flat")
            button.setStyleSheet("text-align: left;")
            button.setToolTip(display_text(project.path))
            button.clicked.connect(partial(self._want_project, project.path))
            self._recent_rows.addWidget(button)

    def _want_demo(self) -> None:
        self.demo_wanted.emit()

    def _want_project(self, path: Path, _is_checked: bool = False) -> None:
        self.project_chosen.emit(path)

    def _lay_out(self) -> None:
        cards = QGridLayout()
        cards.setSpacing(SPACE_M)
        for column, side in enumerate(SIDES):
            cards.addWidget(self.cards[side], 0, column)
            cards.setColumnStretch(column, 1)
        demo = QHBoxLayout()
        demo.setSpacing(SPACE_M)
        demo.addWidget(self.demo_button)
        demo.addWidget(
            ElidedLabel("355 drawings and renders; the first time takes a few seconds", "dim"), 1
        )
        column_widget = QWidget()
        column_widget.setMaximumWidth(_WIDTH)
        column_layout = QVBoxLayout(column_widget)
        column_layout.setContentsMargins(SPACE_L, SPACE_XL, SPACE_L, SPACE_XL)
        column_layout.setSpacing(SPACE_S)
        column_layout.addWidget(
            plain_label("Find the same kind of thing in another world", "title")
        )
        column_layout.addWidget(
            plain_label(
                "Choose two folders of images. Any image of the first becomes a question to the"
                " second. Sub-folders, where there are any, are categories and show which matches"
                " are right. Nothing leaves this computer.",
                "dim",
                is_wrapped=True,
            )
        )
        column_layout.addSpacing(SPACE_M)
        column_layout.addLayout(cards)
        column_layout.addSpacing(SPACE_M)
        column_layout.addLayout(demo)
        column_layout.addSpacing(SPACE_M)
        column_layout.addWidget(self._recent_title)
        column_layout.addLayout(self._recent_rows)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(column_widget, 12)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(3)
        layout.setAlignment(Qt.AlignmentFlag.AlignCenter)
