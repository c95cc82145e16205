"""Known faults, conventions and equivalents of kernelized attention, plain and causal.

Each fellow has the signature of its reference. `says` speaks to the student, about the output that was seen.
"""

# ruff: noqa: ARG005 - a fellow has its reference's whole signature, whether it uses an argument or not

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from reference.attention import (
    causal_linear_attention,
    causal_linear_attention_by_recursion,
    causal_softmax_attention,
    kernelized_attention,
    softmax_attention,
)
from reference.fellows import Fellow, Kind
from reference.pieces import normalised, root

FAULT, EQUIVALENT = Kind.FAULT, Kind.EQUIVALENT

_kernelized = partial(Fellow, "attention.kernelized_attention")
_causal_linear = partial(Fellow, "attention.causal_linear_attention")


def _with_epsilon(epsilon: float, phi_Q: Tensor, phi_K: Tensor, V: Tensor) -> Tensor:
    return (phi_Q @ (phi_K.mT @ V)) / (phi_Q @ phi_K.sum(-2).unsqueeze(-1) + epsilon)


def _epsilon_on_vector(phi_Q: Tensor, phi_K: Tensor, V: Tensor) -> Tensor:
    return (phi_Q @ (phi_K.mT @ V)) / (phi_Q @ (phi_K.sum(-2) + 0.1).unsqueeze(-1))


def _numerator(phi_Q: Tensor, phi_K: Tensor, V: Tensor) -> Tensor:
    return phi_Q @ (phi_K.mT @ V)


def _column_of_ones(phi_Q: Tensor, phi_K: Tensor, V: Tensor) -> Tensor:
    both = _numerator(phi_Q, phi_K, torch.cat([V, torch.ones_like(V[..., :1])], dim=-1))
    return both[..., :-1] / both[..., -1:]


def _by_rows(phi_Q: Tensor, phi_K: Tensor, V: Tensor) -> Tensor:
    weights = [(phi_K * phi_q).sum(-1, keepdim=True) for phi_q in phi_Q]
    return torch.stack([(weight * V).sum(0) / weight.sum() for weight in weights])


def _by_pairs_in_numpy(phi_Q: Tensor, phi_K: Tensor, V: Tensor) -> Tensor:
    queries, keys, values = (X.detach().numpy() for X in (phi_Q, phi_K, V))
    rows = []
    for query in queries:
        total, weighted = 0.0, 0.0 * values[0]
        for key, value in zip(keys, values, strict=True):
            weight = float(query @ key)
            total += weight
            weighted = weighted + weight * value
        rows.append(torch.from_numpy(weighted / total))
    return torch.stack(rows).to(V.dtype)


def _by_blocks(phi_Q: Tensor, phi_K: Tensor, V: Tensor) -> Tensor:
    return torch.cat([normalised(block @ phi_K.mT) @ V for block in torch.split(phi_Q, 16)])


def _totals_for_each_query(phi_Q: Tensor, phi_K: Tensor, V: Tensor) -> Tensor:
    return torch.stack([(phi_q @ (phi_K.mT @ V)) / (phi_q @ phi_K.sum(0)) for phi_q in phi_Q])


