"""A domain while its embeddings come in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from training.data.image_table import ImageTable
from training.data.records import DecodeFailure
from training.data.scanning import FolderScan
from training.progress import Progress
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk
from uem_desktop.retrieval.index import GalleryIndex

MakeDomain = Callable[..., DomainEmbeddings]


def chunk(rows: list[int], embeddings: object, *failures: DecodeFailure) -> EmbeddedChunk:
    values = np.asarray(embeddings, np.float32)
    return EmbeddedChunk(np.array(rows, np.int64), values, failures, Progress(0, 0))


def test_before_the_first_chunk_nothing_is_ready(make_domain: MakeDomain) -> None:
    domain = make_domain(["a", "a", None])
    assert domain.dimension is None
    assert domain.embeddings.shape == (3, 0)
    assert domain.ready_count == 0
    assert domain.ready_rows().tolist() == []


def test_chunks_fill_it_in_any_order(make_domain: MakeDomain) -> None:
    domain = make_domain(["a"] * 4)
    domain.apply(chunk([2], [[0.0, 1.0]]))
    first_array = domain.embeddings
    domain.apply(chunk([0, 3], [[1.0, 0.0], [0.6, 0.8]]))
    assert domain.embeddings is first_array
    assert domain.dimension == 2
    assert domain.ready_rows().tolist() == [0, 2, 3]
    assert domain.ready_count == 3
    np.testing.assert_array_equal(
        domain.embeddings, np.array([[1, 0], [0, 0], [0, 1], [0.6, 0.8]], np.float32)
    )


def test_a_row_may_come_again(make_domain: MakeDomain) -> None:
    domain = make_domain(["a"] * 3)
    domain.apply(chunk([1, 1], [[1.0, 0.0], [0.0, 1.0]]))
    domain.apply(chunk([1, 2], [[0.6, 0.8], [1.0, 0.0]]))
    assert domain.ready_count == 2
    assert domain.embeddings[1].tolist() == [np.float32(0.6), np.float32(0.8)]


def test_failures_are_kept_once_each() -> None:
    broken = DecodeFailure(Path("broken.png"), "the link leads nowhere")
    empty = DecodeFailure(Path("empty.png"), "the file is empty")
    domain = DomainEmbeddings(FolderScan(Path("x"), ImageTable.of(()), (broken,), 0))
    domain.apply(chunk([], np.zeros((0, 2)), empty, broken))
    domain.apply(chunk([], np.zeros((0, 2)), empty))
    assert domain.failures == [broken, empty]
    assert domain.scan.failures == (broken,)


def test_an_embedding_without_numbers_becomes_a_failure(make_domain: MakeDomain) -> None:
    domain = make_domain(["a"] * 3)
    domain.apply(chunk([0, 1, 2], [[1.0, 0.0], [np.nan, 0.0], [0.0, np.inf]]))
    assert domain.ready_rows().tolist() == [0]
    assert [failure.path.name for failure in domain.failures] == ["1.png", "2.png"]
    assert np.isfinite(domain.embeddings).all()


@pytest.mark.parametrize(
    ("rows", "embeddings"),
    [([0], [[1.0, 0.0, 0.0]]), ([0, 1], [[1.0, 0.0]]), ([3], [[1.0, 0.0]]), ([-1], [[1.0, 0.0]])],
)
def test_what_does_not_fit_is_refused(
    rows: list[int], embeddings: list[list[float]], make_domain: MakeDomain
) -> None:
    domain = make_domain(["a"] * 3, np.eye(3, 2, dtype=np.float32), ready=[2])
    with pytest.raises(ValueError, match=r"dimension|rows"):
        domain.apply(chunk(rows, embeddings))
    assert domain.ready_rows().tolist() == [2]


def test_categories(make_domain: MakeDomain) -> None:
    domain = make_domain(["b", "a", None, "b"])
    assert list(domain.rows_by_category) == ["a", "b"]
    assert domain.rows_by_category["b"].tolist() == [0, 3]
    assert domain.categories_of_rows(np.array([3, 2])) == ["b", None]
    assert domain.has_categories
    assert not make_domain([None, None]).has_categories


def test_a_search_in_another_thread_sees_whole_rows_only(make_domain: MakeDomain) -> None:
    """Every ready row is the same unit vector: half a row would show as a low similarity."""
    count, dimension = 4000, 64
    vector = np.full((1, dimension), dimension**-0.5, np.float32)
    domain = make_domain([None] * count)
    problems: list[object] = []
    is_filled = threading.Event()

    def search() -> None:
        try:
            was_filled = False
            while not was_filled:
                was_filled = is_filled.is_set()
                index = GalleryIndex.build(domain.embeddings, domain.ready_rows())
                similarities, rows = index.search(vector, count)
                if not np.allclose(similarities, 1.0) or rows[0].tolist() != index.rows.tolist():
                    problems.append(f"{similarities.min()} among {index.count}")
        except ValueError as error:
            problems.append(error)

    thread = threading.Thread(target=search)
    thread.start()
    for start in range(0, count, 20):
        domain.apply(chunk(list(range(start, start + 20)), np.tile(vector, (20, 1))))
    is_filled.set()
    thread.join()
    assert problems == []
    assert domain.ready_count == count
