from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.helped import HelpedDomains, help_domains
from uem_desktop.retrieval.helped_query import HelpedQuery

MakeDomain = Callable[..., DomainEmbeddings]


@pytest.fixture
def helped(make_domain: MakeDomain, unit_embeddings: Callable[[int], np.ndarray]) -> HelpedDomains:
    query, gallery = (make_domain([None] * n, unit_embeddings(n)) for n in (30, 40))
    return help_domains(query, gallery, ["centring", "neighbour-averaging"])


def test_known_images_keep_what_they_have_and_others_are_helped(
    helped: HelpedDomains, unit_embeddings: Callable[[int], np.ndarray]
) -> None:
    assert helped.query is not None
    plain, own = unit_embeddings(3), helped.query.embeddings
    alone = HelpedQuery([own[4]], plain[:1], helped).embedding()
    assert np.array_equal(alone, own[4])
    from_elsewhere = helped.helped(plain[1:3])
    mixed = HelpedQuery([own[4], None, None], plain, helped).embedding()
    mean = (own[4] + from_elsewhere.sum(axis=0)) / 3
    assert mixed == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)
