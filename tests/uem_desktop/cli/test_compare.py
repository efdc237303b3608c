"""`uem compare`: its numbers are those of `uem evaluate`, and it says what changed."""

from __future__ import annotations

import csv

import pytest

PAIR = ("--checkpoint", "sample", "--against", "pretrained")


@pytest.fixture
def asked(folders):
    return ("--query", str(folders[0]), "--gallery", str(folders[1]))


@pytest.fixture
def found(uem, asked):
    return uem("compare", *asked, *PAIR, "--worst", "2", "--best", "1", "--json").json


def test_both_sides_equal_evaluate_to_the_last_digit(uem, asked, found) -> None:
    for name, spec in (("checkpoint", "sample"), ("against", "pretrained")):
        alone = uem("evaluate", *asked, "--checkpoint", spec, "--worst", "99", "--json").json
        assert found[name]["map_at_all"] == alone["map_at_all"]
        assert found[name]["precision_at"] == alone["precision_at"]
        assert found["num_queries"] == alone["num_queries"]
        assert found["skipped"] == alone["skipped"]
        assert found["num_gallery"] == alone["num_gallery"]
        alone_by_path = {query["path"]: query for query in alone["worst"]}
        assert alone_by_path.keys() == {query["path"] for query in found["queries"]}
        for query in found["queries"]:
            assert query["ap"][name] == alone_by_path[query["path"]]["ap"]["plain"]
            first = alone_by_path[query["path"]]["first_correct_rank"]
            assert query["first_correct_rank"][name] == first


def test_differences_wins_and_lists_follow_from_the_queries(found) -> None:
    changes = [query["change"] for query in found["queries"]]
    assert len(changes) == found["num_scored"] == 12
    assert found["wins"] == sum(change > 0 for change in changes)
    assert found["losses"] == sum(change < 0 for change in changes)
    plain = found["difference"]["plain"]
    assert plain["points"] == pytest.approx(sum(changes) / len(changes))
    assert plain["interval"]["low"] <= plain["points"] <= plain["interval"]["high"]
    assert (plain["interval"]["resamples"], plain["interval"]["seed"]) == (2000, 2024)
    for key in ("right_to_wrong", "wrong_to_right"):
        assert found["flips"][key] == sum(query[key] for query in found["queries"])
    moves = [query["first_correct_rank"] for query in found["queries"]]
    assert all(rank["change"] == rank["checkpoint"] - rank["against"] for rank in moves)
    by = [rank["change"] for rank in moves]
    assert found["first_correct_rank"] == {
        "up": sum(one < 0 for one in by),
        "down": sum(one > 0 for one in by),
        "same": by.count(0),
        "ranks_up": -sum(one for one in by if one < 0),
        "ranks_down": sum(one for one in by if one > 0),
    }
    assert set(found["flips"]["first_match"]) == {"right_to_wrong", "wrong_to_right"}
    assert [query["change"] for query in found["worst"]] == sorted(changes)[:2]
    assert [query["change"] for query in found["best"]] == sorted(changes)[-1:]
    query = found["worst"][0]
    assert len(query["matches"]["checkpoint"]) == len(query["matches"]["against"]) == 10
    ranks = {image["path"]: image for image in query["relevant"]}
    for match in query["matches"]["checkpoint"]:
        assert match["correct"] == (match["path"] in ranks)
        if match["correct"]:
            assert ranks[match["path"]]["checkpoint"] == match["rank"]


def test_the_same_checkpoint_twice_changes_nothing(uem, asked) -> None:
    out = uem("compare", *asked, "--against", "pretrained").out
    assert "the same, 95 % interval 0.0 to 0.0, 12 queries" in out
    assert "0 win, 0 lose, 12 stay the same" in out


def test_the_text_says_numbers_lists_and_how_the_interval_was_made(uem, asked) -> None:
    outcome = uem("compare", *asked, *PAIR, "--worst", "1")
    assert outcome.code == 0
    for part in (
        "mAP@All, plain (1)",
        "points",
        "95 % interval",
        "12 queries",
        "4 excluded: no category, or none of theirs in the gallery",
        "right to wrong",
        "The largest loss, in points of plain AP",
        "Paired bootstrap, 2,000 resamples, seed 2024:",
    ):
        assert part in outcome.out
    assert "3 files were skipped" in outcome.err


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_figure_is_written(uem, asked, tmp_path, suffix) -> None:
    path = tmp_path / f"figure <1> & 🐦.{suffix}"
    outcome = uem("compare", *asked, *PAIR, "--figure", str(path), "--names", "UEM", "DGDIR")
    assert outcome.code == 0
    assert f"Figure: {path}" in outcome.err
    starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
    assert path.read_bytes().startswith(starts[suffix])


def test_what_cannot_be_is_said_in_one_sentence(uem, asked, folders, tmp_path) -> None:
    gif = uem("compare", *asked, *PAIR, "--figure", str(tmp_path / "x.gif"))
    assert gif.err == "A figure is a .png, .svg or .pdf file, which x.gif is not.\n"
    lost = uem("compare", *asked, *PAIR, "--figure", str(tmp_path / "no" / "x.png"))
    assert lost.err == f"There is no folder {tmp_path / 'no'} for the figure.\n"
    other = next((folders[1] / "bird").glob("*.png"))
    arguments = ("--figure", str(tmp_path / "x.png"), "--show", str(other))
    stranger = uem("compare", *asked, *PAIR, *arguments)
    assert stranger.err.endswith(f"{other} is not one of the queries.\n")
    assert {gif.code, lost.code, stranger.code} == {2}
    missing = uem("compare", *asked)
    assert "--against" in missing.err


def test_chosen_queries_stand_in_the_figure(uem, asked, folders, tmp_path, monkeypatch) -> None:
    from uem_desktop.cli import compare_steps

    drawn = []
    monkeypatch.setattr(
        compare_steps,
        "figure_rows",
        lambda found, indexes, places, titles, top_k: (
            drawn.append(
                ([found.ours.query.records[int(found.rows[p])].path for p in places], titles, top_k)
            )
            or ()
        ),
    )
    chosen = sorted((folders[0] / "fruit").glob("*.png"))[1:3]
    show = [part for path in chosen for part in ("--show", str(path))]
    figure = ("--figure", str(tmp_path / "x.png"), "--top-k", "3")
    uem("compare", *asked, *PAIR, *figure, *show)
    [(paths, titles, top_k)] = drawn
    assert paths == chosen
    assert titles[1] == "EfficientNet-Lite0, ImageNet"
    assert top_k == 3


def test_the_table_holds_the_numbers_of_json_query_by_query(uem, asked, found, tmp_path) -> None:
    path = tmp_path / "numbers.csv"
    outcome = uem("compare", *asked, *PAIR, "--table", str(path))
    assert f"Table: {path} (16 queries)" in outcome.err
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["query"]: row for row in csv.DictReader(file)}
    assert len(rows) == found["num_queries"] == 16
    for query in found["queries"]:
        row = rows.pop(query["path"])
        assert float(row["ap_checkpoint"]) == query["ap"]["checkpoint"]
        assert float(row["ap_change"]) == query["change"]
        assert int(row["first_correct_rank_change"]) == query["first_correct_rank"]["change"]
        assert int(row["right_to_wrong"]) == query["right_to_wrong"]
        assert (row["category"], row["top_k"]) == (query["category"], "10")
    assert {row["ap_checkpoint"] for row in rows.values()} == {""}, "they have no AP"
