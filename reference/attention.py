"""Softmax, kernelized, random-feature and causal attention: the definition first, then the fast form.

Shapes: Q (..., N, D), K (..., S, D), V (..., S, M), feature maps φ(Q) (..., N, C) and φ(K) (..., S, C); leading
dimensions are heads and batches. Masks are boolean, True where a key may be seen. Every fast form is
differentiable and keeps the type of its inputs; the definitions take single heads only.

Sources: Vaswani et al., arXiv 1706.03762; Katharopoulos et al., "Transformers are RNNs", arXiv 2006.16236;
Peng et al., "Random Feature Attention", arXiv 2103.02143.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from reference.features import random_features


def softmax_attention_by_definition(Q: Tensor, K: Tensor, V: Tensor, *, mask: Tensor | None = None) -> Tensor:
    """Σ_j exp(q_i·k_j/√D) v_j / Σ_j exp(q_i·k_j/√D), one query at a time, over the keys the mask leaves."""
    rows = []
    for i, q in enumerate(Q):
        seen = [j for j in range(len(K)) if mask is None or bool(mask[i, j])]
        weights = [torch.exp((q * K[j]).sum() / math.sqrt(len(q))) for j in seen]
        weighted = [weight * V[j] for weight, j in zip(weights, seen, strict=True)]
        rows.append(torch.stack(weighted).sum(0) / torch.stack(weights).sum())
    return torch.stack(rows)


def softmax_attention(Q: Tensor, K: Tensor, V: Tensor, *, mask: Tensor | None = None) -> Tensor:
    """softmax(QKᵀ/√D) V, the softmax over the keys: (..., N, M). Source: arXiv 1706.03762, Eq. 1.

    `mask` (..., N, S) is True where the query may see the key; a query that sees nothing gets NaN, since its
    output is 0/0.

    >>> softmax_attention(torch.zeros(1, 4), torch.ones(2, 4), torch.tensor([[1.0], [3.0]]))
    tensor([[2.]])
    """
    scores = (Q / math.sqrt(Q.shape[-1])) @ K.mT
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    return scores.softmax(-1) @ V


def kernelized_attention_by_definition(
    phi_Q: Tensor, phi_K: Tensor, V: Tensor, *, mask: Tensor | None = None
) -> Tensor:
    """Σ_j (φ(q_i)·φ(k_j)) v_j / Σ_j φ(q_i)·φ(k_j), one query at a time, over the keys the mask leaves."""
    seen = [j for j in range(len(phi_K)) if mask is None or bool(mask[j])]
    rows = []
    for phi_q in phi_Q:
        weights = [(phi_q * phi_K[j]).sum() for j in seen]
        weighted = [weight * V[j] for weight, j in zip(weights, seen, strict=True)]
        rows.append(torch.stack(weighted).sum(0) / torch.stack(weights).sum())
    return torch.stack(rows)


def kernelized_attention(phi_Q: Tensor, phi_K: Tensor, V: Tensor, *, mask: Tensor | None = None) -> Tensor:
    """φ(Q)(φ(K)ᵀV) / φ(Q)(φ(K)ᵀ1): (..., N, M) in N·C·M work. Source: arXiv 2006.16236, Eq. 4 to 6.

    No constant is added to the denominator, so features may have either sign. `mask` (..., S) is True for the
    keys that count.

    >>> kernelized_attention(torch.ones(1, 2), torch.ones(3, 2), torch.tensor([[1.0], [2.0], [6.0]]))
    tensor([[3.]])
    """
    if mask is not None:
        phi_K = phi_K * mask.unsqueeze(-1)
    values = phi_K.mT @ V
    total = phi_K.sum(-2).unsqueeze(-1)
    return (phi_Q @ values) / (phi_Q @ total)


def gaussian_kernel_by_definition(Q: Tensor, K: Tensor, sigma2: float) -> Tensor:
    """exp(−‖q_i − k_j‖²/(2σ²)), one pair at a time."""
    return torch.stack([torch.stack([torch.exp(-((q - k) ** 2).sum() / (2 * sigma2)) for k in K]) for q in Q])


def gaussian_kernel(Q: Tensor, K: Tensor, sigma2: float) -> Tensor:
    """exp(−‖q − k‖²/(2σ²)) of every query and key: (..., N, S).

    The distances come from differences, not from ‖q‖² + ‖k‖² − 2q·k, which loses all digits of the distance
    between near neighbours that lie far from the origin.

    >>> gaussian_kernel(torch.tensor([[0.0]]), torch.tensor([[2.0]]), 2.0).log()
    tensor([[-1.]])
    """
    # cdist knows no half precision.
    wide = torch.promote_types(Q.dtype, torch.float32)
    distances = torch.cdist(Q.to(wide), K.to(wide), compute_mode="donot_use_mm_for_euclid_dist")
    return (distances.square() / (-2 * sigma2)).exp().to(Q.dtype)


def gaussian_factors(Q: Tensor, K: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(a, G, b) with a_i G_ij b_j = exp(q_i·k_j/√D), G the Gaussian kernel of σ² = √D.

    a = exp(‖q‖²/(2σ²)) (..., N), G (..., N, S), b = exp(‖k‖²/(2σ²)) (..., S), since
    q·k = ‖q‖²/2 − ‖q − k‖²/2 + ‖k‖²/2.

    >>> a, G, b = gaussian_factors(torch.tensor([[2.0]]), torch.tensor([[3.0]]))
    >>> (a * G * b).log()
    tensor([[6.]])
    """
    sigma2 = math.sqrt(Q.shape[-1])
    a = (Q.square().sum(-1) / (2 * sigma2)).exp()
    b = (K.square().sum(-1) / (2 * sigma2)).exp()
    return a, gaussian_kernel(Q, K, sigma2), b


