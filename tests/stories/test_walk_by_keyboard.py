"""A person goes through queries and matches with the keyboard alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QWidget,
)

Key = Qt.Key


def test_queries_matches_and_the_way_back(opened) -> None:
    explore = opened.window.explore
    queries, matches = explore.query_panel.grid, explore.match_panel.grid
    queries.setFocus()
    queries.set_current_row(0)
    opened.press(queries, Key.Key_Right)
    opened.wait_answered()
    second = opened.state.session.domains["query"].records[1].path
    assert opened.state.search.query == (second,)
    opened.press(queries, Key.Key_Return)
    assert matches.hasFocus()
    opened.press(matches, Key.Key_Right)
    match = explore.match_panel.current_match
    assert match is not None
    assert match.rank == 2
    assert explore.preview_panel.path == match.record.path
    opened.press(matches, Key.Key_Return)
    opened.wait_answered()
    assert opened.state.search.query == (match.record.path,)
    opened.press(opened.window, Key.Key_Escape)
    opened.wait_answered()
    assert opened.state.search.query == (second,)
    opened.window.queries.forward.trigger()
    opened.wait_answered()
    assert opened.state.search.query == (match.record.path,)


def letters_of(driver) -> list[str]:
    """Return the keys that Alt and a letter press now: menus, and buttons and labels in sight."""
    window = driver.window
    texts = [action.text() for action in window.menuBar().actions()]
    for kind in (QAbstractButton, QLabel):
        texts += [one.text() for one in window.findChildren(kind) if one.isVisible()]
    keys = [QKeySequence.mnemonic(text).toString() for text in texts]
    return sorted(key for key in keys if key)


def test_every_letter_leads_to_one_thing(opened) -> None:
    window = opened.window
    for name in window.frame.desks:
        window.frame.show_page(name)
        letters = letters_of(opened)
        assert len(letters) == len(set(letters)), f"{name}: {letters}"


def test_a_click_on_the_small_button_makes_a_match_the_query(opened) -> None:
    panel = opened.window.explore.match_panel
    index = panel.model.index(3)
    wanted = panel.model.match_at(3).record.path
    panel.use_button._follow(index)
    assert panel.use_button.isVisible()
    opened.qtbot.mouseClick(panel.use_button, Qt.MouseButton.LeftButton)
    opened.wait_answered()
    assert opened.state.search.query == (wanted,)


def test_one_key_swaps_the_domains(opened, folders) -> None:
    opened.press(opened.window.explore.query_panel.grid, Key.Key_X)
    opened.wait_answered()
    session = opened.state.session
    assert session.domains["query"].scan.folder == folders.gallery
    assert opened.window.top_bar.domain_buttons["gallery"].value == "drawings"
    assert opened.state.search.query[0].is_relative_to(folders.gallery)
    opened.press(opened.window.explore.query_panel.grid, Key.Key_X)
    opened.wait_answered()
    assert session.domains["query"].scan.folder == folders.query


def test_typing_is_never_a_command(opened, folders) -> None:
    field = opened.window.explore.query_panel.search_field
    field.setFocus()
    opened.qtbot.keyClicks(field, "x+-")
    assert field.text() == "x+-"
    assert opened.state.session.domains["query"].scan.folder == folders.query
    assert opened.state.session.top_k == 20
    opened.press(field, Key.Key_Escape)
    assert not field.text()


def test_filters(opened) -> None:
    panel = opened.window.explore.query_panel
    panel.category_combo.setCurrentIndex(panel.category_combo.findData("tool"))
    panel.category_combo.activated.emit(0)
    assert panel.model.rowCount() == 8
    name = panel.model.record_at(3).path.name
    panel.search_field.setText(name[:6].upper())
    opened.qtbot.waitUntil(lambda: 1 <= panel.model.rowCount() < 8)
    matches = opened.window.explore.match_panel
    matches.set_category("building")
    shown = [matches.model.match_at(row) for row in range(matches.model.rowCount())]
    assert shown
    assert {match.record.category for match in shown} == {"building"}
    full = opened.state.search.result
    assert {m.rank for m in shown} == {
        m.rank for m in (*full.matches, *full.missed) if m.record.category == "building"
    }


def test_more_and_fewer_matches(opened) -> None:
    opened.press(opened.window.explore.match_panel.grid, Key.Key_Minus)
    opened.wait_answered()
    assert opened.state.session.top_k == 15
    opened.press(opened.window.explore.match_panel.grid, Key.Key_Plus)
    opened.wait_answered()
    assert opened.window.explore.match_panel.top_k_box.value() == 20


def test_space_shows_the_image_large_and_escape_closes_it(opened, qapp) -> None:
    grid = opened.window.explore.match_panel.grid
    grid.setFocus()
    grid.set_current_row(0)
    opened.press(grid, Key.Key_Space)
    views = [w for w in qapp.topLevelWidgets() if type(w).__name__ == "FullView" and w.isVisible()]
    assert len(views) == 1
    opened.press(views[0], Key.Key_Escape)
    assert not views[0].isVisible()


def test_everything_that_takes_the_focus_has_a_name(opened) -> None:
    kinds = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit)
    nameless = []
    for widget in opened.window.findChildren(QWidget):
        is_inner = isinstance(widget.parent(), QAbstractSpinBox | QComboBox | QLineEdit)
        if not isinstance(widget, kinds) or is_inner or not widget.isVisible():
            continue
        name = widget.accessibleName() or getattr(widget, "text", str)()
        if not name and widget.objectName() != "qt_scrollarea_viewport":
            nameless.append(f"{type(widget).__name__} {widget.objectName()}")
    assert not nameless
