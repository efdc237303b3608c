"""Which queries were asked, for going back and forward."""

from __future__ import annotations

from pathlib import Path

Query = tuple[Path, ...]

_LONGEST = 200


class QueryHistory:
    """A line of queries with a place in it, as in a web browser.

    A query is a tuple of image paths; several images are one query.
    """

    def __init__(self) -> None:
        self._queries: list[Query] = []
        self._place = -1

    @property
    def current(self) -> Query | None:
        """The query that is shown."""
        return self._queries[self._place] if self._queries else None

    @property
    def can_go_back(self) -> bool:
        """Whether there is an earlier query."""
        return self._place > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether a later query was left by going back."""
        return self._place + 1 < len(self._queries)

    def push(self, query: Query) -> None:
        """Make `query` the current one; what lay ahead is forgotten."""
        if query == self.current:
            return
        self._queries = [*self._queries[: self._place + 1], query][-_LONGEST:]
        self._place = len(self._queries) - 1

    def replace(self, query: Query) -> None:
        """Put `query` in the place of the current one."""
        if self._queries:
            self._queries[self._place] = query

    def go_back(self) -> Query | None:
        """Step back; None when there is nothing earlier."""
        if not self.can_go_back:
            return None
        self._place -= 1
        return self.current

    def go_forward(self) -> Query | None:
        """Step forward; None when there is nothing later."""
        if not self.can_go_forward:
            return None
        self._place += 1
        return self.current

    def clear(self) -> None:
        """Forget all queries."""
        self._queries = []
        self._place = -1
