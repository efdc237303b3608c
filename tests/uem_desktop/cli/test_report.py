from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from export_world import ExportWorld

from uem_desktop.retrieval.decisions import Judgement


@pytest.fixture
def world(tmp_path: Path) -> ExportWorld:
    world = ExportWorld(tmp_path / "home")
    with world.deciding("Ann <b>") as journal:
        journal.judge([(world.queries[8], world.matches[0])], Judgement.ACCEPT)
        journal.write_note([world.queries[0]], "a <note> & more")
    (world.sketches / "tool" / "empty <i>.png").write_bytes(b"")
    return world


def text_of(path: Path) -> str:
    if path.suffix == ".html":
        return path.read_text(encoding="utf-8")
    document = pypdfium2.PdfDocument(path)
    return "".join(page.get_textpage().get_text_bounded() for page in document)


@pytest.mark.parametrize("suffix", [".html", ".pdf"])
def test_a_report_has_the_numbers_of_uem_evaluate_and_how_it_was_made(
    uem: Any, world: ExportWorld, tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / "new folder" / f"r{suffix}"
    done = uem("report", "--project", world.path, "--out", out, "--worst", "4")
    assert (done.code, done.out) == (0, f"Wrote {out}\n")
    assert "1 file was skipped" in done.err
    scores = uem(
        "evaluate", "--query", world.sketches, "--gallery", world.photos,
        "--checkpoint", "sample", "--json",
    ).json  # fmt: skip
    text = text_of(out)
    assert f"{scores['map_at_all']['plain']:.2f}" in text
    assert f"{scores['map_at_all']['interpolated']:.2f}" in text
    assert "The 4 queries with the least average precision" in text
    joined = "".join(text.split())
    is_html = suffix == ".html"
    assert ("Ann&lt;b&gt;" if is_html else "Ann<b>") in joined
    assert ("a&lt;note&gt;&amp;more" if is_html else "a<note>&more") in joined
    assert ("empty&lt;i&gt;.png" if is_html else "empty<i>.png") in joined
    assert "thefileisempty" in joined
    assert "1acceptedpairs" in joined
    assert "exact" in text
    if is_html:
        assert "<script" not in text
        assert "<note>" not in text


def test_the_command_in_a_report_repeats_it(uem: Any, world: ExportWorld, tmp_path: Path) -> None:
    out = tmp_path / "it's a.html"
    assert uem(
        "report", "--query", world.photos, "--gallery", world.photos, "--checkpoint", "sample",
        "--out", out, "--worst", "2", "--retrieval-help", "centring",
    ).code == 0  # fmt: skip
    page = out.read_text(encoding="utf-8")
    start = page.index("<code>uem report") + len("<code>")
    command = page[start : page.index("</code>", start)]
    command = command.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&")
    out.unlink()
    assert uem(*shlex.split(command)[1:]).code == 0
    again = out.read_text(encoding="utf-8")
    assert again[start : start + 100] == page[start : start + 100]
    assert "centring" in again


def test_what_is_wrong_is_one_sentence(uem: Any, world: ExportWorld, tmp_path: Path) -> None:
    for arguments, sentence in (
        (["--project", world.path, "--out", tmp_path / "r.docx"], "is a .html or .pdf file"),
        (["--query", world.sketches, "--out", tmp_path / "r.pdf"], "Name a folder by --gallery"),
        (["--project", world.path, "--out", world.photos / "x.html", "--query", "/none"],
         "There is no folder /none"),
    ):  # fmt: skip
        done = uem("report", *arguments)
        assert done.code == 2
        assert sentence in done.err
        assert done.err.count("\n") == 1


def test_without_categories_the_queries_are_those_that_are_not_found_in_return(
    uem: Any, tmp_path: Path
) -> None:
    world = ExportWorld(tmp_path / "home", has_categories=False)
    done = uem("report", "--project", world.path, "--out", tmp_path / "r.html")
    assert done.code == 0
    assert "There are no numbers in it" in done.err
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "No numbers here" in page
    assert "whose matches find them least" in page
