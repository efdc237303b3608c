"""Where a person drew the line between queries with and without a counterpart, to be kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class LineKey:
    """What a threshold is good for: values of another encoder or direction are on other scales.

    Attributes:
        fingerprint: Of the checkpoint.
        query_folder: The folder that asks.
        gallery_folder: The folder that is asked.
    """

    fingerprint: str
    query_folder: Path
    gallery_folder: Path


def lines_as_json(
    lines: Mapping[LineKey, float], query_folder: Path, gallery_folder: Path
) -> list[dict[str, Any]]:
    """Return the thresholds of two folders, of both directions, so that the folders may move."""
    asking = {
        (query_folder, gallery_folder): "query",
        (gallery_folder, query_folder): "gallery",
    }
    return [
        {"checkpoint": key.fingerprint, "asking": side, "threshold": threshold}
        for key, threshold in lines.items()
        if (side := asking.get((key.query_folder, key.gallery_folder))) is not None
    ]


def lines_from_json(
    entries: object, query_folder: Path, gallery_folder: Path
) -> dict[LineKey, float]:
    """Return the thresholds that `lines_as_json` wrote; what is no such entry is passed over."""
    folders = {
        "query": (query_folder, gallery_folder),
        "gallery": (gallery_folder, query_folder),
    }
    lines: dict[LineKey, float] = {}
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict):
            continue
        fingerprint, threshold = entry.get("checkpoint"), entry.get("threshold")
        asking = folders.get(str(entry.get("asking")))
        if asking is None or not isinstance(fingerprint, str):
            continue
        if isinstance(threshold, int | float) and math.isfinite(threshold):
            lines[LineKey(fingerprint, *asking)] = float(threshold)
    return lines
