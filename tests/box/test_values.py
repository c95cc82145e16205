"""What students return in any style arrives as plain arrays and numbers, or is named in a sentence."""

from __future__ import annotations

from collections import OrderedDict, deque
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from grader.box.frames import SeededGenerator, encode
from grader.box.values import BadValue, argument, exported, form, part_of

MATRIX = np.arange(6.0, dtype="f4").reshape(2, 3)


class Sneaky(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return True


class Sly(np.ndarray[Any, Any]):
    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return True

    def __array_ufunc__(self, *args: Any, **kwargs: Any) -> Any:
        return True


ALIKE = [
    torch.from_numpy(MATRIX),
    torch.nn.Parameter(torch.from_numpy(MATRIX)),
    torch.from_numpy(MATRIX).requires_grad_() * 1,
    torch.from_numpy(MATRIX.T.copy()).T,
    torch.from_numpy(MATRIX).to_sparse(),
    torch.from_numpy(MATRIX).bfloat16(),
    torch.from_numpy(MATRIX).as_subclass(Sneaky),
    MATRIX,
    np.asfortranarray(MATRIX),
    MATRIX.view(Sly),
    MATRIX.tolist(),
    list(MATRIX),
    list(torch.from_numpy(MATRIX)),
    [[torch.tensor(x) for x in row] for row in MATRIX],
    [[Fraction(int(x)) for x in row] for row in MATRIX],
    MATRIX.astype(">f8"),
    MATRIX.astype(object),
    MATRIX.astype(np.uint16),
]


@pytest.mark.parametrize("value", ALIKE, ids=lambda value: type(value).__name__)
def test_a_matrix_in_any_style_is_the_same_array(value: Any) -> None:
    plain, _ = exported(value)
    assert type(plain) is np.ndarray
    np.testing.assert_array_equal(plain, MATRIX)
    encode(plain, bytearray())


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (True, True),
        (np.bool_(True), True),
        (np.float32(0.5), 0.5),
        (np.int16(3), 3),
        (3, 3),
        ("N^2", "N^2"),
        (Fraction(1, 2), 0.5),
        ((1, None), (1, None)),
        (OrderedDict(a=1), {"a": 1}),
        ({0: 1}, {"0": 1}),
        (["a", "b"], ("a", "b")),
        ([None, 1], (None, 1)),
    ],
    ids=repr,
)
def test_scalars_tuples_and_dicts_stay_what_they_are(value: Any, plain: Any) -> None:
    got = exported(value)[0]
    assert got == plain
    assert type(got) is type(plain)


def test_a_ragged_list_is_a_tuple_of_arrays() -> None:
    plain, _ = exported([torch.ones(2), torch.ones(3, 2), [1, 2]])
    assert [part.shape for part in plain] == [(2,), (3, 2), (2,)]
    assert exported([torch.tensor(1.0), 2, np.float64(3)])[0].tolist() == [1, 2, 3]
    assert exported([])[0].shape == (0,)
    assert exported(range(3))[0].tolist() == [0, 1, 2]
    assert exported(deque([1, 2]))[0] == (1, 2)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ((x for x in "a"), "is a generator: is it `yield` where `return` was meant?"),
        (len, "is a builtin_function_or_method, not a value: are the parentheses of a call missing?"),
        (SimpleNamespace(), "is a SimpleNamespace; expected a tensor, an array or numbers"),
        ({1, 2}, "is a set; expected a tensor, an array or numbers"),
        (torch.ones(2) * 1j, "is a tensor of torch.complex64; expected real numbers"),
        (np.ones(2) * 1j, "is a complex128 array; expected real numbers"),
        (np.array(["a"]), "is an array of <U1; expected numbers"),
        (np.array([None]), "is an array of object; expected numbers"),
        (torch.zeros(1).expand(10**10), "is a tensor of shape (10000000000,): too large to send"),
        ({(1, 2): 3}, "is a dict with a key that is a tuple of 2 numbers; keys must be strings"),
        ([[[[[[[[[[["deep"]]]]]]]]]]], "is nested more than 8 deep"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_anything_else_is_named(value: Any, says: str) -> None:
    with pytest.raises(BadValue) as caught:
        exported(value)
    assert str(caught.value).startswith(says)


def test_an_object_that_is_equal_to_everything_is_no_value() -> None:
    class Equal:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]  # as a student would leave it

    with pytest.raises(BadValue, match="is an Equal"):
        exported(Equal())


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (torch.ones(2, 3), "a tensor of shape (2, 3), float32"),
        (MATRIX, "an array of shape (2, 3), float32"),
        ([torch.ones(1)] * 2, "a list of 2 tensors"),
        ((1, "a"), "a tuple of 2 values"),
        ({"a": 1}, "a dict of 1 values"),
        (0.25, "the number 0.25"),
        (np.float32(1), "a numpy float32 number"),
        (SimpleNamespace(), "a SimpleNamespace"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_the_form_is_said_in_words(value: Any, said: str) -> None:
    assert form(value) == said


def test_rows_and_parts() -> None:
    layers = [torch.arange(4.0).reshape(4, 1), [10, 11, 12, 13]]
    first, second = exported(layers, rows=(3, 1))[0]
    assert first.tolist() == [[3], [1]]
    assert second.tolist() == [13, 11]
    assert exported(torch.arange(5), rows=(2,))[0].tolist() == [2]
    assert exported([torch.tensor(5), torch.tensor(6)], rows=(1,))[0].tolist() == [6]
    assert part_of({"a": 1, "b": 2}, 1) == 2
    assert part_of(torch.arange(3), 2) == 2
    with pytest.raises(BadValue, match="has no part 3"):
        part_of([1, 2], 3)
    with pytest.raises(BadValue, match=r"holds an array of shape \(5,\), so it has no row 9"):
        exported(torch.arange(5), rows=(9,))


def test_arguments_become_tensors() -> None:
    array, pair, generator = (
        argument(value) for value in (MATRIX.copy(), (MATRIX.copy(), 2), SeededGenerator(3))
    )
    assert torch.is_tensor(array)
    assert torch.is_tensor(pair[0])
    assert pair[1] == 2
    expected = torch.rand(2, generator=torch.Generator().manual_seed(3))
    assert torch.equal(torch.rand(2, generator=generator), expected)
