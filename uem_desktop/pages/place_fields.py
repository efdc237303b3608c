"""What a run starts from: two folders, a checkpoint, a device, a seed, and where it is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFileDialog, QGridLayout, QMenu, QToolButton, QWidget

from training.config_files import all_settings
from training.errors import UserError
from uem_desktop.pages.action_table import call_plainly
from uem_desktop.pages.draft_keeper import DraftKeeper
from uem_desktop.pages.field_button import FieldButton
from uem_desktop.pages.labels import plain_label
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.run_draft import key_of
from uem_desktop.retrieval.start_request import CHECKPOINT_SUFFIXES
from uem_desktop.widgets.number_field import TextField
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_DOMAINS = {"a": "data.domain_a", "b": "data.domain_b"}
_CHECKPOINTS = "Checkpoints (" + " ".join(f"*{s}" for s in sorted(CHECKPOINT_SUFFIXES)) + ")"
_NAMED = (
    ("pretrained", "Pretrained on photographs (built in)"),
    ("pretrained:resnet50", "ResNet-50, pretrained, where its weights are on the machine"),
    ("sample", "Sample checkpoint"),
)


class DomainFields(QWidget):
    """Domain A and domain B, each from what is open, from a dialog or from a drop.

    Signals:
        refused(str): Why a drop was no folder.
    """

    refused = Signal(str)

    def __init__(self, keeper: DraftKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._open: dict[str, tuple[str, Path, str]] = {}
        self._recent: list[Path] = []
        self.buttons = {name: FieldButton(f"Domain {name.upper()}", 420) for name in _DOMAINS}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M)
        for column, (name, button) in enumerate(self.buttons.items()):
            button.setMaximumWidth(16_777_215)
            button.setAcceptDrops(True)
            button.paths_dropped.connect(partial(self._take_drop, name))
            grid.addWidget(button, 0, column)
            grid.setColumnStretch(column, 1)
        keeper.changed.connect(self.show_draft)
        self._fill_menus()
        self.show_draft()

    def offer_open(self, domains: dict[str, tuple[str, Path, str]]) -> None:
        """Offer the folders of the explorer: name of the domain to (side, folder, counts)."""
        self._open = domains
        self._fill_menus()
        self.show_draft()

    def offer_recent(self, folders: Sequence[Path]) -> None:
        """Offer folders that were used before."""
        self._recent = list(folders)
        self._fill_menus()

    def choose(self, name: str) -> None:
        """Ask for the folder of a domain."""
        start = str(self._folder(name) or "")
        folder = QFileDialog.getExistingDirectory(self, f"Choose domain {name.upper()}", start)
        if folder:
            self.set_folder(name, Path(folder))

    def set_folder(self, name: str, folder: Path) -> None:
        """Make a folder domain A or B."""
        self._keeper.edit(_DOMAINS[name], str(folder), f"domain {name.upper()}")

    def show_draft(self) -> None:
        """Show the folders of the draft."""
        counts = {folder: text for _, folder, text in self._open.values()}
        for name, button in self.buttons.items():
            folder = self._folder(name)
            if folder is None:
                button.set_value("", "", "Click to choose a folder of images, or drop one here.")
            else:
                detail = counts.get(folder, "")
                button.set_value(
                    display_text(folder.name or str(folder)),
                    detail,
                    f"{display_text(folder)}\nOne of the two sets of images that training brings"
                    " together.",
                )

    def _folder(self, name: str) -> Path | None:
        draft = self._keeper.draft
        return draft.domain_a if name == "a" else draft.domain_b

    def _fill_menus(self) -> None:
        for name, button in self.buttons.items():
            menu = button.menu()
            menu.clear()
            for side, folder, _ in self._open.values():
                text = f"{side} domain: {folder.name or folder}"
                _add(menu, text, partial(self.set_folder, name, folder))
            _add(menu, "Choose folder…", partial(self.choose, name))
            if self._recent:
                menu.addSection("Recent folders")
            for folder in self._recent:
                text = f"{folder.name}    {folder.parent}"
                _add(menu, text, partial(self.set_folder, name, folder))

    def _take_drop(self, name: str, paths: list[Path]) -> None:
        folders = [path for path in paths if path.is_dir()]
        if len(folders) == 1:
            self.set_folder(name, folders[0])
        else:
            self.refused.emit(f"Drop one folder to make it domain {name.upper()}.")


class StartFields(QWidget):
    """The checkpoint that learning starts from, the device, the seed and the run's folder.

    Signals:
        problem_changed: `problem` may be another one.
    """

    problem_changed = Signal()

    def __init__(self, keeper: DraftKeeper, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._explorer_file = ""
        self._recent: list[str] = []
        self._devices: tuple[tuple[str, str], ...] = ()
        self.problem = ""
        self.checkpoint_button = FieldButton("Checkpoint", 420)
        self.device_button = FieldButton("Device", 200)
        self.seed_field = TextField(is_whole=True)
        self.folder_field = TextField()
        self.browse_button = QToolButton()
        self._seed = next(one for one in all_settings() if key_of(one) == "run.seed")
        theme.bind_icon(self.browse_button, "folder-open")
        self._lay_out()
        self.seed_field.entered.connect(self._enter_seed)
        self.folder_field.entered.connect(self._enter_folder)
        self.browse_button.clicked.connect(self._browse)
        keeper.changed.connect(self.show_draft)
        self.show_draft()

    def offer_checkpoints(self, explorer_file: str, recent: Sequence[str]) -> None:
        """Offer what the explorer uses, and files that were used before."""
        self._explorer_file, self._recent = explorer_file, list(recent)
        self._fill_checkpoints()

    def offer_devices(self, devices: tuple[tuple[str, str], ...]) -> None:
        """Offer these devices: (name, description), best first."""
        self._devices = devices
        self._fill_devices()
        self.show_draft()

    def show_draft(self) -> None:
        """Show what the draft says."""
        config = self._keeper.draft.config
        spec = config.encoder.checkpoint
        title = dict(_NAMED).get(spec, Path(spec).name)
        self.checkpoint_button.set_value(
            display_text(title), "", f"{display_text(spec)}\nThe encoder that learning starts from."
        )
        device = config.run.device
        words = dict(self._devices).get(device, "Best there is" if device == "auto" else device)
        self.device_button.set_value(words, "", f"{words}\nThe processor that trains.")
        for action in self.device_button.menu().actions():
            action.setChecked(action.data() == device)
        if not self.problem:
            self.seed_field.show_text(str(config.run.seed))
        path = str(self._keeper.draft.run_path)
        self.folder_field.show_text(display_text(path))
        self.folder_field.setToolTip(
            f"{display_text(path)}\nSettings, events, checkpoints and the trained encoder are kept"
            " here."
        )

    def choose_checkpoint(self) -> None:
        """Ask for a checkpoint file."""
        file, _ = QFileDialog.getOpenFileName(
            self, "Start from a checkpoint", "", f"{_CHECKPOINTS};;All files (*)"
        )
        if file:
            self.set_checkpoint(file)

    def set_checkpoint(self, spec: str) -> None:
        """Start from a file, or from a checkpoint with a name."""
        self._keeper.edit("encoder.checkpoint", spec, "the checkpoint")

    def _set_device(self, name: str) -> None:
        self._keeper.edit("run.device", name, "the device")

    def _enter_seed(self, text: str) -> None:
        try:
            seed = self._seed.parsed(text)
        except UserError as error:
            self._show_problem(str(error))
            return
        self._show_problem("")
        self._keeper.edit("run.seed", seed, "the seed")

    def _show_problem(self, sentence: str) -> None:
        self.problem = sentence
        self.seed_field.set_wrong(bool(sentence))
        self.problem_changed.emit()

    def _enter_folder(self, text: str) -> None:
        bare = text.strip()
        self._keeper.keep_in(Path(bare).expanduser().absolute() if bare else None)
        self.show_draft()

    def _browse(self) -> None:
        path = self._keeper.draft.run_path
        parent = QFileDialog.getExistingDirectory(self, "Keep the run below", str(path.parent))
        if parent:
            self._keeper.keep_in(Path(parent) / path.name)

    def _fill_checkpoints(self) -> None:
        menu = self.checkpoint_button.menu()
        menu.clear()
        if self._explorer_file:
            name = Path(self._explorer_file).name
            _add(menu, f"Explorer's: {name}", partial(self.set_checkpoint, self._explorer_file))
        for spec, title in _NAMED:
            _add(menu, title, partial(self.set_checkpoint, spec))
        menu.addSeparator()
        _add(menu, "Choose checkpoint…", self.choose_checkpoint)
        if self._recent:
            menu.addSection("Recent checkpoints")
        for file in self._recent:
            _add(menu, file, partial(self.set_checkpoint, file))

    def _fill_devices(self) -> None:
        menu = self.device_button.menu()
        menu.clear()
        group = QActionGroup(menu)
        for name, text in (("auto", "Best there is"), *(self._devices or (("cpu", "CPU"),))):
            action = _add(menu, text, partial(self._set_device, name))
            action.setData(name)
            action.setCheckable(True)
            group.addAction(action)

    def _lay_out(self) -> None:
        self.checkpoint_button.setMaximumWidth(16_777_215)
        self.device_button.setMaximumWidth(16_777_215)
        self.seed_field.setToolTip("Same seed, same machine, same numbers")
        self.seed_field.setAccessibleName("Seed of all random numbers")
        self.folder_field.setAccessibleName("Folder of the run")
        self.browse_button.setToolTip("Choose where the run is kept")
        self.browse_button.setAccessibleName("Choose where the run is kept")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_S)
        grid.addWidget(self.checkpoint_button, 0, 0)
        grid.addWidget(self.device_button, 0, 1)
        grid.addLayout(_captioned("Run folder", self.folder_field, self.browse_button), 1, 0)
        grid.addLayout(_captioned("Seed", self.seed_field), 1, 1)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 1)
        self._fill_checkpoints()
        self._fill_devices()


def _captioned(caption: str, *fields: QWidget) -> QGridLayout:
    """Return fields under a small caption, which is the first one's label."""
    layout = QGridLayout()
    layout.setVerticalSpacing(2)
    label = plain_label(caption, "caption")
    label.setBuddy(fields[0])
    layout.addWidget(label, 0, 0)
    for column, field in enumerate(fields):
        layout.addWidget(field, 1, column, Qt.AlignmentFlag.AlignVCenter)
    layout.setColumnStretch(0, 1)
    return layout


def _add(menu: QMenu, text: str, method: Callable[[], None]) -> QAction:
    action = menu.addAction(display_text(text).replace("&", "&&"))
    action.triggered.connect(partial(call_plainly, method))
    return action
