"""The attention functions: their definitions, their laws, other people's implementations, their precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import rbf_kernel
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from torch.utils._python_dispatch import TorchDispatchMode

from reference.attention import (
    causal_linear_attention,
    causal_linear_attention_by_definition,
    causal_linear_attention_by_recursion,
    causal_random_feature_attention,
    causal_softmax_attention,
    causal_softmax_attention_by_definition,
    gaussian_factors,
    gaussian_kernel,
    gaussian_kernel_by_definition,
    kernelized_attention,
    kernelized_attention_by_definition,
    random_feature_attention,
    random_feature_attention_by_definition,
    softmax_attention,
    softmax_attention_by_definition,
)
from reference.features import elu_features, random_features

torch.set_num_threads(1)

Function = Callable[..., Any]
PRECISE = {"rtol": 1e-10, "atol": 1e-12}


def normal(seed: int, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def softmax_inputs(seed: int, N: int, S: int, D: int, M: int) -> tuple[Tensor, ...]:
    return 1.3 * normal(seed, N, D), 1.3 * normal(seed + 1, S, D), normal(seed + 2, S, M)


def feature_inputs(seed: int, N: int, S: int, C: int, M: int) -> tuple[Tensor, ...]:
    Q, K, V = softmax_inputs(seed, N, S, C, M)
    return elu_features(Q), elu_features(K), V


def projected_inputs(seed: int, N: int, S: int, D: int, M: int) -> tuple[Tensor, ...]:
    # Small phases keep every similarity positive, so no denominator is near 0.
    Q, K, V = softmax_inputs(seed, N, S, D, M)
    return 0.5 * Q, 0.5 * K, V, 0.2 * normal(seed + 3, 6, D)


sizes = st.tuples(st.integers(1, 9), st.integers(1, 5), st.integers(1, 4))
seeds = st.integers(0, 10**6)

# Functions of (…, queries, keys, values) that allow any number of keys, with inputs and definition.
ANY_LENGTHS: dict[str, tuple[Function, Function, Function]] = {
    "softmax": (softmax_attention, softmax_attention_by_definition, softmax_inputs),
    "kernelized": (kernelized_attention, kernelized_attention_by_definition, feature_inputs),
    "random_feature": (random_feature_attention, random_feature_attention_by_definition, projected_inputs),
}


def causal_random_features_by_definition(Q: Tensor, K: Tensor, V: Tensor, W: Tensor) -> Tensor:
    rows = [
        random_feature_attention_by_definition(Q[i : i + 1], K[: i + 1], V[: i + 1], W)[0]
        for i in range(len(Q))
    ]
    return torch.stack(rows)


CAUSAL: dict[str, tuple[Function, Function, Function]] = {
    "causal_softmax": (causal_softmax_attention, causal_softmax_attention_by_definition, softmax_inputs),
    "causal_linear": (causal_linear_attention, causal_linear_attention_by_definition, feature_inputs),
    "causal_recursion": (
        causal_linear_attention_by_recursion,
        causal_linear_attention_by_definition,
        feature_inputs,
    ),
    "causal_random_feature": (
        causal_random_feature_attention,
        causal_random_features_by_definition,
        projected_inputs,
    ),
}
EVERY = ANY_LENGTHS | CAUSAL


@pytest.mark.parametrize("method", ANY_LENGTHS)
@settings(deadline=None, max_examples=25)
@given(sizes, st.integers(1, 9), seeds)
def test_the_fast_form_is_the_definition(method: str, shape: tuple[int, int, int], S: int, seed: int) -> None:
    fast, definition, inputs = ANY_LENGTHS[method]
    N, D, M = shape
    arguments = inputs(seed, N, S, D, M)
    got = fast(*arguments)
    assert got.shape == (N, M)
    torch.testing.assert_close(got, definition(*arguments), **PRECISE)


@pytest.mark.parametrize("method", CAUSAL)
@settings(deadline=None, max_examples=25)
@given(sizes, seeds)
def test_the_fast_causal_form_is_the_definition(method: str, shape: tuple[int, int, int], seed: int) -> None:
    fast, definition, inputs = CAUSAL[method]
    N, D, M = shape
    arguments = inputs(seed, N, N, D, M)
    torch.testing.assert_close(fast(*arguments), definition(*arguments), **PRECISE)


@pytest.mark.parametrize("chunk", [1, 3, 10, 64])
@pytest.mark.parametrize("method", ["causal_linear", "causal_random_feature"])
def test_the_chunk_length_changes_nothing(method: str, chunk: int) -> None:
    fast, definition, inputs = CAUSAL[method]
    arguments = inputs(3, 20, 20, 4, 3)
    torch.testing.assert_close(fast(*arguments, chunk=chunk), definition(*arguments), **PRECISE)


@pytest.mark.parametrize("method", EVERY)
@settings(deadline=None, max_examples=25)
@given(sizes, seeds)
def test_rows_are_averages_with_weights_that_sum_to_one(
    method: str, shape: tuple[int, int, int], seed: int
) -> None:
    fast, _, inputs = EVERY[method]
    N, D, M = shape
    Q, K, V, *W = inputs(seed, N, N, D, M)
    torch.testing.assert_close(fast(Q, K, torch.ones_like(V), *W), torch.ones_like(V))
    if method != "random_feature" and method != "causal_random_feature":
        # Positive weights: each output lies between the least and the largest value.
        out = fast(Q, K, V, *W)
        assert (out >= V.amin(0) - 1e-12).all()
        assert (out <= V.amax(0) + 1e-12).all()


@pytest.mark.parametrize("method", EVERY)
def test_attention_is_linear_in_the_values(method: str) -> None:
    fast, _, inputs = EVERY[method]
    Q, K, V, *W = inputs(5, 8, 8, 3, 4)
    other = normal(77, 8, 4)
    together = fast(Q, K, 2 * V - other, *W)
    torch.testing.assert_close(together, 2 * fast(Q, K, V, *W) - fast(Q, K, other, *W), **PRECISE)


@pytest.mark.parametrize("method", ANY_LENGTHS)
@settings(deadline=None, max_examples=20)
@given(sizes, seeds)
def test_keys_have_no_order_and_queries_keep_theirs(
    method: str, shape: tuple[int, int, int], seed: int
) -> None:
    fast, _, inputs = ANY_LENGTHS[method]
    N, D, M = shape
    Q, K, V, *W = inputs(seed, N, N + 2, D, M)
    of_keys = torch.randperm(N + 2, generator=torch.Generator().manual_seed(seed))
    of_queries = torch.randperm(N, generator=torch.Generator().manual_seed(seed + 1))
    torch.testing.assert_close(fast(Q, K[of_keys], V[of_keys], *W), fast(Q, K, V, *W), **PRECISE)
    torch.testing.assert_close(fast(Q[of_queries], K, V, *W), fast(Q, K, V, *W)[of_queries], **PRECISE)


@pytest.mark.parametrize("method", CAUSAL)
@pytest.mark.parametrize("changed", [0, 4, 7])
def test_a_later_token_never_changes_an_earlier_output(method: str, changed: int) -> None:
    fast, _, inputs = CAUSAL[method]
    options = {"chunk": 3} if method in {"causal_linear", "causal_random_feature"} else {}
    Q, K, V, *W = inputs(6, 8, 8, 3, 2)
    before = fast(Q, K, V, *W, **options)
    for argument in (Q, K, V):
        argument[changed] += 0.5
    after = fast(Q, K, V, *W, **options)
    assert torch.equal(after[:changed], before[:changed])
    assert (after[changed:] != before[changed:]).all()


@pytest.mark.parametrize("method", CAUSAL)
def test_the_first_output_is_the_first_value_and_the_last_sees_everything(method: str) -> None:
    fast, _, inputs = CAUSAL[method]
    whole = {"causal_softmax": softmax_attention, "causal_random_feature": random_feature_attention}.get(
        method, kernelized_attention
    )
    Q, K, V, *W = inputs(8, 9, 9, 3, 2)
    out = fast(Q, K, V, *W)
    torch.testing.assert_close(out[0], V[0], **PRECISE)
    torch.testing.assert_close(out[-1], whole(Q, K, V, *W)[-1], **PRECISE)


@pytest.mark.parametrize("method", EVERY)
def test_heads_are_computed_one_by_one(method: str) -> None:
    fast, _, inputs = EVERY[method]
    heads = [inputs(10 * head, 7, 7, 4, 3) for head in range(6)]
    batched = [torch.stack(one).unflatten(0, (2, 3)) for one in zip(*heads, strict=True)]
    got = fast(*batched)
    assert got.shape == (2, 3, 7, 3)
    torch.testing.assert_close(got[1, 2], fast(*heads[5]), **PRECISE)


@pytest.mark.parametrize("method", EVERY)
def test_float32_is_near_float64(method: str) -> None:
    fast, _, inputs = EVERY[method]
    arguments = inputs(11, 40, 40, 4, 3)
    exact = fast(*arguments)
    got = fast(*(one.float() for one in arguments))
    assert got.dtype == torch.float32
    assert exact.dtype == torch.float64
    # Sums of 40 terms whose weights keep one sign: a few dozen roundings of the largest value.
    assert (got - exact).abs().max() < 40 * 6e-8 * arguments[2].abs().max()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision_goes_in_and_comes_out(dtype: torch.dtype) -> None:
    digits = torch.finfo(dtype).eps
    for fast, _, inputs in EVERY.values():
        arguments = inputs(11, 9, 9, 4, 3)
        got = fast(*(one.to(dtype) for one in arguments))
        assert got.dtype == dtype
        assert (got.double() - fast(*arguments)).abs().max() < 20 * digits
    Q, K, _ = softmax_inputs(11, 9, 9, 4, 3)
    got = gaussian_kernel(Q.to(dtype), K.to(dtype), 2.0)
    assert got.dtype == dtype
    assert (got.double() - gaussian_kernel(Q, K, 2.0)).abs().max() < 20 * digits


@pytest.mark.parametrize("method", EVERY)
def test_gradients(method: str) -> None:
    fast, _, inputs = EVERY[method]
    arguments = tuple(one.requires_grad_() for one in inputs(12, 5, 5, 3, 2))
    assert torch.autograd.gradcheck(fast, arguments)


def test_gradients_of_the_kernel_and_its_factors() -> None:
    Q, K = (normal(seed, 3, 2).requires_grad_() for seed in (1, 2))
    assert torch.autograd.gradcheck(lambda Q, K: gaussian_kernel(Q, K, 1.7), (Q, K))
    assert torch.autograd.gradcheck(gaussian_factors, (Q, K))


def test_the_kernel_has_a_gradient_of_zero_at_equal_points() -> None:
    Q = normal(1, 3, 2).requires_grad_()
    (gradient,) = torch.autograd.grad(gaussian_kernel(Q, Q.detach().clone(), 1.0).diagonal().sum(), Q)
    assert torch.equal(gradient, torch.zeros_like(gradient))


@pytest.mark.parametrize("causal", [False, True], ids=["plain", "causal"])
def test_softmax_agrees_with_the_library(causal: bool) -> None:
    Q, K, V = softmax_inputs(1, 33, 33, 8, 5)
    ours = causal_softmax_attention(Q, K, V) if causal else softmax_attention(Q, K, V)
    theirs = scaled_dot_product_attention(Q[None], K[None], V[None], is_causal=causal)[0]
    torch.testing.assert_close(ours, theirs, **PRECISE)


def test_masked_softmax_agrees_with_the_library_and_with_its_definition() -> None:
    Q, K, V = softmax_inputs(2, 6, 9, 4, 3)
    mask = torch.rand(6, 9, generator=torch.Generator().manual_seed(3)) < 0.6
    mask[:, 0] = True
    ours = softmax_attention(Q, K, V, mask=mask)
    theirs = scaled_dot_product_attention(Q[None], K[None], V[None], attn_mask=mask[None])[0]
    torch.testing.assert_close(ours, theirs, **PRECISE)
    torch.testing.assert_close(ours, softmax_attention_by_definition(Q, K, V, mask=mask), **PRECISE)


def test_a_query_that_sees_nothing_has_no_output() -> None:
    Q, K, V = softmax_inputs(2, 2, 3, 4, 3)
    mask = torch.tensor([[False] * 3, [True] * 3])
    out = softmax_attention(Q, K, V, mask=mask)
    assert out[0].isnan().all()
    torch.testing.assert_close(out[1], softmax_attention(Q, K, V)[1])


def test_hidden_keys_count_for_nothing() -> None:
    mask = torch.tensor([True, False, True, True, False])
    phi_Q, phi_K, V = feature_inputs(4, 3, 5, 4, 2)
    masked = kernelized_attention(phi_Q, phi_K, V, mask=mask)
    torch.testing.assert_close(masked, kernelized_attention(phi_Q, phi_K[mask], V[mask]), **PRECISE)
    torch.testing.assert_close(
        masked, kernelized_attention_by_definition(phi_Q, phi_K, V, mask=mask), **PRECISE
    )
    Q, K, V, W = projected_inputs(4, 3, 5, 4, 2)
    K[1] *= 40  # hidden, however large
    masked = random_feature_attention(Q, K, V, W, mask=mask)
    torch.testing.assert_close(masked, random_feature_attention(Q, K[mask], V[mask], W), **PRECISE)


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 6), st.floats(0.2, 5.0), seeds)
def test_the_kernel_agrees_with_scikit_learn_and_with_its_definition(
    D: int, sigma2: float, seed: int
) -> None:
    Q, K = normal(seed, 4, D), normal(seed + 1, 6, D)
    got = gaussian_kernel(Q, K, sigma2)
    np.testing.assert_allclose(
        got.numpy(), rbf_kernel(Q.numpy(), K.numpy(), gamma=1 / (2 * sigma2)), rtol=1e-10
    )
    torch.testing.assert_close(got, gaussian_kernel_by_definition(Q, K, sigma2), **PRECISE)


def test_the_kernel_tells_near_neighbours_apart_far_from_the_origin() -> None:
    Q = torch.tensor([[1000.0, 1000.0]])
    K = torch.tensor([[1000.5, 1000.0]])
    assert gaussian_kernel(Q, K, 1.0).item() == pytest.approx(np.exp(-0.125), rel=1e-6)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 8), seeds)
def test_the_factors_multiply_to_the_softmax_kernel(D: int, seed: int) -> None:
    Q, K = normal(seed, 4, D), normal(seed + 1, 6, D)
    a, G, b = gaussian_factors(Q, K)
    assert (a.shape, G.shape, b.shape) == ((4,), (4, 6), (6,))
    torch.testing.assert_close(a[:, None] * G * b[None, :], (Q @ K.mT / D**0.5).exp(), **PRECISE)
    assert torch.equal(G, gaussian_kernel(Q, K, D**0.5))


@settings(deadline=None, max_examples=30)
@given(sizes, seeds)
def test_kernelized_attention_equals_the_double_sum(shape: tuple[int, int, int], seed: int) -> None:
    N, C, M = shape
    phi_Q, phi_K, V = feature_inputs(seed, N, N + 3, C, M)
    weights = torch.einsum("nc,sc->ns", phi_Q, phi_K)
    expected = torch.einsum("ns,sm->nm", weights / weights.sum(1, keepdim=True), V)
    torch.testing.assert_close(kernelized_attention(phi_Q, phi_K, V), expected, **PRECISE)


def test_random_feature_attention_nears_softmax_attention_with_more_features() -> None:
    Q, K, V, _ = projected_inputs(1, 12, 12, 4, 3)
    exact = softmax_attention(Q, K, V)
    errors = [
        (random_feature_attention(Q, K, V, normal(9, R, 4) / 4**0.25) - exact).abs().mean().item()
        for R in (100, 10_000)
    ]
    # A hundred times the features: a tenth of the error, give or take a factor of 2.5.
    assert errors[1] < errors[0] / 4
    assert errors[1] < 0.02


@pytest.mark.parametrize("D", [1, 2, 3, 4])
def test_large_keys_in_float32(D: int) -> None:
    Q, direction, V, W = projected_inputs(2, 9, 9, D, 3)
    K = (
        direction
        / direction.norm(dim=1, keepdim=True)
        * torch.linspace(55, 60, 9, dtype=torch.float64).unsqueeze(1)
    )
    Q = K + 0.1 * Q  # near the keys, so that no denominator nearly cancels
    largest = K.square().sum(1) / (2 * D**0.5)
    psi_K = (largest - largest.max()).exp().unsqueeze(1) * random_features(K, W)
    expected = kernelized_attention_by_definition(random_features(Q, W), psi_K, V)
    got = random_feature_attention(*(one.float() for one in (Q, K, V, W)))
    assert got.isfinite().all()
    torch.testing.assert_close(got.double(), expected, rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize("order", ["rising", "falling"])
def test_large_keys_in_causal_form(order: str) -> None:
    Q, direction, V, W = projected_inputs(2, 30, 30, 2, 3)
    norms = torch.linspace(5, 60, 30, dtype=torch.float64)
    norms = norms if order == "rising" else norms.flip(0)
    K = direction / direction.norm(dim=1, keepdim=True) * norms.unsqueeze(1)
    Q, W = 0.1 * Q, 0.05 * W
    expected = torch.stack(
        [random_feature_attention(Q[i : i + 1], K[: i + 1], V[: i + 1], W)[0] for i in range(30)]
    )
    got = causal_random_feature_attention(*(one.float() for one in (Q, K, V, W)), chunk=7)
    torch.testing.assert_close(got.double(), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("method", ["causal_softmax", "causal_linear", "causal_random_feature"])
def test_causal_attention_refuses_different_lengths(method: str) -> None:
    fast, _, inputs = CAUSAL[method]
    with pytest.raises(ValueError, match="as many queries as keys, but there are 4 and 6"):
        fast(*inputs(0, 4, 6, 3, 2))


class Largest(TorchDispatchMode):
    """The size of the largest tensor that the running code makes, and its multiplications."""

    def __init__(self) -> None:
        super().__init__()
        self.entries = 0
        self.multiplications = 0

    def __torch_dispatch__(
        self, operation: Any, types: Any, arguments: Any = (), keywords: Any = None
    ) -> Any:
        result = operation(*arguments, **(keywords or {}))
        if isinstance(result, Tensor):
            self.entries = max(self.entries, result.numel())
            if operation.__name__.split(".")[0] in {"mm", "bmm"}:
                self.multiplications += result.numel() * arguments[0].shape[-1]
        return result


def measured(function: Function, N: int, C: int, M: int) -> Largest:
    arguments = feature_inputs(0, N, N, C, M)
    with Largest() as mode:
        function(*arguments)
    return mode


def test_causal_linear_attention_is_linear_and_small() -> None:
    C, M = 32, 24
    once, twice = (measured(causal_linear_attention, N, C, M) for N in (512, 1024))
    assert twice.multiplications == 2 * once.multiplications
    # The output, one chunk's similarities, the state: never N·C·M, never N².
    assert twice.entries == max(1024 * M, 128 * 128, C * M)


def test_the_measure_sees_what_it_must_see() -> None:
    assert measured(lambda q, k, v: (q @ k.mT).tril() @ v, 256, 8, 4).entries == 256**2
    assert measured(lambda q, k, v: (k[:, :, None] * v[:, None, :]).cumsum(0), 64, 8, 4).entries == 64 * 8 * 4
