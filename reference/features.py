"""Feature maps φ whose inner products are kernels: polynomial, elu + 1, random Fourier, positive random."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def polynomial_features_by_definition(X: Tensor) -> Tensor:
    """All products of two entries of (1, x): (..., N, D) to (..., N, (D + 1)²).

    φ(q)·φ(k) = Σ_ab z_a z_b y_a y_b = (z·y)² with z = (1, q), y = (1, k), which is (q·k + 1)².
    """
    Z = torch.cat([torch.ones_like(X[..., :1]), X], dim=-1)
    return (Z[..., :, None] * Z[..., None, :]).flatten(-2)


def polynomial_features(X: Tensor) -> Tensor:
    """Features of the quadratic kernel: φ(q)·φ(k) = (q·k + 1)² for every D ≥ 1.

    (..., N, D) to (..., N, (D + 1)(D + 2)/2): 1, √2 x, the squares, and √2 times each product of two
    different entries. Each product stands once, so the map is about half as wide as its definition.

    >>> q, k = torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, -1.0]])
    >>> (polynomial_features(q) @ polynomial_features(k).T).round().item()
    4.0
    """
    D = X.shape[-1]
    row, column = torch.triu_indices(D, D)
    # Filled in X's own type: a √2 rounded to float32 first would show as an error of 1e-7 in float64.
    weight = torch.full(row.shape, math.sqrt(2.0), dtype=X.dtype, device=X.device)
    weight[row == column] = 1.0
    pairs = X[..., row] * X[..., column] * weight
    return torch.cat([torch.ones_like(X[..., :1]), math.sqrt(2.0) * X, pairs], dim=-1)


def elu_features(X: Tensor) -> Tensor:
    """elu(x) + 1, entry by entry: x + 1 for x > 0, eˣ for x ≤ 0. Source: arXiv 2006.16236, Eq. 7.

    Written without the subtraction in elu, so it stays positive in float32 where elu(x) + 1 rounds to 0
    (below about −17).

    >>> elu_features(torch.tensor([-50.0])).item() > 0
    True
    """
    # The clamp keeps exp(x) of the branch not taken from overflowing, which would make its gradient NaN.
    return torch.where(X > 0, X + 1, X.clamp(max=0).exp())


def sample_projections(
    d_random: int, D: int, sigma2: float, generator: torch.Generator | None = None
) -> Tensor:
    """Random directions for the Gaussian kernel of variance σ²: (d_random, D), rows from N(0, I/σ²).

    The standard deviation of an entry is 1/σ = 1/√sigma2. Fresh at each call; `generator` fixes the stream.
    Source: Rahimi and Recht 2007, Algorithm 1 (the Fourier transform of the kernel is N(0, I/σ²)).

    >>> sample_projections(3, 5, 2.0).shape
    torch.Size([3, 5])
    """
    return torch.randn(d_random, D, generator=generator) / math.sqrt(sigma2)


def random_features_by_definition(X: Tensor, W: Tensor) -> Tensor:
    """√(1/R)·[sin w₁·x, …, sin w_R·x, cos w₁·x, …, cos w_R·x], one row and one direction at a time."""
    R = W.shape[0]
    rows = []
    for x in X:
        phases = [sum(w_d * x_d for w_d, x_d in zip(w, x, strict=True)) for w in W]
        sines = [torch.sin(phase) for phase in phases]
        cosines = [torch.cos(phase) for phase in phases]
        rows.append(torch.stack(sines + cosines) * math.sqrt(1 / R))
    return torch.stack(rows)


def random_features(X: Tensor, W: Tensor) -> Tensor:
    """Random Fourier features: (..., N, D) and (..., R, D) to (..., N, 2R), sines first.

    With the rows of W from N(0, I/σ²), E[φ(q)·φ(k)] = exp(−‖q − k‖²/(2σ²)); φ(x)·φ(x) = 1 for every W.
    Source: Rahimi and Recht 2007; the sine and cosine form of arXiv 1506.02785.

    >>> random_features(torch.zeros(1, 2), torch.ones(4, 2))
    tensor([[0.0000, 0.0000, 0.0000, 0.0000, 0.5000, 0.5000, 0.5000, 0.5000]])
    """
    phases = X @ W.mT
    return torch.cat([phases.sin(), phases.cos()], dim=-1) / math.sqrt(W.shape[-2])


def positive_features(X: Tensor, W: Tensor, sigma2: float = 1.0) -> Tensor:
    """Positive random features: (..., N, D) and (..., R, D) to (..., N, R).

    φ(x) = √(1/R)·exp(Wx − ‖x‖²/(2σ²)). With the rows of W from N(0, I/σ²), E[φ(q)·φ(k)] = exp(q·k/σ²),
    so σ² = √D gives the kernel of softmax attention. Source: arXiv 2009.14794, Lemma 1 (there σ² = 1 and
    the inputs are scaled instead).

    >>> positive_features(torch.zeros(1, 2), torch.ones(4, 2))
    tensor([[0.5000, 0.5000, 0.5000, 0.5000]])
    """
    exponent = X @ W.mT - X.square().sum(-1, keepdim=True) / (2 * sigma2)
    return exponent.exp() / math.sqrt(W.shape[-2])
