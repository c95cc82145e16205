"""Known faults, conventions and equivalents of random-feature attention.

Each fellow has the signature of its reference. `says` speaks to the student, about the output that was seen.
"""

# ruff: noqa: ARG005 - a fellow has its reference's whole signature, whether it uses an argument or not

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from torch import Tensor
from torch.nn import functional

from reference.attention import (
    causal_linear_attention,
    kernelized_attention,
    random_feature_attention,
    softmax_attention,
)
from reference.features import positive_features, random_features
from reference.fellows import Fellow, Kind
from reference.pieces import normalised, root, squared_norms

FAULT, EQUIVALENT = Kind.FAULT, Kind.EQUIVALENT

_random = partial(Fellow, "attention.random_feature_attention")


def _log_weights(X: Tensor, sigma2: float | None = None) -> Tensor:
    return (squared_norms(X) / (2 * (sigma2 or root(X)))).unsqueeze(-1)


def _weights(exponents: Tensor) -> Tensor:
    return (exponents - exponents.amax(-2, keepdim=True)).exp()


def _weighted(Q: Tensor, K: Tensor, V: Tensor, W: Tensor, exponents: Tensor) -> Tensor:
    return kernelized_attention(random_features(Q, W), _weights(exponents) * random_features(K, W), V)


def _with_features(phi_Q: Tensor, phi_K: Tensor, K: Tensor, V: Tensor) -> Tensor:
    return kernelized_attention(phi_Q, _weights(_log_weights(K)) * phi_K, V)


def _parts(Q: Tensor, K: Tensor, V: Tensor, W: Tensor) -> tuple[Tensor, Tensor]:
    phi_Q, phi_K = random_features(Q, W), _log_weights(K).exp() * random_features(K, W)
    return phi_Q @ (phi_K.mT @ V), phi_Q @ phi_K.sum(-2).unsqueeze(-1)


def _with_denominator(
    Q: Tensor, K: Tensor, V: Tensor, W: Tensor, change: Callable[[Tensor], Tensor]
) -> Tensor:
    above, below = _parts(Q, K, V, W)
    return above / change(below)


def _with_epsilon(Q: Tensor, K: Tensor, V: Tensor, W: Tensor) -> Tensor:
    phi_Q, psi_K = random_features(Q, W), _weights(_log_weights(K)) * random_features(K, W)
    return (phi_Q @ (psi_K.mT @ V)) / (phi_Q @ psi_K.sum(-2).unsqueeze(-1) + 0.01)


def _weighted_values(Q: Tensor, K: Tensor, V: Tensor, W: Tensor) -> Tensor:
    phi_Q, phi_K, weights = random_features(Q, W), random_features(K, W), _weights(_log_weights(K))
    return (phi_Q @ (phi_K.mT @ (weights * V))) / (phi_Q @ (phi_K.mT @ weights))


def _weights_in_one_part(Q: Tensor, K: Tensor, V: Tensor, W: Tensor, *, numerator: bool) -> Tensor:
    phi_Q, phi_K = random_features(Q, W), random_features(K, W)
    psi_K = _log_weights(K).exp() * phi_K
    above, below = (psi_K, phi_K) if numerator else (phi_K, psi_K)
    return (phi_Q @ (above.mT @ V)) / (phi_Q @ below.sum(-2).unsqueeze(-1))


def _sines_for_cosines(Q: Tensor, K: Tensor, V: Tensor, W: Tensor) -> Tensor:
    return _with_features(random_features(Q, W), _halves_swapped(random_features(K, W)), K, V)


