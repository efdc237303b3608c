"""Small pictures of images for pages that carry them inside."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from PIL import Image

from training.data.decoding import decode_image


def thumbnail_data_uri(source: Path | bytes, side_px: int) -> str:
    """Make a small picture that an HTML page can hold.

    Args:
        source: An image file or its bytes.
        side_px: The longer side of the result; smaller images stay as they are.

    Returns:
        A ``data:image/webp`` URI.

    Raises:
        DecodeError: The image cannot be read.
    """
    image = Image.fromarray(decode_image(source, min_side=side_px))
    image.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    encoded = io.BytesIO()
    image.save(encoded, "WEBP", quality=80)
    return "data:image/webp;base64," + base64.b64encode(encoded.getvalue()).decode("ascii")
