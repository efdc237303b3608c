from __future__ import annotations

import torch

from training.data.decided_pairs import RowPairs
from training.losses.neighbour_match import Links
from training.methods.pair_links import PairLinks, linked_neighbours


def test_links_of_a_batch_are_those_of_its_rows() -> None:
    pairs = RowPairs(((4, 1), (0, 2), (4, 0)), ((3, 2),), 3, 1, 0)
    links = PairLinks(pairs, (5, 3), torch.device("cpu"))
    of_a = links.of_rows(0, torch.tensor([4, 3]))
    assert of_a.must.tolist() == [[True, True, False], [False, False, False]]
    assert of_a.cannot.tolist() == [[False, False, False], [False, False, True]]
    of_b = links.of_rows(1, torch.tensor([2]))
    assert of_b.must.tolist() == [[True, False, False, False, False]]
    assert of_b.cannot.tolist() == [[False, False, False, True, False]]


def test_no_pair_is_no_link() -> None:
    links = PairLinks(RowPairs((), (), 0, 0, 2), (4, 3), torch.device("cpu"))
    found = links.of_rows(0, torch.arange(4))
    assert not found.must.any()
    assert not found.cannot.any()
    across, trusted = torch.tensor([[0, 1]] * 4), torch.ones(4, 2, dtype=torch.bool)
    same = linked_neighbours(across, trusted, found)
    assert torch.equal(same[0], across)
    assert torch.equal(same[1], trusted)


def test_linked_images_are_trusted_neighbours_each_once() -> None:
    across = torch.tensor([[2, 5], [1, 3], [0, 4]])
    trusted = torch.tensor([[True, False], [True, True], [False, False]])
    must, cannot = torch.zeros(2, 3, 6, dtype=torch.bool)
    must[0, [5, 0, 3]] = True
    cannot[1, [1, 0]] = True
    must[2, 2] = True
    rows, counts = linked_neighbours(across, trusted, Links(must, cannot))
    found = [set(row[count].tolist()) for row, count in zip(rows, counts, strict=True)]
    assert found == [{2, 5, 0, 3}, {3}, {2}]
    assert counts.sum().item() == 6, "none counts twice"
    assert rows.shape == (3, 4)


def test_domains_too_small_for_neighbours_still_have_linked_ones() -> None:
    none = torch.zeros(2, 0, dtype=torch.int64)
    must, cannot = torch.zeros(2, 2, 3, dtype=torch.bool)
    must[1, 2] = True
    rows, counts = linked_neighbours(none, none.bool(), Links(must, cannot))
    assert counts.tolist() == [[False], [True]]
    assert rows[1].tolist() == [2]
