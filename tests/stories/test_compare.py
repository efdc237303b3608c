"""A curator compares two checkpoints over the same folders, query by query, by keyboard."""

from __future__ import annotations

import numpy as np
import pytest

from uem_desktop.pages.second_checkpoint import STOPPED, SecondCheckpoint
from uem_desktop.retrieval.embedder import embed_folder


@pytest.fixture
def second(opened) -> SecondCheckpoint:
    state = opened.state
    return SecondCheckpoint(state.session, state.loader, opened.runner, opened.window)


def test_a_second_checkpoint_leaves_the_first_alone(opened, second, folders) -> None:
    session = opened.state.session
    before = {side: domain.embeddings for side, domain in session.domains.items()}
    second.ask("pretrained")
    assert second.is_running
    opened.qtbot.waitUntil(lambda: second.is_known, timeout=60_000)
    assert second.embedded.checkpoint.title == "EfficientNet-Lite0, ImageNet"
    for side, folder in (("query", folders.query), ("gallery", folders.gallery)):
        alone = embed_folder(folder, "pretrained")
        np.testing.assert_array_equal(second.domain(side).embeddings, alone.embeddings)
        assert session.domains[side].embeddings is before[side]
    of_query = second.domain("query")
    opened.state.swap()
    assert second.is_known
    assert second.domain("gallery") is of_query


def test_a_second_checkpoint_stops_and_goes_on_and_says_what_fails(opened, second) -> None:
    second.ask("no-such-file.safetensors")
    opened.qtbot.waitUntil(lambda: second.is_stopped, timeout=10_000)
    assert "no-such-file.safetensors" in second.sentence
    second.ask("pretrained:efficientnet_lite0")
    second.cancel()
    assert (second.sentence, second.is_running) == (STOPPED, False)
    second.go_on()
    opened.qtbot.waitUntil(lambda: second.is_known, timeout=60_000)
    assert second.sentence == ""


def test_the_explorer_goes_first(driver, folders) -> None:
    second = SecondCheckpoint(
        driver.state.session, driver.state.loader, driver.runner, driver.window
    )
    second.ask("pretrained")
    assert not second.is_running
    driver.open(folders.query, folders.gallery)
    driver.qtbot.waitUntil(lambda: second.is_known, timeout=90_000)
    driver.wait_answered()
