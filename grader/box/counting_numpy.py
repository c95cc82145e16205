"""Counts numpy operations: an ndarray subclass, which all that leaves a tensor or numpy's functions is viewed as."""

from __future__ import annotations

import functools
import math
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np

from .tally import CountedList, Tally, counted_list

# What one operation costs in time, in lines of traced Python: this counts towards the budget, not as work.
NUMPY_STEPS = 4
NUMPY_VIEWS = {
    "reshape",
    "transpose",
    "swapaxes",
    "moveaxis",
    "rollaxis",
    "squeeze",
    "expand_dims",
    "shape",
    "ndim",
}
NUMPY_VIEWS |= {
    "size",
    "broadcast_to",
    "broadcast_arrays",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "diagonal",
}
NUMPY_VIEWS |= {
    "ravel",
    "split",
    "array_split",
    "hsplit",
    "vsplit",
    "shares_memory",
    "may_share_memory",
    "iscomplexobj",
}
NUMPY_BY_INDEX = {"take", "take_along_axis", "put", "put_along_axis", "ix_"}
NUMPY_CUBIC = {
    "inv",
    "pinv",
    "solve",
    "lstsq",
    "det",
    "slogdet",
    "svd",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "qr",
    "cholesky",
}


class CountedArray(np.ndarray[Any, Any]):
    """An array whose operations are counted; everything computed from it is one again."""

    tally: Tally

    @classmethod
    def of(cls, array: Any, tally: Tally) -> Any:
        """The same memory, counted. Anything but a numeric array is returned as it is."""
        if type(array) is not np.ndarray:
            return array
        view = array.view(cls)
        view.tally = tally
        return view

    def __array_finalize__(self, source: Any) -> None:
        self.tally = getattr(source, "tally", None) or Tally()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **keywords: Any) -> Any:
        plain = [_plain(value) for value in inputs]
        given = {key: _plain(value) for key, value in keywords.items()}
        if out is not None:
            given["out"] = tuple(_plain(value) for value in out)
        result = getattr(ufunc, method)(*plain, **given)
        results = result if isinstance(result, tuple) else (result,)
        if ufunc.signature is not None and len(plain) == 2 and results[0] is not None:
            # matmul, vecdot, matvec, vecmat: each result is a sum over the last axis of the first operand.
            self.tally.add(np.size(results[0]) * np.shape(plain[0])[-1])
        elif method == "at":
            self.tally.add(np.size(plain[1]))
        else:
            self.tally.add(sum(map(np.size, plain)) + sum(map(np.size, results)), NUMPY_STEPS)
        if out is not None:
            return out[0] if len(out) == 1 else out
        wrapped = tuple(CountedArray.of(one, self.tally) for one in results)
        return wrapped if isinstance(result, tuple) else wrapped[0]

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        del types
        name = func.__name__
        plain, given = _plain(args), _plain(kwargs)
        self.tally.aside += 1
        self.tally.add(numpy_work(name, plain, given), NUMPY_STEPS)
        self.tally.aside -= 1
        result = func(*plain, **given)
        if name not in NUMPY_VIEWS:
            self.tally.add(sum(one.size for one in arrays_in(result)))
        return _lifted(result, self.tally)

    def __getitem__(self, key: Any) -> Any:
        value = super().__getitem__(_plain(key))
        # Basic indexing makes a view; a list or an array of indices makes a copy.
        copied = isinstance(value, np.ndarray) and not np.may_share_memory(value, self)
        self.tally.add(value.size if copied else 1)
        return value

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_plain(key), _plain(value))
        target = super().__getitem__(_plain(key))
        self.tally.add(np.size(target))

    def __iter__(self) -> Any:
        self.tally.add(len(self))
        return super().__iter__()

    def dot(self, other: Any, out: Any = None) -> Any:
        """As numpy's, through the counted function."""
        return self.__array_function__(np.dot, (), (self, other), {} if out is None else {"out": out})

    def tolist(self) -> Any:
        """Nested lists that count."""
        self.tally.add(self.size)
        return counted_list(super().tolist(), self.tally)


