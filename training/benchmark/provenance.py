"""What stands beside the results, so that each number can be run again."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.benchmark.plan import BenchmarkPlan, Training
from training.checkpoint_info import CheckpointInfo
from training.config import TrainConfig
from training.config_files import updated
from training.data.data_roots import DataRoot
from training.data.file_access import printable
from training.errors import UserError
from training.methods.method_names import method_named

if TYPE_CHECKING:
    from training.benchmark.domains import BenchmarkDomains

_PACKAGES = ("uem-desktop", "torch", "torchvision", "numpy", "scipy", "faiss-cpu", "Pillow")


def versions() -> dict[str, str]:
    """Return the versions of everything that a number may depend on."""
    found = {"python": platform.python_version(), "system": platform.platform()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found


def about_plan(plan: BenchmarkPlan) -> dict[str, Any]:
    """Return a plan as plain data; `plan_of` reads it back."""
    return asdict(plan)


def plan_of(about: Mapping[str, Any], path: Path) -> BenchmarkPlan:
    """Return the plan that the results in a file were made by.

    Raises:
        UserError: It is none that this version understands.
    """
    try:
        entries = dict(about["plan"])
        config = updated(TrainConfig(), entries.pop("config"))
        lists = {name: tuple(value) for name, value in entries.items() if isinstance(value, list)}
        known = {entry.name for entry in fields(BenchmarkPlan)}
        rest = {name: value for name, value in entries.items() if name in known}
        return BenchmarkPlan(**{**rest, **lists}, config=config)
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{printable(path)} says not what it was made by.") from error


def about_methods(names: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Return title and origin of methods."""
    found = map(method_named, names)
    return {one.name: {"title": one.title, "origin": one.origin} for one in found}


def about_data(
    root: DataRoot, domains: BenchmarkDomains, pairs: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Return what the images are, in words and by their content, and the pairs in their order."""
    return {
        "path": printable(root.path),
        "data_set": None if root.data_set is None else root.data_set.name,
        "problems": list(root.problems()),
        "pairs": [list(pair) for pair in pairs],
        "domains": {
            name: {
                "images": root.domain(name).image_count,
                "categories": len(root.domain(name).counts),
                "fingerprint": domains.fingerprints[name],
                "skipped": [
                    {"path": printable(one.path), "reason": one.reason}
                    for one in domains.skipped(name)
                ],
            }
            for name in root.names
            if name in domains.fingerprints
        },
    }


def about_encoder(info: CheckpointInfo) -> dict[str, str]:
    """Return where learning starts."""
    return {"title": info.title, "checkpoint": info.spec, "fingerprint": info.fingerprint}


def about_failure(training: Training, message: str) -> dict[str, Any]:
    """Return which training came to nothing, and why."""
    return {
        "setting": training.setting,
        "method": training.method,
        "domains": [training.domain_a, training.domain_b],
        "seed": training.seed,
        "message": message,
    }


def require_same(about: Mapping[str, Any], now: Mapping[str, Any], plan: BenchmarkPlan) -> None:
    """See that new results may stand beside those in a file.

    Args:
        about: What the file says.
        now: What would be written.
        plan: What is asked for.

    Raises:
        UserError: In one sentence, what is not the same.
    """
    before = plan_of(about, Path("results.json"))
    difference = _first_difference(before.what_counts(), plan.what_counts())
    if difference is not None:
        name, old, new = difference
        raise UserError(
            f"These results were made with {name} = {old}, which now is {new}; results of "
            "different settings do not go into one table, so choose another folder."
        )
    if about["encoder"]["fingerprint"] != now["encoder"]["fingerprint"]:
        raise UserError("These results were made with another encoder; choose another folder.")
    old_domains, new_domains = about["data"]["domains"], now["data"]["domains"]
    for name in old_domains.keys() & new_domains.keys():
        if old_domains[name]["fingerprint"] != new_domains[name]["fingerprint"]:
            raise UserError(
                f"The images of {name} have changed since these results were made; choose another "
                "folder."
            )


def _first_difference(
    old: Mapping[str, Any], new: Mapping[str, Any], prefix: str = ""
) -> tuple[str, object, object] | None:
    for name, value in new.items():
        was = old.get(name)
        if isinstance(value, Mapping) and isinstance(was, Mapping):
            found = _first_difference(was, value, name)
            if found is not None:
                return found
        elif value != was:
            return name, was, value
    return None
