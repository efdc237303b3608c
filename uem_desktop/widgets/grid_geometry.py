"""Where each cell of a grid lies, by arithmetic alone: nothing here costs more for more items."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GridGeometry:
    """Uniform cells in lines, with at most one break that begins a new line under a band.

    All lengths are logical pixels; y counts from the top of the content, not of the viewport.

    Attributes:
        count: Number of cells.
        width: Width of the viewport.
        cell_width: Least width of a cell; cells grow until a line is full from edge to edge.
        cell_height: Height of a cell.
        spacing: Gap between cells, both ways.
        margin: Gap around all cells.
        section_row: The cell that begins the second section; None for one section.
        band_height: Height of the band above the second section.
    """

    count: int
    width: int
    cell_width: int
    cell_height: int
    spacing: int = 4
    margin: int = 8
    section_row: int | None = None
    band_height: int = 40

    @property
    def columns(self) -> int:
        """Cells in a full line, 1 or more."""
        return max(1, (self._inner + self.spacing) // (self.cell_width + self.spacing))

    @property
    def pitch(self) -> int:
        """Distance from one line to the next."""
        return self.cell_height + self.spacing

    @property
    def lines(self) -> int:
        """Lines of both sections."""
        return self._lines_before + _lines(self.count - self._split, self.columns)

    @property
    def height(self) -> int:
        """Height of the whole content."""
        band = self.band_height if self.has_band else 0
        last_gap = self.spacing if self.lines else 0
        return 2 * self.margin + self.lines * self.pitch - last_gap + band

    @property
    def has_band(self) -> bool:
        """Whether there is a second section with something in it."""
        return self._split < self.count

    @property
    def band_top(self) -> int:
        """Top of the band above the second section."""
        return self.margin + self._lines_before * self.pitch

    def rect(self, row: int) -> tuple[int, int, int, int]:
        """Return x, y, width and height of a cell."""
        line, column = self.place(row)
        left, right = self._edge(column), self._edge(column + 1) - self.spacing
        return left, self.line_top(line), right - left, self.cell_height

    def place(self, row: int) -> tuple[int, int]:
        """Return the line and the column of a cell."""
        if row < self._split:
            return divmod(row, self.columns)
        line, column = divmod(row - self._split, self.columns)
        return self._lines_before + line, column

    def line_top(self, line: int) -> int:
        """Return the top of a line."""
        band = self.band_height if self.has_band and line >= self._lines_before else 0
        return self.margin + line * self.pitch + band

    def span(self, row: int) -> tuple[int, int]:
        """Return the heights between which a cell is seen with its margins and its band."""
        _, top, _, height = self.rect(row)
        line, _ = self.place(row)
        is_below_band = self.has_band and line == self._lines_before
        return (self.band_top if is_below_band else top - self.margin), top + height + self.margin

    def row_lines_away(self, row: int, lines: int) -> int:
        """Return the cell some lines below (above when negative), in the same column."""
        line, column = self.place(row)
        target = max(0, min(self.lines - 1, line + lines))
        return row if target == line else self.row_in(target, column)

    def ranges_in(self, left: int, top: int, right: int, bottom: int) -> list[range]:
        """Return the cells that a rectangle touches, one range a line, or one for all lines."""
        rows = self.rows_between(top, bottom)
        if not rows:
            return []
        columns = [
            column
            for column in range(self.columns)
            if self._edge(column) < right and self._edge(column + 1) - self.spacing > left
        ]
        if len(columns) in (0, self.columns):
            return [rows] if columns else []
        ranges = []
        for line in range(self.place(rows[0])[0], self.place(rows[-1])[0] + 1):
            first, end = self._cells_of(line)
            cells = range(first + columns[0], min(first + columns[-1] + 1, end))
            if cells and self.line_top(line) < bottom:
                ranges.append(cells)
        return ranges

    def row_in(self, line: int, column: int) -> int:
        """Return the cell in a line that is nearest to a column; the line must exist."""
        first, end = self._cells_of(line)
        return min(first + column, end - 1)

    def row_at(self, x: int, y: int) -> int:
        """Return the cell that holds a point, -1 for the gaps between cells."""
        line = self._line_near(y)
        if line is None or y >= self.line_top(line) + self.cell_height or y < self.line_top(line):
            return -1
        first, end = self._cells_of(line)
        column = (x - self.margin) * self.columns // max(1, self._inner + self.spacing)
        for candidate in (column - 1, column, column + 1):
            row = first + candidate
            if 0 <= candidate < self.columns and row < end:
                left, _, width, _ = self.rect(row)
                if left <= x < left + width:
                    return row
        return -1

    def rows_between(self, top: int, bottom: int) -> range:
        """Return the cells that show between two heights, whole lines of them."""
        if not self.count or bottom <= top:
            return range(0)
        first_line, last_line = self._line_near(top), self._line_near(bottom - 1)
        first = 0 if first_line is None else self._cells_of(first_line)[0]
        end = 0 if last_line is None else self._cells_of(last_line)[1]
        return range(first, max(first, end))

    @property
    def _inner(self) -> int:
        return max(1, self.width - 2 * self.margin)

    @property
    def _split(self) -> int:
        return self.count if self.section_row is None else min(self.section_row, self.count)

    @property
    def _lines_before(self) -> int:
        return _lines(self._split, self.columns)

    def _edge(self, column: int) -> int:
        return self.margin + column * max(self._inner + self.spacing, 1) // self.columns

    def _cells_of(self, line: int) -> tuple[int, int]:
        if line < self._lines_before:
            return line * self.columns, min((line + 1) * self.columns, self._split)
        first = self._split + (line - self._lines_before) * self.columns
        return first, min(first + self.columns, self.count)

    def _line_near(self, y: int) -> int | None:
        """Return the last line that begins at or above a height; None above the first one."""
        line = (y - self.margin) // self.pitch
        if self.has_band and y >= self.band_top:
            below = (y - self.band_top - self.band_height) // self.pitch
            line = self._lines_before + max(below, -1)
        return None if line < 0 else min(line, self.lines - 1)


def _lines(count: int, columns: int) -> int:
    return -(-count // columns)
