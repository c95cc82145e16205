"""Right answers in odd styles: none may lose a point. Each row is one way in which students write it."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pytest
import scipy.spatial.distance
import scipy.special
import scipy.stats
import torch
from sklearn.metrics import pairwise
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import PolynomialFeatures
from torch import nn
from torch.nn import functional

from grader.draw import seed_of
from grader.judge import asked_again, judge
from grader.model import Ended, Execution, Finding, Verdict
from grader.plain_student import PlainStudent
from grader.questions import Questions
from grader.references import InProcess
from grader.rubric import Rubric

SEEDS = ("one", "two")


def _judged(rubric: Rubric, references: InProcess, name: str, seed: str, **student: Any) -> Finding:
    item = next(item for item in rubric.items if item.id == name)
    met = {one: Finding(one, Fraction(1), Fraction(1), Verdict.MET, True, "") for one in item.requires}
    who = PlainStudent(**student)
    questions = Questions(rubric, references, seed_of(seed))
    found = judge(item, questions, who, Execution(item.notebook, Ended.FINISHED), met)
    return asked_again(item, found, questions, who)


def _scores(Q: Any, K: Any) -> Any:
    return Q @ K.T / Q.shape[1] ** 0.5


# ---------------------------------------------------------------- attention


class Module(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.temperature = nn.Parameter(torch.ones(()))

    def forward(self, Q: Any, K: Any, V: Any) -> Any:
        return torch.softmax(_scores(Q, K) * self.temperature, -1) @ V


def _softmax_in_place(Q: Any, K: Any, V: Any) -> Any:
    Q /= math.sqrt(Q.shape[1])
    weights = (Q @ K.T).exp_()
    weights /= weights.sum(1, keepdim=True)
    return weights @ V


def _softmax_in_blocks(Q: Any, K: Any, V: Any) -> Any:
    """One pass over the keys with a running maximum, in float32."""
    highest = torch.full((len(Q), 1), -math.inf)
    total, output = torch.zeros(len(Q), 1), torch.zeros(len(Q), V.shape[1])
    for j in range(0, len(K), 2):
        scores = _scores(Q.float(), K[j : j + 2].float())
        higher = torch.maximum(highest, scores.amax(1, keepdim=True))
        weights, shrunk = (scores - higher).exp(), (highest - higher).exp()
        total = total * shrunk + weights.sum(1, keepdim=True)
        output, highest = output * shrunk + weights @ V[j : j + 2].float(), higher
    return output / total


def _log_space(Q: Any, K: Any, V: Any) -> Any:
    scores = _scores(Q, K)
    return (scores - scores.logsumexp(1, keepdim=True)).exp() @ V


def _monomials(X: Any) -> Any:
    powers = PolynomialFeatures(2).fit(X.numpy())
    factors = [
        math.sqrt(2 / np.prod([math.factorial(e) for e in row]) / math.factorial(2 - row.sum()))
        for row in powers.powers_
    ]
    return powers.transform(X.numpy()) * factors


def _outer(X: Any) -> Any:
    with_one = torch.cat([X, torch.ones(len(X), 1)], 1).double()
    return torch.einsum("ni,nj->nij", with_one, with_one).flatten(1)


def _rotated(X: Any) -> Any:
    features = _outer(X)
    noise = torch.randn(
        features.shape[1], features.shape[1], generator=torch.Generator().manual_seed(3), dtype=torch.float64
    )
    return features @ torch.linalg.qr(noise)[0]


def _kernelized(phi_Q: Any, phi_K: Any, V: Any, epsilon: float = 0.0) -> Any:
    return phi_Q @ (phi_K.T @ V) / (phi_Q @ phi_K.sum(0) + epsilon).unsqueeze(1)


def _ones_column(phi_Q: Any, phi_K: Any, V: Any) -> Any:
    both = phi_Q @ (phi_K.T @ torch.cat([V, torch.ones(len(V), 1, dtype=V.dtype)], 1))
    return both[:, :-1] / both[:, -1:]


def _norm_factor(X: Any) -> Any:
    return torch.exp((X**2).sum(1) / (2 * X.shape[1] ** 0.5))


def _gaussian(Q: Any, K: Any) -> Any:
    return torch.exp(-(torch.cdist(Q, K) ** 2) / (2 * Q.shape[1] ** 0.5))


def _split(Q: Any, K: Any, constant: float) -> Any:
    return constant * _norm_factor(Q), _gaussian(Q, K), _norm_factor(K) / constant


def _from_covariance(d_random: int, D: int, sigma2: float, generator: Any = None) -> Any:
    law = torch.distributions.MultivariateNormal(torch.zeros(D), torch.eye(D) / sigma2)
    return law.sample(torch.Size([d_random]))


def _box_muller(d_random: int, D: int, sigma2: float, generator: Any = None) -> Any:
    u, v = 1 - torch.rand(d_random, D, dtype=torch.float64), torch.rand(d_random, D, dtype=torch.float64)
    return (-2 * u.log()).sqrt() * torch.cos(2 * math.pi * v) / sigma2**0.5


def _waves(X: Any, W: Any) -> Any:
    return torch.cat([(X @ W.T).sin(), (X @ W.T).cos()], 1) / len(W) ** 0.5


def _complex_waves(X: Any, W: Any) -> Any:
    waves = torch.exp(1j * (X.double() @ W.double().T))
    return torch.view_as_real(waves).reshape(len(X), -1) / math.sqrt(len(W))


def _random(Q: Any, K: Any, V: Any, W: Any, epsilon: float = 0.0) -> Any:
    exponents = (K * K).sum(1) / (2 * Q.shape[1] ** 0.5)
    return _kernelized(_waves(Q, W), _waves(K, W) * (exponents - exponents.max()).exp()[:, None], V, epsilon)


def _random_by_cosines(Q: Any, K: Any, V: Any, W: Any) -> Any:
    Q, K, V, W = (one.numpy() for one in (Q, K, V, W))
    exponents = (K**2).sum(1) / 2 / np.sqrt(Q.shape[1])
    weights = np.cos((Q @ W.T)[:, None] - (K @ W.T)[None]).mean(-1) * np.exp(exponents - exponents.max())
    return weights @ V / weights.sum(1, keepdims=True)


def _random_signed_logs(Q: Any, K: Any, V: Any, W: Any) -> Any:
    similarities = _waves(Q, W) @ _waves(K, W).T
    logs = similarities.abs().log() + (K * K).sum(1) / (2 * Q.shape[1] ** 0.5)
    weights = similarities.sign() * (logs - logs.amax(1, keepdim=True)).exp()
    return weights @ V / weights.sum(1, keepdim=True)


def _later(Q: Any) -> Any:
    return torch.triu(torch.ones(len(Q), len(Q)), 1).bool()


def _causal_recursion(Q: Any, K: Any, V: Any) -> Any:
    if len(Q) == 0:
        return V
    last = torch.softmax(K @ Q[-1] / Q.shape[1] ** 0.5, 0) @ V
    return torch.cat([_causal_recursion(Q[:-1], K[:-1], V[:-1]), last[None]])


def _renormalised(Q: Any, K: Any, V: Any, epsilon: float = 0.0) -> Any:
    weights = torch.tril(_scores(Q, K).softmax(1))
    return weights / (weights.sum(1, keepdim=True) + epsilon) @ V


def _states(phi_Q: Any, phi_K: Any, V: Any, epsilon: float = 0.0) -> Any:
    S = (phi_K[:, :, None] * V[:, None]).cumsum(0)
    return torch.einsum("nc,ncm->nm", phi_Q, S) / ((phi_Q * phi_K.cumsum(0)).sum(1, keepdim=True) + epsilon)


def _chunks(phi_Q: Any, phi_K: Any, V: Any) -> Any:
    S, Z, rows = 0, 0, []
    for start in range(0, len(phi_Q), 3):
        q, k, v = (one[start : start + 3] for one in (phi_Q, phi_K, V))
        inside = torch.tril(q @ k.T)
        if start == 0:
            S, Z = torch.zeros(q.shape[1], v.shape[1]).to(q), torch.zeros(q.shape[1]).to(q)
        rows.append((q @ S + inside @ v) / (q @ Z + inside.sum(1))[:, None])
        S, Z = S + k.T @ v, Z + k.sum(0)
    return torch.cat(rows)


def _accumulated(phi_Q: Any, phi_K: Any, V: Any) -> Any:
    S = itertools.accumulate(np.outer(k, v) for k, v in zip(phi_K, V, strict=True))
    Z = itertools.accumulate(phi_K.double().numpy())
    return [q.double().numpy() @ s / (q.double().numpy() @ z) for q, s, z in zip(phi_Q, S, Z, strict=True)]


# ---------------------------------------------------------------- triplets


def _distances(E: Any) -> Any:
    return (E[:, None] - E[None]).pow(2).sum(-1)


def _gram(E: Any) -> Any:
    norms = (E**2).sum(1)
    return norms[:, None] - 2 * E @ E.T + norms[None]


def _hinge(anchor: Any, positive: Any, negative: Any, margin: float = 0.2) -> Any:
    return functional.relu(
        ((anchor - positive) ** 2).sum(1) - ((anchor - negative) ** 2).sum(1) + margin
    ).mean()


def _valid(labels: Any) -> Any:
    same = labels[:, None] == labels[None]
    return (same & ~torch.eye(len(labels)).bool())[:, :, None] & ~same[:, None]


def _valid_lists(labels: Any) -> Any:
    y, n = labels.float().tolist(), range(len(labels))
    return [[[i != j and y[i] == y[j] and y[i] != y[k] for k in n] for j in n] for i in n]


def _semi_hard(E: Any, labels: Any, margin: float, distances: Callable[[Any], Any] = _distances) -> Any:
    gap = distances(E)[:, None] - distances(E)[:, :, None]
    return _valid(labels) * (gap > 0) * (gap < margin)


def _batch_all_loops(E: Any, labels: Any, margin: float) -> Any:
    E, y, losses, valid = E.double().numpy(), labels.tolist(), [], 0
    for i, j, k in itertools.permutations(range(len(y)), 3):
        if y[i] == y[j] != y[k]:
            valid += 1
            loss = ((E[i] - E[j]) ** 2).sum() - ((E[i] - E[k]) ** 2).sum() + margin
            losses += [loss] if loss > 0 else []
    return [sum(losses) / max(len(losses), 1), len(losses) / max(valid, 1)]


def _batch_all_epsilon(E: Any, labels: Any, margin: float) -> Any:
    d, valid = _distances(E), _valid(labels)
    losses = functional.relu(d[:, :, None] - d[:, None] + margin) * valid
    count = (losses > 1e-16).float().sum()
    return losses.sum() / (count + 1e-8), count / (valid.float().sum() + 1e-8)


def _batch_hard_loops(E: Any, labels: Any, margin: float) -> Any:
    d, losses = _distances(E), []
    for i in range(len(E)):
        positive, negative = labels == labels[i], labels != labels[i]
        positive[i] = False
        if positive.any() and negative.any():
            losses.append(max(float(d[i][positive].max() - d[i][negative].min()) + margin, 0))
    return np.float32(np.mean(losses)) if losses else 0


def _batch_hard_shifted(E: Any, labels: Any, margin: float) -> Any:
    """Same-class distances are lifted by the row's maximum, after Hermans and Beyer."""
    d, same = _distances(E), labels[:, None] == labels
    others = (same & ~torch.eye(len(E)).bool()).float()
    nearest = (d + d.amax(1, keepdim=True) * same).amin(1)
    counted = (others.sum(1) > 0) & (~same).any(1)
    losses = functional.relu((others * d).amax(1) - nearest + margin)
    return (losses * counted).sum() / max(int(counted.sum()), 1)


