"""What a student's function returned, as plain values that can cross the wire; and the way back for arguments.

This runs inside the box, beside the student's code, so it is a courtesy and no control: it gives honest students
honest sentences. The grader believes only the bytes that arrive.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import nullcontext
from fractions import Fraction
from typing import Any

import numpy as np

from .frames import DEPTH, NODES, SeededGenerator

SENDABLE = {"?": "|b1", "b": "|i1", "B": "|u1", "h": "<i2", "i": "<i4", "l": "<i8", "q": "<i8", "e": "<f2"}
WIDENED = {"H": "<i8", "I": "<i8", "L": "<i8", "Q": "<i8", "f": "<f4", "d": "<f8", "g": "<f8"}


class BadValue(Exception):
    """The student's value cannot be sent; the message says what it is, to be put after the function's name."""


def exported(value: Any, rows: tuple[int, ...] | None = None) -> tuple[Any, str]:
    """A plain value (arrays, numbers, strings, tuples, dicts) and in words what the student's object was.

    With `rows`, only these rows of each array: of the array itself, or of each element of a list, tuple or dict.
    """
    torch = sys.modules.get("torch")
    with nullcontext() if torch is None else torch._C.DisableTorchFunctionSubclass():
        return _plain(value, rows, DEPTH), form(value)


def part_of(value: Any, part: int) -> Any:
    """One element of a list, a tuple or a dict (in its order), or one row of an array."""
    elements = list(value.values()) if isinstance(value, Mapping) else value
    try:
        return elements[part]
    except (IndexError, TypeError, KeyError):
        raise BadValue(f"is {form(value)}, so it has no part {part}") from None


def form(value: Any) -> str:
    """In words what an object is.

    >>> form(np.zeros((3, 4))), form([1, 2]), form(None)
    ('an array of shape (3, 4), float64', 'a list of 2 numbers', 'None')
    """
    kind = type(value)
    if value is None or kind is bool:
        return str(value)
    if kind is int or kind is float:
        return f"the number {value:.6g}" if abs(value) < 10**300 else "a number"
    if isinstance(value, np.generic):
        return f"a numpy {value.dtype} number"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}, {value.dtype}"
    if _is_tensor(value):
        return f"a tensor of shape {tuple(value.shape)}, {str(value.dtype).removeprefix('torch.')}"
    if kind is str:
        return f"a string of {len(value)} characters"
    if isinstance(value, list | tuple):
        return f"a {kind.__name__} of {len(value)} {_elements(value)}"
    if isinstance(value, Mapping):
        return f"a {kind.__name__} of {len(value)} values"
    return _with_article(kind.__name__)


def _elements(value: list[Any] | tuple[Any, ...]) -> str:
    kinds = {"tensor" if _is_tensor(element) else type(element).__name__ for element in value}
    if kinds and kinds <= {"int", "float", "bool"}:
        return "numbers"
    return f"{kinds.pop()}s" if len(kinds) == 1 else "values"


def _with_article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _plain(value: Any, rows: tuple[int, ...] | None, depth: int) -> Any:
    if depth < 0:
        raise BadValue(f"is nested more than {DEPTH} deep")
    kind = type(value)
    if value is None or kind is bool or kind is str or kind is int or kind is float:
        return value
    if isinstance(value, np.ndarray) or _is_tensor(value):
        return _rows_of(_array(value), rows)
    if isinstance(value, np.generic):
        return _array(np.asarray(value)).item()
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, range):
        return _rows_of(np.arange(value.start, value.stop, value.step, dtype="<i8"), rows)
    if isinstance(value, tuple) or _is_sequence_view(value):
        return tuple(_plain(element, rows, depth - 1) for element in value)
    if isinstance(value, list):
        return _list(value, rows, depth)
    if isinstance(value, Mapping):
        return {_key(key): _plain(element, rows, depth - 1) for key, element in value.items()}
    raise BadValue(_why_not(value))


def _is_sequence_view(value: Any) -> bool:
    return type(value).__name__ in {"dict_values", "dict_keys", "deque"}


def _key(key: Any) -> str:
    if type(key) is str:
        return key
    if type(key) is int:
        return str(key)
    raise BadValue(f"is a dict with a key that is {form(key)}; keys must be strings")


def _why_not(value: Any) -> str:
    kind = type(value).__name__
    if kind == "generator":
        return "is a generator: is it `yield` where `return` was meant?"
    if kind == "coroutine":
        return "is a coroutine: was it defined with `async def`?"
    if callable(value):
        return f"is {_with_article(kind)}, not a value: are the parentheses of a call missing?"
    return f"is {_with_article(kind)}; expected a tensor, an array or numbers"


def _rows_of(array: np.ndarray[Any, Any], rows: tuple[int, ...] | None) -> np.ndarray[Any, Any]:
    if rows is None:
        return array
    if array.ndim == 0 or max(rows, default=0) >= array.shape[0]:
        raise BadValue(f"holds an array of shape {array.shape}, so it has no row {max(rows, default=0)}")
    return array[list(rows)]


def _list(value: list[Any], rows: tuple[int, ...] | None, depth: int) -> Any:
    """A list of numbers or of equal arrays is an array; any other list is a tuple."""
    if all(_is_number(element) for element in value):
        scalars = [element.item() if hasattr(element, "item") else element for element in value]
        return _rows_of(_array(np.array(scalars, dtype=object if _mixed(scalars) else None)), rows)
    if _holds_arrays(value):
        return _stacked(tuple(_plain(element, rows, depth - 1) for element in value))
    array = _numbers(value)
    if array is not None:
        return _rows_of(array, rows)
    if len(value) > NODES:
        raise BadValue(f"is a list of {len(value):,} values that are no numbers")
    return _stacked(tuple(_plain(element, rows, depth - 1) for element in value))


def _stacked(parts: tuple[Any, ...]) -> Any:
    """Equal arrays as one, with an axis more; other parts as they are."""
    alike = {(part.shape, part.dtype) if type(part) is np.ndarray else None for part in parts}
    return np.stack(parts) if len(alike) == 1 and None not in alike else parts


def _mixed(scalars: list[Any]) -> bool:
    return any(isinstance(scalar, Fraction) for scalar in scalars)


def _holds_arrays(value: list[Any]) -> bool:
    """Whether a list's elements are arrays, or lists that hold arrays."""
    if len(value) > NODES:
        return False
    return any(
        isinstance(element, np.ndarray)
        or _is_tensor(element)
        or (isinstance(element, list) and _holds_arrays(element))
        for element in value
    )


