from __future__ import annotations

import json
from pathlib import Path

from uem_desktop.retrieval.moved_lines import LineKey, lines_as_json, lines_from_json

A, B, C = Path("/old/a"), Path("/old/b"), Path("/c")


def test_lines_follow_their_folders_and_keep_their_direction() -> None:
    lines = {
        LineKey("one", A, B): 0.25,
        LineKey("one", B, A): -1.5,
        LineKey("two", A, B): 3.0,
        LineKey("one", A, C): 9.0,
    }
    kept = json.loads(json.dumps(lines_as_json(lines, A, B)))
    moved_a, moved_b = Path("/new/a"), Path("/new/b")
    assert lines_from_json(kept, moved_a, moved_b) == {
        LineKey("one", moved_a, moved_b): 0.25,
        LineKey("one", moved_b, moved_a): -1.5,
        LineKey("two", moved_a, moved_b): 3.0,
    }


def test_what_is_no_line_is_passed_over() -> None:
    good = {"checkpoint": "one", "asking": "query", "threshold": 1}
    bad = [
        None,
        {},
        {**good, "asking": "both"},
        {**good, "threshold": "1"},
        {**good, "threshold": float("nan")},
        {**good, "checkpoint": 3},
    ]
    assert lines_from_json([*bad, good], A, B) == {LineKey("one", A, B): 1.0}
    assert lines_from_json("words", A, B) == {}
