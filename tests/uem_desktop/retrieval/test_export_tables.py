"""Tables and lists, read back as other programs read them."""

from __future__ import annotations

import csv
import datetime
import os
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
from export_world import EVIL_NAMES, ExportWorld

from training.errors import Cancelled, UserError
from uem_desktop.retrieval.decided_about import DecidedFilter
from uem_desktop.retrieval.decided_files import decided_files
from uem_desktop.retrieval.decisions import Judgement
from uem_desktop.retrieval.export_decisions import decisions_table
from uem_desktop.retrieval.export_matches import matches_table
from uem_desktop.retrieval.export_tables import write_table
from uem_desktop.retrieval.export_text import as_cell, from_cell
from uem_desktop.retrieval.export_work import Work
from uem_desktop.retrieval.file_lists import write_file_list
from uem_desktop.retrieval.hard_negatives import hard_negatives, hard_negatives_table
from uem_desktop.retrieval.held_decisions import read_history
from uem_desktop.retrieval.mismatches import find_mismatches

ACCEPT, REJECT, UNSURE = Judgement


@pytest.fixture
def world(tmp_path: Path) -> ExportWorld:
    return ExportWorld(tmp_path)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {name: from_cell(cell) for name, cell in row.items()} for row in csv.DictReader(file)
        ]


def read_parquet(path: Path) -> list[dict[str, object]]:
    return [
        {k: from_cell(cell) if isinstance(cell, str) else cell for k, cell in row.items()}
        for row in pyarrow.parquet.read_table(path).to_pylist()
    ]


@pytest.mark.parametrize("text", [*EVIL_NAMES, "", "plain", "/a/b", "''", "\ud800 half", "'\\x41"])
def test_a_cell_is_read_back_and_no_spreadsheet_runs_it(text):
    cell = as_cell(text)
    assert from_cell(cell) == text
    assert cell[:1] not in tuple("=+-@\t\r\n＝＋－＠")
    cell.encode("utf-8")


def test_an_ordinary_path_stands_as_it_is():
    for text in ("/images/fox 🦊/a, b.png", "C:\\images\\a.png", "it's"):
        assert as_cell(text) == text


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_matches_come_with_marks_and_decisions(world, tmp_path, suffix):
    top = find_mismatches(world.query, world.gallery).matches
    asked, first, second = 0, int(top[0, 0]), int(top[0, 1])
    with world.deciding() as journal:
        journal.judge([(world.queries[asked], world.matches[first])], ACCEPT)
        journal.judge([(world.matches[second], world.queries[asked])], REJECT)
        journal.write_note([world.matches[first]], '=HYPERLINK("x")\nsecond line')
        journal.relabel([world.queries[asked]], "owl")
        journal.confirm_no_counterpart([world.queries[1]])
    path = tmp_path / "out" / f"matches{suffix}"
    table = matches_table(world.query, world.gallery, world.held(), top_k=3)
    assert write_table(path, table) == table.total == 9 * 3
    rows = read_csv(path) if suffix == ".csv" else read_parquet(path)

    similarities = np.round(
        world.query.embeddings.astype(np.float64) @ world.gallery.embeddings.T.astype(np.float64),
        10,
    )
    lines = iter(rows)
    for place, query in enumerate(world.query.records):
        order = np.argsort(-similarities[place], kind="stable")[:3]
        for rank, column in enumerate(order.tolist(), start=1):
            line, match = next(lines), world.gallery.records[column]
            assert (line["query"], line["match"]) == (str(query.path), str(match.path))
            assert int(line["rank"]) == rank
            assert float(line["similarity"]) == similarities[place, column]
            mark = "correct" if query.category == match.category else "wrong"
            assert line["mark"] == mark
    nothing = "" if suffix == ".csv" else None
    assert [line["decision"] for line in rows[:3]] == ["accepted", "rejected", nothing]
    assert rows[0]["note"] == '=HYPERLINK("x")\nsecond line'
    assert rows[0]["query_relabelled"] == "owl"
    assert rows[0]["query_category"] == "bird", "marks follow the folder"
    assert [line["no_counterpart"] for line in rows[2:5]] == [nothing, "confirmed", "confirmed"]
    assert rows[0]["reviewer"] == "ann"
    at = rows[0]["decided_at"]
    at = datetime.datetime.fromisoformat(at) if isinstance(at, str) else at
    age = datetime.datetime.now(datetime.UTC) - at
    assert datetime.timedelta() <= age < datetime.timedelta(minutes=1)


def test_decisions_are_what_holds_or_everything(world, tmp_path):
    pair = (world.queries[8], world.matches[0])
    with world.deciding() as journal:
        journal.judge([pair], ACCEPT)
        journal.judge([pair], REJECT)
        journal.undo()
        journal.write_note([pair[0]], "note")
        journal.write_note([pair[0]], "")
    folders = (world.sketches, world.photos)
    write_table(tmp_path / "now.csv", decisions_table(world.held().entries, is_history=False))
    (line,) = read_csv(tmp_path / "now.csv")
    assert (line["image"], line["other"]) == tuple(map(str, pair))
    assert (line["kind"], line["value"], line["number"]) == ("judgement", "accepted", "3")

    history = read_history(world.path, folders)
    write_table(tmp_path / "all.parquet", decisions_table(history, is_history=True))
    lines = read_parquet(tmp_path / "all.parquet")
    assert [line["action"] for line in lines] == ["decide", "decide", "undo", "decide", "decide"]
    assert [line["value"] for line in lines] == ["accepted", "rejected", "accepted", "note", None]
    assert [line["value_before"] for line in lines] == [None, "accepted", "rejected", None, "note"]
    assert lines[2]["act_undone_or_redone"] == lines[1]["act"] == 2
    assert lines[0]["decided_at"] == history[0].at


