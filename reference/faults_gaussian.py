"""Known faults, conventions and equivalents of the Gaussian kernel and the Gaussian factorisation.

Each fellow has the signature of its reference. `says` speaks to the student, about the output that was seen.
"""

# ruff: noqa: ARG005 - a fellow has its reference's whole signature, whether it uses an argument or not

from __future__ import annotations

import math
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from reference.attention import (
    gaussian_factors,
    gaussian_kernel,
)
from reference.fellows import Fellow, Kind
from reference.pieces import normalised, root, scores, squared_norms

FAULT, CONVENTION, EQUIVALENT = Kind.FAULT, Kind.CONVENTION, Kind.EQUIVALENT

_kernel = partial(Fellow, "attention.gaussian_kernel")
_factors = partial(Fellow, "attention.gaussian_factors")


def _squared_distances(Q: Tensor, K: Tensor) -> Tensor:
    return (Q[..., :, None, :] - K[..., None, :, :]).square().sum(-1)


def _expanded_kernel(Q: Tensor, K: Tensor, sigma2: float, cross: float) -> Tensor:
    exponent = squared_norms(Q)[..., :, None] + squared_norms(K)[..., None, :] - cross * Q @ K.mT
    return (-exponent / (2 * sigma2)).exp()


KERNEL: tuple[Fellow, ...] = (
    _kernel(
        "missing_half",
        FAULT,
        "your output equals exp(−‖q−k‖²/σ²): the 2 in 2σ² is missing",
        lambda Q, K, sigma2: gaussian_kernel(Q, K, sigma2 / 2),
    ),
    _kernel(
        "half_on_the_wrong_side",
        FAULT,
        "your output equals exp(−2‖q−k‖²/σ²): 2σ² belongs in the denominator, in brackets",
        lambda Q, K, sigma2: gaussian_kernel(Q, K, sigma2 / 4),
    ),
    _kernel(
        "multiplied_by_sigma2",
        FAULT,
        "your output equals exp(−‖q−k‖²·σ²/2): divide by 2σ² (x / 2 * sigma2 multiplies by sigma2)",
        lambda Q, K, sigma2: gaussian_kernel(Q, K, 1 / sigma2),
    ),
    _kernel(
        "sigma2_squared",
        FAULT,
        "your output equals exp(−‖q−k‖²/(2σ⁴)): sigma2 is σ² already, don't square it",
        lambda Q, K, sigma2: gaussian_kernel(Q, K, sigma2**2),
    ),
    _kernel(
        "sigma_for_sigma2",
        FAULT,
        "your output equals exp(−‖q−k‖²/(2σ)): divide by 2σ², without a root",
        lambda Q, K, sigma2: gaussian_kernel(Q, K, math.sqrt(sigma2)),
    ),
    _kernel(
        "sigma2_is_one",
        FAULT,
        "your output equals the reference with σ² = 1: sigma2 is not used",
        lambda Q, K, sigma2: gaussian_kernel(Q, K, 1.0),
    ),
    _kernel(
        "sigma2_from_width",
        FAULT,
        "your output equals the reference with σ² = √D: use the sigma2 that is passed",
        lambda Q, K, sigma2: gaussian_kernel(Q, K, root(Q)),
    ),
    _kernel(
        "divided_by_width",
        FAULT,
        "your output takes the mean of the squared differences over the features: it must be their sum",
        lambda Q, K, sigma2: gaussian_kernel(Q, K, sigma2 * Q.shape[-1]),
    ),
    _kernel(
        "not_squared",
        FAULT,
        "your output equals exp(−‖q−k‖/(2σ²)): the distance must be squared",
        lambda Q, K, sigma2: (-_squared_distances(Q, K).sqrt() / (2 * sigma2)).exp(),
    ),
    _kernel(
        "laplacian",
        FAULT,
        "your output equals exp(−‖q−k‖₁/(2σ²)): take the squared Euclidean distance, not absolute differences",
        lambda Q, K, sigma2: (-(Q[..., :, None, :] - K[..., None, :, :]).abs().sum(-1) / (2 * sigma2)).exp(),
    ),
    _kernel(
        "squared_after_sum",
        FAULT,
        "your output squares the sum of the differences: sum the squares of the differences",
        lambda Q, K, sigma2: (
            -(Q.sum(-1)[..., :, None] - K.sum(-1)[..., None, :]).square() / (2 * sigma2)
        ).exp(),
    ),
    _kernel(
        "difference_of_norms",
        FAULT,
        "your output uses (‖q‖ − ‖k‖)² for the squared distance: it is ‖q − k‖²",
        lambda Q, K, sigma2: (
            -(Q.norm(dim=-1)[..., :, None] - K.norm(dim=-1)[..., None, :]).square() / (2 * sigma2)
        ).exp(),
    ),
    _kernel(
        "positive_sign",
        FAULT,
        "your output equals exp(+‖q−k‖²/(2σ²)): the minus sign is missing",
        lambda Q, K, sigma2: gaussian_kernel(Q, K, -sigma2),
    ),
    _kernel(
        "no_exponential",
        FAULT,
        "your output equals the exponent −‖q−k‖²/(2σ²): its exponential is missing",
        lambda Q, K, sigma2: -_squared_distances(Q, K) / (2 * sigma2),
    ),
    _kernel(
        "squared_distances",
        FAULT,
        "you return the squared distances ‖q−k‖²: the kernel is exp(−‖q−k‖²/(2σ²))",
        lambda Q, K, sigma2: _squared_distances(Q, K),
    ),
    _kernel(
        "exponential_of_product",
        FAULT,
        "your output equals exp(q·k/σ²): the kernel depends on the distance ‖q−k‖², not on q·k",
        lambda Q, K, sigma2: (Q @ K.mT / sigma2).exp(),
    ),
    _kernel(
        "sum_for_difference",
        FAULT,
        "your output uses ‖q + k‖²: the cross term has the wrong sign",
        lambda Q, K, sigma2: gaussian_kernel(Q, -K, sigma2),
    ),
    _kernel(
        "cross_term_once",
        FAULT,
        "your output uses ‖q‖² + ‖k‖² − q·k: the cross term is 2q·k",
        lambda Q, K, sigma2: _expanded_kernel(Q, K, sigma2, 1.0),
    ),
    _kernel(
        "cross_term_missing",
        FAULT,
        "your output uses ‖q‖² + ‖k‖²: the cross term −2q·k is missing",
        lambda Q, K, sigma2: _expanded_kernel(Q, K, sigma2, 0.0),
    ),
    _kernel(
        "density",
        FAULT,
        "your output carries the factor (2πσ²)^(−D/2) of a normal density: the kernel is 1 at q = k",
        lambda Q, K, sigma2: gaussian_kernel(Q, K, sigma2) / (2 * math.pi * sigma2) ** (Q.shape[-1] / 2),
    ),
    _kernel(
        "density_in_one_dimension",
        FAULT,
        "your output carries the factor 1/√(2πσ²) of a normal density: the kernel is 1 at q = k",
        lambda Q, K, sigma2: gaussian_kernel(Q, K, sigma2) / math.sqrt(2 * math.pi * sigma2),
    ),
    _kernel(
        "rows_normalised",
        FAULT,
        "the rows of your output sum to 1: the kernel is not normalised",
        lambda Q, K, sigma2: normalised(gaussian_kernel(Q, K, sigma2)),
    ),
    _kernel(
        "unit_vectors",
        FAULT,
        "your output equals the reference for Q and K of norm 1: don't normalise their rows",
        lambda Q, K, sigma2: gaussian_kernel(
            functional.normalize(Q, dim=-1), functional.normalize(K, dim=-1), sigma2
        ),
    ),
    _kernel(
        "keys_from_queries",
        FAULT,
        "your output equals the kernel of Q with itself: K is never used",
        lambda Q, K, sigma2: gaussian_kernel(Q, Q, sigma2),
    ),
    _kernel(
        "transposed",
        FAULT,
        "your output is the transpose of the reference: rows are queries, columns are keys",
        lambda Q, K, sigma2: gaussian_kernel(K, Q, sigma2),
    ),
    _kernel(
        "diagonal_only",
        FAULT,
        "you return the kernel of row i of Q with row i of K alone: every pair is asked for, (N, N)",
        lambda Q, K, sigma2: (-(Q - K).square().sum(-1) / (2 * sigma2)).exp(),
    ),
    _kernel(
        "not_summed",
        FAULT,
        "you return one number for each pair and feature: sum the squared differences over the features",
        lambda Q, K, sigma2: (-(Q[..., :, None, :] - K[..., None, :, :]).square() / (2 * sigma2)).exp(),
    ),
    _kernel(
        "expanded_square",
        EQUIVALENT,
        "the distance is computed as ‖q‖² + ‖k‖² − 2q·k",
        lambda Q, K, sigma2: _expanded_kernel(Q, K, sigma2, 2.0),
        reason="an identity; in floating point the difference is a few roundings of ‖q‖²/σ²",
    ),
    _kernel(
        "product_over_features",
        EQUIVALENT,
        "the kernel is the product of the kernels of the features",
        lambda Q, K, sigma2: (
            (-(Q[..., :, None, :] - K[..., None, :, :]).square() / (2 * sigma2)).exp().prod(-1)
        ),
        reason="the exponential of a sum is the product of the exponentials",
    ),
)


