"""Where an image lies in a view: zoom, pan and their limits, as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace

MAX_ZOOM = 32.0
ACTUAL_SIZE = 1.0

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ViewZoom:
    """How a view shows an image.

    Zoom 1 shows one pixel of the image on one device pixel. All lengths of the view are device
    pixels, all places in the image are its own pixels.

    Attributes:
        image: Width and height of the image, both above 0.
        view: Width and height of the view.
        fixed_zoom: The zoom that was chosen; None to fit the image into the view.
        centre: The place in the image that lies in the middle of the view.
        margin: Room left around an image that is fitted.
    """

    image: Pair
    view: Pair
    fixed_zoom: float | None = None
    centre: Pair = (0.0, 0.0)
    margin: float = 0.0

    @property
    def is_fitted(self) -> bool:
        """Whether the zoom follows the size of the view."""
        return self.fixed_zoom is None

    @property
    def fit(self) -> float:
        """The zoom at which the image just fits."""
        (width, height), (across, down) = self.image, self.view
        room_x, room_y = across - 2 * self.margin, down - 2 * self.margin
        return max(1e-4, min(room_x / width, room_y / height, MAX_ZOOM))

    @property
    def least(self) -> float:
        """The smallest zoom that can be chosen."""
        return min(self.fit, ACTUAL_SIZE)

    @property
    def zoom(self) -> float:
        """Device pixels of one image pixel."""
        return self.fit if self.fixed_zoom is None else self.fixed_zoom

    @property
    def can_pan(self) -> bool:
        """Whether some of the image lies outside of the view."""
        return any(
            side * self.zoom > room + 0.5 for side, room in zip(self.image, self.view, strict=True)
        )

    @property
    def target(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the whole image in the view."""
        zoom, (across, down) = self.zoom, self.view
        x, y = self._held_centre(self.centre, zoom)
        width, height = self.image[0] * zoom, self.image[1] * zoom
        return across / 2 - x * zoom, down / 2 - y * zoom, width, height

    def fitted(self) -> ViewZoom:
        """Return the view that shows the whole image."""
        return replace(self, fixed_zoom=None, centre=self._middle())

    def resized(self, view: Pair) -> ViewZoom:
        """Return the same look at a view of another size."""
        other = replace(self, view=view)
        return replace(other, centre=other._held_centre(self.centre, other.zoom))

    def zoomed(self, zoom: float, at: Pair | None = None) -> ViewZoom:
        """Return another zoom; the place of the image under a point of the view stays there.

        Args:
            zoom: Kept between `least` and `MAX_ZOOM`.
            at: Point of the view, device pixels; None for its middle.
        """
        zoom = min(max(zoom, self.least), MAX_ZOOM)
        left, top, _, _ = self.target
        x, y = at if at is not None else (self.view[0] / 2, self.view[1] / 2)
        place = (x - left) / self.zoom, (y - top) / self.zoom
        centre = (
            place[0] - (x - self.view[0] / 2) / zoom,
            place[1] - (y - self.view[1] / 2) / zoom,
        )
        return replace(self, fixed_zoom=zoom, centre=self._held_centre(centre, zoom))

    def panned(self, dx: float, dy: float) -> ViewZoom:
        """Return the view after the image was dragged by device pixels."""
        x, y = self._held_centre(self.centre, self.zoom)
        moved = x - dx / self.zoom, y - dy / self.zoom
        return replace(self, centre=self._held_centre(moved, self.zoom))

    def _middle(self) -> Pair:
        return self.image[0] / 2, self.image[1] / 2

    def _held_centre(self, centre: Pair, zoom: float) -> Pair:
        """Keep the image's edges outside of the view, or the image in its middle."""
        held = []
        for place, side, room in zip(centre, self.image, self.view, strict=True):
            half = room / 2 / zoom
            held.append(side / 2 if 2 * half >= side else min(max(place, half), side - half))
        return held[0], held[1]