def _whole(name: str) -> Callable[..., Any]:
    """A method that touches every element once."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        self.tally.add(self.size)
        result = getattr(np.ndarray, name)(self, *map(_plain, args), **kwargs)
        return CountedArray.of(result, self.tally)

    return method


for _name in (
    "copy",
    "astype",
    "flatten",
    "cumsum",
    "cumprod",
    "sort",
    "argsort",
    "repeat",
    "searchsorted",
    "fill",
    "trace",
):
    setattr(CountedArray, _name, _whole(_name))


def numpy_work(name: str, args: Any, kwargs: Any) -> int:
    """The work of one numpy function beside writing its result."""
    arrays = list(arrays_in((args, kwargs)))
    sizes = sum(array.size for array in arrays)
    if name in NUMPY_VIEWS or not arrays:
        return 1
    if name in {"dot", "inner", "matmul"} and len(arrays) >= 2:
        first, second = arrays[:2]
        shared = first.shape[-1] if first.ndim else 1
        return int(first.size * second.size // max(shared, 1))
    if name == "vdot":
        return int(arrays[0].size)
    if name == "tensordot" and len(arrays) >= 2:
        shared = _contracted(args[0], args[1], kwargs.get("axes", args[2] if len(args) > 2 else 2))
        return int(arrays[0].size * arrays[1].size // max(shared, 1))
    if name in {"outer", "kron"} and len(arrays) >= 2:
        return int(arrays[0].size * arrays[1].size)
    if name in {"convolve", "correlate"} and len(arrays) >= 2:
        return int(arrays[0].size * arrays[1].size)
    if name == "einsum":
        return _einsum_work(args, kwargs)
    if name in NUMPY_BY_INDEX:
        return sum(array.size for array in arrays[1:])
    if name in NUMPY_CUBIC:
        return int(sum(array.size * (array.shape[-1] if array.ndim else 1) for array in arrays))
    return int(sizes)


def _contracted(first: Any, second: Any, axes: Any) -> int:
    del second
    shape = np.shape(first)
    if isinstance(axes, int):
        return math.prod(shape[len(shape) - axes :])
    chosen = axes[0]
    chosen = [chosen] if isinstance(chosen, int) else list(chosen)
    return math.prod(shape[axis] for axis in chosen)


def _einsum_work(args: Any, kwargs: Any) -> int:
    """The multiplications of numpy's own plan: all indices at once, or pair by pair where it may optimise."""
    optimize = kwargs.get("optimize", False)
    _, report = np.einsum_path(*args, optimize=optimize or False)
    kind = "Optimized" if optimize else "Naive"
    found = re.search(rf"{kind} FLOP count:\s*([0-9.e+]+)", str(report))
    return int(float(found.group(1))) if found else sum(array.size for array in arrays_in(args))


def _plain(value: Any) -> Any:
    """Counted arrays as numpy's own, also inside lists, tuples and dicts."""
    if type(value) is CountedArray:
        return value.view(np.ndarray)
    if type(value) in {tuple, list, CountedList}:
        parts = (
            [_plain(part) for part in list.__iter__(value)]
            if isinstance(value, list)
            else [_plain(part) for part in value]
        )
        return tuple(parts) if type(value) is tuple else parts
    if type(value) is dict:
        return {key: _plain(part) for key, part in value.items()}
    return value


def arrays_in(tree: Any) -> Iterator[Any]:
    if isinstance(tree, np.ndarray):
        yield tree
    elif isinstance(tree, list | tuple):
        for part in tree:
            yield from arrays_in(part)
    elif isinstance(tree, dict):
        for part in tree.values():
            yield from arrays_in(part)


def _lifted(value: Any, tally: Tally) -> Any:
    if type(value) is np.ndarray:
        return CountedArray.of(value, tally)
    if type(value) in {tuple, list}:
        return type(value)(_lifted(part, tally) for part in value)
    return value


@contextmanager
def numpy_counted(tally: Tally) -> Iterator[None]:
    """For the time of one call numpy's public functions take and give counted arrays."""
    replaced: list[tuple[ModuleType, str, Any]] = []
    # By vars and not by dir, which would import numpy's lazy modules.
    for module in (np, np.linalg, np.fft):
        for name, function in list(vars(module).items()):
            public = (
                not name.startswith("_") and callable(function) and not isinstance(function, type | np.ufunc)
            )
            if public and not isinstance(function, ModuleType):
                replaced.append((module, name, function))
    for module, name, function in replaced:
        setattr(module, name, _entry(function, tally))
    try:
        yield
    finally:
        for module, name, function in replaced:
            setattr(module, name, function)


def _entry(function: Any, tally: Tally) -> Any:
    """A numpy function whose array arguments, tensors among them, are counted arrays on the way in and out."""

    @functools.wraps(function)
    def entry(*args: Any, **kwargs: Any) -> Any:
        args = tuple(_as_counted(value, tally) for value in args)
        kwargs = {key: _as_counted(value, tally) for key, value in kwargs.items()}
        result = function(*args, **kwargs)
        if type(result) is np.ndarray:
            # A function without numpy's protocol (np.array, np.asarray, np.zeros ...): free if it made a view.
            shared = any(np.may_share_memory(result, array) for array in arrays_in((args, kwargs)))
            tally.add(1 if shared else result.size)
        return _lifted(result, tally)

    return entry


def _as_counted(value: Any, tally: Tally) -> Any:
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return CountedArray.of(_plain(value.detach().numpy()), tally)
    if type(value) is np.ndarray:
        return CountedArray.of(value, tally)
    if type(value) in {tuple, list} and len(value) <= 10_000:
        return type(value)(_as_counted(part, tally) for part in value)
    return value
