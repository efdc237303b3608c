from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from training.data.random_streams import stream
from training.data.records import DecodeFailure, ImageRecord
from training.data.scenarios import SETTINGS, Rounding, Setting, draw_scenario, restricted
from training.data.training_images import TrainingImages
from training.errors import UserError

SEVEN = ("bird", "feather", "teapot", "tiger", "whale", "windmill", "zebra")


def images(*categories: str | None, failures: tuple[str, ...] = ()) -> TrainingImages:
    folder = Path("set")
    return TrainingImages(
        folder,
        "a",
        tuple(
            ImageRecord(row, folder / (category or ".") / f"{row}.png", "a", category)
            for row, category in enumerate(categories)
        ),
        tuple(f"{row:032x}" for row in range(len(categories))),
        tuple(DecodeFailure(folder / path, "damaged") for path in failures),
    )


def literal_half(setting: str, names: tuple[str, ...], seed: int, count: int) -> set[str]:
    numbers = {name: stream(seed, "classes", setting, name).random() for name in names}
    return {name for name in names if sum(n < numbers[name] for n in numbers.values()) < count}


def test_close_set_keeps_what_both_have() -> None:
    drawn = draw_scenario("close-set", ["b", "a", None, "a", "x"], ["b", "a", None, "y"], seed=1)
    assert drawn.query_categories == drawn.gallery_categories == drawn.shared == ("a", "b")
    assert drawn.private == ()


@pytest.mark.parametrize(("rounding", "count"), [("floor", 3), ("ceil", 4)])
@pytest.mark.parametrize("seed", [2024, 2025, 2026])
def test_one_side_keeps_a_half(rounding: Rounding, count: int, seed: int) -> None:
    partial = draw_scenario("partial", SEVEN, SEVEN, seed=seed, rounding=rounding)
    assert partial.gallery_categories == SEVEN
    assert partial.query_categories == partial.shared
    assert set(partial.shared) == literal_half("partial", SEVEN, seed, count)
    assert partial.private == ()
    open_set = draw_scenario("open-set", SEVEN, SEVEN, seed=seed, rounding=rounding)
    assert open_set.query_categories == SEVEN
    assert open_set.gallery_categories == open_set.shared
    assert set(open_set.shared) == literal_half("open-set", SEVEN, seed, count)
    assert sorted(open_set.shared + open_set.private) == list(SEVEN)
    assert (open_set.seed, open_set.rounding) == (seed, rounding)


@pytest.mark.parametrize(("total", "half"), [(31, 15), (65, 32), (7, 3)])
def test_the_halves_of_the_published_sets(total: int, half: int) -> None:
    names = [f"{number:02}" for number in range(total)]
    assert len(draw_scenario("partial", names, names, seed=2024).shared) == half


def test_the_draw_hangs_on_seed_and_setting_and_not_on_order_or_direction() -> None:
    def half(setting: Setting, seed: int, first: object = SEVEN, second: object = SEVEN) -> object:
        return draw_scenario(setting, first, second, seed=seed).shared  # type: ignore[arg-type]

    assert half("open-set", 7, SEVEN[::-1]) == half("open-set", 7)
    more = (*SEVEN, "only here")
    assert (
        half("open-set", 7, more, SEVEN) == half("open-set", 7, SEVEN, more) == half("open-set", 7)
    )
    assert len({half("open-set", seed) for seed in range(20)}) > 5
    assert any(half("open-set", seed) != half("partial", seed) for seed in range(5))


def test_one_category_more_changes_little() -> None:
    names = [f"{number:02}" for number in range(30)]
    before = set(draw_scenario("open-set", names, names, seed=3).shared)
    after = set(draw_scenario("open-set", [*names, "zoo"], [*names, "zoo"], seed=3).shared)
    assert len(before - after) <= 1


def test_each_category_is_drawn_as_often_as_any_other() -> None:
    counts = Counter(
        name
        for seed in range(600)
        for name in draw_scenario("partial", SEVEN, SEVEN, seed=seed).shared
    )
    expected = 600 * 3 / 7
    assert all(abs(counts[name] - expected) < 5 * (expected * 4 / 7) ** 0.5 for name in SEVEN)


def test_what_cannot_be_drawn_is_one_sentence() -> None:
    with pytest.raises(UserError, match=r"^The two domains have no category in common\.$"):
        draw_scenario("close-set", ["a", None], ["b", None], seed=1)
    with pytest.raises(
        UserError, match=r"^The setting open-set needs two .*; a is the only one\.$"
    ):
        draw_scenario("open-set", ["a", "b"], ["a"], seed=1, rounding="ceil")
    assert draw_scenario("close-set", ["a"], ["a"], seed=1).shared == ("a",)
    with pytest.raises(ValueError, match="no setting"):
        draw_scenario("closed", ["a"], ["a"], seed=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no rounding"):
        draw_scenario("partial", SEVEN, SEVEN, seed=1, rounding="up")  # type: ignore[arg-type]
    assert SETTINGS == ("close-set", "partial", "open-set")


def test_restricting_keeps_the_order() -> None:
    whole = images("b", "a", None, "c", "a", failures=("a/broken.png", "b/broken.png", "x.png"))
    kept = restricted(whole, ("a", "c"))
    assert [record.id for record in kept.records] == [1, 3, 4]
    assert kept.digests == tuple(whole.digests[row] for row in (1, 3, 4))
    assert [failure.path.as_posix() for failure in kept.failures] == [
        "set/a/broken.png",
        "set/x.png",
    ]
    assert (kept.folder, kept.domain) == (whole.folder, whole.domain)
    with pytest.raises(UserError, match=r"^No image of set belongs to the categories"):
        restricted(whole, ("zoo",))


def test_restricting_knows_the_categories_of_a_split_domain() -> None:
    folder = Path("set")
    records = tuple(
        ImageRecord(row, folder / split / category / "1.png", "a", category)
        for row, (split, category) in enumerate([("train", "a"), ("test", "a"), ("test", "b")])
    )
    broken = [folder / split / name / "x.png" for split in ("test", "train") for name in ("a", "b")]
    whole = TrainingImages(
        folder,
        "a",
        records,
        ("1", "2", "3"),
        tuple(DecodeFailure(one, "damaged") for one in broken),
    )
    kept = restricted(whole, ("a",))
    assert [record.id for record in kept.records] == [0, 1]
    assert [failure.path for failure in kept.failures] == [broken[0], broken[2], broken[3]], (
        "train/b holds no image that can be used, so it is not known to be a category"
    )
