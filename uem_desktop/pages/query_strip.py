"""The current query: its pictures, where they come from, and where to drop others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from uem_desktop.pages.labels import ElidedLabel, plain_label, set_role
from uem_desktop.pages.query_pictures import QueryPictures
from uem_desktop.pages.query_search import QuerySearch, SearchState
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.widgets.mark_label import MarkLabel
from uem_desktop.widgets.marks import Mark
from uem_desktop.widgets.mime import Dropped, read_mime
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import RADIUS_M, SPACE_M, SPACE_S, SPACE_XS, tokens_of

_PROMPT = "Select an image on the left, drop images or a folder here, or paste with Ctrl+V."


class QueryStrip(QWidget):
    """Shows the query and takes another one by drop.

    Signals:
        dropped(Dropped): Somebody dropped something that can be read.
    """

    dropped = Signal(object)

    def __init__(
        self, loader: ThumbnailLoader, actions: Sequence[QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("queryStrip")
        self.setAcceptDrops(True)
        self.setAccessibleName("Current query")
        self._is_drop_over = False
        self._is_private = False
        self.pictures = QueryPictures(loader)
        self._name = ElidedLabel(role="heading")
        self._name.set_elide_mode(Qt.TextElideMode.ElideMiddle)
        self._origin = ElidedLabel(role="dim")
        self.private_mark = MarkLabel(Mark.PRIVATE, "no counterpart")
        self.private_mark.hide()
        self._note = plain_label("", "warning", is_wrapped=True)
        self._prompt = plain_label(_PROMPT, "dim", is_wrapped=True)
        self._lay_out(actions)
        self.show_query((), None)

    @property
    def note(self) -> str:
        """The sentence that is shown, for example why a drop was refused."""
        return self._note.text()

    def show_query(self, query: Sequence[Path], session: ExplorerSession | None) -> None:
        """Show the pictures of a query, or how to make one."""
        has_query = bool(query)
        self.pictures.setVisible(has_query)
        self.pictures.show_images(query)
        self._name.setVisible(has_query)
        self._prompt.setVisible(not has_query)
        self._hide_note()
        if has_query:
            self._name.set_text(_title(query), "\n".join(str(path) for path in query[:20]))
            self._origin.set_text(_origin_text(query, session))

    def show_decision(self, sentence: str, *, is_private: bool) -> None:
        """Mark a query without a counterpart; the sentence says by which numbers."""
        self._is_private = is_private
        self.private_mark.setVisible(is_private and not self._origin.isHidden())
        self.private_mark.explain(sentence)

    def show_state(self, search: QuerySearch) -> None:
        """Say what the search is waiting for, or what went wrong."""
        if search.state in (SearchState.FAILED, SearchState.WAITING):
            self.show_note(search.sentence, is_error=search.state is SearchState.FAILED)
        elif search.state is SearchState.EMBEDDING:
            self.show_note("Embedding the query…", is_error=False)
        elif search.state is SearchState.READING_FOLDER:
            self.show_note("Reading the folder…", is_error=False)
        elif search.sentence:
            self.show_note(search.sentence)
        elif search.state is SearchState.ANSWERED:
            self._hide_note()

    def show_note(self, sentence: str, *, is_error: bool = True) -> None:
        """Show one sentence beside the query; an error takes the line of the origin too."""
        set_role(self._note, "wrong" if is_error else "dim")
        self._note.setText(display_text(sentence))
        self._note.setToolTip(self._note.text())
        self._note.setVisible(bool(sentence))
        self._show_facts(self.pictures.has_images and not (sentence and is_error))

    def _hide_note(self) -> None:
        self._note.hide()
        self._show_facts(self.pictures.has_images)

    def _show_facts(self, is_shown: bool) -> None:
        self._origin.setVisible(is_shown)
        self.private_mark.setVisible(is_shown and self._is_private)

    def _lay_out(self, actions: Sequence[QAction]) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_XS)
        head.addWidget(plain_label("Query", "caption"))
        head.addStretch(1)
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setAutoRaise(True)
            button.setIconSize(QSize(18, 18))
            button.setAccessibleName(action.text().replace("&", ""))
            head.addWidget(button)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addLayout(head)
        facts = QHBoxLayout()
        facts.setSpacing(SPACE_S)
        facts.addWidget(self.private_mark)
        facts.addWidget(self._origin, 1)
        texts.addWidget(self._name)
        texts.addLayout(facts)
        for label in (self._prompt, self._note):
            texts.addWidget(label)
        texts.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_S)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self.pictures)
        layout.addLayout(texts, 1)
        self.setFixedHeight(120)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self.rect().adjusted(1, 1, -2, -2)
        pen = QPen(QColor(tokens.accent if self._is_drop_over else tokens.border), 1)
        if self._is_drop_over:
            pen.setWidth(2)
        elif not self.pictures.has_images:
            pen = QPen(QColor(tokens.border_strong), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(tokens.accent_soft if self._is_drop_over else tokens.surface))
        painter.drawRoundedRect(frame, RADIUS_M, RADIUS_M)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._is_drop_over = True
        self.update()
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._is_drop_over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._is_drop_over = False
        self.update()
        dropped: Dropped = read_mime(event.mimeData())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.dropped.emit(dropped)


def _title(query: Sequence[Path]) -> str:
    if len(query) == 1:
        return query[0].name
    return f"{len(query)} images, mean embedding"


def _origin_text(query: Sequence[Path], session: ExplorerSession | None) -> str:
    if session is None:
        return ""
    places = {place[0] if (place := session.locate(path)) else "outside" for path in query}
    category = session.category_of(query)
    words = category or ("no category" if len(query) == 1 else "several or no categories")
    origin = {
        frozenset({"query"}): "from the query domain",
        frozenset({"gallery"}): "from the gallery domain, finds itself too",
        frozenset({"outside"}): "from elsewhere",
    }.get(frozenset(places), "from several places")
    return f"{words} · {origin}"
