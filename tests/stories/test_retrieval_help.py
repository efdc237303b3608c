"""A person switches retrieval-time help on, sees that it is on, and never mixed with plain."""

from __future__ import annotations

import time
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import Qt

from training.errors import Cancelled, UserError
from training.evaluation.retrieval_help import BEST_HELP
from training.progress import Progress
from training.resources import resource_path
from uem_desktop.pages import help_keeper
from uem_desktop.retrieval.embedder import embed_folder
from uem_desktop.retrieval.helped import help_domains
from uem_desktop.retrieval.search import evaluate, search_domain, search_embedding


def switch(driver) -> None:
    driver.press(driver.window, Qt.Key.Key_H)
    driver.wait_answered()


def helped_domains(folders):
    return help_domains(
        *(embed_folder(f, "sample") for f in (folders.query, folders.gallery)), BEST_HELP
    )


def shown_matches(driver):
    return [(m.rank, m.record.path, m.similarity) for m in driver.state.search.result.matches]


def test_with_help_the_window_shows_what_the_engine_computes_and_says_so(opened, folders) -> None:
    explore, plain, plain_scores = (
        opened.window.explore,
        shown_matches(opened),
        opened.state.scores.scores,
    )
    assert not explore.score_bar.help_button.isChecked()
    switch(opened)
    both = helped_domains(folders)
    wanted = next(search_domain(both.query, both.gallery, top_k=20))
    assert shown_matches(opened) == [(m.rank, m.record.path, m.similarity) for m in wanted.matches]
    assert opened.state.scores.scores == evaluate(both.query, both.gallery)
    assert explore.score_bar.help_button.text() == "Retrieval help: on"
    assert explore.score_bar.sentence.text().startswith("With retrieval help: 24 queries")
    assert explore.match_panel._ranking.text().startswith("With retrieval help, by similarity")
    switch(opened)
    assert shown_matches(opened) == plain
    assert opened.state.scores.scores == plain_scores
    assert explore.score_bar.sentence.text().startswith("24 queries")
    assert explore.match_panel._ranking.text().startswith("By similarity, best first")


def test_an_image_from_elsewhere_is_helped_as_one_more_of_the_query_domain(opened, folders) -> None:
    switch(opened)
    path = next(resource_path("sample", "clipart", "sport").iterdir())
    opened.ask(path)
    both, plain = helped_domains(folders), opened.state.session.embedding_of_image(path)
    index = opened.state.search._session._indexes.index_of(opened.state.session.request((path,)))
    wanted = search_embedding(both.helped(plain[None])[0], None, both.gallery, index, 20)
    assert shown_matches(opened) == [(m.rank, m.record.path, m.similarity) for m in wanted.matches]


def test_an_image_of_the_gallery_still_finds_itself(opened, folders) -> None:
    switch(opened)
    path = sorted((folders.gallery / "tool").iterdir())[2]
    opened.ask(path)
    (own,) = [m for m in opened.state.search.result.matches if m.record.path == path]
    assert own.similarity == pytest.approx(1.0, abs=1e-5)


def test_help_follows_a_swap_and_leaves_the_decisions_alone(opened, folders) -> None:
    keeper = opened.state.private
    opened.qtbot.waitUntil(lambda: keeper.found is not None)
    before = keeper.found
    switch(opened)
    assert keeper.found is before
    opened.window.commands.swap.trigger()
    opened.wait_answered()
    both = help_domains(
        embed_folder(folders.gallery, "sample"), embed_folder(folders.query, "sample"), BEST_HELP
    )
    assert np.array_equal(opened.state.session.helped.gallery.embeddings, both.gallery.embeddings)
    assert opened.state.scores.scores == evaluate(both.query, both.gallery)


def test_a_project_comes_back_with_its_help(start, folders) -> None:
    first = start()
    first.open(folders.query, folders.gallery)
    first.wait_answered()
    switch(first)
    matches = shown_matches(first)
    first.window.close()
    second = start()
    assert not second.state.help.is_on
    second.window.opener.open_project(first.window.keeper.path)
    second.wait_answered()
    assert second.window.explore.score_bar.help_button.isChecked()
    assert shown_matches(second) == matches


def test_help_that_fails_is_a_sentence_and_off(opened, monkeypatch) -> None:
    def fail(*_, **__):
        raise UserError("There is not enough memory for that.")

    monkeypatch.setattr(help_keeper, "help_domains", fail)
    plain = shown_matches(opened)
    switch(opened)
    opened.qtbot.waitUntil(lambda: bool(opened.window.message_bar.sentence))
    opened.wait_answered()
    assert opened.window.message_bar.sentence == "There is not enough memory for that."
    assert not opened.window.explore.score_bar.help_button.isChecked()
    assert shown_matches(opened) == plain


def test_how_far_help_is_can_be_seen_and_it_can_be_cancelled(opened, monkeypatch) -> None:
    was_stopped = Event()

    def wait(*_, should_stop, on_progress, **__):
        on_progress(Progress(430, 1000, seconds=6.0))
        while not should_stop():
            time.sleep(0.01)
        was_stopped.set()
        raise Cancelled

    monkeypatch.setattr(help_keeper, "help_domains", wait)
    sentence = opened.window.explore.score_bar.sentence
    scores = opened.state.scores.scores
    opened.press(opened.window, Qt.Key.Key_H)
    expected = "Computing retrieval help: 43 % · 8 s left · H cancels"
    opened.qtbot.waitUntil(lambda: sentence.text() == expected, timeout=5000)
    assert opened.state.scores.scores is None
    opened.press(opened.window, Qt.Key.Key_H)
    opened.qtbot.waitUntil(was_stopped.is_set, timeout=5000)
    opened.wait_answered()
    assert opened.state.scores.scores == scores
    assert sentence.text().startswith("24 queries")
