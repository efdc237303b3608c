from __future__ import annotations

from pathlib import Path

from uem_desktop.retrieval.query_history import AnswerView, QueryHistory

A, B, C = ((Path(name),) for name in "abc")


def test_a_place_gives_back_once_how_it_was_left() -> None:
    history = QueryHistory()
    history.keep_view(AnswerView(scroll=1))
    assert history.take_view() is None
    history.push(A)
    view = AnswerView(B[0], B, 120)
    history.keep_view(view)
    history.push(B)
    assert history.take_view() is None
    assert history.go_back() == A
    assert history.take_view() == view
    assert history.take_view() is None


def test_a_new_query_forgets_what_lay_ahead() -> None:
    history = QueryHistory()
    for query in (A, B):
        history.push(query)
    history.keep_view(AnswerView(scroll=9))
    history.go_back()
    history.push(C)
    assert not history.can_go_forward
    assert history.take_view() is None
    history.replace(B)
    assert history.current == B
    history.clear()
    assert history.current is None
