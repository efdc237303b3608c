"""What makes a query: drops, the clipboard, a file dialog, going back and forward."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QFileDialog, QWidget

from training.data.decoding import image_suffixes
from uem_desktop.pages.action_table import make_action
from uem_desktop.pages.query_search import QuerySearch
from uem_desktop.retrieval.app_folders import data_dir
from uem_desktop.retrieval.pasted_images import keep_pasted_image
from uem_desktop.retrieval.start_request import CHECKPOINT_SUFFIXES, PROJECT_SUFFIX
from uem_desktop.widgets.mime import Dropped, read_mime
from uem_desktop.widgets.theme import Theme


class QueryActions(QObject):
    """Turns what a person drops, pastes or picks into the query.

    Signals:
        refused(str): Why something is no query, in one sentence.
        checkpoint_dropped(str): A checkpoint file was dropped.
        project_dropped(Path): A project file was dropped.
    """

    refused = Signal(str)
    checkpoint_dropped = Signal(str)
    project_dropped = Signal(object)

    def __init__(self, search: QuerySearch, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._search = search
        self._window = window
        self.paste = make_action(window, "&Paste as query", QKeySequence.StandardKey.Paste)
        self.choose = make_action(window, "&Choose query images…", "Ctrl+I")
        self.back = make_action(window, "Query &before", "Alt+Left")
        self.forward = make_action(window, "Query &after", "Alt+Right")
        self.clear = make_action(window, "C&lear query", "Ctrl+Backspace")
        self.paste.setToolTip("Search with the image on the clipboard (Ctrl+V)")
        self.choose.setToolTip("Search with image files (Ctrl+I)")
        self.back.setToolTip("Back to the query before (Alt+Left, Esc)")
        self.forward.setToolTip("Forward again (Alt+Right)")
        self.clear.setToolTip("No query (Ctrl+Backspace)")
        for action, icon in (
            (self.paste, "paste"),
            (self.choose, "image"),
            (self.back, "chevron-left"),
            (self.forward, "chevron-right"),
            (self.clear, "close"),
        ):
            theme.bind_icon(action, icon)
        self.paste.triggered.connect(self.paste_clipboard)
        self.choose.triggered.connect(self._choose_files)
        self.back.triggered.connect(search.go_back)
        self.forward.triggered.connect(search.go_forward)
        self.clear.triggered.connect(search.clear)
        search.query_changed.connect(self._update)
        self._update()

    def strip_actions(self) -> list[QAction]:
        """Return the actions that stand beside the query."""
        return [self.back, self.forward, self.choose, self.paste, self.clear]

    def paste_clipboard(self) -> None:
        """Search with what the clipboard holds."""
        mime = QGuiApplication.clipboard().mimeData()
        self.take_dropped(read_mime(mime if mime is not None else QMimeData()))

    def take_dropped(self, dropped: Dropped) -> None:
        """Search with what was dropped or pasted, or say why that cannot be."""
        if dropped.refusal:
            self.refused.emit(dropped.refusal)
        elif dropped.image_bytes is not None:
            try:
                path = keep_pasted_image(dropped.image_bytes, data_dir() / "pasted-images")
            except OSError as error:
                self.refused.emit(f"The pasted image cannot be kept: {error.strerror}.")
                return
            self._search.ask([path])
        else:
            self.ask_paths(list(dropped.paths))

    def ask_paths(self, paths: list[Path]) -> None:
        """Search with files, or with all images of a folder; several make one query."""
        folders = [path for path in paths if path.is_dir()]
        files = [path for path in paths if not path.is_dir()]
        special = [path for path in files if path.suffix.lower() not in image_suffixes()]
        if folders and not files:
            if len(folders) > 1:
                self.refused.emit("Drop one folder at a time: all its images make one query.")
            else:
                self._search.ask_folder(folders[0])
        elif len(files) == 1 and files[0].suffix.lower() == PROJECT_SUFFIX:
            self.project_dropped.emit(files[0])
        elif len(files) == 1 and special and files[0].suffix.lower() in CHECKPOINT_SUFFIXES:
            self.checkpoint_dropped.emit(str(files[0]))
        elif files:
            self._search.ask(files)

    def _choose_files(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in sorted(image_suffixes()))
        files, _ = QFileDialog.getOpenFileNames(
            self._window, "Search with images", "", f"Images ({patterns});;All files (*)"
        )
        if files:
            self.ask_paths([Path(file) for file in files])

    def _update(self) -> None:
        self.back.setEnabled(self._search.history.can_go_back)
        self.forward.setEnabled(self._search.history.can_go_forward)
        self.clear.setEnabled(bool(self._search.query))
