"""A person sees which files cannot be read, and why, and mends them."""

from __future__ import annotations

import shutil

from broken_images import break_folder, encoded
from PySide6.QtGui import QGuiApplication


def test_broken_files_are_listed_and_cost_nothing_else(driver, folders, tmp_path) -> None:
    target = tmp_path / "drawings"
    shutil.copytree(folders.query, target)
    words = break_folder(target / "bird")
    driver.open(target, folders.gallery)
    driver.wait_answered(60_000)
    model = driver.window.problems.model
    reasons = {p.failure.path.name: p.failure.reason for p in model.problems}
    assert reasons.keys() == words.keys()
    for name, word in words.items():
        assert word in reasons[name]
    assert driver.state.session.domains["query"].embeddings.ready_count == 32
    driver.window.frame.show_page("problems")
    driver.window.copy_paths()
    assert len(QGuiApplication.clipboard().text().splitlines()) == len(words)

    (target / "bird" / "empty.jpg").write_bytes(encoded("JPEG"))
    driver.window.problems.retry_button.click()
    driver.qtbot.waitUntil(lambda: len(model.problems) == len(words) - 1, timeout=20_000)
    driver.wait_answered()
    assert driver.state.session.domains["query"].embeddings.ready_count == 33


def test_no_problem_is_said_too(opened) -> None:
    opened.window.frame.show_page("problems")
    assert opened.window.problems.empty.accessibleName() == (
        "No problems. All 56 files could be read."
    )


def test_an_empty_folder_is_no_accident(driver, folders, tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    driver.open(tmp_path / "empty", folders.gallery)
    driver.qtbot.waitUntil(lambda: driver.state.session.has_both_domains)
    assert driver.window.explore.query_panel.model.rowCount() == 0


def test_a_folder_that_is_gone_is_a_sentence(driver, folders, tmp_path) -> None:
    driver.window.opener.open_folder("query", tmp_path / "gone")
    driver.qtbot.waitUntil(lambda: bool(driver.window.message_bar.sentence))
    assert "does not exist" in driver.window.message_bar.sentence
