"""Known faults, conventions and equivalents of the functions in `reference.features`.

Fellows of `polynomial_features`, `elu_features` and `positive_features` are told apart by their inner products
φ(q)·φ(k), fellows of `random_features` by their columns in any order, fellows of `sample_projections` by the law
of their rows.
"""

# ruff: noqa: ARG001, ARG005 - a fellow has its reference's whole signature, whether it uses an argument or not

from __future__ import annotations

import math
from functools import partial

import torch
from torch import Generator, Tensor
from torch.nn import functional

from reference.features import (
    polynomial_features,
    polynomial_features_by_definition,
    positive_features,
    random_features,
    sample_projections,
)
from reference.fellows import Fellow, Kind

FAULT, CONVENTION, EQUIVALENT = Kind.FAULT, Kind.CONVENTION, Kind.EQUIVALENT

_polynomial = partial(Fellow, "features.polynomial_features")
_elu = partial(Fellow, "features.elu_features")
_projections = partial(Fellow, "features.sample_projections")
_features = partial(Fellow, "features.random_features")
_positive = partial(Fellow, "features.positive_features")


# --- polynomial_features ----------------------------------------------------------------------------------


def _polynomial_with(
    X: Tensor,
    *,
    constant: float = 1.0,
    linear: float = math.sqrt(2.0),
    square: float = 1.0,
    product: float = math.sqrt(2.0),
) -> Tensor:
    D = X.shape[-1]
    row, column = torch.triu_indices(D, D, offset=1)
    parts = [
        constant * torch.ones_like(X[..., :1]),
        linear * X,
        square * X**2,
        product * X[..., row] * X[..., column],
    ]
    return torch.cat(parts, dim=-1)


def _neighbours_only(X: Tensor) -> Tensor:
    ones = torch.ones_like(X[..., :1])
    neighbours = math.sqrt(2.0) * X[..., :-1] * X[..., 1:]
    return torch.cat([ones, math.sqrt(2.0) * X, X**2, neighbours], dim=-1)


def _rotated(X: Tensor) -> Tensor:
    phi = polynomial_features(X)
    C = phi.shape[-1]
    # A reflection that mixes all columns: orthogonal, so no inner product changes.
    direction = torch.arange(1, C + 1, dtype=X.dtype)
    reflection = (
        torch.eye(C, dtype=X.dtype) - 2 * torch.outer(direction, direction) / direction.square().sum()
    )
    return phi @ reflection


