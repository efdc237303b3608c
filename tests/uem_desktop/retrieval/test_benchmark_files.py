"""Tables as Markdown and as a page: what they say, and what hostile names cannot do."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from made_results import made_result, write_made_results

from training.benchmark.tables import Summary, map_metric
from training.errors import UserError
from uem_desktop.retrieval.benchmark_files import write_tables
from uem_desktop.retrieval.benchmark_page import chart_bars
from uem_desktop.retrieval.benchmark_view import read_benchmark

HOSTILE = ("<b>bold</b>", "🦉 owl | pipe", "*star*\n# head", "a\udcff")


def texts(folder: Path) -> tuple[str, str]:
    json_file, markdown, page = write_tables(folder)
    assert json_file.name == "results.json"
    return markdown.read_text(encoding="utf-8"), page.read_text(encoding="utf-8")


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    a, b, c, d = HOSTILE
    results = [
        made_result("uem", pair, seed, {c: (3, 40.0), d: (2, 50.0)}, setting="open-set")
        for pair in ((a, b), (b, a))
        for seed in (1, 2)
    ]
    write_made_results(tmp_path, results, path="<img src=x onerror=alert(1)>")
    markdown, page = texts(tmp_path)
    tags = Tags(page)
    assert tags.found.isdisjoint({"img", "script", "link", "iframe"})
    assert f"{a} → {b}" in tags.text
    assert "http" not in page
    shown = [line for line in markdown.splitlines() if not line.startswith("    ")]
    assert not any(re.search(r"(?<!\\)<", line) for line in shown)
    header = next(line for line in markdown.splitlines() if "owl" in line)
    assert re.split(r"(?<!\\)\|", header)[1:-1] == [
        " method ",
        r" \<b\>bold\</b\> → 🦉 owl \| pipe ",
        r" 🦉 owl \| pipe → \<b\>bold\</b\> ",
        " average ",
    ]
    assert "\n# head" not in markdown
    assert r"\*star\*\\n# head" in markdown


def test_the_papers_rows_and_misprint_are_named_as_such(tmp_path: Path) -> None:
    pairs = [("Art", "Clipart"), ("Clipart", "Art")]
    results = [made_result("coda", pair, seed, {"c": (3, 40.0 + seed)})
               for pair in pairs for seed in (1, 3)]  # fmt: skip
    write_made_results(tmp_path, results, data_set="Office-Home")
    markdown, page = texts(tmp_path)
    rows = [line for line in markdown.splitlines() if line.startswith("| ")]
    ours = next(number for number, line in enumerate(rows) if line.startswith("| CoDA"))
    assert rows[ours] == "| CoDA (from public code) | 42.0 ± 1.4 | 42.0 ± 1.4 | 42.0 ± 1.4 |"
    assert rows[ours + 1] == "| *the paper, Table 5* | *34.7 ± 0.8* | *33.2 ± 1.1* | – |"
    for text in (markdown, page):
        assert "its row averages 48.6" in text
        assert "the paper’s printed numbers" in text.replace("'", "’")


def test_own_data_has_no_row_of_the_paper(tmp_path: Path) -> None:
    write_made_results(tmp_path, [made_result("uem", ("x", "y"), 1, {"c": (1, 40.0)})])
    for text in texts(tmp_path):
        assert "NeurIPS" not in text


def test_the_best_number_of_each_column_is_bold(tmp_path: Path) -> None:
    results = [
        made_result(method, ("x", "y"), 1, {"c": (1, value)}, retrieval_help=help_names)
        for method, value, help_names in (
            ("uem", 40.0, "off"), ("pcs", 41.0, "off"), ("uem", 60.0, "centring"),
            ("pcs", 50.0, "centring"),
        )
    ]  # fmt: skip
    write_made_results(tmp_path, results)
    markdown, _ = texts(tmp_path)
    table = markdown.split("### mAP@All, interpolated")[1].split("###")[0]
    assert re.findall(r"\*\*([\d.]+)\*\*", table) == ["41.0", "41.0", "60.0", "60.0"]


def test_bars_end_within_the_chart_and_carry_deviation_and_printed_mark(tmp_path: Path) -> None:
    pairs = [(a, b) for a in ("amazon", "dslr", "webcam") for b in ("amazon", "dslr", "webcam")
             if a != b]  # fmt: skip
    results = [made_result("uem", pair, seed, {"c": (1, 50.0 + seed)})
               for pair in pairs for seed in (0, 10)]  # fmt: skip
    write_made_results(tmp_path, results, data_set="Office-31")
    view = read_benchmark(tmp_path)
    table = Summary(results, pairs, "Office-31").pair_table(
        "close-set", map_metric("close-set", "interpolated")
    )
    (bar,), end = chart_bars(view, table)
    assert end == 90.0
    assert bar.length == pytest.approx(100 * 55 / 90)
    assert bar.printed == pytest.approx(100 * 81.9 / 90)
    assert (bar.text, bar.printed_text) == ("55.0 ± 7.1", "81.9 ± 0.5")
    assert bar.low is not None
    assert bar.high is not None
    assert bar.high - bar.length == pytest.approx(bar.length - bar.low)
    assert bar.high <= 100


def test_a_folder_without_results_gets_no_tables(tmp_path: Path) -> None:
    assert write_tables(tmp_path) == ()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UserError, match="There are no results of a benchmark"):
        read_benchmark(tmp_path)