KERNELIZED: tuple[Fellow, ...] = (
    _kernelized(
        "no_denominator",
        FAULT,
        "your output equals the numerator φ(Q)(φ(K)ᵀV): the division by φ(Q)(φ(K)ᵀ1) is missing",
        _numerator,
    ),
    _kernelized(
        "divided_by_keys",
        FAULT,
        "your output equals the numerator divided by the number of keys: divide by φ(Q)(φ(K)ᵀ1)",
        lambda phi_Q, phi_K, V: _numerator(phi_Q, phi_K, V) / phi_K.shape[-2],
    ),
    _kernelized(
        "divided_by_queries",
        FAULT,
        "your output equals the numerator divided by the number of queries: divide by φ(Q)(φ(K)ᵀ1)",
        lambda phi_Q, phi_K, V: _numerator(phi_Q, phi_K, V) / phi_Q.shape[-2],
    ),
    _kernelized(
        "divided_twice",
        FAULT,
        "your output is the reference divided by the number of keys: the denominator has normalised already",
        lambda phi_Q, phi_K, V: kernelized_attention(phi_Q, phi_K, V) / phi_K.shape[-2],
    ),
    _kernelized(
        "denominator_squared",
        FAULT,
        "your output is the reference divided by φ(Q)(φ(K)ᵀ1) once more",
        lambda phi_Q, phi_K, V: kernelized_attention(phi_Q, phi_K, V) / (phi_Q @ phi_K.sum(-2).unsqueeze(-1)),
    ),
    _kernelized(
        "denominator_from_queries",
        FAULT,
        "your denominator is φ(Q)·Σφ(q): the sum goes over the keys, φ(Q)·Σφ(k)",
        lambda phi_Q, phi_K, V: _numerator(phi_Q, phi_K, V) / (phi_Q @ phi_Q.sum(-2).unsqueeze(-1)),
    ),
    _kernelized(
        "denominator_features_of_query",
        FAULT,
        "your denominator is the sum of each query's features: it must be φ(q)·Σφ(k)",
        lambda phi_Q, phi_K, V: _numerator(phi_Q, phi_K, V) / phi_Q.sum(-1, keepdim=True),
    ),
    _kernelized(
        "denominator_all_features_of_keys",
        FAULT,
        "your denominator is the sum of all entries of φ(K), the same for every query: it must be φ(q)·Σφ(k)",
        lambda phi_Q, phi_K, V: _numerator(phi_Q, phi_K, V) / phi_K.sum((-2, -1), keepdim=True),
    ),
    _kernelized(
        "denominator_product_of_sums",
        FAULT,
        "your denominator is Σφ(q)_c · Σφ(k)_c', a product of two sums: it must be the inner product φ(q)·Σφ(k)",
        lambda phi_Q, phi_K, V: (
            _numerator(phi_Q, phi_K, V) / (phi_Q.sum(-1, keepdim=True) * phi_K.sum((-2, -1), keepdim=True))
        ),
    ),
    _kernelized(
        "normalised_over_queries",
        FAULT,
        "your weights are normalised over the queries (each key's column sums to 1): normalise over the keys",
        lambda phi_Q, phi_K, V: (phi_Q @ phi_K.mT / (phi_Q @ phi_K.mT).sum(-2, keepdim=True)) @ V,
    ),
    _kernelized(
        "normalised_over_everything",
        FAULT,
        "your denominator is the sum over all queries and keys: each query has a denominator of its own",
        lambda phi_Q, phi_K, V: _numerator(phi_Q, phi_K, V) / (phi_Q @ phi_K.mT).sum((-2, -1), keepdim=True),
    ),
    _kernelized(
        "normalised_by_length",
        FAULT,
        "your weights have Euclidean length 1 in each row: they must sum to 1",
        lambda phi_Q, phi_K, V: functional.normalize(phi_Q @ phi_K.mT, dim=-1) @ V,
    ),
    _kernelized(
        "denominator_is_mean",
        FAULT,
        "your denominator is φ(q) times the mean of φ(k): it must be φ(q) times the sum",
        lambda phi_Q, phi_K, V: _numerator(phi_Q, phi_K, V) / (phi_Q @ phi_K.mean(-2).unsqueeze(-1)),
    ),
    _kernelized(
        "sums_apart",
        FAULT,
        "your numerator is (φ(q)·Σφ(k)) Σv, summed apart, so every row is ΣV: sum the products φ(k) vᵀ",
        lambda phi_Q, phi_K, V: V.sum(-2, keepdim=True).expand(*phi_Q.shape[:-1], V.shape[-1]),
    ),
    _kernelized(
        "uniform_mean",
        FAULT,
        "each row of your output is the mean of V: the features have no effect on the weights",
        lambda phi_Q, phi_K, V: V.mean(-2, keepdim=True).expand(*phi_Q.shape[:-1], V.shape[-1]),
    ),
    _kernelized(
        "softmax_of_similarities",
        FAULT,
        "your output equals softmax(φ(Q)φ(K)ᵀ) V: the inner products are the weights themselves, without exp",
        lambda phi_Q, phi_K, V: (phi_Q @ phi_K.mT).softmax(-1) @ V,
    ),
    _kernelized(
        "scaled_softmax_of_similarities",
        FAULT,
        "your output equals softmax(φ(Q)φ(K)ᵀ/√C) V: the inner products are the weights themselves, without exp",
        softmax_attention,
    ),
    _kernelized(
        "softmax_of_features",
        FAULT,
        "your output applies a softmax to the features first: they come ready, use them as they are",
        lambda phi_Q, phi_K, V: kernelized_attention(phi_Q.softmax(-1), phi_K.softmax(-1), V),
    ),
    _kernelized(
        "softmax_of_key_features",
        FAULT,
        "your output equals softmax(φ(Q), features) (softmax(φ(K), positions)ᵀ V), which is another method",
        lambda phi_Q, phi_K, V: phi_Q.softmax(-1) @ (phi_K.softmax(-2).mT @ V),
    ),
    _kernelized(
        "elu_of_features",
        FAULT,
        "your output applies elu + 1 to the features first: they come ready, use them as they are",
        lambda phi_Q, phi_K, V: kernelized_attention(functional.elu(phi_Q) + 1, functional.elu(phi_K) + 1, V),
    ),
    _kernelized(
        "features_squared",
        FAULT,
        "your output equals the reference with squared inner products (φ(q)·φ(k))²",
        lambda phi_Q, phi_K, V: normalised((phi_Q @ phi_K.mT) ** 2) @ V,
    ),
    _kernelized(
        "exponential_of_features",
        FAULT,
        "your output applies exp to the features first: they come ready, use them as they are",
        lambda phi_Q, phi_K, V: kernelized_attention(phi_Q.exp(), phi_K.exp(), V),
    ),
    _kernelized(
        "features_clamped",
        FAULT,
        "your output sets negative features to 0: features may be negative, only the denominators matter",
        lambda phi_Q, phi_K, V: kernelized_attention(phi_Q.clamp(min=0), phi_K.clamp(min=0), V),
    ),
    _kernelized(
        "absolute_features",
        FAULT,
        "your output takes the absolute value of the features: features may be negative",
        lambda phi_Q, phi_K, V: kernelized_attention(phi_Q.abs(), phi_K.abs(), V),
    ),
    _kernelized(
        "similarities_clamped",
        FAULT,
        "your output sets negative similarities φ(q)·φ(k) to 0: keep their sign",
        lambda phi_Q, phi_K, V: normalised((phi_Q @ phi_K.mT).clamp(min=0)) @ V,
    ),
    _kernelized(
        "output_clamped",
        FAULT,
        "your output is the reference with its negative entries set to 0: V may be negative, and so may the output",
        lambda phi_Q, phi_K, V: kernelized_attention(phi_Q, phi_K, V).clamp(min=0),
    ),
    _kernelized(
        "only_first_keys",
        FAULT,
        "your output uses only as many keys as there are queries: sum over all keys",
        lambda phi_Q, phi_K, V: kernelized_attention(
            phi_Q, phi_K[..., : phi_Q.shape[-2], :], V[..., : phi_Q.shape[-2], :]
        ),
    ),
    _kernelized(
        "causal",
        FAULT,
        "your output equals causal attention: here every query sees every key",
        lambda phi_Q, phi_K, V: normalised((phi_Q @ phi_K.mT).tril()) @ V,
    ),
    _kernelized(
        "values_normalised",
        FAULT,
        "your output equals the reference with the columns of V divided by their sums",
        lambda phi_Q, phi_K, V: kernelized_attention(phi_Q, phi_K, V / V.sum(-2, keepdim=True)),
    ),
    _kernelized(
        "transposed_output",
        FAULT,
        "your output is the transpose of the reference: one row for each query is expected, (N, M)",
        lambda phi_Q, phi_K, V: kernelized_attention(phi_Q, phi_K, V).mT,
    ),
    _kernelized(
        "returns_weights",
        FAULT,
        "you return the normalised weights: multiply them by V",
        lambda phi_Q, phi_K, V: normalised(phi_Q @ phi_K.mT),
    ),
    _kernelized(
        "returns_both_parts",
        FAULT,
        "you return the pair (numerator, denominator): divide one by the other",
        lambda phi_Q, phi_K, V: (_numerator(phi_Q, phi_K, V), phi_Q @ phi_K.sum(-2).unsqueeze(-1)),
    ),
    *(
        _kernelized(
            f"epsilon_{epsilon:g}",
            FAULT,
            f"your denominators are {epsilon:g} too large: leave the added constant out, or make it 1e-8 at most",
            partial(_with_epsilon, epsilon),
        )
        for epsilon in (1.0, 0.1, 0.01)
    ),
    _kernelized(
        "epsilon_0.1_on_vector",
        FAULT,
        "your output adds 0.1 to each entry of Σφ(k): leave the added constant out",
        _epsilon_on_vector,
    ),
    _kernelized(
        "forms_matrix",
        FAULT,
        "your values are right, but φ(Q)φ(K)ᵀ is an N×N matrix: compute φ(K)ᵀV first, and the work grows with N alone",
        lambda phi_Q, phi_K, V: normalised(phi_Q @ phi_K.mT) @ V,
        aspect="cost",
    ),
    _kernelized(
        "forms_matrix_for_denominator",
        FAULT,
        "your values are right, but the denominator sums an N×N matrix φ(Q)φ(K)ᵀ: multiply φ(Q) by the sum of φ(K)",
        lambda phi_Q, phi_K, V: _numerator(phi_Q, phi_K, V) / (phi_Q @ phi_K.mT).sum(-1, keepdim=True),
        aspect="cost",
    ),
    _kernelized(
        "three_dimensional",
        FAULT,
        "your values are right, but you form an array over all queries, keys and features: compute φ(K)ᵀV first",
        lambda phi_Q, phi_K, V: normalised((phi_Q[..., :, None, :] * phi_K[..., None, :, :]).sum(-1)) @ V,
        aspect="cost",
    ),
    _kernelized(
        "row_loop",
        FAULT,
        "your values are right, but each query goes through all keys again, N² work: compute φ(K)ᵀV once, before",
        _by_rows,
        aspect="cost",
    ),
    _kernelized(
        "row_loop_with_totals",
        FAULT,
        "your values are right, but φ(K)ᵀV is computed anew for every query, N² work: compute it once, before",
        _totals_for_each_query,
        aspect="cost",
    ),
    _kernelized(
        "numpy_pairs",
        FAULT,
        "your values are right, but two nested loops go through all pairs of query and key: compute φ(K)ᵀV first",
        _by_pairs_in_numpy,
        aspect="cost",
    ),
    _kernelized(
        "blocks_of_queries",
        FAULT,
        "your values are right, but each block of queries meets all keys, N² work in all: compute φ(K)ᵀV first",
        _by_blocks,
        aspect="cost",
    ),
    _kernelized(
        "features_rescaled",
        EQUIVALENT,
        "the features carry a constant factor",
        lambda phi_Q, phi_K, V: kernelized_attention(3 * phi_Q, phi_K / 7, V),
        reason="a constant factor of the features stands in the numerator and the denominator",
    ),
    _kernelized(
        "column_of_ones",
        EQUIVALENT,
        "the denominator is the attention of a column of ones beside V",
        _column_of_ones,
        reason="φ(K)ᵀ1 is one more column of φ(K)ᵀV",
    ),
    _kernelized(
        "epsilon_1e-12",
        EQUIVALENT,
        "10⁻¹² is added to the denominators",
        partial(_with_epsilon, 1e-12),
        reason="below the rounding of any denominator that is not nearly 0",
    ),
)