POLYNOMIAL: tuple[Fellow, ...] = (
    _polynomial(
        "products_without_root_two",
        FAULT,
        "your inner products miss half of the mixed terms: each x_i x_j with i < j needs the factor √2",
        partial(_polynomial_with, product=1.0),
    ),
    _polynomial(
        "products_times_two",
        FAULT,
        "your mixed terms x_i x_j carry the factor 2: inner products square it, so it must be √2",
        partial(_polynomial_with, product=2.0),
    ),
    _polynomial(
        "products_halved",
        FAULT,
        "your mixed terms x_i x_j carry the factor √½: with each pair once, it must be √2",
        partial(_polynomial_with, product=math.sqrt(0.5)),
    ),
    _polynomial(
        "products_missing",
        FAULT,
        "your features have the squares x_i² but not the mixed terms √2 x_i x_j",
        partial(_polynomial_with, product=0.0),
    ),
    _polynomial(
        "neighbours_only",
        FAULT,
        "your mixed terms are those of neighbouring columns alone: every pair i < j is needed",
        _neighbours_only,
    ),
    _polynomial(
        "squares_missing",
        FAULT,
        "your features lack the squares x_i²",
        partial(_polynomial_with, square=0.0),
    ),
    _polynomial(
        "squares_times_root_two",
        FAULT,
        "your squares x_i² carry the factor √2, which belongs to the mixed terms alone",
        partial(_polynomial_with, square=math.sqrt(2.0)),
    ),
    _polynomial(
        "linear_without_root_two",
        FAULT,
        "your inner products have q·k for 2q·k: the linear features need the factor √2",
        partial(_polynomial_with, linear=1.0),
    ),
    _polynomial(
        "linear_times_two",
        FAULT,
        "your inner products have 4q·k for 2q·k: the factor of the linear features is √2, not 2",
        partial(_polynomial_with, linear=2.0),
    ),
    _polynomial(
        "linear_missing",
        FAULT,
        "your inner products equal (q·k)² + 1: the linear features √2 x are missing",
        partial(_polynomial_with, linear=0.0),
    ),
    _polynomial(
        "constant_missing",
        FAULT,
        "your inner products equal (q·k)² + 2q·k: the constant feature 1 is missing",
        partial(_polynomial_with, constant=0.0),
    ),
    _polynomial(
        "constant_root_two",
        FAULT,
        "your inner products are 1 too large: the constant feature is 1, not √2",
        partial(_polynomial_with, constant=math.sqrt(2.0)),
    ),
    _polynomial(
        "homogeneous",
        FAULT,
        "your inner products equal (q·k)²: the + 1 is missing, which brings √2 x and a constant",
        partial(_polynomial_with, constant=0.0, linear=0.0),
    ),
    _polynomial(
        "rows_normalised",
        FAULT,
        "your features belong to rows scaled to length 1: take the rows as they are given",
        lambda X: polynomial_features(functional.normalize(X, dim=-1)),
    ),
    _polynomial(
        "rows_centred",
        FAULT,
        "your features belong to X with its column means taken off: take the rows as they are given",
        lambda X: polynomial_features(X - X.mean(0)),
    ),
    _polynomial(
        "absolute",
        FAULT,
        "your features are absolute values: x and the mixed terms keep their sign",
        lambda X: polynomial_features(X).abs(),
    ),
    _polynomial(
        "no_factors",
        FAULT,
        "your features are 1, x, x² and the mixed terms, all without √2: inner products are not (q·k + 1)²",
        partial(_polynomial_with, linear=1.0, product=1.0),
    ),
    _polynomial(
        "powers",
        FAULT,
        "your features are 1, x and x² entry by entry: the mixed terms and the √2 are missing",
        partial(_polynomial_with, linear=1.0, product=0.0),
    ),
    _polynomial(
        "ordered_pairs_times_root_two",
        FAULT,
        "your features hold every ordered pair x_i x_j and the factor √2 too: with both orders the factor is 1",
        partial(_polynomial_with, product=2.0, square=math.sqrt(2.0)),
    ),
    _polynomial(
        "linear_kernel",
        FAULT,
        "your inner products equal q·k + 1: the quadratic features are missing",
        partial(_polynomial_with, linear=1.0, square=0.0, product=0.0),
    ),
    _polynomial(
        "cubic",
        FAULT,
        "your inner products equal (q·k + 1)³: the degree is 2",
        lambda X: (
            polynomial_features(X)[..., :, None]
            * torch.cat([torch.ones_like(X[..., :1]), X], -1)[..., None, :]
        ).flatten(-2),
    ),
    _polynomial(
        "scaled_by_width",
        FAULT,
        "your inner products equal (q·k/√D + 1)²: the inputs are not scaled here",
        lambda X: polynomial_features(X / math.sqrt(math.sqrt(X.shape[-1]))),
    ),
    _polynomial(
        "kernel_of_rows",
        FAULT,
        "you return (x_i·x_j + 1)² of the rows of X with one another: one row of features for each row is asked for",
        lambda X: (X @ X.mT + 1) ** 2,
    ),
    _polynomial(
        "columns_twice",
        FAULT,
        "your inner products are right, but you have more than (D + 1)² features: let each product stand once",
        lambda X: torch.cat([polynomial_features_by_definition(X)] * 2, -1) / math.sqrt(2.0),
    ),
    _polynomial(
        "all_ordered_pairs",
        EQUIVALENT,
        "every ordered pair of entries of (1, x) is a feature",
        polynomial_features_by_definition,
        reason="two equal columns give the same inner products as one column times √2",
    ),
    _polynomial(
        "rotated",
        EQUIVALENT,
        "the features are rotated",
        _rotated,
        reason="a rotation changes no inner product, and the kernel is all that is asked for",
    ),
)


# --- elu_features -----------------------------------------------------------------------------------------