Factors = tuple[Tensor, Tensor, Tensor]


def _factors_with(sigma2: float, Q: Tensor, K: Tensor, *, kernel_sigma2: float | None = None) -> Factors:
    a = (squared_norms(Q) / (2 * sigma2)).exp()
    b = (squared_norms(K) / (2 * sigma2)).exp()
    return a, gaussian_kernel(Q, K, kernel_sigma2 or sigma2), b


def _factors_changed(Q: Tensor, K: Tensor, *, a: Any = None, G: Any = None, b: Any = None) -> Factors:
    def same(x: Tensor) -> Tensor:
        return x

    right_a, right_G, right_b = gaussian_factors(Q, K)
    return (a or same)(right_a), (G or same)(right_G), (b or same)(right_b)


FACTORS: tuple[Fellow, ...] = (
    _factors(
        "sigma2_is_d",
        FAULT,
        "your factors equal the reference with σ² = D: did you take √D for σ? It is σ² = √D",
        lambda Q, K: _factors_with(float(Q.shape[-1]), Q, K),
    ),
    _factors(
        "sigma2_is_one",
        FAULT,
        "your factors equal the reference with σ² = 1, whose product is exp(q·k): the √D is missing",
        lambda Q, K: _factors_with(1.0, Q, K),
    ),
    _factors(
        "sigma2_is_fourth_root",
        FAULT,
        "your factors equal the reference with σ² = D^(1/4): D^(1/4) is σ, and σ² = √D",
        lambda Q, K: _factors_with(math.sqrt(root(Q)), Q, K),
    ),
    _factors(
        "kernel_sigma2_is_d",
        FAULT,
        "your a and b have σ² = √D but your G has σ² = D: the same σ² belongs in all three",
        lambda Q, K: _factors_with(root(Q), Q, K, kernel_sigma2=float(Q.shape[-1])),
    ),
    _factors(
        "kernel_missing_half",
        FAULT,
        "your G is exp(−‖q−k‖²/√D): the 2 in 2σ² is missing",
        lambda Q, K: _factors_with(root(Q), Q, K, kernel_sigma2=root(Q) / 2),
    ),
    _factors(
        "missing_half_in_factors",
        FAULT,
        "your a and b are exp(‖x‖²/σ²): the 2 in 2σ² is missing",
        lambda Q, K: _factors_changed(Q, K, a=torch.square, b=torch.square),
    ),
    _factors(
        "missing_half_everywhere",
        FAULT,
        "the 2 in 2σ² is missing in all three factors: their product is exp(2q·k/√D)",
        lambda Q, K: _factors_with(root(Q) / 2, Q, K),
    ),
    _factors(
        "factors_sigma2_is_d",
        FAULT,
        "your G has σ² = √D but your a and b have σ² = D: the same σ² belongs in all three",
        lambda Q, K: _factors_with(float(Q.shape[-1]), Q, K, kernel_sigma2=root(Q)),
    ),
    _factors(
        "no_key_factor",
        FAULT,
        "your b is constant: the keys' factor exp(‖k‖²/(2σ²)) is missing",
        lambda Q, K: _factors_changed(Q, K, b=torch.ones_like),
    ),
    _factors(
        "no_query_factor",
        FAULT,
        "your a is constant: the queries' factor exp(‖q‖²/(2σ²)) is missing",
        lambda Q, K: _factors_changed(Q, K, a=torch.ones_like),
    ),
    _factors(
        "no_factors",
        FAULT,
        "your a and b are both constant: exp(q·k/√D) is not the Gaussian kernel alone",
        lambda Q, K: _factors_changed(Q, K, a=torch.ones_like, b=torch.ones_like),
    ),
    _factors(
        "signs",
        FAULT,
        "your a and b are exp(−‖x‖²/(2σ²)): the sign of their exponents is wrong",
        lambda Q, K: _factors_changed(Q, K, a=torch.reciprocal, b=torch.reciprocal),
    ),
    _factors(
        "sign_of_kernel",
        FAULT,
        "your G is exp(+‖q−k‖²/(2σ²)): the minus sign is missing",
        lambda Q, K: _factors_changed(Q, K, G=torch.reciprocal),
    ),
    _factors(
        "factors_swapped",
        FAULT,
        "your a comes from the keys and your b from the queries: swap them",
        lambda Q, K: gaussian_factors(Q, K)[::-1],
    ),
    _factors(
        "kernel_transposed",
        FAULT,
        "your G is transposed: rows are queries, columns are keys",
        lambda Q, K: _factors_changed(Q, K, G=lambda G: G.mT),
    ),
    _factors(
        "norms_not_squared",
        FAULT,
        "your a and b are exp(‖x‖/(2σ²)): the norms must be squared",
        lambda Q, K: (
            (Q.norm(dim=-1) / (2 * root(Q))).exp(),
            gaussian_kernel(Q, K, root(Q)),
            (K.norm(dim=-1) / (2 * root(K))).exp(),
        ),
    ),
    _factors(
        "logarithms",
        FAULT,
        "you return the exponents of a and b: their exponentials are missing",
        lambda Q, K: _factors_changed(Q, K, a=torch.log, b=torch.log),
    ),
    _factors(
        "logarithms_everywhere",
        FAULT,
        "you return the three exponents: their exponentials are missing",
        lambda Q, K: _factors_changed(Q, K, a=torch.log, G=torch.log, b=torch.log),
    ),
    _factors(
        "kernel_is_product",
        FAULT,
        "your G is exp(q·k/√D) itself, with a and b constant: G must be the Gaussian kernel",
        lambda Q, K: (torch.ones_like(Q[..., 0]), scores(Q, K).exp(), torch.ones_like(K[..., 0])),
    ),
    _factors(
        "whole_matrix_norm",
        FAULT,
        "your a and b use the norm of the whole matrix: each row has a norm of its own",
        lambda Q, K: (
            (squared_norms(Q).sum(-1, keepdim=True) / (2 * root(Q))).exp().expand(Q.shape[:-1]),
            gaussian_kernel(Q, K, root(Q)),
            (squared_norms(K).sum(-1, keepdim=True) / (2 * root(K))).exp().expand(K.shape[:-1]),
        ),
    ),
    _factors(
        "kernel_first",
        FAULT,
        "you return (G, a, b): the order is (a, G, b)",
        lambda Q, K: tuple(gaussian_factors(Q, K)[place] for place in (1, 0, 2)),
    ),
    _factors(
        "kernel_last",
        FAULT,
        "you return (a, b, G): the order is (a, G, b)",
        lambda Q, K: tuple(gaussian_factors(Q, K)[place] for place in (0, 2, 1)),
    ),
    _factors(
        "product_only",
        FAULT,
        "you return the product a·G·b: the three factors are asked for",
        lambda Q, K: scores(Q, K).exp(),
    ),
    _factors(
        "constant_moved",
        CONVENTION,
        "a constant stands in a instead of b: any split is right",
        lambda Q, K: _factors_changed(Q, K, a=lambda a: 3 * a, b=lambda b: b / 3),
    ),
    _factors(
        "as_columns",
        CONVENTION,
        "a is a column (N, 1) and b a row (1, N): the same numbers",
        lambda Q, K: _factors_changed(Q, K, a=lambda a: a.unsqueeze(-1), b=lambda b: b.unsqueeze(-2)),
    ),
    _factors(
        "kernel_by_division",
        EQUIVALENT,
        "G is exp(q·k/√D) divided by a and b",
        lambda Q, K: _factors_changed(
            Q,
            K,
            G=lambda _: (
                scores(Q, K)
                - squared_norms(Q)[..., :, None] / (2 * root(Q))
                - squared_norms(K)[..., None, :] / (2 * root(K))
            ).exp(),
        ),
        reason="the identity that the item asks for, solved for G",
    ),
)
