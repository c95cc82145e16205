from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.compare import (
    BATCH_OF_ONE,
    COLUMN,
    compare,
    compare_all,
    fitted,
    near,
    numeric,
)
from grader.model import Problem, StudentFailed

FLOATS = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=4), elements=st.floats(-1e6, 1e6))


@given(FLOATS)
def test_everything_equals_itself_with_no_allowance(array: Any) -> None:
    assert compare(array, array, np.zeros(array.shape)).ok


@given(FLOATS, st.data())
def test_one_entry_beyond_its_allowance_is_seen_and_placed(array: Any, data: st.DataObject) -> None:
    place = tuple(data.draw(st.integers(0, size - 1)) for size in array.shape)
    changed = array.copy()
    changed[place] += 3.0
    match = compare(changed, array, np.full(array.shape, 1.0))
    assert not match.ok
    assert str(list(place)) in match.says
    assert compare(changed, array, np.full(array.shape, 3.0 + 1e-9)).ok


@pytest.mark.parametrize(
    ("got", "ok"),
    [
        pytest.param([np.nan, 1.0], False, id="nan-for-a-number"),
        pytest.param([np.inf, 1.0], False, id="infinity-for-a-number"),
        pytest.param([0.0, 1.0], True, id="equal"),
    ],
)
def test_what_is_not_finite_never_passes_for_a_number(got: list[float], ok: bool) -> None:
    assert compare(np.array(got), np.array([0.0, 1.0]), np.full(2, 1e300)).ok is ok


def test_an_expected_nan_wants_a_nan() -> None:
    truth = np.array([np.nan, 1.0])
    assert compare(np.array([np.nan, 1.0]), truth, np.zeros(2)).ok
    assert not compare(np.array([0.0, 1.0]), truth, np.full(2, 1e9)).ok


def test_an_empty_comparison_is_refused() -> None:
    with pytest.raises(ValueError, match="proves nothing"):
        compare(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros((0, 3)))


@pytest.mark.parametrize(
    ("shape", "wanted", "convention"),
    [
        pytest.param((2, 3), (2, 3), None, id="same"),
        pytest.param((1, 2, 3), (2, 3), BATCH_OF_ONE, id="batch-of-one"),
        pytest.param((4, 1), (4,), COLUMN, id="column-for-vector"),
        pytest.param((4,), (4, 1), COLUMN, id="vector-for-column"),
        pytest.param((1,), (), BATCH_OF_ONE, id="one-element-for-a-scalar"),
    ],
)
def test_granted_shapes(shape: tuple[int, ...], wanted: tuple[int, ...], convention: Any) -> None:
    assert fitted(np.zeros(shape), wanted)[1] == convention


@pytest.mark.parametrize(
    ("value", "says"),
    [
        pytest.param(None, "the value is None", id="none"),
        pytest.param([[1.0, None, 2.0]] * 2, "an element is None", id="none-among-numbers"),
        pytest.param(np.zeros(2, complex), "complex128", id="complex"),
        pytest.param("3", "str", id="text"),
        pytest.param({"a": 1}, "dict", id="dict"),
        pytest.param((np.zeros(2), np.zeros(3)), "different shapes", id="ragged"),
        pytest.param(np.zeros((3, 2)), "(3, 2)", id="transposed-shape"),
        pytest.param(np.zeros(()), "single number", id="scalar"),
        pytest.param(np.zeros((1, 1)), "(1, 1)", id="would-broadcast"),
    ],
)
def test_values_of_another_kind_or_shape_are_refused_by_name(value: Any, says: str) -> None:
    with pytest.raises(StudentFailed) as caught:
        fitted(value, (2, 3))
    assert caught.value.problem is Problem.BAD_VALUE
    assert says in caught.value.says


def test_lists_and_numbers_are_arrays() -> None:
    assert numeric(((1, 2.5), (3, 4))).shape == (2, 2)
    assert numeric(True).dtype.kind == "b"


def test_a_tuple_is_compared_part_by_part() -> None:
    truth = (np.zeros(2), np.ones(3))
    allowed = (np.zeros(2), np.zeros(3))
    assert compare_all((np.zeros(2), np.ones(3)), truth, allowed).ok
    assert not compare_all((np.zeros(2), np.zeros(3)), truth, allowed).ok
    with pytest.raises(StudentFailed, match="1 value"):
        compare_all(np.zeros(2), truth, allowed)


def test_near_names_a_wrong_shape_instead_of_raising() -> None:
    assert "(3,)" in near(np.zeros(3), np.zeros(2), 1.0, "the sum").says
