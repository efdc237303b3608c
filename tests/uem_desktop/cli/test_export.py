from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from export_world import EVIL_NAMES, ExportWorld

from uem_desktop.retrieval.decisions import Judgement
from uem_desktop.retrieval.export_text import from_cell
from uem_desktop.retrieval.project import Project


@pytest.fixture
def world(tmp_path: Path) -> ExportWorld:
    world = ExportWorld(tmp_path / "home")
    with world.deciding() as journal:
        journal.judge([(world.queries[8], world.matches[0])], Judgement.ACCEPT)
        journal.judge([(world.queries[2], world.matches[5])], Judgement.REJECT)
    return world


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{k: from_cell(cell) for k, cell in row.items()} for row in csv.DictReader(file)]


def test_matches_are_those_of_uem_search(uem: Any, world: ExportWorld, tmp_path: Path) -> None:
    out = tmp_path / "matches.csv"
    done = uem("export", "matches", "--project", world.path, "--out", out)
    assert (done.code, done.out) == (0, f"Wrote 27 matches to {out}\n")
    found = uem(
        "search", "--query", world.sketches, "--gallery", world.photos,
        "--checkpoint", "sample", "--top-k", "3", "--json",
    ).json  # fmt: skip
    expected = [
        (result["path"], match["path"], match["rank"], match["similarity"])
        for result in found["queries"]
        for match in result["matches"]
    ]
    rows = rows_of(out)
    assert [
        (row["query"], row["match"], int(row["rank"]), float(row["similarity"])) for row in rows
    ] == expected
    decided = {(row["query"], row["match"]): row["decision"] for row in rows}
    pair = (str(world.queries[8]), str(world.matches[0]))
    assert decided.get(pair, "accepted") == "accepted"

    more = uem(
        "export", "matches", "--project", world.path, "--out", tmp_path / "m.parquet",
        "--top-k", "5", "--retrieval-help", "centring",
    )  # fmt: skip
    assert more.code == 0
    assert pyarrow.parquet.read_table(tmp_path / "m.parquet").num_rows == 45


def test_decisions_lists_pairs_and_hard_negatives(
    uem: Any, world: ExportWorld, tmp_path: Path
) -> None:
    def export(what: str, *more: str | Path) -> Any:
        return uem("export", what, "--project", world.path, *more)

    done = export("decisions", "--out", tmp_path / "d.csv", "--history")
    assert done.out == f"Wrote 2 entries to {tmp_path / 'd.csv'}\n"
    assert [row["value"] for row in rows_of(tmp_path / "d.csv")] == ["accepted", "rejected"]

    done = export("files", "--out", tmp_path / "list", "--side", "query")
    assert done.out == f"Wrote 1 path to {tmp_path / 'list'}\n"
    assert (tmp_path / "list").read_bytes() == os.fsencode(world.queries[8]) + b"\n"
    done = export("files", "--out", tmp_path / "list0", "--decided", "decided", "--null")
    assert len((tmp_path / "list0").read_bytes().split(b"\0")) == 5
    done = export("files", "--out", tmp_path / "copies", "--as", "hard-links")
    assert done.out == f"Linked 2 images into {tmp_path / 'copies'}.\n"

    done = export("pairs", "--out", tmp_path / "tree")
    assert done.code == 0
    tree = sorted(
        path.relative_to(tmp_path / "tree") for path in (tmp_path / "tree").rglob("*.png")
    )
    assert [path.parts[0] for path in tree] == ["photos", "sketches"]
    assert tree[1].name in EVIL_NAMES

    done = export("hard-negatives", "--out", tmp_path / "hard.csv", "--top-k", "5")
    assert done.code == 0
    rejected = [row for row in rows_of(tmp_path / "hard.csv") if "rejected" in row["reason"]]
    assert [row["query"] for row in rejected] == [str(world.queries[2])]


def test_what_is_wrong_is_one_sentence(uem: Any, world: ExportWorld, tmp_path: Path) -> None:
    missing = uem("export", "decisions", "--project", tmp_path / "no.uem", "--out", tmp_path / "a")
    assert missing.code == 2
    assert missing.err.count("\n") == 1
    Project().save(tmp_path / "empty.uem")
    empty = uem("export", "pairs", "--project", tmp_path / "empty.uem", "--out", tmp_path / "a")
    assert (empty.code, "has no two folders yet" in empty.err) == (2, True)
    nothing = uem("export", "files", "--project", world.path, "--out", tmp_path / "u",
                  "--decided", "unsure", "--as", "copies")  # fmt: skip
    assert (nothing.code, nothing.err) == (
        0, "Nothing was decided so, and nothing was written.\n",
    )  # fmt: skip
    world.matches[0].unlink()
    partly = uem("export", "pairs", "--project", world.path, "--out", tmp_path / "tree")
    assert partly.code == 1
    assert "1 image failed: bird-0.png: it is not there any more" in partly.out
