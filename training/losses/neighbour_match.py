"""Switchable nearest-neighbour match between the domains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from training.geometry import cosines, euclidean_distances, joint_dissimilarity

ReliabilityDistance = Literal["joint", "euclidean"]
MatchNumerator = Literal["switch", "prototype", "neighbour"]


@dataclass(frozen=True, slots=True)
class NeighbourMatches:
    """What each image of a batch was matched with in the other domain.

    Attributes:
        own_ids: int64 (B,), unified id of the nearest prototype of the own domain, which is also
            the row of that prototype carried over to the other domain.
        neighbour_rows: int64 (B,), row of the nearest image in the other domain's bank.
        is_reliable: bool (B,), whether that neighbour's nearest prototype has the same id.
    """

    own_ids: Tensor
    neighbour_rows: Tensor
    is_reliable: Tensor


@dataclass(frozen=True, slots=True)
class Links:
    """What a person said of the images of a batch and all of the other domain.

    Attributes:
        must: bool (B, N), which belong together.
        cannot: bool (B, N), which do not.
    """

    must: Tensor
    cannot: Tensor


@torch.no_grad()
def match_neighbours(
    embeddings: Tensor,
    own_centres: Tensor,
    own_ids: Tensor,
    other_prototypes: Tensor,
    other_bank: Tensor,
    *,
    reliability_distance: ReliabilityDistance = "joint",
    links: Links | None = None,
) -> NeighbourMatches:
    """Find prototype and neighbour of each image, and whether they agree (UEM Eq. 15-16).

    Unified prototypes keep their id in both domains, so the switch compares integers.

    Args:
        embeddings: (B, D) of one domain.
        own_centres: (K, D), cluster centres of that domain.
        own_ids: int64 (K,), unified id of each of them.
        other_prototypes: (C, D), unified prototypes as they lie in the other domain.
        other_bank: (N, D), memory bank of the other domain.
        reliability_distance: How a neighbour's prototype is found: ``"joint"`` like everything
            else here, or ``"euclidean"``.
        links: An image that cannot belong to another is no candidate for its neighbour; one that
            has no candidate left has no reliable match.
    """
    ids = own_ids[joint_dissimilarity(embeddings, own_centres).argmin(dim=1)]
    to_bank = joint_dissimilarity(embeddings, other_bank)
    if links is not None:
        to_bank = to_bank.masked_fill(links.cannot, torch.inf)
    rows = to_bank.argmin(dim=1)
    apart = joint_dissimilarity if reliability_distance == "joint" else euclidean_distances
    ids_of_neighbours = apart(other_bank[rows], other_prototypes).argmin(dim=1)
    is_reliable = ids_of_neighbours == ids
    if links is not None:
        is_reliable &= ~links.cannot.all(dim=1)
    return NeighbourMatches(ids, rows, is_reliable)


@torch.no_grad()
def nearest_instances(embeddings: Tensor, other_bank: Tensor) -> Tensor:
    """Return the row int64 (B,) of the bank (N, D) with the largest cosine for each of (B, D)."""
    return cosines(embeddings, other_bank).argmax(dim=1)


def neighbour_match_loss(
    embeddings: Tensor,
    matches: NeighbourMatches,
    other_prototypes: Tensor,
    other_bank: Tensor,
    *,
    tau: float,
    numerator: MatchNumerator = "switch",
    normalise_prototypes: bool = False,
    links: Links | None = None,
) -> Tensor:
    """Pull each image to its matches in the other domain (UEM Eq. 17, SN2M).

    Args:
        embeddings: (B, D) of one domain.
        matches: Of these embeddings, with the same prototypes and bank.
        other_prototypes: (C, D), unified prototypes as they lie in the other domain.
        other_bank: (N, D), memory bank of the other domain.
        tau: Temperature.
        numerator: ``"switch"`` as published: prototype and neighbour where the match is reliable,
            else the prototype; ``"prototype"``: the prototype for every image; ``"neighbour"``:
            the cosine-nearest image for every image, which is UEM without SN2M.
        normalise_prototypes: Use prototypes of unit length.
        links: With the ``"switch"``, images that must belong together stand in the numerator like
            a reliable neighbour, each once; those that cannot stay in the denominator only.

    Returns:
        Scalar, the mean over the batch.
    """
    if normalise_prototypes:
        other_prototypes = functional.normalize(other_prototypes, dim=1)
    to_prototypes = embeddings @ other_prototypes.T / tau
    to_images = embeddings @ other_bank.T / tau
    whole = torch.logaddexp(to_prototypes.logsumexp(dim=1), to_images.logsumexp(dim=1))
    if numerator == "neighbour":
        part = _at(to_images, nearest_instances(embeddings, other_bank))
    else:
        part = _at(to_prototypes, matches.own_ids)
    if numerator == "switch" and links is not None:
        is_match = links.must.clone()
        is_match[torch.arange(len(is_match)), matches.neighbour_rows] |= matches.is_reliable
        pulled = to_images.masked_fill(~is_match, -torch.inf)
        part = torch.cat([part[:, None], pulled], dim=1).logsumexp(dim=1)
    elif numerator == "switch":
        both = torch.logaddexp(part, _at(to_images, matches.neighbour_rows))
        part = torch.where(matches.is_reliable, both, part)
    return (whole - part).mean()


def _at(logits: Tensor, columns: Tensor) -> Tensor:
    return logits.gather(1, columns[:, None]).squeeze(1)
