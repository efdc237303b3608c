"""Decisions as lists of images show them: marks, sentences, categories."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from uem_desktop.item_models.decided import Decided, Lookup
from uem_desktop.pages.decision_keeper import DecisionKeeper
from uem_desktop.retrieval.decision_words import PAST, holds_sentence
from uem_desktop.retrieval.decisions import Entry, Judgement

_MOST_KEPT = 5000


class DecidedLookup:
    """Answers what was decided, fast enough for painting; forgets everything on a change."""

    def __init__(self, keeper: DecisionKeeper) -> None:
        self._keeper = keeper
        self._known: dict[tuple[tuple[Path, ...], Path], Decided] = {}
        keeper.changed.connect(self._forget)

    def matches_of(self, queries: Sequence[Path]) -> Lookup:
        """Return what says how matches of a query were decided about.

        A decision about a query of several images is one that all of them share.
        """
        return partial(self._find, tuple(queries))

    def image(self, path: Path) -> Decided:
        """Return what was decided about an image for itself."""
        return self._find((), path)

    def _find(self, queries: tuple[Path, ...], path: Path) -> Decided:
        known = self._known.get((queries, path))
        if known is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            known = self._known[queries, path] = self._look(queries, path)
        return known

    def _look(self, queries: tuple[Path, ...], path: Path) -> Decided:
        keeper, marks, entries = self._keeper, [], []
        judged = self._judged(queries, path)
        if judged is not None:
            marks.append(str(PAST[Judgement(judged.after or "")]))
            entries.append(judged)
        if not queries and (confirmed := keeper.counterpart_of(path)):
            marks.append("confirmed")
            entries.append(confirmed)
        category, note = keeper.category_of(path), keeper.note_of(path)
        about = [entry for entry in (category, note) if entry is not None]
        if about:
            marks.append("noted")
        return Decided(
            tuple(marks),
            tuple(holds_sentence(entry) for entry in (*entries, *about)),
            category.after if category is not None else None,
        )

    def _judged(self, queries: tuple[Path, ...], path: Path) -> Entry | None:
        found = [self._keeper.judgement_of(query, path) for query in queries]
        values = {entry.after if entry is not None else None for entry in found}
        return found[0] if len(values) == 1 else None

    def _forget(self, _entries: object) -> None:
        self._known.clear()
