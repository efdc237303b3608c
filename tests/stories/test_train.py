"""A person trains on two folders while they go on exploring."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import recorded_run
from loop_gaps import LoopGaps, share_ms
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QMessageBox, QTableView, QWidget

from training.events import EpochStarted, StepLogged
from training.run_folder import EventWriter, RunFolder
from uem_desktop.pages.watched_run import WatchedRun
from uem_desktop.retrieval.run_draft import RunDraft
from uem_desktop.retrieval.runs import RunState, default_runs_folder

Key = Qt.Key


@pytest.fixture
def trained(opened) -> Iterator[object]:
    """A window on the train page whose training is the recorded run."""
    opened.window.frame.show_page("train")
    keeper = opened.window.training.keeper
    keeper.command = [sys.executable, recorded_run.__file__]
    opened.qtbot.waitUntil(
        lambda: bool(opened.window.training.page.view.curves.plots), timeout=9000
    )
    yield opened
    opened.window.training.close()


def set_up(driver, **values: str) -> None:
    rows = driver.window.training.page.setup.settings.main.rows
    for name, text in {"idse_epochs": "3", "cdsm_epochs": "2", **values}.items():
        key = next(key for key in rows if key.endswith(f".{name}"))
        rows[key].set_text(text)


def start(driver, **values: str):
    set_up(driver, **values)
    driver.window.training.actions.start.trigger()
    run = driver.window.training.keeper.own
    assert run is not None, driver.window.message_bar.sentence
    return run


def ended(driver) -> Callable[[], bool]:
    return lambda: driver.window.training.keeper.own is None


def recorded(name: str, folders, **more) -> Path:
    """A run that somebody trained before."""
    draft = RunDraft.of().with_value("data.domain_a", str(folders.query))
    draft = draft.with_value("data.domain_b", str(folders.gallery))
    run = RunFolder(default_runs_folder() / name)
    run.create(draft.config)
    writer = EventWriter(run.events_path)
    for event in recorded_run.recorded_events(folders.query, folders.gallery, **more):
        writer.write(event)
    writer.close()
    run.encoder_path.write_bytes(b"")
    return run.path


def test_open_folders_are_filled_in_and_edits_can_be_undone(opened, folders, tmp_path) -> None:
    opened.press(opened.window, Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    setup = opened.window.training.page.setup
    assert setup.isVisible()
    draft = setup.keeper.draft
    assert (draft.domain_a, draft.domain_b) == (folders.query, folders.gallery)
    assert draft.preset == "quick"
    assert draft.config.encoder.checkpoint == "sample"
    assert setup.start_button.isEnabled()

    rows = setup.settings.main.rows
    field = rows["uem.tau"]._editor
    field.setFocus()
    field.selectAll()
    opened.qtbot.keyClicks(field, "-3")
    opened.press(field, Key.Key_Return)
    assert rows["uem.tau"].problem == "The setting tau must be above 0, not -3.0."
    assert not setup.start_button.isEnabled()
    assert setup.keeper.draft.config.uem.tau == draft.config.uem.tau
    rows["uem.tau"].reset_button.click()
    assert setup.start_button.isEnabled()

    rows["schedule.idse_epochs"].set_text("7")
    assert setup.note.text().startswith("7 epochs of IDSE")
    assert rows["schedule.idse_epochs"].reset_button.isVisible()
    setup.undo.trigger()
    assert setup.keeper.draft.config.schedule.idse_epochs == 40
    setup.redo.trigger()
    setup.preset_cards["paper"].click()
    assert setup.keeper.draft.config.schedule.idse_epochs == 100
    assert "schedule.mixed_precision" in setup.settings.main.rows
    assert setup.keeper.draft.domain_a == folders.query
    setup.undo.trigger()
    assert setup.keeper.draft.config.schedule.idse_epochs == 7
    setup.reset_button.click()
    assert not setup.keeper.draft.changed()


def test_all_settings_are_there_with_their_help(opened) -> None:
    opened.window.frame.show_page("train")
    panel = opened.window.training.page.setup.settings
    assert not panel.further.rows
    panel.fold_button.click()
    row = panel.further.rows["uem.merge_rule"]
    assert "Hungarian" in row._editor.toolTip()
    assert "Hungarian" in row._editor.accessibleDescription()
    panel.filter_field.setText("k-means")
    shown = [key for key, one in panel.further.rows.items() if one.isVisible()]
    assert {"uem.kmeans_iterations", "uem.kmeans_restarts"} <= set(shown)
    assert len(shown) < len(panel.further.rows) / 4
    for widget in panel.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            named = widget.accessibleName() or getattr(widget, "text", str)()
            assert named, widget


def test_impossible_folders_are_a_sentence(opened, folders) -> None:
    setup = opened.window.training.page.setup
    setup.domains.set_folder("b", folders.query)
    assert setup.note.text().startswith("Domain A and domain B are the same folder")
    assert not setup.start_button.isEnabled()
    setup.domains.set_folder("b", folders.query / "nowhere")
    assert "is not there" in setup.note.text()


def test_a_run_from_start_to_the_explorer(trained, folders, monkeypatch) -> None:
    window = trained.window
    pinned = sorted((folders.query / "bird").iterdir())[0]
    trained.ask(pinned)
    window.frame.show_page("explore")
    grid = window.explore.query_panel.grid
    assert window.training.actions.pin in grid.actions()
    trained.press(grid, Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert window.training.keeper.pinned == (pinned,)
    window.frame.show_page("train")
    run = start(trained)
    view = window.training.page.view
    assert not window.training.page.is_set_up_shown
    assert run.state is RunState.RUNNING
    assert view.header.stop_button.isVisible()
    trained.qtbot.waitUntil(ended(trained), timeout=30_000)
    assert run.state is RunState.FINISHED
    assert view.header.progress.text().startswith("CDSM, epoch 2 of 2 · 15 of 15 steps · took")
    assert window.training.page.list.view.currentIndex().row() == 0
    assert view.header.skipped_button.text() == "2 files skipped"
    assert len(view.curves.plots["losses"].isVisible() and run.curves.group("losses")) == 12
    view.tabs.setCurrentWidget(view.pinned)
    assert view.pinned.rows[pinned].model.rowCount() > 4
    view.tabs.setCurrentWidget(view.checkpoints)
    assert view.checkpoints.model.rows[0].place == "the whole run"
    view.tabs.setCurrentWidget(view.config)
    assert 'domain_a = "' in view.config.text.toPlainText()

    used = []
    monkeypatch.setattr(window.opener, "open_checkpoint", used.append)
    monkeypatch.setattr(view, "newest_encoder", lambda: run.path / "encoder.safetensors")
    window.training.actions.use.trigger()
    assert used == [str(run.path / "encoder.safetensors")]
    assert window.frame.current.name == "explore"
    row = view.checkpoints.model.rows[1]
    window.frame.show_page("train")
    view.tabs.setCurrentWidget(view.checkpoints)
    view.checkpoints.table.selectRow(1)
    view.checkpoints.use_button.click()
    assert used[-1] == str(row.encoder)


def test_all_plots_are_ready_before_the_first_step(opened) -> None:
    opened.window.frame.show_page("train")
    plots = opened.window.training.page.view.curves.plots
    opened.qtbot.waitUntil(lambda: len(plots) == 6, timeout=9000)
    assert all(plot.drawing()[0] is not None for plot in plots.values())
    assert all(plot.is_empty for plot in plots.values())


def test_the_window_keeps_its_pace_while_a_run_is_watched(trained) -> None:
    window = trained.window
    trained.qtbot.waitUntil(lambda: len(window.training.page.view.curves.plots) == 6, timeout=9000)
    gaps = LoopGaps(window)
    run = start(trained, idse_epochs="40", cdsm_epochs="20")
    trained.qtbot.waitUntil(lambda: run.started is not None, timeout=20_000)
    gaps.start()
    trained.qtbot.waitUntil(ended(trained), timeout=60_000)
    gaps.stop()
    assert run.state is RunState.FINISHED
    assert len(gaps.own_ms) > 100
    assert share_ms(gaps.own_ms, 0.99) < 50, "about 5 ms on an idle machine"
    assert max(gaps.own_ms) < 150, "about 20 ms on an idle machine"


class Flood(QObject):
    """A source that tells everything in one go, as a long run does that is followed."""

    events_arrived = Signal(object)
    run_ended = Signal(str, str)
    is_own, is_over = False, True


def test_ten_thousand_steps_are_taken_in_over_several_turns(qtbot, tmp_path) -> None:
    source = Flood()
    run = WatchedRun(tmp_path, source, RunState.RUNNING)
    told: list[int] = []
    run.changed.connect(lambda: told.append(run.curves.revision))
    terms = {f"term {number}": 1.0 for number in range(12)}
    events = [EpochStarted("IDSE", 0, {}), *(
        StepLogged("IDSE", 0, step, step, terms, 1.0, 0.1, 1.0) for step in range(10_000)
    )]  # fmt: skip
    source.events_arrived.emit(events)
    source.run_ended.emit("finished", "")
    assert 0 < run.curves.revision < len(events)
    with qtbot.waitSignal(run.ended, timeout=20_000):
        assert run.state is RunState.RUNNING
    assert run.curves.revision == len(events)
    assert run.state is RunState.FINISHED
    assert len(told) < 20


def test_pause_go_on_stop_and_resume(trained) -> None:
    run = start(trained, idse_epochs="80")
    keeper, header = trained.window.training.keeper, trained.window.training.page.view.header
    trained.qtbot.waitUntil(lambda: run.curves.progress.epoch > 1, timeout=20_000)
    assert trained.window.training.status_button.text().startswith("Training")
    header.pause_button.click()
    trained.qtbot.waitUntil(lambda: run.state is RunState.PAUSED, timeout=9000)
    trained.qtbot.waitUntil(lambda: header.pause_button.text() == "Go on", timeout=9000)
    trained.window.training.actions.pause.trigger()
    trained.qtbot.waitUntil(lambda: run.state is RunState.RUNNING, timeout=9000)
    header.stop_button.click()
    assert "saves a checkpoint" in header.progress.text()
    trained.qtbot.waitUntil(ended(trained), timeout=9000)
    assert run.state is RunState.STOPPED
    assert header.resume_button.isVisible()
    header.resume_button.click()
    assert keeper.own is not None
    assert keeper.own.path == run.path
    keeper.stop()
    trained.qtbot.waitUntil(ended(trained), timeout=20_000)


@pytest.mark.skipif(os.name == "nt", reason="kills as on POSIX")
def test_a_crash_is_a_sentence_and_can_go_on(trained) -> None:
    run = start(trained, idse_epochs="80")
    trained.qtbot.waitUntil(lambda: run.curves.progress.epoch > 1, timeout=20_000)
    os.kill(run.source.pid, signal.SIGKILL)
    trained.qtbot.waitUntil(ended(trained), timeout=9000)
    assert trained.window.message_bar.sentence
    assert trained.window.training.page.view.header.resume_button.isVisible()


def test_pinned_matches_go_back_through_the_epochs(opened, folders) -> None:
    pinned = sorted((folders.query / "bird").iterdir())[0]
    path = recorded("before", folders, pinned=[pinned])
    opened.window.frame.show_page("train")
    opened.window.training.keeper.show(path)
    panel = opened.window.training.page.view.pinned
    opened.window.training.page.view.tabs.setCurrentWidget(panel)
    opened.qtbot.waitUntil(lambda: pinned in panel.rows, timeout=9000)
    opened.qtbot.waitUntil(lambda: "CDSM, after epoch 3" in panel.moment.text(), timeout=9000)
    assert panel.moment.text() == "CDSM, after epoch 3 · newest"
    newest = panel.rows[pinned].right.text()
    for _ in range(9):
        opened.press(panel.slider, Key.Key_Left)
    assert panel.moment.text() == "Before training"
    earliest = panel.rows[pinned].right.text()
    assert int(earliest.split()[0]) < int(newest.split()[0])
    assert {panel.rows[pinned].model.mark_at(row) for row in range(5)} == {"correct", "wrong"}


def test_skipped_files_are_listed_with_their_reasons(opened, folders) -> None:
    opened.window.frame.show_page("train")
    opened.window.training.keeper.show(recorded("before", folders, skipped=3))
    header = opened.window.training.page.view.header
    opened.qtbot.waitUntil(header.skipped_button.isVisible, timeout=9000)
    header.skipped_button.click()
    dialog = opened.window.findChild(QDialog)
    table = dialog.findChild(QTableView)
    assert table.model().rowCount() == 3
    assert table.model().index(0, 3).data() == "It is cut off"
    dialog.close()


def test_runs_are_listed_followed_and_removed(opened, folders, tmp_path) -> None:
    recorded("mine", folders)
    recorded("theirs", folders).rename(tmp_path / "theirs")
    window, keeper = opened.window, opened.window.training.keeper
    window.frame.show_page("train")
    runs = window.training.page.list
    opened.qtbot.waitUntil(lambda: runs.model.rowCount() == 1, timeout=9000)
    assert runs.model.runs[0].state is RunState.FINISHED
    assert runs.model.runs[0].last_map == pytest.approx(56.4, abs=1.5)
    keeper.follow(tmp_path)
    assert "is not the folder of a run" in window.message_bar.sentence
    keeper.follow(tmp_path / "theirs")
    opened.qtbot.waitUntil(lambda: runs.model.rowCount() == 2, timeout=9000)
    assert runs.chosen_path == tmp_path / "theirs"
    opened.qtbot.waitUntil(lambda: keeper.shown.state is RunState.FINISHED, timeout=9000)
    for path in (tmp_path / "theirs", default_runs_folder() / "mine"):
        runs.view.setCurrentIndex(runs.model.index(runs.model.row_of(path)))
        runs.view.setFocus()
        opened.press(runs.view, Key.Key_Delete)
        opened.qtbot.waitUntil(lambda path=path: runs.model.row_of(path) < 0, timeout=9000)
        assert (path / "config.toml").is_file()
    assert window.training.page.is_set_up_shown


def test_a_run_can_be_followed_without_any_folder_open(driver, folders) -> None:
    path = recorded("before", folders)
    driver.press(driver.window, Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    page = driver.window.training.page
    assert page.isVisible()
    assert page.setup.note.text() == "Choose a folder for domain A."
    driver.qtbot.waitUntil(lambda: page.list.model.rowCount() == 1, timeout=9000)
    page.list.view.setFocus()
    driver.press(page.list.view, Key.Key_Down)
    driver.qtbot.waitUntil(lambda: driver.window.training.keeper.shown is not None)
    assert driver.window.training.keeper.shown.path == path
    driver.window.training.actions.new_run.trigger()
    assert page.is_set_up_shown
    driver.press(driver.window, Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert driver.window.start_page.isVisible()


def test_closing_asks_once_and_saves(trained, qapp) -> None:
    start(trained, idse_epochs="80")
    keeper = trained.window.training.keeper
    run = keeper.own
    trained.qtbot.waitUntil(lambda: run.curves.progress.epoch > 1, timeout=20_000)
    trained.window.close()
    box = trained.window.findChild(QMessageBox)
    assert trained.window.isVisible()
    buttons = {button.text(): button for button in box.buttons()}
    assert set(buttons) == {"Stop and close", "Cancel"}
    buttons["Cancel"].click()
    assert keeper.own is run
    trained.window.close()
    boxes = [box for box in trained.window.findChildren(QMessageBox) if box.isVisible()]
    next(b for b in boxes[0].buttons() if b.text() == "Stop and close").click()
    trained.qtbot.waitUntil(lambda: not trained.window.isVisible(), timeout=9000)
    assert '"outcome":"stopped"' in RunFolder(run.path).events_path.read_text()


@pytest.mark.timeout(240)
def test_a_real_run_becomes_the_explorers_encoder(opened, folders) -> None:
    """No recording here: the trainer itself, on 56 images, while the explorer goes on."""
    window = opened.window
    window.frame.show_page("train")
    pinned = sorted((folders.query / "tool").iterdir())[0]
    window.training.pin([pinned])
    run = start(opened, idse_epochs="2", cdsm_epochs="1", batch_size="16", views="1")
    opened.qtbot.waitUntil(lambda: run.started is not None, timeout=120_000)
    opened.ask(sorted((folders.query / "bird").iterdir())[2])
    opened.qtbot.waitUntil(ended(opened), timeout=120_000)
    assert run.state is RunState.FINISHED, run.message
    assert run.curves.progress.share == 1.0
    assert {curve.kind.name for curve in run.curves.group("map")} >= {"map_plain_a_to_b"}
    assert [moment.epoch for moment in run.pinned.moments][-1] == 0
    view = window.training.page.view
    view.tabs.setCurrentWidget(view.pinned)
    assert view.pinned.rows[pinned].model.rowCount() > 4
    before = opened.state.session.checkpoint
    window.training.actions.use.trigger()
    opened.qtbot.waitUntil(lambda: opened.state.session.checkpoint != before, timeout=30_000)
    opened.wait_answered(60_000)
    assert opened.state.session.checkpoint.title == f"uem · {run.path.name}"
    assert window.message_bar.sentence == ""
