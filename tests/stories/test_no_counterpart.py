"""A person sees which queries have no counterpart, and draws the line elsewhere."""

from __future__ import annotations

import shutil
import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from training.errors import Cancelled
from training.evaluation.vote_detection import fit_vote_detector
from training.resources import resource_path
from uem_desktop.item_models.roles import Role
from uem_desktop.pages import private_keeper
from uem_desktop.retrieval.embedder import embed_folder

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def decided(opened):
    """A window whose queries are decided, with the line shown by its key."""
    wait_decided(opened)
    opened.press(opened.window, Key.Key_F7)
    return opened


def wait_decided(driver) -> None:
    driver.qtbot.waitUntil(lambda: driver.state.private.found is not None, timeout=60_000)


def panel_of(driver):
    return driver.window.explore.private_panel


def marked(driver) -> list[bool]:
    model = driver.window.explore.query_panel.model
    return [model.index(row).data(Role.MARK) == "private" for row in range(model.rowCount())]


def extreme_queries(driver):
    """The surest private query and the surest shared one."""
    values = driver.state.private.found.values
    records = driver.state.session.domains["query"].records
    return records[int(values.argmax())].path, records[int(values.argmin())].path


def test_the_window_marks_what_the_engine_decides(decided, folders) -> None:
    query, gallery = (embed_folder(f, "sample") for f in (folders.query, folders.gallery))
    wanted = fit_vote_detector(query.embeddings, gallery.embeddings, line="gallery").decisions
    assert marked(decided) == wanted.is_private.tolist()
    panel, count = panel_of(decided), int(wanted.is_private.sum())
    assert panel.plot.threshold == wanted.threshold
    assert panel.headline.text().startswith(f"{count} of 32 queries · automatic line at ")
    button = decided.window.explore.score_bar.private_button
    assert button.text() == f"{count} no counterpart"
    is_instrument = np.array([record.category == "instrument" for record in query.records])
    called = wanted.is_private
    found, alarms = 100 * called[is_instrument].mean(), 100 * called[~is_instrument].mean()
    assert panel.numbers["found"].text == f"{found:.1f} %"
    assert panel.numbers["alarms"].text == f"{alarms:.1f} %"
    assert panel.numbers["balanced"].text == f"{(found + 100 - alarms) / 2:.1f} %"


def test_a_query_without_a_counterpart_says_so_everywhere_and_by_which_numbers(decided) -> None:
    explore = decided.window.explore
    private, shared = extreme_queries(decided)
    decided.ask(private)
    marks = (explore.query_strip.private_mark, explore.match_panel.private_mark)
    assert all(mark.isVisible() for mark in marks)
    value = decided.state.private.found.values.max()
    for mark in marks:
        assert mark.accessibleName() == "no counterpart"
        assert f"decision value {value:.3f}, threshold " in mark.toolTip()
    assert explore.preview_panel._mark.text() == "∅ no counterpart"
    index = explore.query_panel.grid.currentIndex()
    assert index.data(Role.PATH) == private
    assert "no counterpart" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert f"decision value {value:.3f}" in index.data(Qt.ItemDataRole.ToolTipRole)
    decided.ask(shared)
    assert not any(mark.isVisible() for mark in marks)
    assert explore.preview_panel._mark.isHidden()


def test_the_line_follows_the_keys_and_every_number_follows_the_line(decided) -> None:
    panel, keeper = panel_of(decided), decided.state.private
    assert panel.plot.hasFocus()
    automatic = keeper.threshold
    for _ in range(10):
        decided.press(panel.plot, Key.Key_PageUp)
    assert keeper.threshold > keeper.found.values.max()
    assert panel.headline.text().startswith("0 of 32 queries · moved to ")
    assert panel.numbers["alarms"].text == "0.0 %"
    assert not any(marked(decided))
    decided.press(panel.plot, Key.Key_Left)
    assert keeper.threshold < panel.plot.axis().largest
    decided.press(panel.plot, Key.Key_Home)
    assert keeper.threshold == automatic
    assert not keeper.is_moved
    assert not panel.automatic_button.isEnabled()
    decided.press(panel.plot, Key.Key_Right)
    decided.qtbot.mouseClick(panel.automatic_button, LEFT)
    assert keeper.threshold == automatic


