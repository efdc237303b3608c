"""Who has no counterpart, as numbers, for machines and for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from training.evaluation.detector_scores import DETECTOR_TITLES, DetectorScores
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.evaluation import SettingScores

_MAX_NAMED = 8
_HEADINGS = ("accuracy", "false alarms", "binary", "balanced", "AUROC", "strict mAP")
_NOTES = (
    "(4) accuracy: private queries that are called private; false alarms: shared ones that are.",
    "    binary: queries judged rightly; balanced: mean of accuracy and of what is no false alarm.",
    "    strict mAP: plain mAP@All of the shared queries, 0 for those that are called private.",
    "    No detector looks at categories; only the scores do.",
)


def setting_text(found: SettingScores) -> str:
    """Say which categories a setting leaves, and which of them are private."""
    how = "the folders as they are" if found.setting == "as-is" else f"drawn by seed {found.seed}"
    return (
        f"{found.setting}, {how}; {_named('shared', found.cut.shared)};"
        f" {_named('private', found.cut.private)}"
    )


def setting_json(found: SettingScores) -> dict[str, Any]:
    """Return the setting and what each detector comes to."""
    return {
        "setting": {
            "name": found.setting,
            "seed": found.seed,
            "shared_categories": list(found.cut.shared),
            "private_categories": list(found.cut.private),
        },
        "open_set": {one.detector: _detector_json(one) for one in found.detectors},
    }


def print_detectors(found: SettingScores) -> None:
    """Print a row for each detector, with what each number means."""
    counts = found.detectors[0].scores
    click.echo(
        f"  Without a counterpart (4): {counts.num_private:,} private and"
        f" {counts.num_shared:,} shared queries"
    )
    widths = [max(8, len(heading)) for heading in _HEADINGS]
    heads = "  ".join(f"{text:>{width}}" for text, width in zip(_HEADINGS, widths, strict=True))
    click.echo(f"  {'':<28}{heads}")
    for one in found.detectors:
        cells = "  ".join(
            f"{text:>{width}}" for text, width in zip(_cells(one), widths, strict=True)
        )
        click.echo(f"  {DETECTOR_TITLES[one.detector]:<28}" + click.style(cells, bold=True))
        if one.second_branch_count is not None:
            noun = "query" if one.second_branch_count == 1 else "queries"
            click.echo(f"    its second branch alone called {one.second_branch_count:,} {noun}")
    click.echo()
    for line in _NOTES:
        click.secho(line, dim=True)


def _cells(one: DetectorScores) -> list[str]:
    scores = one.scores
    percents = (
        scores.open_set_accuracy,
        scores.false_alarm_rate,
        scores.binary_accuracy,
        scores.balanced_accuracy,
    )
    area = "–" if scores.auroc is None else f"{scores.auroc:.3f}"
    return [*map(_percent, percents), area, _percent(scores.strict_map_plain)]


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} %"


def _detector_json(one: DetectorScores) -> dict[str, Any]:
    numbers = asdict(one.scores)
    for kind, name in (("shared", "shared_set_map"), ("strict", "strict_map")):
        numbers[name] = {
            "plain": numbers.pop(f"{kind}_map_plain"),
            "interpolated": numbers.pop(f"{kind}_map_interpolated"),
        }
    if one.second_branch_count is not None:
        numbers["second_branch_count"] = one.second_branch_count
    return numbers


def _named(kind: str, names: Sequence[str]) -> str:
    if not names:
        return f"no {kind} category"
    shown = ", ".join(display_text(name) for name in names[:_MAX_NAMED])
    more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    noun = "category" if len(names) == 1 else "categories"
    return f"{len(names)} {kind} {noun} ({shown}{more})"
