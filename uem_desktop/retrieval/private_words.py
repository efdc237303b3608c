"""What was decided about a query, in words with its numbers."""

from __future__ import annotations


def decision_sentence(value: float, threshold: float) -> str:
    """Say whether a query has a counterpart, by which numbers, and what they mean.

    Args:
        value: Its decision value.
        threshold: Above it a query is called one without a counterpart.
    """
    numbers = f"decision value {number_text(value)}, threshold {number_text(threshold)}"
    if value > threshold:
        return (
            f"No counterpart: {numbers}."
            "\nEach gallery image votes for the queries that look most like it;"
            "\nthis one, and images like it, got fewer votes than the line asks for."
        )
    return f"A counterpart is likely: {numbers}.\nThe value is not above the threshold."


def number_text(value: float) -> str:
    """Write a decision value with three decimals and a true minus: ``−0.025``."""
    return f"{value:.3f}".replace("-0.000", "0.000").replace("-", "−")
