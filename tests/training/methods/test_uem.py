"""The losses of both stages against the equations written out number by number."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from toy_training import toy_learner

from training.config import ScheduleConfig, TrainConfig, UemConfig
from training.learners.batch import Batch
from training.methods.method import Stage
from training.methods.uem import CDSM, IDSE, Uem

E = 10


def begun(stage_name: str, epoch: int, **settings) -> tuple[Uem, Stage, Batch]:
    """A method in the middle of training, and a batch for it."""
    learner = toy_learner()
    config = TrainConfig(
        schedule=ScheduleConfig(idse_epochs=E, cdsm_epochs=4), uem=UemConfig(**settings)
    )
    method = Uem(config, learner)
    stage = next(one for one in method.stages if one.name == stage_name)
    method.begin_stage(stage)
    method.begin_epoch(stage, epoch)
    with learner.batches(stage_name, epoch) as batches:
        for number, batch in enumerate(batches):
            if number == 2:
                return method, stage, batch
            method.losses(stage, 0.0, batch)
            with torch.no_grad():  # the encoder moves, so that bank and encoder differ
                for weight in learner.module.parameters():
                    weight += 0.02 * torch.randn(weight.shape, generator=GENERATOR)
            method.after_step()
    raise AssertionError


GENERATOR = torch.Generator().manual_seed(3)


def numbers(method: Uem, batch: Batch) -> dict[str, np.ndarray]:
    """Everything the equations need, in double precision."""
    keeper = method._keeper
    found = {}
    for domain, name in enumerate("ab"):
        images = (batch.a, batch.b)[domain]
        with torch.no_grad():
            found[f"f_{name}"] = method._learner.embed(images.views[0])
        found[f"rows_{name}"] = images.rows
        found[f"bank_{name}"] = keeper.banks[domain].rows
        if keeper.unified is not None:
            found[f"proto_{name}"] = keeper.prototypes_in(domain)
            found[f"own_{name}"] = keeper.centres[domain]
            found[f"ids_{name}"] = keeper.ids_of_centres(domain)
            found[f"assigned_{name}"] = keeper.own_ids[domain]
    return {
        name: (value.double() if value.is_floating_point() else value).numpy()
        for name, value in found.items()
    }


def literal_softmax_loss(f, candidates, positives, tau):
    losses = []
    for i in range(len(f)):
        terms = [math.exp(f[i] @ c / tau) for c in candidates]
        losses.append(-math.log(terms[positives[i]] / sum(terms)))
    return sum(losses) / len(losses)


def literal_sel(f, prototypes, tau):
    total = 0.0
    for row in f:
        weights = [math.exp(row @ p / tau) for p in prototypes]
        for weight, p in zip(weights, prototypes, strict=True):
            total += weight / sum(weights) * math.sqrt(((row - p) ** 2).sum())
    return total / len(f)


def s(u, v):
    cos = u @ v / (np.linalg.norm(u) * np.linalg.norm(v))
    return (1 - cos) * math.sqrt(((u - v) ** 2).sum())


def literal_sn2m(f, own, ids, prototypes, bank, tau):
    total, reliable = 0.0, 0
    for row in f:
        own_id = ids[min(range(len(own)), key=lambda c: s(row, own[c]))]
        neighbour = min(range(len(bank)), key=lambda j: s(row, bank[j]))
        of_neighbour = min(range(len(prototypes)), key=lambda c: s(bank[neighbour], prototypes[c]))
        delta = math.exp(row @ prototypes[own_id] / tau)
        if of_neighbour == own_id:
            reliable += 1
            delta += math.exp(row @ bank[neighbour] / tau)
        whole = sum(math.exp(row @ p / tau) for p in prototypes)
        whole += sum(math.exp(row @ m / tau) for m in bank)
        total += -math.log(delta / whole)
    return total / len(f), reliable / len(f)


def literal_spr(f, g):
    total = 0.0
    for i in range(len(f)):
        for j in range(len(f)):
            cosines = [x[i] @ x[j] / (np.linalg.norm(x[i]) * np.linalg.norm(x[j])) for x in (f, g)]
            distances = [math.sqrt(((x[i] - x[j]) ** 2).sum()) for x in (f, g)]
            total += (cosines[0] - cosines[1]) ** 2 + (distances[0] - distances[1]) ** 2
    return total / len(f) ** 2


@pytest.mark.parametrize("epoch", [4, 5, 8])
def test_stage_one_is_equation_12(epoch: int) -> None:
    method, stage, batch = begun(IDSE, epoch, tau=0.2)
    terms = {term.name: term for term in method.losses(stage, 0.0, batch)}
    n = numbers(method, batch)
    alpha = 1 / (1 + math.exp(0.5 * E - epoch))
    for name in "ab":
        f, rows, upper = n[f"f_{name}"], n[f"rows_{name}"], name.upper()
        ince = literal_softmax_loss(f, n[f"bank_{name}"][rows], range(len(f)), 0.2)
        pnce = literal_softmax_loss(f, n[f"proto_{name}"], n[f"assigned_{name}"][rows], 0.2)
        sel = literal_sel(f, n[f"proto_{name}"], 0.2)
        assert terms[f"INCE {upper}"].value.item() == pytest.approx(ince, abs=1e-5)
        assert terms[f"PNCE {upper}"].value.item() == pytest.approx(pnce, abs=1e-5)
        assert terms[f"SEL {upper}"].value.item() == pytest.approx(sel, abs=1e-5)
        assert terms[f"INCE {upper}"].weight == 1
        assert terms[f"PNCE {upper}"].weight == pytest.approx(alpha)
        assert terms[f"SEL {upper}"].weight == pytest.approx(alpha)
    assert len(terms) == 6


def test_stage_two_is_equation_18() -> None:
    method, stage, batch = begun(CDSM, 1, tau=0.2)
    terms = {term.name: term for term in method.losses(stage, 0.3, batch)}
    n = numbers(method, batch)
    alignment = method._alignment
    assert alignment is not None
    assert {term.weight for term in terms.values()} == {1.0}
    for name, other in ("ab", "ba"):
        upper = name.upper()
        expected, share = literal_sn2m(
            n[f"f_{name}"],
            n[f"own_{name}"],
            n[f"ids_{name}"],
            n[f"proto_{other}"],
            n[f"bank_{other}"],
            0.2,
        )
        assert terms[f"SN2M {upper}"].value.item() == pytest.approx(expected, abs=1e-5)
        assert float(alignment.reliable_shares[f"reliable_share_{name}"]) == pytest.approx(share)
        images = batch.a if name == "a" else batch.b
        with torch.no_grad():
            stored = method._learner.embed(images.views[0], alignment._stored).double().numpy()
        spr = literal_spr(n[f"f_{name}"], stored)
        assert spr > 1e-4
        assert terms[f"SPR {upper}"].value.item() == pytest.approx(spr, rel=1e-3)
    with torch.no_grad():
        logits = alignment.classifier(torch.from_numpy(np.r_[n["f_a"], n["f_b"]]).float())
    dal = 0.0
    for position, logit in enumerate(logits.double().tolist()):
        probability = 1 / (1 + math.exp(-logit))
        dal -= math.log(probability if position < len(n["f_a"]) else 1 - probability)
    assert terms["DAL"].value.item() == pytest.approx(dal / len(logits), abs=1e-6)
    assert list(terms) == ["DAL", "SPR A", "SPR B", "SN2M A", "SN2M B"]


def test_while_alpha_is_tiny_there_are_no_prototypes() -> None:
    learner = toy_learner()
    method = Uem(TrainConfig(), learner)
    stage = method.stages[0]
    method.begin_stage(stage)
    assert set(method.begin_epoch(stage, 40)) == {"alpha"}
    assert method._keeper.unified is None
    facts = method.begin_epoch(stage, 41)
    assert facts["alpha"] > 1e-4
    assert facts["clusters_a"] >= 2


def test_the_structure_loss_is_zero_right_after_the_copy() -> None:
    learner = toy_learner()
    method = Uem(TrainConfig(), learner)
    stage = method.stages[1]
    method.begin_stage(stage)
    method.begin_epoch(stage, 0)
    with learner.batches(CDSM, 0) as batches:
        terms = {term.name: term.value.item() for term in method.losses(stage, 0, next(batches))}
    assert terms["SPR A"] == terms["SPR B"] == 0


@pytest.mark.parametrize(
    ("settings", "stage_name", "names"),
    [
        ({"use_sel": False}, IDSE, {"INCE A", "PNCE A", "INCE B", "PNCE B"}),
        ({"use_spr": False}, CDSM, {"DAL", "SN2M A", "SN2M B"}),
    ],
)
def test_an_ablation_leaves_a_term_out(settings, stage_name, names) -> None:
    method, stage, batch = begun(stage_name, 3, **settings)
    assert {term.name for term in method.losses(stage, 0.0, batch)} == names


def test_without_merging_stage_one_keeps_own_prototypes_and_stage_two_merges() -> None:
    method, _, _ = begun(IDSE, 8, use_merging=False, merge_rule="all")
    keeper = method._keeper
    assert torch.equal(keeper.prototypes_in(0), keeper.centres[0])
    assert torch.equal(keeper.prototypes_in(1), keeper.centres[1])
    method, _, _ = begun(CDSM, 0, use_merging=False, merge_rule="all")
    assert method._keeper.facts()["merged"] > 0


def test_without_sn2m_the_nearest_neighbour_is_the_positive() -> None:
    method, stage, batch = begun(CDSM, 0, tau=0.2, use_sn2m=False)
    terms = {term.name: term.value.item() for term in method.losses(stage, 0.0, batch)}
    n = numbers(method, batch)
    candidates = np.concatenate([n["proto_b"], n["bank_b"]])
    nearest = [len(n["proto_b"]) + int((n["bank_b"] @ row).argmax()) for row in n["f_a"]]
    expected = literal_softmax_loss(n["f_a"], candidates, nearest, 0.2)
    assert terms["SN2M A"] == pytest.approx(expected, abs=1e-5)


def test_the_bank_is_written_after_the_step_with_what_was_computed_before() -> None:
    method, stage, batch = begun(IDSE, 0, beta=0.9)
    before = method._keeper.banks[0].rows.clone()
    method.losses(stage, 0.0, batch)
    with torch.no_grad():
        fresh = method._learner.embed(batch.a.views[0])
        assert torch.equal(method._keeper.banks[0].rows, before)
        for weight in method._learner.module.parameters():
            weight.zero_()
    method.after_step()
    mixed = 0.9 * before[batch.a.rows] + 0.1 * fresh
    expected = mixed / mixed.norm(dim=1, keepdim=True)
    assert torch.allclose(method._keeper.banks[0].rows[batch.a.rows], expected, atol=1e-6)
    untouched = torch.ones(len(before), dtype=torch.bool)
    untouched[batch.a.rows] = False
    assert torch.equal(method._keeper.banks[0].rows[untouched], before[untouched])


def test_a_second_view_writes_the_bank() -> None:
    learner = toy_learner(views_per_image=2)
    method = Uem(TrainConfig(), learner)
    stage = method.stages[0]
    method.begin_stage(stage)
    method.begin_epoch(stage, 0)
    before = method._keeper.banks[1].rows.clone()
    with learner.batches(IDSE, 0) as batches:
        batch = next(batches)
    assert not torch.equal(batch.b.views[0], batch.b.views[1])
    method.losses(stage, 0.0, batch)
    method.after_step()
    with torch.no_grad():
        mixed = 0.99 * before[batch.b.rows] + 0.01 * learner.embed(batch.b.views[1])
    expected = mixed / mixed.norm(dim=1, keepdim=True)
    assert torch.allclose(method._keeper.banks[1].rows[batch.b.rows], expected, atol=1e-6)


def test_written_before_the_step_the_positive_holds_the_query() -> None:
    method, stage, batch = begun(IDSE, 0, beta=0.5, bank_update="before_step")
    before = method._keeper.banks[0].rows[batch.a.rows].clone()
    method.losses(stage, 0.0, batch)
    with torch.no_grad():
        mixed = 0.5 * before + 0.5 * method._learner.embed(batch.a.views[0])
    expected = mixed / mixed.norm(dim=1, keepdim=True)
    assert torch.allclose(method._keeper.banks[0].rows[batch.a.rows], expected, atol=1e-6)
    written = method._keeper.banks[0].rows.clone()
    method.after_step()
    assert torch.equal(method._keeper.banks[0].rows, written)


def test_the_positive_prototype_may_be_that_of_the_fresh_embedding() -> None:
    method, stage, batch = begun(IDSE, 8, tau=0.2, pnce_assignment="encoder")
    terms = {term.name: term.value.item() for term in method.losses(stage, 0.0, batch)}
    n = numbers(method, batch)
    nearest = [n["ids_a"][int(((n["own_a"] - row) ** 2).sum(axis=1).argmin())] for row in n["f_a"]]
    expected = literal_softmax_loss(n["f_a"], n["proto_a"], nearest, 0.2)
    assert terms["PNCE A"] == pytest.approx(expected, abs=1e-5)


def test_the_reliability_of_a_neighbour_may_use_the_plain_distance() -> None:
    method, stage, batch = begun(CDSM, 0, tau=0.2, reliability_distance="euclidean")
    method.losses(stage, 0.0, batch)
    n = numbers(method, batch)
    reliable = []
    for row in n["f_a"]:
        own = n["ids_a"][min(range(len(n["own_a"])), key=lambda c: s(row, n["own_a"][c]))]
        neighbour = n["bank_b"][min(range(len(n["bank_b"])), key=lambda j: s(row, n["bank_b"][j]))]
        reliable.append(int(((n["proto_b"] - neighbour) ** 2).sum(axis=1).argmin()) == own)
    share = method._alignment.reliable_shares["reliable_share_a"]
    assert float(share) == pytest.approx(sum(reliable) / len(reliable))
