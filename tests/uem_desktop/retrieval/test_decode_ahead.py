from __future__ import annotations

import threading
import time

import numpy as np

from training.data.decoding import decode_image
from training.data.views import Preprocessing, eval_view
from uem_desktop.retrieval import decode_ahead as module
from uem_desktop.retrieval.decode_ahead import decode_ahead
from uem_desktop.retrieval.file_stamps import stamp_of

SMALL = Preprocessing(32, 32, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))


def decode_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("decode")]


def test_views_come_in_order_with_their_stamps(tmp_path, make_images):
    paths = make_images(tmp_path, 20)
    with decode_ahead([*paths, paths[0].read_bytes()], SMALL, max_ahead=3) as decoded:
        images = list(decoded)
    for path, image in zip(paths, images, strict=False):
        np.testing.assert_array_equal(image.view, eval_view(decode_image(path), SMALL))
        assert image.stamp == stamp_of(path)
    np.testing.assert_array_equal(images[-1].view, images[0].view)
    assert images[-1].stamp is None


def test_a_broken_file_is_a_phrase(tmp_path, make_images):
    paths = make_images(tmp_path, 3)
    paths[1].write_bytes(b"")
    with decode_ahead([*paths, tmp_path / "gone.png"], SMALL, max_ahead=8) as decoded:
        reasons = [image.reason for image in decoded]
    assert reasons[:3] == ["", "the file is empty", ""]
    assert reasons[3]


def test_an_error_nobody_expected_costs_one_image(tmp_path, make_images, monkeypatch):
    paths = make_images(tmp_path, 3)

    def odd(source, *, min_side=None):
        if source == paths[1]:
            raise ZeroDivisionError
        return decode_image(source, min_side=min_side)

    monkeypatch.setattr(module, "decode_image", odd)
    with decode_ahead(paths, SMALL, max_ahead=8) as decoded:
        reasons = [image.reason for image in decoded]
    assert reasons == ["", "it could not be prepared (ZeroDivisionError)", ""]


def test_decoding_runs_ahead_within_its_bound(tmp_path, make_images, monkeypatch):
    paths = make_images(tmp_path, 30)
    begun: list[object] = []

    def counting(source, *, min_side=None):
        begun.append(source)
        return decode_image(source, min_side=min_side)

    monkeypatch.setattr(module, "decode_image", counting)
    with decode_ahead(paths, SMALL, max_ahead=5) as decoded:
        next(decoded)
        time.sleep(0.2)
        assert 2 <= len(begun) <= 5


def test_no_thread_is_left_when_the_block_ends_early(tmp_path, make_images):
    with decode_ahead(make_images(tmp_path, 30), SMALL, max_ahead=10) as decoded:
        next(decoded)
        assert decode_threads()
    assert not decode_threads()
