"""What can be said of a wrong output without knowing its cause: true sentences, the most telling first.

A known fault that gives the same numbers says more; these are for mistakes that nobody listed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.compare import Array, compare_all, fitted
from grader.model import Diagnosis, StudentFailed
from grader.references import Expected, Inputs

# Above float32's rounding of any sensible order of operations, below what half precision or three digits leave.
COARSE = 1e-2
EXACT = 1e-3
SHOWN = 4
MOST_OUTPUTS = 16


@dataclass(frozen=True)
class Observed:
    """One case: what the student's code gave, or None and why not, and what was expected.

    `refused` is the sentence about a value of the wrong kind or shape, `failed` about a call without any value.
    """

    got: Any
    expected: Expected
    refused: str | None = None
    failed: str | None = None


@dataclass(frozen=True)
class _Pair:
    got: Array
    truth: Array


def symptom(cases: Sequence[Observed], inputs: Sequence[Inputs] = ()) -> Diagnosis | None:
    """The most telling true sentence about these cases; None where there is none."""
    answered = [case for case in cases if case.got is not None or case.refused or case.failed]
    if not answered:
        return None
    right = [_right(case) for case in answered]
    placed = len(inputs) == len(cases) == len(answered)
    if any(right) and placed:
        shared = _shared(cases, inputs, right)
        if shared is not None:
            return shared
    columns = _columns(answered)
    if isinstance(columns, Diagnosis):
        # What spoils some cases only has no name of its own.
        found = None if any(right) else columns
    elif columns is None:
        found = None
    else:
        found = _of_one(columns[0]) if len(columns) == 1 else _of_several(columns, answered)
    if found is None and any(right) and placed:
        says = f"your output is {_told(right)}, so the mistake shows on some inputs only{_how(cases, right)}"
        return Diagnosis("right_in_some_cases", says)
    return found


def _right(case: Observed) -> bool:
    if case.got is None:
        return False
    try:
        return compare_all(case.got, case.expected.values, case.expected.allowances).ok
    except StudentFailed:
        return False


# ---------------------------------------------------------------- right here, wrong there


def _told(right: Sequence[bool]) -> str:
    return f"right in {sum(right)} of {len(right)} cases"


def _shared(cases: Sequence[Observed], inputs: Sequence[Inputs], right: Sequence[bool]) -> Diagnosis | None:
    """What all wrong cases have in common and the fewest right ones."""
    found = []
    for name, says, holds in _conditions(inputs):
        marks = [holds(one, case) for one, case in zip(inputs, cases, strict=True)]
        spared = sum(mark and good for mark, good in zip(marks, right, strict=True))
        if all(mark or good for mark, good in zip(marks, right, strict=True)) and spared < sum(right):
            found.append((spared, name, says))
    if not found:
        return None
    _, name, says = min(found, key=lambda one: one[0])
    return Diagnosis(
        name, f"your output is {_told(right)}; the wrong ones are those {says}{_how(cases, right)}"
    )


def _how(cases: Sequence[Observed], right: Sequence[bool]) -> str:
    case = cases[list(right).index(False)]
    reason = case.refused or case.failed
    if reason:
        return f" ({reason})"
    try:
        values = [
            fitted(got, truth.shape)[0]
            for got, truth in zip(_outputs(case), case.expected.values, strict=True)
        ]
    except (StudentFailed, ValueError):
        return ""
    return "" if all(np.isfinite(one).all() for one in values) else " (it holds NaN or infinite values there)"


def _outputs(case: Observed) -> Sequence[Any]:
    # The rows of an array may be its outputs, but not millions of them.
    rows = len(case.got) if isinstance(case.got, np.ndarray) and case.got.ndim else 0
    listed = isinstance(case.got, (tuple, list)) or 0 < rows <= MOST_OUTPUTS
    several = len(case.expected.values) > 1 and listed
    return tuple(case.got) if several else (case.got,)


Condition = tuple[str, str, Callable[[Inputs, Observed], bool]]


def _conditions(inputs: Sequence[Inputs]) -> list[Condition]:
    longest = max(len(one) for one in inputs)
    return [
        (
            "default_argument",
            "in which the last argument is left to its default",
            lambda one, _: len(one) < longest,
        ),
        (
            "float64_inputs",
            "with float64 inputs: is a dtype fixed inside?",
            lambda one, _: any(array.dtype == np.float64 for array in _arrays(one)),
        ),
        (
            "lengths_differ",
            "whose inputs have different numbers of rows",
            lambda one, _: len({len(array) for array in _tables(one)}) > 1,
        ),
        ("one_row", "with a single row", lambda one, _: any(len(array) == 1 for array in _tables(one))),
        (
            "one_column",
            "with a single column",
            lambda one, _: any(array.shape[1] == 1 for array in _tables(one)),
        ),
        ("nothing_counts", "where the right answer is 0 throughout", lambda _, case: _zero(case.expected)),
    ]


def _arrays(inputs: Inputs) -> list[Array]:
    return [one for one in inputs if isinstance(one, np.ndarray)]


def _tables(inputs: Inputs) -> list[Array]:
    return [one for one in _arrays(inputs) if one.ndim == 2]


def _zero(expected: Expected) -> bool:
    return all((value == 0).all() for value in expected.values)


# ---------------------------------------------------------------- wrong everywhere


def _columns(cases: Sequence[Observed]) -> list[list[_Pair]] | Diagnosis | None:
    """For each output its pairs over the cases; a diagnosis where the shapes say it all."""
    columns: list[list[_Pair]] = [[] for _ in cases[0].expected.values]
    for case in cases:
        reason = case.refused or case.failed
        if reason is not None:
            return _unusable(cases, reason)
        outputs = _outputs(case)
        if len(outputs) != len(columns):
            return Diagnosis("number_of_values", f"{len(columns)} values are asked for, in a tuple")
        for column, got, truth in zip(columns, outputs, case.expected.values, strict=True):
            try:
                array, _ = fitted(got, truth.shape)
            except StudentFailed as failure:
                return _transposed(cases) or _unusable(cases, failure.says)
            column.append(_Pair(array.astype(np.float64), truth.astype(np.float64)))
    return columns


def _unusable(cases: Sequence[Observed], reason: str) -> Diagnosis | None:
    if all(case.failed for case in cases):
        return Diagnosis("call_fails", f"every call fails: {reason}")
    if "None" in reason:
        return Diagnosis("returns_none", f"no usable value comes back: {reason}")
    if "shape" in reason or "value(s) came back" in reason:
        return Diagnosis("wrong_shape", f"no case can be compared: {reason}")
    return None


def _transposed(cases: Sequence[Observed]) -> Diagnosis | None:
    for case in cases:
        truth, got = case.expected.values[0], case.got
        if len(case.expected.values) > 1 or truth.ndim != 2:
            return None
        if not isinstance(got, np.ndarray) or got.shape != truth.T.shape:
            return None
        if not np.allclose(got, truth.T, rtol=EXACT, atol=1e-4 * float(np.abs(truth).max())):
            return None
    return Diagnosis("transposed", "your output is the transpose of the right one")


def _of_several(columns: Sequence[Sequence[_Pair]], cases: Sequence[Observed]) -> Diagnosis | None:
    """Of several outputs, those that are wrong."""
    wrong = []
    for place in range(len(columns)):
        outputs = [
            (pairs[place].got, case.expected) for pairs, case in zip(_rows_of(columns), cases, strict=True)
        ]
        if not all(
            compare_all(got, (one.values[place],), (one.allowances[place],)).ok for got, one in outputs
        ):
            wrong.append(place)
    names = ("first", "second", "third", "fourth")
    if len(wrong) != 1 or wrong[0] >= len(names):
        return None
    which = names[wrong[0]]
    detail = _of_one(columns[wrong[0]])
    more = f": {detail.says}" if detail else ""
    return Diagnosis(
        f"only_the_{which}_value", f"of the {len(columns)} values compared only the {which} is wrong{more}"
    )


def _rows_of(columns: Sequence[Sequence[_Pair]]) -> list[list[_Pair]]:
    return [list(row) for row in zip(*columns, strict=True)]


def _of_one(pairs: Sequence[_Pair]) -> Diagnosis | None:
    if not all(np.isfinite(pair.truth).all() for pair in pairs):
        return None
    if not all(np.isfinite(pair.got).all() for pair in pairs):
        return Diagnosis(
            "not_finite", "your output holds NaN or infinite values where the right ones are finite"
        )
    for look in (_constant, _mask, _scaled, _shifted, _coarse, _signs, _order, _rows, _triangle):
        found = look(pairs)
        if found is not None:
            return found
    return None


def _all(pairs: Sequence[_Pair]) -> tuple[Array, Array]:
    return (
        np.concatenate([pair.got.ravel() for pair in pairs]),
        np.concatenate([pair.truth.ravel() for pair in pairs]),
    )


def _constant(pairs: Sequence[_Pair]) -> Diagnosis | None:
    got, truth = _all(pairs)
    if (got == 0).all():
        return Diagnosis("all_zero", "your output is zero everywhere")
    if got.size > 2 and np.ptp(got) == 0 < np.ptp(truth):
        return Diagnosis("constant_output", f"your output is {got[0]:.4g} whatever the input")
    if all(pair.got.size > 1 and np.ptp(pair.got) == 0 < np.ptp(pair.truth) for pair in pairs):
        return Diagnosis("constant_output", "your output is the same number everywhere")
    return None


def _mask(pairs: Sequence[_Pair]) -> Diagnosis | None:
    """0/1 answers: marked too much, or too little."""
    got, truth = _all(pairs)
    if not (np.isin(truth, (0, 1)).all() and np.isin(got, (0, 1)).all() and 0 < truth.sum() < truth.size):
        return None
    added, lost = int(((got == 1) & (truth == 0)).sum()), int(((got == 0) & (truth == 1)).sum())
    if (got == 1 - truth).all():
        return Diagnosis("inverted", "your output is True exactly where the right one is False")
    place = next(
        (pair, np.argwhere(pair.got != pair.truth)[0]) for pair in pairs if (pair.got != pair.truth).any()
    )
    where = [int(k) for k in place[1]]
    if added and not lost:
        return Diagnosis(
            "marks_too_many", f"your output marks all that it should and {added} more, such as {where}"
        )
    if lost and not added:
        return Diagnosis(
            "marks_too_few", f"your output marks nothing wrong but leaves out {lost}, such as {where}"
        )
    return None


def _coarse(pairs: Sequence[_Pair]) -> Diagnosis | None:
    """Nearly right: digits cut off, or lost on the way."""
    got, truth = _all(pairs)
    for digits in range(5):
        if np.allclose(got, np.round(truth, digits), rtol=0, atol=1e-6) and np.ptp(truth) > 0:
            return Diagnosis("rounded", f"your output is the right one rounded to {digits} decimals")
    if np.array_equal(got, np.trunc(truth)):
        return Diagnosis(
            "truncated", "your output is the right one without its decimals: is it cast to integers?"
        )
    if all(
        np.allclose(pair.got, pair.truth, rtol=COARSE, atol=1e-3 * float(np.abs(pair.truth).max()))
        for pair in pairs
    ):
        worst = max(
            float(np.abs(p.got - p.truth).max() / max(float(np.abs(p.truth).max()), 1e-300)) for p in pairs
        )
        return Diagnosis(
            "imprecise",
            f"your output is nearly right, off by up to {worst:.1g} of its size: half precision, a rounding, a "
            "constant that is added or a limit that cuts off?",
        )
    return None


def _scaled(pairs: Sequence[_Pair]) -> Diagnosis | None:
    usable = [pair for pair in pairs if (np.abs(pair.truth) > 0).any()]
    if not usable or sum(pair.truth.size for pair in usable) < 3:
        return None
    factors = [float((pair.got * pair.truth).sum() / (pair.truth**2).sum()) for pair in usable]
    if not all(
        np.allclose(pair.got, factor * pair.truth, rtol=EXACT, atol=1e-4 * float(np.abs(pair.truth).max()))
        for pair, factor in zip(usable, factors, strict=True)
    ):
        return None
    if not all((pair.got == 0).all() for pair in pairs if not (np.abs(pair.truth) > 0).any()):
        return None
    # Once the right answer is the right answer, up to what was lost on the way.
    if all(abs(factor - 1) < 5 * EXACT for factor in factors):
        return None
    if np.allclose(factors, factors[0], rtol=EXACT):
        return Diagnosis("constant_factor", f"your output is {factors[0]:.4g} times the right one everywhere")
    # One number a case is always some factor away.
    if all(pair.truth.size > 2 for pair in usable):
        listed = ", ".join(f"{factor:.3g}" for factor in factors[:SHOWN])
        return Diagnosis(
            "factor_depends_on_the_input",
            f"your output is the right one times a factor that changes with the input's size ({listed} …)",
        )
    return None


def _shifted(pairs: Sequence[_Pair]) -> Diagnosis | None:
    got, truth = _all(pairs)
    shift = float((got - truth).mean())
    if truth.size < 3 or abs(shift) < EXACT * float(np.abs(truth).max()):
        return None
    if np.allclose(got - truth, shift, rtol=0, atol=max(1e-4, 1e-5 * float(np.abs(truth).max()))):
        return Diagnosis("constant_shift", f"your output is the right one plus {shift:.4g} everywhere")
    return None


def _signs(pairs: Sequence[_Pair]) -> Diagnosis | None:
    if all(_near(np.abs(pair.got), np.abs(pair.truth)) for pair in pairs):
        return Diagnosis("signs", "your output has the right sizes, but the sign of some entries is wrong")
    return None


def _order(pairs: Sequence[_Pair]) -> Diagnosis | None:
    if all(
        pair.truth.ndim and _near(np.sort(pair.got, axis=0), np.sort(pair.truth, axis=0)) for pair in pairs
    ):
        return Diagnosis(
            "rows_in_another_order", "your output has the right numbers, but the rows stand in another order"
        )
    if all(
        pair.truth.ndim and _near(np.sort(pair.got, axis=None), np.sort(pair.truth, axis=None))
        for pair in pairs
    ):
        return Diagnosis("another_order", "your output has the right numbers, but in other places")
    return None


def _near(got: Array, truth: Array) -> bool:
    return bool(np.allclose(got, truth, rtol=EXACT, atol=1e-4 * float(np.abs(truth).max(initial=0.0))))


def _wrong(pair: _Pair) -> Any:
    return np.abs(pair.got - pair.truth) > EXACT * float(np.abs(pair.truth).max())


def _rows(pairs: Sequence[_Pair]) -> Diagnosis | None:
    """Which rows are wrong, where it is the same few in every case."""
    if any(pair.truth.ndim == 0 or len(pair.truth) < 3 for pair in pairs):
        return None
    wrong = [_wrong(pair).reshape(len(pair.truth), -1).any(axis=1) for pair in pairs]
    if all(bad[0] and not bad[1:].any() for bad in wrong):
        return Diagnosis("first_row", "only the first row is wrong; all others are right")
    if all(bad[-1] and not bad[:-1].any() for bad in wrong):
        return Diagnosis("last_row", "only the last row is wrong; all others are right")
    if all(not bad[0] and bad[1:].any() for bad in wrong):
        return Diagnosis("all_but_the_first_row", "only the first row is right in every case")
    if all(not bad[-1] and bad[:-1].any() for bad in wrong):
        return Diagnosis("all_but_the_last_row", "only the last row is right in every case")
    return None


def _triangle(pairs: Sequence[_Pair]) -> Diagnosis | None:
    """Square outputs that are wrong on the diagonal only, or on one side of it."""
    if any(pair.truth.ndim != 2 or pair.truth.shape[0] != pair.truth.shape[1] for pair in pairs):
        return None
    if any(len(pair.truth) < 3 for pair in pairs):
        return None
    wrong = [_wrong(pair) for pair in pairs]
    if all((bad == np.diag(np.diag(bad))).all() for bad in wrong):
        return Diagnosis("diagonal", "only the diagonal is wrong")
    if not any(np.diag(bad).any() for bad in wrong) and all(
        bad[~np.eye(len(bad), dtype=bool)].all() for bad in wrong
    ):
        return Diagnosis("all_but_the_diagonal", "only the diagonal is right")
    if not any(np.tril(bad).any() for bad in wrong):
        return Diagnosis("above_the_diagonal", "only the entries above the diagonal are wrong")
    if not any(np.triu(bad).any() for bad in wrong):
        return Diagnosis("below_the_diagonal", "only the entries below the diagonal are wrong")
    return None
