"""Accepted pairs as a folder tree ``DOMAIN/CATEGORY/IMAGE``, the usual form of such data."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePath

from uem_desktop.retrieval.decisions import Judgement, Kind
from uem_desktop.retrieval.file_copies import Wanted
from uem_desktop.retrieval.held_decisions import HeldDecisions

_ELSEWHERE = "elsewhere"
_LONGEST_NAME_BYTES = 200


def pair_tree(
    decisions: HeldDecisions, query_folder: Path, gallery_folder: Path
) -> tuple[Wanted, ...]:
    """Return where each image of an accepted pair belongs in the tree.

    An image lies in the category that a person gave it, or else in that of its folder. One without
    any takes that of the images that it is connected with by accepted pairs, if they have just one;
    where they have none or several, the connected images are a folder of their own, ``group-0001``.

    Args:
        decisions: What holds.
        query_folder: Folder of the query domain.
        gallery_folder: Folder of the gallery domain.
    """
    domains = _named_domains(query_folder, gallery_folder)
    wanted = []
    nameless = 0
    for group in connected_groups(list(decisions.pairs(Judgement.ACCEPT))):
        categories = {
            path: decisions.value(Kind.CATEGORY, path) or _category_below(path, domains)
            for path in group
        }
        known = {category for category in categories.values() if category is not None}
        other = known.pop() if len(known) == 1 else None
        if other is None and None in categories.values():
            nameless += 1
            other = f"group-{nameless:04}"
        for path, category in categories.items():
            name = as_folder_name(category or other or "")
            wanted.append(Wanted(path, PurePath(_domain_of(path, domains), name, path.name)))
    return tuple(wanted)


def connected_groups(pairs: Sequence[tuple[Path, Path]]) -> list[list[Path]]:
    """Return the images that pairs connect, directly or by others, group by group.

    Groups, and images in them, stand in the order in which they are first named.
    """
    parent: dict[Path, Path] = {}

    def root(path: Path) -> Path:
        while parent[path] != path:
            parent[path] = parent[parent[path]]
            path = parent[path]
        return path

    order: dict[Path, None] = {}
    for pair in pairs:
        for path in pair:
            parent.setdefault(path, path)
            order[path] = None
        one, other = root(pair[0]), root(pair[1])
        parent[other] = one
    groups: dict[Path, list[Path]] = {}
    for path in order:
        groups.setdefault(root(path), []).append(path)
    return list(groups.values())


def as_folder_name(category: str) -> str:
    """Return a category as the name of one folder, whatever a person wrote."""
    separators = {os.sep, os.altsep or os.sep, "\0"}
    name = "".join("-" if character in separators else character for character in category)
    raw = os.fsencode(name)
    while len(raw) > _LONGEST_NAME_BYTES:
        name = name[:-1]
        raw = os.fsencode(name)
    return name if name.strip(". ") else "_"


def _named_domains(query_folder: Path, gallery_folder: Path) -> dict[str, str]:
    """Return the name of each domain in the tree by its folder's absolute path with a separator."""
    query, gallery = (os.path.abspath(one) for one in (query_folder, gallery_folder))
    names = [as_folder_name(os.path.basename(one)) for one in (query, gallery)]
    if names[0].casefold() == names[1].casefold():
        names = [f"query-{names[0]}", f"gallery-{names[1]}"]
    return dict(zip((os.path.join(query, ""), os.path.join(gallery, "")), names, strict=True))


def _domain_of(path: Path, domains: dict[str, str]) -> str:
    text = os.path.abspath(path)
    inside = [prefix for prefix in domains if text.startswith(prefix)]
    return domains[max(inside, key=len)] if inside else _ELSEWHERE


def _category_below(path: Path, domains: dict[str, str]) -> str | None:
    """Return the first-level sub-folder that an image lies in, which is its category."""
    text = os.path.abspath(path)
    for prefix in sorted(domains, key=len, reverse=True):
        if text.startswith(prefix):
            first, separator, _ = text[len(prefix) :].partition(os.sep)
            return first if separator else None
    return None
