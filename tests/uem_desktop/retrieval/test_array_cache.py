from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.errors import Cancelled
from uem_desktop.retrieval import array_cache
from uem_desktop.retrieval.array_cache import ArrayCache, fingerprint


def test_what_was_kept_is_found_under_its_name(tmp_path: Path) -> None:
    cache = ArrayCache(tmp_path / "deep" / "maps")
    assert cache.load("a") is None
    cache.keep("a", {"places": np.arange(6.0).reshape(3, 2), "count": np.array(7)})
    found = cache.load("a")
    assert found is not None
    assert found["places"].tolist() == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
    assert int(found["count"]) == 7
    assert cache.load("b") is None


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 cut off", b"no archive at all"])
def test_a_damaged_file_counts_as_none(tmp_path: Path, damage: bytes) -> None:
    cache = ArrayCache(tmp_path)
    cache.keep("a", {"x": np.ones(3)})
    (tmp_path / "a.npz").write_bytes(damage)
    assert cache.load("a") is None


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    cache = ArrayCache(tmp_path / "file")
    cache.keep("a", {"x": np.ones(3)})
    assert cache.load("a") is None


def test_the_oldest_make_room(tmp_path: Path) -> None:
    cache = ArrayCache(tmp_path, most_files=2)
    for number, name in enumerate("abc"):
        cache.keep(name, {"x": np.ones(1)})
        times = (number + 1) * 10**9
        (tmp_path / f"{name}.npz").touch()
        array_cache.os.utime(tmp_path / f"{name}.npz", ns=(times, times))
    cache.keep("d", {"x": np.ones(1)})
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["c", "d"]


def test_the_fingerprint_knows_settings_embeddings_and_what_is_ready(
    make_domain, unit_embeddings
) -> None:
    rows = unit_embeddings(6)
    whole = make_domain(["a"] * 6, rows)
    same = make_domain(["b"] * 6, rows, domain="query")
    assert fingerprint("x", whole) == fingerprint("x", same)
    others = [
        fingerprint("y", whole),
        fingerprint("x", make_domain(["a"] * 6, rows, ready=[0, 1, 2, 3, 4])),
        fingerprint("x", make_domain(["a"] * 6, rows, ready=[0, 1, 2, 3, 5])),
        fingerprint("x", make_domain(["a"] * 6, rows[::-1].copy())),
        fingerprint("x", whole, whole),
    ]
    assert len({fingerprint("x", whole), *others}) == 6
    with pytest.raises(Cancelled):
        fingerprint("x", whole, should_stop=lambda: True)