def _halves_swapped(phi: Tensor) -> Tensor:
    return phi.roll(phi.shape[-1] // 2, -1)


def _other_projections_for_keys(Q: Tensor, K: Tensor, V: Tensor, W: Tensor) -> Tensor:
    return _with_features(random_features(Q, W), random_features(K, W.flip(0)), K, V)


def _overflowing(Q: Tensor, K: Tensor, V: Tensor, W: Tensor) -> Tensor:
    return kernelized_attention(random_features(Q, W), _log_weights(K).exp() * random_features(K, W), V)


def _both_overflowing(Q: Tensor, K: Tensor, V: Tensor, W: Tensor) -> Tensor:
    phi_Q = _log_weights(Q).exp() * random_features(Q, W)
    return kernelized_attention(phi_Q, _log_weights(K).exp() * random_features(K, W), V)


def _matrix_of_similarities(Q: Tensor, K: Tensor, V: Tensor, W: Tensor) -> Tensor:
    A = (random_features(Q, W) @ random_features(K, W).mT) * _log_weights(K).exp().mT
    return normalised(A) @ V


def _exponents_clipped(Q: Tensor, K: Tensor, V: Tensor, W: Tensor) -> Tensor:
    weights = _log_weights(K).clamp(max=60.0).exp()
    return kernelized_attention(random_features(Q, W), weights * random_features(K, W), V)


def _shifted_by(Q: Tensor, K: Tensor, V: Tensor, W: Tensor, shift: Tensor) -> Tensor:
    weights = (_log_weights(K) - shift).exp()
    return kernelized_attention(random_features(Q, W), weights * random_features(K, W), V)


def _weight_as_extra_sum(Q: Tensor, K: Tensor, V: Tensor, W: Tensor) -> Tensor:
    return kernelized_attention(random_features(Q, W), _weights(_log_weights(K)) + random_features(K, W), V)


RANDOM: tuple[Fellow, ...] = (
    _random(
        "no_key_weight",
        FAULT,
        "your output equals the reference without the keys' factor exp(‖k‖²/(2σ²)), or with one factor for all keys",
        lambda Q, K, V, W: kernelized_attention(random_features(Q, W), random_features(K, W), V),
    ),
    _random(
        "key_weight_sign",
        FAULT,
        "your keys' factor is exp(−‖k‖²/(2σ²)): the sign of its exponent is wrong",
        lambda Q, K, V, W: _weighted(Q, K, V, W, -_log_weights(K)),
    ),
    _random(
        "key_weight_missing_half",
        FAULT,
        "your keys' factor is exp(‖k‖²/σ²): the 2 in 2σ² is missing",
        lambda Q, K, V, W: _weighted(Q, K, V, W, 2 * _log_weights(K)),
    ),
    _random(
        "key_weight_extra_half",
        FAULT,
        "your keys' factor is exp(‖k‖²/(4σ²)): the exponent is half of what it must be",
        lambda Q, K, V, W: _weighted(Q, K, V, W, _log_weights(K) / 2),
    ),
    _random(
        "key_weight_sigma_is_fourth_root",
        FAULT,
        "your keys' factor has σ for σ²: with σ² = √D it is exp(‖k‖²/(2√D)), not exp(‖k‖²/(2D^(1/4)))",
        lambda Q, K, V, W: _weighted(Q, K, V, W, _log_weights(K, math.sqrt(root(K)))),
    ),
    _random(
        "key_weight_sigma2_is_d",
        FAULT,
        "your output equals the reference with σ² = D in the keys' factor: did you take √D for σ? It is σ² = √D",
        lambda Q, K, V, W: _weighted(Q, K, V, W, _log_weights(K, float(K.shape[-1]))),
    ),
    _random(
        "key_weight_sigma2_is_one",
        FAULT,
        "your output equals the reference with σ² = 1 in the keys' factor: it is σ² = √D",
        lambda Q, K, V, W: _weighted(Q, K, V, W, _log_weights(K, 1.0)),
    ),
    _random(
        "key_weight_not_divided",
        FAULT,
        "your keys' factor is exp(‖k‖²): divide the squared norm by 2σ², with σ² = √D",
        lambda Q, K, V, W: _weighted(Q, K, V, W, _log_weights(K, 0.5)),
    ),
    _random(
        "key_weight_mean_of_squares",
        FAULT,
        "your keys' factor has the mean of the squares for ‖k‖²: sum them over the features",
        lambda Q, K, V, W: _weighted(Q, K, V, W, _log_weights(K) / K.shape[-1]),
    ),
    _random(
        "key_weight_sigma2_from_rows",
        FAULT,
        "your output equals the reference with σ² = √N in the keys' factor: σ² is the root of the width D",
        lambda Q, K, V, W: _weighted(Q, K, V, W, _log_weights(K, math.sqrt(K.shape[-2]))),
    ),
    _random(
        "key_weight_sigma2_from_directions",
        FAULT,
        "your output equals the reference with σ² = √d_random in the keys' factor: it is √D, D the width of K",
        lambda Q, K, V, W: _weighted(Q, K, V, W, _log_weights(K, math.sqrt(W.shape[-2]))),
    ),
    _random(
        "key_weight_multiplied_by_sigma2",
        FAULT,
        "your keys' factor is exp(‖k‖²·σ²/2): divide by 2σ² (x / 2 * sigma2 multiplies by sigma2)",
        lambda Q, K, V, W: _weighted(Q, K, V, W, _log_weights(K, 1 / root(K))),
    ),
    _random(
        "key_weight_norm_not_squared",
        FAULT,
        "your keys' factor is exp(‖k‖/(2σ²)): the norm must be squared",
        lambda Q, K, V, W: _weighted(Q, K, V, W, (K.norm(dim=-1, keepdim=True) / (2 * root(K)))),
    ),
    _random(
        "key_weight_not_exponential",
        FAULT,
        "your keys' factor is ‖k‖²/(2σ²): its exponential is missing",
        lambda Q, K, V, W: kernelized_attention(
            random_features(Q, W), _log_weights(K) * random_features(K, W), V
        ),
    ),
    _random(
        "key_weight_added",
        FAULT,
        "your keys' factor is added to φ(k): it must multiply it",
        _weight_as_extra_sum,
    ),
    _random(
        "key_weight_from_queries",
        FAULT,
        "your keys' factor is computed from the queries: it is exp(‖k‖²/(2σ²))",
        lambda Q, K, V, W: _weighted(Q, K, V, W, _log_weights(Q)),
    ),
    _random(
        "key_weight_only_in_numerator",
        FAULT,
        "your keys' factor stands in the numerator alone: it belongs in the denominator too",
        lambda Q, K, V, W: _weights_in_one_part(Q, K, V, W, numerator=True),
    ),
    _random(
        "key_weight_only_in_denominator",
        FAULT,
        "your keys' factor stands in the denominator alone: it belongs in the numerator too",
        lambda Q, K, V, W: _weights_in_one_part(Q, K, V, W, numerator=False),
    ),
    _random(
        "query_weight_not_cancelled",
        FAULT,
        "your output carries the queries' factor exp(‖q‖²/(2σ²)): it stands in the denominator too and cancels",
        lambda Q, K, V, W: _log_weights(Q).exp() * random_feature_attention(Q, K, V, W),
    ),
    _random(
        "query_weight_for_key_weight",
        FAULT,
        "your output carries the queries' factor, which cancels, and lacks the keys' factor, which stays",
        lambda Q, K, V, W: (
            _log_weights(Q).exp() * kernelized_attention(random_features(Q, W), random_features(K, W), V)
        ),
    ),
    _random(
        "cosines_only",
        FAULT,
        "your features are the cosines alone: the sines are missing",
        lambda Q, K, V, W: _with_features((Q @ W.mT).cos(), (K @ W.mT).cos(), K, V),
    ),
    _random(
        "sines_only",
        FAULT,
        "your features are the sines alone: the cosines are missing",
        lambda Q, K, V, W: _with_features((Q @ W.mT).sin(), (K @ W.mT).sin(), K, V),
    ),
    _random(
        "sine_plus_cosine",
        FAULT,
        "your features are sin + cos added up: put them side by side, 2R columns",
        lambda Q, K, V, W: _with_features(
            (Q @ W.mT).sin() + (Q @ W.mT).cos(), (K @ W.mT).sin() + (K @ W.mT).cos(), K, V
        ),
    ),
    _random(
        "order_differs",
        FAULT,
        "your queries have [sin, cos] and your keys [cos, sin]: the same order belongs in both",
        _sines_for_cosines,
    ),
    _random(
        "other_projections_for_keys",
        FAULT,
        "your keys use the rows of W in another order than your queries: the same W belongs in both",
        _other_projections_for_keys,
    ),
    _random(
        "projections_times_sigma",
        FAULT,
        "your output equals the reference with W·σ: W comes ready, don't scale it",
        lambda Q, K, V, W: random_feature_attention(Q, K, V, W * math.sqrt(root(Q))),
    ),
    _random(
        "projections_over_sigma",
        FAULT,
        "your output equals the reference with W/σ (Q and K scaled by D^(−1/4) first): W comes ready, don't scale it",
        lambda Q, K, V, W: random_feature_attention(Q, K, V, W / math.sqrt(root(Q))),
    ),
    _random(
        "projections_over_sigma2",
        FAULT,
        "your output equals the reference with W/σ²: W comes ready, don't scale it",
        lambda Q, K, V, W: random_feature_attention(Q, K, V, W / root(Q)),
    ),
    _random(
        "inputs_scaled",
        FAULT,
        "your output equals the reference for Q and K divided by D^(1/4): with σ² = √D they are used as they are",
        lambda Q, K, V, W: _weighted(
            Q / math.sqrt(root(Q)), K / math.sqrt(root(K)), V, W, _log_weights(K) / root(K)
        ),
    ),
    _random(
        "turns_for_radians",
        FAULT,
        "your features are sin(2πWx) and cos(2πWx): leave the 2π out",
        lambda Q, K, V, W: random_feature_attention(Q, K, V, W * 2 * math.pi),
    ),
    _random(
        "unit_vectors",
        FAULT,
        "your output equals the reference for Q and K of norm 1: don't normalise them, the keys' norms count",
        lambda Q, K, V, W: random_feature_attention(
            functional.normalize(Q, dim=-1), functional.normalize(K, dim=-1), V, W
        ),
    ),
    _random(
        "positive_features",
        FAULT,
        "your features are exp(Wx − ‖x‖²/(2σ²)), which is another method: take sin and cos",
        lambda Q, K, V, W: kernelized_attention(
            positive_features(Q, W, root(Q)), positive_features(K, W, root(K)), V
        ),
    ),
    _random(
        "exact_softmax",
        FAULT,
        "your output equals exact softmax attention: use the random features of W",
        lambda Q, K, V, W: softmax_attention(Q, K, V),
    ),
    _random(
        "softmax_of_similarities",
        FAULT,
        "your output applies a softmax to φ(q)·ψ(k): these are the weights themselves, without exp",
        lambda Q, K, V, W: (
            (random_features(Q, W) @ (_log_weights(K).exp() * random_features(K, W)).mT).softmax(-1) @ V
        ),
    ),
    _random(
        "no_denominator",
        FAULT,
        "your output equals the numerator φ(Q)(ψ(K)ᵀV): the division by φ(Q)(ψ(K)ᵀ1) is missing",
        lambda Q, K, V, W: _parts(Q, K, V, W)[0],
    ),
    _random(
        "divided_by_n",
        FAULT,
        "your output equals the numerator divided by the number of keys: divide by φ(Q)(ψ(K)ᵀ1)",
        lambda Q, K, V, W: _parts(Q, K, V, W)[0] / K.shape[-2],
    ),
    _random(
        "absolute_denominator",
        FAULT,
        "your denominators are absolute values: a negative one keeps its sign",
        lambda Q, K, V, W: _with_denominator(Q, K, V, W, Tensor.abs),
    ),
    _random(
        "denominator_clamped",
        FAULT,
        "your denominators are raised to at least 1: smaller ones are right as they are",
        lambda Q, K, V, W: _with_denominator(Q, K, V, W, lambda below: below.clamp(min=1)),
    ),
    _random(
        "features_clamped",
        FAULT,
        "your output sets negative features to 0: sines and cosines keep their sign",
        lambda Q, K, V, W: _with_features(
            random_features(Q, W).clamp(min=0), random_features(K, W).clamp(min=0), K, V
        ),
    ),
    _random(
        "epsilon_0.01",
        FAULT,
        "your denominators, with the largest key's factor at 1, are 0.01 too large: leave the added constant out",
        _with_epsilon,
    ),
    _random(
        "swapped_queries_and_keys",
        FAULT,
        "your output equals the reference with Q and K swapped",
        lambda Q, K, V, W: random_feature_attention(K, Q, V, W),
    ),
    _random(
        "keys_from_queries",
        FAULT,
        "your output equals the reference with Q for K: K is never used",
        lambda Q, K, V, W: random_feature_attention(Q, Q, V, W),
    ),
    _random(
        "causal",
        FAULT,
        "your output equals causal attention: here every query sees every key",
        lambda Q, K, V, W: causal_linear_attention(
            random_features(Q, W), _weights(_log_weights(K)) * random_features(K, W), V
        ),
    ),
    _random(
        "uniform_mean",
        FAULT,
        "each row of your output is the mean of V: the features have no effect on the weights",
        lambda Q, K, V, W: V.mean(-2, keepdim=True).expand(*Q.shape[:-1], V.shape[-1]),
    ),
    _random(
        "transposed_output",
        FAULT,
        "your output is the transpose of the reference: one row for each query is expected, (N, M)",
        lambda Q, K, V, W: random_feature_attention(Q, K, V, W).mT,
    ),
    _random(
        "returns_weights",
        FAULT,
        "you return the normalised weights: multiply them by V",
        lambda Q, K, V, W: normalised(
            random_features(Q, W) @ (_weights(_log_weights(K)) * random_features(K, W)).mT
        ),
    ),
    _random(
        "overflows",
        FAULT,
        "exp(‖k‖²/(2√D)) overflows for large keys: subtract the largest exponent from all of them first, it cancels",
        _overflowing,
        aspect="stability",
    ),
    _random(
        "both_overflow",
        FAULT,
        "exp(‖x‖²/(2√D)) overflows for large queries and keys: drop the queries' factor, it cancels, and subtract "
        "the largest exponent of the keys",
        _both_overflowing,
        aspect="stability",
    ),
    _random(
        "overflows_in_double",
        FAULT,
        "exp(‖k‖²/(2√D)) overflows even in float64: subtract the largest exponent from all of them first, it cancels",
        lambda Q, K, V, W: _overflowing(Q.double(), K.double(), V.double(), W.double()).to(V.dtype),
        aspect="stability",
    ),
    _random(
        "matrix_overflows",
        FAULT,
        "your N×N weights overflow for large keys: subtract the largest ‖k‖²/(2√D) before the exponential, it cancels",
        _matrix_of_similarities,
        aspect="stability",
    ),
    _random(
        "nan_replaced",
        FAULT,
        "the keys' factors overflow and your output replaces NaN by 0: subtract the largest exponent instead",
        lambda Q, K, V, W: _overflowing(Q, K, V, W).nan_to_num(0.0, 0.0, 0.0),
        aspect="stability",
    ),
    _random(
        "exponents_clipped",
        FAULT,
        "your exponents are clipped, so all large keys weigh the same: subtract the largest exponent instead",
        _exponents_clipped,
        aspect="stability",
    ),
    _random(
        "mean_subtracted",
        FAULT,
        "the mean exponent is subtracted, and the largest still overflows: subtract the largest",
        lambda Q, K, V, W: _shifted_by(Q, K, V, W, _log_weights(K).mean(-2, keepdim=True)),
        aspect="stability",
    ),
    _random(
        "smallest_subtracted",
        FAULT,
        "the smallest exponent is subtracted, and the largest still overflows: subtract the largest",
        lambda Q, K, V, W: _shifted_by(Q, K, V, W, _log_weights(K).amin(-2, keepdim=True)),
        aspect="stability",
    ),
    _random(
        "cosines_first",
        EQUIVALENT,
        "the features are [cos, sin]",
        lambda Q, K, V, W: _with_features(
            _halves_swapped(random_features(Q, W)), _halves_swapped(random_features(K, W)), K, V
        ),
        reason="an inner product does not depend on the order of its terms",
    ),
    _random(
        "features_rescaled",
        EQUIVALENT,
        "the features carry √(2/R) for √(1/R)",
        lambda Q, K, V, W: _with_features(
            math.sqrt(2) * random_features(Q, W), math.sqrt(2) * random_features(K, W), K, V
        ),
        reason="a constant factor of the features stands in the numerator and the denominator",
    ),
    _random(
        "softmax_of_exponents",
        EQUIVALENT,
        "the keys' factors are the softmax of ‖k‖²/(2σ²)",
        lambda Q, K, V, W: kernelized_attention(
            random_features(Q, W), _log_weights(K).softmax(-2) * random_features(K, W), V
        ),
        reason="the softmax divides all factors by one number, which cancels",
    ),
    _random(
        "weighted_values",
        EQUIVALENT,
        "the keys' factors multiply V and a column of ones",
        _weighted_values,
        reason="Σ (w φ(k)) vᵀ = Σ φ(k) (w v)ᵀ",
    ),
)