def _numbers(value: list[Any]) -> np.ndarray[Any, Any] | None:
    """The array that a (nested) list of numbers stands for; None if it is no such list."""
    if any(isinstance(element, str | Mapping) or element is None for element in value):
        return None
    try:
        array = np.array(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if array.dtype.char not in SENDABLE and array.dtype.char not in WIDENED:
        return None
    return _array(array)


def _array(value: Any) -> np.ndarray[Any, Any]:
    """A tensor or an array as a plain array of a dtype that the wire has."""
    if _is_tensor(value):
        value = _numpy_of(value)
    array = np.asarray(value)
    if type(array) is not np.ndarray:
        array = array.view(np.ndarray)
    char = array.dtype.char
    if char in SENDABLE:
        return array.astype(SENDABLE[char], copy=False)
    if char in WIDENED:
        return array.astype(WIDENED[char], copy=False)
    if array.dtype.kind == "c":
        raise BadValue(f"is {_with_article(str(array.dtype))} array; expected real numbers")
    if array.dtype.kind == "O" and array.size <= NODES and all(_is_number(item) for item in array.flat):
        return array.astype("<f8")
    raise BadValue(f"is an array of {array.dtype}; expected numbers")


def _is_number(value: Any) -> bool:
    """A number, or an array or a tensor without dimensions."""
    if isinstance(value, np.ndarray) or _is_tensor(value):
        return bool(value.ndim == 0)
    return isinstance(value, int | float | Fraction | np.number | np.bool_)


def _numpy_of(value: Any) -> np.ndarray[Any, Any]:
    torch = sys.modules["torch"]
    tensor = value.detach()
    if tensor.layout != torch.strided:
        tensor = tensor.to_dense()
    if tensor.is_complex():
        raise BadValue(f"is a tensor of {tensor.dtype}; expected real numbers")
    tensor = tensor.resolve_neg().cpu()
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.float()
    size = tensor.numel() * tensor.element_size()
    if size > 2**31:
        raise BadValue(f"is a tensor of shape {tuple(tensor.shape)}: too large to send ({size:,} bytes)")
    array: np.ndarray[Any, Any] = tensor.numpy()
    return array


def argument(value: Any) -> Any:
    """An argument as the student's function gets it: arrays become fresh tensors where torch is loaded."""
    torch = sys.modules.get("torch")
    if isinstance(value, np.ndarray):
        return value if torch is None else torch.from_numpy(value)
    if isinstance(value, tuple | list):
        return type(value)(argument(element) for element in value)
    if isinstance(value, dict):
        return {key: argument(element) for key, element in value.items()}
    if isinstance(value, SeededGenerator):
        if torch is None:
            raise LookupError("a seeded generator needs torch in the box")
        return torch.Generator().manual_seed(value.seed)
    return value


def form_of_type(value: Any) -> str:
    """The name of an object's type, without looking into the object.

    >>> form_of_type(range(3))
    'a range'
    """
    return _with_article(type(value).__name__)
