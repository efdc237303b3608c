from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from training.data.records import ImageRecord
from uem_desktop.item_models.decided import Decided
from uem_desktop.item_models.image_selection_list import ImageSelectionListModel
from uem_desktop.item_models.roles import Role


def records(domain: str, count: int) -> list[ImageRecord]:
    return [
        ImageRecord(row, Path(f"/{domain}/{row}.png"), domain, "bird" if row else None)
        for row in range(count)
    ]


@pytest.fixture
def model(qapp) -> ImageSelectionListModel:
    model = ImageSelectionListModel()
    model.set_domains([("query", records("query", 3)), ("gallery", records("gallery", 2))])
    return model


def test_images_are_numbered_through_both_domains(model) -> None:
    tester = QAbstractItemModelTester(model)
    assert model.rowCount() == 0
    model.set_images(np.array([1, 3, 4]))
    assert tester.model() is model
    paths = [model.path_at(row) for row in range(model.rowCount())]
    assert paths == [Path("/query/1.png"), Path("/gallery/0.png"), Path("/gallery/1.png")]
    details = [model.index(row).data(Role.CATEGORY) for row in range(3)]
    assert details == ["bird · query", "gallery", "bird · gallery"]
    assert [model.row_of(image) for image in (0, 1, 2, 3, 4, 9)] == [-1, 0, -1, 1, 2, -1]
    assert [model.image_at(row) for row in range(3)] == [1, 3, 4]


def test_equal_images_change_nothing_and_other_domains_list_none(model, qtbot) -> None:
    model.set_images(np.array([1, 3]))
    with qtbot.assertNotEmitted(model.modelReset):
        model.set_images(np.array([1, 3]))
    model.set_domains([])
    assert model.rowCount() == 0
    assert not model.has_domains


def test_what_was_decided_is_said(model) -> None:
    model.set_images(np.array([1]))
    model.show_decisions(lambda _: Decided(("noted",), ("category owl by Ann",), "owl"))
    index = model.index(0)
    assert index.data(Role.CATEGORY) == "bird → owl · query"
    assert index.data(Role.DECISIONS) == ("noted",)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == (
        "bird → owl, 1.png, query domain, category owl by Ann"
    )