def test_one_drag_is_undone_at_once(decided) -> None:
    panel, keeper = panel_of(decided), decided.state.private
    automatic, plot = keeper.threshold, panel.plot
    axis, height = plot.axis(), plot.height() // 2
    start = QPoint(round(axis.x_of(automatic)), height)
    QTest.mousePress(plot, LEFT, Qt.KeyboardModifier.NoModifier, start)
    for step in (10, 25, 60):
        QTest.mouseMove(plot, start + QPoint(step, 0))
    QTest.mouseRelease(plot, LEFT, Qt.KeyboardModifier.NoModifier, start + QPoint(60, 0))
    dragged = keeper.threshold
    assert dragged == pytest.approx(axis.value_at(start.x() + 60))
    decided.press(plot, Key.Key_Left)
    stepped = keeper.threshold
    control = Qt.KeyboardModifier.ControlModifier
    decided.press(plot, Key.Key_Z, control)
    assert keeper.threshold == dragged
    decided.press(plot, Key.Key_Z, control)
    assert keeper.threshold == automatic
    for _ in range(2):
        decided.press(plot, Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    assert keeper.threshold == stepped


def test_each_direction_has_its_line_and_the_project_remembers_both(start, folders) -> None:
    first = start()
    first.open(folders.query, folders.gallery)
    first.wait_answered()
    wait_decided(first)
    first.state.private.move_line(0.125, 1)
    first.window.commands.swap.trigger()
    first.wait_answered()
    wait_decided(first)
    assert not first.state.private.is_moved
    assert not first.state.private.undo_stack.canUndo(), "what is not shown is not undone"
    first.state.private.move_line(-0.25, 2)
    first.window.explore.show_line()
    first.window.close()
    project = first.window.keeper.path

    second = start()
    second.window.opener.open_project(project)
    second.wait_answered()
    wait_decided(second)
    assert second.state.session.domains["query"].scan.folder == folders.gallery
    assert panel_of(second).isVisible()
    assert panel_of(second).plot.threshold == -0.25
    second.window.commands.swap.trigger()
    wait_decided(second)
    assert panel_of(second).plot.threshold == 0.125


def test_an_image_from_elsewhere_is_judged_and_one_of_the_gallery_is_not(decided, folders) -> None:
    decision = decided.state.decision
    decided.ask(next(resource_path("sample", "clipart", "sport").iterdir()))
    decided.qtbot.waitUntil(lambda: decision.value is not None)
    (path,) = decided.state.search.query
    embedding = decided.state.session.embedding_of_image(path)
    assert decision.value == decided.state.private.found.judge(embedding)
    decided.ask(next((folders.gallery / "bird").iterdir()))
    assert decision.value is None
    assert not decision.is_private


def test_without_categories_there_is_one_histogram(driver, folders) -> None:
    driver.open(folders.query / "bird", folders.gallery / "bird")
    driver.wait_answered()
    wait_decided(driver)
    driver.window.explore.show_line()
    panel = panel_of(driver)
    assert panel.plot._bars.lower is None
    assert not any(number.isVisible() for number in panel.numbers.values())
    assert "where both domains have categories" in panel.note.text()


def test_two_images_cannot_vote(driver, folders, tmp_path) -> None:
    for file in sorted((folders.gallery / "bird").iterdir())[:2]:
        shutil.copy(file, tmp_path)
    driver.open(folders.query, tmp_path)
    driver.wait_answered()
    driver.window.explore.show_line()
    sentence = panel_of(driver).sentence
    assert sentence.isVisible()
    assert "the gallery domain has 2 images, and the vote needs three" in sentence.text()


def test_the_vote_can_be_stopped_and_taken_up_again(opened, monkeypatch) -> None:
    def endless(*_, on_progress, should_stop):
        on_progress(1, 4)
        while not should_stop():
            time.sleep(0.005)
        raise Cancelled

    wait_decided(opened)
    found, panel = opened.state.private.found, panel_of(opened)
    opened.window.explore.show_line()
    with monkeypatch.context() as patch:
        patch.setattr(private_keeper, "find_private_queries", endless)
        opened.window.commands.re_embed.trigger()
        opened.qtbot.waitUntil(lambda: panel.bar.isVisible() and panel.bar.value() == 250)
        assert opened.window.explore.score_bar.private_button.hasFocus()
        opened.qtbot.mouseClick(panel.stop_button, LEFT)
    assert panel.go_on_button.hasFocus()
    assert "Stopped" in panel.sentence.text()
    assert not any(marked(opened))
    opened.qtbot.mouseClick(panel.go_on_button, LEFT)
    wait_decided(opened)
    assert np.array_equal(opened.state.private.found.values, found.values)


def test_another_checkpoint_decides_anew(driver, folders) -> None:
    driver.open(folders.query / "bird", folders.gallery / "bird")
    driver.wait_answered()
    wait_decided(driver)
    keeper = driver.state.private
    keeper.move_line(0.5, 1)
    before = keeper.found
    driver.window.opener.open_checkpoint("pretrained")
    driver.qtbot.waitUntil(lambda: keeper.found is not before, timeout=60_000)
    driver.wait_answered()
    wait_decided(driver)
    assert not np.array_equal(keeper.found.values, before.values)
    assert not keeper.is_moved
