"""Counts torch operations: a dispatch mode sees each, after `einsum`, `linear` and the like have been taken apart."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from .counting_numpy import CountedArray
from .tally import Tally, counted_list

# What one operation costs in time, in lines of traced Python: this counts towards the budget, not as work.
TORCH_STEPS = 10
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


@contextmanager
def torch_counted(torch: Any, tally: Tally) -> Iterator[None]:
    """While it holds, torch's operations are counted, and what leaves a tensor counts on."""
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
