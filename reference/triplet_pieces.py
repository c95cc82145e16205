"""Pieces of triplet losses from which known faults are put together."""

from __future__ import annotations

import torch
from torch import Tensor

from reference.triplet import valid_triplets


def same_label(labels: Tensor) -> Tensor:
    """True where two examples have the same label, an example and itself too: (B, B)."""
    return labels.unsqueeze(1) == labels


def others(labels: Tensor) -> Tensor:
    """False on the diagonal alone: (B, B)."""
    return ~torch.eye(len(labels), dtype=torch.bool)


def triples(first: Tensor, second: Tensor) -> Tensor:
    """True at (i, j, k) where `first` is at (i, j) and `second` at (i, k): (B, B, B)."""
    return first.unsqueeze(2) & second.unsqueeze(1)


def distinct(labels: Tensor) -> Tensor:
    """True where i, j and k are three examples: (B, B, B)."""
    other = others(labels)
    return triples(other, other) & other.unsqueeze(0)


def without_order(labels: Tensor) -> Tensor:
    """The valid triplets with i < j: (B, B, B)."""
    return valid_triplets(labels) & torch.ones_like(same_label(labels)).triu(1).unsqueeze(2)


def sides(distances: Tensor) -> tuple[Tensor, Tensor]:
    """d(a, p) as (B, B, 1) and d(a, n) as (B, 1, B)."""
    return distances.unsqueeze(2), distances.unsqueeze(1)


def mean_over_positive(losses: Tensor) -> Tensor:
    """The mean of the losses above 0; 0 if there is none."""
    return losses.sum() / (losses > 0).sum().clamp(min=1)


def averaged(losses: Tensor, counted: Tensor) -> Tensor:
    """The mean of those losses that are counted; 0 if none is."""
    return losses[counted].mean() if counted.any() else losses.new_zeros(())


def share(part: Tensor, whole: Tensor | float) -> Tensor:
    """The number of True in `part`, divided by that in `whole` or by a number."""
    count = torch.as_tensor(whole).double() if isinstance(whole, float) else whole.sum().double()
    return part.sum() / count.clamp(min=1)
