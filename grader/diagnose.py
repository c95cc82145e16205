"""A wrong output -> the named fault or convention that gives the same numbers on the same inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from grader.compare import compare_all, fitted
from grader.model import Convention, Diagnosis, StudentFailed
from grader.references import Expected, FellowOutput

# Fellows are told apart by differences far above rounding; twice four digits' slack keeps float32 answers in.
SLACK = 16.0
RELATIVE = 2e-4
TWIN = 0.05


@dataclass(frozen=True)
class Observed:
    """One case: what the student's code gave, or None and why not, and what was expected."""

    got: Any
    expected: Expected
    refused: str | None = None


def explain(
    cases: Sequence[Observed], fellows: Sequence[FellowOutput], shares: Mapping[str, Fraction], of: str
) -> Diagnosis | Convention | None:
    """The fellow that matches every case the student answered and differs from the reference in one of them.

    A convention is preferred to a fault that gives the same numbers. `shares` maps "module.function:name" of a
    convention to its share of the points (1 where it isn't listed).
    """
    answered = [(k, case) for k, case in enumerate(cases) if case.got is not None or case.refused is not None]
    if not answered:
        return None
    matching = [
        (distance, fellow) for fellow in fellows if (distance := _distance(answered, fellow)) is not None
    ]
    if not matching:
        return _shape_of_the_error([case for _, case in answered if case.got is not None])
    # Of fellows that give the very same numbers the first listed speaks; a sample goes to the nearest.
    matching.sort(key=lambda pair: (pair[1].kind != "convention", round(pair[0], 1)))
    chosen = matching[0][1]
    if chosen.kind == "convention":
        share = shares.get(f"{of}:{chosen.name}", Fraction(1))
        return Convention(chosen.name, chosen.says, share)
    also = ", ".join(fellow.name.replace("_", " ") for distance, fellow in matching[1:3] if distance < TWIN)
    return Diagnosis(chosen.name, chosen.says + (f" (The same numbers come from: {also}.)" if also else ""))


def _distance(answered: Sequence[tuple[int, Observed]], fellow: FellowOutput) -> float | None:
    """How far the fellow is from the student, in units of what is allowed; None where it explains nothing."""
    differs = False
    farthest = 0.0
    for k, case in answered:
        output = fellow.outputs[k]
        if case.got is None or not isinstance(output, tuple):
            if case.got is not None or output != case.refused:
                return None
            differs = True
            continue
        if any(value.dtype.kind not in "biuf" for value in output):
            return None
        allowed = case.expected.allowances
        allowances = tuple(
            _allowance(value, allowed[j] if j < len(allowed) else 0) for j, value in enumerate(output)
        )
        try:
            match = compare_all(case.got, output, allowances)
        except (StudentFailed, ValueError):
            return None
        if not match.ok:
            return None
        farthest = max(farthest, match.worst)
        differs = differs or not _same(output, case.expected)
    return farthest if differs else None


def _allowance(value: Any, allowed: Any) -> Any:
    finite = np.where(np.isfinite(value), np.abs(value), 0.0)
    own = RELATIVE * (float(finite.max()) if finite.size else 0.0)
    widest = float(np.max(allowed, initial=0.0))
    return np.full(value.shape, own + SLACK * widest)


def _same(output: Any, expected: Expected) -> bool:
    try:
        return compare_all(output, expected.values, expected.allowances).ok
    except StudentFailed:
        return False


def _shape_of_the_error(cases: Sequence[Observed]) -> Diagnosis | None:
    """What can be said without any fellow: a constant factor, a transpose, no dependence on the input."""
    if not cases:
        return None
    pairs = []
    for case in cases:
        if len(case.expected.values) != 1:
            return None
        truth = case.expected.values[0].astype(np.float64)
        try:
            array, _ = fitted(case.got, truth.shape)
        except StudentFailed:
            return _transposed(cases)
        pairs.append((array.astype(np.float64), truth))
    if any(truth.dtype.kind == "b" for _, truth in pairs):
        return None
    if not all(np.isfinite(got).all() and np.isfinite(truth).all() for got, truth in pairs):
        return Diagnosis(
            "not_finite", "your output holds NaN or infinite values where the right ones are finite"
        )
    if all((got == 0).all() for got, _ in pairs):
        return Diagnosis("all_zero", "your output is zero everywhere")
    if all(got.size > 1 and np.ptp(got) == 0 for got, _ in pairs):
        return Diagnosis("constant_output", "your output is the same number everywhere")
    factors = [float((got * truth).sum() / max((truth**2).sum(), 1e-300)) for got, truth in pairs]
    scaled = all(
        np.allclose(got, factor * truth, rtol=1e-3, atol=1e-4 * float(np.abs(truth).max()))
        for (got, truth), factor in zip(pairs, factors, strict=True)
    )
    if scaled and any(truth.size > 2 for _, truth in pairs):
        if np.allclose(factors, factors[0], rtol=1e-3):
            return Diagnosis(
                "constant_factor", f"your output is {factors[0]:.4g} times the right one everywhere"
            )
        listed = ", ".join(f"{factor:.3g}" for factor in factors[:4])
        return Diagnosis(
            "factor_depends_on_the_input",
            f"your output is the right one times a factor that changes with the input's size ({listed} …)",
        )
    shifts = [float((got - truth).mean()) for got, truth in pairs]
    shifted = all(
        np.allclose(got - truth, shift, rtol=0, atol=1e-4 * max(1.0, abs(shift)))
        for (got, truth), shift in zip(pairs, shifts, strict=True)
    )
    if shifted and any(truth.size > 2 for _, truth in pairs) and np.allclose(shifts, shifts[0], rtol=1e-3):
        return Diagnosis("constant_shift", f"your output is the right one plus {shifts[0]:.4g} everywhere")
    return _rows(pairs)


def _transposed(cases: Sequence[Observed]) -> Diagnosis | None:
    for case in cases:
        truth = case.expected.values[0]
        got = case.got
        if truth.ndim != 2 or not isinstance(got, np.ndarray) or got.shape != truth.T.shape:
            return None
        if not np.allclose(got, truth.T, rtol=1e-3, atol=1e-4 * float(np.abs(truth).max())):
            return None
    return Diagnosis("transposed", "your output is the transpose of the right one")


def _rows(pairs: Sequence[tuple[Any, Any]]) -> Diagnosis | None:
    """Which rows are wrong, where it is the same few in every case."""
    wrong = []
    for got, truth in pairs:
        if truth.ndim == 0 or len(truth) < 3:
            return None
        scale = 1e-3 * float(np.abs(truth).max())
        bad = np.abs(got - truth).reshape(len(truth), -1).max(axis=1) > scale
        wrong.append(bad)
    if all(bad[0] and not bad[1:].any() for bad in wrong):
        return Diagnosis("first_row", "only the first row is wrong; all others are right")
    if all(bad[-1] and not bad[:-1].any() for bad in wrong):
        return Diagnosis("last_row", "only the last row is wrong; all others are right")
    if all(bad[1:].all() and not bad[0] for bad in wrong):
        return Diagnosis("all_but_the_first_row", "only the first row is right; every later one is wrong")
    if all(bad[:-1].all() and not bad[-1] for bad in wrong):
        return Diagnosis("all_but_the_last_row", "only the last row is right; every earlier one is wrong")
    return None
