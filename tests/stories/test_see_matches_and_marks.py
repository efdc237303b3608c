"""A person opens two folders and sees, for each query, what is right and what was missed."""

from __future__ import annotations

import pytest

from uem_desktop.retrieval.embedder import embed_folder
from uem_desktop.retrieval.search import evaluate, search_domain


def test_the_window_shows_what_the_engine_computes(opened, folders) -> None:
    query, gallery = (embed_folder(f, "sample") for f in (folders.query, folders.gallery))
    top_k = opened.state.session.top_k
    expected = list(search_domain(query, gallery, top_k=top_k, max_missed=50))
    for number in (0, 9, 20, 30):
        opened.ask(query.records[number].path)
        shown, wanted = opened.state.search.result, expected[number]
        assert [(m.rank, m.record.path, m.similarity, m.is_correct) for m in shown.matches] == [
            (m.rank, m.record.path, m.similarity, m.is_correct) for m in wanted.matches
        ]
        assert [(m.rank, m.record.path) for m in shown.missed] == [
            (m.rank, m.record.path) for m in wanted.missed
        ]
    scores = evaluate(query, gallery)
    assert opened.state.scores.scores == scores
    bar = opened.window.explore.score_bar
    assert bar.sentence.text() == "24 queries scored against 24 gallery images · 8 excluded"


def test_marks_are_folder_names(opened, folders) -> None:
    path = sorted((folders.query / "bird").iterdir())[0]
    opened.ask(path)
    model = opened.window.explore.match_panel.model
    for row, mark in enumerate(opened.marks()[: opened.state.session.top_k]):
        is_bird = model.match_at(row).record.path.parent.name == "bird"
        assert mark == ("correct" if is_bird else "wrong")


def test_the_missed_ones_follow_with_their_real_ranks(opened, folders) -> None:
    opened.state.set_top_k(3)
    opened.ask(sorted((folders.query / "tool").iterdir())[1])
    panel = opened.window.explore.match_panel
    assert panel.model.first_missed_row == 3
    correct = opened.marks()[:3].count("correct")
    missed = [panel.model.match_at(row) for row in range(3, panel.model.rowCount())]
    assert len(missed) == 8 - correct
    assert all(match.rank > 3 and match.record.category == "tool" for match in missed)
    assert [match.rank for match in missed] == sorted(match.rank for match in missed)


def test_a_category_that_the_gallery_lacks_has_no_right_match(opened, folders) -> None:
    opened.ask(sorted((folders.query / "instrument").iterdir())[0])
    assert set(opened.marks()) == {"wrong"}
    assert opened.state.search.result.relevant_count == 0


def test_without_categories_nothing_is_marked(driver, folders) -> None:
    driver.open(folders.query / "bird", folders.gallery / "bird")
    driver.wait_answered()
    assert set(driver.marks()) == {"unknown"}
    assert "no categories" in driver.window.explore.score_bar.sentence.text()


def test_the_header_says_how_the_gallery_was_searched(opened) -> None:
    header = opened.window.explore.match_panel._ranking
    assert header.text().startswith(
        "By similarity, best first · exact search · 24 gallery images · sample checkpoint"
    )
    assert "lower row" in header.toolTip()
    opened.state.set_index_kind("hnsw")
    opened.wait_answered()
    assert "HNSW search, recall" in header.text()


@pytest.mark.parametrize("top_k", [1, 7, 24, 500])
def test_top_k_is_how_many_there_are(opened, top_k: int) -> None:
    opened.window.explore.match_panel.top_k_box.setValue(top_k)
    opened.wait_answered()
    assert len(opened.state.search.result.matches) == min(top_k, 24)


def test_the_sample_collection_begins_with_both_marks(driver) -> None:
    driver.window.opener.open_sample()
    driver.wait_answered()
    (path,) = driver.state.search.query
    marks = driver.marks()[:20]
    assert marks[:5].count("correct") >= 4
    assert 10 < marks.count("correct") < 20
    assert "wrong" in marks[:10]
    assert driver.window.explore.query_panel.selected_paths() == [path]
