"""Right answers as students really write them: none may lose a point, under several seeds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special
import torch
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.neighbors import KNeighborsClassifier
from torch.nn import functional

from grader.draw import seed_of
from grader.judge import judge
from grader.model import Ended, Execution, Finding, Item
from grader.plain_student import PlainStudent
from grader.references import InProcess
from grader.rubric import Rubric
from reference import attention, features, triplet


def _softmax_scipy(Q: Any, K: Any, V: Any) -> Any:
    return scipy.special.softmax(Q.numpy() @ K.numpy().T / math.sqrt(Q.shape[1]), axis=1) @ V.numpy()


def _softmax_in_place(Q: Any, K: Any, V: Any) -> Any:
    Q /= Q.shape[1] ** 0.5
    scores = Q @ K.T
    scores -= scores.max(1, keepdim=True).values
    scores.exp_()
    scores /= scores.sum(1, keepdim=True)
    return scores @ V


def _softmax_vmap(Q: Any, K: Any, V: Any) -> Any:
    return torch.vmap(lambda q: torch.softmax(K @ q / Q.shape[1] ** 0.5, 0) @ V)(Q)


def _softmax_logsumexp(Q: Any, K: Any, V: Any) -> Any:
    scores = torch.einsum("id,jd->ij", Q, K) * Q.shape[-1] ** -0.5
    return torch.exp(scores - torch.logsumexp(scores, -1, keepdim=True)) @ V


class _Module(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.gain = torch.nn.Parameter(torch.ones(()))

    def forward(self, Q: Any, K: Any, V: Any) -> Any:
        return self.gain * functional.scaled_dot_product_attention(Q, K, V)


def _polynomial_all_pairs(X: Any) -> Any:
    ones = torch.ones(len(X), 1, dtype=X.dtype)
    extended = torch.cat([X, ones], 1)
    return torch.einsum("ni,nj->nij", extended, extended).reshape(len(X), -1)


def _polynomial_loops(X: Any) -> Any:
    rows = []
    for x in X.tolist():
        row = [1.0, *[math.sqrt(2) * a for a in x], *[a * a for a in x]]
        row += [math.sqrt(2) * x[i] * x[j] for i in range(len(x)) for j in range(i)]
        rows.append(row)
    return rows


def _kernelized_by_sums(phi_Q: Any, phi_K: Any, V: Any) -> Any:
    S = sum(torch.outer(k, v) for k, v in zip(phi_K, V, strict=True))
    Z = sum(phi_K[j] for j in range(len(phi_K)))
    return torch.stack([(q @ S) / (q @ Z) for q in phi_Q])


def _kernelized_numpy(phi_Q: Any, phi_K: Any, V: Any) -> Any:
    q, k, v = np.asarray(phi_Q), np.asarray(phi_K), np.asarray(V)
    return (q @ (k.T @ v)) / (q @ k.sum(0))[:, None]


def _kernelized_epsilon(phi_Q: Any, phi_K: Any, V: Any) -> Any:
    return (phi_Q @ (phi_K.T @ V)) / (phi_Q @ phi_K.sum(0, keepdim=True).T + 1e-6)


def _rbf(Q: Any, K: Any, sigma2: float) -> Any:
    return rbf_kernel(Q.numpy(), K.numpy(), gamma=1 / (2 * sigma2))


def _factors_columns(Q: Any, K: Any) -> Any:
    s2 = math.sqrt(Q.shape[1])
    a = torch.exp((Q**2).sum(1, keepdim=True) / (2 * s2)) * 3
    b = torch.exp((K**2).sum(1) / (2 * s2))[None] / 3
    return a, torch.exp(-(torch.cdist(Q, K) ** 2) / (2 * s2)), b


def _factors_list(Q: Any, K: Any) -> Any:
    return list(attention.gaussian_factors(Q, K))


def _projections_numpy(d_random: int, D: int, sigma2: float, generator: Any = None) -> Any:
    return np.random.default_rng().normal(scale=1 / np.sqrt(sigma2), size=(d_random, D))


def _projections_law(d_random: int, D: int, sigma2: float, generator: Any = None) -> Any:
    law = torch.distributions.MultivariateNormal(torch.zeros(D), torch.eye(D) / sigma2)
    return law.sample((d_random,))


def _features_interleaved(X: Any, W: Any) -> Any:
    angles = X @ W.T
    return torch.stack([angles.cos(), angles.sin()], -1).flatten(1) / len(W) ** 0.5


def _rfa_log_space(Q: Any, K: Any, V: Any, W: Any) -> Any:
    weights = torch.softmax((K**2).sum(1) / (2 * Q.shape[1] ** 0.5), 0)
    phi_q, phi_k = _features_interleaved(Q, W), _features_interleaved(K, W) * weights[:, None]
    return (phi_q @ (phi_k.T @ V)) / (phi_q @ phi_k.sum(0))[:, None]


def _causal_masked(Q: Any, K: Any, V: Any) -> Any:
    scores = (Q @ K.T / Q.shape[1] ** 0.5).masked_fill(torch.triu(torch.ones(len(Q), len(K)), 1).bool(), -1e9)
    return scores.softmax(-1) @ V


def _causal_renormalised(Q: Any, K: Any, V: Any) -> Any:
    A = torch.tril(torch.softmax(Q @ K.T / Q.shape[1] ** 0.5, 1))
    return A / A.sum(1, keepdim=True) @ V


def _causal_rows(Q: Any, K: Any, V: Any) -> Any:
    return torch.cat([_softmax_logsumexp(Q[i : i + 1], K[: i + 1], V[: i + 1]) for i in range(len(Q))])


def _linear_cumsum(phi_Q: Any, phi_K: Any, V: Any) -> Any:
    S = torch.cumsum(phi_K[:, :, None] * V[:, None, :], 0)
    Z = torch.cumsum(phi_K, 0)
    return torch.einsum("nc,ncm->nm", phi_Q, S) / (phi_Q * Z).sum(1, keepdim=True).clamp_min(1e-9)


def _linear_masked(phi_Q: Any, phi_K: Any, V: Any) -> Any:
    A = np.tril(phi_Q.numpy() @ phi_K.numpy().T)
    return A @ V.numpy() / A.sum(1, keepdims=True)


def _distances_clamped(E: Any) -> Any:
    gram = E @ E.T
    squares = gram.diagonal()
    return (squares[:, None] + squares[None] - 2 * gram).clamp_min(0).fill_diagonal_(0)


def _loss_library(anchor: Any, positive: Any, negative: Any, margin: float = 0.2) -> Any:
    apart = (anchor - positive).pow(2).sum(-1) - (anchor - negative).pow(2).sum(-1) + margin
    return functional.relu(apart).mean().item()


def _valid_floats(labels: Any) -> Any:
    y = labels.float()
    same = (y[:, None] == y[None]).float()
    different = 1 - torch.eye(len(y))
    return (same * different)[:, :, None] * (1 - same)[:, None, :]


def _semi_hard_loops(E: Any, labels: Any, margin: float) -> Any:
    d = ((E[:, None] - E[None]) ** 2).sum(-1)
    n = len(E)
    mask = np.zeros((n, n, n), dtype=np.uint8)
    for i in range(n):
        for j in range(n):
            for k in range(n):
                if i != j and labels[i] == labels[j] != labels[k] and d[i, j] < d[i, k] < d[i, j] + margin:
                    mask[i, j, k] = 1
    return mask


def _batch_all_loops(E: Any, labels: Any, margin: float) -> Any:
    d = torch.cdist(E, E) ** 2
    losses = [
        float(d[i, j] - d[i, k] + margin)
        for i in range(len(E))
        for j in range(len(E))
        for k in range(len(E))
        if i != j and labels[i] == labels[j] and labels[i] != labels[k]
    ]
    positive = [one for one in losses if one > 0]
    return (sum(positive) / len(positive) if positive else 0.0), (
        len(positive) / len(losses) if losses else 0
    )


def _batch_hard_tensor(E: Any, labels: Any, margin: float) -> Any:
    return triplet.batch_hard_triplet_loss(E.clone().requires_grad_(True), labels, margin).reshape(1, 1)


def _knn_sklearn(train_features: Any, train_labels: Any, test_features: Any, k: int = 30) -> Any:
    model = KNeighborsClassifier(k).fit(train_features.numpy(), train_labels.numpy())
    return model.predict(test_features.numpy())


def _knn_counter(train_features: Any, train_labels: Any, test_features: Any, k: int = 30) -> Any:
    found = []
    for x in test_features:
        nearest = ((train_features - x) ** 2).sum(1).sqrt().argsort()[:k]
        found.append(Counter(train_labels[nearest].tolist()).most_common(1)[0][0])
    return found


def _depth_backwards(layer_predictions: Any) -> Any:
    depths = []
    for column in np.asarray(layer_predictions).T:
        depth = len(column) - 1
        while depth and column[depth - 1] == column[-1]:
            depth -= 1
        depths.append(depth)
    return depths


def _depth_cumprod(layer_predictions: Any) -> Any:
    same = (layer_predictions == layer_predictions[-1:]).long().flip(0).cumprod(0).flip(0)
    return same.argmax(0)


RIGHT: dict[str, tuple[str, Callable[..., Any]]] = {
    "softmax-scipy": ("attention.softmax", _softmax_scipy),
    "softmax-in-place": ("attention.softmax", _softmax_in_place),
    "softmax-vmap": ("attention.softmax", _softmax_vmap),
    "softmax-logsumexp": ("attention.softmax", _softmax_logsumexp),
    "softmax-module": ("attention.softmax", _Module()),
    "polynomial-all-pairs": ("attention.polynomial_features", _polynomial_all_pairs),
    "polynomial-loops": ("attention.polynomial_features", _polynomial_loops),
    "kernelized-sums": ("attention.kernelized", _kernelized_by_sums),
    "kernelized-numpy": ("attention.kernelized", _kernelized_numpy),
    "kernelized-epsilon": ("attention.kernelized", _kernelized_epsilon),
    "kernelized-sums-cost": ("attention.kernelized_cost", _kernelized_by_sums),
    "kernelized-numpy-cost": ("attention.kernelized_cost", _kernelized_numpy),
    "gaussian-sklearn": ("attention.gaussian_kernel", _rbf),
    "factors-columns": ("attention.gaussian_factors", _factors_columns),
    "factors-list": ("attention.gaussian_factors", _factors_list),
    "projections-numpy": ("attention.projections", _projections_numpy),
    "projections-law": ("attention.projections", _projections_law),
    "features-interleaved": ("attention.random_features", _features_interleaved),
    "rfa-log-space": ("attention.random_feature_attention", _rfa_log_space),
    "rfa-log-space-stable": ("attention.stability", _rfa_log_space),
    "causal-masked": ("attention.causal_softmax", _causal_masked),
    "causal-renormalised": ("attention.causal_softmax", _causal_renormalised),
    "causal-rows": ("attention.causal_softmax", _causal_rows),
    "linear-cumsum": ("attention.causal_linear", _linear_cumsum),
    "linear-masked": ("attention.causal_linear", _linear_masked),
    "distances-clamped": ("triplet.distances", _distances_clamped),
    "distances-cdist": ("triplet.distances", lambda E: torch.cdist(E, E).square()),
    "loss-library": ("triplet.loss", _loss_library),
    "valid-floats": ("triplet.valid", _valid_floats),
    "semi-hard-loops": ("triplet.semi_hard", _semi_hard_loops),
    "batch-all-loops": ("triplet.batch_all", _batch_all_loops),
    "batch-hard-tensor": ("triplet.batch_hard", _batch_hard_tensor),
    "knn-sklearn": ("difficulty.knn", _knn_sklearn),
    "knn-counter": ("difficulty.knn", _knn_counter),
    "depth-backwards": ("difficulty.depth", _depth_backwards),
    "depth-cumprod": ("difficulty.depth", _depth_cumprod),
    "histogram-bincount": (
        "difficulty.histogram_function",
        lambda depths, num_layers: torch.bincount(depths, minlength=num_layers),
    ),
    "histogram-numpy": (
        "difficulty.histogram_function",
        lambda depths, num_layers: np.histogram(depths.numpy(), bins=np.arange(num_layers + 1) - 0.5)[0],
    ),
}


@pytest.mark.parametrize(("name", "function"), RIGHT.values(), ids=RIGHT.keys())
def test_nothing_is_lost(
    homework: Rubric, references: InProcess, name: str, function: Callable[..., Any]
) -> None:
    items = {item.id: item for item in homework.items}
    item = items[name]
    student = PlainStudent({str(item.function): function})
    for number in range(5):
        seed = seed_of("odd", str(number))
        finding = _judged(item, items, homework, references, student, seed)
        assert finding.earned == item.points, finding.says


def _judged(
    item: Item,
    items: dict[str, Item],
    rubric: Rubric,
    references: InProcess,
    student: PlainStudent,
    seed: str,
) -> Finding:
    earlier = {one: _judged(items[one], items, rubric, references, student, seed) for one in item.requires}
    execution = Execution(item.notebook, Ended.FINISHED)
    return judge(item, rubric, student, execution, references, seed, earlier)


def test_the_feature_maps_of_the_table_are_not_the_references_own() -> None:
    X = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    assert _polynomial_all_pairs(X).shape != features.polynomial_features(X).shape
