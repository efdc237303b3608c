"""A person watches the embedding, stops it, goes on, and survives a crash of the encoder."""

from __future__ import annotations

import os
import signal

import pytest
from broken_images import picture

from uem_desktop.pages.embedding_work import Phase


@pytest.fixture
def many(tmp_path):
    for number in range(260):
        folder = tmp_path / "many" / f"kind-{number % 4}"
        folder.mkdir(parents=True, exist_ok=True)
        picture(320, 240, seed=number).save(folder / f"{number:03d}.png", compress_level=1)
    return tmp_path / "many"


def test_stop_keeps_what_is_done_and_resume_goes_on(driver, folders, many) -> None:
    driver.open(folders.query, many)
    gallery = lambda: driver.state.session.domains["gallery"].embeddings  # noqa: E731
    driver.qtbot.waitUntil(
        lambda: driver.state.session.has_both_domains and gallery().ready_count > 10, timeout=90_000
    )
    driver.qtbot.waitUntil(lambda: driver.state.search.result is not None, timeout=30_000)
    assert "images/s" in driver.window.status.text.text()
    driver.window.status.cancel_button.click()
    assert driver.state.loader.status.phase is Phase.STOPPING
    assert driver.window.status.cancel_button.text() == "Stopping…"
    driver.qtbot.waitUntil(
        lambda: driver.state.loader.status.phase is Phase.STOPPED, timeout=30_000
    )
    done = gallery().ready_count
    assert 10 < done < 260
    driver.qtbot.wait(300)
    assert gallery().ready_count == done
    assert f"kept: {done} of 260 images" in driver.window.status.text.text()
    assert driver.window.status.resume_button.isVisible()
    driver.window.status.resume_button.click()
    driver.wait_answered()
    assert gallery().ready_count == 260


@pytest.mark.skipif(os.name == "nt", reason="kills as on POSIX")
def test_a_crash_of_the_encoder_is_a_sentence(driver, folders, many) -> None:
    driver.open(folders.query, many)
    loader = driver.state.loader
    driver.qtbot.waitUntil(
        lambda: loader.status.progress is not None and loader.status.progress.done > 5,
        timeout=90_000,
    )
    os.kill(loader._embedder.pid, signal.SIGKILL)
    bar = driver.window.message_bar
    driver.qtbot.waitUntil(lambda: "ended unexpectedly" in bar.sentence, timeout=30_000)
    assert loader.status.phase is Phase.FAILED
    driver.window.status.resume_button.click()
    driver.wait_answered()


def test_a_checkpoint_that_does_not_fit_changes_nothing(opened, tmp_path) -> None:
    import torch
    from safetensors.torch import save_file

    save_file({"layer1.0.conv1.weight": torch.zeros(3, 3)}, str(tmp_path / "bad.safetensors"))
    before = opened.state.search.result
    opened.window.opener.open_checkpoint(str(tmp_path / "bad.safetensors"))
    bar = opened.window.message_bar
    opened.qtbot.waitUntil(lambda: bool(bar.sentence), timeout=90_000)
    assert "bad.safetensors does not fit" in bar.sentence
    assert "tensor conv1.weight (64 x 3 x 7 x 7) is missing" in bar.sentence
    assert opened.state.session.checkpoint.title.startswith("sample")
    assert opened.state.search.result is before


def test_another_checkpoint_starts_anew(opened, folders, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("UEM_CACHE_DIR", str(tmp_path))  # other stories may have stored it
    opened.window.opener.open_checkpoint("pretrained")
    opened.qtbot.waitUntil(
        lambda: opened.state.session.checkpoint.title.startswith("EfficientNet"), timeout=30_000
    )
    opened.wait_answered()
    assert opened.state.session.domains["query"].embeddings.dimension == 1280
    assert opened.window.status.device.text().startswith("CPU")


def test_a_stop_before_the_encoder_runs_says_how_to_go_on(driver, folders) -> None:
    loader, search = driver.state.loader, driver.state.search
    loader.open_folder("query", folders.query)
    loader.open_folder("gallery", folders.gallery)
    driver.qtbot.waitUntil(lambda: driver.state.session.has_both_domains and bool(search.query))
    assert "appear by themselves" in search.sentence
    loader.cancel()
    assert "Resume embedding" in search.sentence
