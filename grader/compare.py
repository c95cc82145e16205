"""Arrays against arrays: what a student's output is, where it differs, and by how much it may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.model import Convention, Evidence, Exhibit, Problem, StudentFailed

Array = NDArray[Any]
Values = tuple[Array, ...]

BATCH_OF_ONE = Convention("batch_of_one", "a leading batch dimension of 1 was left out of the comparison")
COLUMN = Convention("column", "a trailing dimension of 1 was left out of the comparison")


@dataclass(frozen=True)
class Match:
    """One comparison: `worst` is the largest difference in units of what was allowed there."""

    ok: bool
    says: str
    worst: float
    convention: Convention | None = None


def numeric(value: Any, called: str = "the value") -> Array:
    """A student's value as one real array; raises `StudentFailed`, which calls it so, where it is none.

    >>> numeric([[1, 2], [3, 4]]).shape
    (2, 2)
    """
    if isinstance(value, (tuple, list)):
        try:
            value = np.stack([numeric(one, "an element") for one in value]) if len(value) else np.zeros((0,))
        except ValueError as error:
            raise StudentFailed(
                Problem.BAD_VALUE, "the value is a list of arrays of different shapes; one array was expected"
            ) from error
    if isinstance(value, (bool, int, float, np.generic)):
        value = np.asarray(value)
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf":
        raise StudentFailed(Problem.BAD_VALUE, f"{called} is {_kind(value)}; real numbers were expected")
    return value


def _kind(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of type {value.dtype}"
    return f"of type {type(value).__name__}"


def fitted(value: Any, shape: Sequence[int]) -> tuple[Array, Convention | None]:
    """The value as an array of this shape, and the convention that had to be granted for it.

    A leading batch dimension of 1, and (M, 1) for (M,) or the reverse, are granted. Raises `StudentFailed`
    with both shapes otherwise.
    """
    array = numeric(value)
    wanted = tuple(shape)
    if array.shape == wanted:
        return array, None
    if array.shape == (1, *wanted) or (not wanted and array.size == 1):
        return array.reshape(wanted), BATCH_OF_ONE
    if array.shape == (*wanted, 1) or (wanted[-1:] == (1,) and array.shape == wanted[:-1]):
        return array.reshape(wanted), COLUMN
    raise StudentFailed(
        Problem.BAD_VALUE, f"the shape is {_shape(array.shape)}, but {_shape(wanted)} was expected"
    )


def _shape(shape: Sequence[int]) -> str:
    return "() (a single number)" if not shape else str(tuple(int(size) for size in shape))


def compare(got: Any, expected: Array, allowance: Array) -> Match:
    """Is every entry of `got` within the allowance of its expected value?

    An expected NaN wants a NaN; an infinity wants the same infinity. Boolean expectations accept any
    0/1 dtype. Raises `StudentFailed` where `got` is no array of the expected shape.
    """
    array, convention = fitted(got, expected.shape)
    if expected.size == 0:
        raise ValueError("an empty comparison proves nothing")
    values = array.astype(np.float64)
    truth = expected.astype(np.float64)
    allowed = np.broadcast_to(np.asarray(allowance, dtype=np.float64), truth.shape)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        gap = np.abs(values - truth)
        same = (values == truth) | (np.isnan(values) & np.isnan(truth))
        gap = np.where(same, 0.0, np.where(np.isfinite(gap), gap, np.inf))
        excess = np.where(gap == 0, 0.0, gap / np.maximum(allowed, np.finfo(np.float64).tiny))
    ok = bool((gap <= allowed).all())
    place = tuple(int(k) for k in np.unravel_index(int(np.argmax(excess)), truth.shape))
    return Match(ok, _says(ok, values, truth, gap, allowed, place), float(excess[place]), convention)


def _says(ok: bool, values: Array, truth: Array, gap: Array, allowed: Array, place: tuple[int, ...]) -> str:
    where = f" at {list(place)}" if place else ""
    if ok:
        return f"largest difference {gap[place]:.2g}{where}, allowed {allowed[place]:.2g}"
    if not truth.shape:
        within = f" (difference {gap[place]:.2g}, allowed {allowed[place]:.2g})" if np.isfinite(gap) else ""
        return f"the value is {values[place]:.6g}, expected {truth[place]:.6g}{within}"
    broken = int(np.count_nonzero(~np.isfinite(values) & np.isfinite(truth)))
    if broken:
        return f"{broken} of {values.size} values are NaN or infinite, the first{where}"
    wrong = int(np.count_nonzero(gap > allowed))
    return (
        f"{wrong} of {values.size} values differ; the worst{where} is {values[place]:.6g}, "
        f"expected {truth[place]:.6g} (difference {gap[place]:.2g}, allowed {allowed[place]:.2g})"
    )


def compare_all(got: Any, expected: Values, allowances: Values) -> Match:
    """`compare` over a tuple of outputs; the first wrong one speaks, else the worst."""
    # A list of one row arrives as a tuple of one, so with one output expected a tuple is never unpacked.
    # Two scalars may come as one array of two.
    scalars = isinstance(got, np.ndarray) and got.ndim == 1 and all(one.ndim == 0 for one in expected)
    outputs = tuple(got) if len(expected) > 1 and (scalars or isinstance(got, (tuple, list))) else (got,)
    if len(outputs) != len(expected):
        raise StudentFailed(
            Problem.BAD_VALUE, f"{len(outputs)} value(s) came back, but {len(expected)} were expected"
        )
    matches = [compare(*row) for row in zip(outputs, expected, allowances, strict=True)]
    worst = max(matches, key=lambda match: match.worst)
    granted = next((match.convention for match in matches if match.convention), None)
    for number, match in enumerate(matches, 1):
        if not match.ok:
            label = f"value {number} of {len(matches)}: " if len(matches) > 1 else ""
            return Match(False, label + match.says, worst.worst, granted)
    return Match(True, worst.says, worst.worst, granted)


def near(got: Any, expected: Any, allowance: float, says: str, exhibit: Exhibit | None = None) -> Evidence:
    """Evidence that a value is within an allowance of what was expected, for a rubric's own checks.

    >>> near(0.5, 0.5, 0.0, "the margin").says
    'the margin: largest difference 0, allowed 0'
    """
    try:
        match = compare(got, np.asarray(expected), np.asarray(allowance))
    except StudentFailed as failure:
        return Evidence(False, f"{says}: {failure.says}", exhibit)
    return Evidence(match.ok, f"{says}: {match.says}", exhibit)