def _prefix_sums(phi_K: Tensor, V: Tensor) -> tuple[Tensor, Tensor]:
    return (phi_K[..., :, :, None] * V[..., :, None, :]).cumsum(-3), phi_K.cumsum(-2)


def _read(phi_Q: Tensor, S: Tensor, Z: Tensor) -> Tensor:
    return (phi_Q[..., :, None, :] @ S)[..., 0, :] / (phi_Q * Z).sum(-1, keepdim=True)


def _shifted(sums: Tensor, axis: int) -> Tensor:
    return torch.cat([torch.zeros_like(sums.narrow(axis, 0, 1)), sums], axis).narrow(
        axis, 0, sums.shape[axis]
    )


def _exclusive(phi_Q: Tensor, phi_K: Tensor, V: Tensor, *, S_too: bool, Z_too: bool) -> Tensor:
    S, Z = _prefix_sums(phi_K, V)
    return _read(phi_Q, _shifted(S, -3) if S_too else S, _shifted(Z, -2) if Z_too else Z)


def _first_row_zero(phi_Q: Tensor, phi_K: Tensor, V: Tensor) -> Tensor:
    return _exclusive(phi_Q, phi_K, V, S_too=True, Z_too=True).nan_to_num(0.0)


def _totals(phi_Q: Tensor, phi_K: Tensor, V: Tensor, *, S_too: bool) -> Tensor:
    S, Z = _prefix_sums(phi_K, V)
    return _read(phi_Q, S[..., -1:, :, :], Z) if S_too else _read(phi_Q, S, Z[..., -1:, :])


