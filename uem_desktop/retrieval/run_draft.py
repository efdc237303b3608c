"""The settings of a run that is about to be started, and what still keeps it from starting."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from training.config import TrainConfig
from training.config_fields import Setting
from training.config_files import PRESETS, all_settings, preset_config, updated
from training.errors import UserError
from training.methods import method_names
from training.run_folder import RunFolder
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.runs import default_run_path

METHODS = tuple((one.name, one.title) for one in method_names.METHODS)
"""Names of the methods that can be trained, and how people call them."""

PRESET_TEXTS = {
    "quick": (
        "Quick",
        "Only the last layer learns, on features that are computed once."
        " A few minutes for 2,000 images, without a graphics card too.",
    ),
    "paper": (
        "Paper",
        "The whole encoder learns, with every setting as published."
        " An hour or more on a graphics card; days without one.",
    ),
}
SECTION_TITLES = {
    "schedule": "Schedule",
    "uem": "Method UEM",
    "data": "Images",
    "encoder": "Encoder",
    "run": "Run",
    "smoothed": "Method Centred and smoothed",
    "ince": "Method INCE",
    "dann": "Method DANN",
    "cds": "Method CDS",
    "pcs": "Method PCS",
    "darling": "Method DARL",
    "dn2a": "Method DN2A",
    "ucdir": "Method UCDIR",
    "coda": "Method CoDA",
    "dgdir": "Method DGDIR",
    "protoot": "Method ProtoOT",
    "uem_plus": "Method UEM+",
}
_PLACES = (
    "data.domain_a", "data.domain_b", "encoder.checkpoint", "run.device", "run.seed", "run.method",
    "run.use_decisions",
)  # fmt: skip
_MAIN = {
    "head": (
        "encoder.trainable", "schedule.idse_epochs", "schedule.cdsm_epochs",
        "schedule.idse_learning_rate", "schedule.cdsm_learning_rate", "uem.tau",
        "data.batch_size", "data.views",
    ),
    "all": (
        "encoder.trainable", "schedule.idse_epochs", "schedule.cdsm_epochs",
        "schedule.idse_learning_rate", "schedule.cdsm_learning_rate", "uem.tau",
        "data.batch_size", "schedule.mixed_precision",
    ),
}  # fmt: skip
_SPELLINGS = {
    "idse": "IDSE", "cdsm": "CDSM", "sel": "SEL", "spr": "SPR", "sn2m": "SN2M", "ince": "INCE",
    "kmeans": "k-means", "cds": "CDS", "pcs": "PCS", "darling": "DARL", "dn2a": "DN2A",
    "ucdir": "UCDIR", "coda": "CoDA", "dgdir": "DGDIR", "protoot": "ProtoOT",
    "plus": "UEM+",
}  # fmt: skip
_TITLES = {"encoder.trainable": "What learns", "data.views": "Stored views"}
STAGE_MEANINGS = {
    "IDSE": (
        "Stage one, IDSE: inside each domain, images of the same kind move together and others"
        " apart, with prototypes that both domains come to share."
    ),
    "CDSM": (
        "Stage two, CDSM: the two domains move onto each other, and images find their neighbours"
        " in the other domain."
    ),
}


def method_text(name: str) -> str:
    """Say how a method goes about it and what it was written from."""
    method = method_names.method_named(name)
    stages = (
        "Two stages: IDSE sorts each domain, CDSM brings the domains together · "
        if method.stages == method_names.UEM_STAGES
        else ""
    )
    origin = method.origin if stages else method.origin[:1].upper() + method.origin[1:]
    return stages + origin


def plan_text(draft: RunDraft) -> str:
    """Say what is going to happen: which stages, how long each, and what learns."""
    config, names = draft.config, method_names.method_named(draft.config.run.method).stages
    changed = len(draft.changed())
    settings = f" · {changed} setting{'' if changed == 1 else 's'} changed" if changed else ""
    if not names:
        return f"Nothing is trained; what retrieval finds is measured{settings}"
    what = "the last layer learns" if config.encoder.trainable == "head" else "all layers learn"
    first, second = config.schedule.idse_epochs, config.schedule.cdsm_epochs
    if len(names) == 1:
        stages = [_epochs_text(first + second)]
    else:
        planned = zip(names, (first, second), strict=True)
        stages = [f"{_epochs_text(epochs)} of {name}" for name, epochs in planned if epochs]
    return f"{', then '.join(stages)}; {what}{settings}"


def _epochs_text(epochs: int) -> str:
    return f"{epochs} epoch{'' if epochs == 1 else 's'}"


def key_of(setting: Setting) -> str:
    """Return the name that no other setting has: ``schedule.idse_epochs``."""
    return f"{setting.section}.{setting.name}"


def title_of(setting: Setting) -> str:
    """Return a setting's name for people: ``IDSE epochs``."""
    known = _TITLES.get(key_of(setting))
    if known:
        return known
    text = " ".join(_SPELLINGS.get(word, word) for word in setting.name.split("_"))
    return text[:1].upper() + text[1:]


