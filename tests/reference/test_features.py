"""The feature maps: their kernels, their definitions, their precision."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.kernel_approximation import RBFSampler
from torch import Tensor

from reference.features import (
    elu_features,
    polynomial_features,
    polynomial_features_by_definition,
    positive_features,
    random_features,
    random_features_by_definition,
    sample_projections,
)

torch.set_num_threads(1)


def normal(seed: int, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@settings(deadline=None, max_examples=40)
@given(D=st.integers(1, 9), seed=st.integers(0, 10**6))
def test_polynomial_inner_products_are_the_quadratic_kernel(D: int, seed: int) -> None:
    Q, K = normal(seed, 5, D), normal(seed + 1, 7, D)
    expected = (Q @ K.mT + 1) ** 2
    for phi in (polynomial_features, polynomial_features_by_definition):
        torch.testing.assert_close(phi(Q) @ phi(K).mT, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("D", range(1, 12))
def test_polynomial_features_stay_within_the_width_that_is_asked_for(D: int) -> None:
    X = normal(0, 2, D)
    assert polynomial_features(X).shape == (2, (D + 1) * (D + 2) // 2)
    assert polynomial_features_by_definition(X).shape == (2, (D + 1) ** 2)


def test_polynomial_features_of_one_row_are_these() -> None:
    expected = torch.tensor(
        [1, 2 * math.sqrt(2), -3 * math.sqrt(2), 4, -6 * math.sqrt(2), 9], dtype=torch.float64
    )
    got = polynomial_features(torch.tensor([[2.0, -3.0]], dtype=torch.float64))[0]
    torch.testing.assert_close(got, expected, rtol=1e-15, atol=0)


@settings(deadline=None, max_examples=60)
@given(st.floats(-700, 700))
def test_elu_features_are_positive_and_as_defined(x: float) -> None:
    got = elu_features(torch.tensor([x], dtype=torch.float64)).item()
    assert got > 0
    assert got == pytest.approx(x + 1 if x > 0 else math.exp(x), rel=1e-14)


def test_elu_features_stay_positive_in_float32_where_the_library_rounds_to_zero() -> None:
    x = torch.tensor([-20.0, -50.0])
    assert (torch.nn.functional.elu(x) + 1 == 0).all()
    assert (elu_features(x) > 0).all()


def test_elu_gradient_is_finite_for_large_inputs() -> None:
    x = torch.tensor([-800.0, 0.5, 800.0], requires_grad=True)
    (gradient,) = torch.autograd.grad(elu_features(x).sum(), x)
    assert gradient.tolist() == [0.0, 1.0, 1.0]


@settings(deadline=None, max_examples=30)
@given(D=st.integers(1, 6), R=st.integers(1, 8), seed=st.integers(0, 10**6))
def test_random_features_match_their_definition_and_have_length_one(D: int, R: int, seed: int) -> None:
    X, W = 3 * normal(seed, 4, D), normal(seed + 1, R, D)
    phi = random_features(X, W)
    assert phi.shape == (4, 2 * R)
    torch.testing.assert_close(phi, random_features_by_definition(X, W), rtol=1e-11, atol=1e-12)
    torch.testing.assert_close(phi.square().sum(-1), torch.ones(4, dtype=torch.float64))


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**6))
def test_random_features_depend_on_differences_only(seed: int) -> None:
    Q, K, W, shift = (
        normal(seed, 3, 4),
        normal(seed + 1, 5, 4),
        normal(seed + 2, 6, 4),
        normal(seed + 3, 1, 4),
    )
    here = random_features(Q, W) @ random_features(K, W).mT
    there = random_features(Q + shift, W) @ random_features(K + shift, W).mT
    torch.testing.assert_close(here, there, rtol=0, atol=1e-12)


def test_random_features_agree_with_scikit_learn() -> None:
    X, W = normal(0, 6, 3), normal(1, 5, 3)
    # scikit-learn writes √(2/F)·cos(xW + b); with b = 0 and b = −π/2 these are our cosines and sines.
    sampler = RBFSampler(gamma=1.0, n_components=10, random_state=0).fit(np.zeros((1, 3)))
    sampler.random_weights_ = np.concatenate([W.numpy(), W.numpy()]).T
    sampler.random_offset_ = np.repeat([-math.pi / 2, 0.0], 5)
    np.testing.assert_allclose(
        sampler.transform(X.numpy()), random_features(X, W).numpy(), rtol=0, atol=1e-12
    )


@pytest.mark.parametrize("sigma2", [0.7, 2.0])
def test_random_features_estimate_the_gaussian_kernel(sigma2: float) -> None:
    Q, K = normal(0, 4, 3), normal(1, 4, 3)
    R = 40_000
    W = sample_projections(R, 3, sigma2, torch.Generator().manual_seed(2)).double()
    kernel = (-(torch.cdist(Q, K) ** 2) / (2 * sigma2)).exp()
    estimate = random_features(Q, W) @ random_features(K, W).mT
    # Each pair's standard deviation is (1 − k²)/√(2R); five of them over 16 pairs.
    deviation = (1 - kernel**2) / math.sqrt(2 * R)
    assert ((estimate - kernel).abs() < 5 * deviation + 1e-12).all()


def test_positive_features_estimate_the_softmax_kernel() -> None:
    Q, K = 0.4 * normal(0, 4, 4), 0.4 * normal(1, 4, 4)
    sigma2 = 2.0
    R = 200_000
    W = sample_projections(R, 4, sigma2, torch.Generator().manual_seed(2)).double()
    kernel = (Q @ K.mT / sigma2).exp()
    estimate = positive_features(Q, W, sigma2) @ positive_features(K, W, sigma2).mT
    length = (Q[:, None] + K[None, :]).square().sum(-1)
    deviation = kernel * ((length / sigma2).exp() - 1).sqrt() / math.sqrt(R)
    assert ((estimate - kernel).abs() < 6 * deviation).all()
    assert (positive_features(Q, W, sigma2) > 0).all()


def test_projections_have_the_right_scale_and_are_fresh() -> None:
    torch.manual_seed(0)
    first, second = (sample_projections(2000, 3, 4.0) for _ in range(2))
    assert first.shape == (2000, 3)
    assert not torch.equal(first, second)
    # The relative deviation of a variance from 6000 normals is √(2/6000) = 0.018.
    assert first.square().mean().item() == pytest.approx(1 / 4.0, rel=0.1)
    assert abs(first.mean().item()) < 0.05


def test_a_generator_fixes_the_projections() -> None:
    draws = [sample_projections(4, 3, 2.0, generator=torch.Generator().manual_seed(7)) for _ in range(2)]
    assert torch.equal(*draws)


@pytest.mark.parametrize(
    "phi",
    [
        polynomial_features,
        elu_features,
        lambda X: random_features(X, normal(9, 5, 3).to(X)),
        lambda X: positive_features(X, normal(9, 5, 3).to(X), 1.5),
    ],
    ids=["polynomial", "elu", "random", "positive"],
)
class TestEveryMap:
    def test_float32_is_near_float64(self, phi: Callable[[Tensor], Tensor]) -> None:
        X = normal(3, 20, 3)
        got, expected = phi(X.float()), phi(X)
        assert got.dtype == torch.float32
        assert expected.dtype == torch.float64
        # Sixteen roundings of the largest feature.
        assert (got - expected).abs().max() < 16 * 6e-8 * expected.abs().max()

    def test_heads_are_mapped_one_by_one(self, phi: Callable[[Tensor], Tensor]) -> None:
        X = normal(4, 2, 3, 6, 3)
        torch.testing.assert_close(phi(X)[1, 2], phi(X[1, 2]))

    def test_gradients(self, phi: Callable[[Tensor], Tensor]) -> None:
        X = normal(5, 3, 3).requires_grad_()
        assert torch.autograd.gradcheck(phi, (X,))
