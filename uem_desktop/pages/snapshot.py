"""A picture of the window, taken when nothing is left to be shown."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Protocol

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QSize, QTimer
from PySide6.QtWidgets import QWidget

from training.evaluation.ranking import exact_similarities
from uem_desktop.pages.explore import ExplorePage
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.message_bar import MessageBar
from uem_desktop.pages.query_search import SearchState
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

_SIZE = QSize(1440, 900)
_INTERVAL_MS = 40
_LIMIT_S = 240
_DEVICE_LIMIT_S = 20
_WANTED_SHARE = 0.7


class ExplorerWindow(Protocol):
    """What a picture needs of the window."""

    state: ExplorerState
    explore: ExplorePage
    thumbnails: ThumbnailLoader
    message_bar: MessageBar


class Snapshot(QObject):
    """Waits until the window is complete, picks a telling query, saves a picture, ends.

    Attributes:
        exit_code: 0 once the picture is saved.
    """

    def __init__(self, window: QWidget, target: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._target = target
        self._has_picked = False
        self._quiet_rounds = 0
        self._began = time.monotonic()
        self.exit_code = 1
        window.resize(_SIZE)
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        window: ExplorerWindow = self._window  # type: ignore[assignment]
        if window.message_bar.sentence:
            self._end(window.message_bar.sentence)
        elif time.monotonic() - self._began > _LIMIT_S:
            self._end(f"The window was not complete after {_LIMIT_S} s.")
        elif not _is_complete(window) or self._waits_for_device(window):
            self._quiet_rounds = 0
        elif not self._has_picked:
            self._has_picked = True
            self._pick(window)
        else:
            self._quiet_rounds += 1
            if self._quiet_rounds > 5:
                self._save()

    def _waits_for_device(self, window: ExplorerWindow) -> bool:
        """Whether the status bar may soon say where the encoder runs."""
        is_early = time.monotonic() - self._began < _DEVICE_LIMIT_S
        return is_early and window.state.loader.encoder is None

    def _pick(self, window: ExplorerWindow) -> None:
        row = telling_query(window.state.session)
        if row is not None:
            record = window.state.session.domains["query"].records[row]
            window.state.search.ask([record.path])

    def _save(self) -> None:
        self._target.parent.mkdir(parents=True, exist_ok=True)
        is_saved = self._window.grab().save(str(self._target))
        self.exit_code = 0 if is_saved else 2
        self._end("" if is_saved else f"The picture {self._target} cannot be written.")

    def _end(self, sentence: str) -> None:
        self._timer.stop()
        if sentence:
            print(sentence, file=sys.stderr)
        QCoreApplication.quit()


def _is_complete(window: ExplorerWindow) -> bool:
    state = window.state
    return (
        state.session.is_complete
        and not state.loader.status.is_busy
        and not state.scores.is_running
        and not state.private.is_running
        and state.search.state is SearchState.ANSWERED
        and window.thumbnails.is_idle()
        and not window.explore.preview_panel.view.is_loading
    )


def telling_query(session: ExplorerSession) -> int | None:
    """Return the query row whose matches are mostly, not wholly right; the first such one.

    Returns:
        None when no query has a category that the gallery has.
    """
    query, gallery = session.domains["query"], session.domains["gallery"]
    rows, places = query.embeddings.ready_rows(), gallery.embeddings.ready_rows()
    asked = np.array([query.records[int(row)].category or "" for row in rows], dtype=object)
    held = np.array([gallery.records[int(row)].category for row in places], dtype=object)
    if not len(rows) or not len(places) or not np.isin(asked, held).any():
        return None
    similarities = exact_similarities(
        query.embeddings.embeddings[rows], gallery.embeddings.embeddings[places]
    )
    best = np.argsort(-similarities, axis=1, kind="stable")[:, : session.top_k]
    share = (held[best] == asked[:, None]).mean(axis=1)
    distance = np.where(np.isin(asked, held), np.abs(share - _WANTED_SHARE), np.inf)
    return int(rows[np.argmin(distance)])
