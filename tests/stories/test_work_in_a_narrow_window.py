"""A person works in a window of 1024 x 700 and can still read what matters."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QUrl

from uem_desktop.pages.labels import ElidedLabel


def test_a_refused_address_is_readable_to_its_end(opened) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/cat.jpg")])
    opened.window.resize(1024, 700)
    strip = opened.window.explore.query_strip
    opened.qtbot.waitUntil(lambda: opened.state.private.found is not None)
    opened.state.private.move_line(-9.0, 1)
    assert strip.private_mark.isVisible()
    opened.drop(strip, mime)
    assert strip.note.endswith("then drop the file.")
    note = strip._note
    assert note.isVisible()
    opened.qtbot.waitUntil(lambda: note.height() >= note.heightForWidth(note.width()))
    assert note.geometry().bottom() < strip.height()
    assert not strip.private_mark.isVisible()
    opened.ask(*[record.path for record in opened.state.session.domains["query"].records[1:2]])
    assert strip.private_mark.isVisible()


@pytest.mark.parametrize(("width", "shown"), [(200, "3 of 20 correct"), (60, "3/20 ✓")])
def test_a_narrow_label_says_it_in_fewer_words(qtbot, theme, width: int, shown: str) -> None:
    label = ElidedLabel("3 of 20 correct")
    qtbot.addWidget(label)
    label.set_short_text("3/20 ✓")
    assert label.shown_text(width) == shown


def test_the_filters_and_the_count_have_room(opened) -> None:
    opened.window.resize(1024, 700)
    explore = opened.window.explore
    for combo in (explore.query_panel.category_combo, explore.match_panel.category_combo):
        needed = combo.fontMetrics().horizontalAdvance("All categories")
        assert combo.width() >= needed + 50
    count = explore.match_panel._correct
    opened.qtbot.waitUntil(lambda: opened.window.width() == 1024)
    assert "…" not in count.shown_text(count.width())
