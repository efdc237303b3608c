"""Laws 1 and 2 of the house: files, functions and window classes stay small."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*(ROOT / "training").rglob("*.py"), *(ROOT / "uem_desktop").rglob("*.py")])
MAX_LINES = 400
MAX_MEDIAN_LINES = 160
MAX_STATEMENTS = 40
MAX_METHODS = 25


def statements(function: ast.AST) -> int:
    """Statements of a function, those of functions inside it not counted."""
    count = 0
    stack = list(ast.iter_child_nodes(function))
    while stack:
        node = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            count += 1
            continue
        count += isinstance(node, ast.stmt)
        stack.extend(ast.iter_child_nodes(node))
    return count


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_file_keeps_the_size_law(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= MAX_LINES, "split it by idea"
    for function in functions(tree):
        assert statements(function) <= MAX_STATEMENTS, f"{function.name} does too much"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name.endswith("Window"):
            methods = [item for item in node.body if isinstance(item, ast.FunctionDef)]
            assert len(methods) <= MAX_METHODS, f"{node.name} does too much"


def test_the_median_file_is_read_in_one_sitting() -> None:
    sizes = [len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES]
    assert statistics.median(sizes) <= MAX_MEDIAN_LINES


def test_the_counter_counts() -> None:
    source = (
        "def f():\n    x = 1\n    if x:\n        y = 2\n    def g():\n        z = 3\n    return x\n"
    )
    (outer, inner) = functions(ast.parse(source))
    assert (statements(outer), statements(inner)) == (5, 1)
