from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from training.data.records import ImageRecord
from uem_desktop.item_models.decided import NOTHING, Decided
from uem_desktop.item_models.match_list import MatchListModel
from uem_desktop.item_models.record_list import RecordListModel
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.matches import Match, QueryResult

RECORDS = [ImageRecord(n, Path(f"/set/bird/{n}.png"), "gallery", "bird") for n in range(3)]
DECIDED = Decided(("accepted", "noted"), ("accepted by Ann", "category owl by Ann"), "owl")


def decided(path: Path) -> Decided:
    return DECIDED if path == RECORDS[1].path else NOTHING


def matches() -> MatchListModel:
    model = MatchListModel()
    found = tuple(Match(n + 1, n, record, 0.5, True) for n, record in enumerate(RECORDS))
    model.set_result(QueryResult((Path("/q.png"),), "bird", found))
    return model


def records() -> RecordListModel:
    model = RecordListModel()
    model.set_records(RECORDS)
    return model


@pytest.mark.parametrize("make", [matches, records])
def test_lists_of_images_say_what_was_decided(qtbot: QtBot, make) -> None:
    model = make()
    assert model.index(1).data(Role.DECISIONS) == ()
    with qtbot.waitSignals([model.dataChanged]):
        model.show_decisions(decided)
    marks = [model.index(row).data(Role.DECISIONS) for row in range(3)]
    assert marks == [(), ("accepted", "noted"), ()]
    assert model.index(1).data(Role.CATEGORY) == "bird → owl"
    assert model.index(0).data(Role.CATEGORY) == "bird"
    spoken = model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("accepted by Ann, category owl by Ann")
    assert "owl by Ann" in model.index(1).data(Qt.ItemDataRole.ToolTipRole)