ELU: tuple[Fellow, ...] = (
    _elu(
        "without_plus_one",
        FAULT,
        "your features equal elu(x): the + 1 that makes them positive is missing",
        lambda X: functional.elu(X),
    ),
    _elu(
        "plus_one_inside",
        FAULT,
        "your features equal elu(x + 1): add the 1 after elu",
        lambda X: functional.elu(X + 1),
    ),
    _elu(
        "relu_plus_one",
        FAULT,
        "your features equal relu(x) + 1: take elu, which is eˣ − 1 for negative x",
        lambda X: X.clamp(min=0) + 1,
    ),
    _elu(
        "relu",
        FAULT,
        "your features equal relu(x): take elu(x) + 1",
        lambda X: X.clamp(min=0),
    ),
    _elu(
        "exponential",
        FAULT,
        "your features equal eˣ everywhere: for x > 0 they are x + 1",
        lambda X: X.exp(),
    ),
    _elu(
        "softplus",
        FAULT,
        "your features equal log(1 + eˣ): take elu(x) + 1",
        functional.softplus,
    ),
    _elu(
        "library_function",
        EQUIVALENT,
        "elu of the library, plus 1",
        lambda X: functional.elu(X) + 1,
        reason="the definition; only below −17 in float32 does it round to 0",
    ),
)


# --- sample_projections -----------------------------------------------------------------------------------


def _normal(rows: int, columns: int, generator: Generator | None = None) -> Tensor:
    return torch.randn(rows, columns, generator=generator)


def _uniform(rows: int, columns: int, generator: Generator | None = None) -> Tensor:
    return torch.rand(rows, columns, generator=generator)


def _fixed_seed(d_random: int, D: int, sigma2: float, generator: Generator | None = None) -> Tensor:
    return sample_projections(d_random, D, sigma2, torch.Generator().manual_seed(0))


def _truncated(d_random: int, D: int, sigma2: float, generator: Generator | None = None) -> Tensor:
    W = torch.nn.init.trunc_normal_(torch.empty(d_random, D), a=-2.0, b=2.0, generator=generator)
    return W / math.sqrt(sigma2)


