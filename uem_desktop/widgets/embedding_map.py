"""A map of points to look around in: a million of them stay fluid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from uem_desktop.widgets.map_camera import MapCamera, around, fitting
from uem_desktop.widgets.map_card import CardText, MapCard
from uem_desktop.widgets.map_cloud import MapCloud, Rows
from uem_desktop.widgets.map_hand import MapHand
from uem_desktop.widgets.map_lines import MapLineLayer
from uem_desktop.widgets.map_overlay import (
    MARKER_SIZE,
    MapLines,
    MapMarker,
    inside_of,
    paint_lasso,
)
from uem_desktop.widgets.map_scene import MapScene
from uem_desktop.widgets.map_tiles import MapTiles
from uem_desktop.widgets.painting import EmptyText, paint_empty
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import tokens_of

_REACH = 9.0
_FIT_MARGIN = 12.0

Describe = Callable[[int], CardText]


class EmbeddingMap(MapHand):
    """Shows a cloud of points, and what a person does with it.

    Drag or the arrow keys move it, the wheel, + and - zoom, 0 shows everything; a click chooses a
    point, Shift and a drag a loop of points, Ctrl adds to what is chosen; Ctrl and an arrow key go
    to the next point in that direction.

    Attributes:
        camera: What is seen.
    """

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._tiles, self._line_layer = MapTiles(), MapLineLayer()
        self._cloud: MapCloud | None = None
        self._markers: tuple[MapMarker, ...] = ()
        self._lines: MapLines | None = None
        self._rings: Rows = np.empty(0, np.int64)
        self._current: int | None = None
        self._hovered: int | None = None
        self._hovered_marker: int | None = None
        self._is_fitted = True
        self._empty = EmptyText()
        self._describe: Describe = lambda _point: CardText("")
        self.card = MapCard(self)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(0)
        self._again.timeout.connect(self.update)
        loader.loaded.connect(self._show_loaded)

    # ---- what is shown

    @property
    def cloud(self) -> MapCloud | None:
        """The points."""
        return self._cloud

    @property
    def scene(self) -> MapScene | None:
        """All that is shown; None without points."""
        if self._cloud is None:
            return None
        return MapScene(self._cloud, self._markers, self._lines, self._rings, self._current)

    @property
    def is_density(self) -> bool:
        """Whether so many points are in sight that they are counted instead of drawn."""
        return self._tiles.is_density

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to be painted."""
        return not self._again.isActive()

    @property
    def hovered(self) -> int | None:
        """The point under the pointer."""
        return self._hovered

    @property
    def fit_camera(self) -> MapCamera:
        """The view of everything."""
        if self._cloud is None:
            return MapCamera()
        return fitting(self._cloud.grid, self._size, _FIT_MARGIN)

    def show_cloud(self, cloud: MapCloud | None, describe: Describe) -> None:
        """Show other points, all of them in sight.

        Args:
            cloud: The points; None for none.
            describe: Says what a point's card shows.
        """
        self._describe = describe
        self._markers, self._lines = (), None
        self._rings, self._current = self._rings[:0], None
        self._cloud = cloud
        self._tiles.show_cloud(cloud, is_same_place=False)
        self._point_at(None, None)
        self.fit()

    def show_colours(
        self,
        codes: NDArray[np.int16],
        colours: tuple[str, ...],
        is_bright: NDArray[np.bool_] | None = None,
    ) -> None:
        """Colour the same points otherwise; see `MapCloud`."""
        if self._cloud is not None:
            self._cloud = replace(self._cloud, codes=codes, colours=colours, is_bright=is_bright)
            self._tiles.show_cloud(self._cloud, is_same_place=True)
            self.update()

    def show_selection(self, points: Rows, current: int | None) -> None:
        """Put rings around some points, and a stronger one around the current."""
        self._rings, self._current = points, current
        self.update()

    def show_markers(self, markers: Sequence[MapMarker]) -> None:
        """Lay markers over the points."""
        self._markers, self._hovered_marker = tuple(markers), None
        self.update()

    def show_lines(self, lines: MapLines | None) -> None:
        """Draw lines between points."""
        self._lines = lines
        self.update()

    def set_empty_text(self, title: str, hint: str = "", icon_name: str | None = None) -> None:
        """Say what is painted while there are no points."""
        self._empty = EmptyText(title, hint, icon_name)
        self.update()

    # ---- where one looks

    def fit(self) -> None:
        """Show everything, and go on doing so when the size changes."""
        self._is_fitted = True
        self._set_camera(self.fit_camera)

    def look_from(self, camera: MapCamera) -> None:
        """Look where another view looks."""
        self._is_fitted = False
        self.camera = camera
        self.update()

    def show_points(self, points: Rows) -> None:
        """Bring some points into sight, where they are not."""
        if self._cloud is None or not len(points):
            return
        places = self._cloud.grid.points[points]
        view = QRectF(self.rect()).adjusted(20, 20, -20, -20)
        seen = (self.camera.to_view(places, self._size)).tolist()
        if not all(view.contains(QPointF(x, y)) for x, y in seen[:200]):
            self._is_fitted = False
            self._set_camera(around(places, self._size, self.fit_camera))

    def place_of(self, point: int) -> QPointF:
        """Return where a point is in the view."""
        assert self._cloud is not None
        x, y = self.camera.to_view(self._cloud.grid.points[[point]], self._size)[0].tolist()
        return QPointF(x, y)

    def zoom(self, factor: float, place: QPointF | None = None) -> None:
        if self._cloud is not None:
            self._is_fitted = False
            place = place if place is not None else QRectF(self.rect()).center()
            self._set_camera(self.camera.zoomed(factor, place, self._size, self.fit_camera))

    def move_by(self, dx: float, dy: float) -> None:
        if self._cloud is not None:
            self._is_fitted = False
            self._set_camera(self.camera.moved(dx, dy))

    def _set_camera(self, camera: MapCamera) -> None:
        self.camera = camera
        self.update()
        self.camera_moved.emit(camera)

    @property
    def _size(self) -> QSizeF:
        return QSizeF(self.size())

    # ---- what is where

    def point_at(self, place: QPointF) -> int | None:
        if self._cloud is None:
            return None
        x, y = self.camera.to_plane(place, self._size)
        return self._cloud.grid.nearest(x, y, _REACH / self.camera.scale)

    def marker_at(self, place: QPointF) -> int | None:
        best, nearest = None, MARKER_SIZE * 0.65
        for number, marker in enumerate(self._markers):
            for x, y in self.camera.to_view(np.array(marker.places), self._size).tolist():
                away = float(np.hypot(place.x() - x, place.y() - y))
                if away < nearest:
                    best, nearest = number, away
        return best

    def points_in(self, loop: Sequence[QPointF]) -> Rows:
        if self._cloud is None:
            return self._rings[:0]
        box = QRectF(loop[0], loop[0])
        for place in loop:
            box = box.united(QRectF(place, place).adjusted(-1, -1, 1, 1))
        left, bottom = self.camera.to_plane(box.bottomLeft(), self._size)
        right, top = self.camera.to_plane(box.topRight(), self._size)
        points = self._cloud.grid.within(left, bottom, right, top)
        places = self.camera.to_view(self._cloud.grid.points[points], self._size)
        return np.sort(points[inside_of(loop, places, QRectF(self.rect()))])

    def next_point(self, dx: int, dy: int) -> int | None:
        if self._cloud is None or not len(self._cloud):
            return None
        if self._current is None:
            return self._cloud.grid.nearest(self.camera.x, self.camera.y, 1e9)
        start = self._cloud.grid.points[self._current].astype(np.float64)
        reach = 24.0 / self.camera.scale
        for _ in range(12):
            points, places = self._cloud.grid.near(*(start - reach), *(start + reach))
            away = places.astype(np.float64) - start
            ahead, aside = away @ (dx, -dy), np.abs(away @ (dy, dx))
            is_there = (ahead > 0) & (aside <= ahead) & (ahead <= reach)
            if is_there.any():
                cost = np.where(is_there, ahead + 2 * aside, np.inf)
                return int(points[cost == cost.min()].min())
            reach *= 2
        return None

    def current_point(self) -> int | None:
        return self._current

    # ---- the card

    def hover(self, place: QPointF | None) -> None:
        marker = self.marker_at(place) if place is not None else None
        point = self.point_at(place) if place is not None and marker is None else None
        if (point, marker) != (self._hovered, self._hovered_marker):
            self._point_at(point, marker)

    def _point_at(self, point: int | None, marker: int | None) -> None:
        self._hovered, self._hovered_marker = point, marker
        self.update()
        if marker is not None:
            one = self._markers[marker]
            x, y = self.camera.to_view(np.array(one.places[:1]), self._size)[0].tolist()
            text = CardText(one.title, tuple(one.detail.split("\n")) if one.detail else ())
            self.card.show_text(text, None, QPointF(x, y).toPoint())
        elif point is not None:
            text = self._describe(point)
            wishes = [(text.path, self._picture_px)] if text.path is not None else []
            self._loader.set_wanted(self, wishes)
            self.card.show_text(text, self._picture_of(text), self.place_of(point).toPoint())
        else:
            self._loader.set_wanted(self, ())
            self.card.hide()

    @property
    def _picture_px(self) -> int:
        return round(MapCard.picture_px * self.devicePixelRatioF())

    def _picture_of(self, text: CardText) -> QPixmap | None:
        found = self._loader.find(text.path, self._picture_px) if text.path is not None else None
        return found.pixmap if found is not None else None

    def _show_loaded(self, paths: Sequence[Path]) -> None:
        path = self.card.text.path
        if path is not None and path in paths:
            self.card.show_picture(path, self._picture_of(self.card.text))

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), tokens_of(self.palette())
        if not self._tiles.paint(painter, self.camera, self._size, tokens):
            self._again.start()
        if self._cloud is None or not len(self._cloud):
            paint_empty(painter, self.rect(), self._empty, self.font(), tokens)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = self.camera, self._size, tokens
        if not self._line_layer.paint(painter, self._lines, self._cloud.grid, *seen):
            self._again.start()
        if (scene := self.scene) is not None:
            scene.paint_over(
                painter,
                *seen,
                has_lines=False,
                hovered=self._hovered,
                hovered_marker=self._hovered_marker,
            )
        if len(self.loop) > 1:
            paint_lasso(painter, self.loop, tokens)
        self.paint_focus(painter, tokens)

    # ---- Qt

    def sizeHint(self) -> QSize:
        return QSize(640, 520)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_fitted:
            self._set_camera(self.fit_camera)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._point_at(None, None)
