"""Inputs, experiments and checks of the homework. Trusted code; numpy only, for the grader holds no torch.

An input generator takes a `Draw` and returns positional arguments. An experiment (`observe`) takes a function and
such inputs and returns arrays; the student's function, the reference and every known fault pass through the same
experiment. A check yields evidence about a student.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader import chance
from grader.compare import compare, fitted, numeric
from grader.draw import Draw
from grader.judge import Ask, Word
from grader.model import Diagnosis, Evidence, Problem, Student, StudentFailed, Waiting

Array = NDArray[Any]
Function = Callable[..., Any]

# ---------------------------------------------------------------- inputs: attention

# N, D and M all differ, and N stays away from D: otherwise √N passes for √D.
SHAPES = ((6, 3, 4), (11, 4, 2), (2, 5, 3), (9, 1, 4), (5, 16, 3), (14, 2, 6))


def _float(draw: Draw, values: Array) -> Array:
    # One case in six is float64: students who fix a dtype inside must still get it right.
    return values.astype(np.float64 if draw.case % 6 == 3 else np.float32)


def _rows(draw: Draw, n: int, width: int, spread: tuple[float, float] = (0.4, 1.8)) -> Array:
    # Norms vary from row to row, so that a missing or doubled norm factor shows.
    return draw.rng.normal(size=(n, width)) * draw.rng.uniform(*spread, size=(n, 1))


def _shape(draw: Draw) -> tuple[int, int, int]:
    n, d, m = SHAPES[draw.case % len(SHAPES)]
    return n + int(draw.rng.integers(0, 3)), d, m


def queries_keys_values(draw: Draw) -> tuple[Array, ...]:
    n, d, m = _shape(draw)
    return tuple(
        _float(draw, one) for one in (_rows(draw, n, d), _rows(draw, n, d), 1 + 2 * _rows(draw, n, m))
    )


def queries_keys(draw: Draw) -> tuple[Array, ...]:
    return queries_keys_values(draw)[:2]


def queries_keys_of_any_width(draw: Draw) -> tuple[Array, ...]:
    d = (3, 1, 2, 6, 4, 5)[draw.case % 6]
    n, m = 4 + int(draw.rng.integers(0, 3)), 7 + int(draw.rng.integers(0, 3))
    return _float(draw, _rows(draw, n, d)), _float(draw, _rows(draw, m, d))


def queries_keys_variance(draw: Draw) -> tuple[Any, ...]:
    q, k = queries_keys(draw)
    return q, k, float(draw.rng.uniform(0.6, 4.0))


def features_and_values(draw: Draw) -> tuple[Array, ...]:
    queries, keys, width, m = (
        (5, 8, 3, 4),
        (7, 7, 6, 2),
        (1, 9, 4, 3),
        (9, 4, 2, 5),
        (3, 12, 5, 1),
        (6, 1, 4, 3),
    )[draw.case % 6]
    phi_q = draw.rng.uniform(0.1, 2.0, size=(queries, width))
    phi_k = draw.rng.uniform(0.1, 2.0, size=(keys, width))
    return tuple(_float(draw, one) for one in (phi_q, phi_k, 1 + 2 * _rows(draw, keys, m)))


def causal_features_and_values(draw: Draw) -> tuple[Array, ...]:
    n, width, m = ((6, 3, 4), (11, 5, 2), (1, 4, 3), (9, 2, 5), (40, 6, 3), (4, 7, 1))[draw.case % 6]
    phi_q = draw.rng.uniform(0.1, 2.0, size=(n, width))
    phi_k = draw.rng.uniform(0.1, 2.0, size=(n, width))
    return tuple(_float(draw, one) for one in (phi_q, phi_k, 1 + 2 * _rows(draw, n, m)))


def rows_and_projections(draw: Draw) -> tuple[Array, ...]:
    n, d, r = ((5, 3, 4), (4, 6, 8), (7, 1, 5), (6, 2, 3), (3, 8, 6), (8, 4, 7))[draw.case % 6]
    return _float(draw, _rows(draw, n, d)), _float(
        draw, draw.rng.normal(size=(r, d)) * draw.rng.uniform(0.5, 1.5)
    )


def _kept_share(q: Array, k: Array, w: Array) -> Array:
    """Per query: |Σ terms| / Σ|terms| of its denominator; near 0 the terms nearly cancel."""
    exponent = (k**2).sum(axis=1) / (2 * np.sqrt(q.shape[1]))
    weights = np.exp(exponent - exponent.max())
    similar = (np.cos((q[:, None, :] - k[None, :, :]) @ w.T)).mean(axis=2)
    return np.abs((similar * weights).sum(axis=1)) / (np.abs(similar) * weights).sum(axis=1)


def _well_conditioned(queries: Callable[[int], Array], k: Array, w: Array, n: int, share: float) -> Array:
    """n queries whose denominators keep at least this share of their terms."""
    kept: list[Array] = []
    for _ in range(200):
        candidates = queries(4 * n)
        kept.extend(candidates[_kept_share(candidates, k, w) > share])
        if len(kept) >= n:
            return np.stack(kept[:n])
    raise RuntimeError("no queries with a well-conditioned denominator were found")


def queries_keys_values_projections(draw: Draw) -> tuple[Array, ...]:
    n, d, m, r = ((7, 4, 3, 32), (9, 2, 4, 16), (12, 6, 2, 48), (6, 1, 3, 24), (10, 3, 5, 40), (8, 5, 4, 64))[
        draw.case % 6
    ]
    k = _rows(draw, n, d, (0.4, 1.3))
    w = draw.rng.normal(size=(r, d)) * d**-0.25
    q = _well_conditioned(lambda count: _rows(draw, count, d, (0.4, 1.3)), k, w, n, 0.4)
    return tuple(_float(draw, one) for one in (q, k, 1 + 2 * _rows(draw, n, m), w))


def large_keys(draw: Draw) -> tuple[Array, ...]:
    n, d, m, r = ((8, 4, 3, 32), (6, 2, 4, 24), (9, 3, 2, 48), (7, 1, 3, 16), (10, 4, 5, 64), (5, 2, 2, 40))[
        draw.case % 6
    ]
    direction = draw.rng.normal(size=(n, d))
    norms = draw.rng.permutation(np.linspace(55, 60, n))
    k = direction / np.linalg.norm(direction, axis=1, keepdims=True) * norms[:, None]
    w = draw.rng.normal(size=(r, d)) * d**-0.25
    q = _well_conditioned(lambda count: _rows(draw, count, d, (0.4, 1.3)), k, w, n, 0.4)
    return tuple(one.astype(np.float32) for one in (q, k, 1 + 2 * _rows(draw, n, m), w))


# ---------------------------------------------------------------- experiments: attention


def inner_products(function: Function, q: Array, k: Array) -> Array:
    """φ(q)·φ(k) from two separate calls: the map itself may be any."""
    phi_q, phi_k = _feature_rows(function(q), q), _feature_rows(function(k), k)
    if phi_q.shape[1] != phi_k.shape[1]:
        raise StudentFailed(
            Problem.BAD_VALUE,
            f"two inputs of the same width gave {phi_q.shape[1]} and {phi_k.shape[1]} features",
        )
    widest = (q.shape[1] + 1) ** 2
    if phi_q.shape[1] > widest:
        raise StudentFailed(
            Problem.BAD_VALUE,
            f"there are {phi_q.shape[1]} features for D = {q.shape[1]}; at most (D + 1)² = {widest} are needed",
        )
    return phi_q.astype(np.float64) @ phi_k.astype(np.float64).T


def _feature_rows(value: Any, x: Array) -> Array:
    features = numeric(value)
    features = features[0] if features.ndim == 3 and features.shape[0] == 1 else features
    if features.ndim != 2 or len(features) != len(x):
        raise StudentFailed(
            Problem.BAD_VALUE, f"the shape is {features.shape}, but ({len(x)}, C) was expected"
        )
    return features


def factor_product(function: Function, q: Array, k: Array) -> tuple[Array, Array]:
    """(aᵢ Gᵢⱼ bⱼ, G): a constant may be split between a and b in any way."""
    value = function(q, k)
    if not isinstance(value, tuple) or len(value) != 3:
        count = f"{len(value)} values" if isinstance(value, tuple) else "one value"
        raise StudentFailed(Problem.BAD_VALUE, f"{count} came back, but the three (a, G, b) were expected")
    a, _ = fitted(value[0], (len(q),))
    g, _ = fitted(value[1], (len(q), len(k)))
    b, _ = fitted(value[2], (len(k),))
    a, g, b = (one.astype(np.float64) for one in (a, g, b))
    return a[:, None] * g * b[None, :], g


def columns_sorted(function: Function, x: Array, w: Array) -> Array:
    """The feature columns in the order of their first row: any order of columns gives the same."""
    features = _feature_rows(function(x, w), x)
    return features[:, np.argsort(features[0], kind="stable")]


LAWS = ((48, 4, 0.5), (32, 9, 3.0), (64, 2, 1.7))
CALLS = 16


def _samples(function: Function, d_random: int, width: int, sigma2: float, calls: int) -> Array:
    drawn = [fitted(function(d_random, width, sigma2), (d_random, width))[0] for _ in range(calls)]
    return np.stack(drawn).astype(np.float64)


def projection_statistics(function: Function, d_random: int, width: int, sigma2: float) -> Array:
    """What names a wrong law: log scale, mean, kurtosis, spread of row lengths, likeness of rows and of calls."""
    w = _samples(function, d_random, width, sigma2, CALLS) * np.sqrt(sigma2)
    scale = float(np.sqrt((w**2).mean())) or 1.0
    x = w / scale
    lengths = (x**2).sum(axis=2)
    return np.array(
        [
            np.log(scale),
            float(x.mean()),
            float((x**4).mean() / 3 - 1) / 2,
            float(lengths.std() / np.sqrt(2 * width)) - 1,
            float((x[:, 0::2][:, : d_random // 2] * x[:, 1::2]).mean()),
            float((x[0::2] * x[1::2]).mean()),
        ]
    )


# ---------------------------------------------------------------- checks: attention


def projections(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """Exact tests of the law of the rows, in all with at most one false alarm in a million."""

    def function(*arguments: Any) -> Any:
        return student.call("sample_projections", *arguments).value

    samples = [_samples(function, *law, CALLS) for law in LAWS]
    for (_, _, sigma2), drawn in zip(LAWS, samples, strict=True):
        if not np.isfinite(drawn).all():
            yield Evidence(False, f"sample_projections gave NaN or infinite entries at sigma2 = {sigma2}")
            return
        if any((drawn[0] == later).all() for later in drawn[1:]):
            yield Evidence(
                False, "two calls without a generator gave the same matrix; each call must draw afresh"
            )
            yield Diagnosis(
                "same_draw_each_call",
                "every call returns the same matrix: is a seed set inside the function?",
            )
            return
    groups = [
        chance.standard_normal_tests(drawn * np.sqrt(sigma2))
        for (_, _, sigma2), drawn in zip(LAWS, samples, strict=True)
    ]
    evidence = chance.evidence(groups, "rows scaled by σ should be standard normal")
    yield from evidence
    if not evidence[0].ok:
        named = ask.explain(LAWS, [projection_statistics(function, *law) for law in LAWS])
        if named is not None:
            yield named


def later_tokens(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """Changing the last token must leave every earlier output where it was."""
    phi_q, phi_k, v = causal_features_and_values(Draw(draw.rng, 0, 1))
    before, _ = fitted(student.call("causal_linear_attention", phi_q, phi_k, v).value, v.shape)
    phi_k[-1] *= 3
    v[-1] += 10
    after, _ = fitted(student.call("causal_linear_attention", phi_q, phi_k, v).value, v.shape)
    allowed = np.asarray(1e-4 * float(np.abs(v).max()))
    match = compare(after[:-1], before[:-1], allowed)
    yield Evidence(match.ok, f"when the last token changes, earlier outputs stay: {match.says}")


SIZES = (64, 128, 256, 512)


def linear_work(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """The counted work at N, 2N, 4N and 8N: it grows by equal steps per token, or it isn't linear."""
    width, m = 5, 3
    work = []
    for n in SIZES:
        inputs = [
            draw.rng.uniform(0.1, 2.0, size=(n, columns)).astype(np.float32) for columns in (width, width, m)
        ]
        counted = student.call("kernelized_attention", *inputs, count_work=True).work
        if counted is None:
            raise RuntimeError("the box did not count the work")
        work.append(counted)
        # Work per added token between the last two sizes; linear work keeps it the same.
        slopes = [
            (b - a) / (y - x)
            for (a, b), (x, y) in zip(_pairs(work), _pairs(list(SIZES[: len(work)])), strict=True)
        ]
        if len(slopes) > 1 and slopes[-1] > 1.4 * max(slopes[0], 1.0):
            counts = ", ".join(f"{count:,} at N = {size}" for size, count in zip(SIZES, work, strict=False))
            yield Evidence(False, f"the counted operations are {counts}: they grow faster than N")
            yield Diagnosis(
                "faster_than_linear",
                "the work grows with the square of N: φ(Q) meets every key separately. "
                "Sum φ(K)ᵀV and φ(K)ᵀ1 over the keys first, then multiply by φ(Q).",
            )
            return
    counts = ", ".join(f"{count:,} at N = {size}" for size, count in zip(SIZES, work, strict=True))
    yield Evidence(True, f"the counted operations are {counts}: linear in N")


