"""What can be said without categories, against slow literal computations."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data.image_table import ImageTable
from training.data.records import ImageRecord
from training.data.scanning import FolderScan
from training.errors import Cancelled
from training.progress import Progress
from uem_desktop.retrieval.array_cache import ArrayCache
from uem_desktop.retrieval.close_pairs import close_pairs
from uem_desktop.retrieval.diagnostic_words import finding
from uem_desktop.retrieval.diagnostics import diagnose
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk
from uem_desktop.retrieval.domain_gap import domain_gap
from uem_desktop.retrieval.hubs import hubs_of, mutual_neighbours, queries_of
from uem_desktop.retrieval.mismatches import find_mismatches
from uem_desktop.retrieval.near_duplicates import find_duplicates, same_picture, small_picture
from uem_desktop.retrieval.prototypes import PrototypeKind


def units(rows) -> np.ndarray:
    rows = np.asarray(rows, np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def random_units(count: int, seed: int, dimension: int = 6) -> np.ndarray:
    return units(np.random.default_rng(seed).standard_normal((count, dimension)))


def angles(*degrees: float) -> np.ndarray:
    return units([(math.cos(math.radians(d)), math.sin(math.radians(d))) for d in degrees])


@pytest.fixture
def random_pair(make_domain):
    query = make_domain([None] * 23, random_units(23, 1), ready=[*range(3), *range(5, 23)])
    gallery = make_domain([None] * 31, random_units(31, 2), ready=[*range(1, 31)])
    return query, gallery


def test_mutual_neighbours_and_hubs_against_full_sorting(random_pair) -> None:
    query, gallery = random_pair
    found = find_mismatches(query, gallery)
    similarity = query.embeddings.astype(float) @ gallery.embeddings.astype(float).T
    asking, searched = query.ready_rows().tolist(), gallery.ready_rows().tolist()

    def first(values, rows, count=10):
        return sorted(rows, key=lambda row: (-values[row], row))[:count]

    matches = {q: first(similarity[q], searched) for q in asking}
    back = {g: first(similarity[:, g], asking) for g in searched}
    mutual = {q: [q in back[g] for g in matches[q]] for q in asking}

    said = mutual_neighbours(found)
    assert said.rate == pytest.approx(np.mean([*mutual.values()]))
    assert said.lonely.tolist() == [q for q in asking if not any(mutual[q])]
    assert (said.depth, said.query_count) == (10, 21)

    hubs = hubs_of(found)
    counts = np.array([sum(g in matches[q] for q in asking) for g in range(31)])
    assert hubs.counts.tolist() == counts.tolist()
    values = counts[searched]
    assert hubs.expected == pytest.approx(10 * 21 / 30)
    third = np.mean((values - values.mean()) ** 3) / np.mean((values - values.mean()) ** 2) ** 1.5
    assert hubs.skewness == pytest.approx(third)
    line = values.mean() + 2 * values.std()
    assert set(hubs.rows.tolist()) == {g for g in searched if counts[g] > line}
    assert hubs.never_rows.tolist() == [g for g in searched if counts[g] == 0]
    for row in searched:
        wanted = [q for q in asking if row in matches[q]]
        assert queries_of(found, hubs, row).tolist() == wanted


def test_a_hub_by_hand(make_domain) -> None:
    """Everybody's first match is the gallery image in the middle; nothing finds the others."""
    query = make_domain([None] * 3, units([(3, 1, 0, 1), (0, 3, 1, 1), (1, 0, 3, 1)]))
    others = [(-1, -1, -1, -1)] * 9
    gallery = make_domain([None] * 10, units([(1, 1, 1, 1), *others]))
    hubs = hubs_of(find_mismatches(query, gallery), depth=1)
    assert hubs.counts.tolist() == [3] + [0] * 9
    assert hubs.rows.tolist() == [0]
    assert hubs.expected == pytest.approx(0.3)
    # counts 3, 0 x 9: mean 0.3, deviation 0.9, third moment (2.7^3 - 9 * 0.3^3) / 10 / 0.9^3
    assert hubs.skewness == pytest.approx((2.7**3 - 9 * 0.3**3) / 10 / 0.9**3)
    said = finding(hubs)
    assert said.value == "1"
    assert "among the first 1 of 3 queries (100.0 %), where 0.3 would be even" in said.sentence
    assert "9 images of the gallery are never found" in said.sentence


def test_all_found_alike_has_no_hub_and_no_skewness(make_domain) -> None:
    both = units(np.eye(4))
    hubs = hubs_of(find_mismatches(make_domain([None] * 4, both), make_domain([None] * 4, both)), 1)
    assert hubs.skewness is None
    assert len(hubs.rows) == len(hubs.never_rows) == 0
    assert finding(hubs).value == "0"


