"""Our nearest neighbours, distances and random features beside scikit-learn's."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from sklearn.kernel_approximation import PolynomialCountSketch, RBFSampler
from sklearn.metrics.pairwise import euclidean_distances, polynomial_kernel, rbf_kernel
from sklearn.neighbors import KNeighborsClassifier

from reference import features, triplet
from reference.attention import gaussian_kernel
from reference.neighbours import knn_admissible, knn_predictions

torch.set_num_threads(1)


def rows(seed: int, count: int, width: int) -> torch.Tensor:
    return torch.randn(count, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("algorithm", ["brute", "kd_tree", "ball_tree"])
@pytest.mark.parametrize("k", [1, 4, 30])
def test_votes_of_any_algorithm_are_admissible(algorithm: str, k: int) -> None:
    train, test = rows(0, 300, 6), rows(1, 120, 6)
    labels = torch.randint(0, 5, (300,), generator=torch.Generator().manual_seed(2))
    theirs = KNeighborsClassifier(k, algorithm=algorithm).fit(train.numpy(), labels.numpy())
    predictions = torch.from_numpy(theirs.predict(test.numpy()))
    assert knn_admissible(train, labels, test, k).admit(predictions).all()
    # No distances tie here, and at a tied vote both take the smallest label.
    assert torch.equal(knn_predictions(train, labels, test, k), predictions)


@pytest.mark.parametrize("seed", range(6))
def test_votes_among_tied_distances_are_admissible(seed: int) -> None:
    train, test = (2 * rows(seed, 80, 2)).round(), (2 * rows(seed + 50, 60, 2)).round()
    labels = torch.randint(0, 3, (80,), generator=torch.Generator().manual_seed(seed))
    votes = knn_admissible(train, labels, test, 5)
    assert votes.ambiguous.any()
    for algorithm in ("brute", "kd_tree"):
        theirs = KNeighborsClassifier(5, algorithm=algorithm).fit(train.numpy(), labels.numpy())
        assert votes.admit(torch.from_numpy(theirs.predict(test.numpy()))).all()


def test_squared_distances() -> None:
    E = rows(3, 40, 7)
    theirs = torch.from_numpy(euclidean_distances(E.numpy(), squared=True))
    torch.testing.assert_close(triplet.squared_distances(E), theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("sigma2", [0.5, 1.0, 3.0])
def test_the_gaussian_kernel_is_theirs_with_gamma_of_one_over_two_sigma_squared(sigma2: float) -> None:
    Q, K = rows(4, 20, 5), rows(5, 30, 5)
    theirs = torch.from_numpy(rbf_kernel(Q.numpy(), K.numpy(), gamma=1 / (2 * sigma2)))
    torch.testing.assert_close(gaussian_kernel(Q, K, sigma2), theirs)


@pytest.mark.parametrize("sigma2", [0.5, 1.0, 3.0])
def test_random_features_of_their_directions_approximate_the_same_kernel(sigma2: float) -> None:
    X = rows(6, 25, 5)
    sampler = RBFSampler(gamma=1 / (2 * sigma2), n_components=20_000, random_state=0).fit(X.numpy())
    W = torch.from_numpy(sampler.random_weights_.T)
    # Their directions are N(0, I/σ²), as ours.
    assert float(W.std()) * math.sqrt(sigma2) == pytest.approx(1, abs=0.02)
    assert float(features.sample_projections(4000, 5, sigma2).std()) * math.sqrt(sigma2) == pytest.approx(
        1, abs=0.04
    )
    kernel = gaussian_kernel(X, X, sigma2)
    phi = features.random_features(X, W)
    theirs = torch.from_numpy(sampler.transform(X.numpy()))
    mine, other = ((one @ one.T - kernel).abs() for one in (phi, theirs))
    # Six standard deviations of a mean of 20,000 terms within ±1 and ±2.
    assert mine.max() < 6 / math.sqrt(20_000)
    assert other.max() < 12 / math.sqrt(20_000)
    # Sine and cosine together leave no error on the diagonal; one cosine with a phase does.
    assert mine.diagonal().max() < 1e-12
    assert other.diagonal().max() > 1e-4


def test_polynomial_features_have_their_kernel() -> None:
    Q, K = rows(7, 10, 4), rows(8, 12, 4)
    theirs = polynomial_kernel(Q.numpy(), K.numpy(), degree=2, gamma=1, coef0=1)
    ours = features.polynomial_features(Q) @ features.polynomial_features(K).T
    torch.testing.assert_close(ours, torch.from_numpy(theirs))
    # Their sketch of it is right on average only.
    sketch = PolynomialCountSketch(degree=2, gamma=1, coef0=1, n_components=500, random_state=0).fit(
        Q.numpy()
    )
    approximate = sketch.transform(Q.numpy()) @ sketch.transform(K.numpy()).T
    assert np.corrcoef(approximate.ravel(), theirs.ravel())[0, 1] > 0.9
