"""Settings from a preset, a TOML file and single words, and back into a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from training.config import TrainConfig
from training.config_fields import Setting, settings_of, unknown_sentence
from training.errors import UserError
from training.resources import resource_path

PRESETS = ("quick", "paper")
"""quick: the head on stored features, minutes on a CPU; paper: the published protocol."""


@cache
def all_settings() -> tuple[Setting, ...]:
    """Return every setting there is, section by section."""
    return tuple(
        setting
        for section in fields(TrainConfig)
        for setting in settings_of(_section_class(section.name), section.name)
    )


def preset_config(name: str) -> TrainConfig:
    """Return the settings of a preset.

    Raises:
        UserError: If there is none of this name.
    """
    if name not in PRESETS:
        raise UserError(f"There is no preset {name}; there are {' and '.join(PRESETS)}.")
    return read_config(resource_path("configs", f"{name}.toml"))


def read_config(path: Path, base: TrainConfig | None = None) -> TrainConfig:
    """Read settings from a TOML file.

    Args:
        path: The file; it may leave out whatever stays as it is.
        base: Where the rest comes from; the defaults when ``None``.

    Raises:
        UserError: If the file cannot be read, or holds what is no setting or cannot be one.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"The settings {path} cannot be read: {reason}.") from error
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"The settings {path} are no valid TOML: {error}.") from error
    try:
        return updated(base or TrainConfig(), values)
    except UserError as error:
        raise UserError(f"In {path}: {error}") from error


def updated(config: TrainConfig, values: Mapping[str, Any]) -> TrainConfig:
    """Return settings with others in their place.

    Args:
        config: The settings so far.
        values: By section, then by name.

    Raises:
        UserError: If there is no such setting, or a value cannot be one.
    """
    sections = {}
    for name, entries in values.items():
        if name not in {section.name for section in fields(TrainConfig)}:
            known = [section.name for section in fields(TrainConfig)]
            raise UserError(unknown_sentence("section", name, known))
        if not isinstance(entries, Mapping):
            raise UserError(f"{name} is a section of settings, not a setting.")
        known = [setting.name for setting in settings_of(_section_class(name), name)]
        for entry in entries:
            if entry not in known:
                raise UserError(unknown_sentence(f"setting in {name} called", entry, known))
        sections[name] = replace(getattr(config, name), **entries)
    return replace(config, **sections)


def with_words(config: TrainConfig, words: Iterable[str]) -> TrainConfig:
    """Return settings changed by ``name=value`` or ``section.name=value``.

    Raises:
        UserError: If a word is none of these, or as for `updated`.
    """
    settings = all_settings()
    for word in words:
        name, equals, text = word.partition("=")
        name = name.strip()
        if not equals:
            raise UserError(f"{word} sets nothing; write name=value, for example tau=0.2.")
        found = [one for one in settings if name in (one.name, f"{one.section}.{one.name}")]
        if not found:
            known = [one.name for one in settings]
            raise UserError(unknown_sentence("setting", name, known))
        setting = found[0]
        config = updated(config, {setting.section: {setting.name: setting.parsed(text)}})
    return config


def config_text(config: TrainConfig) -> str:
    """Return the settings as TOML, each with its help above it; `read_config` reads it back."""
    import tomlkit

    document = tomlkit.document()
    for section, entries in asdict(config).items():
        table = tomlkit.table()
        for setting in settings_of(_section_class(section), section):
            table.add(tomlkit.comment(setting.help))
            table.add(setting.name, entries[setting.name])
        document.add(section, table)
    return tomlkit.dumps(document)


@cache
def _section_class(name: str) -> type:
    return type(getattr(TrainConfig(), name))
