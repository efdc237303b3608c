from __future__ import annotations

from training.events import PreparationAdvanced
from uem_desktop.retrieval.run_progress import RunProgress
from uem_desktop.retrieval.run_words import progress_text, status_text
from uem_desktop.retrieval.runs import RunState


def progress(**more: object) -> RunProgress:
    known = {
        "stage": "IDSE", "epoch": 3, "epochs": 40, "steps_done": 1240, "total_steps": 9000,
        "share": 0.14, "seconds_left": 300.0, "preparation": None,
    }  # fmt: skip
    return RunProgress(**{**known, **more})


def test_a_run_says_where_it_is() -> None:
    assert progress_text(progress(), RunState.RUNNING) == (
        "IDSE, epoch 3 of 40 · 1,240 of 9,000 steps · 5 min left"
    )
    assert progress_text(progress(), RunState.STOPPED) == (
        "IDSE, epoch 3 of 40 · 1,240 of 9,000 steps"
    )
    assert progress_text(progress(), RunState.PAUSED).endswith("paused; everything is saved")
    assert "saves a checkpoint" in progress_text(progress(), RunState.RUNNING, is_stopping=True)


def test_preparation_has_its_own_words() -> None:
    work = PreparationAdvanced("Features of domain A", 60, 180, 2.0, 4.0)
    text = progress_text(progress(stage="", preparation=work), RunState.RUNNING)
    assert text == "Features of domain A: 60 of 180 images · 4 s left"
    assert progress_text(progress(stage=""), RunState.RUNNING) == "Starting…"
    assert progress_text(progress(stage=""), RunState.BROKEN_OFF) == "No step was done yet."


def test_the_status_bar_is_told_in_few_words() -> None:
    assert status_text(progress(), RunState.RUNNING) == "Training 14 %, 5 min left"
    assert status_text(progress(), RunState.PAUSED) == "Training paused"
    assert status_text(progress(stage=""), RunState.RUNNING) == "Training begins"
