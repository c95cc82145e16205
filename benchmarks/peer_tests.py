# ruff: noqa: S101 - assertions are how the other graders' tests speak
"""The tests of the attention items as a teacher writes them for nbgrader and Otter.

Every function takes the notebook's global names and raises where the student's function is wrong. `translate.py`
copies this file's text into the other graders' formats. Expected values are formed here in float64 by numpy, on inputs
with a fixed seed. Two items have no test: the derivation is text, and counting operations is nothing that a test in
the student's own process can do.
"""

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import torch

Names = Mapping[str, Any]
SEEDS = range(6)


def numbers(value: Any) -> Any:
    """Tensors, arrays and lists of either as a float64 array."""
    if isinstance(value, torch.Tensor):
        return value.detach().double().numpy()
    if isinstance(value, (list, tuple)):
        return np.array([numbers(one) for one in value])
    return np.asarray(value, dtype=np.float64)


def assert_close(got: Any, expected: Any, relative: float = 1e-4) -> None:
    """Equal shapes, and no entry off by more than this share of the largest."""
    got = numbers(got)
    assert got.shape == expected.shape, f"the shape is {got.shape}, not {expected.shape}"
    assert np.abs(got - expected).max() <= relative * np.abs(expected).max(), "the values differ"


def drawn(seed: int, *shapes: tuple[int, int], positive: bool = False) -> list[Any]:
    """Arrays of float32 values, given as float64 so that what is expected can be formed exactly."""
    rng = np.random.default_rng(1000 + seed)
    arrays = [
        rng.uniform(0.1, 2.0, size=shape)
        if positive
        else rng.normal(size=shape) * rng.uniform(0.4, 1.5, size=(shape[0], 1))
        for shape in shapes
    ]
    return [one.astype(np.float32).astype(np.float64) for one in arrays]


def tensor(array: Any, seed: int = 0) -> torch.Tensor:
    """One seed in six asks in float64, the others in float32."""
    return torch.tensor(array, dtype=torch.float64 if seed % 6 == 3 else torch.float32)


def sizes(seed: int) -> tuple[int, int, int]:
    """N, D and M, all different."""
    return ((6, 3, 4), (11, 4, 2), (2, 5, 3), (9, 1, 4), (5, 16, 3), (14, 2, 6))[seed]


def rows_normalised(weights: Any, values: Any) -> Any:
    """The weighted means of the values."""
    return weights @ values / weights.sum(axis=1, keepdims=True)


def kernel(q: Any, k: Any, variance: float) -> Any:
    """The Gaussian kernel of all pairs."""
    return np.exp(-((q[:, None] - k[None]) ** 2).sum(-1) / (2 * variance))


def softmax(names: Names) -> None:
    """softmax(QKᵀ/√D) V."""
    for seed in SEEDS:
        n, d, m = sizes(seed)
        q, k, v = drawn(seed, (n, d), (n, d), (n, m))
        got = names["softmax_attention"](*(tensor(one, seed) for one in (q, k, v)))
        assert_close(got, rows_normalised(np.exp(q @ k.T / np.sqrt(d)), v))


def polynomial_features(names: Names) -> None:
    """Inner products (q·k + 1)², and no more than (D + 1)² columns."""
    for seed, d in zip(SEEDS, (3, 1, 2, 6, 4, 5), strict=True):
        q, k = drawn(seed, (5, d), (8, d))
        phi_q, phi_k = (numbers(names["polynomial_features"](tensor(one, seed))) for one in (q, k))
        assert phi_q.shape[1] <= (d + 1) ** 2
        assert_close(phi_q @ phi_k.T, (q @ k.T + 1) ** 2)


def kernelized(names: Names) -> None:
    """φ(Q)(φ(K)ᵀV) / φ(Q)(φ(K)ᵀ1)."""
    shapes = ((5, 8, 3, 4), (7, 7, 6, 2), (1, 9, 4, 3), (9, 4, 2, 5), (3, 12, 5, 1), (6, 1, 4, 3))
    for seed, (queries, keys, width, m) in zip(SEEDS, shapes, strict=True):
        q, k = drawn(seed, (queries, width), (keys, width), positive=True)
        (v,) = drawn(seed + 50, (keys, m))
        q = q * (0.05 if seed == 4 else 1.0)
        got = names["kernelized_attention"](*(tensor(one, seed) for one in (q, k, v)))
        assert_close(got, rows_normalised(numbers(tensor(q, seed)) @ k.T, v))


