"""The small widgets of the train page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from uem_desktop.widgets.choice_card import ChoiceCard
from uem_desktop.widgets.number_field import TextField
from uem_desktop.widgets.stage_bar import StageBar

Key = Qt.Key


def test_arrow_keys_step_whole_numbers_only(qtbot) -> None:
    field, words = TextField(is_whole=True), TextField()
    entered: list[str] = []
    for widget in (field, words):
        qtbot.addWidget(widget)
        widget.entered.connect(entered.append)
    field.show_text("40")
    for key in (Key.Key_Up, Key.Key_PageUp, Key.Key_Down):
        qtbot.keyClick(field, key)
    assert entered == ["41", "51", "50"]
    words.show_text("7")
    qtbot.keyClick(words, Key.Key_Up)
    assert words.text() == "7"


def test_a_text_is_handed_over_once_and_only_when_it_changed(qtbot) -> None:
    field = TextField()
    qtbot.addWidget(field)
    entered: list[str] = []
    field.entered.connect(entered.append)
    field.show_text("0.2")
    qtbot.keyClick(field, Key.Key_Return)
    assert entered == []
    field.selectAll()
    qtbot.keyClicks(field, "0.3")
    qtbot.keyClick(field, Key.Key_Return)
    qtbot.keyClick(field, Key.Key_Return)
    assert entered == ["0.3"]


def test_one_of_several_cards_is_chosen_with_the_keyboard(qtbot) -> None:

    parent = QWidget()
    qtbot.addWidget(parent)
    row = QHBoxLayout(parent)
    cards = [ChoiceCard(name, f"What {name} means") for name in ("Quick", "Paper")]
    for card in cards:
        row.addWidget(card)
    cards[0].setChecked(True)
    qtbot.keyClick(cards[1], Key.Key_Space)
    assert [card.isChecked() for card in cards] == [False, True]
    assert cards[1].accessibleDescription() == "What Paper means"
    assert cards[0].heightForWidth(120) > cards[0].heightForWidth(600)


def test_a_bar_of_stages_says_how_far_it_is(qtbot) -> None:
    bar = StageBar()
    qtbot.addWidget(bar)
    bar.show_progress([("IDSE, 40 epochs", 120), ("CDSM, 20 epochs", 60)], 0.5)
    assert bar.accessibleName() == "Progress: 50%"
    tall = bar.sizeHint().height()
    bar.show_progress([], 0.0)
    assert bar.sizeHint().height() < tall
    assert not bar.grab().isNull()
