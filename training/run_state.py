"""Everything that going on with a run needs, in one file that is whole or not there."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from training.atomic_file import durable_file
from training.data.file_access import printable, write_error_phrase
from training.errors import UserError
from training.events import Position

_FORMAT = "uem-run-state"
_VERSION = 1
_NAME = re.compile(r"(?P<stage>[a-z0-9]+)-(?P<epoch>\d+)(-step(?P<step>\d+))?\.pt")


@dataclass(frozen=True, slots=True)
class RunState:
    """A run at one moment.

    Attributes:
        position: Where it stands; ``epoch`` counts the epochs of the stage that are done.
        global_step: Steps done in all stages.
        data_fingerprint: Identifies the images by content.
        config: The settings, as TOML.
        module: Weights of what learns.
        optimizer: State of the optimiser.
        scaler: State of the gradient scaler.
        method: What `Method.state` gave: banks, prototypes, classifier, stored encoder.
        sums: Running means of the losses in an epoch that is going on.
        random: State of torch's random numbers.
    """

    position: Position
    global_step: int
    data_fingerprint: str
    config: str
    module: dict[str, Any]
    optimizer: dict[str, Any]
    scaler: dict[str, Any]
    method: dict[str, Any]
    sums: dict[str, Any]
    random: torch.Tensor


def state_name(position: Position) -> str:
    """Return the file name for a place in a run, without its suffix."""
    within = f"-step{position.step:06d}" if position.step else ""
    return f"{position.stage.lower()}-{position.epoch:04d}{within}"


def save_state(state: RunState, path: Path) -> None:
    """Write a state; on a failure nothing is left of it, and what was there before stays.

    Raises:
        UserError: The disk does not take it.
    """
    content = {field: getattr(state, field) for field in RunState.__dataclass_fields__}
    content["position"] = asdict(state.position)
    try:
        with durable_file(path) as file:
            torch.save({"format": _FORMAT, "version": _VERSION, **content}, file)
    except (OSError, RuntimeError) as error:  # torch's writer turns a full disk into the latter
        reason = write_error_phrase(error) if isinstance(error, OSError) else "the disk is full"
        raise UserError(
            f"The checkpoint {printable(path)} cannot be written: {reason}. The run can go on from "
            "its last checkpoint."
        ) from error


def load_state(path: Path) -> RunState:
    """Read a state; no code in the file is run.

    Raises:
        UserError: If it is damaged, from a newer version, or something else.
    """
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        if content.pop("format") != _FORMAT:
            raise ValueError("another format")
        version = content.pop("version")
        if version > _VERSION:
            raise UserError(
                f"The checkpoint {path} was written by a newer version of this application."
            )
        position = Position(**content.pop("position"))
        return RunState(position=position, **content)
    except UserError:
        raise
    except Exception as error:  # torch raises whatever a damaged archive leads it to
        raise UserError(f"The checkpoint {path} is damaged or no checkpoint of a run.") from error


def saved_states(folder: Path, stages: tuple[str, ...]) -> list[tuple[Position, Path]]:
    """Return the states in a folder of checkpoints, the furthest first.

    Args:
        folder: The folder; none there is no error.
        stages: Names of the stages in their order.
    """
    order = {stage.lower(): number for number, stage in enumerate(stages)}
    found = []
    for path in folder.glob("*.pt"):
        match = _NAME.fullmatch(path.name)
        if match is not None and match["stage"] in order:
            stage = stages[order[match["stage"]]]
            found.append((Position(stage, int(match["epoch"]), int(match["step"] or 0)), path))
    return sorted(
        found,
        key=lambda one: (order[one[0].stage.lower()], one[0].epoch, one[0].step),
        reverse=True,
    )