def random_feature_attention_by_definition(Q: Tensor, K: Tensor, V: Tensor, W: Tensor) -> Tensor:
    """The kernelized attention of ψ(x) = exp(‖x‖²/(2σ²)) φ(x), σ² = √D, as it is written.

    Overflows for keys or queries whose squared norm exceeds some 88·2σ² in float32.
    """
    sigma2 = math.sqrt(Q.shape[-1])
    psi_Q = (Q.square().sum(-1, keepdim=True) / (2 * sigma2)).exp() * random_features(Q, W)
    psi_K = (K.square().sum(-1, keepdim=True) / (2 * sigma2)).exp() * random_features(K, W)
    return kernelized_attention_by_definition(psi_Q, psi_K, V)


def random_feature_attention(
    Q: Tensor, K: Tensor, V: Tensor, W: Tensor, *, mask: Tensor | None = None
) -> Tensor:
    """Softmax attention approximated by random Fourier features W (..., R, D): (..., N, M).

    The kernelized attention of ψ(x) = exp(‖x‖²/(2σ²)) φ(x) with σ² = √D. The query's factor stands in the
    numerator and the denominator of its row and cancels. The key's factor stays, divided by the largest of
    them, which cancels too: so large keys do not overflow. Source: arXiv 2103.02143, Eq. 5, without its
    normalisation of queries and keys, which would make the key's factor constant.

    >>> W = torch.ones(2, 1)
    >>> random_feature_attention(torch.ones(1, 1), torch.full((1, 1), 60.0), torch.ones(1, 1), W)
    tensor([[1.]])
    """
    log_weights = _log_key_weights(K)
    if mask is not None:
        log_weights = log_weights.masked_fill(~mask, -math.inf)
    weights = (log_weights - log_weights.amax(-1, keepdim=True)).exp()
    return kernelized_attention(random_features(Q, W), weights.unsqueeze(-1) * random_features(K, W), V)