def main_settings(config: TrainConfig) -> list[Setting]:
    """Return the settings that matter for what learns, in the order in which they are shown."""
    by_key = {key_of(setting): setting for setting in all_settings()}
    return [by_key[key] for key in _MAIN[config.encoder.trainable]]


def further_settings(config: TrainConfig) -> list[Setting]:
    """Return every setting that is shown nowhere else, section by section."""
    shown = {*_PLACES, *_MAIN[config.encoder.trainable]}
    rest = [setting for setting in all_settings() if key_of(setting) not in shown]
    order = dict.fromkeys([*SECTION_TITLES, *(setting.section for setting in rest)])
    places = {section: place for place, section in enumerate(order)}
    return sorted(rest, key=lambda setting: places[setting.section])


def section_title(section: str) -> str:
    """Return a section's name for people."""
    return SECTION_TITLES.get(section, section.capitalize())


@dataclass(frozen=True, slots=True)
class RunDraft:
    """A run before it is started.

    Attributes:
        preset: Name of the preset that the settings came from.
        config: The settings.
        folder: Where the run is to be kept; None for the usual place.
    """

    preset: str
    config: TrainConfig
    folder: Path | None = None

    @classmethod
    def of(cls, preset: str = PRESETS[0]) -> RunDraft:
        """Return the settings of a preset."""
        return cls(preset, _preset(preset))

    def value(self, setting: Setting) -> Any:
        """Return what a setting is now."""
        return getattr(getattr(self.config, setting.section), setting.name)

    def preset_value(self, setting: Setting) -> Any:
        """Return what the preset says of a setting."""
        return getattr(getattr(_preset(self.preset), setting.section), setting.name)

    def is_changed(self, setting: Setting) -> bool:
        """Whether a setting differs from the preset."""
        return bool(self.value(setting) != self.preset_value(setting))

    def changed(self) -> list[Setting]:
        """Return the settings that differ from the preset; folders and the like do not count."""
        rest = [setting for setting in all_settings() if key_of(setting) not in _PLACES]
        return [setting for setting in rest if self.is_changed(setting)]

    def with_value(self, key: str, value: Any) -> RunDraft:
        """Return the draft with another value.

        Raises:
            UserError: If the setting cannot be that.
        """
        section, _, name = key.partition(".")
        return replace(self, config=updated(self.config, {section: {name: value}}))

    def with_preset(self, preset: str) -> RunDraft:
        """Return the settings of a preset with the folders, the checkpoint and the like kept."""
        return RunDraft(preset, _preset(preset)).with_places_of(self)

    def with_places_of(self, other: RunDraft) -> RunDraft:
        """Return the draft with the folders, the checkpoint and the like of another one."""
        kept: dict[str, dict[str, Any]] = {}
        for key in _PLACES:
            section, _, name = key.partition(".")
            kept.setdefault(section, {})[name] = getattr(getattr(other.config, section), name)
        return replace(self, config=updated(self.config, kept), folder=other.folder)

    @property
    def domain_a(self) -> Path | None:
        """The folder of domain A."""
        return _folder(self.config.data.domain_a)

    @property
    def domain_b(self) -> Path | None:
        """The folder of domain B."""
        return _folder(self.config.data.domain_b)

    @property
    def run_path(self) -> Path:
        """Where the run is going to be kept."""
        return self.folder or default_run_path(self.domain_a, self.domain_b)

    def problem(self) -> str:
        """Say what keeps the run from starting; empty when nothing does."""
        for name, folder in (("A", self.domain_a), ("B", self.domain_b)):
            if folder is None:
                return f"Choose a folder for domain {name}."
            if not folder.is_dir():
                return f"The folder of domain {name} is not there: {display_text(folder)}."
        assert self.domain_a is not None
        assert self.domain_b is not None
        if os.path.realpath(self.domain_a) == os.path.realpath(self.domain_b):
            return "Domain A and domain B are the same folder; choose two different ones."
        if self.config.run.use_decisions:
            try:
                method_names.check_decisions(self.config)
            except UserError as error:
                return str(error)
        schedule = self.config.schedule
        if schedule.idse_epochs + schedule.cdsm_epochs == 0:
            return "Both stages have no epochs, so nothing would be learned."
        if self.folder is not None and RunFolder(self.folder).is_run:
            return f"{display_text(self.folder)} holds a run already; choose another folder."
        if self.folder is not None and self.folder.is_file():
            return f"{display_text(self.folder)} is a file; choose another folder for the run."
        return ""


def _folder(text: str) -> Path | None:
    return Path(text) if text else None


@cache
def _preset(name: str) -> TrainConfig:
    return preset_config(name)
