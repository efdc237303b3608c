"""The phase of a view: edges stay, contrast and brightness are gone."""

from __future__ import annotations

import cmath

import numpy as np

from training.data.phase import phase_view


def literal(view: np.ndarray) -> np.ndarray:
    side = len(view)
    grey = view @ np.array([0.299, 0.587, 0.114])
    numbers = range(side)
    waves = np.array([[cmath.exp(-2j * cmath.pi * u * x / side) for x in numbers] for u in numbers])
    spectrum = waves @ grey @ waves.T
    constant = np.exp(1j * np.angle(spectrum)) * 50_000 * side / 224
    back = (waves.conj() @ constant @ waves.conj().T).real / side**2
    return np.clip(back, 0, 255).round().astype(np.uint8)


def test_it_is_the_inverse_of_the_phase_with_one_amplitude() -> None:
    view = np.random.default_rng(0).integers(0, 256, (12, 12, 3), np.uint8)
    found = phase_view(view)
    assert (found.shape, found.dtype) == (view.shape, np.uint8)
    assert (found[:, :, 0] == found[:, :, 2]).all()
    assert np.abs(found[:, :, 1].astype(int) - literal(view)).max() <= 1
    assert found.flags.c_contiguous
    assert found.flags.writeable


def test_contrast_is_of_no_matter() -> None:
    view = np.random.default_rng(1).integers(0, 128, (16, 16, 3), np.uint8)
    difference = phase_view(view).astype(int) - phase_view(view * np.uint8(2))
    assert np.abs(difference).max() <= 1


def test_an_even_view_is_no_error() -> None:
    assert phase_view(np.zeros((8, 8, 3), np.uint8)).max() == 0
    assert phase_view(np.full((8, 8, 3), 200, np.uint8)).shape == (8, 8, 3)
