"""Inputs, experiments and checks of the homework. Trusted code; numpy only, for the grader holds no torch.

An input generator takes a `Draw` and returns positional arguments. An experiment (`observe`) takes a function and
such inputs and returns arrays; the student's function, the reference and every known fault pass through the same
experiment. A check yields evidence about a student.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader import chance
from grader.compare import compare, fitted, numeric
from grader.draw import Draw
from grader.judge import Ask, Word
from grader.model import Diagnosis, Evidence, Exhibit, Problem, Student, StudentFailed, Waiting

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


def causal_queries_keys_values(draw: Draw) -> tuple[Array, ...]:
    """As above; no position's weight up to itself is so small that 1e-6 added to a denominator would show."""
    for _ in range(500):
        q, k, v = queries_keys_values(draw)
        weights = np.exp(q.astype(np.float64) @ k.astype(np.float64).T / np.sqrt(q.shape[1]))
        seen = np.tril(weights).sum(axis=1)
        if (seen > 0.1).all() and (seen > 2e-3 * weights.sum(axis=1)).all():
            return q, k, v
    raise RuntimeError("no queries and keys with enough weight on the first positions were found")


def queries_keys(draw: Draw) -> tuple[Array, ...]:
    return queries_keys_values(draw)[:2]


def queries_keys_of_any_width(draw: Draw) -> tuple[Array, ...]:
    d = (3, 1, 2, 6, 4, 5)[draw.case % 6]
    n, m = 4 + int(draw.rng.integers(0, 3)), 7 + int(draw.rng.integers(0, 3))
    return _float(draw, _rows(draw, n, d)), _float(draw, _rows(draw, m, d))


def queries_keys_variance(draw: Draw) -> tuple[Any, ...]:
    q, k = queries_keys(draw)
    return q, k, float(draw.rng.uniform(0.6, 4.0))


FEATURE_SHAPES = ((5, 8, 3, 4), (7, 7, 6, 2), (1, 9, 4, 3), (9, 4, 2, 5), (3, 12, 5, 1), (6, 1, 4, 3))


def features_and_values(draw: Draw) -> tuple[Array, ...]:
    """Features of mostly one sign; one case has small denominators, one has features of both signs."""
    queries, keys, width, m = FEATURE_SHAPES[draw.case % 6]
    scale = 0.05 if draw.case % 6 == 4 else 1.0
    for _ in range(500):
        phi_q = draw.rng.uniform(0.1, 2.0, size=(queries, width)) * scale
        phi_k = draw.rng.uniform(0.1, 2.0, size=(keys, width))
        if draw.case % 6 == 1:
            phi_q, phi_k = draw.rng.normal(size=phi_q.shape), draw.rng.normal(size=phi_k.shape) + 0.5
        terms = phi_q @ phi_k.T
        # No denominator that nearly cancels: there a right answer would be all rounding.
        if (np.abs(terms.sum(axis=1)) > 0.3 * np.abs(terms).sum(axis=1)).all():
            return tuple(_float(draw, one) for one in (phi_q, phi_k, 1 + 2 * _rows(draw, keys, m)))
    raise RuntimeError("no features with a well-conditioned denominator were found")


def causal_features_and_values(draw: Draw) -> tuple[Array, ...]:
    n, width, m = ((6, 3, 4), (11, 5, 2), (1, 4, 3), (9, 2, 5), (40, 6, 3), (4, 7, 1))[draw.case % 6]
    phi_q = draw.rng.uniform(0.1, 2.0, size=(n, width))
    phi_k = draw.rng.uniform(0.1, 2.0, size=(n, width))
    return tuple(_float(draw, one) for one in (phi_q, phi_k, 1 + 2 * _rows(draw, n, m)))


def rows_and_projections(draw: Draw) -> tuple[Array, ...]:
    """Rows and directions; no two features of the first row are so near that rounding could exchange them."""
    n, d, r = ((5, 3, 4), (4, 6, 8), (7, 1, 5), (6, 2, 3), (3, 8, 6), (8, 4, 7))[draw.case % 6]
    for _ in range(200):
        x, w = _rows(draw, n, d), draw.rng.normal(size=(r, d)) * draw.rng.uniform(0.5, 1.5)
        phases = w @ x[0]
        if np.diff(np.sort(np.concatenate([np.sin(phases), np.cos(phases)]))).min() > 1e-4:
            return _float(draw, x), _float(draw, w)
    raise RuntimeError("no rows with distinct features were found")


