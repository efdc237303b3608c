from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from training.data.ahead import mapped_ahead


def own_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("ahead")]


def test_results_come_in_the_order_of_the_items() -> None:
    def slow_if_even(number: int) -> int:
        time.sleep(0.005 * (number % 2 == 0))
        return number * number

    with mapped_ahead(slow_if_even, range(40), max_ahead=7) as squares:
        assert list(squares) == [number * number for number in range(40)]


@pytest.mark.parametrize("max_ahead", [1, 5])
def test_items_are_taken_within_the_bound(max_ahead: int) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(30):
            taken.append(number)
            yield number

    with mapped_ahead(abs, items(), max_ahead=max_ahead) as results:
        for number, result in enumerate(results):
            assert result == number
            assert len(taken) == min(30, number + max_ahead)


def test_an_error_comes_where_its_result_would_have_come() -> None:
    with mapped_ahead(lambda number: 6 // number, [3, 2, 0, 1], max_ahead=4) as results:
        assert next(results) == 2
        assert next(results) == 3
        with pytest.raises(ZeroDivisionError):
            next(results)
    assert not own_threads()


def test_no_thread_is_left_when_the_block_ends_early() -> None:
    with mapped_ahead(time.sleep, [0.01] * 100, max_ahead=10) as results:
        next(results)
        assert own_threads()
    assert not own_threads()


def test_no_items_need_no_thread() -> None:
    with mapped_ahead(abs, [], max_ahead=3) as results:
        assert list(results) == []
        assert not own_threads()
