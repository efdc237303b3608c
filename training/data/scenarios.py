"""Close-set, partial and open-set: which categories each side of a pair keeps (UEM §4.1, App. B.2).

Settings are cut from the categories that both domains have, so that they hold what their names
say; images of other categories are left out, in training too.

Each category draws a number of its own from ``stream(seed, "classes", setting, category)``, and
the half with the smallest numbers is the one that is drawn (G23, G24). The draw so depends on the
seed, the setting and the names of the categories: not on the method, not on the direction of the
pair, and two pairs of one data set whose categories are the same get the same half. Pairs that
differ in a category differ in little more than that category.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal, get_args

from training.data.file_access import printable
from training.data.random_streams import stream
from training.data.training_images import TrainingImages
from training.errors import UserError

Setting = Literal["close-set", "partial", "open-set"]
Rounding = Literal["floor", "ceil"]

SETTINGS: tuple[Setting, ...] = get_args(Setting)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What each side of a pair keeps.

    Attributes:
        setting: ``"close-set"``: both sides keep all common categories; ``"partial"``: the query
            side keeps half of them; ``"open-set"``: the gallery keeps half of them.
        query_categories: What the query domain keeps, sorted.
        gallery_categories: What the gallery domain keeps, sorted.
        shared: Kept on both sides, sorted.
        private: Kept on the query side only, sorted.
        seed: Of the draw.
        rounding: Of half of an odd number.
    """

    setting: Setting
    query_categories: tuple[str, ...]
    gallery_categories: tuple[str, ...]
    shared: tuple[str, ...]
    private: tuple[str, ...]
    seed: int
    rounding: Rounding


def draw_scenario(
    setting: Setting,
    query_categories: Iterable[str | None],
    gallery_categories: Iterable[str | None],
    *,
    seed: int,
    rounding: Rounding = "floor",
) -> Scenario:
    """Draw the categories of a setting.

    Args:
        setting: One of ``SETTINGS``.
        query_categories: Categories of the query domain, in any order, as often as you like;
            None stands for an unknown one and is passed over.
        gallery_categories: Categories of the gallery domain, likewise.
        seed: Of the draw.
        rounding: Whether half of an odd number is rounded down, as by default, or up.

    Raises:
        UserError: The domains have no category in common, or too few to be halved.
        ValueError: No such setting or rounding.
    """
    if setting not in SETTINGS:
        raise ValueError(f"no setting is called {setting!r}")
    if rounding not in get_args(Rounding):
        raise ValueError(f"no rounding is called {rounding!r}")
    names = {name for name in query_categories if name is not None}
    common = tuple(sorted(names.intersection(gallery_categories)))
    if not common:
        raise UserError("The two domains have no category in common.")
    query, gallery = common, common
    if setting != "close-set":
        if len(common) < 2:
            raise UserError(
                f"The setting {setting} needs two common categories or more; "
                f"{printable(common[0])} is the only one."
            )
        half = _drawn_half(setting, common, seed, rounding)
        query, gallery = (half, common) if setting == "partial" else (common, half)
    return Scenario(
        setting=setting,
        query_categories=query,
        gallery_categories=gallery,
        shared=tuple(name for name in query if name in gallery),
        private=tuple(name for name in query if name not in gallery),
        seed=seed,
        rounding=rounding,
    )


def restricted(images: TrainingImages, categories: Collection[str]) -> TrainingImages:
    """Return the images of some categories, in the order they had.

    Files that cannot be used are kept in the list of failures unless they lie in the folder of
    another category.

    Raises:
        UserError: None is left.
    """
    kept = [row for row, one in enumerate(images.records) if one.category in categories]
    if not kept:
        raise UserError(
            f"No image of {printable(images.folder)} belongs to the categories of this setting."
        )
    others = {
        (one.category, one.path.parent) for one in images.records if one.category not in categories
    }
    other_folders = {
        folder
        for category, parent in others
        for folder in (parent, *parent.parents)
        if folder.name == category and images.folder in folder.parents
    }
    return replace(
        images,
        records=tuple(images.records[row] for row in kept),
        digests=tuple(images.digests[row] for row in kept),
        failures=tuple(
            one
            for one in images.failures
            if other_folders.isdisjoint([one.path, *one.path.parents])
        ),
    )


def _drawn_half(
    setting: str, common: tuple[str, ...], seed: int, rounding: Rounding
) -> tuple[str, ...]:
    """Return the sorted half of the common categories whose own numbers are smallest."""
    count = (len(common) + (rounding == "ceil")) // 2
    drawn = sorted(common, key=lambda name: stream(seed, "classes", setting, name).random())
    return tuple(sorted(drawn[:count]))
