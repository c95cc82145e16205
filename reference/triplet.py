"""The triplet loss and its ways of choosing triplets: the definition first, then the form that scales.

Shapes: embeddings E (B, d), labels (B,) integers, distances (B, B), triplets (B, B, B) with the anchor first, the
positive second and the negative third. Distances are squared Euclidean. Every loss is differentiable.

Sources: Schroff, Kalenichenko and Philbin, "FaceNet", arXiv 1503.03832, sections 3.1, 3.2 and 7; Hermans, Beyer
and Leibe, "In Defense of the Triplet Loss", arXiv 1703.07737, for batch-all and batch-hard.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import product

import torch
from torch import Tensor


def squared_distances_by_definition(E: Tensor) -> Tensor:
    """‖e_i − e_j‖², one pair at a time."""
    return torch.stack([torch.stack([((a - b) ** 2).sum() for b in E]) for a in E])


def squared_distances(E: Tensor) -> Tensor:
    """‖e_i − e_j‖² of all pairs: (B, B), never negative, zero on the diagonal, free of cancellation.

    Raises `ValueError` unless E is (B, d).

    >>> squared_distances(torch.tensor([[1000.0, 0.0], [1000.0, 0.01]]))[0, 1].sqrt()
    tensor(0.0100)
    """
    if E.dim() != 2:
        raise ValueError(
            f"embeddings must be (B, d), but the shape is {tuple(E.shape)}; give one row an example"
        )
    return squared_distances_between(E, E)


def squared_distances_between(A: Tensor, B: Tensor) -> Tensor:
    """‖a_i − b_j‖² of all rows of A (N, d) and B (M, d): (N, M)."""
    # Half precision has neither the range nor the kernel for this.
    wide_A, wide_B = (X.float() if X.dtype in {torch.float16, torch.bfloat16} else X for X in (A, B))
    with torch.no_grad():
        # A few rows at a time, so that the differences stay in the processor's cache. No root is taken and squared
        # again, so whole coordinates have exact distances, and exact ties.
        few = max(1, 2**16 // max(1, wide_B.numel()))
        distances = wide_A.new_empty(len(A), len(B))
        for start in range(0, len(A), few):
            rows = wide_A[start : start + few].unsqueeze(1)
            distances[start : start + few] = (rows - wide_B).square_().sum(2)
    if A.requires_grad or B.requires_grad:
        # The value comes from differences, which lose nothing; the gradient from the norms and inner products,
        # whose derivative is the same, finite for equal rows too, and needs no differences to be kept.
        norms = wide_A.square().sum(1).unsqueeze(1) + wide_B.square().sum(1)
        carrier = norms - 2 * wide_A @ wide_B.mT
        distances = distances + (carrier - carrier.detach())
    return distances.to(A.dtype)


def triplet_loss_by_definition(
    anchor: Tensor, positive: Tensor, negative: Tensor, margin: float = 0.2
) -> Tensor:
    """The mean over rows of [‖a − p‖² − ‖a − n‖² + margin]₊, one row at a time."""
    losses = [
        (((a - p) ** 2).sum() - ((a - n) ** 2).sum() + margin).clamp(min=0)
        for a, p, n in zip(anchor, positive, negative, strict=True)
    ]
    return torch.stack(losses).mean()


def triplet_loss(anchor: Tensor, positive: Tensor, negative: Tensor, margin: float = 0.2) -> Tensor:
    """The mean over rows of [‖a − p‖² − ‖a − n‖² + margin]₊: a scalar. NaN where there is no row.

    Source: arXiv 1503.03832, Eq. 3, which sums where this takes the mean.

    >>> triplet_loss(torch.tensor([[0.0]]), torch.tensor([[1.0]]), torch.tensor([[2.0]]), margin=5.0)
    tensor(2.)
    """
    to_positive = (anchor - positive).square().sum(-1)
    to_negative = (anchor - negative).square().sum(-1)
    return (to_positive - to_negative + margin).relu().mean()


def valid_triplets(labels: Tensor) -> Tensor:
    """True at (i, j, k) where i ≠ j and labels i = j ≠ k: bool (B, B, B).

    >>> valid_triplets(torch.tensor([7, 7, 3])).nonzero().tolist()
    [[0, 1, 2], [1, 0, 2]]
    """
    positives, negatives = _positives(labels), _negatives(labels)
    return positives.unsqueeze(2) & negatives.unsqueeze(1)


def semi_hard_triplets(E: Tensor, labels: Tensor, margin: float) -> Tensor:
    """True where a triplet is valid and d(a, p) < d(a, n) < d(a, p) + margin: bool (B, B, B).

    Source: arXiv 1503.03832, section 3.2.

    >>> E = torch.tensor([[0.0], [1.0], [2.0], [9.0]])
    >>> semi_hard_triplets(E, torch.tensor([0, 0, 1, 1]), margin=4.0).nonzero().tolist()
    [[0, 1, 2]]
    """
    distances = squared_distances(E)
    to_positive, to_negative = distances.unsqueeze(2), distances.unsqueeze(1)
    in_band = (to_positive < to_negative) & (to_negative < to_positive + margin)
    return valid_triplets(labels) & in_band


def batch_all_triplet_loss_by_definition(E: Tensor, labels: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    """(loss, fraction) from the B³ losses of all triplets."""
    distances = squared_distances(E)
    losses = distances.unsqueeze(2) - distances.unsqueeze(1) + margin
    valid = valid_triplets(labels)
    positive = losses[valid & (losses > 0)]
    if not len(positive):
        return (0 * distances).sum(), E.new_zeros(())
    return positive.mean(), len(positive) / valid.sum().to(E.dtype)


def batch_all_triplet_loss(E: Tensor, labels: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    """(loss, fraction): the mean over the triplets of positive loss, and their share of the valid ones.

    Both are 0 where there is no such triplet. Each anchor's positives are sorted by distance, and each of its
    negatives finds its place among them, so time grows as B² log B and memory as B². The loss is then a sum of
    distances, each as often as triplets of positive loss use it.
    Raises `ValueError` unless E is (B, d) and labels are (B,).

    >>> E = torch.tensor([[0.0], [1.0], [2.0]])
    >>> batch_all_triplet_loss(E, torch.tensor([0, 0, 1]), margin=0.5)
    (tensor(0.5000), tensor(0.5000))
    """
    _check(E, labels)
    distances = squared_distances(E)
    mined = _mined(distances, _positives(labels), distances, _negatives(labels), margin)
    loss, fraction = _mean_and_share([mined])
    return loss.to(E.dtype), fraction.to(E.dtype)


def batch_hard_triplet_loss_by_definition(E: Tensor, labels: Tensor, margin: float) -> Tensor:
    """The mean over anchors, one anchor at a time."""
    losses = []
    for i, anchor in enumerate(E):
        to_positive = [
            ((anchor - e) ** 2).sum() for j, e in enumerate(E) if j != i and labels[j] == labels[i]
        ]
        to_negative = [((anchor - e) ** 2).sum() for j, e in enumerate(E) if labels[j] != labels[i]]
        if to_positive and to_negative:
            losses.append((max(to_positive) - min(to_negative) + margin).clamp(min=0))
    return torch.stack(losses).mean() if losses else E.new_zeros(())


def batch_hard_triplet_loss(E: Tensor, labels: Tensor, margin: float) -> Tensor:
    """The mean of [d(a, farthest positive) − d(a, nearest negative) + margin]₊: a scalar.

    It is taken over the anchors that have a positive and a negative; 0 if none has.
    Source: arXiv 1703.07737, Eq. 5, with squared distances and the mean.
    Raises `ValueError` unless E is (B, d) and labels are (B,).

    >>> E = torch.tensor([[0.0], [1.0], [2.0]])
    >>> batch_hard_triplet_loss(E, torch.tensor([0, 0, 1]), margin=0.5)
    tensor(0.2500)
    """
    _check(E, labels)
    distances, positives, negatives = squared_distances(E), _positives(labels), _negatives(labels)
    counted = positives.any(1) & negatives.any(1)
    hardest_positive = distances.masked_fill(~positives, 0).amax(1)
    hardest_negative = distances.masked_fill(~negatives, math.inf).amin(1)
    losses = (hardest_positive - hardest_negative + margin).relu().masked_fill(~counted, 0)
    return losses.sum() / counted.sum().clamp(min=1)


class Version(Enum):
    """Which of two models made an embedding."""

    OLD = "v1"
    NEW = "v2"


@dataclass(frozen=True)
class Mix:
    """Which model embeds the anchor, the positive and the negative of a triplet."""

    anchor: Version
    positive: Version
    negative: Version


HARMONIC_MIXES = tuple(
    Mix(*versions) for versions in product(Version, repeat=3) if set(versions) != {Version.OLD}
)
"""All mixes but the one of old embeddings alone, which has no gradient."""


def harmonic_triplets(labels: Tensor, mix: Mix) -> Tensor:
    """The valid triplets of one mix: bool (B, B, B).

    As `valid_triplets`, but an image and itself are a pair where two different models embed it.

    >>> across = Mix(Version.NEW, Version.OLD, Version.OLD)
    >>> harmonic_triplets(torch.tensor([7, 3]), across).nonzero().tolist()
    [[0, 0, 1], [1, 1, 0]]
    """
    return _harmonic_positives(labels, mix).unsqueeze(2) & _negatives(labels).unsqueeze(1)


def harmonic_triplet_loss_by_definition(
    E_old: Tensor,
    E_new: Tensor,
    labels: Tensor,
    margin: float = 0.2,
    mixes: Sequence[Mix] = HARMONIC_MIXES,
) -> tuple[Tensor, Tensor]:
    """(loss, fraction) from the B³ losses of each mix."""
    embeddings = {Version.OLD: E_old.detach(), Version.NEW: E_new}
    losses, valid = [], []
    for mix in mixes:
        anchor, positive, negative = (embeddings[v] for v in (mix.anchor, mix.positive, mix.negative))
        to_positive = squared_distances_between(anchor, positive).unsqueeze(2)
        to_negative = squared_distances_between(anchor, negative).unsqueeze(1)
        losses.append(to_positive - to_negative + margin)
        valid.append(harmonic_triplets(labels, mix))
    all_losses, all_valid = torch.stack(losses), torch.stack(valid)
    positive_losses = all_losses[all_valid & (all_losses > 0)]
    if not len(positive_losses):
        return (0 * E_new).sum(), E_new.new_zeros(())
    return positive_losses.mean(), len(positive_losses) / all_valid.sum().to(E_new.dtype)


def harmonic_triplet_loss(
    E_old: Tensor,
    E_new: Tensor,
    labels: Tensor,
    margin: float = 0.2,
    mixes: Sequence[Mix] = HARMONIC_MIXES,
) -> tuple[Tensor, Tensor]:
    """(loss, fraction) of batch-all over triplets that mix a frozen model's embeddings with a new model's.

    Only E_new receives a gradient. The paper draws its mixes in a figure without a list, so they are an argument;
    at its default all mixes count that have a gradient. Source: arXiv 1503.03832, section 7.1.
    Raises `ValueError` unless both embeddings have the same shape (B, d) and labels are (B,).

    >>> E_old, E_new = torch.tensor([[0.0], [1.0]]), torch.tensor([[0.0], [0.5]])
    >>> loss, fraction = harmonic_triplet_loss(E_old, E_new, torch.tensor([0, 1]), margin=0.5)
    >>> round(loss.item(), 4), fraction.item()
    (0.375, 0.5)
    """
    _check(E_new, labels)
    if E_old.shape != E_new.shape:
        raise ValueError(
            f"the old embeddings are {tuple(E_old.shape)}, the new ones {tuple(E_new.shape)}; "
            "give both models' embeddings of the same images, in the same space"
        )
    embeddings = {Version.OLD: E_old.detach(), Version.NEW: E_new}
    mined = []
    for mix in mixes:
        to_positive = squared_distances_between(embeddings[mix.anchor], embeddings[mix.positive])
        to_negative = squared_distances_between(embeddings[mix.anchor], embeddings[mix.negative])
        mined.append(
            _mined(to_positive, _harmonic_positives(labels, mix), to_negative, _negatives(labels), margin)
        )
    loss, fraction = _mean_and_share(mined)
    return loss.to(E_new.dtype), fraction.to(E_new.dtype)


@dataclass(frozen=True)
class _Mined:
    """The sum of the positive losses, how many there are, and how many triplets are valid."""

    total: Tensor
    positive: Tensor
    valid: Tensor


def _mined(
    to_positive: Tensor, positives: Tensor, to_negative: Tensor, negatives: Tensor, margin: float
) -> _Mined:
    # In double: the sums run over up to B³ losses, and a threshold d + margin must not round past a distance.
    to_positive, to_negative = to_positive.double(), to_negative.double()
    per_anchor = positives.sum(1)
    anchors, columns = positives.nonzero(as_tuple=True)
    pairs = to_positive[anchors, columns]
    with torch.no_grad():
        widest = int(per_anchor.max())
        # Row by row, the thresholds d(a, p) + margin below which a negative makes a loss, padded by infinity.
        slots = torch.arange(len(anchors), device=pairs.device) - (per_anchor.cumsum(0) - per_anchor)[anchors]
        thresholds = to_positive.new_full((len(positives), widest), math.inf)
        thresholds[anchors, slots] = pairs + margin
        thresholds, order = thresholds.sort(1)
        not_above = torch.searchsorted(thresholds, to_negative.detach(), right=True)
        uses_of_negative = (per_anchor.unsqueeze(1) - not_above) * negatives
        ended = not_above.new_zeros(len(positives), widest + 1).scatter_add_(1, not_above, negatives.long())
        uses_in_order = ended[:, :widest].cumsum(1)
        uses_of_pair = torch.empty_like(uses_in_order).scatter_(1, order, uses_in_order)[anchors, slots]
        count = uses_of_pair.sum()
    total = (uses_of_pair * pairs).sum() - (uses_of_negative * to_negative).sum() + margin * count.double()
    return _Mined(total, count, (per_anchor * negatives.sum(1)).sum())


def _mean_and_share(mined: Sequence[_Mined]) -> tuple[Tensor, Tensor]:
    total = torch.stack([one.total for one in mined]).sum()
    positive = torch.stack([one.positive for one in mined]).sum()
    valid = torch.stack([one.valid for one in mined]).sum()
    return total / positive.clamp(min=1), positive.double() / valid.clamp(min=1)


def _positives(labels: Tensor) -> Tensor:
    same = labels.unsqueeze(1) == labels
    return same.fill_diagonal_(False)


def _negatives(labels: Tensor) -> Tensor:
    return labels.unsqueeze(1) != labels


def _harmonic_positives(labels: Tensor, mix: Mix) -> Tensor:
    return _positives(labels) if mix.anchor is mix.positive else labels.unsqueeze(1) == labels


def _check(E: Tensor, labels: Tensor) -> None:
    if E.dim() != 2 or labels.shape != E.shape[:1] or not len(E):
        raise ValueError(
            f"embeddings must be (B, d) and labels (B,) with B ≥ 1, but they are {tuple(E.shape)} and "
            f"{tuple(labels.shape)}; give one row and one label an example"
        )
