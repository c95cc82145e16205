"""Work counted over torch operations, numpy operations and Python steps, for cost items that no clock may judge.

One unit is one scalar multiplication of a matrix product, one element read or written by any other operation, or
one line of Python run. Three observers share one tally:

- a dispatch mode sees every torch operation, after `einsum`, `linear` and the like have been taken apart;
- an ndarray subclass, which everything that leaves a tensor or numpy's own functions is viewed as, sees numpy;
- a trace function sees the lines of Python, and the sizes that scipy and other libraries take and give.

Views are free but for one unit. Units are not comparable between the three to better than a constant factor: what
is judged is how the sum grows with the size of the input. A call that runs more than `STEPS` lines of Python is
stopped, because tracing makes it slow; its work so far is its answer.
"""

from __future__ import annotations

import functools
import math
import os
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType, ModuleType
from typing import Any

import numpy as np

STEPS = 3_000_000
# What one operation costs in time, in lines of traced Python: this counts towards the budget, not as work.
TORCH_STEPS = 10
NUMPY_STEPS = 4

PRODUCTS = {"mm", "addmm", "bmm", "baddbmm", "mv", "addmv", "dot", "vdot", "addbmm", "_int_mm"}
# These read or write only as much as their indices ask for, whatever the size of the tensor they point into.
BY_INDEX = {"index", "index_select", "gather", "take", "embedding", "index_put_", "index_copy_", "index_add_"}
BY_INDEX |= {
    "index_fill_",
    "scatter_",
    "scatter_add_",
    "scatter_reduce_",
    "_index_put_impl_",
    "_unsafe_index",
}
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


class Stopped(BaseException):
    """The call was stopped because its work went beyond the budget."""

    def __init__(self, work: int) -> None:
        super().__init__(f"stopped after {work:,} units of work")
        self.work = work


class Tally:
    """The sum so far, while one call runs; while `aside` is not 0, lines of Python are not the student's."""

    def __init__(self) -> None:
        self.work = 0
        self.steps = 0
        self.aside = 0

    def add(self, units: int, steps: int = 0) -> None:
        """Work of one operation: at least one unit."""
        self.work += max(1, int(units))
        self.steps += steps

    def step(self) -> None:
        """One line of Python."""
        self.work += 1
        self.steps += 1
        if self.steps > STEPS:
            raise Stopped(self.work)


def counted(function: Callable[..., Any], arguments: list[Any], keywords: dict[str, Any]) -> tuple[Any, int]:
    """The function's value and its work; raises `Stopped` beyond the budget.

    >>> counted(lambda n: sum(i for i in range(n)), [10], {})[0]
    45
    """
    with _observed(Tally()):
        # What is only set up at its first use must not be charged to the student's function.
        _rehearse()
    tally = Tally()
    with _observed(tally):
        value = function(*arguments, **keywords)
    return value, tally.work


@contextmanager
def _observed(tally: Tally) -> Iterator[None]:
    with ExitStack() as stack:
        torch = sys.modules.get("torch")
        if torch is not None:
            stack.enter_context(_torch_counted(torch, tally))
        stack.enter_context(_numpy_counted(tally))
        stack.enter_context(_python_counted(tally))
        yield


def _rehearse() -> None:
    torch = sys.modules.get("torch")
    if torch is not None:
        pair = torch.ones(2, 2)
        torch.einsum("ij,jk->ik", pair, pair).sum().item()
        np.einsum("ij,jk->ik", pair.numpy(), pair.numpy(), optimize=True)
    np.linalg.norm(np.ones(2) @ np.ones((2, 2)))


# Torch


