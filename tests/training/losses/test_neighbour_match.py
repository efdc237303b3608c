from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from training.losses.neighbour_match import (
    Links,
    MatchNumerator,
    NeighbourMatches,
    match_neighbours,
    nearest_instances,
    neighbour_match_loss,
)


def literal_s(u: Tensor, v: Tensor) -> float:
    cosine = float(u @ v / (u.norm() * v.norm()))
    return (1 - cosine) * float((u - v).norm())


def literal_nearest(f: Tensor, points: Tensor) -> int:
    values = [literal_s(f, point) for point in points]
    return values.index(min(values))


def literal_loss(
    embeddings: Tensor, matches: NeighbourMatches, prototypes: Tensor, bank: Tensor, tau: float
) -> float:
    """Eq. 17, with the numerators of either case."""
    total = 0.0
    for i, f in enumerate(embeddings):
        to_prototypes = [math.exp(float(f @ p) / tau) for p in prototypes]
        to_images = [math.exp(float(f @ m) / tau) for m in bank]
        numerator = to_prototypes[int(matches.own_ids[i])]
        if matches.is_reliable[i]:
            numerator += to_images[int(matches.neighbour_rows[i])]
        total -= math.log(numerator / (sum(to_prototypes) + sum(to_images)))
    return total / len(embeddings)


def example(seed: int) -> dict[str, Tensor]:
    """Embeddings and banks of unit length, prototypes that are shorter."""
    generator = torch.Generator().manual_seed(seed)

    def rows(count: int) -> Tensor:
        random = torch.randn(count, 6, generator=generator, dtype=torch.float64)
        return functional.normalize(random, dim=1)

    return {
        "embeddings": rows(12),
        "own_centres": 0.7 * rows(3),
        "own_ids": torch.tensor([4, 0, 2]),
        "other_prototypes": 0.8 * rows(5),
        "other_bank": rows(30),
    }


@pytest.mark.parametrize(
    ("is_reliable", "numerator", "expected"),
    [
        (True, "switch", 0.3132617),
        (False, "switch", 1.0064089),
        (True, "prototype", 1.0064089),
        (True, "neighbour", 1.0064089),
    ],
)
def test_hand_worked_example(is_reliable: bool, numerator: MatchNumerator, expected: float) -> None:
    f = torch.tensor([[1.0, 0.0]])
    matches = match_neighbours(f, torch.eye(2), torch.arange(2), torch.eye(2), torch.eye(2))
    assert (matches.own_ids.item(), matches.neighbour_rows.item()) == (0, 0)
    assert matches.is_reliable.item()
    matches = replace(matches, is_reliable=torch.tensor([is_reliable]))
    loss = neighbour_match_loss(
        f, matches, torch.eye(2), torch.eye(2), tau=1.0, numerator=numerator
    )
    assert loss.item() == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(10))
def test_matches_against_literal_code(seed: int) -> None:
    given = example(seed)
    matches = match_neighbours(**given)
    for i, f in enumerate(given["embeddings"]):
        own_id = int(given["own_ids"][literal_nearest(f, given["own_centres"])])
        row = literal_nearest(f, given["other_bank"])
        id_there = literal_nearest(given["other_bank"][row], given["other_prototypes"])
        assert matches.own_ids[i] == own_id
        assert matches.neighbour_rows[i] == row
        assert bool(matches.is_reliable[i]) == (id_there == own_id)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("normalise", [False, True])
def test_loss_against_literal_code(seed: int, normalise: bool) -> None:
    given = example(seed)
    embeddings, bank = given["embeddings"], given["other_bank"]
    prototypes = given["other_prototypes"]
    seen = torch.stack([p / p.norm() for p in prototypes]) if normalise else prototypes
    matches = replace(match_neighbours(**given), is_reliable=torch.arange(12) % 3 == 0)

    def loss(f: Tensor, numerator: MatchNumerator = "switch", tau: float = 0.07) -> Tensor:
        return neighbour_match_loss(
            f,
            matches,
            prototypes,
            bank,
            tau=tau,
            numerator=numerator,
            normalise_prototypes=normalise,
        )

    expected = literal_loss(embeddings, matches, seen, bank, 0.07)
    assert loss(embeddings).item() == pytest.approx(expected, abs=1e-12)
    nobody = replace(matches, is_reliable=torch.zeros(12, dtype=torch.bool))
    expected = literal_loss(embeddings, nobody, seen, bank, 0.07)
    assert loss(embeddings, "prototype").item() == pytest.approx(expected, abs=1e-12)
    embeddings.requires_grad_()
    assert torch.autograd.gradcheck(lambda f: loss(f, tau=0.3), embeddings)