def _kept_share(q: Array, k: Array, w: Array) -> Array:
    """Per query: Σ terms / Σ|terms| of its denominator; near 0 the terms nearly cancel.

    0 as well where the cosines that make up the terms nearly cancel: there 1e-6 added to the denominator would show.
    """
    exponent = (k**2).sum(axis=1) / (2 * np.sqrt(q.shape[1]))
    weights = np.exp(exponent - exponent.max())
    # φ(q)·φ(k) is the mean of cos(w·(q − k)).
    terms = np.cos((q @ w.T)[:, None, :] - (k @ w.T)[None, :, :]).mean(axis=2) * weights
    total = terms.sum(axis=1)
    return np.where(np.abs(total) > 0.05 * weights.sum(), total / np.abs(terms).sum(axis=1), 0.0)


def _well_conditioned(
    queries: Callable[[int], Array], k: Array, w: Array, n: int, negative: int = 0
) -> Array | None:
    """n queries whose denominators don't nearly cancel, so many of them negative; None if they are too rare."""
    above, below = queries(0), queries(0)
    for _ in range(20):
        candidates = queries(3 * n)
        share = _kept_share(candidates, k, w)
        above = np.concatenate([above, candidates[share > 0.4]])
        below = np.concatenate([below, candidates[share < -0.4]])
        if len(below) >= negative and len(above) >= n - negative:
            return np.concatenate([above[: n - negative], below[:negative]])
    return None


PROJECTED = ((7, 4, 3, 32), (9, 2, 4, 3), (12, 6, 2, 48), (6, 1, 3, 24), (10, 3, 5, 40), (8, 5, 4, 64))


def queries_keys_values_projections(draw: Draw) -> tuple[Array, ...]:
    """Keys of moderate norm; the second case has few frequencies, so that some denominators are negative."""
    n, d, m, r = PROJECTED[draw.case % 6]
    negative = 2 if draw.case % 6 == 1 else 0
    spread = (1.0, 2.0) if negative else (0.4, 1.3)
    for _ in range(200):
        k = _rows(draw, n, d, spread)
        w = draw.rng.normal(size=(r, d)) * d**-0.25
        q = _well_conditioned(lambda count: _rows(draw, count, d, spread), k, w, n, negative)
        if q is not None:
            return tuple(_float(draw, one) for one in (q, k, 1 + 2 * _rows(draw, n, m), w))
    raise RuntimeError("no queries with a well-conditioned denominator were found")


LARGE = ((8, 4, 3, 32), (6, 2, 4, 24), (9, 3, 2, 48), (7, 1, 3, 16), (10, 4, 5, 64), (5, 2, 2, 40))


