"""A person who meets an empty place, or a refusal, reads what to do."""

from __future__ import annotations

import shutil

from broken_images import break_folder


def test_an_empty_gallery_does_not_promise_matches(driver, folders, tmp_path) -> None:
    driver.open(folders.query, tmp_path)
    search = driver.state.search
    driver.qtbot.waitUntil(lambda: "holds no images" in search.sentence)
    assert search.sentence == "The gallery domain holds no images; choose another folder."


def test_an_empty_query_domain_has_no_query_of_the_one_before(opened, tmp_path) -> None:
    opened.window.opener.open_folder("query", tmp_path)
    opened.qtbot.waitUntil(lambda: not opened.state.search.query)
    assert opened.window.explore.preview_panel.path is None
    sentence = opened.window.explore.score_bar.sentence
    assert sentence.text() == "No numbers: the query domain holds no images."


def test_a_filter_without_a_problem_says_so(driver, folders, tmp_path) -> None:
    shutil.copytree(folders.query / "bird", tmp_path / "drawings")
    count = len(break_folder(tmp_path / "drawings"))
    driver.open(tmp_path / "drawings", folders.gallery)
    driver.wait_answered(60_000)
    page = driver.window.problems
    driver.window.frame.show_page("problems")
    page.filter_field.setText("no such file")
    assert page.no_match.isVisible()
    assert f"see all {count} files" in page.no_match.accessibleName()
    page.filter_field.clear()
    assert page.table.isVisible()


def test_what_was_refused_is_not_recent_and_not_said_for_ever(opened, folders, tmp_path) -> None:
    window = opened.window
    bad = tmp_path / "bad.pth"
    bad.write_text("no checkpoint")
    window.opener.open_checkpoint(str(bad))
    opened.qtbot.waitUntil(lambda: bool(window.message_bar.sentence), timeout=20_000)
    window.opener.open_folder("query", tmp_path / "gone")
    assert not window.message_bar.sentence
    opened.qtbot.waitUntil(lambda: "does not exist" in window.message_bar.sentence)
    assert str(bad) not in window._settings.recent("checkpoints")
    recent = window._settings.recent("folders")[:2]  # whichever folder was scanned last comes first
    assert set(recent) == {str(folders.gallery), str(folders.query)}


def test_the_preview_says_the_category_of_its_own_image(opened, folders) -> None:
    paths = [sorted((folders.query / name).iterdir())[0] for name in ("bird", "tool")]
    opened.ask(*paths)
    assert opened.window.explore.preview_panel._facts.text() == "query · bird"