def _pairs(values: list[Any]) -> list[tuple[Any, Any]]:
    return list(pairwise(values))


COSTS = {
    "softmax": "N^2 (D + M)",
    "polynomial": "N D^2 M",
    "random_features": "N R (D + M)",
    "causal_random_features": "N R (D + M)",
}
EXACT = "2 N R D + 4 N R M + 4 N R"


def costs(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """One point for each formula: the growth class of four methods and one exact count."""
    from grader.verify.growth import exactly, read_cost, same_growth

    given = student.variable("costs").value
    if not isinstance(given, dict):
        raise StudentFailed(
            Problem.BAD_VALUE, f"costs is a {type(given).__name__}; a dict of strings was expected"
        )
    for key, truth in COSTS.items():
        text = given.get(key)
        if not isinstance(text, str):
            yield Evidence(
                False,
                f"costs[{key!r}] is {_missing(text)}; a formula in N, D, M and R was expected",
                points=Fraction(1),
            )
            continue
        try:
            growth = same_growth(read_cost(text), read_cost(truth))
        except ValueError as error:
            yield Evidence(
                False, f"costs[{key!r}] = {text[:80]!r} could not be read: {error}", points=Fraction(1)
            )
            continue
        yield Evidence(growth.same, f"costs[{key!r}] = {text[:80]!r}: {growth.says}", points=Fraction(1))
    text = given.get("random_features_exact")
    if not isinstance(text, str):
        yield Evidence(
            False,
            f"costs['random_features_exact'] is {_missing(text)}; the exact count was expected",
            points=Fraction(1),
        )
        return
    try:
        difference = exactly(read_cost(text), read_cost(EXACT))
    except ValueError as error:
        yield Evidence(
            False,
            f"costs['random_features_exact'] = {text[:80]!r} could not be read: {error}",
            points=Fraction(1),
        )
        return
    yield Evidence(
        difference.same,
        f"costs['random_features_exact'] = {text[:80]!r}: {difference.says}",
        points=Fraction(1),
    )


def _missing(value: Any) -> str:
    return "missing" if value is None else f"a {type(value).__name__}"


def derivation(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """Every step of the written chain, and whether it arrives."""
    from grader.verify.derivation import check_derivation

    text = student.written("derivation")
    if text is None or not text.strip():
        yield Evidence(False, "there is no markdown cell tagged 'derivation' or headed 'Derivation'")
        return
    found = check_derivation(text, goal="gaussian_factorisation")
    wrong = next((step for step in found.steps if step.verdict == "refuted"), None)
    unread = next((step for step in found.steps if step.verdict == "unchecked"), None)
    if wrong is not None:
        yield Evidence(False, f"line {wrong.line} of the derivation, {wrong.text[:120]!r}: {wrong.says}")
        yield Diagnosis("wrong_step", f"the first wrong step is on line {wrong.line}: {wrong.says}")
    elif unread is not None:
        yield Waiting(f"Line {unread.line} of the derivation could not be checked: {unread.says}")
    elif not found.reaches_goal:
        yield Evidence(
            False,
            "no step is wrong, but the chain never arrives at the Gaussian factorisation of exp(q·k/√D)",
        )
        yield Diagnosis(
            "goal_not_reached",
            "the derivation stops before it states exp(q·k/√D) as norm factors times the Gaussian kernel",
        )
    else:
        yield Evidence(
            True, f"all {len(found.steps)} steps follow, and the chain arrives at the factorisation"
        )
