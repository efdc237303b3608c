from __future__ import annotations

from pathlib import Path

import pytest

from training.config_files import all_settings
from training.errors import UserError
from training.methods.method_names import METHOD_NAMES
from training.run_folder import RunFolder
from uem_desktop.retrieval.run_draft import (
    METHODS,
    RunDraft,
    further_settings,
    key_of,
    main_settings,
    method_text,
    plan_text,
    title_of,
)

PLACES = {
    "data.domain_a", "data.domain_b", "encoder.checkpoint", "run.device", "run.seed", "run.method",
    "run.use_decisions",
}  # fmt: skip


@pytest.mark.parametrize("preset", ["quick", "paper"])
def test_every_setting_is_shown_exactly_once(preset) -> None:
    config = RunDraft.of(preset).config
    shown = [key_of(one) for one in (*main_settings(config), *further_settings(config))]
    assert len(set(shown)) == len(shown)
    assert {*shown, *PLACES} == {key_of(one) for one in all_settings()}


def test_the_methods_are_those_that_there_are() -> None:
    assert tuple(name for name, _ in METHODS) == METHOD_NAMES


def test_a_method_says_what_it_was_written_from_and_what_it_does() -> None:
    assert method_text("uem").startswith("Two stages: IDSE sorts")
    assert method_text("uem").endswith("from the paper; no public code")
    assert method_text("darling") == "Re-implemented from the paper's idea"
    draft = RunDraft.of()
    assert plan_text(draft) == "40 epochs of IDSE, then 20 epochs of CDSM; the last layer learns"
    plans = {
        name: plan_text(draft.with_value("run.method", name)) for name in ("dann", "cds", "centred")
    }
    assert plans["dann"] == "40 epochs of IDSE, then 20 epochs of DAL; the last layer learns"
    assert plans["cds"] == "60 epochs; the last layer learns"
    assert plans["centred"] == "Nothing is trained; what retrieval finds is measured"
    changed = draft.with_value("schedule.idse_epochs", 0).with_value("schedule.cdsm_epochs", 1)
    assert plan_text(changed) == "1 epoch of CDSM; the last layer learns · 2 settings changed"


def test_titles_are_words() -> None:
    titles = {key_of(one): title_of(one) for one in all_settings()}
    assert titles["schedule.idse_epochs"] == "IDSE epochs"
    assert titles["uem.use_sn2m"] == "Use SN2M"
    assert titles["uem.kmeans_restarts"] == "K-means restarts"
    assert titles["encoder.trainable"] == "What learns"


def test_changes_are_counted_against_the_preset() -> None:
    draft = RunDraft.of().with_value("uem.tau", 0.1).with_value("data.domain_a", "/a")
    assert [key_of(one) for one in draft.changed()] == ["uem.tau"]
    other = draft.with_preset("paper")
    assert not other.changed()
    assert other.config.encoder.trainable == "all"
    assert other.domain_a == Path("/a")
    with pytest.raises(UserError, match="tau must be above 0"):
        draft.with_value("uem.tau", -1.0)


def test_what_keeps_a_run_from_starting(tmp_path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    draft = RunDraft.of()
    assert draft.problem() == "Choose a folder for domain A."
    draft = draft.with_value("data.domain_a", str(tmp_path / "a"))
    assert draft.problem() == "Choose a folder for domain B."
    same = draft.with_value("data.domain_b", str(tmp_path / "b" / ".." / "a"))
    assert "are the same folder" in same.problem()
    draft = draft.with_value("data.domain_b", str(tmp_path / "b"))
    assert draft.problem() == ""
    short = draft.with_value("schedule.idse_epochs", 0).with_value("schedule.cdsm_epochs", 0)
    assert "nothing would be learned" in short.problem()
    RunFolder(tmp_path / "run").create(draft.config)
    taken = RunDraft(draft.preset, draft.config, tmp_path / "run")
    assert "holds a run already" in taken.problem()
