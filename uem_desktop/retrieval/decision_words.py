"""Decisions in words: what was done, what holds, what another window did."""

from __future__ import annotations

from collections.abc import Sequence

from uem_desktop.retrieval.decisions import Action, Entry, Judgement, Kind
from uem_desktop.retrieval.display_text import display_text

PAST = {Judgement.ACCEPT: "accepted", Judgement.REJECT: "rejected", Judgement.UNSURE: "unsure"}
_LONGEST_NOTE = 60


def taken_sentence(entries: Sequence[Entry]) -> str:
    """Say what an act did: ``Accepted 3 pairs.``, ``Undone: rejected sketch.png ↔ photo.jpg.``."""
    if not entries:
        return ""
    first = entries[0]
    if first.action is Action.DECIDE:
        text = _deed(first.kind, first.after, entries)
        return f"{text[:1].upper()}{text[1:]}."
    is_undo = first.action is Action.UNDO
    value = first.before if is_undo else first.after
    return f"{'Undone' if is_undo else 'Done again'}: {_deed(first.kind, value, entries)}."


def foreign_sentence(entries: Sequence[Entry]) -> str:
    """Say what another window did."""
    if not entries:
        return ""
    last = [entry for entry in entries if entry.batch == entries[-1].batch]
    text = taken_sentence(last)
    more = len(entries) - len(last)
    others = f" And {more:,} more." if more else ""
    return f"In another window, by {display_text(last[0].reviewer)}: {text}{others}"


def conflict_sentence(earlier: Entry, later: Entry, count: int) -> str:
    """Say that a decision took the place of one that another window had just taken."""
    others = f" (and {count - 1:,} more)" if count > 1 else ""
    return (
        f"{_who_did(earlier)}, then {_who_did(later)}, in two windows, about"
        f" {target_text([later])}{others}; both are in the journal and the later one holds."
    )


def holds_sentence(entry: Entry) -> str:
    """Say what holds, by whom and since when (local time): for tool tips and the preview."""
    at = entry.at.astimezone().strftime("%Y-%m-%d %H:%M")
    return f"{value_text(entry.kind, entry.after)} by {display_text(entry.reviewer)}, {at}"


def note_text(note: str) -> str:
    """Write a note of several lines in one: ``blurred / ask the owner``."""
    return " / ".join(display_text(line.strip()) for line in note.splitlines() if line.strip())


def value_text(kind: Kind, value: str | None) -> str:
    """Say a value: ``accepted``, ``category bird``, ``note “…”``."""
    match kind, value:
        case Kind.JUDGEMENT, None:
            return "decision taken back"
        case Kind.JUDGEMENT, str():
            return PAST[Judgement(value)]
        case Kind.CATEGORY, None:
            return "category as the folder says"
        case Kind.CATEGORY, str():
            return f"category {display_text(value)}"
        case Kind.NOTE, None:
            return "note removed"
        case Kind.NOTE, str():
            text = note_text(value)
            return f"note “{text[:_LONGEST_NOTE]}{'…' if len(text) > _LONGEST_NOTE else ''}”"
        case _, None:
            return "no counterpart taken back"
        case _:
            return "no counterpart confirmed"


def target_text(entries: Sequence[Entry]) -> str:
    """Name what entries are about: one by its files, several by their number."""
    first = entries[0]
    if len(entries) > 1:
        thing = "pairs" if first.kind is Kind.JUDGEMENT else "images"
        return f"{len(entries):,} {thing}"
    name = display_text(first.image.name)
    return name if first.other is None else f"{name} ↔ {display_text(first.other.name)}"


def _deed(kind: Kind, value: str | None, entries: Sequence[Entry]) -> str:
    target = target_text(entries)
    if kind is Kind.JUDGEMENT and value in (Judgement.ACCEPT, Judgement.REJECT):
        return f"{PAST[Judgement(value)]} {target}"
    values = {entry.after for entry in entries}
    if entries[0].action is not Action.DECIDE and len(values) > 1:
        return f"decisions about {target}"
    return f"{value_text(kind, value)}: {target}"


def _who_did(entry: Entry) -> str:
    return f"{display_text(entry.reviewer)}: {value_text(entry.kind, entry.after)}"