def test_the_gap_by_hand(make_domain) -> None:
    """Means (0.6, 0) and (0, 0.8): 1 apart. Squared spreads 0.64 and 0.36, their mean 0.5."""
    query = make_domain([None] * 2, np.array([(0.6, 0.8), (0.6, -0.8)], np.float32))
    gallery = make_domain([None] * 2, np.array([(0.6, 0.8), (-0.6, 0.8)], np.float32))
    gap = domain_gap(query, gallery)
    assert gap.distance == pytest.approx(1.0)
    assert gap.spread == pytest.approx(math.sqrt(0.5))
    assert gap.relative_distance == pytest.approx(math.sqrt(2))
    assert gap.auc is None
    assert finding(gap).sentence == "A domain has fewer than 5 images: too few to say."


def test_the_gap_of_far_and_of_equal_domains(make_domain) -> None:
    noise = np.random.default_rng(0).standard_normal((120, 8))
    far = noise + np.array([4.0] + [0.0] * 7)
    assert domain_gap(_of(make_domain, noise), _of(make_domain, far)).auc > 0.97
    again = np.random.default_rng(1).standard_normal((120, 8))
    assert 0.35 < domain_gap(_of(make_domain, noise), _of(make_domain, again)).auc < 0.65


def _of(make_domain, rows):
    return make_domain([None] * len(rows), units(rows))


def test_sides_against_a_literal_regression(make_domain) -> None:
    """The line of each fold is that of a regression on the domain with a shrunk covariance."""
    a, b = random_units(11, 3), random_units(14, 4)
    gap = domain_gap(_of(make_domain, a), _of(make_domain, b))
    for fold in range(5):
        left = a[np.arange(11) % 5 != fold].astype(float)
        right = b[np.arange(14) % 5 != fold].astype(float)
        covariance = np.zeros((6, 6))
        for rows in (left, right):
            for row in rows - rows.mean(axis=0):
                covariance += np.outer(row, row) / len(rows) / 2
        covariance = 0.9 * covariance + 0.1 * np.trace(covariance) / 6 * np.eye(6)
        normal = np.linalg.inv(covariance) @ (right.mean(axis=0) - left.mean(axis=0))
        middle = (left.mean(axis=0) + right.mean(axis=0)) / 2
        for row in range(fold, 11, 5):
            assert gap.query_sides[row] == pytest.approx((a[row] - middle) @ normal, rel=1e-6)
        for row in range(fold, 14, 5):
            assert gap.gallery_sides[row] == pytest.approx((b[row] - middle) @ normal, rel=1e-6)
    wins = [g > q for g in gap.gallery_sides for q in gap.query_sides]
    assert gap.auc == pytest.approx(np.mean(wins))


@pytest.mark.parametrize("block_bytes", [1, 4 * 30 * 3, 2**20])
def test_close_pairs_against_two_loops(random_pair, monkeypatch, block_bytes) -> None:
    monkeypatch.setattr("uem_desktop.retrieval.close_pairs._BLOCK_BYTES", block_bytes)
    query, gallery = random_pair
    for one, other, is_own in ((query, gallery, False), (gallery, gallery, True)):
        wanted = {}
        for row in one.ready_rows().tolist():
            for column in other.ready_rows().tolist():
                value = float(one.embeddings[row] @ other.embeddings[column])
                if value >= 0.3 and not (is_own and column <= row):
                    wanted[row, column] = value
        shares: list[float] = []
        pairs = close_pairs(one, other, 0.3, is_own=is_own, on_progress=shares.append)
        found = list(zip(pairs.rows.tolist(), pairs.columns.tolist(), strict=True))
        assert set(found) == set(wanted)
        assert len(found) == pairs.count == len(wanted) > 20
        assert pairs.similarities.tolist() == pytest.approx([wanted[pair] for pair in found])
        assert (np.diff(pairs.similarities) <= 0).all()
        assert shares == sorted(shares)
        assert shares[-1] == pytest.approx(1.0)
        few = close_pairs(one, other, 0.3, is_own=is_own, most=5)
        assert few.count == pairs.count
        assert few.similarities.tolist() == pytest.approx(sorted(wanted.values())[:-6:-1])


# ---- near-duplicates: files


def picture(seed: int, size: tuple[int, int] = (160, 120)) -> Image.Image:
    small = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)


@pytest.fixture
def copies(tmp_path: Path) -> tuple[DomainEmbeddings, DomainEmbeddings]:
    """Copies of three pictures in two folders, all with the same embedding: pixels must decide."""
    query, gallery = tmp_path / "query", tmp_path / "gallery"
    query.mkdir()
    gallery.mkdir()
    picture(1).save(query / "a.png")
    picture(2).save(query / "b.png")
    picture(1).save(query / "c-again.jpg", quality=85)
    shutil.copy(query / "b.png", gallery / "a-same-bytes.png")
    picture(3).save(gallery / "b.png")
    picture(1).resize((80, 60)).save(gallery / "c-smaller.png")
    picture(3).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(gallery / "d-mirrored.png")
    return folder_domain(query), folder_domain(gallery)


