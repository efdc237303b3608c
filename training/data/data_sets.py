"""The published data sets: how their domains are called, and what should be in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

DOMAINNET_SEVEN = ("bird", "feather", "teapot", "tiger", "whale", "windmill", "zebra")
"""The categories of DomainNet that have more than 200 images in every domain used (UEM §4)."""

_MANY_CATEGORIES = 300
"""So many categories under the names of DomainNet's domains are DomainNet, if perhaps damaged."""

_DOMAINNET_PAIRS = (
    ("quickdraw", "clipart"),
    ("clipart", "painting"),
    ("painting", "infograph"),
    ("infograph", "sketch"),
    ("sketch", "real"),
)


@dataclass(frozen=True, slots=True)
class DataSet:
    """What is known of a published data set.

    Attributes:
        name: As people call it.
        counts: Images by domain, in the order of the paper; None where no source has the number.
        category_count: Categories of each domain.
        pairs: (query, gallery) pairs of the paper; empty for all of them.
        aliases: Other spellings of a domain's folder, each as ``plain_name`` gives it.
    """

    name: str
    counts: dict[str, int | None]
    category_count: int
    pairs: tuple[tuple[str, str], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()

    def domain_of(self, folder: str) -> str | None:
        """Return the domain that a folder is named after, None for another folder."""
        spelt = dict(self.aliases) | {plain_name(name): name for name in self.counts}
        return spelt.get(plain_name(folder))


OFFICE_31 = DataSet("Office-31", {"amazon": 2817, "dslr": 498, "webcam": 795}, 31)
OFFICE_HOME = DataSet(
    "Office-Home",
    {"Art": 2427, "Clipart": 4365, "Product": 4439, "Real": 4357},
    65,
    aliases=(("realworld", "Real"),),
)
DOMAINNET = DataSet(
    "DomainNet",
    {
        "clipart": 48_129,
        "infograph": 51_605,
        "painting": 72_266,
        "quickdraw": 172_500,
        "real": 172_947,
        "sketch": 69_128,
    },
    345,
    pairs=_DOMAINNET_PAIRS,
)
DOMAINNET_7 = DataSet(
    "DomainNet (seven categories)",
    {
        "clipart": 1959,
        "infograph": 2121,
        "painting": 2415,
        "quickdraw": 3500,
        "real": None,
        "sketch": 2091,
    },
    len(DOMAINNET_SEVEN),
    pairs=_DOMAINNET_PAIRS,
)


def plain_name(name: str) -> str:
    """Return a name without case, blanks, hyphens and underscores: what people vary."""
    return "".join(letter for letter in name.casefold() if letter not in " -_")


def recognised(folders: Iterable[str], categories: Iterable[str]) -> DataSet | None:
    """Return the data set that folders of domains belong to, None if they are somebody's own.

    Office sets are told by their domains, of which more than half have to be there and nothing
    else; DomainNet, whose domains have everyday names, by its categories as well.

    Args:
        folders: Names of the domains' folders.
        categories: Of all domains together.
    """
    names = list(folders)
    for known in (OFFICE_31, OFFICE_HOME):
        if _all_belong(names, known) and 2 * len(names) > len(known.counts):
            return known
    plain = {plain_name(category) for category in categories}
    if not _all_belong(names, DOMAINNET):
        return None
    if len(plain) >= _MANY_CATEGORIES:
        return DOMAINNET
    is_seven = len(plain.intersection(DOMAINNET_SEVEN)) >= 5 and len(plain) <= 10
    return DOMAINNET_7 if is_seven else None


def _all_belong(names: list[str], known: DataSet) -> bool:
    found = {known.domain_of(name) for name in names}
    return None not in found and len(found) == len(names)
