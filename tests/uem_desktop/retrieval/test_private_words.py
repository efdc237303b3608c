from __future__ import annotations

import pytest

from uem_desktop.retrieval.private_words import decision_sentence, number_text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0365, "0.036"), (-0.25, "−0.250"), (-0.0001, "0.000"), (12, "12.000")]
)
def test_numbers(value: float, text: str) -> None:
    assert number_text(value) == text


def test_a_value_on_the_line_has_a_counterpart() -> None:
    assert decision_sentence(0.5, 0.5).startswith("A counterpart is likely: decision value 0.500")
    above = decision_sentence(0.501, 0.5)
    assert above.startswith("No counterpart: decision value 0.501, threshold 0.500.")