def folder_domain(folder: Path) -> DomainEmbeddings:
    paths = sorted(folder.iterdir())
    records = tuple(ImageRecord(row, path, "", None) for row, path in enumerate(paths))
    domain = DomainEmbeddings(FolderScan(folder, ImageTable.of(records), (), 0))
    rows = np.tile(np.array([[1.0, 0.0]], np.float32), (len(paths), 1))
    chunk = EmbeddedChunk(np.arange(len(paths)), rows, (), Progress(len(paths), len(paths)))
    domain.apply(chunk)
    return domain


def test_copies_are_found_within_and_across(copies) -> None:
    found = find_duplicates(*copies)
    assert [(group.images, group.are_identical) for group in found.groups] == [
        ((("query", 0), ("query", 2), ("gallery", 2)), False),
        ((("query", 1), ("gallery", 0)), True),
    ]
    assert found.across_count == 2
    assert (found.surplus("query"), found.surplus("gallery")) == (1, 0)
    assert found.proposed_count == found.compared_count == 3 + 6 + 12
    assert finding(found).sentence == (
        "5 images show 2 pictures; 2 pictures are in both domains, which makes retrieval look"
        " easier than it is."
    )


def test_a_folder_against_itself_has_only_its_own_copies(copies) -> None:
    query, _ = copies
    found = find_duplicates(query, query)
    pictures = {
        frozenset(query.records[row].path.name for _, row in g.images) for g in found.groups
    }
    assert pictures == {frozenset(("a.png", "c-again.jpg"))}


def test_a_file_that_is_gone_is_no_copy(copies) -> None:
    query, gallery = copies
    for domain, name in ((query, "c-again.jpg"), (gallery, "c-smaller.png")):
        (domain.scan.folder / name).unlink()
    assert [len(group.images) for group in find_duplicates(query, gallery).groups] == [2]


def test_pictures_of_another_kind_are_not_the_same(tmp_path: Path) -> None:
    picture(1).save(tmp_path / "one.png")
    picture(2).save(tmp_path / "two.png")
    Image.new("RGB", (50, 40), "white").save(tmp_path / "white.png")
    Image.new("RGB", (90, 90), "white").save(tmp_path / "larger.png")
    thin = Image.new("RGB", (320, 320), "white")
    thin.paste("black", (150, 0, 152, 320))
    thin.save(tmp_path / "upright.png")
    thin.rotate(90).save(tmp_path / "level.png")
    names = ("one", "two", "white", "larger", "upright", "level")
    one, two, white, larger, upright, level = (
        small_picture(tmp_path / f"{name}.png") for name in names
    )
    assert same_picture(one, one)
    assert not same_picture(one, two)
    assert same_picture(white, larger)
    assert not same_picture(upright, level), "thin lines differ little, and yet in their shape"
    assert same_picture(upright, upright)


# ---- all together


def test_everything_with_parts_and_progress(copies, tmp_path: Path) -> None:
    query, gallery = copies
    found, parts, shares = find_mismatches(query, gallery), [], []
    cache = ArrayCache(tmp_path / "cache")
    result = diagnose(
        found, query, gallery, on_part=parts.append, on_progress=shares.append, cache=cache
    )
    assert parts == [
        result.occupancy, result.mutual, result.hubs, result.gap, result.duplicates,
    ]  # fmt: skip
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    assert [finding(part).name for part in parts] == [
        "prototypes", "mutual", "hubs", "gap", "duplicates",
    ]  # fmt: skip
    for stop_after in range(8):
        calls = iter(range(stop_after))
        with pytest.raises(Cancelled):
            diagnose(
                found, query, gallery, should_stop=lambda c=calls: next(c, None) is None,
                cache=ArrayCache(tmp_path / f"cache{stop_after}"),
            )  # fmt: skip


def test_occupancy_counts_the_domains_of_each_prototype(make_domain, tmp_path: Path) -> None:
    query = make_domain([None] * 12, angles(*range(6), *range(90, 96)))
    gallery = make_domain([None] * 12, angles(*range(6), *range(180, 186)))
    found = diagnose(
        find_mismatches(query, gallery), query, gallery, cache=ArrayCache(tmp_path)
    ).occupancy
    kinds = found.prototypes.kinds
    assert found.merged_count == kinds.count(PrototypeKind.MERGED)
    assert found.own_count == kinds.count(PrototypeKind.OWN)
    assert found.translated_count == kinds.count(PrototypeKind.TRANSLATED)
    for side, kind in (("query", PrototypeKind.OWN), ("gallery", PrototypeKind.TRANSLATED)):
        ids = found.prototypes.ids(side)
        alone = [kinds[number] is kind for number in ids.tolist()]
        assert found.lone_share(side) == pytest.approx(np.mean(alone))