# ---------------------------------------------------------------- example difficulty


def _nearest(train: Any, test: Any, k: int) -> Any:
    return torch.cdist(test, train).topk(k, largest=False).indices


def _last_of_the_tied(train: Any, labels: Any, test: Any, k: int = 30) -> Any:
    rows = [Counter(row) for row in labels[_nearest(train, test, k)].tolist()]
    return [max(label for label, count in row.items() if count == max(row.values())) for row in rows]


def _depth_backwards(layer_predictions: Any) -> Any:
    depths = []
    for column in layer_predictions.T.tolist():
        depth = len(column) - 1
        while depth > 0 and column[depth - 1] == column[-1]:
            depth -= 1
        depths.append(depth)
    return tuple(depths)


def _depth_grouped(layer_predictions: Any) -> Any:
    return [
        len(column) - len(list(next(itertools.groupby(reversed(column)))[1]))
        for column in layer_predictions.T.tolist()
    ]


RIGHT: dict[str, dict[str, Callable[..., Any]]] = {
    "attention.softmax": {
        "module-with-a-parameter": Module(),
        "in-place-on-the-inputs": _softmax_in_place,
        "blocks-of-keys": _softmax_in_blocks,
        "log-space": _log_space,
        "scipy-row-by-row": lambda Q, K, V: [
            scipy.special.softmax(q @ K.numpy().T / Q.shape[1] ** 0.5) @ V.numpy() for q in Q.numpy()
        ],
        "vmap": lambda Q, K, V: torch.vmap(lambda q: torch.softmax((K @ q) / math.sqrt(q.shape[0]), 0) @ V)(
            Q
        ),
        "partial": partial(lambda power, Q, K, V: torch.softmax(Q @ K.T * Q.shape[1] ** power, 1) @ V, -0.5),
        "columns-first": lambda Q, K, V: (V.T @ torch.softmax(_scores(Q, K).T, 0)).T,
        "epsilon-1e-6": lambda Q, K, V: (
            _scores(Q, K).exp() / (_scores(Q, K).exp().sum(1, keepdim=True) + 1e-6) @ V
        ),
        "tuple-of-rows": lambda Q, K, V: tuple(torch.softmax(K @ q / len(q) ** 0.5, 0) @ V for q in Q),
    },
    "attention.polynomial_features": {
        "kron-with-one": lambda X: np.array([np.kron([*x, 1], [*x, 1]) for x in X.numpy()]),
        "sklearn-monomials": _monomials,
        "all-products": _outer,
        "rotated": _rotated,
    },
    "attention.kernelized": {
        "three-way-einsum": lambda a, b, V: (
            torch.einsum("nc,kc,km->nm", a, b, V) / torch.einsum("nc,kc->n", a, b)[:, None]
        ),
        "column-of-ones": _ones_column,
        "epsilon-1e-6": partial(_kernelized, epsilon=1e-6),
        "numpy-weights": lambda a, b, V: a @ b.T / (a @ b.T).sum(1, keepdim=True) @ V,
    },
    "attention.kernelized_cost": {"column-of-ones": _ones_column},
    "attention.gaussian_kernel": {
        "sklearn": lambda Q, K, sigma2: pairwise.rbf_kernel(Q, K, gamma=1 / (2 * sigma2)),
        "scipy": lambda Q, K, sigma2: np.exp(-scipy.spatial.distance.cdist(Q, K, "sqeuclidean") / 2 / sigma2),
        "expanded": lambda Q, K, sigma2: torch.exp(
            -((Q**2).sum(1)[:, None] + (K**2).sum(1) - 2 * Q @ K.T) / (2 * sigma2)
        ),
    },
    "attention.gaussian_factors": {
        "constant-split": partial(_split, constant=7.3),
        "negative-constant": partial(_split, constant=-1.0),
        "column-and-row": lambda Q, K: (_norm_factor(Q)[:, None], _gaussian(Q, K), _norm_factor(K)[None]),
        "list-of-three": lambda Q, K: [_norm_factor(Q).tolist(), _gaussian(Q, K), _norm_factor(K).numpy()],
    },
    "attention.projections": {
        "from-covariance": _from_covariance,
        "box-muller": _box_muller,
        "numpy": lambda r, D, s, generator=None: np.random.default_rng().normal(0, s**-0.5, (r, D)),
        "inverse-cdf": lambda r, D, s, generator=None: (
            scipy.stats.norm.ppf(torch.rand(r, D).double()) / s**0.5
        ),
        "parameter": lambda r, D, s, generator=None: nn.init.normal_(
            nn.Parameter(torch.empty(r, D)), std=s**-0.5
        ),
    },
    "attention.random_features": {
        "interleaved": lambda X, W: (
            torch.stack([(X @ W.T).sin(), (X @ W.T).cos()], -1).flatten(1) / len(W) ** 0.5
        ),
        "complex": _complex_waves,
        "shifted-cosines": lambda X, W: (
            torch.cos(torch.cat([X @ W.T - math.pi / 2, X @ W.T], 1)) * len(W) ** -0.5
        ),
    },
    "attention.random_feature_attention": {
        "cosines-of-differences": _random_by_cosines,
        "signed-logs": _random_signed_logs,
        "epsilon-1e-6": partial(_random, epsilon=1e-6),
    },
    "attention.stability": {
        "cosines-of-differences": _random_by_cosines,
        "signed-logs": _random_signed_logs,
        "epsilon-1e-6": partial(_random, epsilon=1e-6),
    },
    "attention.causal_softmax": {
        "additive-minus-1e9": lambda Q, K, V: (_scores(Q, K) - 1e9 * _later(Q).to(Q)).softmax(1) @ V,
        "additive-minus-1e4": lambda Q, K, V: (_scores(Q, K) - 1e4 * _later(Q).to(Q)).softmax(1) @ V,
        "renormalised": _renormalised,
        "renormalised-epsilon": partial(_renormalised, epsilon=1e-8),
        "recursion": _causal_recursion,
        "library": lambda Q, K, V: functional.scaled_dot_product_attention(
            Q[None], K[None], V[None], is_causal=True
        ),
    },
    "attention.causal_linear": {
        "cumulative-outer-products": _states,
        "epsilon-1e-6": partial(_states, epsilon=1e-6),
        "chunks": _chunks,
        "accumulate": _accumulated,
        "prefix-by-prefix": lambda a, b, V: torch.cat(
            [_kernelized(a[i : i + 1], b[: i + 1], V[: i + 1]) for i in range(len(a))]
        ),
    },
    "triplet.distances": {
        "gram-clamped": lambda E: _gram(E).clamp(min=0),
        "gram-clamped-above-zero": lambda E: _gram(E).clamp(min=1e-12),
        "gram-absolute-zero-diagonal": lambda E: _gram(E).abs().fill_diagonal_(0),
        "cdist-squared": lambda E: torch.cdist(E, E) ** 2,
        "sklearn": lambda E: pairwise.pairwise_distances(E.numpy(), metric="sqeuclidean"),
        "pairwise-distance-with-its-epsilon": lambda E: torch.stack(
            [functional.pairwise_distance(e[None], E) ** 2 for e in E]
        ),
    },
    "triplet.loss": {
        "one-by-one": lambda *rows: _hinge(*rows).reshape(1, 1),
        "python-number": lambda *rows: _hinge(*rows).item(),
        "numpy-scalar": lambda *rows: _hinge(*rows).numpy()[()],
        "with-gradient": lambda a, *rows: _hinge(a.requires_grad_(), *rows),
        "library": lambda a, p, n, margin=0.2: functional.triplet_margin_with_distance_loss(
            a, p, n, distance_function=lambda x, y: ((x - y) ** 2).sum(-1), margin=margin
        ),
    },
    "triplet.valid": {
        "lists-of-bools": _valid_lists,
        "uint8": lambda labels: _valid(labels).to(torch.uint8),
        "half": lambda labels: _valid(labels).half(),
        "numpy-ints": lambda labels: _valid(labels).numpy().astype(np.int32),
    },
    "triplet.semi_hard": {
        "products-of-masks": _semi_hard,
        "cdist": partial(_semi_hard, distances=lambda E: torch.cdist(E, E) ** 2),
        "gram": partial(_semi_hard, distances=lambda E: _gram(E).clamp(min=0)),
    },
    "triplet.batch_all": {"loops": _batch_all_loops, "epsilon-1e-8": _batch_all_epsilon},
    "triplet.batch_hard": {"loops": _batch_hard_loops, "lifted-by-the-maximum": _batch_hard_shifted},
    "difficulty.knn": {
        "sklearn": lambda train, labels, test, k=30: KNeighborsClassifier(k).fit(train, labels).predict(test),
        "torch-mode": lambda train, labels, test, k=30: labels[_nearest(train, test, k)].mode(1).values,
        "first-seen-wins": lambda train, labels, test, k=30: [
            Counter(row).most_common(1)[0][0] for row in labels[_nearest(train, test, k)].tolist()
        ],
        "last-wins": _last_of_the_tied,
        "float-column": lambda train, labels, test, k=30: (
            labels[_nearest(train, test, k)].mode(1, keepdim=True).values.float()
        ),
    },
    "difficulty.depth": {"backwards": _depth_backwards, "grouped": _depth_grouped},
    "difficulty.histogram_function": {
        "numpy-bins": lambda depths, layers: np.histogram(depths, bins=layers, range=(0, layers))[0],
        "one-hot": lambda depths, layers: functional.one_hot(depths, layers).sum(0),
        "counter": lambda depths, layers: [Counter(depths.tolist())[layer] for layer in range(layers)],
    },
}
STYLES = [
    pytest.param(item, function, id=f"{item}-{name}")
    for item, functions in RIGHT.items()
    for name, function in functions.items()
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("item", "function"), STYLES)
def test_an_odd_style_loses_nothing(
    homework: Rubric, references: InProcess, item: str, function: Callable[..., Any], seed: str
) -> None:
    name = str(next(one.function for one in homework.items if one.id == item))
    found = _judged(homework, references, item, seed, functions={name: function})
    assert (found.verdict, found.earned) == (Verdict.MET, found.points), found.says


