from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from broken_images import picture
from torch import nn

from training import view_features as module
from training.checkpoint import load_encoder
from training.data.augmentation import WEAK, Augmentation
from training.data.feature_files import FeatureFiles
from training.data.training_images import TrainingImages, list_training_images
from training.data.views import Preprocessing
from training.encoders.backbone import Backbone
from training.encoders.encoder import Encoder
from training.encoders.projector import Projector
from training.errors import Cancelled, UserError
from training.progress import Progress
from training.view_features import ViewFeatures, compute_view_features

P = Preprocessing(32, 32, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))


class SmallBackbone(Backbone):
    architecture = "small"
    title = "Small"
    dimension = 8

    def __init__(self, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.conv = nn.Conv2d(3, 8, 5, stride=4)
        self.norm = nn.BatchNorm2d(8)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.norm(self.conv(images)).relu().mean((2, 3))


class CountingEncoder(Encoder):
    """Counts the views that it was asked for."""

    def __init__(self, seed: int = 0, preprocessing: Preprocessing = P) -> None:
        super().__init__(SmallBackbone(seed), Projector("none", (8,)), preprocessing, "small")
        self.seen = 0

    def encode_features(self, views: Any) -> Any:
        self.seen += len(views)
        return super().encode_features(views)


def fill(folder: Path, seeds: list[int]) -> Path:
    for place, seed in enumerate(seeds):
        path = folder / f"category {(place * 7) % 3}" / f"{place}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        picture(40 + seed, 50, seed).save(path)
    return folder


@pytest.fixture
def images(tmp_path: Path) -> TrainingImages:
    return list_training_images(fill(tmp_path / "set", list(range(10))), "a")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def computed(images: TrainingImages, cache: Path, **changes: Any) -> ViewFeatures:
    encoder = changes.pop("encoder", None) or CountingEncoder()
    augmentation = changes.pop("augmentation", Augmentation())
    count = changes.pop("view_count", 3)
    return compute_view_features(images, encoder, augmentation, count, cache_root=cache, **changes)


def same(first: ViewFeatures, second: ViewFeatures) -> bool:
    return np.array_equal(first.plain, second.plain) and np.array_equal(
        first.augmented, second.augmented
    )


def test_view_0_is_what_retrieval_embeds(sample_root: Path, cache: Path) -> None:
    from uem_desktop.retrieval.decode_ahead import decode_ahead

    encoder = load_encoder("sample")
    folder = sorted(path for path in sample_root.iterdir() if path.is_dir())[0]
    images = list_training_images(folder, "a")
    images = images.without(dict.fromkeys(range(6, len(images)), "not needed"))
    result = computed(images, cache, encoder=encoder, view_count=1)
    paths = [record.path for record in result.images.records]
    with decode_ahead(paths, encoder.preprocessing, 8) as decoded:
        views = np.stack([image.view for image in decoded if image.view is not None])
    wanted = encoder.encode_features(views)
    assert result.augmented.shape == (6, 1, encoder.backbone.dimension)
    assert np.abs(result.plain - wanted).max() < 1e-5 * np.abs(wanted).max()
    assert np.abs(result.plain - result.augmented[:, 0]).max() > 0.1


def test_the_second_time_nothing_is_computed(images: TrainingImages, cache: Path) -> None:
    first_encoder, encoder = CountingEncoder(), CountingEncoder()
    first = computed(images, cache, encoder=first_encoder)
    seen: list[Progress] = []
    second = computed(images, cache, encoder=encoder, on_progress=seen.append)
    assert (first_encoder.seen, encoder.seen) == (40, 0)
    assert (first.plain.dtype, first.augmented.dtype) == (np.float32, np.float16)
    assert first.augmented.flags.writeable
    assert same(first, second)
    assert first.usable.tolist() == list(range(10))
    assert (seen[-1].done, seen[-1].stored, seen[-1].failed) == (10, 10, 0)


def test_categories_and_names_change_nothing(
    images: TrainingImages, cache: Path, tmp_path: Path
) -> None:
    shuffled = np.random.default_rng(0).permutation(10).tolist()
    other = list_training_images(fill(tmp_path / "other", shuffled), "b")
    encoder = CountingEncoder()
    first, second = computed(images, cache), computed(other, cache, encoder=encoder)
    fresh = computed(other, tmp_path / "empty cache")
    assert encoder.seen == 0
    assert same(first, second)
    assert same(first, fresh)


@pytest.mark.parametrize(
    "changes",
    [
        {"view_seed": 1},
        {"augmentation": WEAK},
        {"encoder": CountingEncoder(1)},
        {"encoder": CountingEncoder(0, replace(P, resize_size=33))},
    ],
    ids=["seed", "augmentation", "weights", "preprocessing"],
)
def test_what_changes_the_numbers_is_computed_anew(
    images: TrainingImages, cache: Path, changes: dict[str, Any]
) -> None:
    first = computed(images, cache)
    other = computed(images, cache, **changes)
    assert not same(first, other)
    assert len(list(cache.iterdir())) == 2


def test_fewer_views_are_the_first_ones(images: TrainingImages, cache: Path) -> None:
    three, two = computed(images, cache), computed(images, cache, view_count=2)
    assert two.augmented.shape == (10, 2, 8)
    assert np.abs(three.augmented[:, :2].astype(float) - two.augmented).max() < 1e-3


def test_a_stopped_computation_goes_on_where_it_was(
    images: TrainingImages, cache: Path, tmp_path: Path
) -> None:
    seen: list[Progress] = []
    with pytest.raises(Cancelled):
        computed(images, cache, on_progress=seen.append, should_stop=lambda: len(seen) == 4)
    assert not [t for t in threading.enumerate() if t.name.startswith("views")]
    encoder = CountingEncoder()
    resumed = computed(images, cache, encoder=encoder)
    assert encoder.seen == 6 * 4
    assert same(resumed, computed(images, tmp_path / "undisturbed"))


def test_phases_have_files_of_their_own(images, tmp_path: Path) -> None:
    encoder = CountingEncoder()
    found = [
        compute_view_features(
            images, encoder, Augmentation(), 2, cache_root=tmp_path / "cache", kind=kind
        )
        for kind in ("colour", "phase", "colour", "phase")
    ]
    assert encoder.seen == 2 * 3 * len(images)
    assert not np.array_equal(found[0].augmented, found[1].augmented)
    assert np.array_equal(found[1].augmented, found[3].augmented)
    assert np.array_equal(found[0].plain, found[2].plain)


def test_company_does_not_change_the_numbers(
    images: TrainingImages, cache: Path, tmp_path: Path
) -> None:
    encoder = load_encoder("sample")
    some = images.without(dict.fromkeys([0, 2, 3, 7], "not now"))
    computed(some, cache, encoder=encoder, view_count=2)
    mixed = computed(images, cache, encoder=encoder, view_count=2)
    fresh = computed(images, tmp_path / "other", encoder=encoder, view_count=2)
    assert same(mixed, fresh)


def test_a_damaged_file_is_computed_again(images: TrainingImages, cache: Path) -> None:
    first = computed(images, cache)
    paths = sorted(cache.glob("*/*/*.features"))
    assert len(paths) == 10
    paths[0].write_bytes(paths[0].read_bytes()[:-3])
    content = bytearray(paths[1].read_bytes())
    content[5] ^= 255
    paths[1].write_bytes(content)
    paths[2].unlink()
    encoder = CountingEncoder()
    assert same(computed(images, cache, encoder=encoder), first)
    assert encoder.seen == 3 * 4
    assert computed(images, cache, encoder=(again := CountingEncoder())).usable.size == 10
    assert again.seen == 0


def test_images_that_cannot_be_decoded_are_left_out(
    images: TrainingImages, cache: Path, tmp_path: Path
) -> None:
    folder = images.folder
    (folder / "broken.png").write_bytes(b"words")
    (folder / "empty.jpg").write_bytes(b"")
    everything = list_training_images(folder, "a")
    seen: list[Progress] = []
    result = computed(everything, cache, on_progress=seen.append)
    assert result.images.digests == images.digests
    assert {f.path.name for f in result.images.failures} == {"broken.png", "empty.jpg"}
    assert [everything.digests[row] for row in result.usable] == list(images.digests)
    assert same(result, computed(images, tmp_path / "other"))
    assert (seen[-1].done, seen[-1].total, seen[-1].failed) == (12, 12, 2)


def test_nothing_decodable_is_one_sentence(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "broken.png").write_bytes(b"words")
    with pytest.raises(UserError, match=r"^No image in .* can be read; broken.png for example"):
        computed(list_training_images(tmp_path / "set", "a"), cache)


def test_a_full_disk_leaves_what_is_good(
    images: TrainingImages, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, written = FeatureFiles.write, []

    def until_full(self: FeatureFiles, digest: str, features: Any) -> None:
        if len(written) == 5:
            raise UserError("The disk is full.")
        written.append(digest)
        real(self, digest, features)

    monkeypatch.setattr(FeatureFiles, "write", until_full)
    with pytest.raises(UserError, match="full"):
        computed(images, cache)
    monkeypatch.undo()
    encoder = CountingEncoder()
    computed(images, cache, encoder=encoder)
    assert encoder.seen == 5 * 4


def test_equal_files_have_equal_features(images: TrainingImages, cache: Path) -> None:
    first = images.records[0].path
    (images.folder / "copy.png").write_bytes(first.read_bytes())
    result = computed(list_training_images(images.folder, "a"), cache)
    assert np.array_equal(result.augmented[0], result.augmented[1])


def test_features_that_do_not_fit_are_refused(
    images: TrainingImages, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = CountingEncoder()
    monkeypatch.setattr(
        encoder, "encode_features", lambda views: np.full((len(views), 8), 1e6, np.float32)
    )
    with pytest.raises(UserError, match="beyond 65,504"):
        computed(images, cache, encoder=encoder)


def test_a_group_of_images_gives_the_same(
    images: TrainingImages, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on an accelerator, where several images share a batch."""
    alone = computed(images, cache)
    monkeypatch.setattr(module, "_images_at_a_time", lambda encoder, count: 4)
    together = computed(images, tmp_path / "other")
    assert np.abs(alone.augmented.astype(float) - together.augmented).max() < 1e-3
