"""UEM+ against its three contrasts, number by number, and what each switch takes away."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional
from toy_methods import begun, doubles, toy_config, toy_learner_for, values_of

from training.methods.neighbourhoods import find_neighbourhoods
from training.methods.registry import build_method


def log_softmax(values: np.ndarray) -> np.ndarray:
    return values - np.log(np.exp(values).sum())


@pytest.mark.parametrize("is_mutual", [True, False])
def test_all_three_contrasts(is_mutual: bool) -> None:
    words = [f"plus_mutual={'on' if is_mutual else 'off'}", "plus_neighbours=4"]
    method, stage, batch, progress = begun("uem+", 7, *words)
    found = values_of(method, stage, progress, batch)
    anchors = doubles(*method.made["anchors"])
    for domain, (name, images) in enumerate(zip("AB", batch, strict=True)):
        (rows,) = doubles(method.learner.embed(images.views[0]))
        own, across = [], []
        for row, number in zip(rows, images.rows.tolist(), strict=True):
            logs = log_softmax(anchors[domain] @ row / 0.2)
            own.append(-logs[method.made["own"][domain][number].numpy()].mean())
            trusted = method.made["is_mutual"][domain][number].numpy()
            near = method.made["across"][domain][number].numpy()
            near = near[trusted] if is_mutual else near
            if len(near):
                logs = log_softmax(anchors[1 - domain] @ row / 0.2)
                across.append(-logs[near].mean())
        assert across
        prototypes = method._keeper.prototypes_in(domain)
        places = method._keeper.own_ids[domain][images.rows]
        (units,) = doubles(functional.normalize(prototypes, dim=1))
        pnce = [
            -log_softmax(units @ row / 0.2)[place]
            for row, place in zip(rows, places.tolist(), strict=True)
        ]
        assert found[f"PNCE {name}"] == pytest.approx(np.mean(pnce), abs=1e-5)
        assert found[f"OWN {name}"] == pytest.approx(np.mean(own), abs=1e-5)
        assert found[f"ACROSS {name}"] == pytest.approx(np.mean(across), abs=1e-5)


def test_neighbours_are_those_of_the_start_first_and_then_of_the_encoder() -> None:
    early, *_ = begun("uem+", 2)
    late, *_ = begun("uem+", 7)
    for method, is_start in ((early, True), (late, False)):
        a, b = (bank.rows for bank in method.banks)
        at_start = find_neighbourhoods(a, b, 20)
        for domain in (0, 1):
            same = torch.equal(method.made["own"][domain], at_start[domain].own)
            assert same or not is_start
    moved = functional.normalize(late.learner.embed_mean(0), dim=1)
    assert not torch.allclose(moved, late.banks[0].rows, atol=1e-3)


def test_an_image_is_its_own_first_neighbour_and_matches_agree_on_both_sides() -> None:
    learner = toy_learner_for("uem+")
    a, b = (learner.embed_mean(domain) for domain in (0, 1))
    found = find_neighbourhoods(a, b, 3)
    centred = [functional.normalize(rows - rows.mean(dim=0), dim=1) for rows in (a, b)]
    for domain, one in enumerate(found):
        count = len(centred[domain])
        assert one.own[:, 0].tolist() == list(range(count))
        products = centred[domain] @ centred[domain].T
        products.fill_diagonal_(-2)
        nearest = products.topk(3).indices
        assert one.own[:, 1:].sort().values.tolist() == nearest.sort().values.tolist()
    pairs = [
        {
            (row, other)
            for row, (near, agree) in enumerate(zip(one.across, one.is_mutual, strict=True))
            for other in near[agree].tolist()
        }
        for one in found
    ]
    assert pairs[0]
    assert pairs[0] == {(a, b) for b, a in pairs[1]}


def test_few_images_have_no_neighbours_but_themselves() -> None:
    rows = functional.normalize(torch.randn(6, 4, generator=torch.Generator().manual_seed(1)))
    a, _ = find_neighbourhoods(rows, rows, 20)
    assert a.own.shape == (6, 1)
    assert a.across.shape == a.is_mutual.shape == (6, 0)


def test_without_neighbours_only_instances_are_told_apart() -> None:
    learner = toy_learner_for("uem+")
    method = build_method(toy_config("uem+", "plus_neighbours=0"), learner)
    method.begin_stage(method.stages[0])
    facts = method.begin_epoch(method.stages[0], 0)
    assert facts["matched_share_a"] == facts["matched_share_b"] == 0.0
    with learner.batches("TRAIN", 0) as batches:
        terms = {
            term.name: term.value.item()
            for term in method.losses(method.stages[0], 0.0, next(batches))
        }
    assert terms["ACROSS A"] == terms["ACROSS B"] == 0.0
    assert terms["OWN A"] > 0


def test_without_a_weight_no_prototypes_are_made() -> None:
    method, stage, batch, progress = begun("uem+", 7, "plus_prototype_weight=0")
    assert set(values_of(method, stage, progress, batch)) == {
        "OWN A", "ACROSS A", "OWN B", "ACROSS B",
    }  # fmt: skip
