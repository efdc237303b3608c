"""Data sets as they lie on disk: ROOT/DOMAIN/CATEGORY/IMAGE and the published variants of it.

Understood are Office-31 (with or without the level ``images/``), Office-Home, DomainNet (folders,
and its text lists ``DOMAIN_train.txt`` and ``DOMAIN_test.txt`` with a path and a label a line,
which then say what belongs to a domain), its seven-category subset, and anybody's own folders.
The root may lie one level deeper than named, and a domain may be split into ``train`` and ``test``.
"""

from __future__ import annotations

import difflib
import os
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path

from training.data.data_root_checks import left_out_problems, problems_of, unknown_categories
from training.data.data_sets import DataSet, plain_name, recognised
from training.data.domain_lists import listed_files, lists_of
from training.data.domain_source import DomainSource
from training.data.file_access import printable
from training.data.records import ImageRecord
from training.data.scanning import scan_folder
from training.data.training_images import TrainingImages, list_training_images
from training.errors import UserError
from training.progress import Progress

ALL_PAIRS = "all"
_WRAPPERS = ("images", "train")
_SPLITS = frozenset({"train", "training", "test", "testing", "val", "valid", "validation"})


@dataclass(frozen=True, slots=True)
class DataRoot:
    """A data set on disk.

    Attributes:
        path: The root, below which the domains are.
        data_set: Which published set it is, None for anybody's own.
        domains: Sorted as the data set has them, or by name.
        categories: The only categories looked at; None for all.
        left_out: Folders beside the domains that hold images, but none in a category looked at.
    """

    path: Path
    data_set: DataSet | None
    domains: tuple[DomainSource, ...]
    categories: frozenset[str] | None = None
    left_out: tuple[DomainSource, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the domains."""
        return tuple(domain.name for domain in self.domains)

    def problems(self) -> tuple[str, ...]:
        """Say in one sentence each what looks wrong; nothing of it keeps anybody from going on."""
        return problems_of(self.data_set, self.domains, self.left_out, self.categories)

    def domain(self, name: str) -> DomainSource:
        """Return a domain, whatever the case of its name and the blanks in it.

        Raises:
            UserError: There is none of this name.
        """
        wanted = plain_name(name)
        if self.data_set is not None:
            wanted = plain_name(self.data_set.domain_of(name) or name)
        for domain in self.domains:
            if plain_name(domain.name) == wanted:
                return domain
        close = difflib.get_close_matches(name, self.names, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(self.names)}."
        raise UserError(f"{printable(self.path)} has no domain {name}; {hint}")

    def pairs(self, spec: str | Sequence[str] = ALL_PAIRS) -> tuple[tuple[str, str], ...]:
        """Return pairs (query domain, gallery domain), each once, in the order asked for.

        Args:
            spec: ``"all"`` for every ordered pair, which for DomainNet are the paper's five; or
                one or more times ``QUERY:GALLERY``.

        Raises:
            UserError: A domain is unknown, or a pair is not one.
        """
        found: dict[tuple[str, str], None] = {}
        for text in [spec] if isinstance(spec, str) else spec:
            found |= dict.fromkeys(self._all() if text == ALL_PAIRS else [self._pair(text)])
        if not found:
            raise UserError(f"No pair of domains is left in {printable(self.path)}.")
        return tuple(found)

    def domain_images(
        self,
        name: str,
        *,
        as_domain: str | None = None,
        should_stop: Callable[[], bool] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> TrainingImages:
        """Read the images of a domain, in the order of their content.

        Args:
            name: Of the domain.
            as_domain: What the images shall call their domain; by default its name.
            should_stop: Asked before each file; True ends the work.
            on_progress: Told after each file.

        Raises:
            UserError: There is no such domain, or no image in it can be read.
            Cancelled: ``should_stop`` said so.
        """
        source = self.domain(name)
        return list_training_images(
            source.folder,
            as_domain or source.name,
            splits=source.splits,
            keep=_keeps(self.path, source.lists, self.categories),
            should_stop=should_stop,
            on_progress=on_progress,
        )

    def _all(self) -> list[tuple[str, str]]:
        published = self.data_set.pairs if self.data_set is not None else ()
        here = set(self.names)
        return [pair for pair in published if here.issuperset(pair)] or [
            *permutations(self.names, 2)
        ]

    def _pair(self, text: str) -> tuple[str, str]:
        query, colon, gallery = text.partition(":")
        if not (colon and query.strip() and gallery.strip()):
            raise UserError(
                f"{text} is no pair of domains; a pair is written QUERY:GALLERY, for example "
                f"{self.names[0]}:{self.names[-1]}, and all of them are {ALL_PAIRS}."
            )
        names = self.domain(query.strip()).name, self.domain(gallery.strip()).name
        if names[0] == names[1]:
            raise UserError(f"{text} is no pair: query and gallery are the same domain.")
        return names


def open_data_root(path: str | Path, *, categories: Collection[str] | None = None) -> DataRoot:
    """Look at a data set: list its files, read none.

    Args:
        path: The folder with the domains in it, or one that holds nothing else.
        categories: The only ones to look at, for example ``DOMAINNET_SEVEN``.

    Raises:
        UserError: The folder cannot be read, or fewer than two domains are in it.
    """
    root = _root_of(Path(path).expanduser())
    wanted = None if categories is None else frozenset(categories)
    sources = [_source(root, folder, wanted) for folder in _folders_in(root)]
    left_out = tuple(one for one in sources if one.holds_nothing_wanted)
    sources = [source for source in sources if source.counts or source.missing]
    if wanted and not sources and (unknown := unknown_categories(left_out, wanted)):
        raise UserError(unknown[0])
    if len(sources) < 2:
        what = f"only the domain {sources[0].name}" if sources else "no domain"
        why = "".join(f"; {one.rstrip('.')}" for one in left_out_problems(left_out))
        raise UserError(
            f"{printable(root)} has {what}; a data set lies as ROOT/DOMAIN/CATEGORY/IMAGE with "
            f"two domains or more{why}."
        )
    known = recognised(
        [source.name for source in sources], {name for one in sources for name in one.counts}
    )
    if known is not None:
        order = list(known.counts)
        named = {known.domain_of(source.name) or source.name: source for source in sources}
        sources = [
            replace(one, name=name)
            for name, one in sorted(named.items(), key=lambda item: order.index(item[0]))
        ]
    return DataRoot(root, known, tuple(sources), wanted, left_out)


def _root_of(path: Path) -> Path:
    """Go down as long as a folder holds a single folder, which in turn holds folders of folders."""
    for _ in range(3):
        inside = _folders_in(path)
        if len(inside) != 1 or not any(_folders_in(domain) for domain in _folders_in(inside[0])):
            break
        path = inside[0]
    return path


def _folders_in(folder: Path) -> list[Path]:
    try:
        inside = [one for one in folder.iterdir() if not one.name.startswith(".") and one.is_dir()]
    except OSError as error:
        scan_folder(folder, folder.name)  # says in a sentence why a folder cannot be read
        raise UserError(f"The folder {printable(folder)} cannot be read.") from error
    return sorted(inside, key=os.fsencode)


def _source(root: Path, folder: Path, wanted: frozenset[str] | None) -> DomainSource:
    lists = lists_of(root, folder.name)
    inside = [] if lists else _folders_in(folder)
    place = inside[0] if len(inside) == 1 and inside[0].name in _WRAPPERS else folder
    splits = _splits_of(inside)
    keep = _keeps(root, lists, None)
    scan = scan_folder(place, folder.name, splits=splits)
    records = [one for one in scan.records if keep is None or keep(one)]
    missing: list[str] = []
    if lists:
        there = {os.fspath(one.path) for one in records}
        listed = (
            one for one in listed_files(root, lists) if wanted is None or _parent(one) in wanted
        )
        missing = sorted(os.path.relpath(one, root) for one in listed if one not in there)
    counts = Counter(one.category for one in records if one.category is not None)
    kept = counts.keys() if wanted is None else counts.keys() & wanted
    return DomainSource(
        folder.name,
        place,
        lists,
        {name: counts[name] for name in sorted(kept)},
        tuple(missing),
        splits=splits,
        loose_count=len(records) - counts.total(),
        passed_over=tuple(sorted(counts.keys() - kept)),
    )


def _splits_of(folders: Sequence[Path]) -> tuple[str, ...]:
    """Return the names of folders that are all parts of one domain, with categories in each."""
    are_splits = len(folders) > 1 and all(
        folder.name.casefold() in _SPLITS and _folders_in(folder) for folder in folders
    )
    return tuple(folder.name for folder in folders) if are_splits else ()


def _keeps(
    root: Path, lists: Sequence[Path], wanted: Collection[str] | None
) -> Callable[[ImageRecord], bool] | None:
    """Return what tells images of a domain from others; None where all belong to it."""
    if not lists and wanted is None:
        return None
    listed = listed_files(root, lists) if lists else None

    def keep(record: ImageRecord) -> bool:
        if listed is not None and os.fspath(record.path) not in listed:
            return False
        return wanted is None or record.category in wanted

    return keep


def _parent(path: str) -> str:
    return os.path.basename(os.path.dirname(path))
