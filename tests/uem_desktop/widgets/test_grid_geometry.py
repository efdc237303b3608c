"""The arithmetic against a layout that really puts one cell after the other."""

from __future__ import annotations

import itertools

import pytest

from uem_desktop.widgets.grid_geometry import GridGeometry

Cell = tuple[int, int, int, int]


def literal_cells(grid: GridGeometry) -> list[Cell]:
    """Place every cell by walking through them."""
    cells: list[Cell] = []
    columns = grid.columns
    edges = [
        grid.margin + column * (grid.width - 2 * grid.margin + grid.spacing) // columns
        for column in range(columns + 1)
    ]
    y, column = grid.margin, 0
    for row in range(grid.count):
        if row == grid.section_row:
            if column:
                y, column = y + grid.cell_height + grid.spacing, 0
            y += grid.band_height
        if column == columns:
            y, column = y + grid.cell_height + grid.spacing, 0
        width = edges[column + 1] - edges[column] - grid.spacing
        cells.append((edges[column], y, width, grid.cell_height))
        column += 1
    return cells


CASES = [
    GridGeometry(count, width, 50, 60, section_row=section)
    for count, width, section in itertools.product(
        (1, 7, 23), (70, 200, 333), (None, 0, 3, 6, 22, 23, 40)
    )
]


@pytest.mark.parametrize("grid", CASES, ids=str)
def test_every_cell_lies_where_a_walk_puts_it(grid: GridGeometry) -> None:
    cells = literal_cells(grid)
    assert [grid.rect(row) for row in range(grid.count)] == cells
    assert grid.height == max(y + height for _, y, _, height in cells) + grid.margin


@pytest.mark.parametrize("grid", CASES, ids=str)
def test_points_and_ranges_agree_with_the_cells(grid: GridGeometry) -> None:
    cells = literal_cells(grid)
    for y in range(0, grid.height + 5, 7):
        for x in range(0, grid.width, 9):
            hits = [
                row
                for row, (left, top, width, height) in enumerate(cells)
                if left <= x < left + width and top <= y < top + height
            ]
            assert grid.row_at(x, y) == (hits[0] if hits else -1)
        seen = [
            row
            for row, (_, top, _, height) in enumerate(cells)
            if top < y + 90 and top + height > y
        ]
        assert set(seen) <= set(grid.rows_between(y, y + 90))
        assert len(grid.rows_between(y, y + 90)) <= len(seen) + 2 * grid.columns


@pytest.mark.parametrize("grid", CASES, ids=str)
def test_a_step_down_goes_to_the_cell_below(grid: GridGeometry) -> None:
    for row in range(grid.count):
        line, column = grid.place(row)
        below = grid.row_lines_away(row, 1)
        if line == grid.lines - 1:
            assert below == row
        else:
            new_line, new_column = grid.place(below)
            assert new_line == line + 1
            assert new_column <= column
        assert grid.place(grid.row_lines_away(row, -100))[0] == 0


def test_cells_fill_the_line_from_edge_to_edge() -> None:
    grid = GridGeometry(100, 500, 90, 100)
    left, _, width, _ = grid.rect(grid.columns - 1)
    assert left + width == 500 - grid.margin


def test_an_empty_grid_has_no_cells() -> None:
    grid = GridGeometry(0, 300, 50, 60)
    assert grid.row_at(20, 20) == -1
    assert not grid.rows_between(0, 1000)
    assert not grid.has_band