def test_without_the_switch_the_cosine_nearest_image_is_the_positive() -> None:
    given = example(8)
    embeddings, prototypes = given["embeddings"], given["other_prototypes"]
    bank = given["other_bank"] * torch.linspace(0.3, 1.0, 30, dtype=torch.float64)[:, None]
    rows = nearest_instances(embeddings, bank)
    total = 0.0
    for f, row in zip(embeddings, rows.tolist(), strict=True):
        angles = [float(f @ m / m.norm()) for m in bank]
        assert row == angles.index(max(angles))
        everything = torch.cat([prototypes, bank])
        whole = sum(math.exp(float(f @ v) / 0.2) for v in everything)
        total -= math.log(math.exp(float(f @ bank[row]) / 0.2) / whole)
    matches = match_neighbours(embeddings, given["own_centres"], given["own_ids"], prototypes, bank)
    loss = neighbour_match_loss(
        embeddings, matches, prototypes, bank, tau=0.2, numerator="neighbour"
    )
    assert loss.item() == pytest.approx(total / 12, abs=1e-12)


def test_the_gradient_reaches_the_embeddings_and_is_finite() -> None:
    given = {name: value.float() for name, value in example(0).items()}
    given["own_ids"] = given["own_ids"].long()
    embeddings = given["embeddings"].requires_grad_()
    matches = match_neighbours(**given)
    assert not matches.own_ids.requires_grad
    loss = neighbour_match_loss(
        embeddings, matches, given["other_prototypes"], given["other_bank"], tau=0.001
    )
    loss.backward()
    assert embeddings.grad is not None
    assert embeddings.grad.isfinite().all()
    assert embeddings.grad.any()


def literal_links(seed: int) -> tuple[list[set[int]], list[set[int]], Links]:
    """Some links by image, and the same as masks; the last image cannot belong to anything."""
    generator = torch.Generator().manual_seed(100 + seed)
    draw = torch.rand(12, 30, generator=generator)
    must, cannot = draw < 0.08, draw > 0.7
    must[-1], cannot[-1] = False, True
    return (
        [set(row.nonzero().flatten().tolist()) for row in must],
        [set(row.nonzero().flatten().tolist()) for row in cannot],
        Links(must, cannot),
    )


@pytest.mark.parametrize("seed", range(4))
def test_links_against_literal_code(seed: int) -> None:
    given = example(seed)
    embeddings, bank = given["embeddings"], given["other_bank"]
    prototypes, tau = given["other_prototypes"], 0.2
    must, cannot, links = literal_links(seed)
    total, paired = 0.0, 0
    for i, f in enumerate(embeddings):
        own_id = int(given["own_ids"][literal_nearest(f, given["own_centres"])])
        allowed = [row for row in range(30) if row not in cannot[i]]
        pulled = set(must[i])
        if allowed:
            row = min(allowed, key=lambda j: literal_s(f, bank[j]))
            if literal_nearest(bank[row], prototypes) == own_id:
                pulled.add(row)
        paired += bool(pulled)
        weights = [math.exp(float(f @ m) / tau) for m in bank]
        to_prototypes = [math.exp(float(f @ p) / tau) for p in prototypes]
        numerator = to_prototypes[own_id] + sum(weights[row] for row in pulled)
        total -= math.log(numerator / (sum(to_prototypes) + sum(weights)))
    assert paired > 1
    matches = match_neighbours(**given, links=links)
    assert not matches.is_reliable[-1]
    assert all(int(row) not in cannot[i] for i, row in enumerate(matches.neighbour_rows[:-1]))

    def loss(f: Tensor) -> Tensor:
        return neighbour_match_loss(f, matches, prototypes, bank, tau=tau, links=links)

    assert loss(embeddings).item() == pytest.approx(total / 12, abs=1e-12)
    embeddings.requires_grad_()
    assert torch.autograd.gradcheck(loss, embeddings)


def test_no_link_changes_nothing_and_a_linked_neighbour_counts_once() -> None:
    given = example(2)
    matches = match_neighbours(**given)
    none = torch.zeros(12, 30, dtype=torch.bool)
    unlinked = match_neighbours(**given, links=Links(none, none))
    assert torch.equal(unlinked.neighbour_rows, matches.neighbour_rows)
    assert torch.equal(unlinked.is_reliable, matches.is_reliable)
    assert matches.is_reliable.any()
    assert not matches.is_reliable.all()

    def loss(must: Tensor) -> float:
        return neighbour_match_loss(
            given["embeddings"],
            matches,
            given["other_prototypes"],
            given["other_bank"],
            tau=0.1,
            links=Links(must, none),
        ).item()

    plain = neighbour_match_loss(
        given["embeddings"], matches, given["other_prototypes"], given["other_bank"], tau=0.1
    ).item()
    assert loss(none) == pytest.approx(plain, abs=1e-12)
    reliable = none.clone()
    reliable[torch.arange(12), matches.neighbour_rows] = matches.is_reliable
    assert loss(reliable) == pytest.approx(plain, abs=1e-12), "each image stands there once"
