from __future__ import annotations

import base64
import io
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data.records import DecodeFailure
from training.data.scanning import scan_folder
from training.data.thumbnails import thumbnail_data_uri
from training.evaluation.average_precision import plain_average_precision
from training.progress import Progress
from training.resources import resource_path
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk
from uem_desktop.retrieval.report_queries import (
    choose_queries,
    evenly_spread,
    query_average_precisions,
)
from uem_desktop.retrieval.reports import Report, render_report, write_report
from uem_desktop.retrieval.search import evaluate

EVIL = "<b>&\"'evil\n<script>🦊" + os.fsdecode(b"\xff") + ".png"
VOID = {"meta", "img", "path", "circle", "rect", "link", "br"}


class Page(HTMLParser):
    """The page as a browser sees it: texts, attributes and whether every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.titles: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.marks: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "img":
            self.images.append(values)
        if tag == "svg":
            self.marks.append((values["class"] or "").removeprefix("mark "))
        if values.get("title"):
            self.titles.append(values["title"] or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1:] != ["style"]:
            self.words.append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def domain_of(folder: Path, name: str, seed: int) -> DomainEmbeddings:
    domain = DomainEmbeddings(scan_folder(folder, name))
    count = len(domain.records)
    rows = np.random.default_rng(seed).standard_normal((count, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    domain.apply(EmbeddedChunk(np.arange(count), rows, (), Progress(count, count)))
    return domain


@pytest.fixture
def domains(tmp_path: Path) -> tuple[DomainEmbeddings, DomainEmbeddings]:
    for domain, names in (
        ("clipart", ("bird", "tool", "instrument")),
        ("render", ("bird", "tool")),
    ):
        for name in names:
            (tmp_path / domain / name).mkdir(parents=True)
            for image in sorted(resource_path("sample", domain, name).glob("*.png"))[:6]:
                shutil.copy(image, tmp_path / domain / name / image.name)
    shutil.copy(next((tmp_path / "render" / "bird").iterdir()), tmp_path / "render" / "tool" / EVIL)
    return (
        domain_of(tmp_path / "clipart", "query", 1),
        domain_of(tmp_path / "render", "gallery", 2),
    )


def report_of(domains: tuple[DomainEmbeddings, DomainEmbeddings], **changes: object) -> Report:
    query, gallery = domains
    values = {
        "query": query,
        "gallery": gallery,
        "checkpoint_title": "An encoder <1>",
        "fingerprint": "ab" * 32,
        "device": "CPU, 2 threads, float32",
        "command": "uem demo --out 'a & b'",
        "scores": evaluate(query, gallery),
        "queries": choose_queries(query, gallery, count=5, top_k=10),
    }
    return Report(**{**values, **changes})  # type: ignore[arg-type]


def test_page_is_whole_and_loads_nothing(
    domains: tuple[DomainEmbeddings, DomainEmbeddings], tmp_path: Path
) -> None:
    write_report(tmp_path / "new" / "report.html", report_of(domains))
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["report.html"]
    html = (tmp_path / "new" / "report.html").read_text(encoding="utf-8")
    assert html.lstrip().startswith("<!DOCTYPE html>")
    page = Page(html)
    assert page.open == []
    assert "<script" not in html
    assert "http" not in html.replace("http-equiv", "")
    assert "@import" not in html
    assert "prefers-color-scheme: dark" in html
    assert all((image["src"] or "").startswith("data:image/webp;base64,") for image in page.images)
    for image in page.images:
        encoded = (image["src"] or "").split(",", 1)[1]
        assert max(Image.open(io.BytesIO(base64.b64decode(encoded))).size) <= 256


def test_page_says_what_was_measured(domains: tuple[DomainEmbeddings, DomainEmbeddings]) -> None:
    report = report_of(domains)
    page = Page(render_report(report))
    scores = report.scores
    assert scores is not None
    assert scores.map_plain is not None
    for value in (scores.map_plain, scores.map_interpolated, *scores.precision_at.values()):
        assert f"{value:.2f}" in page.words or f"{value:.2f} %" in page.words
    assert "18 query images in 3 categories, searched for in 13 gallery images" in page.text
    assert "6 of 18 queries have no category or no image of their category" in page.text
    assert "An encoder <1>" in page.words
    assert "ab" * 32 in page.words
    assert "uem demo --out 'a & b'" in page.words
    assert "min(k, R)" in page.text
    assert "No file was skipped." in page.text


def test_every_match_has_its_mark_rank_and_words(
    domains: tuple[DomainEmbeddings, DomainEmbeddings],
) -> None:
    report = report_of(domains)
    page = Page(render_report(report))
    matches = [match for item in report.queries for match in item.result.matches]
    missed = [match for item in report.queries for match in item.result.missed]
    legend = 1
    assert (
        page.marks.count("correct") == sum(match.is_correct is True for match in matches) + legend
    )
    assert page.marks.count("wrong") == sum(match.is_correct is False for match in matches) + legend
    assert page.marks.count("missed") == len(missed) + legend
    assert missed
    assert "unknown" not in page.marks
    words = {True: "correct", False: "wrong"}
    expected = [
        f"rank {match.rank}, {mark}, {match.record.category}, similarity {match.similarity:.2f}"
        for item in report.queries
        for mark, match in [
            *((words[bool(match.is_correct)], match) for match in item.result.matches),
            *(("missed", match) for match in item.result.missed),
        ]
    ]
    spoken = [image["alt"] for image in page.images if not (image["alt"] or "").startswith("query")]
    assert spoken == expected


def test_any_file_name_is_unharmed(domains: tuple[DomainEmbeddings, DomainEmbeddings]) -> None:
    query, gallery = domains
    query.failures.append(DecodeFailure(Path("/images") / EVIL, "the <file> is empty"))
    page = Page(render_report(report_of((query, gallery))))
    assert page.open == []
    shown = "<b>&\"'evil\\n"
    assert any(
        shown in title and title.endswith("🦊\N{REPLACEMENT CHARACTER}.png")
        for title in page.titles
    )
    assert "1 skipped file" in page.words
    assert any(word.startswith("/images/" + shown) for word in page.words)
    assert "the <file> is empty" in page.words
    assert "1 file could not be used and is listed below" in page.text


def test_without_categories_nothing_is_judged(tmp_path: Path) -> None:
    for name in ("query", "gallery"):
        (tmp_path / name).mkdir()
        for image in sorted(resource_path("sample", "render", "bird").glob("*.png"))[:4]:
            shutil.copy(image, tmp_path / name / image.name)
    domains = (
        domain_of(tmp_path / "query", "query", 1),
        domain_of(tmp_path / "gallery", "gallery", 2),
    )
    for scores in (None, evaluate(*domains)):
        report = report_of(domains, scores=scores)
        page = Page(render_report(report))
        assert "No numbers here." in page.words
        assert "4 queries" in page.words
        assert page.marks.count("unknown") == 4 * 4 + 1
        assert set(page.marks) == {"unknown"}


def test_an_image_that_has_gone_leaves_a_gap(
    domains: tuple[DomainEmbeddings, DomainEmbeddings],
) -> None:
    report = report_of(domains)
    gone = report.queries[0].result.matches[0].record.path
    gone.unlink()
    page = Page(render_report(report))
    assert page.open == []
    assert "cannot be read" in page.words


def test_an_old_report_stays_when_the_new_one_fails(
    domains: tuple[DomainEmbeddings, DomainEmbeddings],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.replace", full)
        with pytest.raises(OSError, match="No space"):
            write_report(path, report_of(domains))
    assert path.read_text(encoding="utf-8") == "old"
    assert not list(tmp_path.glob("report.html.*"))


def test_queries_are_spread_from_best_to_worst(
    domains: tuple[DomainEmbeddings, DomainEmbeddings],
) -> None:
    query, gallery = domains
    expected = []
    for row, record in enumerate(query.records):
        similarities = np.round(
            gallery.embeddings.astype(np.float64) @ query.embeddings[row].astype(np.float64), 10
        )
        order = sorted(range(len(similarities)), key=lambda j: (-similarities[j], j))
        marks = np.array([gallery.records[j].category == record.category for j in order])
        expected.append(100 * plain_average_precision(marks) if marks.any() else np.nan)
    np.testing.assert_allclose(query_average_precisions(query, gallery), expected, rtol=1e-12)

    chosen = choose_queries(query, gallery, count=5, top_k=3)
    precisions = [item.average_precision for item in chosen]
    assert [item.standing for item in chosen] == ["best", "", "median", "", "worst"]
    assert precisions[0] == pytest.approx(np.nanmax(expected))
    assert precisions[-1] == pytest.approx(np.nanmin(expected))
    assert precisions == sorted(precisions, key=lambda value: -(value or 0))
    assert all(len(item.result.matches) == 3 for item in chosen)
    for item in chosen:
        assert expected[query.scan.records.index(_record(query, item.result.query_paths[0]))] == (
            pytest.approx(item.average_precision)
        )


def _record(domain: DomainEmbeddings, path: Path) -> object:
    return next(record for record in domain.records if record.path == path)


@pytest.mark.parametrize(
    ("total", "count", "places"),
    [(10, 3, [0, 4, 9]), (2, 9, [0, 1]), (1, 9, [0]), (9, 9, list(range(9))), (0, 5, [])],
)
def test_evenly_spread(total: int, count: int, places: list[int]) -> None:
    assert evenly_spread(total, count).tolist() == places


def test_thumbnails_keep_proportions_and_small_images(tmp_path: Path) -> None:
    def size_of(uri: str) -> tuple[int, int]:
        return Image.open(io.BytesIO(base64.b64decode(re.sub("^.*,", "", uri)))).size

    Image.new("RGB", (400, 100), "red").save(tmp_path / "wide.jpg")
    Image.new("RGB", (20, 30), "red").save(tmp_path / "small.png")
    assert size_of(thumbnail_data_uri(tmp_path / "wide.jpg", 96)) == (96, 24)
    assert size_of(thumbnail_data_uri(tmp_path / "small.png", 96)) == (20, 30)
