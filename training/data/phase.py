"""The phase of an image: where its edges are, without how strong they are (as in DG-UCDIR)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_AMPLITUDE = 50_000
_AMPLITUDE_SIDE = 224
_LUMA = np.array([0.299, 0.587, 0.114])


def phase_view(view: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Keep the phase of a view's grey values and give every frequency the same amplitude.

    The amplitude is 50,000 for a view of 224 pixels and scaled with the side, so that views of
    other sizes are as bright. What lies outside 0..255 is cut off.

    Args:
        view: uint8 (S, S, 3).

    Returns:
        uint8 (S, S, 3), grey, C-contiguous and writable.
    """
    spectrum = np.fft.rfft2(view @ _LUMA)
    amplitudes = np.abs(spectrum)
    directions = np.divide(
        spectrum, amplitudes, out=np.zeros_like(spectrum), where=amplitudes > 1e-6
    )
    side = view.shape[0]
    grey = np.fft.irfft2(directions * (_AMPLITUDE * side / _AMPLITUDE_SIDE), s=view.shape[:2])
    return np.repeat(grey.clip(0, 255).round().astype(np.uint8)[:, :, None], 3, axis=2)
