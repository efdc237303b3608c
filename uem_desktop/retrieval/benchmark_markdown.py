"""The tables of a benchmark as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from training.benchmark.tables import Table
from uem_desktop.retrieval.benchmark_view import (
    BenchmarkView,
    SettingView,
    best_cells,
    help_text,
    number_text,
)
from uem_desktop.retrieval.display_text import display_text

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&$])")


def benchmark_markdown(view: BenchmarkView) -> str:
    """Return the whole text; names of domains and categories cannot break out of their place."""
    return "\n".join([*_head(view), *_body(view), *_foot(view)]) + "\n"


def _head(view: BenchmarkView) -> Iterator[str]:
    data = view.about["data"]
    yield f"# Benchmark on {_safe(data['data_set'] or data['path'])}"
    yield ""
    yield f"Percent, mean ± standard deviation over seeds. {_measured_on(view)}"
    if view.has_printed:
        yield (
            "Rows in italics are **the paper's printed numbers** (UEM, NeurIPS 2024; a ResNet-50 "
            "from MoCo v2), not measured here."
        )
    yield ""


def _body(view: BenchmarkView) -> Iterator[str]:
    for setting in view.settings:
        yield f"## {setting.name}"
        yield ""
        seeds = ", ".join(map(str, setting.seeds))
        yield f"{setting.sentence} Seeds: {seeds}."
        yield ""
        for table in setting.tables:
            yield f"### {table.title}"
            yield ""
            yield from _table(view, table)
            yield ""
        yield from _differences(view, setting)
        if setting.draws:
            yield "### Categories that were drawn"
            yield ""
            for seed, names in setting.draws:
                yield f"- {seed}: {', '.join(map(_safe, names))}"
            yield ""


def _foot(view: BenchmarkView) -> Iterator[str]:
    about = view.about
    yield "## How this was made"
    yield ""
    yield f"    {display_text(about['command'])}"
    yield ""
    encoder, data = about["encoder"], about["data"]
    yield f"- Encoder: {_safe(encoder['title'])}, fingerprint {encoder['fingerprint'][:16]}"
    yield f"- Device: {_safe(about['device'])}"
    yield f"- Settings that are not the paper's: {_safe(', '.join(view.words) or 'none')}"
    for name, domain in data["domains"].items():
        skipped = f", {len(domain['skipped'])} skipped" if domain["skipped"] else ""
        yield (
            f"- {_safe(name)}: {domain['images']:,} images, {domain['categories']} categories"
            f"{skipped}, fingerprint {domain['fingerprint'][:16]}"
        )
    versions = (f"{name} {version}" for name, version in about["versions"].items())
    yield f"- Versions: {_safe(', '.join(versions))}"
    for sentence in (*view.notes, *data["problems"]):
        yield f"- {_safe(sentence)}"
    for failure in about["failures"]:
        what = ", ".join([failure["setting"], failure["method"], *failure["domains"]])
        yield f"- Failed: {_safe(what)}, seed {failure['seed']}: {_safe(failure['message'])}"


def _measured_on(view: BenchmarkView) -> str:
    if view.is_heldout:
        return "Learned from four fifths of each category, measured on the held-out fifth."
    return "Learned from and measured on the same unlabelled images, as in the paper."


def _table(view: BenchmarkView, table: Table) -> Iterator[str]:
    yield from _row(["method", *table.columns])
    yield from _row(["---"] + ["---:"] * len(table.columns), is_safe=True)
    best = best_cells(table) if "mAP" in table.title else frozenset()
    for place, row in enumerate(table.rows):
        texts = [
            number_text(number, metric)
            for number, metric in zip(row.cells, table.metrics, strict=True)
        ]
        if row.is_printed:
            name = f"*the paper, {row.table}*"
            cells = [f"*{text}*" if text != "–" else text for text in texts]
        else:
            name = _name(view, row.method, row.retrieval_help)
            cells = [f"**{t}**" if (place, n) in best else t for n, t in enumerate(texts)]
        yield from _row([name, *cells], is_safe=True)


def _differences(view: BenchmarkView, setting: SettingView) -> Iterator[str]:
    if not setting.differences:
        return
    yield "### Differences in mAP@All, interpolated"
    yield ""
    yield (
        "Points on the same pairs and seeds, with 95 % bootstrap intervals over categories of "
        "queries and seeds; bold where zero lies outside. Other domains are not in the interval."
    )
    yield ""
    yield from _row(["method", "compared with", "difference", "95 % interval", "higher in"])
    yield from _row(["---", "---", "---:", "---:", "---:"], is_safe=True)
    for one in setting.differences:
        found = one.difference
        text = f"{found.mean:+.1f}"
        yield from _row(
            [
                _name(view, one.method, one.retrieval_help),
                _safe(view.title_of(one.reference)),
                f"**{text}**" if found.is_clear else text,
                f"{found.low:+.1f} to {found.high:+.1f}",
                f"{found.wins} of {found.cells}",
            ],
            is_safe=True,
        )
    yield ""


def _name(view: BenchmarkView, method: str, retrieval_help: str) -> str:
    parts = (view.title_of(method), help_text(retrieval_help), f"({view.origin_of(method)})")
    return _safe(" ".join(part for part in parts if part))


def _row(cells: Sequence[str], *, is_safe: bool = False) -> Iterator[str]:
    yield "| " + " | ".join(cells if is_safe else map(_safe, cells)) + " |"


def _safe(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", display_text(text))