def test_hard_negatives_are_wrong_or_rejected_and_never_accepted(world, tmp_path):
    found = find_mismatches(world.query, world.gallery)
    plain = hard_negatives(found, world.held(), top_k=4)
    expected = []
    for place, query in enumerate(world.query.records):
        for column in range(4):
            match = int(found.matches[place, column])
            if world.gallery.records[match].category != query.category:
                expected.append((-float(found.similarities[place, column]), place, match))
    assert [(-one.similarity, one.query_row, one.match_row) for one in plain] == sorted(expected)
    for one in plain:
        same = [
            float(world.query.embeddings[one.query_row] @ world.gallery.embeddings[row])
            for row, record in enumerate(world.gallery.records)
            if record.category == world.query.records[one.query_row].category
        ]
        assert one.margin == pytest.approx(one.similarity - max(same), abs=1e-6)

    accepted, relabelled = plain[0], plain[1]
    last = int(found.matches[0, 7])
    with world.deciding() as journal:
        queries, matches = world.queries, world.matches
        journal.judge([(queries[accepted.query_row], matches[accepted.match_row])], ACCEPT)
        journal.judge([(queries[0], matches[last])], REJECT)
        journal.judge([(queries[plain[3].query_row], matches[plain[3].match_row])], REJECT)
        own = world.query.records[relabelled.query_row].category
        journal.relabel([matches[relabelled.match_row]], own)
    pairs = hard_negatives(found, world.held(), top_k=4)
    rows = {(one.query_row, one.match_row): one for one in pairs}
    assert (accepted.query_row, accepted.match_row) not in rows
    assert (relabelled.query_row, relabelled.match_row) not in rows
    assert rows[0, last].reason in ("rejected", "wrong match, rejected")
    assert rows[0, last].rank == 8
    assert rows[plain[3].query_row, plain[3].match_row].reason == "wrong match, rejected"
    path = tmp_path / "hard.csv"
    write_table(path, hard_negatives_table(found, pairs))
    lines = read_csv(path)
    assert [line["query"] for line in lines] == [str(queries[one.query_row]) for one in pairs]
    assert [float(line["similarity"]) for line in lines] == [one.similarity for one in pairs]
    closest = hard_negatives(found, world.held(), top_k=4, least_similarity=0.5)
    assert all(one.similarity >= 0.5 or "rejected" in one.reason for one in closest)
    with pytest.raises(Cancelled):
        hard_negatives(found, world.held(), top_k=4, should_stop=lambda: True)


def test_lists_hold_the_bytes_of_every_name(world, tmp_path):
    plain = [path for path in world.queries if "\n" not in path.name]
    assert write_file_list(tmp_path / "list.txt", plain) == 8
    lines = (tmp_path / "list.txt").read_bytes().split(b"\n")
    assert lines == [*map(os.fsencode, plain), b""]
    with pytest.raises(UserError, match=r"line\\nbreak.* has a line break"):
        write_file_list(tmp_path / "list.txt", world.queries)
    assert (tmp_path / "list.txt").read_bytes().split(b"\n") == lines, "the old list stays"
    write_file_list(tmp_path / "list0", world.queries, is_null_separated=True)
    assert (tmp_path / "list0").read_bytes().split(b"\0")[:-1] == [*map(os.fsencode, world.queries)]


def test_decided_files_are_those_of_the_folders_asked_for(world):
    with world.deciding() as journal:
        journal.judge([(world.queries[8], world.matches[2])], ACCEPT)
        journal.judge([(world.queries[1], world.matches[3])], UNSURE)
        journal.confirm_no_counterpart([world.queries[5]])
    held, folders = world.held(), (world.sketches, world.photos)
    of = {one: decided_files(held, one, folders) for one in DecidedFilter}
    assert of[DecidedFilter.ACCEPTED] == sorted([world.queries[8], world.matches[2]])
    assert of[DecidedFilter.CONFIRMED] == [world.queries[5]]
    assert len(of[DecidedFilter.DECIDED]) == 5
    assert decided_files(held, DecidedFilter.ACCEPTED, folders[1:]) == [world.matches[2]]


def test_a_stop_leaves_the_old_table(world, tmp_path):
    path = tmp_path / "matches.csv"
    path.write_text("old", encoding="utf-8")
    asked = iter([False] * 5)
    table = matches_table(world.query, world.gallery, world.held(), top_k=3)
    with pytest.raises(Cancelled):
        write_table(path, table, Work(should_stop=lambda: next(asked, True)))
    assert path.read_text(encoding="utf-8") == "old"
    assert not list(tmp_path.glob("*.tmp"))


def test_without_pyarrow_one_sentence_says_what_brings_it(world, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    table = decisions_table((), is_history=False)
    with pytest.raises(UserError, match=r"pip install 'uem-desktop\[parquet\]' brings it"):
        write_table(tmp_path / "a.parquet", table)
    assert write_table(tmp_path / "a.csv", table) == 0
