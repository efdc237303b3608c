"""DGDIR against its contrasts and its common clusters written out number by number."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from toy_methods import begun, doubles


def contrast(query, key, negatives) -> float:
    terms = [np.exp(query @ key / 0.2), *(np.exp(query @ one / 0.2) for one in negatives)]
    return -np.log(terms[0] / sum(terms))


def test_all_four_contrasts_and_the_common_clusters() -> None:
    method, stage, batch, progress = begun("dgdir", 5)
    terms = {term.name: term for term in method.losses(stage, progress, batch)}
    (prototypes,) = doubles(*method.made["prototypes"])
    clusters, cluster_losses = method.made["clusters"], []
    for domain, (name, images) in enumerate(zip("AB", batch, strict=True)):
        assert not torch.equal(images.phases[0], images.views[0])
        rows = images.rows.tolist()
        queries = doubles(*(method.learner.embed(x[0]) for x in (images.phases, images.views)))
        keys = doubles(*(method.key.embed(x[1]) for x in (images.phases, images.views)))
        banks = doubles(method.phase_banks[domain].rows, method.banks[domain].rows)
        for title, own, key in (("PP", 0, 0), ("CC", 1, 1), ("PC", 0, 1), ("CP", 1, 0)):
            total = 0.0
            for i, row in enumerate(rows):
                negatives = np.delete(banks[own], row, axis=0)
                total += contrast(queries[own][i], keys[key][i], negatives)
            term = terms[f"{title} {name}"]
            assert term.value.item() == pytest.approx(total / len(rows), abs=1e-5), title
            assert term.weight == 0.25
        for kind in queries:
            logits = np.exp(kind @ prototypes.T)
            shares = logits / logits.sum(axis=1, keepdims=True)
            own = clusters[domain][images.rows].numpy()
            cluster_losses += (-np.log(shares[np.arange(len(rows)), own])).tolist()
    assert terms["CLUSTER"].value.item() == pytest.approx(np.mean(cluster_losses), abs=1e-5)
    assert terms["CLUSTER"].weight == 0.1


def test_one_clustering_serves_both_domains_and_begins_later() -> None:
    method, stage, batch, progress = begun("dgdir", 0)
    assert "CLUSTER" not in {term.name for term in method.losses(stage, progress, batch)}
    assert method.begin_epoch(stage, 1) == {"clusters": 4.0}
    assert [len(one) for one in method.made["clusters"]] == [44, 36]
