from __future__ import annotations

import numpy as np
import pytest

from uem_desktop.pages.map_selection import MapSelection


@pytest.fixture
def selection(qapp) -> MapSelection:
    return MapSelection()


def state(selection: MapSelection) -> tuple[list[int], list[int], int | None]:
    return selection.images.tolist(), selection.marked.tolist(), selection.current


def test_one_image_is_marked_and_many_are_not(selection) -> None:
    selection.choose([7])
    assert state(selection) == ([7], [7], 7)
    selection.choose(np.array([9, 2, 2, 5]))
    assert state(selection) == ([2, 5, 9], [], None)
    assert selection.has_many


def test_adding_one_that_is_chosen_takes_it_away(selection) -> None:
    selection.choose([2, 5])
    selection.choose([9], is_added=True)
    assert state(selection) == ([2, 5, 9], [9], 9)
    selection.choose([5], is_added=True)
    assert state(selection) == ([2, 9], [9], 9)
    selection.choose([2, 4], is_added=True)
    assert selection.images.tolist() == [2, 4, 9]


def test_what_is_chosen_elsewhere_is_marked_where_it_is_listed(selection) -> None:
    selection.choose([2, 5, 9])
    selection.follow([5])
    assert state(selection) == ([2, 5, 9], [5], 5)
    selection.follow([4])
    assert state(selection) == ([4], [4], 4)
    selection.follow([])
    assert state(selection) == ([4], [4], 4)


def test_it_tells_of_changes_only(selection) -> None:
    told = []
    selection.changed.connect(lambda: told.append("changed"))
    selection.marked_changed.connect(lambda: told.append("marked"))
    assert not selection.clear()
    selection.choose([1, 2])
    selection.mark([2], 2)
    selection.mark([2], 2)
    assert selection.clear()
    assert told == ["changed", "marked", "changed"]
    assert state(selection) == ([], [], None)
