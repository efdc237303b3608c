from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from training.memory_bank import MemoryBank


def unit_rows(count: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return functional.normalize(torch.randn(count, 6, generator=generator), dim=1)


@pytest.mark.parametrize("renormalise", [True, False])
def test_update_is_a_moving_average_of_the_rows_seen(renormalise: bool) -> None:
    start, fresh = unit_rows(5), unit_rows(2, 1)
    bank = MemoryBank(start)
    bank.update(torch.tensor([3, 0]), fresh, momentum=0.9, renormalise=renormalise)
    for row in (1, 2, 4):
        assert torch.equal(bank.rows[row], start[row])
    for row, embedding in ((3, fresh[0]), (0, fresh[1])):
        expected = 0.9 * start[row] + (1 - 0.9) * embedding
        expected = expected / expected.norm() if renormalise else expected
        assert torch.allclose(bank.rows[row], expected, atol=1e-6)


def test_an_image_that_is_there_twice_counts_twice() -> None:
    start, fresh = unit_rows(4), unit_rows(5, 1)
    indices = torch.tensor([2, 1, 2, 0, 2])
    together, apart = MemoryBank(start), MemoryBank(start)
    together.update(indices, fresh, momentum=0.8)
    for i in range(5):
        apart.update(indices[i : i + 1], fresh[i : i + 1], momentum=0.8)
    assert torch.equal(together.rows, apart.rows)


def test_no_gradient_and_no_shared_memory() -> None:
    start = unit_rows(4).requires_grad_()
    bank = MemoryBank(start)
    bank.update(torch.tensor([1]), unit_rows(1, 1).requires_grad_(), momentum=0.5)
    assert not bank.rows.requires_grad
    assert torch.equal(start, unit_rows(4))
    before = bank.state()["rows"]
    bank.update(torch.tensor([0]), unit_rows(1, 2), momentum=0.5)
    assert not torch.equal(before, bank.rows)


def test_embeddings_of_half_precision_are_taken() -> None:
    bank = MemoryBank(unit_rows(3))
    bank.update(torch.tensor([0]), unit_rows(1, 1).half(), momentum=0.5)
    assert bank.rows.dtype == torch.float32


def test_agreement_is_the_mean_cosine() -> None:
    rows = unit_rows(6)
    bank = MemoryBank(rows)
    assert bank.agreement(rows) == pytest.approx(1.0)
    assert bank.agreement(-2 * rows) == pytest.approx(-1.0)
    other = unit_rows(6, 1)
    literal = sum(float(u @ v) for u, v in zip(rows, other, strict=True)) / 6
    assert bank.agreement(other) == pytest.approx(literal, abs=1e-6)


def test_after_n_epochs_the_start_still_weighs_its_share() -> None:
    """D4: 0.99 ** 50 = 0.605 of the first embedding is left without renormalising."""
    bank = MemoryBank(torch.tensor([[1.0, 0.0]]))
    for _ in range(50):
        bank.update(torch.tensor([0]), torch.tensor([[0.0, 1.0]]), momentum=0.99, renormalise=False)
    assert bank.rows[0].tolist() == pytest.approx([0.605, 0.395], abs=1e-3)


def test_refill_mean_and_state() -> None:
    bank = MemoryBank(unit_rows(4))
    bank.refill(unit_rows(4, 1))
    assert len(bank) == 4
    assert torch.equal(bank.rows, unit_rows(4, 1))
    assert torch.allclose(bank.mean(), sum(unit_rows(4, 1)) / 4)
    assert torch.equal(MemoryBank.from_state(bank.state()).rows, bank.rows)
    with pytest.raises(ValueError, match="does not fit"):
        bank.refill(unit_rows(5))
    with pytest.raises(ValueError, match="needs rows"):
        MemoryBank(torch.zeros(3))
