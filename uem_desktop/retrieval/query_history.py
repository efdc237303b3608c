"""Which queries were asked, for going back and forward."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

Query = tuple[Path, ...]

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class AnswerView:
    """How a person left the answer to a query.

    Attributes:
        current: The match with the keyboard's place.
        selected: The selected matches.
        scroll: Logical pixels scrolled down.
    """

    current: Path | None = None
    selected: tuple[Path, ...] = ()
    scroll: int = 0


@dataclass(slots=True)
class _Place:
    query: Query
    view: AnswerView | None = None


class QueryHistory:
    """A line of queries with a place in it, as in a web browser.

    A query is a tuple of image paths; several images are one query. Each place keeps how its
    answer was left, for the way back.
    """

    def __init__(self) -> None:
        self._places: list[_Place] = []
        self._number = -1

    @property
    def current(self) -> Query | None:
        """The query that is shown."""
        return self._places[self._number].query if self._places else None

    @property
    def can_go_back(self) -> bool:
        """Whether there is an earlier query."""
        return self._number > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether a later query was left by going back."""
        return self._number + 1 < len(self._places)

    def push(self, query: Query) -> None:
        """Make `query` the current one; what lay ahead is forgotten."""
        if query == self.current:
            return
        self._places = [*self._places[: self._number + 1], _Place(query)][-_LONGEST:]
        self._number = len(self._places) - 1

    def replace(self, query: Query) -> None:
        """Put `query` in the place of the current one."""
        if self._places:
            self._places[self._number] = _Place(query)

    def keep_view(self, view: AnswerView) -> None:
        """Remember how the answer to the current query is left."""
        if self._places:
            self._places[self._number].view = view

    def take_view(self) -> AnswerView | None:
        """Return how the answer to the current query was left, once; None when it never was."""
        if not self._places:
            return None
        place = self._places[self._number]
        view, place.view = place.view, None
        return view

    def go_back(self) -> Query | None:
        """Step back; None when there is nothing earlier."""
        if not self.can_go_back:
            return None
        self._number -= 1
        return self.current

    def go_forward(self) -> Query | None:
        """Step forward; None when there is nothing later."""
        if not self.can_go_forward:
            return None
        self._number += 1
        return self.current

    def clear(self) -> None:
        """Forget all queries."""
        self._places = []
        self._number = -1
