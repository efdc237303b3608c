"""The embedding of one query after retrieval-time help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from uem_desktop.retrieval.helped import HelpedDomains
from uem_desktop.retrieval.search import mean_embedding


@dataclass(frozen=True, slots=True, eq=False)
class HelpedQuery:
    """The images of a query, some of which are part of a helped domain.

    Attributes:
        known: For each image its helped embedding, float32 (D',); None for one from elsewhere.
        plain: float32 (n, D), the embeddings of all images as the encoder made them.
        domains: What helps the ones from elsewhere.
    """

    known: Sequence[np.ndarray | None] = field(repr=False)
    plain: np.ndarray = field(repr=False)
    domains: HelpedDomains = field(repr=False)

    def embedding(self) -> np.ndarray:
        """Return the mean of the helped images, float32 (D',), unit length.

        An image from elsewhere costs a comparison with both domains, so this is for a worker.
        """
        outside = [place for place, row in enumerate(self.known) if row is None]
        helped = dict(zip(outside, self.domains.helped(self.plain[outside]), strict=True))
        rows = [helped[place] if row is None else row for place, row in enumerate(self.known)]
        return mean_embedding(np.stack(rows))
