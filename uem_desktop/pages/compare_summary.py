"""What a comparison comes to: a sentence, the numbers behind it, and the changes as bars."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from uem_desktop.pages.compare_header import sentence_of
from uem_desktop.pages.compare_keeper import CompareKeeper
from uem_desktop.pages.labels import ElidedLabel
from uem_desktop.pages.number_label import NumberLabel
from uem_desktop.retrieval.compare import Comparison, ScoreChange
from uem_desktop.retrieval.compare_words import (
    flips_text,
    method_text,
    moves_sentence,
    moves_text,
    verdict_text,
)
from uem_desktop.widgets.change_bars import ChangeBars
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_NUMBERS = {
    "plain": ("mAP@All plain, %", "Mean over all scored queries of plain AP: theirs → ours."),
    "interpolated": (
        "interpolated, %",
        "mAP@All of interpolated AP, averaged within each category, then over the categories:"
        " theirs → ours.",
    ),
    "flips": (
        "flipped, shown ranks",
        "✕ how many ranks, among those shown, had a right match and have a wrong one now;"
        " ✓ how many the other way round. Summed over all queries.",
    ),
    "first": (
        "flipped, rank 1",
        "✕ how many queries had a right first match and have a wrong one now; ✓ how many the"
        " other way round.",
    ),
    "moves": (
        "first correct",
        "How many queries find their first correct match nearer the top (↑), further down (↓) and"
        " on the same rank (=).",
    ),
}


class CompareSummary(QWidget):
    """Shows the keeper's comparison as a whole."""

    def __init__(self, keeper: CompareKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._places = np.empty(0, np.int64)
        self.verdict = ElidedLabel(role="title")
        self.numbers = {key: NumberLabel(*texts) for key, texts in _NUMBERS.items()}
        self.bars = ChangeBars()
        self._lay_out()
        keeper.found_changed.connect(self.show_found)
        keeper.current_changed.connect(self._show_current)
        self.bars.picked.connect(self._pick)

    @property
    def text(self) -> str:
        """All of it in lines, for the clipboard."""
        found = self._keeper.found
        if found is None or found.plain is None:
            return ""
        changes = (("plain", found.plain), ("interpolated", found.interpolated))
        lines = [
            f"mAP@All {kind}: {change.ours:.2f} % against {change.theirs:.2f} %,"
            f" {verdict_text(change, int(found.is_scored.sum()))}"
            for kind, change in changes
            if change is not None
        ]
        lines.append(f"AP: {found.wins:,} win, {found.losses:,} lose, {found.ties:,} stay the same")
        lines.append(f"First correct match: {moves_sentence(found.first_moves)}")
        for k in dict.fromkeys((1, self._keeper.top_k)):
            lost, gained = (int(counts.sum()) for counts in found.flips(k))
            where = "First match" if k == 1 else f"First {k} matches"
            lines.append(f"{where}: {lost:,} right to wrong, {gained:,} wrong to right")
        return "\n".join((*lines, method_text(found.plain)))

    def show_found(self) -> None:
        """Show another comparison."""
        found = self._keeper.found
        if found is None:
            return
        tool_tip = method_text(found.plain) if found.plain is not None else None
        self.verdict.set_text(sentence_of(found), tool_tip)
        self.numbers["plain"].set_text(_pair(found.plain))
        self.numbers["interpolated"].set_text(_pair(found.interpolated))
        self.show_flips()
        has_moves, moves = found.plain is not None, found.first_moves
        self.numbers["moves"].set_text(moves_text(moves) if has_moves else "–")
        about = f"\n{moves_sentence(moves)}." if has_moves else ""
        self.numbers["moves"].setToolTip(f"{_NUMBERS['moves'][1]}{about}")
        self._places = np.flatnonzero(found.is_scored).astype(np.int64)
        self.bars.show_values(100.0 * found.change[self._places], _words(found))
        self._show_current()

    def show_flips(self) -> None:
        """Show the flips among another number of matches."""
        found, top_k = self._keeper.found, self._keeper.top_k
        if found is None:
            return
        for key, k in (("flips", top_k), ("first", 1)):
            lost, gained = (int(counts.sum()) for counts in found.flips(k))
            has_marks = found.plain is not None
            self.numbers[key].set_text(flips_text(lost, gained) if has_marks else "–")

    def _show_current(self) -> None:
        place = self._keeper.current
        at = np.flatnonzero(self._places == (-1 if place is None else place))
        self.bars.show_current(int(at[0]) if len(at) else -1)

    def _pick(self, number: int) -> None:
        self._keeper.go_to(int(self._places[number]))

    def _lay_out(self) -> None:
        numbers = QHBoxLayout()
        numbers.setSpacing(SPACE_M + SPACE_S)
        for number in self.numbers.values():
            numbers.addWidget(number)
        numbers.addStretch(1)
        left = QVBoxLayout()
        left.setContentsMargins(SPACE_M, SPACE_S + 4, 0, SPACE_S)
        left.setSpacing(SPACE_S)
        left.addWidget(self.verdict)
        left.addStretch(1)
        left.addLayout(numbers)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, SPACE_S, 0)
        row.setSpacing(SPACE_M)
        row.addLayout(left, 3)
        row.addWidget(self.bars, 2, Qt.AlignmentFlag.AlignVCenter)


def _pair(change: ScoreChange | None) -> str:
    if change is None:
        return "–"
    return f"{change.theirs:.1f} → {change.ours:.1f}"


def _words(found: Comparison) -> tuple[str, str, str]:
    gains = f"{found.wins:,} win{'' if found.wins != 1 else 's'}"
    losses = f"{found.losses:,} lose{'' if found.losses != 1 else 's'}"
    ties = f"{found.ties:,} stay{'' if found.ties != 1 else 's'} the same · " if found.ties else ""
    return gains, losses, f"{ties}points of AP"