@contextmanager
def _torch_counted(torch: Any, tally: Tally) -> Iterator[None]:
    from torch.utils._python_dispatch import TorchDispatchMode

    class Counting(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's own hook is untyped
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            out = func(*args, **(kwargs or {}))
            tally.add(torch_work(torch, func, args, kwargs or {}, out), TORCH_STEPS)
            return out

    tensor = torch.Tensor
    originals = {
        name: tensor.__dict__.get(name) for name in ("numpy", "tolist", "__array__", "__array_wrap__")
    }
    to_numpy, to_list = tensor.numpy, tensor.tolist
    to_array, from_array = tensor.__array__, tensor.__array_wrap__

    def numpy(self: Any, *args: Any, **kwargs: Any) -> Any:
        tally.add(1)
        return CountedArray.of(to_numpy(self, *args, **kwargs), tally)

    def array(self: Any, *args: Any, **kwargs: Any) -> Any:
        made = to_array(self, *args, **kwargs)
        tally.add(made.size)
        return CountedArray.of(made, tally)

    def array_wrap(self: Any, made: Any, *args: Any, **kwargs: Any) -> Any:
        tally.add(np.size(made))
        return from_array(self, np.asarray(made), *args, **kwargs)

    def tolist(self: Any) -> Any:
        tally.add(self.numel())
        return counted_list(to_list(self), tally)

    patches = {"numpy": numpy, "tolist": tolist, "__array__": array, "__array_wrap__": array_wrap}
    for name, patch in patches.items():
        setattr(tensor, name, patch)
    try:
        with Counting():  # type: ignore[no-untyped-call]  # likewise
            yield
    finally:
        for name, original in originals.items():
            if original is None:
                delattr(tensor, name)
            else:
                setattr(tensor, name, original)


def torch_work(torch: Any, func: Any, args: Any, kwargs: Any, out: Any) -> int:
    """The work of one dispatched torch operation."""
    name = func._schema.name.split("::")[-1]
    returns = func._schema.returns
    if returns and all(one.alias_info is not None and not one.alias_info.is_write for one in returns):
        return 1
    tensors = list(_tensors(torch, (args, kwargs)))
    results = list(_tensors(torch, out))
    if name in PRODUCTS:
        return _product_work(name, tensors)
    if "scaled_dot_product" in name or "flash_attention" in name or "efficient_attention" in name:
        query, key, value = tensors[:3]
        return int(
            query.numel() * key.shape[-2] + query.numel() // query.shape[-1] * value.numel() // _batch(value)
        )
    if name in {"_cdist_forward", "_euclidean_dist"}:
        return int(results[0].numel() * tensors[0].shape[-1])
    if name in {"_pdist_forward", "_trilinear"}:
        return int(tensors[0].numel() * max(results[0].numel(), 1))
    if name in {"convolution", "_convolution", "mkldnn_convolution"}:
        weight = tensors[1]
        return int(results[0].numel() * weight.numel() // max(weight.shape[0], 1))
    if name.startswith("linalg_") or name in {"_linalg_solve_ex", "_linalg_svd", "cholesky", "inverse"}:
        return sum(int(one.numel()) * int(one.shape[-1] if one.ndim else 1) for one in tensors + results)
    if name in BY_INDEX:
        return _index_work(name, tensors, results)
    return sum(int(one.numel()) for one in tensors) + sum(int(one.numel()) for one in results)


def _batch(tensor: Any) -> int:
    return max(1, math.prod(int(length) for length in tensor.shape[:-2]))


def _product_work(name: str, tensors: list[Any]) -> int:
    """m·k·n for every product; the summand of addmm and its kin costs its elements."""
    left, right = tensors[-2:]
    added = tensors[0].numel() if len(tensors) > 2 else 0
    if name in {"dot", "vdot"}:
        return int(left.numel())
    if name in {"mv", "addmv"}:
        return int(left.numel() + added)
    return int(left.numel() * right.shape[-1] + added)


def _index_work(name: str, tensors: list[Any], results: list[Any]) -> int:
    """What is read or written through the indices; an in-place operation returns the whole it points into."""
    touched = sum(int(one.numel()) for one in tensors[1:])
    return touched if name.endswith("_") else touched + sum(int(one.numel()) for one in results)


def _tensors(torch: Any, tree: Any) -> Iterator[Any]:
    if isinstance(tree, torch.Tensor):
        yield tree
    elif isinstance(tree, list | tuple):
        for part in tree:
            yield from _tensors(torch, part)
    elif isinstance(tree, dict):
        for part in tree.values():
            yield from _tensors(torch, part)


# Numpy


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
            self.tally.add(sum(one.size for one in _arrays(result)))
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
    arrays = list(_arrays((args, kwargs)))
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
    return int(float(found.group(1))) if found else sum(array.size for array in _arrays(args))


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


def _arrays(tree: Any) -> Iterator[Any]:
    if isinstance(tree, np.ndarray):
        yield tree
    elif isinstance(tree, list | tuple):
        for part in tree:
            yield from _arrays(part)
    elif isinstance(tree, dict):
        for part in tree.values():
            yield from _arrays(part)


def _lifted(value: Any, tally: Tally) -> Any:
    if type(value) is np.ndarray:
        return CountedArray.of(value, tally)
    if type(value) in {tuple, list}:
        return type(value)(_lifted(part, tally) for part in value)
    return value


@contextmanager
def _numpy_counted(tally: Tally) -> Iterator[None]:
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
            shared = any(np.may_share_memory(result, array) for array in _arrays((args, kwargs)))
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


# Python


class CountedList(list[Any]):
    """What `.tolist()` gives: a list whose reading is counted also where C code reads it (`sum`, `map`, `zip`)."""

    tally: Tally

    def __iter__(self) -> Iterator[Any]:
        self.tally.add(len(self))
        return super().__iter__()

    def __getitem__(self, key: Any) -> Any:
        value = super().__getitem__(key)
        if isinstance(key, slice):
            self.tally.add(len(value))
            return counted_list(value, self.tally, deep=False)
        return value

    def __add__(self, other: Any) -> Any:
        value = super().__add__(other)
        self.tally.add(len(value))
        return counted_list(value, self.tally, deep=False)

    def __mul__(self, times: Any) -> Any:
        value = super().__mul__(times)
        self.tally.add(len(value))
        return counted_list(value, self.tally, deep=False)


def counted_list(value: Any, tally: Tally, deep: bool = True) -> Any:
    """Nested lists as counted ones."""
    if not isinstance(value, list):
        return value
    parts: Iterable[Any] = (counted_list(part, tally) for part in value) if deep else list.__iter__(value)
    made = CountedList(parts)
    made.tally = tally
    return made


@contextmanager
def _python_counted(tally: Tally) -> Iterator[None]:
    quiet = tuple(
        os.path.dirname(str(module.__file__)) + os.sep  # noqa: PTH120 - called for prefixes only
        for module in (np, sys.modules.get("torch"))
        if module is not None
    )
    ours = counted.__code__.co_filename
    libraries = _library_prefixes()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        del event, argument
        name = frame.f_code.co_filename
        if tally.aside or name == ours or name.startswith(quiet):
            return None
        if name.startswith("<frozen importlib"):
            # An import inside the function is a first use too; nothing below it is work on the input.
            tally.aside += 1
            return importing
        tally.step()
        if name.startswith(libraries):
            for value in frame.f_locals.values():
                if isinstance(value, np.ndarray):
                    tally.add(value.size)
            return library
        return line

    def importing(frame: FrameType, event: str, argument: Any) -> Any:
        del frame, argument
        if event == "return":
            tally.aside -= 1
        return importing

    def line(frame: FrameType, event: str, argument: Any) -> Any:
        del frame, argument
        if event == "line":
            tally.step()
        return line

    def library(frame: FrameType, event: str, argument: Any) -> Any:
        del frame
        if event == "line":
            tally.step()
        elif event == "return":
            for value in _arrays(argument):
                tally.add(value.size)
        return library

    before = sys.gettrace()
    threading.settrace(trace)
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)
        threading.settrace(before)


def _library_prefixes() -> tuple[str, ...]:
    """Where installed packages lie: their functions' array sizes are counted, for their insides are compiled."""
    return tuple(
        folder + os.sep for folder in sys.path if folder.endswith(("site-packages", "dist-packages"))
    )
