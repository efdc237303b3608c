"""Certainty about prototypes or neighbours, whichever they are."""

from __future__ import annotations

from torch import Tensor


def entropy_loss(logits: Tensor, *, candidates: int | None = None) -> Tensor:
    """Return the mean entropy of the softmax of each row.

    Minimised, it makes an image decide for one of its candidates without saying which: the
    cross-domain matching of CDS, the instance-to-prototype matching of PCS, UCDIR's self-entropy.

    Args:
        logits: (B, C).
        candidates: Only the largest so many logits of a row take part; all when ``None``.

    Returns:
        Scalar.
    """
    if candidates is not None and candidates < logits.shape[1]:
        logits = logits.topk(candidates, dim=1).values
    log_shares = logits.log_softmax(dim=1)
    return -(log_shares.exp() * log_shares).sum(dim=1).mean()