def causal_softmax_attention_by_definition(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    """Row i is the softmax attention of query i over the keys 0 to i."""
    rows = [softmax_attention_by_definition(Q[i : i + 1], K[: i + 1], V[: i + 1])[0] for i in range(len(Q))]
    return torch.stack(rows)


def causal_softmax_attention(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    """Softmax attention in which position i sees the positions j ≤ i: (..., N, M).

    Raises `ValueError` unless there are as many queries as keys.

    >>> causal_softmax_attention(torch.zeros(2, 1), torch.zeros(2, 1), torch.tensor([[1.0], [3.0]]))
    tensor([[1.],
            [2.]])
    """
    _check_same_length(Q, K)
    positions = torch.arange(K.shape[-2], device=K.device)
    return softmax_attention(Q, K, V, mask=positions[:, None] >= positions[None, :])


def causal_linear_attention_by_definition(phi_Q: Tensor, phi_K: Tensor, V: Tensor) -> Tensor:
    """Row i is the kernelized attention of query i over the keys 0 to i."""
    rows = [
        kernelized_attention_by_definition(phi_Q[i : i + 1], phi_K[: i + 1], V[: i + 1])[0]
        for i in range(len(phi_Q))
    ]
    return torch.stack(rows)


def causal_linear_attention_by_recursion(phi_Q: Tensor, phi_K: Tensor, V: Tensor) -> Tensor:
    """S_i = S_(i−1) + φ(k_i) v_iᵀ, Z_i = Z_(i−1) + φ(k_i), output φ(q_i)ᵀS_i / φ(q_i)ᵀZ_i, token by token.

    Source: arXiv 2006.16236, Eq. 10 to 12.
    """
    S = phi_K.new_zeros(phi_K.shape[-1], V.shape[-1])
    Z = phi_K.new_zeros(phi_K.shape[-1])
    rows = []
    for phi_q, phi_k, v in zip(phi_Q.unbind(-2), phi_K.unbind(-2), V.unbind(-2), strict=True):
        S = S + phi_k[..., :, None] * v[..., None, :]
        Z = Z + phi_k
        rows.append((phi_q[..., None, :] @ S)[..., 0, :] / (phi_q * Z).sum(-1, keepdim=True))
    return torch.stack(rows, dim=-2)


def causal_linear_attention(phi_Q: Tensor, phi_K: Tensor, V: Tensor, *, chunk: int = 128) -> Tensor:
    """Kernelized attention in which position i sees the positions j ≤ i: (..., N, M).

    Works through `chunk` positions at a time: within a chunk by the masked matrix of similarities, before it
    by the prefix sums S = Σ φ(k) vᵀ and Z = Σ φ(k). The state is C·M numbers, never N·C·M; the work is linear
    in N. Source of the sums: arXiv 2006.16236, Eq. 10 to 12.
    Raises `ValueError` unless there are as many queries as keys.

    >>> ones = torch.ones(3, 1)
    >>> causal_linear_attention(ones, ones, torch.tensor([[1.0], [3.0], [8.0]]))
    tensor([[1.],
            [2.],
            [4.]])
    """
    _check_same_length(phi_Q, phi_K)
    S = phi_K.new_zeros(phi_K.shape[-1], V.shape[-1])
    Z = phi_K.new_zeros(phi_K.shape[-1], 1)
    rows = []
    for q, k, v in zip(
        torch.split(phi_Q, chunk, -2), torch.split(phi_K, chunk, -2), torch.split(V, chunk, -2), strict=True
    ):
        similarities = (q @ k.mT).tril()
        rows.append((similarities @ v + q @ S) / (similarities.sum(-1, keepdim=True) + q @ Z))
        S = S + k.mT @ v
        Z = Z + k.sum(-2).unsqueeze(-1)
    return torch.cat(rows, dim=-2)


def causal_random_feature_attention(
    Q: Tensor, K: Tensor, V: Tensor, W: Tensor, *, chunk: int = 128
) -> Tensor:
    """Random-feature attention in which position i sees the positions j ≤ i: (..., N, M).

    Linear in N like `causal_linear_attention`. The key's factors are divided by the largest one *so far*: a
    single largest one would let the factors of early keys vanish and leave 0/0 in their rows.
    Raises `ValueError` unless there are as many queries as keys.

    >>> large = torch.tensor([[1.0], [60.0]])
    >>> W = torch.zeros(1, 1)
    >>> causal_random_feature_attention(large, large, torch.tensor([[5.0], [7.0]]), W)
    tensor([[5.],
            [7.]])
    """
    _check_same_length(Q, K)
    log_weights = _log_key_weights(K)
    largest = log_weights.cummax(-1).values
    phi_Q, phi_K = random_features(Q, W), random_features(K, W)
    S = phi_K.new_zeros(phi_K.shape[-1], V.shape[-1])
    Z = phi_K.new_zeros(phi_K.shape[-1], 1)
    before = largest[..., :1]
    rows = []
    for q, k, v, log_weight, scale in zip(
        torch.split(phi_Q, chunk, -2),
        torch.split(phi_K, chunk, -2),
        torch.split(V, chunk, -2),
        torch.split(log_weights, chunk, -1),
        torch.split(largest, chunk, -1),
        strict=True,
    ):
        # Minus infinity before the exponential: an unseen later key may be large enough to overflow it.
        hidden = torch.ones(k.shape[-2], k.shape[-2], dtype=torch.bool, device=k.device).triu(1)
        exponents = (log_weight[..., None, :] - scale[..., :, None]).masked_fill(hidden, -math.inf)
        similarities = (q @ k.mT) * exponents.exp()
        faded_q = q * (before - scale).exp().unsqueeze(-1)
        denominators = similarities.sum(-1, keepdim=True) + faded_q @ Z
        rows.append((similarities @ v + faded_q @ S) / denominators)
        after = scale[..., -1:]
        weighted_k = k * (log_weight - after).exp().unsqueeze(-1)
        shrink = (before - after).exp().unsqueeze(-1)
        S = shrink * S + weighted_k.mT @ v
        Z = shrink * Z + weighted_k.sum(-2).unsqueeze(-1)
        before = after
    return torch.cat(rows, dim=-2)


def _log_key_weights(K: Tensor) -> Tensor:
    # ‖k‖²/(2σ²) with σ² = √D, as an exponent: it reaches 1800 where e⁸⁸ is already infinite in float32.
    return K.square().sum(-1) / (2 * math.sqrt(K.shape[-1]))


def _check_same_length(Q: Tensor, K: Tensor) -> None:
    if Q.shape[-2] != K.shape[-2]:
        raise ValueError(
            f"causal attention needs as many queries as keys, but there are {Q.shape[-2]} and {K.shape[-2]}; "
            "pass the queries and keys of the same positions"
        )
