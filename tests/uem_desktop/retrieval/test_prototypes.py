from __future__ import annotations

import numpy as np
import pytest

from training.errors import Cancelled, UserError
from training.evaluation.prototype_detection import fit_prototype_detector
from uem_desktop.retrieval import prototypes
from uem_desktop.retrieval.prototypes import PrototypeKind, prototypes_of


def heaps(sizes: list[int], shift: float, seed: int) -> np.ndarray:
    """Unit rows around the axes, so many around each, moved as a whole."""
    generator = np.random.default_rng(seed)
    kinds = np.repeat(np.arange(len(sizes)), sizes)
    rows = 3.0 * np.eye(len(sizes), 8)[kinds] + 0.1 * generator.standard_normal((len(kinds), 8))
    rows = rows + shift
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture
def domains(make_domain):
    """Four shared kinds, a fifth that the query domain has alone; one image not embedded yet."""
    query, gallery = heaps([9] * 5, 0.0, 1), heaps([8] * 4, 0.4, 2)
    return (
        make_domain([None] * 45, query, ready=list(range(44)), domain="query"),
        make_domain([None] * 32, gallery),
    )


def test_every_image_belongs_to_one_prototype_of_its_kind(domains) -> None:
    found = prototypes_of(*domains)
    ids = found.ids("query")
    assert ids[44] == -1
    assert len(set(ids[:44].tolist())) >= 5
    own = {found.kinds[number] for number in set(ids[36:44].tolist())}
    assert own == {PrototypeKind.OWN}
    assert found.count(PrototypeKind.MERGED) >= 1
    assert sum(found.count(kind) for kind in PrototypeKind) == len(found)
    assert found.sizes("query").sum() == 44
    assert found.sizes("gallery").sum() == 32
    merged = [n for n, kind in enumerate(found.kinds) if kind is PrototypeKind.MERGED]
    for number in merged:
        kinds = set((found.central_rows("query", number) // 9).tolist())
        assert kinds == set((found.central_rows("gallery", number) // 8).tolist())


def test_they_are_the_prototypes_that_queries_are_judged_with(domains) -> None:
    query, gallery = domains
    found = prototypes_of(query, gallery)
    detector = fit_prototype_detector(query.embeddings[:44], gallery.embeddings)
    assert detector.merged_count == found.count(PrototypeKind.MERGED)
    assert detector.bound == found.bound
    own = found.in_query[: found.count(PrototypeKind.OWN)]
    centres = detector.prototypes[~detector.is_merged].numpy()
    assert np.array_equal(own, centres)


def test_translated_by_the_difference_of_the_means(domains) -> None:
    query, gallery = domains
    found = prototypes_of(query, gallery)
    shift = gallery.embeddings.mean(axis=0) - query.embeddings[:44].mean(axis=0)
    assert np.allclose(found.in_gallery - found.in_query, shift, atol=1e-6)


def test_central_images_come_nearest_first(domains) -> None:
    found = prototypes_of(*domains)
    number = int(found.ids("gallery")[0])
    rows = found.central_rows("gallery", number)
    vectors = domains[1].embeddings[rows].astype(np.float64)
    distances = np.linalg.norm(vectors - vectors.mean(axis=0), axis=1)
    assert (np.diff(distances) >= -1e-6).all()
    assert found.central_rows("gallery", number, 2).tolist() == rows[:2].tolist()


def test_found_again_on_the_disk(domains, monkeypatch) -> None:
    first = prototypes_of(*domains)
    monkeypatch.setattr(prototypes, "_unified", None)
    again = prototypes_of(*domains)
    assert np.array_equal(again.in_query, first.in_query)
    assert again.ids("query").tolist() == first.ids("query").tolist()
    assert again.kinds == first.kinds


def test_what_cannot_be_is_said_in_a_sentence(domains, make_domain) -> None:
    query, gallery = domains
    with pytest.raises(UserError, match="no image of the gallery domain is embedded"):
        prototypes_of(query, make_domain([None] * 3))
    with pytest.raises(UserError, match="different encoders"):
        prototypes_of(query, make_domain([None] * 3, np.eye(3, 4, dtype=np.float32)))
    with pytest.raises(Cancelled):
        prototypes_of(query, gallery, should_stop=lambda: True)


def test_a_stop_is_heard_while_it_clusters(domains) -> None:
    asked: list[int] = []

    def stop_at_the_twentieth() -> bool:
        asked.append(1)
        return len(asked) == 20

    with pytest.raises(Cancelled):
        prototypes_of(*domains, should_stop=stop_at_the_twentieth)
    assert len(asked) == 20
