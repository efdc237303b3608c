"""Results of a benchmark that nobody ran."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from training.benchmark.plan import BenchmarkPlan
from training.benchmark.provenance import about_methods, about_plan, versions
from training.benchmark.results import Result, ResultsFile


def made_result(
    method: str,
    pair: tuple[str, str],
    seed: int,
    by_category: dict[str, tuple[int, float]],
    *,
    setting: str = "close-set",
    retrieval_help: str = "off",
) -> Result:
    """A result whose interpolated AP is that of its categories, and whose plain AP is one less."""
    counts = [count for count, _ in by_category.values()]
    values = [value for _, value in by_category.values()]
    interpolated, plain = float(np.mean(values)), float(np.average(values, weights=counts)) - 1
    detection = {
        "strict_map": {"plain": plain / 2, "interpolated": interpolated / 2},
        "open_set_accuracy": 60.0 + seed % 10,
        "false_alarm_rate": 30.0,
        "binary_accuracy": 65.0,
        "balanced_accuracy": 66.0,
        "auroc": 0.7,
        "second_branch_count": 0,
    }
    entry = {
        "setting": setting,
        "method": method,
        "query_domain": pair[0],
        "gallery_domain": pair[1],
        "seed": seed,
        "retrieval_help": retrieval_help,
        "map_at_all": {"plain": plain, "interpolated": interpolated},
        "precision_at": {"1": 50.0},
        "by_category": {
            name: {"num_queries": count, "plain": value - 1, "interpolated": value}
            for name, (count, value) in by_category.items()
        },
        "open_set": {"published": detection, "votes": detection} if setting == "open-set" else None,
        "query_categories": list(by_category),
        "gallery_categories": list(by_category),
    }
    return Result(entry)


def write_made_results(
    folder: Path, results: list[Result], *, data_set: str | None = None, path: str = "set"
) -> None:
    """Put results into a folder as a benchmark would."""
    methods = tuple(dict.fromkeys(result.method for result in results))
    pairs = dict.fromkeys(result.pair for result in results)
    domains = dict.fromkeys(name for pair in pairs for name in pair)
    file = ResultsFile(folder)
    file.about = {
        "command": f"uem benchmark --data {path}",
        "plan": about_plan(BenchmarkPlan(path, methods)),
        "methods": about_methods(methods),
        "data": {
            "path": path,
            "data_set": data_set,
            "problems": [],
            "pairs": [list(pair) for pair in pairs],
            "domains": {
                name: {"images": 10, "categories": 2, "fingerprint": "ab" * 16, "skipped": []}
                for name in domains
            },
        },
        "encoder": {"title": "tiny", "checkpoint": "pretrained", "fingerprint": "cd" * 32},
        "device": "CPU",
        "versions": versions(),
        "failures": [],
    }
    file.add(results)
