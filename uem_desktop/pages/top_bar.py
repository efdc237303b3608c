"""The bar above the pages: query domain, swap, gallery domain, checkpoint, device."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from uem_desktop.pages.field_button import FieldButton
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.explorer_session import SIDES, ExplorerSession, LoadedDomain, Side
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_CAPTIONS: dict[Side, str] = {"query": "Query domain", "gallery": "Gallery domain"}
_MEANINGS: dict[Side, str] = {
    "query": "The folder you ask with. Each sub-folder is a category.",
    "gallery": "The folder that is searched. Each sub-folder is a category.",
}
NAMED_CHECKPOINTS = (
    ("sample", "Sample checkpoint"),
    ("pretrained", "Pretrained on photographs (built in)"),
)


class TopBar(QWidget):
    """Says what is asked and what is searched, and with which encoder.

    Signals:
        folder_wanted(str): Choose a folder for a side.
        folder_chosen(str, Path): A folder for a side, from the menu or a drop.
        checkpoint_wanted: Choose a checkpoint file.
        checkpoint_chosen(str): A checkpoint by name or file.
        device_chosen(str): A device by name.
        drop_refused(str): One sentence.
    """

    folder_wanted = Signal(str)
    folder_chosen = Signal(str, object)
    checkpoint_wanted = Signal()
    checkpoint_chosen = Signal(str)
    device_chosen = Signal(str)
    drop_refused = Signal(str)

    def __init__(self, swap_action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self.domain_buttons: dict[Side, FieldButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        layout.setSpacing(SPACE_S)
        for side in SIDES:
            button = FieldButton(_CAPTIONS[side], 250)
            button.setAcceptDrops(True)
            button.paths_dropped.connect(partial(self._take_drop, side))
            self.domain_buttons[side] = button
        self.swap_button = QToolButton()
        self.swap_button.setDefaultAction(swap_action)
        self.swap_button.setAutoRaise(True)
        self.swap_button.setAccessibleName("Swap query and gallery domain")
        self.checkpoint_button = FieldButton("Checkpoint", 210)
        self.device_button = FieldButton("Device", 150)
        layout.addWidget(self.domain_buttons["query"], 3)
        layout.addWidget(self.swap_button)
        layout.addWidget(self.domain_buttons["gallery"], 3)
        layout.addStretch(1)
        layout.addWidget(self.checkpoint_button, 2)
        layout.addWidget(self.device_button, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_recent_folders([])
        self.set_recent_checkpoints([])
        self.show_device("auto", "")
        self.set_devices(())

    def show_domains(self, session: ExplorerSession) -> None:
        """Show the two folders with their counts."""
        for side in SIDES:
            domain = session.domains.get(side)
            button = self.domain_buttons[side]
            if domain is None:
                button.set_value("", "", f"{_MEANINGS[side]}\nClick to choose, or drop a folder.")
            else:
                name = display_text(domain.scan.folder.name or str(domain.scan.folder))
                tool_tip = f"{display_text(domain.scan.folder)}\n{_MEANINGS[side]}"
                button.set_value(name, counts_text(domain), tool_tip)

    def show_checkpoint(self, session: ExplorerSession) -> None:
        """Show which checkpoint makes the embeddings."""
        checkpoint = session.checkpoint
        meaning = (
            "A checkpoint holds a trained encoder, which turns an image into an embedding:"
            "\na list of numbers that is close to that of a similar image."
        )
        if checkpoint is None:
            self.checkpoint_button.set_value("", "", meaning)
            return
        fingerprint = f"Fingerprint {checkpoint.fingerprint[:12]}"
        self.checkpoint_button.set_value(
            checkpoint.title, "", f"{checkpoint.title}\n{fingerprint}\n\n{meaning}"
        )

    def show_device(self, name: str, text: str) -> None:
        """Show where the encoder runs.

        Args:
            name: What was chosen, `auto` or a device name.
            text: What it turned out to be; empty while not known.
        """
        self._chosen_device = name
        value = text or ("Best there is" if name == "auto" else name.upper())
        self.device_button.set_value(value, "", f"{value}\nThe processor that runs the encoder.")
        for action in self.device_button.menu().actions():
            action.setChecked(action.data() == name)

    def set_devices(self, devices: tuple[tuple[str, str], ...]) -> None:
        """Offer these devices: (name, description), best first."""
        menu = self.device_button.menu()
        menu.clear()
        group = QActionGroup(menu)
        for name, text in (("auto", "Best there is"), *(devices or (("cpu", "CPU"),))):
            action = menu.addAction(text)
            action.setData(name)
            action.setCheckable(True)
            action.setChecked(name == self._chosen_device)
            action.triggered.connect(partial(_emit, self.device_chosen.emit, name))
            group.addAction(action)

    def set_recent_folders(self, folders: list[Path]) -> None:
        """Offer folders that were used before."""
        for side in SIDES:
            menu = self.domain_buttons[side].menu()
            menu.clear()
            choose = menu.addAction("Choose folder…")
            choose.triggered.connect(partial(_emit, self.folder_wanted.emit, side))
            if folders:
                menu.addSection("Recent folders")
            for folder in folders:
                action = menu.addAction(_menu_text(f"{folder.name}    {folder.parent}"))
                action.triggered.connect(partial(_emit, self.folder_chosen.emit, side, folder))

    def set_recent_checkpoints(self, files: list[str]) -> None:
        """Offer the named checkpoints and files that were used before."""
        menu = self.checkpoint_button.menu()
        menu.clear()
        for spec, title in NAMED_CHECKPOINTS:
            action = menu.addAction(title)
            action.triggered.connect(partial(_emit, self.checkpoint_chosen.emit, spec))
        menu.addSeparator()
        opened = menu.addAction("Open checkpoint…")
        opened.triggered.connect(partial(_emit, self.checkpoint_wanted.emit))
        if files:
            menu.addSection("Recent checkpoints")
        for file in files:
            action = menu.addAction(_menu_text(file))
            action.triggered.connect(partial(_emit, self.checkpoint_chosen.emit, file))

    def _take_drop(self, side: Side, paths: list[Path]) -> None:
        folders = [path for path in paths if path.is_dir()]
        if len(folders) == 1:
            self.folder_chosen.emit(side, folders[0])
        else:
            self.drop_refused.emit(f"Drop one folder to make it the {_CAPTIONS[side].lower()}.")


def counts_text(domain: LoadedDomain) -> str:
    """Return how many images and categories a domain has, for people."""
    count, categories = len(domain.records), len(domain.scan.categories)
    images = f"{count:,} image" + ("" if count == 1 else "s")
    if not categories:
        return f"{images} · no categories"
    return f"{images} · {categories} categor" + ("y" if categories == 1 else "ies")


def _menu_text(text: str) -> str:
    return display_text(text).replace("&", "&&")


def _emit(emit: Callable[..., None], *args: object) -> None:
    """Call a signal's emit without the `checked` that `triggered` adds."""
    emit(*[arg for arg in args if not isinstance(arg, bool)])
