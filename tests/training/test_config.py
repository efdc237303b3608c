"""Settings: every one has a help and limits, and every way of giving one is checked."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from training.config import DataConfig, TrainConfig, UemConfig
from training.config_fields import settings_of
from training.config_files import (
    PRESETS,
    all_settings,
    config_text,
    preset_config,
    read_config,
    updated,
    with_words,
)
from training.errors import UserError


@pytest.mark.parametrize("setting", all_settings(), ids=lambda one: f"{one.section}.{one.name}")
def test_every_setting_explains_itself(setting) -> None:
    assert len(setting.help) > 15
    assert setting.help.endswith((".", ")"))
    assert setting.checked(setting.default) == setting.default


def test_names_are_unique_so_that_a_word_needs_no_section() -> None:
    names = [setting.name for setting in all_settings()]
    assert len(names) == len(set(names))


def test_every_gap_of_the_paper_that_a_setting_closes_is_named() -> None:
    helps = " ".join(setting.help for setting in all_settings())
    for gap in (*range(1, 18), 25, 26, 27, 28):
        assert f"G{gap}" in helps


def test_the_defaults_are_the_papers() -> None:
    config = TrainConfig()
    assert (config.uem.tau, config.uem.beta, config.data.batch_size) == (0.07, 0.99, 64)
    assert (config.schedule.idse_epochs, config.schedule.cdsm_epochs) == (100, 50)
    assert config.schedule.idse_learning_rate == 0.0002
    assert config.uem.merge_rule == "strict"
    assert config.encoder.trainable == "all"
    assert preset_config("paper") == config


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_comes_back_from_its_own_text(name: str, tmp_path: Path) -> None:
    config = with_words(preset_config(name), [f"domain_a={tmp_path}/a 'quoted' \"dir\""])
    path = tmp_path / "config.toml"
    path.write_text(config_text(config), encoding="utf-8")
    assert read_config(path) == config


def test_a_file_may_leave_out_what_stays(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("[uem]\ntau = 0.1\n")
    assert read_config(path) == with_words(TrainConfig(), ["tau=0.1"])
    base = preset_config("quick")
    assert read_config(path, base).schedule == base.schedule


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("tua=1", "There is no setting tua; did you mean tau?"),
        ("nothing=1", "There is no setting nothing; "),
        ("tau", "tau sets nothing; write name=value, for example tau=0.2."),
        ("tau=warm", "The setting tau is a number, not 'warm'."),
        ("tau=0", "The setting tau must be above 0, not 0.0."),
        ("tau=nan", "The setting tau is a number, not nan."),
        ("beta=1", "The setting beta must be from 0 to 0.99999, not 1.0."),
        ("views=2.5", "The setting views is a whole number, not '2.5'."),
        ("batch_size=1", "The setting batch_size must be at least 2, not 1."),
        ("trainable=tail", "The setting trainable is head or all, not tail."),
        ("use_sel=maybe", "The setting use_sel is true or false, not 'maybe'."),
        ("merge_rule=", "The setting merge_rule is strict, mean_gap, mutual or all, not ."),
    ],
)
def test_a_wrong_word_is_one_sentence(word: str, sentence: str) -> None:
    with pytest.raises(UserError) as caught:
        with_words(TrainConfig(), [word])
    assert str(caught.value).startswith(sentence)


def test_words_are_read_as_their_kind() -> None:
    config = with_words(
        TrainConfig(),
        ["uem.tau=0.2", "use_sel=off", "idse_epochs=7", "domain_a= x ", "views_per_image=2"],
    )
    assert config.uem == UemConfig(tau=0.2, use_sel=False)
    assert config.schedule.idse_epochs == 7
    assert config.data == DataConfig(domain_a="x", views_per_image=2)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[uem]\ntua = 1\n", "There is no setting in uem called tua; did you mean tau?"),
        ("[uen]\ntau = 1\n", "There is no section uen; did you mean uem?"),
        ("uem = 3\n", "uem is a section of settings, not a setting."),
        ("[uem]\ntau = 'x'\n", "The setting tau is a number, not 'x'."),
        ("[uem]\ntau = true\n", "The setting tau is a number, not True."),
        ("[uem\n", "are no valid TOML"),
    ],
)
def test_a_wrong_file_is_one_sentence_that_names_it(tmp_path: Path, text: str, part: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(UserError) as caught:
        read_config(path)
    assert part in str(caught.value)
    assert "own.toml" in str(caught.value)


def test_a_missing_file_and_a_missing_preset_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read: no such file"):
        read_config(tmp_path / "none.toml")
    with pytest.raises(UserError, match="There is no preset slow; there are quick and paper"):
        preset_config("slow")


def test_a_section_cannot_be_made_wrong() -> None:
    with pytest.raises(UserError, match="tau"):
        UemConfig(tau=-1)
    with pytest.raises(UserError, match="beta"):
        updated(TrainConfig(), {"uem": {"beta": 2}})


def test_a_whole_number_is_a_number_too() -> None:
    assert updated(TrainConfig(), {"uem": {"tau": 1}}).uem.tau == 1.0
    assert [one.name for one in settings_of(UemConfig)] == list(asdict(UemConfig()))