def _antithetic(d_random: int, D: int, sigma2: float, generator: Generator | None = None) -> Tensor:
    half = sample_projections((d_random + 1) // 2, D, sigma2, generator)
    return torch.cat([half, -half])[:d_random]


def _laplace(d_random: int, D: int, sigma2: float, generator: Generator | None = None) -> Tensor:
    u = _uniform(d_random, D, generator) - 0.5
    # Clear of ±½, where the logarithm is infinite; the variance of a Laplace variable is twice its squared scale.
    return -u.sign() * torch.log1p(-2 * u.abs().clamp(max=0.4999999)) / math.sqrt(2 * sigma2)


def _cauchy(d_random: int, D: int, sigma2: float, generator: Generator | None = None) -> Tensor:
    return torch.tan(math.pi * (_uniform(d_random, D, generator) - 0.5)) / math.sqrt(sigma2)


def _orthogonal(d_random: int, D: int, sigma2: float, generator: Generator | None = None) -> Tensor:
    blocks = [
        torch.linalg.qr(_normal(D, D, generator)).Q * math.sqrt(D / sigma2) for _ in range(-(-d_random // D))
    ]
    return torch.cat(blocks)[:d_random]


PROJECTIONS: tuple[Fellow, ...] = (
    _projections(
        "times_sigma",
        FAULT,
        "your entries have standard deviation σ: rows from N(0, I/σ²) have 1/σ (dividing, not multiplying)",
        lambda d_random, D, sigma2, generator=None: _normal(d_random, D, generator) * math.sqrt(sigma2),
    ),
    _projections(
        "times_sigma2",
        FAULT,
        "your entries have standard deviation σ²: rows from N(0, I/σ²) have 1/σ",
        lambda d_random, D, sigma2, generator=None: _normal(d_random, D, generator) * sigma2,
    ),
    _projections(
        "over_sigma2",
        FAULT,
        "your entries have standard deviation 1/σ²: 1/σ² is the variance, so divide by √sigma2",
        lambda d_random, D, sigma2, generator=None: _normal(d_random, D, generator) / sigma2,
    ),
    _projections(
        "over_fourth_root",
        FAULT,
        "your entries have standard deviation 1/√σ: sigma2 is σ² already, so one root is enough",
        lambda d_random, D, sigma2, generator=None: _normal(d_random, D, generator) / sigma2**0.25,
    ),
    _projections(
        "not_scaled",
        FAULT,
        "your entries have standard deviation 1: rows from N(0, I/σ²) have 1/σ; sigma2 is not used",
        lambda d_random, D, sigma2, generator=None: _normal(d_random, D, generator),
    ),
    _projections(
        "scaled_from_width",
        FAULT,
        "your entries have variance 1/√D: use the sigma2 that is passed",
        lambda d_random, D, sigma2, generator=None: _normal(d_random, D, generator) / D**0.25,
    ),
    _projections(
        "also_over_width",
        FAULT,
        "your entries have variance 1/(Dσ²): don't divide by √D as well",
        lambda d_random, D, sigma2, generator=None: _normal(d_random, D, generator) / math.sqrt(sigma2 * D),
    ),
    _projections(
        "also_over_rows",
        FAULT,
        "your entries have variance 1/(d_random·σ²): don't divide by √d_random as well",
        lambda d_random, D, sigma2, generator=None: (
            _normal(d_random, D, generator) / math.sqrt(sigma2 * d_random)
        ),
    ),
    _projections(
        "root_of_two",
        FAULT,
        "your entries have variance 2/σ² (or 2γ with γ = 1/σ²): rows from N(0, I/σ²) have 1/σ²",
        lambda d_random, D, sigma2, generator=None: _normal(d_random, D, generator) * math.sqrt(2 / sigma2),
    ),
    _projections(
        "uniform_0_1",
        FAULT,
        "your entries are uniform between 0 and 1/σ: use a normal distribution (randn, not rand)",
        lambda d_random, D, sigma2, generator=None: _uniform(d_random, D, generator) / math.sqrt(sigma2),
    ),
    _projections(
        "uniform_centred",
        FAULT,
        "your entries are uniform, with the right variance: use a normal distribution",
        lambda d_random, D, sigma2, generator=None: (
            (_uniform(d_random, D, generator) - 0.5) * math.sqrt(12 / sigma2)
        ),
    ),
    _projections(
        "rademacher",
        FAULT,
        "your entries are +1/σ or −1/σ: use a normal distribution",
        lambda d_random, D, sigma2, generator=None: (
            _normal(d_random, D, generator).sign() / math.sqrt(sigma2)
        ),
    ),
    _projections(
        "laplace",
        FAULT,
        "your entries follow a Laplace distribution: use a normal distribution",
        _laplace,
    ),
    _projections(
        "cauchy",
        FAULT,
        "your entries follow a Cauchy distribution, which belongs to the Laplacian kernel: use a normal distribution",
        _cauchy,
    ),
    _projections(
        "absolute",
        FAULT,
        "your entries are never negative: rows from N(0, I/σ²) have mean 0",
        lambda d_random, D, sigma2, generator=None: _normal(d_random, D, generator).abs() / math.sqrt(sigma2),
    ),
    _projections(
        "truncated",
        FAULT,
        "your entries are cut off at two standard deviations: use the whole normal distribution",
        _truncated,
    ),
    _projections(
        "mean_not_zero",
        FAULT,
        "your entries have mean 1/σ: rows from N(0, I/σ²) have mean 0",
        lambda d_random, D, sigma2, generator=None: (_normal(d_random, D, generator) + 1) / math.sqrt(sigma2),
    ),
    _projections(
        "mean_sigma2",
        FAULT,
        "your entries have mean σ² and variance 1: in normal(0, …) the mean comes first",
        lambda d_random, D, sigma2, generator=None: _normal(d_random, D, generator) + sigma2,
    ),
    _projections(
        "one_row_for_all",
        FAULT,
        "all your rows are equal: draw each of the d_random directions anew",
        lambda d_random, D, sigma2, generator=None: sample_projections(1, D, sigma2, generator).repeat(
            d_random, 1
        ),
    ),
    _projections(
        "one_column_for_all",
        FAULT,
        "all your columns are equal: draw each coordinate of a direction anew",
        lambda d_random, D, sigma2, generator=None: sample_projections(d_random, 1, sigma2, generator).repeat(
            1, D
        ),
    ),
    _projections(
        "antithetic",
        FAULT,
        "half of your rows are the other half with the sign changed: the rows must be independent",
        _antithetic,
    ),
    _projections(
        "unit_rows",
        FAULT,
        "your rows all have norm 1: a normal direction has a random length",
        lambda d_random, D, sigma2, generator=None: functional.normalize(
            _normal(d_random, D, generator), dim=-1
        ),
    ),
    _projections(
        "rows_of_one_length",
        FAULT,
        "your rows all have norm √D/σ: a normal direction has a random length",
        lambda d_random, D, sigma2, generator=None: (
            functional.normalize(_normal(d_random, D, generator), dim=-1) * math.sqrt(D / sigma2)
        ),
    ),
    _projections(
        "orthogonal",
        FAULT,
        "your rows are orthogonal and of one length: they must be independent draws from N(0, I/σ²)",
        _orthogonal,
    ),
    _projections(
        "sorted",
        FAULT,
        "your entries are sorted: the rows must be independent of one another",
        lambda d_random, D, sigma2, generator=None: (
            sample_projections(d_random, D, sigma2, generator).sort(0).values
        ),
    ),
    _projections(
        "fixed_seed",
        FAULT,
        "you return the same projections at each call: set no seed inside the function",
        _fixed_seed,
    ),
    _projections(
        "constant",
        FAULT,
        "your projections are all equal to 1/σ: draw them at random",
        lambda d_random, D, sigma2, generator=None: torch.ones(d_random, D) / math.sqrt(sigma2),
    ),
    _projections(
        "zeros",
        FAULT,
        "your projections are all 0: draw them at random",
        lambda d_random, D, sigma2, generator=None: torch.zeros(d_random, D),
    ),
    _projections(
        "whole_numbers",
        FAULT,
        "your entries are rounded to whole numbers: use the normal distribution as it is",
        lambda d_random, D, sigma2, generator=None: sample_projections(
            d_random, D, sigma2, generator
        ).round(),
    ),
    _projections(
        "transposed",
        FAULT,
        "your projections have shape (D, d_random): one row for each direction is asked for, (d_random, D)",
        lambda d_random, D, sigma2, generator=None: sample_projections(d_random, D, sigma2, generator).mT,
    ),
    _projections(
        "square",
        FAULT,
        "your projections have shape (D, D): d_random rows are asked for",
        lambda d_random, D, sigma2, generator=None: sample_projections(D, D, sigma2, generator),
    ),
    _projections(
        "two_for_each",
        FAULT,
        "your projections have 2·d_random rows: sine and cosine share a direction, so d_random rows are asked for",
        lambda d_random, D, sigma2, generator=None: sample_projections(2 * d_random, D, sigma2, generator),
    ),
    _projections(
        "from_covariance",
        EQUIVALENT,
        "rows drawn from a multivariate normal with covariance I/σ²",
        lambda d_random, D, sigma2, generator=None: torch.distributions.MultivariateNormal(
            torch.zeros(D), torch.eye(D) / sigma2
        ).sample((d_random,)),
        reason="the same law; a generator may be ignored",
    ),
    _projections(
        "other_sign",
        EQUIVALENT,
        "the sign of all entries is changed",
        lambda d_random, D, sigma2, generator=None: -sample_projections(d_random, D, sigma2, generator),
        reason="the normal distribution is symmetric",
    ),
)


# --- random_features --------------------------------------------------------------------------------------


def _trigonometric(X: Tensor, W: Tensor) -> Tensor:
    phases = X @ W.mT
    return torch.cat([phases.sin(), phases.cos()], -1)


def _interleaved(X: Tensor, W: Tensor) -> Tensor:
    phases = X @ W.mT
    return torch.stack([phases.sin(), phases.cos()], -1).flatten(-2) / math.sqrt(W.shape[-2])


RANDOM_FEATURES: tuple[Fellow, ...] = (
    _features(
        "root_two_scale",
        FAULT,
        "your features equal √(2/d_random)·[sin, cos]: with sine and cosine both the factor is √(1/d_random)",
        lambda X, W: _trigonometric(X, W) * math.sqrt(2 / W.shape[-2]),
    ),
    _features(
        "half_scale",
        FAULT,
        "your features equal √(1/(2·d_random))·[sin, cos]: the factor is √(1/d_random), the number of rows of W",
        lambda X, W: _trigonometric(X, W) * math.sqrt(0.5 / W.shape[-2]),
    ),
    _features(
        "not_scaled",
        FAULT,
        "your features equal [sin, cos] without the factor √(1/d_random)",
        _trigonometric,
    ),
    _features(
        "scale_without_root",
        FAULT,
        "your features equal [sin, cos]/d_random: the factor is √(1/d_random)",
        lambda X, W: _trigonometric(X, W) / W.shape[-2],
    ),
    _features(
        "scale_multiplied",
        FAULT,
        "your features equal √d_random·[sin, cos]: the factor is √(1/d_random)",
        lambda X, W: _trigonometric(X, W) * math.sqrt(W.shape[-2]),
    ),
    _features(
        "scale_from_width",
        FAULT,
        "your features equal √(1/D)·[sin, cos]: the factor is √(1/d_random), the number of rows of W",
        lambda X, W: _trigonometric(X, W) / math.sqrt(X.shape[-1]),
    ),
    _features(
        "scale_from_rows",
        FAULT,
        "your features equal √(1/N)·[sin, cos]: the factor is √(1/d_random), the number of rows of W",
        lambda X, W: _trigonometric(X, W) / math.sqrt(X.shape[-2]),
    ),
    _features(
        "cosines_only",
        FAULT,
        "your features are the cosines alone: the sines are missing",
        lambda X, W: (X @ W.mT).cos() / math.sqrt(W.shape[-2]),
    ),
    _features(
        "cosines_only_root_two",
        FAULT,
        "your features are √(2/d_random)·cos(Wx) alone: without a random phase the sines are needed",
        lambda X, W: (X @ W.mT).cos() * math.sqrt(2 / W.shape[-2]),
    ),
    _features(
        "sines_only",
        FAULT,
        "your features are the sines alone: the cosines are missing",
        lambda X, W: (X @ W.mT).sin() / math.sqrt(W.shape[-2]),
    ),
    _features(
        "cosines_twice",
        FAULT,
        "both halves of your features are cosines: one half must be sines",
        lambda X, W: torch.cat([(X @ W.mT).cos()] * 2, -1) / math.sqrt(W.shape[-2]),
    ),
    _features(
        "sines_twice",
        FAULT,
        "both halves of your features are sines: one half must be cosines",
        lambda X, W: torch.cat([(X @ W.mT).sin()] * 2, -1) / math.sqrt(W.shape[-2]),
    ),
    _features(
        "sine_plus_cosine",
        FAULT,
        "your features are sin + cos added up: put them side by side, 2·d_random columns",
        lambda X, W: ((X @ W.mT).sin() + (X @ W.mT).cos()) / math.sqrt(W.shape[-2]),
    ),
    _features(
        "stacked_as_rows",
        FAULT,
        "your sines and cosines stand below one another, (2N, d_random): put them side by side, (N, 2·d_random)",
        lambda X, W: torch.cat([(X @ W.mT).sin(), (X @ W.mT).cos()], -2) / math.sqrt(W.shape[-2]),
    ),
    _features(
        "negative_sines",
        FAULT,
        "your sines have the opposite sign: the features are sin(Wx) and cos(Wx)",
        lambda X, W: random_features(-X, W),
    ),
    _features(
        "negative_cosines",
        FAULT,
        "your cosines have the opposite sign: the features are sin(Wx) and cos(Wx)",
        lambda X, W: random_features(math.pi - X @ W.mT, torch.eye(W.shape[-2], dtype=W.dtype)),
    ),
    _features(
        "turns_for_radians",
        FAULT,
        "your features are sin(2πWx) and cos(2πWx): leave the 2π out",
        lambda X, W: random_features(2 * math.pi * X, W),
    ),
    _features(
        "degrees_for_radians",
        FAULT,
        "your phases are converted from degrees: sin and cos take radians",
        lambda X, W: random_features(X * math.pi / 180, W),
    ),
    _features(
        "inputs_scaled",
        FAULT,
        "your features equal the reference for X divided by D^(1/4): W carries the scale already",
        lambda X, W: random_features(X / X.shape[-1] ** 0.25, W),
    ),
    _features(
        "inputs_scaled_by_root",
        FAULT,
        "your features equal the reference for X divided by √D: W carries the scale already",
        lambda X, W: random_features(X / math.sqrt(X.shape[-1]), W),
    ),
    _features(
        "inputs_multiplied",
        FAULT,
        "your features equal the reference for X times D^(1/4): W carries the scale already",
        lambda X, W: random_features(X * X.shape[-1] ** 0.25, W),
    ),
    _features(
        "unit_vectors",
        FAULT,
        "your features equal the reference for rows of norm 1: don't normalise them",
        lambda X, W: random_features(functional.normalize(X, dim=-1), W),
    ),
    _features(
        "hyperbolic",
        FAULT,
        "your features are sinh and cosh: take sin and cos",
        lambda X, W: torch.cat([(X @ W.mT).sinh(), (X @ W.mT).cosh()], -1) / math.sqrt(W.shape[-2]),
    ),
    _features(
        "phases",
        FAULT,
        "your features are the phases Wx themselves: their sines and cosines are missing",
        lambda X, W: torch.cat([X @ W.mT, X @ W.mT], -1) / math.sqrt(W.shape[-2]),
    ),
    _features(
        "positive_features",
        FAULT,
        "your features are exp(Wx − ‖x‖²/2) and exp(−Wx − ‖x‖²/2), another method: take sin and cos",
        lambda X, W: torch.cat([positive_features(X, W), positive_features(X, -W)], -1) / math.sqrt(2),
    ),
    _features(
        "key_weight_included",
        FAULT,
        "your features carry exp(‖x‖²/(2√D)): that factor belongs to the attention, not to φ",
        lambda X, W: (
            (X.square().sum(-1, keepdim=True) / (2 * math.sqrt(X.shape[-1]))).exp() * random_features(X, W)
        ),
    ),
    _features(
        "transposed",
        FAULT,
        "your features have shape (2·d_random, N): one row for each row of X is asked for",
        lambda X, W: random_features(X, W).mT,
    ),
    _features(
        "cosines_first",
        CONVENTION,
        "your columns are [cos, sin]: any order is right",
        lambda X, W: random_features(X, W).roll(W.shape[-2], -1),
    ),
    _features(
        "interleaved",
        CONVENTION,
        "your columns alternate sin, cos, sin, cos: any order is right",
        _interleaved,
    ),
    _features(
        "shifted_cosine",
        EQUIVALENT,
        "the sines are written as cosines shifted by π/2",
        lambda X, W: (
            torch.cat([(X @ W.mT - math.pi / 2).cos(), (X @ W.mT).cos()], -1) / math.sqrt(W.shape[-2])
        ),
        reason="sin t = cos(t − π/2)",
    ),
)


# --- positive_features ------------------------------------------------------------------------------------


def _positive_with(X: Tensor, W: Tensor, norm_factor: float) -> Tensor:
    exponents = X @ W.mT + norm_factor * X.square().sum(-1, keepdim=True)
    return exponents.exp() / math.sqrt(W.shape[-2])


POSITIVE: tuple[Fellow, ...] = (
    _positive(
        "without_norm",
        FAULT,
        "your features equal exp(Wx): the factor exp(−‖x‖²/(2σ²)) is missing",
        lambda X, W, sigma2=1.0: _positive_with(X, W, 0.0),
    ),
    _positive(
        "norm_with_plus",
        FAULT,
        "your features carry exp(+‖x‖²/(2σ²)): the sign of the exponent is wrong",
        lambda X, W, sigma2=1.0: _positive_with(X, W, 1 / (2 * sigma2)),
    ),
    _positive(
        "norm_without_half",
        FAULT,
        "your features carry exp(−‖x‖²/σ²): the 2 in 2σ² is missing",
        lambda X, W, sigma2=1.0: _positive_with(X, W, -1 / sigma2),
    ),
    _positive(
        "not_scaled",
        FAULT,
        "your features lack the factor √(1/R)",
        lambda X, W, sigma2=1.0: positive_features(X, W, sigma2) * math.sqrt(W.shape[-2]),
    ),
    _positive(
        "largest_subtracted_per_row",
        FAULT,
        "you subtract the largest exponent of each row: that changes the weight of a key; subtract one number for all",
        lambda X, W, sigma2=1.0: functional.normalize(positive_features(X, W, sigma2), p=math.inf, dim=-1),
    ),
)

FEATURES: tuple[Fellow, ...] = (*POLYNOMIAL, *ELU, *PROJECTIONS, *RANDOM_FEATURES, *POSITIVE)