def large_keys(draw: Draw) -> tuple[Array, ...]:
    n, d, m, r = LARGE[draw.case % 6]
    for _ in range(200):
        direction = draw.rng.normal(size=(n, d))
        norms = np.linspace(55, 60, n)
        # In every other case two keys share the weight; in the others the longest key takes nearly all.
        if draw.case % 2:
            norms[-2] = 60 - draw.rng.uniform(0.3, 1.0) * np.sqrt(d) / 60
        norms = draw.rng.permutation(norms)
        k = direction / np.linalg.norm(direction, axis=1, keepdims=True) * norms[:, None]
        w = draw.rng.normal(size=(r, d)) * d**-0.25
        q = _well_conditioned(lambda count: _rows(draw, count, d, (0.4, 1.3)), k, w, n)
        if q is not None:
            return tuple(one.astype(np.float32) for one in (q, k, 1 + 2 * _rows(draw, n, m), w))
    raise RuntimeError("no queries with a well-conditioned denominator were found")


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
    shapes = (len(q),), (len(q), len(k)), (len(k),)
    try:
        (a, _), (g, _), (b, _) = (fitted(one, shape) for one, shape in zip(value, shapes, strict=True))
    except StudentFailed as failure:
        # All three shapes, so that values in another order don't look like one of a wrong shape.
        found = ", ".join(str(getattr(one, "shape", type(one).__name__)) for one in value)
        raise StudentFailed(Problem.BAD_VALUE, f"{failure.says}; a, G, b are {found}") from failure
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
    """What names a wrong law, from signs and quantiles, which heavy tails can't spoil.

    The scale, the share of positive entries, the tail, the spread of row lengths, and how often signs agree between
    neighbouring rows, rows half a sample apart, neighbouring columns and successive calls.
    """
    w = _samples(function, d_random, width, sigma2, CALLS) * np.sqrt(sigma2)
    size = np.abs(w)
    median, high = np.quantile(size, [0.5, 0.9])
    lengths = np.sqrt((w**2).sum(axis=2))
    sign = np.sign(w)
    half = d_random // 2
    tiny = 1e-12
    return np.array(
        [
            np.log(median + tiny),
            float(sign.mean()),
            np.log(high + tiny) - np.log(median + tiny),
            np.log(np.quantile(lengths, 0.75) + tiny) - np.log(np.quantile(lengths, 0.25) + tiny),
            float((sign[:, 0:-1:2] * sign[:, 1::2]).mean()),
            float((sign[:, :half] * sign[:, half : 2 * half]).mean()),
            float((sign[:, :, :-1] * sign[:, :, 1:]).mean()) if width > 1 else 0.0,
            float((sign[0::2] * sign[1::2]).mean()),
        ]
    )


# ---------------------------------------------------------------- checks: attention