def gaussian_kernel(names: Names) -> None:
    """exp(−‖q − k‖²/(2σ²))."""
    for seed, variance in zip(SEEDS, (0.6, 1.0, 1.7, 2.5, 3.1, 4.0), strict=True):
        n, d, _ = sizes(seed)
        q, k = drawn(seed, (n, d), (n, d))
        got = names["gaussian_kernel"](tensor(q, seed), tensor(k, seed), variance)
        assert_close(got, kernel(q, k, variance))


def gaussian_factors(names: Names) -> None:
    """aᵢ Gᵢⱼ bⱼ = exp(qᵢ·kⱼ/√D), with the kernel of σ² = √D."""
    for seed in SEEDS:
        n, d, _ = sizes(seed)
        q, k = drawn(seed, (n, d), (n, d))
        a, g, b = (numbers(one) for one in names["gaussian_factors"](tensor(q, seed), tensor(k, seed)))
        assert_close(a.reshape(n, 1) * g * b.reshape(1, n), np.exp(q @ k.T / np.sqrt(d)), 1e-3)
        assert_close(g, kernel(q, k, np.sqrt(d)))


def projections(names: Names) -> None:
    """Rows from N(0, I/σ²), fresh at each call: mean, variance and repetition, with room for chance."""
    for rows, d, variance in ((48, 4, 0.5), (32, 9, 3.0), (64, 2, 1.7)):
        calls = [numbers(names["sample_projections"](rows, d, variance)) for _ in range(16)]
        sample = np.stack(calls) * np.sqrt(variance)
        assert sample.shape == (16, rows, d)
        assert not any((one == other).all() for one, other in pairwise(calls)), "two calls gave the same"
        # Six standard errors of the mean and of the variance.
        assert abs(sample.mean()) < 6 / np.sqrt(sample.size)
        assert abs(sample.var() - 1) < 6 * np.sqrt(2 / sample.size)


def random_features(names: Names) -> None:
    """√(1/R)·[sin XWᵀ, cos XWᵀ], columns in any order."""
    shapes = ((5, 3, 4), (4, 6, 8), (7, 1, 5), (6, 2, 3), (3, 8, 6), (8, 4, 7))
    for seed, (n, d, r) in zip(SEEDS, shapes, strict=True):
        x, w = drawn(seed, (n, d), (r, d))
        got = numbers(names["random_features"](tensor(x, seed), tensor(w, seed)))
        expected = np.concatenate([np.sin(x @ w.T), np.cos(x @ w.T)], axis=1) / np.sqrt(r)
        assert got.shape == expected.shape
        assert_close(got[:, np.argsort(got[0])], expected[:, np.argsort(expected[0])])


def weighted_similarities(q: Any, k: Any, w: Any) -> tuple[Any, Any]:
    """The similarities of random-feature attention up to a factor per query, and how little of them cancels."""
    exponent = (k**2).sum(axis=1) / (2 * np.sqrt(q.shape[1]))
    similarities = np.cos((q[:, None] - k[None]) @ w.T).mean(axis=2) * np.exp(exponent - exponent.max())
    return similarities, np.abs(similarities.sum(axis=1)) / np.abs(similarities).sum(axis=1)


def random_feature_case(seed: int, norms: tuple[float, float] | None = None) -> tuple[Any, ...]:
    """Queries whose denominators do not nearly cancel, keys of these norms, values, and projections."""
    n, d, m, r = ((7, 4, 3, 32), (9, 2, 4, 24), (12, 6, 2, 48), (6, 1, 3, 24), (10, 3, 5, 40), (8, 5, 4, 64))[
        seed
    ]
    q, k, v, w = drawn(seed + 70, (40 * n, d), (n, d), (n, m), (r, d))
    if norms is not None:
        k = (
            k / np.linalg.norm(k, axis=1, keepdims=True) * np.linspace(norms[0], norms[1], n)[:, None]
        ).astype(np.float32)
        k = k.astype(np.float64)
    q = q[weighted_similarities(q, k, w)[1] > 0.4][:n]
    return q, k, v, w, rows_normalised(weighted_similarities(q, k, w)[0], v)


