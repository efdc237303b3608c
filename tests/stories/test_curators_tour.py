"""A curator goes through a project by keyboard alone: finds, understands, decides, hands on."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from uem_desktop.cli.shell import run
from uem_desktop.pages.export_dialog import ExportDialog
from uem_desktop.pages.report_dialog import ReportDialog
from uem_desktop.retrieval.export_text import from_cell

Key, Modifier = Qt.Key, Qt.KeyboardModifier
TEN = 10


class Outside(NamedTuple):
    """What was worked out from the files of `uem embed`, without the project's own ranking."""

    worst: list[Path]
    first_matches: list[Path]
    map_plain: float


def read_embedded(folder: Path) -> tuple[np.ndarray, list[str], list[Path]]:
    with (folder / "images.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    embeddings = np.load(folder / "embeddings.npy").astype(np.float64)
    return embeddings, [row["category"] for row in rows], [Path(row["path"]) for row in rows]


@pytest.fixture
def outside(folders, tmp_path, capsys) -> Outside:
    for name, folder in (("query", folders.query), ("gallery", folders.gallery)):
        out = str(tmp_path / name)
        assert run(["embed", str(folder), "--checkpoint", "sample", "--out", out]) == 0
    queries, asked, query_paths = read_embedded(tmp_path / "query")
    gallery, held, gallery_paths = read_embedded(tmp_path / "gallery")
    order = np.argsort(-np.round(queries @ gallery.T, 10), axis=1, kind="stable")
    is_relevant = np.array(held)[order] == np.array(asked)[:, None]
    precision = np.cumsum(is_relevant, axis=1) / np.arange(1, len(gallery) + 1)
    counts = is_relevant.sum(axis=1)
    scored = np.flatnonzero(counts)
    ap = (precision * is_relevant).sum(axis=1)[scored] / counts[scored]
    worst = scored[np.argsort(np.round(ap, 12), kind="stable")][:TEN]
    capsys.readouterr()
    return Outside(
        [query_paths[row] for row in worst],
        [gallery_paths[order[row, 0]] for row in worst],
        100 * float(ap.mean()),
    )


class Curator:
    """Presses keys wherever the focus is, and reads what the window shows."""

    def __init__(self, driver) -> None:
        self.driver = driver
        self.window = driver.window
        self.wait = driver.qtbot.waitUntil

    def press(self, *keys: Qt.Key, modifier: Modifier = Modifier.NoModifier) -> None:
        for key in keys:
            self.driver.press(self.focus(), key, modifier)

    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    def type(self, text: str) -> None:
        self.press(Key.Key_A, modifier=Modifier.ControlModifier)
        self.driver.qtbot.keyClicks(self.focus(), text)

    @property
    def page(self):
        return self.window.mismatches.page

    def go_to_mismatches(self) -> None:
        self.press(Key.Key_2, modifier=Modifier.ControlModifier)
        self.wait(lambda: self.page.keeper.found is not None, timeout=60_000)
        self.wait_matches()

    def wait_matches(self) -> None:
        keeper = self.page.keeper

        def are_there() -> bool:
            row = int(keeper.found.rows[keeper.current])
            return keeper.result is not None and keeper.result.query_row == row

        self.wait(are_there, timeout=10_000)

    def step(self, key: Qt.Key) -> None:
        self.press(key)
        self.wait_matches()

    @property
    def query(self) -> Path:
        return self.page.detail.query_card.path

    def dialog(self) -> QDialog:
        """Return the dialog that has come, once it has the keys."""
        self.wait(lambda: isinstance(self.focus().window(), QDialog))
        return self.focus().window()

    def answer(self, *lines: str, modifier: Modifier = Modifier.NoModifier) -> None:
        """Type lines with Enter between them; the last Enter, with a modifier, accepts."""
        self.dialog()
        self.press(Key.Key_A, modifier=Modifier.ControlModifier)
        for line in lines[:-1]:
            self.driver.qtbot.keyClicks(self.focus(), line)
            self.press(Key.Key_Return)
        self.driver.qtbot.keyClicks(self.focus(), lines[-1])
        self.press(Key.Key_Return, modifier=modifier)
        self.come_back()

    def come_back(self) -> None:
        self.wait(lambda: not self.window.findChildren(QDialog))
        self.window.activateWindow()
        self.wait(self.window.isActiveWindow)

    def choose(self, key: Qt.Key, value: str) -> None:
        """Go to a field of the dialog by its letter and step down to a choice."""
        self.press(key, modifier=Modifier.AltModifier)
        combo = self.focus()
        for _ in range(combo.count()):
            if combo.currentData() == value:
                return
            self.press(Key.Key_Down)
        pytest.fail(f"{value} is not offered")

    def export(self, what: str, which: str, form: str, out: Path) -> str:
        self.press(Key.Key_E, modifier=Modifier.ControlModifier | Modifier.ShiftModifier)
        assert isinstance(self.dialog(), ExportDialog)
        for key, value in ((Key.Key_W, what), (Key.Key_O, which), (Key.Key_A, form)):
            self.choose(key, value)
        return self.write(out)

    def report(self, out: Path) -> str:
        self.press(Key.Key_R, modifier=Modifier.ControlModifier)
        dialog = self.dialog()
        assert isinstance(dialog, ReportDialog)
        self.press(Key.Key_H, modifier=Modifier.AltModifier)
        self.wait(lambda: dialog.kind.choice == ".html")
        return self.write(out)

    def write(self, out: Path) -> str:
        """Type where to, press Enter, wait until it is written, and return what is said."""
        self.press(Key.Key_T, modifier=Modifier.AltModifier)
        self.type(str(out))
        self.press(Key.Key_Return)
        self.wait(lambda: self.window.exports._job is None, timeout=60_000)
        self.come_back()
        return self.window.status.text.text()

    def held(self) -> dict[tuple[str, str], str]:
        """Return what is decided: kind and names of the images, and the value."""
        entries = self.window.decisions.keeper.journal.decisions()
        return {
            (str(one.kind), " ".join(p.name for p in (one.image, one.other) if p)): one.after
            for one in entries
        }

    def shown(self) -> tuple[object, ...]:
        """Return the place and the numbers that the page shows."""
        page = self.page
        numbers = {name: label.text for name, label in page.detail.numbers.items()}
        return self.query, numbers, page.facts.text(), page.ranking.text()


def ready(driver) -> Curator:
    driver.wait_answered()
    driver.window.activateWindow()
    driver.qtbot.waitUntil(driver.window.isActiveWindow)
    return Curator(driver)


def test_the_tour(start, folders, outside, tmp_path, capsys) -> None:
    given = ["--query", str(folders.query), "--gallery", str(folders.gallery)]
    given += ["--checkpoint", "sample", "--worst", str(TEN), "--json"]
    assert run(["evaluate", *given]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [Path(one["path"]) for one in told["worst"]] == outside.worst
    assert told["map_at_all"]["plain"] == pytest.approx(outside.map_plain, abs=1e-12)

    first = start()
    first.open(folders.query, folders.gallery)
    curator = ready(first)
    curator.window.decisions.keeper.set_reviewer("Ann")
    curator.go_to_mismatches()
    seen = []
    for number in range(TEN):
        if number:
            curator.step(Key.Key_J)
        seen.append((curator.query, curator.page.detail.match_card.path))
    assert seen == list(zip(outside.worst, outside.first_matches, strict=True))

    why = curator.page.why
    curator.press(*[Key.Key_K] * (TEN - 1))
    curator.wait_matches()
    curator.press(Key.Key_W)
    curator.wait(lambda: why.keeper.explanation is not None, timeout=60_000)
    assert (why.keeper.pair.query, why.keeper.pair.match) == seen[0]
    similarity = curator.page.keeper.result.matches[0].similarity
    assert why.keeper.explanation.query_heat.sum() == pytest.approx(similarity, abs=1e-4)
    curator.press(Key.Key_W)

    names = [" ".join(path.name for path in pair) for pair in seen]
    curator.press(Key.Key_R)
    curator.step(Key.Key_J)
    curator.press(Key.Key_A)
    curator.step(Key.Key_J)
    curator.press(Key.Key_U)
    curator.step(Key.Key_J)
    curator.press(Key.Key_N)
    curator.answer("blurred,", "but drawn", modifier=Modifier.ControlModifier)
    curator.step(Key.Key_J)
    curator.press(Key.Key_L)
    curator.answer("owl")
    curator.step(Key.Key_J)
    curator.press(Key.Key_O)
    decided = {
        ("judgement", names[0]): "reject",
        ("judgement", names[1]): "accept",
        ("judgement", names[2]): "unsure",
        ("note", seen[3][0].name): "blurred,\nbut drawn",
        ("category", seen[4][0].name): "owl",
        ("counterpart", seen[5][0].name): "none",
    }
    assert curator.held() == decided

    curator.press(Key.Key_Z, Key.Key_Z, modifier=Modifier.ControlModifier)
    curator.press(Key.Key_Z, modifier=Modifier.ControlModifier | Modifier.ShiftModifier)
    del decided["counterpart", seen[5][0].name]
    assert curator.held() == decided

    said = curator.export("decisions", "held", "csv", tmp_path / "decisions.csv")
    assert said == f"Wrote {len(decided)} decisions to {tmp_path / 'decisions.csv'}."
    with (tmp_path / "decisions.csv").open(encoding="utf-8", newline="") as file:
        rows = [{k: from_cell(v) for k, v in row.items()} for row in csv.DictReader(file)]
    assert {(row["image"], row["value"], row["reviewer"]) for row in rows} == {
        (str(pair[0]), value, "Ann")
        for pair, value in zip(
            seen[:5],
            ("rejected", "accepted", "unsure", "blurred,\nbut drawn", "owl"),
            strict=True,
        )
    }
    said = curator.export("images", "listed", "list", tmp_path / "failed.txt")
    listed = [
        Path(os.fsdecode(line)) for line in (tmp_path / "failed.txt").read_bytes().splitlines()
    ]
    assert listed[:TEN] == outside.worst
    assert said == f"Wrote {len(listed)} paths to {tmp_path / 'failed.txt'}."
    assert (
        curator.report(tmp_path / "report.html") == f"Wrote the report {tmp_path / 'report.html'}."
    )
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert f"{outside.map_plain:.2f}" in report
    places = [report.index(path.name) for path in outside.worst]
    assert places == sorted(places)

    left = curator.shown()
    assert left[0] == outside.worst[5]
    curator.press(Key.Key_Q, modifier=Modifier.ControlModifier)
    curator.wait(lambda: not curator.window.isVisible())

    again = start()
    again.window.opener.open_project(first.window.keeper.path)
    second = ready(again)
    second.go_to_mismatches()
    assert second.held() == decided
    assert second.shown() == left
    second.press(Key.Key_Z, modifier=Modifier.ControlModifier | Modifier.ShiftModifier)
    assert second.held()["counterpart", seen[5][0].name] == "none"