def _reversed_sums(phi_Q: Tensor, phi_K: Tensor, V: Tensor) -> Tensor:
    return normalised((phi_Q @ phi_K.mT).triu()) @ V


def _numerator_of_sums(phi_Q: Tensor, phi_K: Tensor, V: Tensor) -> Tensor:
    return (phi_Q @ phi_K.mT).tril() @ V


def _states(phi_K: Tensor, V: Tensor) -> Tensor:
    return (phi_K[..., :, :, None] * V[..., :, None, :]).cumsum(-3)


def _decayed(phi_Q: Tensor, phi_K: Tensor, V: Tensor) -> Tensor:
    positions = torch.arange(phi_Q.shape[-2])
    age = (positions[:, None] - positions[None, :]).clamp(min=0)
    return normalised((phi_Q @ phi_K.mT).tril() * 0.9 ** age.to(phi_Q)) @ V


def _positions(phi_Q: Tensor) -> Tensor:
    return torch.arange(1, phi_Q.shape[-2] + 1).to(phi_Q).unsqueeze(-1)


CAUSAL_LINEAR: tuple[Fellow, ...] = (
    _causal_linear(
        "not_causal",
        FAULT,
        "your output equals kernelized attention over all positions: position i may only see positions j ≤ i",
        kernelized_attention,
    ),
    _causal_linear(
        "sees_only_earlier_nan",
        FAULT,
        "your S and Z are read before token i is added (only j < i), so the first row is NaN: add φ(k_i) first",
        lambda phi_Q, phi_K, V: _exclusive(phi_Q, phi_K, V, S_too=True, Z_too=True),
    ),
    _causal_linear(
        "sees_only_earlier_zero",
        FAULT,
        "your S and Z are read before token i is added (only j < i), and the first row is 0: add φ(k_i) first",
        _first_row_zero,
    ),
    _causal_linear(
        "s_only_earlier",
        FAULT,
        "your S is read before token i is added, but Z after: both must include token i",
        lambda phi_Q, phi_K, V: _exclusive(phi_Q, phi_K, V, S_too=True, Z_too=False),
    ),
    _causal_linear(
        "z_only_earlier",
        FAULT,
        "your Z is read before token i is added, but S after: both must include token i",
        lambda phi_Q, phi_K, V: _exclusive(phi_Q, phi_K, V, S_too=False, Z_too=True),
    ),
    _causal_linear(
        "sees_next",
        FAULT,
        "position i of your output sees j ≤ i + 1: the sums run one token ahead",
        lambda phi_Q, phi_K, V: normalised((phi_Q @ phi_K.mT).tril(1)) @ V,
    ),
    _causal_linear(
        "total_z",
        FAULT,
        "your denominators sum over all keys (Z is the total, or the mask came after the division): only the last row "
        "is right, Z must stop at position i like S",
        lambda phi_Q, phi_K, V: _totals(phi_Q, phi_K, V, S_too=False),
    ),
    _causal_linear(
        "total_s",
        FAULT,
        "your S is the sum over all keys: only the last row is right, S must stop at position i like Z",
        lambda phi_Q, phi_K, V: _totals(phi_Q, phi_K, V, S_too=True),
    ),
    _causal_linear(
        "z_summed_over_features",
        FAULT,
        "your Z is a cumulative sum along the features: it must run along the positions",
        lambda phi_Q, phi_K, V: _read(phi_Q, _states(phi_K, V), phi_K.cumsum(-1)),
    ),
    _causal_linear(
        "s_not_summed",
        FAULT,
        "your S is φ(k_i) v_iᵀ of the current token alone: add it to the sum of the earlier ones",
        lambda phi_Q, phi_K, V: (
            (phi_Q * phi_K).sum(-1, keepdim=True) * V / (phi_Q * phi_K.cumsum(-2)).sum(-1, keepdim=True)
        ),
    ),
    _causal_linear(
        "only_itself",
        FAULT,
        "your output equals V: each position sees itself alone; S and Z must sum along the positions, not the features",
        lambda phi_Q, phi_K, V: V.clone(),
    ),
    _causal_linear(
        "reversed_sums",
        FAULT,
        "position i of your output sees j ≥ i: the cumulative sum runs from the end",
        _reversed_sums,
    ),
    _causal_linear(
        "z_from_queries",
        FAULT,
        "your Z sums φ(q): it must sum φ(k)",
        lambda phi_Q, phi_K, V: _read(phi_Q, _states(phi_K, V), phi_Q.cumsum(-2)),
    ),
    _causal_linear(
        "s_from_queries",
        FAULT,
        "your S sums φ(q) vᵀ: it must sum φ(k) vᵀ",
        lambda phi_Q, phi_K, V: _read(phi_Q, _states(phi_Q, V), phi_K.cumsum(-2)),
    ),
    _causal_linear(
        "z_summed_twice",
        FAULT,
        "your Z is a cumulative sum of a cumulative sum: sum φ(k) once",
        lambda phi_Q, phi_K, V: _read(phi_Q, _states(phi_K, V), phi_K.cumsum(-2).cumsum(-2)),
    ),
    _causal_linear(
        "states_start_at_one",
        FAULT,
        "your Z starts from ones: both sums start from zero",
        lambda phi_Q, phi_K, V: _read(phi_Q, _states(phi_K, V), 1 + phi_K.cumsum(-2)),
    ),
    _causal_linear(
        "summed_over_features",
        FAULT,
        "your S is a cumulative sum over the features: sum over the positions (dim 0)",
        lambda phi_Q, phi_K, V: _read(
            phi_Q, (phi_K.unsqueeze(-1) * V.unsqueeze(-2)).cumsum(-2), phi_K.cumsum(-2)
        ),
    ),
    _causal_linear(
        "swapped_queries_and_keys",
        FAULT,
        "your output equals the reference with φ(Q) and φ(K) swapped",
        lambda phi_Q, phi_K, V: causal_linear_attention(phi_K, phi_Q, V),
    ),
    _causal_linear(
        "no_denominator",
        FAULT,
        "your output equals φ(q_i)ᵀS_i: the division by φ(q_i)ᵀZ_i is missing",
        _numerator_of_sums,
    ),
    _causal_linear(
        "divided_by_position",
        FAULT,
        "your output equals φ(q_i)ᵀS_i divided by the number of positions so far: divide by φ(q_i)ᵀZ_i",
        lambda phi_Q, phi_K, V: _numerator_of_sums(phi_Q, phi_K, V) / _positions(phi_Q),
    ),
    _causal_linear(
        "divided_by_n",
        FAULT,
        "your output equals φ(q_i)ᵀS_i divided by N: divide by φ(q_i)ᵀZ_i",
        lambda phi_Q, phi_K, V: _numerator_of_sums(phi_Q, phi_K, V) / phi_Q.shape[-2],
    ),
    _causal_linear(
        "denominator_sum_of_z",
        FAULT,
        "your denominator is the sum of the entries of Z_i: it must be φ(q_i)ᵀZ_i",
        lambda phi_Q, phi_K, V: _numerator_of_sums(phi_Q, phi_K, V) / phi_K.cumsum(-2).sum(-1, keepdim=True),
    ),
    _causal_linear(
        "denominator_own_key",
        FAULT,
        "your denominator is φ(q_i)·φ(k_i), the current key alone: it must be φ(q_i)ᵀZ_i, the sum so far",
        lambda phi_Q, phi_K, V: _numerator_of_sums(phi_Q, phi_K, V) / (phi_Q * phi_K).sum(-1, keepdim=True),
    ),
    _causal_linear(
        "values_summed_too",
        FAULT,
        "your V is summed over the positions before it enters S: S adds φ(k_i) v_iᵀ with the token's own v_i",
        lambda phi_Q, phi_K, V: causal_linear_attention(phi_Q, phi_K, V.cumsum(-2)),
    ),
    _causal_linear(
        "decayed_state",
        FAULT,
        "your state shrinks by 0.9 at each token: S and Z are plain sums",
        _decayed,
    ),
    _causal_linear(
        "uniform_mean",
        FAULT,
        "row i of your output is the mean of V over j ≤ i: the features have no effect on the weights",
        lambda phi_Q, phi_K, V: V.cumsum(-2) / _positions(phi_Q),
    ),
    _causal_linear(
        "elu_of_features",
        FAULT,
        "your output applies elu + 1 to the features first: they come ready, use them as they are",
        lambda phi_Q, phi_K, V: causal_linear_attention(
            functional.elu(phi_Q) + 1, functional.elu(phi_K) + 1, V
        ),
    ),
    _causal_linear(
        "softmax_of_similarities",
        FAULT,
        "your output equals the causal softmax of φ(Q)φ(K)ᵀ: the inner products are the weights, without exp",
        lambda phi_Q, phi_K, V: causal_softmax_attention(root(phi_Q) * phi_Q, phi_K, V),
    ),
    _causal_linear(
        "epsilon_0.01",
        FAULT,
        "your denominators are 0.01 too large: leave the added constant out, or make it 1e-8 at most",
        lambda phi_Q, phi_K, V: (
            _numerator_of_sums(phi_Q, phi_K, V) / ((phi_Q @ phi_K.mT).tril().sum(-1, keepdim=True) + 0.01)
        ),
    ),
    _causal_linear(
        "transposed_output",
        FAULT,
        "your output is the transpose of the reference: one row for each query is expected, (N, M)",
        lambda phi_Q, phi_K, V: causal_linear_attention(phi_Q, phi_K, V).mT,
    ),
    _causal_linear(
        "last_row_only",
        FAULT,
        "you return the output of the last position alone: collect the output of every position",
        lambda phi_Q, phi_K, V: causal_linear_attention(phi_Q, phi_K, V)[..., -1, :],
    ),
    _causal_linear(
        "returns_states",
        FAULT,
        "you return the sums S_i: multiply them by φ(q_i) and divide by φ(q_i)ᵀZ_i",
        lambda phi_Q, phi_K, V: _states(phi_K, V),
    ),
    _causal_linear(
        "token_loop",
        EQUIVALENT,
        "S and Z are updated token by token",
        causal_linear_attention_by_recursion,
        reason="the same sums in another order",
    ),
    _causal_linear(
        "masked_matrix",
        EQUIVALENT,
        "the N×N similarities are masked, then normalised",
        lambda phi_Q, phi_K, V: normalised((phi_Q @ phi_K.mT).tril()) @ V,
        reason="the item asks for values only, and the masked sums are the prefix sums",
    ),
)
