"""A person closes the window and finds everything as it was left."""

from __future__ import annotations

import shutil

from uem_desktop.pages.query_search import SearchState


def test_a_project_comes_back_as_it_was_left(start, folders) -> None:
    first = start()
    first.open(folders.query, folders.gallery)
    first.wait_answered()
    path = sorted((folders.gallery / "tool").iterdir())[4]
    first.window.opener.swap()
    first.ask(path)
    first.state.set_top_k(7)
    first.wait_answered()
    first.window.explore.query_panel.set_filter("tool", "")
    first.window.explore.match_panel.grid.set_tile_size(150)
    first.window.frame.show_page("problems")
    first.window.close()
    project = first.window.keeper.path
    assert project is not None

    second = start()
    assert [entry.path for entry in second.window.keeper.recent.entries()] == [project]
    second.window.opener.open_project(project)
    second.wait_answered()
    session = second.state.session
    assert session.domains["query"].scan.folder == folders.gallery
    assert session.top_k == 7
    assert session.checkpoint.title.startswith("sample")
    assert second.state.search.query == (path,)
    assert second.window.explore.query_panel.category_combo.category == "tool"
    assert second.window.explore.match_panel.grid.tile_size == 150
    assert second.window.frame.current.name == "problems"


def test_the_window_comes_back_with_its_panels(start) -> None:
    first = start().window
    first.commands.show_preview.trigger()
    first.close()
    second = start().window
    assert not second.commands.show_preview.isChecked()
    assert second.explore.preview_panel.isHidden()
    assert not second.explore.query_panel.isHidden()
    second.commands.show_preview.trigger()
    assert not second.explore.preview_panel.isHidden()


def test_a_named_project_is_saved_where_it_was_told(opened, tmp_path) -> None:
    opened.window.keeper.save_as(tmp_path / "birds.uem")
    assert (tmp_path / "birds.uem").is_file()
    assert opened.window.keeper.is_named


def test_what_is_no_project_is_a_sentence(opened, tmp_path) -> None:
    (tmp_path / "no.uem").write_text("words")
    opened.window.opener.open_project(tmp_path / "no.uem")
    assert "is not a project" in opened.window.message_bar.sentence
    assert opened.state.search.state is SearchState.ANSWERED


def test_only_what_is_new_is_embedded(driver, folders, tmp_path) -> None:
    shutil.copytree(folders.query, tmp_path / "growing")
    driver.open(tmp_path / "growing", folders.gallery)
    driver.wait_answered()
    assert driver.state.loader.encoder is not None
    extra = tmp_path / "growing" / "bird" / "another.png"
    shutil.copy(next((folders.gallery / "bird").iterdir()), extra)
    seen = []
    driver.state.loader.status_changed.connect(lambda status: seen.append(status.progress))
    driver.window.commands.re_embed.trigger()
    driver.qtbot.waitUntil(lambda: len(driver.state.session.domains["query"].records) == 33)
    driver.wait_answered()
    totals = {progress.total - progress.stored for progress in seen if progress is not None}
    assert max(totals) == 1


def test_folders_that_were_embedded_before_need_no_encoder(opened) -> None:
    assert opened.state.session.is_complete
    assert opened.state.loader.encoder is None, "it starts later, before it is needed"
