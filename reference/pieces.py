"""Pieces of formulas from which known faults are put together."""

from __future__ import annotations

import math

from torch import Tensor


def root(Q: Tensor) -> float:
    """√D, the root of the width of Q (..., N, D)."""
    return math.sqrt(Q.shape[-1])


def scores(Q: Tensor, K: Tensor) -> Tensor:
    """QKᵀ/√D: (..., N, S)."""
    return Q @ K.mT / root(Q)


def normalised(A: Tensor) -> Tensor:
    """The rows of A divided by their sums."""
    return A / A.sum(-1, keepdim=True)


def squared_norms(X: Tensor) -> Tensor:
    """‖x‖² of each row of X: (..., N)."""
    return X.square().sum(-1)
