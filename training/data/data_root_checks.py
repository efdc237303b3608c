"""What looks wrong with a data root, said before anything long starts."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence

from training.data.data_sets import DataSet, plain_name
from training.data.domain_source import DomainSource
from training.data.file_access import printable

_LIKENESS = 0.7
"""`bycicle` and `bicycle` are alike to 0.71; what differs more is taken for two words."""


def problems_of(
    data_set: DataSet | None,
    domains: Sequence[DomainSource],
    left_out: Sequence[DomainSource] = (),
    wanted: Collection[str] | None = None,
) -> tuple[str, ...]:
    """Return one sentence for each thing that looks wrong, or that not everybody would expect.

    Args:
        data_set: Which published set it is, None for anybody's own.
        domains: Those that can be used.
        left_out: Folders that hold images, but none in a category that is looked at.
        wanted: The only categories looked at; None for all.
    """
    found: list[str] = []
    if data_set is not None:
        found += _missing_domains(data_set, domains)
    found += left_out_problems(left_out)
    found += unknown_categories([*domains, *left_out], wanted or ())
    for domain in domains:
        found += _layout_findings(domain)
        found += _list_problems(domain)
    if data_set is not None:
        for domain in domains:
            found += _unexpected_counts(data_set, domain)
    found += _near_misses({domain.name: set(domain.counts) for domain in domains})
    return tuple(found)


def left_out_problems(left_out: Sequence[DomainSource]) -> Iterator[str]:
    """Say of each folder that looks like a domain why it is none."""
    for one in left_out:
        if one.passed_over:
            yield f"{one.name} has none of the categories asked for and is left out."
        else:
            yield (
                f"{one.name} has {_images(one.loose_count)} but no folder for each category, and "
                "is left out."
            )


def unknown_categories(domains: Sequence[DomainSource], wanted: Collection[str]) -> tuple[str, ...]:
    """Say of each category that was asked for and that no domain has what it may have meant."""
    there = {name for domain in domains for name in (*domain.counts, *domain.passed_over)}
    found = []
    for name in sorted(set(wanted) - there):
        close = _closest(name, sorted(there))
        hint = f"; did you mean {printable(close)}?" if close is not None else "."
        found.append(f"No domain has a category {printable(name)}{hint}")
    return tuple(found)


def _layout_findings(domain: DomainSource) -> Iterator[str]:
    if domain.splits:
        parts = " and ".join(domain.splits)
        yield f"{domain.name} is split into {parts}, which are taken together as one domain."
    if domain.loose_count:
        verb = "lies" if domain.loose_count == 1 else "lie"
        yield (
            f"{_images(domain.loose_count)} of {domain.name} {verb} in no folder of a category "
            "and will not be used."
        )


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count:,} images"


def _missing_domains(data_set: DataSet, domains: Sequence[DomainSource]) -> Iterator[str]:
    here = {domain.name for domain in domains}
    for name in data_set.counts:
        if name not in here:
            yield f"{data_set.name} has a domain {name}, which is missing here."


def _list_problems(domain: DomainSource) -> Iterator[str]:
    if len(domain.lists) == 1:
        yield (
            f"{domain.name} has the list {domain.lists[0].name} only, not one each of train and "
            "test."
        )
    if domain.missing:
        count = len(domain.missing)
        what = "image is" if count == 1 else "images are"
        yield (
            f"{count:,} listed {what} missing in {domain.name}, for example "
            f"{printable(domain.missing[0])}."
        )


def _unexpected_counts(data_set: DataSet, domain: DomainSource) -> Iterator[str]:
    expected = data_set.counts[domain.name]
    if expected is not None and domain.image_count != expected:
        yield (
            f"{domain.name} has {domain.image_count:,} images where {data_set.name} has "
            f"{expected:,}."
        )
    if len(domain.counts) != data_set.category_count:
        yield (
            f"{domain.name} has {len(domain.counts)} categories where {data_set.name} has "
            f"{data_set.category_count}."
        )


def _near_misses(categories: Mapping[str, set[str]]) -> Iterator[str]:
    """Find names that are spelt in one way in some domains and nearly so in the others."""
    homes: dict[str, set[str]] = {}
    for domain, names in categories.items():
        for name in names:
            homes.setdefault(name, set()).add(domain)
    rare_first = sorted(homes, key=lambda name: (len(homes[name]), name))
    said: set[str] = set()
    for name in rare_first:
        others = [
            other
            for other in homes
            if other not in said | {name}
            and homes[other].isdisjoint(homes[name])
            and len(homes[other]) >= len(homes[name])
        ]
        close = _closest(name, others)
        if close is not None and len(homes[name]) < len(categories):
            said.add(name)
            here, there = (" and ".join(sorted(homes[one])) for one in (name, close))
            yield (
                f"The category {printable(name)} is in {here} only, and {printable(close)} in "
                f"{there}: are they the same?"
            )


def _closest(name: str, others: Sequence[str]) -> str | None:
    for other in others:
        if plain_name(other) == plain_name(name):
            return other
    found = difflib.get_close_matches(name, others, n=1, cutoff=_LIKENESS)
    return found[0] if found else None
