"""Known faults, conventions and equivalents of softmax attention, plain and causal.

Each fellow has the signature of its reference. `says` speaks to the student, about the output that was seen.
"""

# ruff: noqa: ARG005 - a fellow has its reference's whole signature, whether it uses an argument or not

from __future__ import annotations

import math
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from reference.attention import (
    causal_softmax_attention,
    softmax_attention,
)
from reference.fellows import Fellow, Kind
from reference.pieces import normalised, root, scores

FAULT, EQUIVALENT = Kind.FAULT, Kind.EQUIVALENT

_softmax = partial(Fellow, "attention.softmax_attention")
_causal_softmax = partial(Fellow, "attention.causal_softmax_attention")


def _softmax_of_all(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    A = scores(Q, K)
    return A.flatten(-2).softmax(-1).reshape(A.shape) @ V


def _hard_maximum(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    return functional.one_hot(scores(Q, K).argmax(-1), K.shape[-2]).to(V) @ V


def _without_itself(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    itself = torch.eye(Q.shape[-2], K.shape[-2], dtype=torch.bool)
    return scores(Q, K).masked_fill(itself, -math.inf).softmax(-1) @ V


def _softmax_over_features(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    return Q.softmax(-1) @ (K.softmax(-2).mT @ V)


def _softmax_in_numpy(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    q, k, v = (X.detach().double().numpy() for X in (Q, K, V))
    rows = [
        [sum(x * y for x, y in zip(query, key, strict=True)) / math.sqrt(len(query)) for key in k]
        for query in q
    ]
    weights = torch.tensor(rows, dtype=torch.float64).exp()
    return (normalised(weights) @ torch.from_numpy(v)).to(V.dtype)


SOFTMAX: tuple[Fellow, ...] = (
    _softmax(
        "no_scale",
        FAULT,
        "your output equals softmax(QKᵀ) V: the division by √D is missing",
        lambda Q, K, V: (Q @ K.mT).softmax(-1) @ V,
    ),
    _softmax(
        "scale_d",
        FAULT,
        "your output equals softmax(QKᵀ/D) V: divide by √D, not by D",
        lambda Q, K, V: (Q @ K.mT / Q.shape[-1]).softmax(-1) @ V,
    ),
    _softmax(
        "scale_multiplied",
        FAULT,
        "your output equals softmax(QKᵀ·√D) V: divide by √D instead of multiplying",
        lambda Q, K, V: (Q @ K.mT * root(Q)).softmax(-1) @ V,
    ),
    _softmax(
        "scale_root_n",
        FAULT,
        "your output equals softmax(QKᵀ/√N) V: √D is the root of the width of Q, not of the number of rows",
        lambda Q, K, V: (Q @ K.mT / math.sqrt(Q.shape[-2])).softmax(-1) @ V,
    ),
    _softmax(
        "scale_root_m",
        FAULT,
        "your output equals softmax(QKᵀ/√M) V: √D is the root of the width of Q, not of V",
        lambda Q, K, V: (Q @ K.mT / math.sqrt(V.shape[-1])).softmax(-1) @ V,
    ),
    _softmax(
        "scale_fourth_root",
        FAULT,
        "your output equals softmax(QKᵀ/D^(1/4)) V: the fourth root belongs to Q and to K, both",
        lambda Q, K, V: (Q @ K.mT / math.sqrt(root(Q))).softmax(-1) @ V,
    ),
    _softmax(
        "scaled_twice",
        FAULT,
        "your output equals softmax((Q/√D)(K/√D)ᵀ/√D) V: the scores are divided by √D three times",
        lambda Q, K, V: (Q @ K.mT / root(Q) ** 3).softmax(-1) @ V,
    ),
    _softmax(
        "scale_after_softmax",
        FAULT,
        "your output equals softmax(QKᵀ) V/√D: the division by √D belongs inside the softmax",
        lambda Q, K, V: (Q @ K.mT).softmax(-1) @ V / root(Q),
    ),
    _softmax(
        "wrong_axis",
        FAULT,
        "your output equals the reference with the softmax over the queries (dim=0); it goes over the keys (dim=−1)",
        lambda Q, K, V: scores(Q, K).softmax(-2) @ V,
    ),
    _softmax(
        "whole_matrix",
        FAULT,
        "your output equals the reference with one softmax over the whole matrix; each row has a softmax of its own",
        _softmax_of_all,
    ),
    _softmax(
        "no_normaliser",
        FAULT,
        "your output equals exp(QKᵀ/√D) V: the division by each row's sum is missing",
        lambda Q, K, V: scores(Q, K).exp() @ V,
    ),
    _softmax(
        "no_softmax",
        FAULT,
        "your output equals (QKᵀ/√D) V: the softmax is missing",
        lambda Q, K, V: scores(Q, K) @ V,
    ),
    _softmax(
        "no_exponential",
        FAULT,
        "your output equals the scores divided by their row sums, times V: the exponential of the softmax is missing",
        lambda Q, K, V: normalised(scores(Q, K)) @ V,
    ),
    _softmax(
        "softmax_twice",
        FAULT,
        "your output equals softmax(softmax(QKᵀ/√D)) V: the softmax is applied twice",
        lambda Q, K, V: scores(Q, K).softmax(-1).softmax(-1) @ V,
    ),
    _softmax(
        "log_softmax",
        FAULT,
        "your output equals log_softmax(QKᵀ/√D) V: the weights are the softmax, not its logarithm",
        lambda Q, K, V: scores(Q, K).log_softmax(-1) @ V,
    ),
    _softmax(
        "sigmoid",
        FAULT,
        "your output equals sigmoid(QKᵀ/√D) V: a softmax makes each row sum to 1, a sigmoid does not",
        lambda Q, K, V: scores(Q, K).sigmoid() @ V,
    ),
    _softmax(
        "hard_maximum",
        FAULT,
        "your output takes for each query the value of the best key alone: the softmax averages over all keys",
        _hard_maximum,
    ),
    _softmax(
        "uniform_mean",
        FAULT,
        "each row of your output is the mean of V: the scores have no effect on the weights",
        lambda Q, K, V: V.mean(-2, keepdim=True).expand(*Q.shape[:-1], V.shape[-1]),
    ),
    _softmax(
        "swapped_queries_and_keys",
        FAULT,
        "your output equals softmax(KQᵀ/√D) V: queries and keys are swapped",
        lambda Q, K, V: softmax_attention(K, Q, V),
    ),
    _softmax(
        "keys_from_queries",
        FAULT,
        "your output equals softmax(QQᵀ/√D) V: K is never used",
        lambda Q, K, V: softmax_attention(Q, Q, V),
    ),
    _softmax(
        "queries_from_keys",
        FAULT,
        "your output equals softmax(KKᵀ/√D) V: Q is never used",
        lambda Q, K, V: softmax_attention(K, K, V),
    ),
    _softmax(
        "negative_scores",
        FAULT,
        "your output equals softmax(−QKᵀ/√D) V: the sign of the scores is wrong",
        lambda Q, K, V: softmax_attention(-Q, K, V),
    ),
    _softmax(
        "cosines_unscaled",
        FAULT,
        "your output equals the softmax of the cosines between queries and keys: take QKᵀ/√D",
        lambda Q, K, V: (
            (functional.normalize(Q, dim=-1) @ functional.normalize(K, dim=-1).mT).softmax(-1) @ V
        ),
    ),
    _softmax(
        "fixed_scale_8",
        FAULT,
        "your output equals softmax(QKᵀ/8) V: 8 is √64; take the root of the width that Q has",
        lambda Q, K, V: (Q @ K.mT / 8).softmax(-1) @ V,
    ),
    _softmax(
        "scale_root_d_plus_one",
        FAULT,
        "your output equals softmax(QKᵀ/√(D + 1)) V: the width of Q is D",
        lambda Q, K, V: (Q @ K.mT / math.sqrt(Q.shape[-1] + 1)).softmax(-1) @ V,
    ),
    _softmax(
        "sums_without_keepdim",
        FAULT,
        "your weights are divided by the sum of row j in place of row i: keep the summed dimension (keepdim=True)",
        lambda Q, K, V: scores(Q, K).exp() / scores(Q, K).exp().sum(-1).unsqueeze(-2) @ V,
    ),
    _softmax(
        "one_in_denominator",
        FAULT,
        "your weights are exp(s)/(1 + Σ exp(s)): the rows must sum to 1, without the added 1",
        lambda Q, K, V: scores(Q, K).exp() / (1 + scores(Q, K).exp().sum(-1, keepdim=True)) @ V,
    ),
    _softmax(
        "negative_distances",
        FAULT,
        "your scores are the negative distances −‖q − k‖: take QKᵀ/√D",
        lambda Q, K, V: (-torch.cdist(Q, K)).softmax(-1) @ V,
    ),
    _softmax(
        "centred_inputs",
        FAULT,
        "your output equals the reference for Q and K with their column means taken off: use them as they are",
        lambda Q, K, V: softmax_attention(Q - Q.mean(-2, keepdim=True), K - K.mean(-2, keepdim=True), V),
    ),
    _softmax(
        "cosine_scores",
        FAULT,
        "your output equals the reference for Q and K of norm 1: don't normalise their rows",
        lambda Q, K, V: softmax_attention(
            functional.normalize(Q, dim=-1), functional.normalize(K, dim=-1), V
        ),
    ),
    _softmax(
        "base_two",
        FAULT,
        "your output equals the reference with weights 2^(q·k/√D): the softmax takes powers of e",
        lambda Q, K, V: softmax_attention(Q * math.log(2), K, V),
    ),
    _softmax(
        "divided_by_n",
        FAULT,
        "your output is the reference divided by the number of keys: the softmax has normalised already",
        lambda Q, K, V: softmax_attention(Q, K, V) / K.shape[-2],
    ),
    _softmax(
        "causal_mask",
        FAULT,
        "your output equals causal attention: here every query sees every key",
        lambda Q, K, V: causal_softmax_attention(Q, K, V),
    ),
    _softmax(
        "without_itself",
        FAULT,
        "your output leaves out the key at the query's own position: every query sees every key",
        _without_itself,
    ),
    _softmax(
        "clamped_output",
        FAULT,
        "your output is the reference with its negative entries set to 0: V may be negative, and so may the output",
        lambda Q, K, V: softmax_attention(Q, K, V).clamp(min=0),
    ),
    _softmax(
        "clamped_scores",
        FAULT,
        "your output equals softmax(relu(QKᵀ)/√D) V: negative scores must stay negative",
        lambda Q, K, V: scores(Q, K).clamp(min=0).softmax(-1) @ V,
    ),
    _softmax(
        "value_added",
        FAULT,
        "your output is the reference plus V: there is no residual connection in this function",
        lambda Q, K, V: softmax_attention(Q, K, V) + V,
    ),
    _softmax(
        "separate_softmaxes",
        FAULT,
        "your output equals softmax(Q) (softmax(K)ᵀ V), which is another method: the softmax goes over QKᵀ/√D",
        _softmax_over_features,
    ),
    _softmax(
        "transposed_weights",
        FAULT,
        "your output equals softmax(QKᵀ/√D)ᵀ V: the weights are transposed",
        lambda Q, K, V: scores(Q, K).softmax(-1).mT @ V,
    ),
    _softmax(
        "transposed_output",
        FAULT,
        "your output is the transpose of the reference: one row for each query is expected, (N, M)",
        lambda Q, K, V: softmax_attention(Q, K, V).mT,
    ),
    _softmax(
        "returns_weights",
        FAULT,
        "you return the attention weights softmax(QKᵀ/√D): multiply them by V",
        lambda Q, K, V: scores(Q, K).softmax(-1),
    ),
    _softmax(
        "returns_scores",
        FAULT,
        "you return the scores QKᵀ/√D: their softmax and the product with V are missing",
        lambda Q, K, V: scores(Q, K),
    ),
    _softmax(
        "output_and_weights",
        FAULT,
        "you return the pair (output, weights): return the output alone",
        lambda Q, K, V: (softmax_attention(Q, K, V), scores(Q, K).softmax(-1)),
    ),
    _softmax(
        "half_precision",
        FAULT,
        "your output agrees only to the three digits of half precision: compute in the type of the inputs",
        lambda Q, K, V: softmax_attention(Q.bfloat16(), K.bfloat16(), V.bfloat16()).to(V.dtype),
    ),
    _softmax(
        "scale_in_both",
        EQUIVALENT,
        "D^(1/4) divides Q and K",
        lambda Q, K, V: ((Q / root(Q) ** 0.5) @ (K / root(K) ** 0.5).mT).softmax(-1) @ V,
        reason="(Q/D^(1/4))(K/D^(1/4))ᵀ = QKᵀ/√D",
    ),
    _softmax(
        "normalised_last",
        EQUIVALENT,
        "the row sums divide the product with V",
        lambda Q, K, V: (scores(Q, K).exp() @ V) / scores(Q, K).exp().sum(-1, keepdim=True),
        reason="the sum of a row is one number for the row, so it divides before or after the product",
    ),
    _softmax(
        "scores_shifted",
        EQUIVALENT,
        "the mean of each row of scores is subtracted before the softmax",
        lambda Q, K, V: (scores(Q, K) - scores(Q, K).mean(-1, keepdim=True)).softmax(-1) @ V,
        reason="a constant added to a row of scores multiplies numerator and denominator alike",
    ),
    _softmax(
        "python_loops",
        EQUIVALENT,
        "loops over Python numbers",
        _softmax_in_numpy,
        reason="the same sums in another order",
    ),
)


def _seen(Q: Tensor, K: Tensor, later: int = 0) -> Tensor:
    return torch.ones(Q.shape[-2], K.shape[-2], dtype=torch.bool).tril(later)


def _masked_softmax(
    Q: Tensor, K: Tensor, V: Tensor, *, later: int = 0, hidden: float = -math.inf, scale: float | None = None
) -> Tensor:
    raw = Q @ K.mT / (scale or root(Q))
    return raw.masked_fill(~_seen(Q, K, later), hidden).softmax(-1) @ V


def _strictly_causal_softmax(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    return _masked_softmax(Q, K, V, later=-1).nan_to_num(0.0)


def _window_of_two(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    return softmax_attention(Q, K, V, mask=_seen(Q, K) & _seen(Q, K, -2).logical_not())


CAUSAL_SOFTMAX: tuple[Fellow, ...] = (
    _causal_softmax(
        "not_causal",
        FAULT,
        "your output equals attention without a mask: position i may only see positions j ≤ i",
        softmax_attention,
    ),
    _causal_softmax(
        "sees_only_earlier_nan",
        FAULT,
        "position i of your output sees only j < i, so the first row is NaN: it must see itself too (j ≤ i)",
        lambda Q, K, V: _masked_softmax(Q, K, V, later=-1),
    ),
    _causal_softmax(
        "sees_only_earlier_zero",
        FAULT,
        "position i of your output sees only j < i, and the first row is 0: it must see itself too (j ≤ i)",
        _strictly_causal_softmax,
    ),
    _causal_softmax(
        "sees_only_earlier_but_first",
        FAULT,
        "position i of your output sees only j < i, the first position alone sees itself: all must (j ≤ i)",
        lambda Q, K, V: torch.cat([V[:1], _masked_softmax(Q, K, V, later=-1)[1:]]),
    ),
    _causal_softmax(
        "sees_only_earlier_uniform",
        FAULT,
        "position i of your output sees only j < i, and the first row averages all of V: i must see itself (j ≤ i)",
        lambda Q, K, V: _masked_softmax(Q, K, V, later=-1, hidden=-1e9),
    ),
    _causal_softmax(
        "sees_next",
        FAULT,
        "position i of your output sees j ≤ i + 1: the mask is shifted by one, and the next token leaks in",
        lambda Q, K, V: _masked_softmax(Q, K, V, later=1),
    ),
    _causal_softmax(
        "inverted_mask",
        FAULT,
        "position i of your output sees j ≥ i: the mask is inverted (triu instead of tril, or True meant hidden)",
        lambda Q, K, V: softmax_attention(Q, K, V, mask=_seen(Q, K).mT),
    ),
    _causal_softmax(
        "sees_only_later",
        FAULT,
        "position i of your output sees only j > i: the mask hides what it should show",
        lambda Q, K, V: softmax_attention(Q, K, V, mask=~_seen(Q, K)),
    ),
    _causal_softmax(
        "masked_after_softmax",
        FAULT,
        "your output masks the weights after the softmax: the rows no longer sum to 1",
        lambda Q, K, V: (scores(Q, K).softmax(-1) * _seen(Q, K)) @ V,
    ),
    _causal_softmax(
        "masked_with_zero",
        FAULT,
        "your output sets masked scores to 0 before the softmax: exp(0) = 1, so later keys keep weight; use −inf",
        lambda Q, K, V: _masked_softmax(Q, K, V, hidden=0.0),
    ),
    _causal_softmax(
        "masked_with_minus_one",
        FAULT,
        "your output sets masked scores to −1 before the softmax, so later keys keep weight; use −inf",
        lambda Q, K, V: _masked_softmax(Q, K, V, hidden=-1.0),
    ),
    _causal_softmax(
        "mask_added_as_one",
        FAULT,
        "your output adds the 0/1 mask to the scores: add −inf where a key is hidden",
        lambda Q, K, V: (scores(Q, K) + _seen(Q, K).to(Q)).softmax(-1) @ V,
    ),
    _causal_softmax(
        "masked_without_exponential",
        FAULT,
        "your output equals the masked scores times V: the softmax is missing",
        lambda Q, K, V: scores(Q, K).tril() @ V,
    ),
    _causal_softmax(
        "no_normaliser",
        FAULT,
        "your output equals the masked exp(QKᵀ/√D) times V: the division by each row's sum is missing",
        lambda Q, K, V: scores(Q, K).exp().tril() @ V,
    ),
    _causal_softmax(
        "no_scale",
        FAULT,
        "your output equals the reference without the division by √D",
        lambda Q, K, V: _masked_softmax(Q, K, V, scale=1.0),
    ),
    _causal_softmax(
        "scale_d",
        FAULT,
        "your output equals the reference with D for √D in the scale",
        lambda Q, K, V: _masked_softmax(Q, K, V, scale=float(Q.shape[-1])),
    ),
    _causal_softmax(
        "wrong_axis",
        FAULT,
        "your output equals the reference with the softmax over the queries (dim=0); it goes over the keys (dim=−1)",
        lambda Q, K, V: scores(Q, K).masked_fill(~_seen(Q, K), -math.inf).softmax(-2) @ V,
    ),
    _causal_softmax(
        "only_itself",
        FAULT,
        "your output equals V: each position sees itself alone, and must see all positions j ≤ i",
        lambda Q, K, V: V.clone(),
    ),
    _causal_softmax(
        "uniform_mean",
        FAULT,
        "row i of your output is the mean of V over j ≤ i: the scores have no effect on the weights",
        lambda Q, K, V: normalised(_seen(Q, K).to(V)) @ V,
    ),
    _causal_softmax(
        "window_of_two",
        FAULT,
        "position i of your output sees i − 1 and i alone: it must see all positions j ≤ i",
        _window_of_two,
    ),
    _causal_softmax(
        "swapped_queries_and_keys",
        FAULT,
        "your output equals the reference with Q and K swapped",
        lambda Q, K, V: causal_softmax_attention(K, Q, V),
    ),
    _causal_softmax(
        "transposed_weights",
        FAULT,
        "your output equals the transposed causal weights times V",
        lambda Q, K, V: scores(Q, K).masked_fill(~_seen(Q, K), -math.inf).softmax(-1).mT @ V,
    ),
    _causal_softmax(
        "returns_weights",
        FAULT,
        "you return the causal attention weights: multiply them by V",
        lambda Q, K, V: scores(Q, K).masked_fill(~_seen(Q, K), -math.inf).softmax(-1),
    ),
    _causal_softmax(
        "transposed_output",
        FAULT,
        "your output is the transpose of the reference: one row for each query is expected, (N, M)",
        lambda Q, K, V: causal_softmax_attention(Q, K, V).mT,
    ),
    _causal_softmax(
        "masked_with_minus_1e9",
        EQUIVALENT,
        "masked scores are set to −10⁹",
        lambda Q, K, V: _masked_softmax(Q, K, V, hidden=-1e9),
        reason="exp(−10⁹) is exactly 0 in every float type, and each position sees at least itself",
    ),
    _causal_softmax(
        "renormalised_after_mask",
        EQUIVALENT,
        "weights are masked after the softmax and divided by their new row sums",
        lambda Q, K, V: normalised(scores(Q, K).softmax(-1) * _seen(Q, K)) @ V,
        reason="the first normaliser cancels in the second",
    ),
)
