"""A wrong output -> the named fault or convention that gives the same numbers on the same inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from grader.compare import compare_all
from grader.model import Convention, Diagnosis, StudentFailed
from grader.references import Expected, FellowOutput
from grader.symptoms import Observed

# Fellows are told apart by differences far above rounding; twice four digits' slack keeps float32 answers in.
SLACK = 16.0
RELATIVE = 2e-4
TWIN = 0.05


def fellow_that_matches(
    cases: Sequence[Observed], fellows: Sequence[FellowOutput], shares: Mapping[str, Fraction], of: str
) -> Diagnosis | Convention | None:
    """The fellow that matches every case the student answered and differs from the reference in one of them.

    A convention is preferred to a fault that gives the same numbers. `shares` maps "module.function:name" of a
    convention to its share of the points (1 where it isn't listed). An equivalent names no mistake.
    """
    answered = [(k, case) for k, case in enumerate(cases) if case.got is not None or case.refused is not None]
    if not answered:
        return None
    matching = [
        (distance, fellow) for fellow in fellows if (distance := _distance(answered, fellow)) is not None
    ]
    if not matching:
        return None
    # Of fellows that give the very same numbers the first listed speaks; a sample goes to the nearest.
    matching.sort(key=lambda pair: (pair[1].kind != "convention", round(pair[0], 1)))
    chosen = matching[0][1]
    # A sample that is nearest to what a right program draws: no fault that we know explains it.
    if chosen.kind == "equivalent":
        return None
    if chosen.kind == "convention":
        share = shares.get(f"{of}:{chosen.name}", Fraction(1))
        return Convention(chosen.name, chosen.says, share)
    also = ", ".join(
        fellow.name.replace("_", " ")
        for distance, fellow in matching[1:3]
        if distance < TWIN and fellow.kind == "fault"
    )
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
