"""The switch on the set-up of a run that lets decisions of the open project take part."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from training.errors import UserError
from training.methods.method_names import check_decisions
from uem_desktop.pages.draft_keeper import DraftKeeper

_KEY = "run.use_decisions"
_HELP = (
    "SN2M matches accepted pairs for certain and rejected pairs never. The run keeps them in its"
    " pairs.csv."
)
_NONE = "Accept or reject matches in Explore or Mismatches (A, R) to use them here."


class DecisionsCheck(QCheckBox):
    """Says how many pairs there are; cannot be switched on where they are of no use."""

    def __init__(self, keeper: DraftKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._count = 0
        self.toggled.connect(self._edit)
        keeper.changed.connect(self._show_draft)
        self.offer(0, 0)

    def offer(self, accepted: int, rejected: int) -> None:
        """Say how many pairs the open project has; without any, none are used."""
        self._count = accepted + rejected
        self.setText(
            f"Use the decisions of this project ({accepted:,} accepted, {rejected:,} rejected)"
            if self._count
            else "Use the decisions of this project"
        )
        if not self._count:
            self._keeper.put(self._keeper.draft.with_value(_KEY, False))
        self._show_draft()

    def _show_draft(self) -> None:
        config = self._keeper.draft.config
        problem = "" if self._count else _NONE
        if not problem:
            try:
                check_decisions(config)
            except UserError as error:
                problem = str(error)
        self.blockSignals(True)
        self.setChecked(config.run.use_decisions)
        self.blockSignals(False)
        self.setEnabled(not problem or self.isChecked())
        self.setToolTip(problem or _HELP)

    def _edit(self, is_on: bool) -> None:
        self._keeper.edit(_KEY, is_on, "the use of decisions")
