"""The numbers of a comparison, for machines and for people."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from training.evaluation.paired_bootstrap import Interval
from uem_desktop.cli.compare_steps import Compared
from uem_desktop.cli.embedding import encoder_text, skipped_json
from uem_desktop.cli.scores_text import retrieval_json
from uem_desktop.retrieval.compare import Comparison, ScoreChange
from uem_desktop.retrieval.compare_orders import CompareListing, CompareOrder, listed
from uem_desktop.retrieval.compare_query import (
    ComparedIndexes,
    compare_query,
    index_both,
)
from uem_desktop.retrieval.compare_words import (
    excluded_text,
    first_text,
    left_out_text,
    method_text,
    moves_sentence,
    points_text,
    verdict_text,
)
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.query_table import record_at

_PLAIN = "plain AP over the whole gallery, averaged over queries"
_INTERPOLATED = "interpolated AP, averaged over the queries of a category, then over categories"
_PLURALS = {"loss": "es", "win": "s"}


def comparison_json(compared: Compared, top_k: int, worst: int, best: int) -> dict[str, Any]:
    """Return all that ``uem compare --json`` prints: percent and points, not rounded."""
    found = compared.found
    to_wrong, to_right = found.flips(top_k)
    result: dict[str, Any] = {
        name: {"title": info.title, "fingerprint": info.fingerprint, **retrieval_json(scores)}
        for name, info, scores in zip(
            ("checkpoint", "against"), compared.infos, found.scores, strict=True
        )
    }
    result |= {
        "difference": {
            "plain": _change_json(found.plain),
            "interpolated": _change_json(found.interpolated),
        },
        "num_queries": len(found),
        "num_scored": int(found.is_scored.sum()),
        "num_gallery": found.ours.results.num_gallery,
        "left_out": {"queries": found.left_out.queries, "gallery": found.left_out.gallery},
        "wins": found.wins,
        "losses": found.losses,
        "ties": found.ties,
        "flips": {
            "top_k": top_k,
            "right_to_wrong": int(to_wrong.sum()),
            "wrong_to_right": int(to_right.sum()),
            "first_match": dict(
                zip(
                    ("right_to_wrong", "wrong_to_right"),
                    (int(counts.sum()) for counts in found.flips(1)),
                    strict=True,
                )
            ),
        },
        "first_correct_rank": asdict(found.first_moves),
        "queries": [_query_json(found, n, top_k) for n in range(len(found)) if found.is_scored[n]],
        "skipped": skipped_json(compared.failures),
    }
    if worst or best:
        indexes = index_both(found)
        for name, order, count in _lists(worst, best):
            places = listed(found, CompareListing(order), top_k)[:count].tolist()
            result[name] = [_ranked_json(found, indexes, place, top_k) for place in places]
    return result


def print_comparison(compared: Compared, top_k: int, worst: int, best: int) -> None:
    """Print what changed, with what each number means."""
    found = compared.found
    for title, domain in (("Query", found.ours.query), ("Gallery", found.ours.gallery)):
        images = f"{domain.ready_count:,} image{'' if domain.ready_count == 1 else 's'}"
        click.echo(f"{title:<12}{display_text(domain.scan.folder)} ({images})")
    for title, info in zip(("Checkpoint", "Against"), compared.infos, strict=True):
        click.echo(f"{title:<12}{display_text(encoder_text(info))} on {info.device_text}")
    for line in (excluded_text(found), left_out_text(found)):
        if line:
            click.echo(f"{line[:1].upper()}{line[1:]}")
    click.echo()
    _print_means(found)
    _print_counts(found, top_k)
    for name, order, count in _lists(worst, best):
        click.echo()
        _print_list(found, order, count, "loss" if name == "worst" else "win")
    if found.plain is not None:
        click.echo()
        notes = (f"(1) {_PLAIN}", f"(2) {_INTERPOLATED}", *method_text(found.plain).splitlines())
        for line in notes:
            click.secho(line, dim=True)


def _print_means(found: Comparison) -> None:
    count = int(found.is_scored.sum())
    for name, change in (
        ("mAP@All, plain (1)", found.plain),
        ("mAP@All, interpolated (2)", found.interpolated),
    ):
        if change is None:
            continue
        pair = f"{change.ours:6.2f} %  against {change.theirs:6.2f} %"
        click.echo(f"  {name:<26}{click.style(pair, bold=True)}  {verdict_text(change, count)}")
    for k, ours in found.scores[0].precision_at.items():
        theirs = found.scores[1].precision_at[k]
        if ours is not None and theirs is not None:
            pair = f"{ours:6.2f} %  against {theirs:6.2f} %"
            name = f"P@{k}"
            click.echo(
                f"  {name:<26}{click.style(pair, bold=True)}  {points_text(ours - theirs)} points"
            )


def _print_counts(found: Comparison, top_k: int) -> None:
    if found.plain is None:
        return
    click.echo()
    click.echo(
        f"  {'AP of a query':<26}{found.wins:,} win, {found.losses:,} lose,"
        f" {found.ties:,} stay the same"
    )
    click.echo(f"  {'First correct match':<26}{moves_sentence(found.first_moves)}")
    for k in dict.fromkeys((1, top_k)):
        lost, gained = (int(counts.sum()) for counts in found.flips(k))
        where = "First match" if k == 1 else f"First {k} matches"
        click.echo(f"  {where:<26}{lost:,} right to wrong, {gained:,} wrong to right")


def _print_list(found: Comparison, order: CompareOrder, count: int, what: str) -> None:
    places = listed(found, CompareListing(order), 1)[:count].tolist()
    counted = (
        f"The {len(places):,} largest {what}{_PLURALS[what]}"
        if len(places) != 1
        else f"The largest {what}"
    )
    click.secho(f"{counted}, in points of plain AP", bold=True)
    for place in places:
        record = record_at(found, place)
        ours, theirs = (100 * t.results.plain_ap[place] for t in (found.ours, found.theirs))
        click.echo(
            f"  {points_text(100 * float(found.change[place])):>6}"
            f"  AP {theirs:5.1f} → {ours:5.1f} %  first correct {first_text(found, place)}"
            f"  {display_text(record.category or '')}  {display_text(record.path)}"
        )


def _lists(worst: int, best: int) -> list[tuple[str, CompareOrder, int]]:
    wanted = (("worst", CompareOrder.LOSS, worst), ("best", CompareOrder.WIN, best))
    return [one for one in wanted if one[2]]


def _change_json(change: ScoreChange | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "points": change.points,
        "interval": _interval_json(change.within),
        "interval_over_categories": None
        if change.across is None
        else _interval_json(change.across),
    }


def _interval_json(interval: Interval) -> dict[str, Any]:
    return {
        "low": interval.low,
        "high": interval.high,
        "confidence": 0.95,
        "resamples": interval.resamples,
        "seed": interval.seed,
    }


def _query_json(found: Comparison, place: int, top_k: int) -> dict[str, Any]:
    record = record_at(found, place)
    ours, theirs = found.ours.results, found.theirs.results
    to_wrong, to_right = found.flips(top_k)
    return {
        "path": str(record.path),
        "category": record.category,
        "ap": {
            "checkpoint": 100 * float(ours.plain_ap[place]),
            "against": 100 * float(theirs.plain_ap[place]),
        },
        "change": 100 * float(found.change[place]),
        "first_correct_rank": {
            "checkpoint": int(ours.first_rank[place]),
            "against": int(theirs.first_rank[place]),
            "change": int(found.first_change[place]),
        },
        "right_to_wrong": int(to_wrong[place]),
        "wrong_to_right": int(to_right[place]),
    }


def _ranked_json(
    found: Comparison, indexes: ComparedIndexes, place: int, top_k: int
) -> dict[str, Any]:
    """Return a query with both rankings and the ranks of all that is relevant."""
    answer = compare_query(found, indexes, place, top_k)
    records = found.ours.gallery.records
    return {
        **_query_json(found, place, top_k),
        "matches": {
            name: [
                {
                    "path": str(match.record.path),
                    "category": match.record.category,
                    "rank": match.rank,
                    "similarity": match.similarity,
                    "correct": match.is_correct,
                }
                for match in result.matches
            ]
            for name, result in (("checkpoint", answer.ours), ("against", answer.theirs))
        },
        "relevant": [
            {"path": str(records[move.row].path), "checkpoint": move.ours, "against": move.theirs}
            for move in answer.relevant
        ],
    }
