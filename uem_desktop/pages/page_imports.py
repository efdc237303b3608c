"""Which modules a page is made of, so that they can be imported a few at a time."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec

_OWN = ("training.", "uem_desktop.")
_WITHOUT_QT = ("training.", "uem_desktop.retrieval.")


def import_without_qt(page: str) -> tuple[str, ...]:
    """Import what a page needs and what has nothing to do with Qt; a worker may do so.

    Classes of Qt are left to the window's thread: PySide was not made for threads that make
    classes at the same time.

    Args:
        page: The name of its module.

    Returns:
        The other modules that are still to be imported, each after those that it imports itself.
    """
    missing: dict[str, None] = {}
    _add_missing(page, missing)
    for name in missing:
        if name.startswith(_WITHOUT_QT):
            import_module(name)
    return tuple(name for name in missing if not name.startswith(_WITHOUT_QT))


def _add_missing(name: str, missing: dict[str, None], *path: str) -> None:
    if name in sys.modules or name in missing or name in path:
        return
    spec = find_spec(name)
    if spec is not None:
        for wanted in _imports(spec):
            _add_missing(wanted, missing, name, *path)
        missing[name] = None


def _imports(spec: ModuleSpec) -> Iterator[str]:
    """Name the modules of this program that a module imports when it is imported itself."""
    source = getattr(spec.loader, "get_source", lambda _: None)(spec.name)
    for node in ast.parse(source or "").body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(_OWN):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith(_OWN))