def projections(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """Exact tests of the law of the rows, in all with at most one false alarm in a million."""

    def function(*arguments: Any) -> Any:
        return student.call("sample_projections", *arguments).value

    samples, refused = [], []
    for law in LAWS:
        try:
            samples.append(_samples(function, *law, CALLS))
        except StudentFailed as failure:
            if failure.problem is not Problem.BAD_VALUE:
                raise
            # Without its trace, which would keep what may be a large answer.
            refused.append(failure.with_traceback(None))
    if refused:
        yield Evidence(False, refused[0].says)
        if len(refused) == len(LAWS):
            named = ask.explain(LAWS, refused)
            yield from [named] if named else []
        return
    for law, drawn in zip(LAWS, samples, strict=True):
        shown = Exhibit(dict(zip(("d_random", "D", "sigma2"), law, strict=True)), drawn[0])
        if not np.isfinite(drawn).all():
            yield Evidence(
                False, f"sample_projections gave NaN or infinite entries at sigma2 = {law[2]}", shown
            )
            return
        if any((drawn[0] == later).all() for later in drawn[1:]):
            says = "two calls without a generator gave the same matrix; each must draw afresh"
            yield Evidence(False, says, shown)
            yield Diagnosis(
                "same_draw_each_call", "every call returns the same matrix: is a seed set inside?"
            )
            return
        if (drawn == drawn[:, :1]).all():
            yield Evidence(False, "all rows of a matrix are equal; each must be drawn on its own", shown)
            yield Diagnosis(
                "one_row_for_all", "all rows are the same draw: one row was repeated or broadcast"
            )
            return
        if (drawn == drawn[:, :, :1]).all():
            says = "all columns of a matrix are equal; each entry must be drawn on its own"
            yield Evidence(False, says, shown)
            yield Diagnosis(
                "one_column_for_all", "all columns are the same draw: one column was repeated or broadcast"
            )
            return
    scaled = [drawn * np.sqrt(sigma2) for (_, _, sigma2), drawn in zip(LAWS, samples, strict=True)]
    # All entries together see what is too small for each law alone.
    everything = chance.entry_tests(np.concatenate([one.reshape(-1) for one in scaled]))
    groups = [*(chance.standard_normal_tests(one) for one in scaled), everything]
    (evidence,) = chance.evidence(groups, "rows scaled by σ should be standard normal")
    yield replace(evidence, exhibit=shown)
    if not evidence.ok:
        named = ask.explain(LAWS, [projection_statistics(function, *law) for law in LAWS])
        yield named or _what_the_law_lacks(groups)


LACKS = {
    "mean": "your entries don't have mean 0",
    "scale": "your entries have the wrong standard deviation",
    "entries": "your entries don't follow a normal distribution",
    "rows": "your row lengths don't scatter as those of normal rows do",
    "columns": "your column lengths don't scatter as those of normal columns do: are the columns normalised?",
    "coordinates": "the entries of a row depend on one another",
    "neighbours": "your rows depend on one another",
    "halves": "your second half of the rows depends on the first",
    "calls": "successive calls depend on one another",
}


def _what_the_law_lacks(groups: Sequence[Sequence[chance.Outcome]]) -> Diagnosis:
    """The first property, in the order above, of whose tests one fails."""
    tests = [test for group in groups for test in group]
    failed = [test for test in tests if not test.probability >= chance.FALSE_ALARM / len(tests)]
    worst = min(failed, key=lambda test: (list(LACKS).index(test.of), test.probability))
    return Diagnosis(f"law_of_{worst.of}", f"{LACKS[worst.of]}: {worst.says}")


def later_tokens(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """Changing the last token must leave every earlier output where it was."""
    phi_q, phi_k, v = causal_features_and_values(Draw(draw.rng, 0, 1))
    before, _ = fitted(student.call("causal_linear_attention", phi_q, phi_k, v).value, v.shape)
    phi_k[-1] *= 3
    v[-1] += 10
    after, _ = fitted(student.call("causal_linear_attention", phi_q, phi_k, v).value, v.shape)
    allowed = np.asarray(1e-4 * float(np.abs(v).max()))
    match = compare(after[:-1], before[:-1], allowed)
    says = f"when the last token changes, earlier outputs stay: {match.says}"
    yield Evidence(match.ok, says, Exhibit({"phi_Q": phi_q, "phi_K": phi_k, "V": v}, after[:-1], before[:-1]))


SIZES = (64, 128, 256, 512)
LONG = (1024, 8192)
# Quadratic work takes 64 times as long for 8 times the tokens, linear work 8 times; what ends sooner isn't timed.
QUICK_SECONDS, TRIES, SUSPICIOUS = 0.1, 3, 24.0


def linear_work(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """The counted work at N, 2N, 4N and 8N: it grows by equal steps per token, or it isn't linear.

    What was counted must also have given the right answer. The count is made beside the student's code, which could
    hide work from it, so a longer call is timed; the clock decides nothing but that a person should look.
    """
    work, wrong = [], ""
    for n in SIZES:
        inputs = _tokens(draw, n)
        answer = student.call("kernelized_attention", *inputs, count_work=True)
        if answer.work is None:
            raise StudentFailed(Problem.BAD_ANSWER, "the count of the work did not come with the answer")
        wrong = wrong or _wrong(answer.value, inputs)
        work.append(answer.work)
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
    if not wrong and work[-1] < sum(one.size for one in inputs):
        yield Waiting(
            f"The counted operations are {counts}: fewer than there are numbers to read. Does the code hide work from "
            "the count?"
        )
        return
    if not wrong:
        wrong, ratio = _growth_of_time(student, draw)
        if ratio > SUSPICIOUS:
            yield Waiting(
                f"The counted operations are {counts}: linear in N. But {LONG[1]} tokens take {ratio:.0f} times as "
                f"long as {LONG[0]}: does the code hide work from the count?"
            )
            return
    if wrong:
        yield Evidence(False, f"the work was counted of a wrong answer: {wrong}")
        return
    yield Evidence(True, f"the counted operations are {counts}: linear in N")


def _tokens(draw: Draw, n: int) -> list[Array]:
    return [draw.rng.uniform(0.1, 2.0, size=(n, columns)).astype(np.float32) for columns in (5, 5, 3)]


def _wrong(value: Any, inputs: Sequence[Array]) -> str:
    """What is wrong with an answer on many tokens; empty if nothing is."""
    phi_q, phi_k, v = (one.astype(np.float64) for one in inputs)
    truth = (phi_q @ (phi_k.T @ v)) / (phi_q @ phi_k.sum(axis=0))[:, None]
    if value is None:
        return f"at N = {len(v)} it was stopped"
    match = compare(value, truth, np.asarray(1e-3))
    return "" if match.ok else f"at N = {len(v)} {match.says}"


def _growth_of_time(student: Student, draw: Draw) -> tuple[str, float]:
    """What is wrong with a long call, and how many times as long as a shorter one it takes; 0 where it is quick."""
    ratios = []
    for _ in range(TRIES):
        seconds = []
        for n in reversed(LONG):
            inputs = _tokens(draw, n)
            before = monotonic()
            answer = student.call("kernelized_attention", *inputs)
            seconds.append(monotonic() - before)
            wrong = _wrong(answer.value, inputs)
            if wrong or seconds[0] < QUICK_SECONDS:
                return wrong, 0.0
        ratios.append(seconds[0] / seconds[1])
    return "", min(ratios)


def _pairs(values: list[Any]) -> list[tuple[Any, Any]]:
    return list(pairwise(values))


COSTS = {
    "softmax": "N^2 (D + M)",
    "polynomial": "N D^2 M",
    "random_features": "N R (D + M)",
    "causal_random_features": "N R (D + M)",
}
EXACT = "2 N R D + 4 N R M + 4 N R"
ONE = Fraction(1)


SMALL = {"N": 5, "D": 2, "M": 3, "R": 4}


def costs(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """One point for each formula: the growth class of four methods and one exact count."""
    from grader.verify.scope.growth import Same, exactly, read_cost, same_growth, value_at

    given = student.variable("costs").value
    if not isinstance(given, dict):
        kind = type(given).__name__
        raise StudentFailed(Problem.BAD_VALUE, f"`costs` is of type {kind}; a dict of strings was expected")
    for key, truth in {**COSTS, "random_features_exact": EXACT}.items():
        text = given.get(key)
        if not isinstance(text, str):
            kind = "missing" if text is None else f"a {type(text).__name__}"
            says = f"costs[{key!r}] is {kind}; a formula in N, D, M and R was expected"
            yield Evidence(False, says, points=ONE)
            yield Diagnosis(f"{key}_not_given", says)
            continue
        told = f"costs[{key!r}] = {text[:80]!r}"
        try:
            claimed, right = read_cost(_formula(text)), read_cost(truth)
        except ValueError as error:
            yield Evidence(False, f"{told} could not be read: {error}", points=ONE)
            yield Diagnosis(f"{key}_unreadable", f"{told} could not be read: {error}")
            continue
        if key in COSTS:
            growth = same_growth(claimed, right)
            same, exhibit = growth.verdict is Same.SAME, Exhibit({}, text, truth)
            yield Evidence(same, f"{told}: {growth.says}", exhibit, points=ONE)
            if not same:
                named = list(ask.named_value(key, lambda other, claimed=claimed: _same_class(claimed, other)))
                yield from named or [Diagnosis(f"{key}_another_growth", f"{told}: {growth.says}")]
        elif exactly(claimed, right):
            yield Evidence(True, f"{told} is the exact count", points=ONE)
        else:
            sizes = ", ".join(f"{name} = {size}" for name, size in SMALL.items())
            counts = f"{value_at(claimed, SMALL)} multiplications, the recipe takes {value_at(right, SMALL)}"
            says = f"{told}: at {sizes} that is {counts}"
            yield Evidence(False, says, Exhibit({}, text, truth), points=ONE)
            named = list(
                ask.named_value(key, lambda other, claimed=claimed: exactly(claimed, read_cost(other)))
            )
            yield from named or [Diagnosis("exact_another_count", says)]


def _formula(text: str) -> str:
    """The formula alone: without what it is called and without what is counted."""
    text = re.sub(r"^[A-Za-z _-]+[:=](?!=)", "", text.strip())
    return re.sub(
        r"\b(scalar|operations?|multiplications?|multiply-adds?|flops?|time|in total)\b", "", text, flags=re.I
    ).strip()


def _same_class(claimed: Any, other: str) -> bool:
    from grader.verify.scope.growth import Same, read_cost, same_growth

    return same_growth(claimed, read_cost(other)).verdict is Same.SAME
