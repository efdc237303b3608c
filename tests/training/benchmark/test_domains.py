"""Held-out images: a fifth of each category, by what is in them; and the seven of DomainNet."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from training.benchmark.domains import held_out_split
from training.benchmark.drawing import open_benchmark_root
from training.benchmark.plan import BenchmarkPlan
from training.data.data_sets import DOMAINNET_SEVEN
from training.data.records import ImageRecord
from training.data.training_images import TrainingImages

COUNTS = {"a": 10, "b": 7, "c": 2, "d": 1}


def images() -> TrainingImages:
    names = [name for name, count in COUNTS.items() for _ in range(count)]
    return TrainingImages(
        Path("set"),
        "x",
        tuple(ImageRecord(n, Path("set", name, f"{n}.png"), "x", name)
              for n, name in enumerate(names)),
        tuple(f"{n:032x}" for n in range(len(names))),
    )  # fmt: skip


def test_a_fifth_of_each_category_is_held_out_and_none_is_in_both() -> None:
    learning, measured = held_out_split(images(), seed=1)
    held_out = Counter(record.category for record in measured.records)
    assert held_out == {"a": 2, "b": 1, "c": 1}
    assert sorted(learning.digests + measured.digests) == list(images().digests)
    assert list(measured.digests) == sorted(measured.digests)


def test_the_split_depends_on_the_seed_and_on_nothing_else() -> None:
    assert held_out_split(images(), 1) == held_out_split(images(), 1)
    splits = {held_out_split(images(), seed)[1].digests for seed in range(5)}
    assert len(splits) > 1


def test_of_the_whole_of_domainnet_the_papers_seven_are_looked_at(tmp_path: Path) -> None:
    others = [f"thing {number}" for number in range(300)]
    for domain in ("clipart", "sketch", "real"):
        for category in (*DOMAINNET_SEVEN, *others):
            (tmp_path / domain / category).mkdir(parents=True)
            (tmp_path / domain / category / "1.png").write_bytes(b"")
    root = open_benchmark_root(BenchmarkPlan(str(tmp_path), ("uem",)))
    assert root.data_set is not None
    assert root.data_set.name == "DomainNet (seven categories)"
    assert set(root.domain("real").counts) == set(DOMAINNET_SEVEN)
    chosen = BenchmarkPlan(str(tmp_path), ("uem",), categories=("bird", "thing 3"))
    assert set(open_benchmark_root(chosen).domain("real").counts) == {"bird", "thing 3"}
