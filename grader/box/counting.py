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

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from .counting_numpy import numpy_counted
from .counting_python import python_counted
from .counting_torch import torch_counted
from .tally import Stopped, Tally

__all__ = ["Stopped", "counted"]


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
            stack.enter_context(torch_counted(torch, tally))
        stack.enter_context(numpy_counted(tally))
        stack.enter_context(python_counted(tally))
        yield


def _rehearse() -> None:
    torch = sys.modules.get("torch")
    if torch is not None:
        pair = torch.ones(2, 2)
        torch.einsum("ij,jk->ik", pair, pair).sum().item()
        np.einsum("ij,jk->ik", pair.numpy(), pair.numpy(), optimize=True)
    np.linalg.norm(np.ones(2) @ np.ones((2, 2)))
