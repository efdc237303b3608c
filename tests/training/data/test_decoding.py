from __future__ import annotations

import io
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from broken_images import DAMAGED, UNREACHABLE, encoded, picture, png_of_size
from PIL import Image, ImageCms

from training.data.decoding import MAX_PIXELS, DecodeError, decode_image


def save(image: Image.Image, kind: str, **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_lossless_formats_keep_every_pixel(kind: str) -> None:
    rgb = decode_image(encoded(kind))
    assert rgb.dtype == np.uint8
    assert rgb.flags.c_contiguous
    assert np.array_equal(rgb, np.asarray(picture()))


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF", "GIF"])
def test_lossy_formats_keep_the_picture(kind: str) -> None:
    difference = decode_image(encoded(kind)).astype(int) - np.asarray(picture())
    assert np.abs(difference).mean() < 12


def test_a_path_gives_the_same_as_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded("PNG"))
    assert np.array_equal(decode_image(path), decode_image(path.read_bytes()))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_turns_the_picture_upright(orientation: int) -> None:
    upright = np.asarray(picture())
    undo = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a, 1),
        7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
        8: lambda a: np.rot90(a, 3),
    }
    stored = np.ascontiguousarray(undo[orientation](upright))
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = save(Image.fromarray(stored), "PNG", exif=exif)
    assert np.array_equal(decode_image(content), upright)


def test_16_bit_grey_is_scaled_by_its_type() -> None:
    values = np.array([[0, 257, 32768, 65535]], dtype=np.uint16)
    for kind in ("PNG", "TIFF"):
        rgb = decode_image(save(Image.fromarray(values), kind))
        assert rgb[0, :, 0].tolist() == [0, 1, 128, 255]


def test_float_tiff_is_scaled_by_its_range() -> None:
    unit = np.array([[0.0, 0.5, 1.0]], dtype=np.float32)
    wide = np.array([[-50.0, 0.0, 50.0]], dtype=np.float32)
    for values in (unit, wide):
        rgb = decode_image(save(Image.fromarray(values), "TIFF"))
        assert rgb[0, 0, 0] == 0
        assert abs(int(rgb[0, 1, 0]) - 127) <= 1
        assert rgb[0, 2, 0] == 255


def test_a_tiff_without_a_defined_pixel_is_refused() -> None:
    content = save(Image.fromarray(np.full((2, 2), np.nan, dtype=np.float32)), "TIFF")
    with pytest.raises(DecodeError, match="defined value"):
        decode_image(content)


def test_alpha_lies_over_white() -> None:
    rgba = np.zeros((1, 3, 4), dtype=np.uint8)
    rgba[0, :, 3] = [0, 128, 255]
    rgb = decode_image(save(Image.fromarray(rgba), "PNG"))
    assert rgb[0, 0].tolist() == [255, 255, 255]
    assert abs(int(rgb[0, 1, 0]) - 127) <= 1
    assert rgb[0, 2].tolist() == [0, 0, 0]


def test_a_palette_with_transparency_lies_over_white() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((1, 0), 1)
    rgb = decode_image(save(image, "PNG", transparency=0))
    assert rgb[0].tolist() == [[255, 255, 255], [0, 0, 255]]


def test_the_first_frame_of_an_animation_counts() -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    for kind in ("GIF", "PNG", "WEBP", "TIFF"):
        content = io.BytesIO()
        options = {"lossless": True} if kind == "WEBP" else {}
        frames[0].save(content, kind, save_all=True, append_images=frames[1:], **options)
        assert decode_image(content.getvalue())[0, 0].tolist() == [255, 0, 0]


def test_cmyk_becomes_rgb() -> None:
    rgb = decode_image(save(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "TIFF"))
    assert rgb[0, 0, 0] > 200
    assert rgb[0, 0, 1] < 60


def test_an_embedded_profile_becomes_srgb() -> None:
    lab = ImageCms.createProfile("LAB")
    srgb = ImageCms.createProfile("sRGB")
    grey = Image.new("RGB", (4, 4), (120, 60, 200))
    as_lab = ImageCms.profileToProfile(grey, srgb, lab, outputMode="LAB")
    assert as_lab is not None
    difference = decode_image(save(as_lab, "TIFF")).astype(int) - np.asarray(grey)
    assert np.abs(difference).max() <= 4


def test_a_broken_profile_costs_nothing() -> None:
    content = save(picture(), "PNG", icc_profile=b"this is no profile")
    assert np.array_equal(decode_image(content), np.asarray(picture()))


def test_a_large_jpeg_may_be_decoded_smaller_but_not_too_small() -> None:
    content = save(picture(1600, 1200), "JPEG")
    assert decode_image(content).shape == (1200, 1600, 3)
    height, width, _ = decode_image(content, min_side=128).shape
    assert 256 <= height < 1200
    assert abs(width / height - 4 / 3) < 0.02


@pytest.mark.parametrize("name", sorted(DAMAGED))
def test_every_damage_is_said_in_plain_words(name: str, tmp_path: Path) -> None:
    make, word = DAMAGED[name]
    make(tmp_path / name)
    with pytest.raises(DecodeError) as caught:
        decode_image(tmp_path / name)
    assert word in caught.value.reason
    assert "\n" not in caught.value.reason
    assert not caught.value.reason.endswith(".")


@pytest.mark.parametrize("name", sorted(UNREACHABLE))
def test_what_cannot_be_opened_is_refused_at_once(name: str, tmp_path: Path) -> None:
    UNREACHABLE[name][0](tmp_path / name)
    with pytest.raises(DecodeError):
        decode_image(tmp_path / name)


def test_the_pixel_limit_is_a_number_of_ours() -> None:
    with pytest.raises(DecodeError, match="limit of 128 megapixels"):
        decode_image(png_of_size(MAX_PIXELS // 1000 + 1, 1000))
    assert Image.MAX_IMAGE_PIXELS == 89_478_485, "Pillow's own setting belongs to everybody"


def test_a_wrong_suffix_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "really-a-png.jpg"
    path.write_bytes(encoded("PNG"))
    assert decode_image(path).shape == (32, 48, 3)


def test_threads_decode_without_warnings_or_mix_ups() -> None:
    good = [encoded(kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "TIFF")]
    bad = [content[: len(content) // 2] for content in good]
    wanted = [decode_image(content) for content in good]

    def work(number: int) -> bool:
        kind = number % len(good)
        if number % 2:
            with pytest.raises(DecodeError):
                decode_image(bad[kind])
            return True
        return bool(np.array_equal(decode_image(good[kind]), wanted[kind]))

    with warnings.catch_warnings(record=True) as caught, ThreadPoolExecutor(4) as pool:
        warnings.simplefilter("always")
        assert all(pool.map(work, range(200)))
    assert not caught


def test_no_mutation_gets_past_the_one_error() -> None:
    rng = np.random.default_rng(7)
    for kind in ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"):
        original = encoded(kind)
        for _ in range(60):
            content = bytearray(original)
            for place in rng.integers(0, len(content), 4):
                content[place] = rng.integers(0, 256)
            try:
                rgb = decode_image(bytes(content))
            except DecodeError:
                continue
            assert rgb.ndim == 3
            assert rgb.shape[2] == 3
