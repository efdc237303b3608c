"""A person runs the paper's experiment on a data set and watches the tables grow."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest
from loop_gaps import LoopGaps, share_ms
from made_results import made_result, write_made_results
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from toy_root import make_root, short_plan

from training.benchmark.results import ResultsFile
from training.methods.method_names import METHOD_NAMES
from uem_desktop.retrieval import benchmark_draft
from uem_desktop.retrieval.benchmark_draft import BenchmarkDraft

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
PAIR = ("drawings", "renders")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_root(tmp_path_factory.mktemp("data") / "set")


@pytest.fixture
def page(driver, monkeypatch):
    """The page in a window without folders, whose presets are over in seconds."""
    config = short_plan(Path("set"), "uem").config
    monkeypatch.setattr(benchmark_draft, "_preset", lambda name: config)
    driver.qtbot.waitUntil(driver.window.isActiveWindow, timeout=9000)
    driver.press(driver.window, Key.Key_6, CONTROL)
    page = driver.window.benchmark.page
    yield page
    page.close_all()


@pytest.fixture
def opened_urls(monkeypatch) -> list[str]:
    urls: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: urls.append(url.toLocalFile()))
    return urls


def looked(page) -> Callable[[], bool]:
    return lambda: not page.setup.is_looking


def type_into(driver, field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    driver.qtbot.keyClicks(field, text)
    driver.press(field, Key.Key_Return)


def choose(driver, page, root: Path, out: Path, seeds: str = "1") -> None:
    setup = page.setup
    setup.set_data(root)
    for name in ("partial", "open-set"):
        driver.press(setup.measure.settings[name], Key.Key_Space)
    type_into(driver, setup.measure.seeds, seeds)
    type_into(driver, setup.out.field, str(out))
    driver.qtbot.waitUntil(looked(page), timeout=9000)


def test_what_is_missing_is_said_until_nothing_is(driver, page, root, tmp_path) -> None:
    setup = page.setup
    assert page.isVisible()
    assert setup.data_button.hasFocus()
    assert setup.note.text().startswith("Choose a data set")
    assert not setup.start_button.isEnabled()
    setup.set_data(root)
    driver.qtbot.waitUntil(looked(page), timeout=9000)
    assert setup.data_text.text() == "2 domains: clipart, render · 16 images"
    assert setup.pairs.model.names == ("clipart:render", "render:clipart")
    assert setup.note.text() == "45 trainings, about a minute"
    assert setup.draft.pairs == ("all",)

    pairs = setup.pairs.view
    pairs.setFocus()
    pairs.setCurrentIndex(setup.pairs.model.index(1))
    driver.press(pairs, Key.Key_Space)
    assert setup.draft.pairs == ("clipart:render",)
    driver.qtbot.waitUntil(looked(page), timeout=9000)
    assert setup.note.text().startswith("27 trainings")
    setup.methods.none_button.click()
    assert setup.note.text() == "Choose one method at least."
    setup.methods.all_button.click()
    assert setup.draft.methods == METHOD_NAMES
    setup.measure.seeds.setText("1 two")
    setup.measure.seeds.editingFinished.emit()
    assert setup.note.text() == "Seeds are whole numbers from 0 on, not two."
    driver.window.benchmark.actions.start.trigger()
    assert driver.window.message_bar.sentence == setup.note.text()
    setup.set_data(tmp_path / "nowhere")
    assert "is not there" in setup.note.text()


def test_what_looks_wrong_with_the_data_is_said_before_training(driver, page, tmp_path) -> None:
    root = make_root(tmp_path / "set", ("bird", "vehicle"))
    (root / "render" / "vehicle").rename(root / "render" / "vehicel")
    page.setup.set_data(root)
    driver.qtbot.waitUntil(looked(page), timeout=9000)
    assert page.setup.notes.isVisible()
    assert "vehicel" in page.setup.notes.text()
    assert page.setup.notes.text().endswith("are they the same?")
    assert page.setup.note.text().startswith("clipart and render: The setting partial needs two")
    (tmp_path / "empty").mkdir()
    page.setup.set_data(tmp_path / "empty")
    driver.qtbot.waitUntil(looked(page), timeout=9000)
    assert "has no domain; a data set lies as ROOT/DOMAIN/CATEGORY/IMAGE" in page.setup.note.text()


@pytest.mark.timeout(240)
def test_what_few_people_need_is_in_a_fold(driver, page, tmp_path) -> None:
    root, out = make_root(tmp_path / "set", ("bird", "vehicle", "building")), tmp_path / "out"
    choose(driver, page, root, out)
    advanced, note = page.setup.advanced, page.setup.note
    assert not advanced.jobs.isVisible()
    driver.press(advanced.fold_button, Key.Key_Space)
    assert advanced.jobs.isVisible()
    type_into(driver, advanced.jobs, "0")
    assert note.text() == "Trainings at a time are a whole number from 1 on, not 0."
    driver.press(advanced.jobs, Key.Key_Up)
    driver.press(advanced.jobs, Key.Key_Up)
    assert page.setup.draft.checked_jobs() == 2
    type_into(driver, advanced.words, "vews=2")
    assert note.text().startswith("There is no setting")
    type_into(driver, advanced.words, "batch_size=8 idse_epochs=2")
    type_into(driver, advanced.categories, "brid")
    driver.qtbot.waitUntil(looked(page), timeout=9000)
    assert note.text() == "No domain has a category brid; did you mean bird?"
    type_into(driver, advanced.categories, "bird vehicle")
    driver.qtbot.waitUntil(looked(page), timeout=9000)
    assert page.setup.data_text.text() == "2 domains: clipart, render · 16 images"
    assert advanced.fold_button.text() == "Advanced · 3 set"
    page.setup.start()
    driver.qtbot.waitUntil(lambda: not page.keeper.is_running, timeout=120_000)
    assert page.keeper.outcome == "finished"
    about = ResultsFile(out).about
    assert about["plan"]["categories"] == ["bird", "vehicle"]
    assert about["plan"]["config"]["data"]["batch_size"] == 8
    assert "--categories bird vehicle" in about["command"]
    assert "--set batch_size=8 idse_epochs=2 --jobs 2" in about["command"]


@pytest.mark.timeout(240)
def test_a_benchmark_from_start_to_the_clipboard(driver, page, root, tmp_path, opened_urls) -> None:
    choose(driver, page, root, tmp_path / "out")
    assert page.setup.note.text() == "3 trainings, about a minute"
    driver.press(page.setup.out.field, Key.Key_B, CONTROL)
    keeper, results = page.keeper, page.results
    assert keeper.is_running
    assert results.isVisible()
    assert results.empty.isVisible()
    driver.qtbot.waitUntil(lambda: results.tabs.count() == 1, timeout=90_000)
    assert results.state.text() == "Running"
    assert driver.window.benchmark.status_button.text().startswith("Benchmark: ")
    driver.qtbot.waitUntil(lambda: not keeper.is_running, timeout=90_000)
    assert keeper.outcome == "finished"
    assert results.state.text() == "Finished"
    assert results.progress.text().startswith("3 of 3 trainings · took")
    assert not results.go_on_button.isVisible()
    assert not driver.window.benchmark.status_button.isVisible()

    table = results.table_of("close-set")
    titles = [table.model.headerData(row, Qt.Orientation.Vertical) for row in range(3)]
    assert titles == ["UEM", "Frozen encoder", "Centred"]
    driver.press(table.view, Key.Key_C, CONTROL)
    lines = QApplication.clipboard().text().split("\n")
    assert lines[0] == "method\tclipart → render\trender → clipart\taverage"
    assert lines[2].split("\t")[0] == "Frozen encoder"
    assert float(lines[2].split("\t")[3]) > 20
    results.page_button.click()
    driver.qtbot.waitUntil(lambda: bool(opened_urls), timeout=20_000)
    assert opened_urls == [str(tmp_path / "out" / "results.html")]
    command = ResultsFile(tmp_path / "out").about["command"]
    assert command.startswith(f"uem benchmark --data {root} --methods uem frozen centred")
    assert driver.window.message_bar.sentence == ""


@pytest.mark.timeout(240)
def test_stop_go_on_and_close_lose_nothing(driver, page, root, tmp_path) -> None:
    out = tmp_path / "out"
    choose(driver, page, root, out, seeds="1 2 3 4 5 6 7 8")
    page.setup.start()
    keeper = page.keeper
    driver.qtbot.waitUntil(lambda: keeper.standing.done >= 2, timeout=90_000)
    driver.window.benchmark.actions.stop.trigger()
    assert keeper.is_stopping
    driver.qtbot.waitUntil(lambda: not keeper.is_running, timeout=30_000)
    assert page.results.state.text() == "Stopped"
    kept = set(ResultsFile(out).results)
    assert len(kept) == 2 * keeper.standing.done
    page.results.go_on_button.click()
    driver.qtbot.waitUntil(lambda: 2 * keeper.standing.done > len(kept), timeout=90_000)

    driver.window.close()
    box = driver.window.findChild(QMessageBox)
    assert driver.window.isVisible()
    next(b for b in box.buttons() if b.text() == "Stop and close").click()
    driver.qtbot.waitUntil(lambda: not driver.window.isVisible(), timeout=30_000)
    assert set(ResultsFile(out).results) > kept


@pytest.mark.skipif(os.name == "nt", reason="kills as on POSIX")
def test_a_crash_is_a_sentence_and_can_go_on(driver, page, root, tmp_path) -> None:
    choose(driver, page, root, tmp_path / "out", seeds="1 2 3 4 5 6 7 8")
    page.setup.start()
    keeper = page.keeper
    driver.qtbot.waitUntil(lambda: keeper.standing.done >= 1, timeout=90_000)
    os.kill(keeper.pid, signal.SIGKILL)
    driver.qtbot.waitUntil(lambda: not keeper.is_running, timeout=9000)
    sentence = driver.window.message_bar.sentence
    assert sentence.startswith("The benchmark was stopped by the system")
    assert sentence.endswith("what was measured is kept, and it can go on.")
    assert page.results.go_on_button.isVisible()
    assert ResultsFile(tmp_path / "out").results


def test_results_of_the_command_line_are_opened_and_followed(driver, page, tmp_path) -> None:
    results = [made_result(name, PAIR, 1, {"bird": (4, 40.0)}) for name in ("uem", "frozen")]
    write_made_results(tmp_path, results)
    page.open_results(tmp_path)
    shown = page.results
    driver.qtbot.waitUntil(lambda: shown.table_of("close-set") is not None, timeout=20_000)
    model = shown.table_of("close-set").model
    assert shown.go_on_button.isVisible(), "its plan has more seeds"
    driver.qtbot.waitUntil(lambda: model.index(0, 0).data() == "40.0", timeout=9000)
    file = ResultsFile(tmp_path)
    file.add([made_result("uem", PAIR, 2, {"bird": (4, 44.0)})])
    driver.qtbot.waitUntil(lambda: model.index(0, 0).data() == "42.0 ± 2.8", timeout=9000)
    driver.press(shown.kind, Key.Key_Down)
    assert model.index(0, 0).data() == "41.0 ± 2.8"
    driver.press(shown.kind, Key.Key_Up)
    assert model.index(0, 0).data() == "42.0 ± 2.8"
    file.about["failures"] = [
        {
            "setting": "close-set",
            "method": "uem",
            "domains": list(PAIR),
            "seed": 3,
            "message": "No.",
        }
    ]
    file.write()
    driver.qtbot.waitUntil(shown.failures.isVisible, timeout=9000)
    assert shown.failures.text() == "Failed: close-set drawings and renders, UEM, seed 3: No."


def test_a_folder_without_results_is_one_sentence(driver, page, tmp_path) -> None:
    page.open_results(tmp_path)
    message = driver.window.message_bar
    driver.qtbot.waitUntil(lambda: bool(message.sentence), timeout=20_000)
    assert message.sentence == f"There are no results of a benchmark in {tmp_path}."
    assert page.results.state.text() == "Failed"
    assert page.results.empty.accessibleName().startswith("Nothing was measured. Set a new")
    page.results.new_button.click()
    assert page.is_set_up_shown


def test_the_window_keeps_its_pace_while_a_large_benchmark_is_opened(
    driver, page, tmp_path
) -> None:
    names = ("Art", "Clipart", "Product", "Real-World")
    categories = {f"thing {number}": (4, 40.0 + number % 7) for number in range(65)}
    write_made_results(
        tmp_path,
        [
            made_result(method, pair, seed, categories, setting=setting)
            for setting in ("close-set", "partial", "open-set")
            for method in METHOD_NAMES
            for pair in permutations(names, 2)
            for seed in (2024, 2025, 2026)
        ],
        data_set="Office-Home",
    )
    gaps = LoopGaps(driver.window)
    gaps.start()
    page.open_results(tmp_path)
    count = 3 * len(METHOD_NAMES) * 12 * 3
    driver.qtbot.waitUntil(lambda: len(page.keeper.standing.results) == count, timeout=60_000)
    driver.qtbot.wait(500)
    gaps.stop()
    assert page.results.tabs.count() == 3
    assert page.results.table_of("close-set").model.rowCount() > len(METHOD_NAMES)
    page.results.tabs.setCurrentIndex(2)
    assert page.results.table_of("open-set").model.rowCount() > len(METHOD_NAMES)
    assert share_ms(gaps.own_ms, 0.99) < 50, "about 12 ms"
    assert max(gaps.own_ms) < 150, "about 40 ms, when the page is first painted"


def test_everything_has_a_name_and_fits_a_narrow_window(driver, page, root) -> None:
    page.setup.set_data(root)
    driver.qtbot.waitUntil(looked(page), timeout=9000)
    for widget in page.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            assert widget.accessibleName() or getattr(widget, "text", str)(), widget
    driver.window.resize(1024, 700)
    driver.qtbot.waitUntil(lambda: driver.window.width() == 1024)
    assert page.setup.start_button.visibleRegion().boundingRect().width() > 60


def test_a_folder_with_results_goes_on(driver, page, root, tmp_path) -> None:
    write_made_results(tmp_path, [made_result("uem", PAIR, 1, {"bird": (4, 40.0)})])
    assert BenchmarkDraft(data=root, folder=tmp_path).goes_on
    choose(driver, page, root, tmp_path)
    assert page.setup.start_button.text() == "Go on"
    page.setup.start()
    driver.qtbot.waitUntil(lambda: not page.keeper.is_running, timeout=60_000)
    assert page.keeper.outcome == "failed"
    assert "choose another folder" in driver.window.message_bar.sentence
    assert len(ResultsFile(tmp_path).results) == 1
