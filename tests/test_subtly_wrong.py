"""Wrong answers that nobody listed beforehand: none may be met, and what they are told must be true.

Each row has the name that it is given; None where no name is true of it, and the evidence alone speaks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from grader.draw import seed_of
from grader.judge import asked_again, judge
from grader.model import Ended, Execution, Finding, Verdict
from grader.plain_student import PlainStudent
from grader.questions import Questions
from grader.references import InProcess
from grader.rubric import Rubric
from tests.test_odd_but_right import COSTS, FACTS


def _judged(rubric: Rubric, references: InProcess, name: str, **student: Any) -> Finding:
    item = next(item for item in rubric.items if item.id == name)
    met = {one: Finding(one, Fraction(1), Fraction(1), Verdict.MET, True, "") for one in item.requires}
    who = PlainStudent(**student)
    questions = Questions(rubric, references, seed_of("subtly wrong"))
    found = judge(item, questions, who, Execution(item.notebook, Ended.FINISHED), met)
    return asked_again(item, found, questions, who)


# ---------------------------------------------------------------- attention


def _attention(Q: Any, K: Any, V: Any, scale: float | None = None) -> Any:
    return torch.softmax(Q @ K.T / (scale or Q.shape[1] ** 0.5), -1) @ V


def _only_float32(Q: Any, K: Any, V: Any) -> Any:
    weights = torch.zeros(len(Q), len(K), dtype=torch.float32)
    torch.softmax(Q @ K.T / Q.shape[1] ** 0.5, -1, out=weights)
    return weights @ V


def _counting() -> Callable[..., Any]:
    calls: list[int] = []

    def function(Q: Any, K: Any, V: Any) -> Any:
        calls.append(1)
        return _attention(Q, K, V) + 0.01 * len(calls)

    return function


def _right_six_times() -> Callable[..., Any]:
    calls: list[int] = []

    def function(Q: Any, K: Any, V: Any) -> Any:
        calls.append(1)
        return _attention(Q, K, V) * (1 if len(calls) <= 6 else 2)

    return function


def _kernelized(phi_Q: Any, phi_K: Any, V: Any) -> Any:
    return phi_Q @ (phi_K.T @ V) / (phi_Q @ phi_K.sum(0)).unsqueeze(1)


def _first_rows_only(phi_Q: Any, phi_K: Any, V: Any) -> Any:
    n = min(len(phi_Q), len(phi_K))
    output = torch.zeros(len(phi_Q), V.shape[1]).to(V)
    output[:n] = _kernelized(phi_Q[:n], phi_K[:n], V[:n])
    return output


def _factors(Q: Any, K: Any) -> Any:
    double = 2 * Q.shape[1] ** 0.5
    return (
        torch.exp((Q**2).sum(1) / double),
        torch.exp(-(torch.cdist(Q, K) ** 2) / double),
        torch.exp((K**2).sum(1) / double),
    )


def _law(draw: Callable[[int, int], Any]) -> Callable[..., Any]:
    return lambda d_random, D, sigma2, generator=None: draw(d_random, D) / sigma2**0.5


def _orthogonal(d_random: int, D: int) -> Any:
    """Orthonormal columns of the length that normal ones have on average."""
    return torch.linalg.qr(torch.randn(d_random, d_random))[0][:, :D] * d_random**0.5


def _orthogonal_rows(d_random: int, D: int) -> Any:
    """Blocks of orthogonal rows with the lengths of normal rows: each row is normal, not all together."""
    blocks = []
    for _ in range(-(-d_random // D)):
        q, r = torch.linalg.qr(torch.randn(D, D))
        blocks.append(q * torch.sign(torch.diagonal(r)) * torch.randn(D, D).norm(dim=1, keepdim=True))
    return torch.cat(blocks)[:d_random]


def _standardised(d_random: int, D: int) -> Any:
    W = torch.randn(d_random, D)
    return (W - W.mean(0)) / W.std(0)


def _waves(X: Any, W: Any) -> Any:
    return torch.cat([(X @ W.T).sin(), (X @ W.T).cos()], 1) / len(W) ** 0.5


def _each_row_shuffled(X: Any, W: Any) -> Any:
    return torch.stack([row[torch.randperm(len(row))] for row in _waves(X, W)])


def _random(Q: Any, K: Any, V: Any, W: Any, shift: bool = True, most: float = math.inf) -> Any:
    exponents = (K**2).sum(1) / (2 * Q.shape[1] ** 0.5)
    exponents = (exponents - exponents.max() if shift else exponents).clamp(max=most)
    return _kernelized(_waves(Q, W), _waves(K, W) * exponents.exp()[:, None], V)


def _causal(Q: Any, K: Any, V: Any, masked: float) -> Any:
    later = torch.triu(torch.ones(len(Q), len(Q)), 1).bool()
    return (Q @ K.T / Q.shape[1] ** 0.5).masked_fill(later, masked).softmax(1) @ V


def _first_row_lost(Q: Any, K: Any, V: Any) -> Any:
    output = _causal(Q, K, V, -math.inf)
    output[0] = 0
    return output


def _linear(phi_Q: Any, phi_K: Any, V: Any, leak: float = 0.0) -> Any:
    weights = (phi_Q @ phi_K.T).tril() + leak * phi_Q @ phi_K.T
    return weights @ V / weights.sum(1, keepdim=True)


def _chunks_forget(phi_Q: Any, phi_K: Any, V: Any) -> Any:
    parts = [(one[i : i + 8] for one in (phi_Q, phi_K, V)) for i in range(0, len(V), 8)]
    return torch.cat([_linear(*part) for part in parts])


# ---------------------------------------------------------------- triplets


def _distances(E: Any) -> Any:
    return (E[:, None] - E[None]).pow(2).sum(-1)


def _gram(E: Any) -> Any:
    norms = (E**2).sum(1)
    return norms[:, None] - 2 * E @ E.T + norms[None]


def _losses(anchor: Any, positive: Any, negative: Any, margin: float = 0.2) -> Any:
    return functional.relu(((anchor - positive) ** 2).sum(1) - ((anchor - negative) ** 2).sum(1) + margin)


def _valid(labels: Any) -> Any:
    same = labels[:, None] == labels[None]
    return (same & ~torch.eye(len(labels)).bool())[:, :, None] & ~same[:, None]


def _semi_hard(E: Any, labels: Any, margin: float, upper: Callable[[float], float] = lambda m: m) -> Any:
    gap = _distances(E)[:, None] - _distances(E)[:, :, None]
    return _valid(labels) & (gap > 0) & (gap < upper(margin))


def _batch_all(
    E: Any, labels: Any, margin: float, empty: Any = (0.0, 0.0), above: float = 0.0, summed: bool = False
) -> Any:
    d, valid = _distances(E), _valid(labels)
    losses = d[:, :, None] - d[:, None] + margin
    positive = losses[valid & (losses > above)]
    if not len(positive):
        return empty
    return positive.sum() if summed else positive.mean(), len(positive) / valid.sum()


def _batch_all_summed(E: Any, labels: Any, margin: float) -> Any:
    return _batch_all(E, labels, margin, summed=True)


def _batch_hard(
    E: Any,
    labels: Any,
    margin: float,
    far: float = math.inf,
    empty: Any = 0.0,
    reduce: Callable[[Any], Any] = torch.mean,
) -> Any:
    d, same = _distances(E), labels[:, None] == labels
    others = same & ~torch.eye(len(E)).bool()
    counted = others.any(1) & (~same).any(1)
    if not counted.any():
        return empty
    hardest = d.masked_fill(~others, -math.inf).amax(1) - d.masked_fill(same, far).amin(1) + margin
    return reduce(functional.relu(hardest[counted]))


# ---------------------------------------------------------------- example difficulty


def _vote(train: Any, labels: Any, test: Any, k: int = 30, norm: float = 2.0) -> Any:
    nearest = torch.cdist(test, train, p=norm).topk(min(k, len(train)), largest=False).indices
    return labels[nearest].mode(1).values


def _depth(layer_predictions: Any) -> Any:
    agree = (layer_predictions == layer_predictions[-1]).long().flip(0)
    return len(layer_predictions) - agree.cumprod(0).sum(0)


Row = tuple[str, Callable[..., Any], str | None]
WRONG: dict[str, Row] = {
    "scale-of-64": ("attention.softmax", partial(_attention, scale=8.0), "fixed_scale_8"),
    "half-precision": (
        "attention.softmax",
        lambda Q, K, V: _attention(Q, K, V).half().float(),
        "imprecise",
    ),
    "integers": ("attention.softmax", lambda *rows: _attention(*rows).int(), "truncated"),
    "rounded": ("attention.softmax", lambda *rows: _attention(*rows).round(decimals=2), "rounded"),
    "fixed-dtype": ("attention.softmax", _only_float32, "float64_inputs"),
    "dropout": (
        "attention.softmax",
        lambda Q, K, V: functional.dropout(torch.softmax(Q @ K.T / Q.shape[1] ** 0.5, -1), 0.1) @ V,
        "changes_between_calls",
    ),
    "counts-its-calls": ("attention.softmax", _counting(), "changes_between_calls"),
    "right-six-times": ("attention.softmax", _right_six_times(), "changes_with_calls"),
    "rows-reversed": ("attention.softmax", lambda *rows: _attention(*rows).flip(0), "rows_in_another_order"),
    "another-rotation-each-call": (
        "attention.polynomial_features",
        lambda X: torch.randn(len(X), 1) * torch.ones(len(X), 2),
        "changes_between_calls",
    ),
    "squares-lost-for-wide-rows": (
        "attention.polynomial_features",
        lambda X: torch.stack([X[:, 0] ** 2, 2**0.5 * X[:, 0], torch.ones(len(X))], 1),
        "right_in_some_cases",
    ),
    "equal-lengths-only": ("attention.kernelized", _first_rows_only, "lengths_differ"),
    "epsilon-1e-3": (
        "attention.kernelized",
        lambda a, b, V: a @ (b.T @ V) / (a @ b.sum(0) + 1e-3).unsqueeze(1),
        "imprecise",
    ),
    "quadratic-denominator": (
        "attention.kernelized_cost",
        lambda a, b, V: a @ (b.T @ V) / (a @ b.T).sum(1, keepdim=True),
        "faster_than_linear",
    ),
    "rows-that-sum-again": (
        "attention.kernelized_cost",
        lambda a, b, V: torch.stack([q @ (b.T @ V) / (q @ b.sum(0)) for q in a]),
        "faster_than_linear",
    ),
    "doubled-kernel": (
        "attention.gaussian_factors",
        lambda Q, K: (_factors(Q, K)[0], 2 * _factors(Q, K)[1], _factors(Q, K)[2] / 2),
        "only_the_second_value",
    ),
    "diagonal-matrices": (
        "attention.gaussian_factors",
        lambda Q, K: (_factors(Q, K)[0].diag(), _factors(Q, K)[1], _factors(Q, K)[2].diag()),
        "wrong_shape",
    ),
    "orthonormal-columns": ("attention.projections", _law(_orthogonal), "law_of_columns"),
    "orthogonal-rows": ("attention.projections", _law(_orthogonal_rows), "law_of_neighbours"),
    "standardised-columns": ("attention.projections", _law(_standardised), "law_of_columns"),
    "five-per-cent-too-wide": (
        "attention.projections",
        _law(lambda r, D: 1.05 * torch.randn(r, D)),
        "law_of_scale",
    ),
    "mean-of-a-tenth": ("attention.projections", _law(lambda r, D: torch.randn(r, D) + 0.1), "law_of_mean"),
    "half-repeated": (
        "attention.projections",
        _law(lambda r, D: torch.randn(r // 2, D).repeat(2, 1)),
        "law_of_halves",
    ),
    "columns-of-each-row-shuffled": (
        "attention.random_features",
        _each_row_shuffled,
        "changes_between_calls",
    ),
    "phase": ("attention.random_features", lambda X, W: _waves(X + 0.1, W), None),
    "nearly-all-scale": (
        "attention.random_features",
        lambda X, W: 0.99 * _waves(X, W),
        "constant_factor",
    ),
    "weights-clipped": ("attention.stability", partial(_random, shift=False, most=80.0), "exponents_clipped"),
    "longest-key-only": (
        "attention.stability",
        lambda Q, K, V, W: V[(K**2).sum(1).argmax()].expand(len(Q), -1),
        "right_in_some_cases",
    ),
    "mask-of-minus-five": ("attention.causal_softmax", partial(_causal, masked=-5.0), "all_but_the_last_row"),
    "first-row-lost": ("attention.causal_softmax", _first_row_lost, "first_row"),
    "leak-of-a-ten-thousandth": ("attention.causal_linear", partial(_linear, leak=1e-4), "imprecise"),
    "chunks-forget": ("attention.causal_linear", _chunks_forget, "right_in_some_cases"),
    "negative-by-rounding": ("triplet.distances", _gram, "only_the_second_value"),
    "distances-in-half-precision": (
        "triplet.distances",
        lambda E: _distances(E.half()).float(),
        "only_the_first_value",
    ),
    "one-on-the-diagonal": (
        "triplet.distances",
        lambda E: _distances(E) + torch.eye(len(E)),
        "only_the_first_value",
    ),
    "half-of-the-loss": ("triplet.loss", lambda *rows: _losses(*rows).mean() / 2, "constant_factor"),
    "default-of-a-half": (
        "triplet.loss",
        lambda a, p, n, margin=0.5: _losses(a, p, n, margin).mean(),
        "default_argument",
    ),
    "no-default": (
        "triplet.loss",
        lambda a, p, n, margin: _losses(a, p, n, margin).mean(),
        "default_argument",
    ),
    "negative-loss": ("triplet.loss", lambda *rows: -_losses(*rows).mean(), "constant_factor"),
    "first-column-unmarked": (
        "triplet.valid",
        lambda labels: _valid(labels) & (torch.arange(len(labels)) != 0),
        "marks_too_few",
    ),
    "neighbouring-classes-join": (
        "triplet.valid",
        lambda labels: _valid(labels) | (torch.arange(len(labels)) == 0),
        "marks_too_many",
    ),
    "none-where-empty": (
        "triplet.valid",
        lambda labels: _valid(labels) if _valid(labels).any() else None,
        "nothing_counts",
    ),
    "half-a-band": ("triplet.semi_hard", partial(_semi_hard, upper=lambda m: m / 2), "marks_too_few"),
    "whole-margins": ("triplet.semi_hard", partial(_semi_hard, upper=int), "marks_too_few"),
    "summed": ("triplet.batch_all", _batch_all_summed, "summed"),
    "threshold": ("triplet.batch_all", partial(_batch_all, above=0.05), "right_in_some_cases"),
    "one-number-where-empty": ("triplet.batch_all", partial(_batch_all, empty=0.0), "nothing_counts"),
    "full-share-where-empty": ("triplet.batch_all", partial(_batch_all, empty=(0.0, 1.0)), "nothing_counts"),
    "summed-over-anchors": ("triplet.batch_hard", partial(_batch_hard, reduce=torch.sum), "summed"),
    "none-where-no-anchor": ("triplet.batch_hard", partial(_batch_hard, empty=None), "nothing_counts"),
    "margin-where-no-anchor": ("triplet.batch_hard", partial(_batch_hard, empty=0.5), "nothing_counts"),
    "ten-for-infinity": ("triplet.batch_hard", partial(_batch_hard, far=10.0), "right_in_some_cases"),
    "default-of-ten": ("difficulty.knn", lambda a, y, b, k=10: _vote(a, y, b, k), "another_k"),
    "never-even": ("difficulty.knn", lambda a, y, b, k=30: _vote(a, y, b, k | 1), "another_k"),
    "angles": (
        "difficulty.knn",
        lambda a, y, b, k=30: _vote(functional.normalize(a, dim=1), y, functional.normalize(b, dim=1), k),
        "cosine",
    ),
    "classes-by-place": (
        "difficulty.knn",
        lambda a, y, b, k=30: torch.searchsorted(torch.unique(y), _vote(a, y, b, k)),
        "not_a_label",
    ),
    "cut-at-the-last": (
        "difficulty.depth",
        lambda predictions: _depth(predictions).clamp(max=max(len(predictions) - 2, 0)),
        "right_in_some_cases",
    ),
    "one-layer-is-depth-one": (
        "difficulty.depth",
        lambda predictions: _depth(predictions) + (len(predictions) == 1),
        "one_row",
    ),
    "eleven-bars-always": (
        "difficulty.histogram_function",
        lambda depths, layers: torch.bincount(depths, minlength=11),
        "right_in_some_cases",
    ),
    "bars-and-edges": (
        "difficulty.histogram_function",
        lambda depths, layers: np.histogram(depths.numpy(), bins=np.arange(layers + 1)),
        "wrong_shape",
    ),
}


@pytest.mark.parametrize(("item", "function", "name"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_not_met_and_is_told_the_truth(
    homework: Rubric, references: InProcess, item: str, function: Callable[..., Any], name: str | None
) -> None:
    torch.manual_seed(0)
    called = str(next(one.function for one in homework.items if one.id == item))
    found = _judged(homework, references, item, functions={called: function})
    assert (found.verdict, found.earned) == (Verdict.NOT_MET, 0)
    assert (found.diagnosis.fault if found.diagnosis else None) == name, found.says


RECORDED: dict[str, tuple[str, dict[str, Any]]] = {
    "projections": (
        "attention.projections",
        {"functions": {"sample_projections": lambda r, d, s, generator=None: torch.rand(r, d)}},
    ),
    "neighbours": (
        "difficulty.knn",
        {"functions": {"knn_predictions": lambda a, y, b, k=30: _vote(a, y, b, 1)}},
    ),
    "cost": ("attention.costs", {"variables": {"costs": {**COSTS, "softmax": "N^3"}}}),
    "count": ("attention.costs", {"variables": {"costs": {**COSTS, "random_features_exact": "2NRD"}}}),
    "fact": ("triplet.facts", {"variables": {"facts": {**FACTS, "margin": 0.5}}}),
}


@pytest.mark.parametrize(("item", "student"), RECORDED.values(), ids=RECORDED.keys())
def test_what_a_rubrics_own_check_looked_at_is_on_record(
    homework: Rubric, references: InProcess, item: str, student: dict[str, Any]
) -> None:
    found = _judged(homework, references, item, **student)
    exhibit = next(one.exhibit for one in found.evidence if not one.ok)
    assert exhibit is not None
    assert exhibit.output is not None
    # What is drawn at random has no expected value.
    assert (exhibit.reference is None) == (item == "attention.projections")


def test_no_diagnosis_says_that_an_answer_is_one_times_the_right_one(
    homework: Rubric, references: InProcess
) -> None:
    for item, function, _ in WRONG.values():
        called = str(next(one.function for one in homework.items if one.id == item))
        found = _judged(homework, references, item, functions={called: function})
        assert " is 1 times" not in found.says


GROWTHS = {
    "cubic": ("softmax", "N^3", "softmax_another_growth"),
    "exponential": ("polynomial", "N 2^D M", "polynomial_unreadable"),
    "empty": ("softmax", "", "softmax_unreadable"),
    "one-too-many": ("random_features_exact", "2NRD + 4NRM + 4NR + N", "exact_another_count"),
}


@pytest.mark.parametrize(("key", "text", "name"), GROWTHS.values(), ids=GROWTHS.keys())
def test_a_wrong_cost_is_named(
    homework: Rubric, references: InProcess, key: str, text: str, name: str
) -> None:
    found = _judged(homework, references, "attention.costs", variables={"costs": {**COSTS, key: text}})
    assert (found.verdict, found.earned) == (Verdict.PARTLY, 4)
    assert found.diagnosis is not None
    assert found.diagnosis.fault == name


def test_what_is_wrong_of_several_values_is_told(homework: Rubric, references: InProcess) -> None:
    negated = {"squared_distances": lambda E: -_distances(E)}
    found = _judged(homework, references, "triplet.distances", functions=negated)
    told = next(one.says for one in found.evidence if not one.ok)
    assert "value 1 of 2: 28 of 36 values differ" in told
    assert "(compared: The distances in units of ‖a‖² + ‖b‖², and 1 if any is negative, else 0)" in told
    counted = {"batch_all_triplet_loss": lambda *given: (_batch_all(*given)[0], 17)}
    found = _judged(homework, references, "triplet.batch_all", functions=counted)
    assert "value 2 of 2: the value is 17, expected" in next(one.says for one in found.evidence if not one.ok)


NUMBERS = {
    "millions": ("nn1_flops", 1600.0, "nn1_flops_unit"),
    "nearly-a-percentage": ("val_at_128", 0.88, "val_at_128_wrong"),
    "text": ("margin", "0.2", "margin_no_number"),
    "none": ("margin", None, "margin_no_number"),
    "nearly": ("margin", 0.21, "margin_wrong"),
    "not-a-number": ("nn1_flops", math.nan, "nn1_flops_no_number"),
    "infinite": ("nn1_flops", math.inf, "nn1_flops_no_number"),
}


@pytest.mark.parametrize(("key", "value", "name"), NUMBERS.values(), ids=NUMBERS.keys())
def test_a_wrong_fact_is_named(
    homework: Rubric, references: InProcess, key: str, value: Any, name: str
) -> None:
    found = _judged(homework, references, "triplet.facts", variables={"facts": {**FACTS, key: value}})
    assert (found.verdict, found.earned) == (Verdict.PARTLY, Fraction(7, 2))
    assert found.diagnosis is not None
    assert found.diagnosis.fault == name
