"""A second map beside the first: the same images, embedded with another checkpoint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QPushButton

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.map_keeper import MapKeeper
from uem_desktop.pages.map_selection import MapSelection
from uem_desktop.pages.map_view import MapView
from uem_desktop.pages.prototype_keeper import PrototypeKeeper
from uem_desktop.pages.second_checkpoint import SecondCheckpoint
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.explorer_session import DomainPair
from uem_desktop.retrieval.map_alignment import turned_to
from uem_desktop.retrieval.map_points import MapPoints
from uem_desktop.retrieval.project_places import KeptCheckpoint
from uem_desktop.widgets.map_camera import MapCamera
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader


class MapBeside(QObject):
    """Embeds with the second checkpoint, lays out, and moves along with the first map.

    Attributes:
        second: The checkpoint.
        keeper: Its map.
        view: Shows it.
        link_box: Whether both maps move together.

    Signals:
        changed: It is another checkpoint, or how far it is changed.
        closed: A person wants one map again.
        another_wanted: A person wants to choose another checkpoint.
    """

    changed = Signal()
    closed = Signal()
    another_wanted = Signal()

    def __init__(
        self,
        first: MapView,
        state: ExplorerState,
        selection: MapSelection,
        runner: JobRunner,
        loader: ThumbnailLoader,
        theme: Theme,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._first = first
        self._session = state.session
        self.second = SecondCheckpoint(state.session, state.loader, runner, self)
        prototypes = PrototypeKeeper(self._domains, runner, self)
        self.keeper = MapKeeper(self._domains, prototypes, runner, self, finish=self._turn)
        self.link_box, self.close_button = QCheckBox("&Move together"), QPushButton("Close")
        self.another_button = QPushButton("Choose another")
        controls = (self.another_button, self.link_box, self.close_button)
        self.view = MapView(
            self.keeper, selection, loader, theme, self._empty_texts, self, controls
        )
        self.link_box.setChecked(True)
        self.link_box.setToolTip("Both maps move and zoom together")
        self.close_button.setToolTip("Show the explorer's map alone")
        self.close_button.setProperty("role", "link")
        self.close_button.clicked.connect(self.closed)
        self.another_button.clicked.connect(self.another_wanted)
        self.another_button.setProperty("role", "link")
        self.another_button.setToolTip("Show the map of another checkpoint")
        self.another_button.hide()
        self._is_moving = False
        self.view.hide()
        self.second.changed.connect(self._take)
        self.second.progressed.connect(self.view.show_progress)
        first.map.camera_moved.connect(lambda camera: self._follow(first, self.view, camera))
        self.view.map.camera_moved.connect(lambda camera: self._follow(self.view, first, camera))

    # ---- what is shown

    @property
    def is_shown(self) -> bool:
        """Whether there is a second map, or will be."""
        return bool(self.second.spec)

    @property
    def title(self) -> str:
        """What the checkpoint is called."""
        embedded = self.second.embedded
        if embedded is not None:
            return embedded.checkpoint.title
        return display_text(Path(self.second.spec).name)

    def ask(self, spec: str) -> None:
        """Show the map of another checkpoint; see `SecondCheckpoint.ask`."""
        self.second.ask(spec)
        self.view.setVisible(self.is_shown)

    def restore(self, kept: str | KeptCheckpoint) -> None:
        """Show the map of a checkpoint again; see `SecondCheckpoint.restore`."""
        self.second.restore(kept)
        self.view.setVisible(self.is_shown)

    def update(self) -> None:
        """Show the folders as they are now."""
        if self.is_shown:
            self.second.update()
            self.keeper.method = self._first.keeper.method
            self.keeper.update()

    def close(self) -> None:
        """End all work."""
        self.second.close()
        self.keeper.close()

    def _take(self) -> None:
        self.view.title = self.title
        self.another_button.setVisible(self.second.has_failed)
        if not self.second.is_put_off:
            self.update()
        if self.keeper.points is None:
            self.view.show_points()
        self.changed.emit()

    def _domains(self) -> DomainPair | None:
        return self.second.pair() if self._session.is_complete else None

    def _turn(self, points: MapPoints) -> MapPoints:
        onto = self._first.keeper.points
        return points if onto is None else turned_to(points, onto)

    # ---- how far it is; see `map_view.Work`

    @property
    def is_running(self) -> bool:
        """Whether something can be cancelled."""
        return self.second.is_running or self.second.is_waiting or self.keeper.is_running

    @property
    def is_stopped(self) -> bool:
        """Whether something can be taken up again."""
        return self.second.is_stopped or self.keeper.is_stopped

    @property
    def share_done(self) -> float:
        """How far the embedding is, then the layout, 0..1."""
        return self.second.share_done or 0.0 if self.second.is_running else self.keeper.share_done

    def stop(self) -> None:
        """Stop what runs."""
        self.second.cancel()
        self.keeper.stop()

    def go_on(self) -> None:
        """Take up again what was stopped."""
        if self.second.is_stopped:
            self.second.go_on()
        else:
            self.keeper.go_on()

    def _empty_texts(self) -> tuple[str, str]:
        second = self.second
        if second.is_waiting:
            return f"{self.title} waits", "The explorer embeds first; it goes on by itself."
        if second.is_running:
            return f"Embedding with {self.title}…", "The explorer stays as it is meanwhile."
        if second.sentence and not second.is_known:
            return "No second map", second.sentence
        if self.keeper.is_running:
            return "Laying out…", "The map comes in a moment."
        return "No second map yet", self.keeper.sentence or "It comes with the first one."

    # ---- moving together

    def _follow(self, moved: MapView, other: MapView, camera: MapCamera) -> None:
        """Look at the same part of the other map, measured by the view of everything."""
        if not self.link_box.isChecked() or self._is_moving or not self.is_shown:
            return
        here, there = moved.map.fit_camera, other.map.fit_camera
        ratio = there.scale / here.scale
        self._is_moving = True
        try:
            other.map.look_from(
                replace(
                    there,
                    x=there.x + (camera.x - here.x) / ratio,
                    y=there.y + (camera.y - here.y) / ratio,
                    scale=camera.scale * ratio,
                )
            )
        finally:
            self._is_moving = False
