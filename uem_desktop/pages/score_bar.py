"""The numbers of the whole query domain, each with what it means and whom it counts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from training.evaluation.retrieval_scores import RetrievalScores
from uem_desktop.pages.labels import ElidedLabel
from uem_desktop.pages.number_label import NumberLabel
from uem_desktop.pages.score_keeper import ScoreKeeper
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M, SPACE_S

_SHOWN_KS = (1, 5, 15)
_MAP_PLAIN = (
    "mAP@All, plain: for each query, the average precision over the whole ranked gallery;"
    "\nthen the mean over all scored queries. 100 % means every right image comes first."
)
_MAP_INTERPOLATED = (
    "mAP@All, interpolated: precision at each rank is replaced by the best one at any later rank;"
    "\nthe mean is taken inside each category, then over the categories."
)


def _precision_text(k: int) -> str:
    return (
        f"P@{k}: how many of the first {k} matches have the query's category,"
        "\nwhere fewer right images than that exist, counted against those."
    )


class ScoreBar(QWidget):
    """A row of numbers; or one sentence that says why there are none yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scoreBar")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        layout.setSpacing(SPACE_L)
        self._values: dict[str, NumberLabel] = {}
        self._add(layout, "plain", "mAP@All plain", _MAP_PLAIN)
        self._add(layout, "interpolated", "mAP@All interpolated", _MAP_INTERPOLATED)
        for k in _SHOWN_KS:
            self._add(layout, f"p{k}", f"P@{k}", _precision_text(k))
        self.sentence = ElidedLabel(role="dim")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.sentence, 1)
        self.help_button = QToolButton()
        self.private_button = QToolButton()
        self.private_button.setCheckable(True)
        self.private_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        for button in (self.help_button, self.private_button):
            button.setProperty("role", "button")
            buttons.addWidget(button)
        self.private_button.setToolTip(
            "Queries whose kind the gallery seems to lack, decided without categories."
            "\nShow where the line is drawn, and move it (F7)."
        )
        layout.addLayout(buttons)

    def show_scores(
        self, keeper: ScoreKeeper, session: ExplorerSession, help_sentence: str = ""
    ) -> None:
        """Show what is known now; while help is being computed, how far that is."""
        scores = keeper.scores
        for number in self._values.values():
            number.setVisible(scores is not None)
        if scores is None:
            self.sentence.set_text(help_sentence or _why_none(keeper, session))
            return
        self._values["plain"].set_percent(scores.map_plain)
        self._values["interpolated"].set_percent(scores.map_interpolated)
        for k in _SHOWN_KS:
            self._values[f"p{k}"].set_percent(scores.precision_at.get(k))
        text = population_text(scores)
        if session.help_names:
            text = f"With retrieval help: {text}"
        self.sentence.set_text(text, f"{text}.\n{_population_tool_tip(scores)}")
        if session.help_names:
            self.sentence.set_short_text("With help")

    def _add(self, layout: QHBoxLayout, key: str, caption: str, tool_tip: str) -> None:
        number = NumberLabel(caption, tool_tip)
        number.hide()
        self._values[key] = number
        layout.addWidget(number)


def population_text(scores: RetrievalScores) -> str:
    """Say how many queries the numbers count, and how many they leave out."""
    scored = scores.num_queries - scores.num_excluded
    plural = "y" if scored == 1 else "ies"
    text = f"{scored:,} quer{plural} scored against {scores.num_gallery:,} gallery images"
    return text if not scores.num_excluded else f"{text} · {scores.num_excluded:,} excluded"


def _population_tool_tip(scores: RetrievalScores) -> str:
    text = (
        f"{scores.num_queries:,} images of the query domain are embedded."
        "\nQueries without a category, or whose category the gallery does not have, are excluded."
    )
    more = [f"P@{k} {v:.1f} %" for k, v in scores.precision_at.items() if v is not None]
    return f"{text}\n{' · '.join(more)}"


def _why_none(keeper: ScoreKeeper, session: ExplorerSession) -> str:
    if keeper.sentence:
        return keeper.sentence
    if keeper.is_running:
        return "Computing mAP and precision over all queries…"
    if not session.has_both_domains:
        return "mAP and precision appear when both domains are embedded."
    for side, domain in session.domains.items():
        if not domain.records:
            return f"No numbers: the {side} domain holds no images."
        if not domain.embeddings.has_categories:
            return f"No numbers: the {side} domain has no categories (sub-folders)."
    return "mAP and precision appear when both domains are embedded."