def random_feature_attention(names: Names) -> None:
    """The kernelized attention of exp(‖x‖²/(2σ²)) φ(x)."""
    for seed in SEEDS:
        *inputs, expected = random_feature_case(seed)
        got = names["random_feature_attention"](*(tensor(one, seed) for one in inputs))
        assert_close(got, expected, 1e-3)


def stability(names: Names) -> None:
    """Finite, and right to 1 %, when key norms reach 60."""
    random_feature_attention(names)
    for seed in SEEDS:
        *inputs, expected = random_feature_case(seed, norms=(55, 60))
        got = names["random_feature_attention"](*(tensor(one) for one in inputs))
        assert_close(got, expected, 1e-2)


def causal_softmax(names: Names) -> None:
    """Position i sees j ≤ i only."""
    for seed in SEEDS:
        n, d, m = sizes(seed)
        q, k, v = drawn(seed, (n, d), (n, d), (n, m))
        got = names["causal_softmax_attention"](*(tensor(one, seed) for one in (q, k, v)))
        assert_close(got, rows_normalised(np.tril(np.exp(q @ k.T / np.sqrt(d))), v))


def causal_linear(names: Names) -> None:
    """The prefix sums."""
    shapes = ((6, 3, 4), (11, 5, 2), (1, 4, 3), (9, 2, 5), (40, 6, 3), (4, 7, 1))
    for seed, (n, width, m) in zip(SEEDS, shapes, strict=True):
        q, k = drawn(seed, (n, width), (n, width), positive=True)
        (v,) = drawn(seed + 50, (n, m))
        got = names["causal_linear_attention"](*(tensor(one, seed) for one in (q, k, v)))
        assert_close(got, rows_normalised(np.tril(q @ k.T), v))


def formula(text: str) -> Callable[..., float]:
    """A cost such as "O(N²·(D + M))" or "2NRD" as a function of N, D, M and R."""
    text = text.replace("D_random", "R").replace("²", "^2").replace("**", "^").replace("·", "*")
    text = re.sub(r"^\s*[OΘ]\s*\((.*)\)\s*$", r"\1", text)
    written = ""
    for token in re.findall(r"max|\d+|[NDMR()+*^,]|\S", text):
        if not re.fullmatch(r"max|\d+|[NDMR()+*^,]", token):
            raise ValueError(f"{token!r} belongs to no cost")
        if re.match(r"[\w(]", token) and re.search(r"[\w)]$", written) and not written.endswith("max"):
            written += "*"
        written += {"^": "**"}.get(token, token)
    # The text holds numbers, four letters, `max` and arithmetic: it was taken apart above.
    value: Callable[..., float] = eval(f"lambda N, D, M, R: {written}", {"max": max})  # noqa: S307
    return value


COSTS = {
    "softmax": "N^2 (D + M)",
    "polynomial": "N D^2 M",
    "random_features": "N R (D + M)",
    "causal_random_features": "N R (D + M)",
    "random_features_exact": "2 N R D + 4 N R M + 4 N R",
}


def cost(names: Names, key: str) -> None:
    """One formula: the exact count is equal everywhere, a growth class up to a constant however sizes grow."""
    claimed, right = formula(names["costs"][key]), formula(COSTS[key])
    if key == "random_features_exact":
        assert all(claimed(*point) == right(*point) for point in ((5, 2, 3, 4), (7, 11, 3, 2), (2, 3, 5, 9)))
        return
    points = [[10 ** (3 + 3 * (letter == place)) for place in range(4)] for letter in range(5)]
    ratios = [claimed(*point) / right(*point) for point in points]
    assert max(ratios) < 10 * min(ratios)
