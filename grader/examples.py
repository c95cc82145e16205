"""An answer that is right on the handout's example and nowhere else: is it typed in?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.compare import compare_all
from grader.model import Diagnosis, Item, Problem, Student, StudentFailed
from grader.questions import Questions
from grader.references import Expected, Inputs
from grader.symptoms import Observed

MOVED = 1e-3
NEAR = 0.05


def only_the_example(
    item: Item, questions: Questions, student: Student, observed: Sequence[Observed]
) -> Diagnosis | None:
    """A suspicion for a person to look into, where every fresh case went wrong.

    A wrong formula that happens to be right on the example is nearly right beside it, for formulas are continuous; what
    was typed in breaks off there, or answers the example's numbers whatever the input.
    """
    inputs = example_of(item)
    if not inputs or any(_agrees(case.got, case.expected) for case in observed):
        return None
    beside = _beside(inputs)
    tolerance = questions.rubric.tolerances[item.within]
    truth, truth_beside = questions.references.expected(item, tolerance, [inputs, beside])
    try:
        got = questions.observed(item, student, inputs)
    except StudentFailed:
        return None
    if not _agrees(got, truth):
        return None
    if all(_agrees(case.got, truth) for case in observed):
        return Diagnosis(
            "always_the_example",
            "whatever the input, your output is the one of the handout's example: are its numbers typed in?",
        )
    try:
        near = _agrees(questions.observed(item, student, beside), _roughly(truth_beside))
    except StudentFailed as failure:
        near = failure.problem is not Problem.RAISED
    if near:
        return None
    return Diagnosis(
        "only_the_example",
        "your output is right on the handout's example, but not on numbers right beside it: is the answer typed in?",
    )


def example_of(item: Item) -> Inputs:
    """The inputs of the handout's example, lists as arrays: float32 where a number has a point, else int64."""
    return tuple(_array(one) if isinstance(one, (list, tuple)) else one for one in item.example)


def _array(rows: Any) -> Any:
    found = np.array(rows)
    return found.astype(np.float32 if found.dtype.kind == "f" else np.int64)


def _beside(inputs: Inputs) -> Inputs:
    """Floating-point numbers a thousandth off, in turns up and down; where there are none, the whole backwards."""
    real = any(isinstance(one, np.ndarray) and one.dtype.kind == "f" for one in inputs)

    def moved(one: Any) -> Any:
        if not isinstance(one, np.ndarray):
            return one
        if not real:
            return one[..., ::-1].copy()
        if one.dtype.kind != "f":
            return one
        signs = np.where(np.arange(one.size).reshape(one.shape) % 2, -1.0, 1.0)
        return (one * (1 + MOVED * signs)).astype(one.dtype)

    return tuple(map(moved, inputs))


def _agrees(got: Any, truth: Expected) -> bool:
    if got is None:
        return False
    try:
        return compare_all(got, truth.values, truth.allowances).ok
    except StudentFailed:
        return False


def _roughly(truth: Expected) -> Expected:
    def allowance(value: Any) -> Any:
        if value.dtype.kind != "f":
            return np.zeros(value.shape)
        return np.full(value.shape, NEAR * max(1e-6, float(np.abs(value).max(initial=0.0))))

    return Expected(truth.values, tuple(map(allowance, truth.values)))
