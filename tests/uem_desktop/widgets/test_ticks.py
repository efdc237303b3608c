from __future__ import annotations

import math

import pytest

from uem_desktop.widgets.ticks import linear_ticks, log_ticks, value_text


def texts(*arguments: float, **options: bool) -> list[str]:
    return [tick.text for tick in linear_ticks(*arguments, **options)]  # type: ignore[arg-type]


def test_numbers_of_an_axis_are_round_and_written_alike() -> None:
    assert texts(0, 10, 5) == ["0", "2", "4", "6", "8", "10"]
    assert texts(0, 1, 4) == ["0.00", "0.25", "0.50", "0.75", "1.00"]
    assert texts(0, 2e-4, 4) == ["0", "5e−5", "1e−4", "1.5e−4", "2e−4"]
    assert texts(0, 50_000, 5) == ["0", "10,000", "20,000", "30,000", "40,000", "50,000"]
    assert texts(-1, 1, 2) == ["−1", "0", "1"]
    assert texts(0, 2, 8, is_whole=True) == ["0", "1", "2"]
    assert texts(0, 10, 4, is_whole=True) == ["0", "5", "10"]


@pytest.mark.parametrize(("least", "largest"), [(1.0, 1.0), (math.nan, 1.0), (0.0, math.inf)])
def test_no_range_has_no_ticks(least: float, largest: float) -> None:
    assert linear_ticks(least, largest, 5) == []
    assert log_ticks(least, largest, 5) == []


def test_logarithms_have_decades() -> None:
    assert [tick.text for tick in log_ticks(-2.1, 1.2, 5)] == ["0.01", "0.1", "1", "10"]
    assert [tick.text for tick in log_ticks(-8.2, 0.1, 5)] == ["1e−8", "1e−6", "1e−4", "1e−2", "1"]
    assert [tick.text for tick in log_ticks(-0.1, 1.1, 6)] == ["1", "2", "5", "10"]
    narrow = log_ticks(math.log10(30), math.log10(70), 5)
    assert [tick.text for tick in narrow] == ["30", "40", "50", "60", "70"]
    assert narrow[0].place == pytest.approx(math.log10(30))


def test_values_are_written_for_people() -> None:
    numbers = [1234567.0, 12.3456, 0.5, 0.00012345, 1e-7, 0.0, -3.0, 2e12]
    assert [value_text(number) for number in numbers] == [
        "1,234,567",
        "12.35",
        "0.5",
        "0.0001234",
        "1e−7",
        "0",
        "−3",
        "2e12",
    ]
    assert value_text(math.nan) == "not a number"
    assert value_text(-math.inf) == "−infinite"
