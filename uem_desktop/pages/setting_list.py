"""Settings of a run as rows: those that matter, and all others folded away by section."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from training.config_fields import Setting
from training.errors import UserError
from uem_desktop.pages.draft_keeper import DraftKeeper
from uem_desktop.pages.filter_row import SearchField
from uem_desktop.pages.labels import plain_label
from uem_desktop.pages.late_place import LatePlace
from uem_desktop.pages.setting_row import SettingRow
from uem_desktop.retrieval.run_draft import (
    further_settings,
    key_of,
    main_settings,
    section_title,
    title_of,
)
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_S, SPACE_XS


class SettingList(QWidget):
    """Rows of some settings of a draft.

    Signals:
        problems_changed: A value is wrong now, or no longer.
    """

    problems_changed = Signal()

    def __init__(self, keeper: DraftKeeper, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._theme = theme
        self.rows: dict[str, SettingRow] = {}
        self._titles: dict[str, QWidget] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_settings(self, settings: list[Setting], *, is_grouped: bool) -> None:
        """Show these settings; rows that are there already stay.

        Args:
            settings: In their order.
            is_grouped: Whether each section has a title.
        """
        wanted = [key_of(setting) for setting in settings]
        if wanted == list(self.rows):
            return
        self._clear()
        for setting in settings:
            if is_grouped and setting.section not in self._titles:
                title = plain_label(section_title(setting.section), "heading")
                title.setContentsMargins(0, 10, 0, SPACE_XS)
                self._titles[setting.section] = title
                self._column.addWidget(title)
            row = SettingRow(setting, self._theme)
            row.edited.connect(self._edit)
            row.checked.connect(self.problems_changed)
            self.rows[key_of(setting)] = row
            self._column.addWidget(row)
        self.show_draft()

    def show_draft(self) -> None:
        """Show the values of the draft."""
        for row in self.rows.values():
            row.show_draft(self._keeper.draft)

    def forget_problems(self) -> None:
        """Show the draft's values where wrong ones were typed."""
        for row in self.rows.values():
            if row.problem:
                row.show_problem("")
        self.show_draft()

    def filter(self, text: str) -> int:
        """Show only settings whose name or help holds a text, and return how many do."""
        count = 0
        sections = set()
        for row in self.rows.values():
            is_shown = row.matches(text)
            row.setVisible(is_shown)
            if is_shown:
                count += 1
                sections.add(row.setting.section)
        for section, title in self._titles.items():
            title.setVisible(section in sections)
        return count

    @property
    def problem(self) -> str:
        """Why a value cannot be; empty when all can."""
        return next((row.problem for row in self.rows.values() if row.problem), "")

    def _edit(self, setting: Setting, value: object) -> None:
        try:
            self._keeper.edit(key_of(setting), value, title_of(setting))
        except UserError as error:
            self.rows[key_of(setting)].show_problem(str(error))

    def _clear(self) -> None:
        for widget in (*self.rows.values(), *self._titles.values()):
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.rows, self._titles = {}, {}


class SettingsPanel(QWidget):
    """The settings that matter, and a fold with all others; each is filled when it is shown.

    Signals:
        problems_changed: A value is wrong now, or no longer.
    """

    problems_changed = Signal()

    def __init__(self, keeper: DraftKeeper, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._theme = theme
        self.main = SettingList(keeper, theme)
        self._main_place = LatePlace(self._show_main)
        self.further = SettingList(keeper, theme)
        self.fold_button = QToolButton()
        self.filter_field = SearchField("Filter settings")
        self._none = plain_label("No setting matches the filter.", "dim")
        self._lay_out()
        self.main.problems_changed.connect(self.problems_changed)
        self.further.problems_changed.connect(self.problems_changed)
        self.fold_button.toggled.connect(self._fold)
        self.filter_field.textChanged.connect(self._filter)
        theme.bind(self, lambda _tokens: self._show_fold())
        keeper.changed.connect(self.show_draft)
        self.show_draft()

    @property
    def problem(self) -> str:
        """Why a value cannot be; empty when all can."""
        return self.main.problem or self.further.problem

    def show_draft(self) -> None:
        """Show the draft's values."""
        config = self._keeper.draft.config
        if self._main_place.is_made:
            self._fill_main()
        if self.fold_button.isChecked():
            self.further.show_settings(further_settings(config), is_grouped=True)
            self.further.show_draft()
            self._filter(self.filter_field.text())
        self._show_fold()

    def forget_problems(self) -> None:
        """Show the draft's values where wrong ones were typed."""
        self.main.forget_problems()
        self.further.forget_problems()

    def _show_main(self) -> None:
        if not self._main_place.is_made:
            self._fill_main()
            self._main_place.put(self.main)

    def _fill_main(self) -> None:
        self.main.show_settings(main_settings(self._keeper.draft.config), is_grouped=False)
        self.main.show_draft()

    def _fold(self, is_open: bool) -> None:
        if is_open:
            self.show_draft()
        for widget in (self.filter_field, self.further):
            widget.setVisible(is_open)
        self._none.hide()
        self._show_fold()

    def _filter(self, text: str) -> None:
        self._none.setVisible(self.further.filter(text) == 0)

    def _show_fold(self) -> None:
        is_open = self.fold_button.isChecked()
        self.fold_button.setIcon(self._theme.icon("chevron-down" if is_open else "chevron-right"))
        draft = self._keeper.draft
        keys = {key_of(setting) for setting in further_settings(draft.config)}
        changed = sum(key_of(setting) in keys for setting in draft.changed())
        self.fold_button.setText(f"All settings{_changed_text(changed)}")

    def _lay_out(self) -> None:
        self.fold_button.setCheckable(True)
        self.fold_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold_button.setIconSize(QSize(16, 16))
        self.fold_button.setProperty("role", "fold")
        self.fold_button.setToolTip("Every other setting, with what it means")
        self.filter_field.setMaximumWidth(240)
        head = QHBoxLayout()
        head.setContentsMargins(0, SPACE_S, 0, 0)
        head.addWidget(self.fold_button)
        head.addStretch(1)
        head.addWidget(self.filter_field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._main_place)
        layout.addLayout(head)
        layout.addWidget(self.further)
        layout.addWidget(self._none)
        for widget in (self.filter_field, self.further, self._none):
            widget.hide()


def _changed_text(count: int) -> str:
    return f" · {count} changed" if count else ""
