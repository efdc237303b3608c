"""The similarity of two images as a sum over their positions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.errors import Cancelled, UserError
from uem_desktop.retrieval.embedder_protocol import PositionEmbeddings
from uem_desktop.retrieval.encoder_process import EncoderProcess
from uem_desktop.retrieval.local_embedder import LocalEmbedder
from uem_desktop.retrieval.why import Explanation, PositionCache

WHOLE = (0.0, 0.0, 1.0, 1.0)


def positions(rows: np.ndarray) -> PositionEmbeddings:
    return PositionEmbeddings(np.asarray(rows, np.float32), WHOLE)


def made(seed: int, height: int, width: int) -> PositionEmbeddings:
    return positions(np.random.default_rng(seed).standard_normal((height, width, 5)))


def test_by_hand() -> None:
    """u = (3, 0), (1, 4): mean (2, 2). v = (1, 0), (1, 0): mean (1, 0). Cosine 1 / sqrt(2).

    |sum of u| = sqrt(32), |sum of v| = 2, so the parts are 3 and 1 in units of 1 / sqrt(32).
    """
    found = Explanation(positions([[[3, 0], [1, 4]]]), positions([[[1, 0], [1, 0]]]))
    unit = 1 / np.sqrt(32)
    assert found.query_heat == pytest.approx(np.array([[3 * unit, unit]]))
    assert found.match_heat == pytest.approx(np.array([[2 * unit, 2 * unit]]))
    assert found.similarity == pytest.approx(1 / np.sqrt(2))
    assert found.match_heat_for(0, 0) == pytest.approx(np.array([[1.5 * unit, 1.5 * unit]]))


def test_all_parts_against_a_literal_double_sum() -> None:
    query, match = made(1, 2, 3), made(2, 4, 2)
    found = Explanation(query, match)
    u, v = query.rows.astype(float), match.rows.astype(float)
    mean_u, mean_v = u.mean(axis=(0, 1)), v.mean(axis=(0, 1))
    scale = u[..., 0].size * v[..., 0].size * np.linalg.norm(mean_u) * np.linalg.norm(mean_v)
    literal = np.zeros((2, 3, 4, 2))
    for place in np.ndindex(2, 3):
        for other in np.ndindex(4, 2):
            literal[place + other] = u[place] @ v[other] / scale
    assert found.query_heat == pytest.approx(literal.sum(axis=(2, 3)))
    assert found.match_heat == pytest.approx(literal.sum(axis=(0, 1)))
    assert found.match_heat_for(1, 2) == pytest.approx(literal[1, 2])
    assert found.query_heat_for(3, 1) == pytest.approx(literal[:, :, 3, 1])
    assert found.similarity == pytest.approx(literal.sum())


def test_the_parts_add_up_to_the_similarity_of_the_embeddings(encoder, tmp_path, make_images):
    embedder = LocalEmbedder(encoder, use_store=False)
    paths = make_images(tmp_path, 2)
    found = Explanation(*(embedder.embed_positions(path) for path in paths))
    one, other = embedder.embed_images(paths).embeddings.astype(np.float64)
    assert found.similarity == pytest.approx(float(one @ other), abs=1e-5)
    assert found.query_heat.sum() == pytest.approx(found.similarity)
    assert found.match_heat.sum() == pytest.approx(found.similarity)


def test_a_file_that_is_no_image(encoder, tmp_path: Path) -> None:
    path = tmp_path / "text.png"
    path.write_text("no image")
    with pytest.raises(UserError, match=r"The image text\.png cannot be read"):
        LocalEmbedder(encoder, use_store=False).embed_positions(path)


def test_the_child_process_says_the_same(encoder, tmp_path, make_images) -> None:
    (path,) = make_images(tmp_path, 1)
    child = EncoderProcess("pretrained", "cpu", use_store=False)
    try:
        found = child.embed_positions(path)
        with pytest.raises(UserError, match="cannot be read"):
            child.embed_positions(tmp_path / "missing.png")
        with pytest.raises(Cancelled):
            child.embed_positions(path, should_stop=lambda: True)
    finally:
        child.close()
    here = LocalEmbedder(encoder, use_store=False).embed_positions(path)
    assert found.area == here.area
    assert np.abs(found.rows - here.rows).max() < 1e-5


def test_the_cache_keeps_the_images_looked_at_last(tmp_path: Path) -> None:
    cache, computed = PositionCache(most=2), []
    paths = [tmp_path / name for name in "abc"]
    for path in paths:
        path.write_bytes(b"x")

    def get(path: Path, encoder: str = "one") -> PositionEmbeddings:
        def compute() -> PositionEmbeddings:
            computed.append((path.name, encoder))
            return made(1, 2, 2)

        return cache.get(path, encoder, compute)

    a, b, c = paths
    first = get(a)
    assert get(a) is first
    get(b)
    get(a)
    get(c)  # b makes room
    assert get(a) is first
    get(b)
    get(a, "other")
    assert computed == [("a", "one"), ("b", "one"), ("c", "one"), ("b", "one"), ("a", "other")]
    b.write_bytes(b"changed")
    get(b)
    assert computed[-1] == ("b", "one")