COSTS = {
    "softmax": "N^2 (D + M)",
    "polynomial": "N D^2 M",
    "random_features": "N R (D + M)",
    "causal_random_features": "N R (D + M)",
    "random_features_exact": "2NRD + 4NRM + 4NR",
}
NOTATIONS = {
    "sum-of-orders": ("softmax", "O(N²D) + O(N²M)"),
    "maximum": ("softmax", "max(N^2 D, N^2 M)"),
    "latex": ("softmax", r"$\mathcal{O}\left(N^{2} \cdot (D+M)\right)$"),
    "python": ("softmax", "N**2 * D + N**2 * M + 5*N**2"),
    "feature-length": ("polynomial", "2N (D+1)^2 M"),
    "half-of-the-pairs": ("polynomial", "N (D+1)(D+2)/2 M * 2"),
    "random-index": ("random_features", r"O(N D_{\text{random}} (D+M))"),
    "lower-case": ("random_features", "n r (d + m)"),
    "term-by-term": ("random_features_exact", "NRD + NRD + 2NR + 2NRM + 2NRM + 2NR"),
    "factored": ("random_features_exact", "2·N·R·(D + 2M + 2)"),
}


@pytest.mark.parametrize(("key", "text"), NOTATIONS.values(), ids=NOTATIONS.keys())
def test_a_cost_in_another_notation_is_right(
    homework: Rubric, references: InProcess, key: str, text: str
) -> None:
    found = _judged(homework, references, "attention.costs", "one", variables={"costs": {**COSTS, key: text}})
    assert found.verdict is Verdict.MET, found.says


FACTS = {
    "margin": 0.2,
    "nn1_parameters": 140e6,
    "nn1_flops": 1.6e9,
    "nn2_parameters": 7.5e6,
    "resnet50_parameters": 25557032,
    "resnet50_flops": 3.8e9,
    "best_embedding_dimension": 128,
    "val_at_128": 87.9,
}
KINDS = {
    "float32": ("margin", np.float32(0.2)),
    "array-of-one": ("margin", np.array([0.2], dtype=np.float32)),
    "integer": ("nn1_parameters", 140_000_000),
    "float-for-a-whole-number": ("best_embedding_dimension", 128.0),
    "share-for-a-percentage": ("val_at_128", 0.879),
    "the-later-network": ("resnet50_flops", 4.1e9),
}


@pytest.mark.parametrize(("key", "value"), KINDS.values(), ids=KINDS.keys())
def test_a_fact_of_another_kind_of_number_is_right(
    homework: Rubric, references: InProcess, key: str, value: Any
) -> None:
    found = _judged(homework, references, "triplet.facts", "one", variables={"facts": {**FACTS, key: value}})
    assert found.verdict is Verdict.MET, found.says
