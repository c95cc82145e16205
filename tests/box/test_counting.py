"""Counted work grows as the work does, whatever the code is written in."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.spatial.distance
import scipy.special
import torch

from grader.box import tally
from grader.box.counting import Stopped, counted

# torch's tensors do not know numpy's newest protocol; students see the same warnings.
pytestmark = pytest.mark.filterwarnings("ignore:__array_:DeprecationWarning")

SIZES = (32, 64, 128)
Function = Callable[[Any, Any, Any], Any]


def work(function: Function, n: int) -> int:
    draw = torch.Generator().manual_seed(n)
    q, k, v = (torch.rand(n, columns, generator=draw) for columns in (6, 6, 5))
    return counted(function, [q, k, v], {})[1]


def slopes(function: Function) -> list[float]:
    counts = [work(function, n) for n in SIZES]
    return [(b - a) / (m - n) for a, b, n, m in zip(counts, counts[1:], SIZES, SIZES[1:], strict=False)]


def matrix_products(q: Any, k: Any, v: Any) -> Any:
    return (q @ (k.T @ v)) / (q @ k.sum(0))[:, None]


def sums_over_tokens(q: Any, k: Any, v: Any) -> Any:
    state, normaliser = torch.zeros(k.shape[1], v.shape[1]), torch.zeros(k.shape[1])
    for key, value in zip(k, v, strict=True):
        state, normaliser = state + torch.outer(key, value), normaliser + key
    return torch.stack([query @ state / (query @ normaliser) for query in q])


def einsum(q: Any, k: Any, v: Any) -> Any:
    return (
        torch.einsum("nc,cm->nm", q, torch.einsum("sc,sm->cm", k, v))
        / torch.einsum("nc,c->n", q, k.sum(0))[:, None]
    )


def numpy_products(q: Any, k: Any, v: Any) -> Any:
    q, k, v = q.numpy(), np.array(k), np.asarray(v)
    return np.einsum("nc,cm->nm", q, k.T @ v) / q.dot(k.sum(axis=0))[:, None]


def numpy_multi_dot(q: Any, k: Any, v: Any) -> Any:
    return np.linalg.multi_dot([q, np.transpose(k), v])


def optimised_einsum(q: Any, k: Any, v: Any) -> Any:
    return np.einsum("nc,sc,sm->nm", q.numpy(), k.numpy(), v.numpy(), optimize=True)


def nested_lists(q: Any, k: Any, v: Any) -> Any:
    q, k, v = q.tolist(), k.tolist(), v.tolist()
    state = [[0.0] * len(v[0]) for _ in k[0]]
    for key, value in zip(k, v, strict=True):
        for c, feature in enumerate(key):
            for m, coordinate in enumerate(value):
                state[c][m] += feature * coordinate
    return [[sum(query[c] * state[c][m] for c in range(len(query))) for m in range(len(v[0]))] for query in q]


def prefix_sums(q: Any, k: Any, v: Any) -> Any:
    state = torch.cumsum(k[:, :, None] * v[:, None, :], 0)
    return (q[:, None] @ state).squeeze(1)


def rows_written_into_zeros(q: Any, k: Any, v: Any) -> Any:
    out, state = torch.zeros(len(q), v.shape[1]), k.t().mm(v)
    for i in range(len(q)):
        out[i] = q[i] @ state
    return out


def rows_gathered_by_index(q: Any, k: Any, v: Any) -> Any:
    state, index = k.t().mm(v), torch.arange(len(q))
    return torch.cat([q[index[i : i + 1]] @ state for i in range(len(q))])


def imports_within(q: Any, k: Any, v: Any) -> Any:
    import colorsys  # noqa: F401 - a first use of a module inside the function
    import sched  # noqa: F401 - likewise

    return q @ (k.T @ v)


LINEAR = (
    matrix_products,
    sums_over_tokens,
    einsum,
    numpy_products,
    numpy_multi_dot,
    optimised_einsum,
    nested_lists,
    prefix_sums,
    rows_written_into_zeros,
    rows_gathered_by_index,
    imports_within,
)


def weights_matrix(q: Any, k: Any, v: Any) -> Any:
    return (q @ k.T) @ v


def weights_row_by_row(q: Any, k: Any, v: Any) -> Any:
    return torch.stack([(k @ query) @ v for query in q])


def einsum_at_once(q: Any, k: Any, v: Any) -> Any:
    return torch.einsum("nc,sc,sm->nm", q, k, v)


def broadcast(q: Any, k: Any, v: Any) -> Any:
    return (q[:, None, :] * k[None]).sum(-1) @ v


def fused_attention(q: Any, k: Any, v: Any) -> Any:
    return torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None])


def vmapped(q: Any, k: Any, v: Any) -> Any:
    return torch.vmap(lambda query: (k @ query) @ v)(q)


def numpy_matrix(q: Any, k: Any, v: Any) -> Any:
    return np.matmul(q.numpy(), k.numpy().T) @ v.numpy()


def numpy_from_tensors(q: Any, k: Any, v: Any) -> Any:
    return np.dot(np.inner(q, k), v)


def numpy_rows(q: Any, k: Any, v: Any) -> Any:
    k, v = np.array(k), np.array(v)
    return np.stack([k.dot(query).dot(v) for query in np.array(q)])


def numpy_einsum_at_once(q: Any, k: Any, v: Any) -> Any:
    return np.einsum("nc,sc,sm->nm", q, k, v)


def vectorized_lambda(q: Any, k: Any, v: Any) -> Any:
    weight = np.vectorize(lambda i, j: float(q[int(i), 0] * k[int(j), 0]))
    return np.fromfunction(weight, (len(q), len(k)))


def scipy_distances(q: Any, k: Any, v: Any) -> Any:
    return scipy.spatial.distance.cdist(q.numpy(), k.numpy(), "sqeuclidean")[:2]


def scipy_softmax(q: Any, k: Any, v: Any) -> Any:
    return [scipy.special.softmax(np.asarray(k)[:, 0] * float(query[0])) for query in q]


def comprehensions(q: Any, k: Any, v: Any) -> Any:
    q, k = q.tolist(), k.tolist()
    return [[sum(a * b for a, b in zip(query, key, strict=True)) for key in k] for query in q]


def loops_in_c(q: Any, k: Any, v: Any) -> Any:
    column = k[:, 0].tolist()
    return [sum(map(operator.mul, column, column)) for _ in q]


def copies_of_slices(q: Any, k: Any, v: Any) -> Any:
    column = k[:, 0].tolist()
    return [column[: i + 1][-1] for i in range(len(q))]


QUADRATIC = (
    weights_matrix,
    weights_row_by_row,
    einsum_at_once,
    broadcast,
    fused_attention,
    vmapped,
    numpy_matrix,
    numpy_from_tensors,
    numpy_rows,
    numpy_einsum_at_once,
    vectorized_lambda,
    scipy_distances,
    scipy_softmax,
    comprehensions,
    loops_in_c,
    copies_of_slices,
)


def name(function: Function) -> str:
    return function.__name__


@pytest.mark.parametrize("function", LINEAR, ids=name)
def test_linear_code_costs_the_same_for_every_further_token(function: Function) -> None:
    first, second = slopes(function)
    assert second <= 1.05 * first


@pytest.mark.parametrize("function", QUADRATIC, ids=name)
def test_quadratic_code_is_seen_whatever_its_form(function: Function) -> None:
    first, second = slopes(function)
    assert second >= 1.7 * first


@pytest.mark.parametrize(
    ("function", "least"),
    [
        (lambda a: a @ a, 20**3),
        (lambda a: torch.addmm(a, a, a), 20**3 + 20**2),
        (lambda a: torch.bmm(a[None], a[None]), 20**3),
        (lambda a: a[0] @ a, 20**2),
        (lambda a: a[0].dot(a[0]), 20),
        (lambda a: torch.cdist(a, a), 20**3),
        (lambda a: a.numpy() @ a.numpy(), 20**3),
        (lambda a: np.tensordot(a.numpy(), a.numpy(), axes=1), 20**3),
        (lambda a: torch.nn.functional.conv1d(a[None], torch.ones(4, 20, 3)), 4 * 18 * 60),
    ],
    ids=["mm", "addmm", "bmm", "mv", "dot", "cdist", "numpy matmul", "tensordot", "conv1d"],
)
def test_products_are_counted_by_formula(function: Callable[[Any], Any], least: int) -> None:
    units = counted(function, [torch.ones(20, 20)], {})[1]
    assert least <= units <= 1.5 * least + 200


def test_views_are_free() -> None:
    def views(a: Any) -> Any:
        return a.T[:500].unsqueeze(0).expand(7, -1, -1).reshape(7, 500, 1000).permute(2, 0, 1)[0]

    assert counted(views, [torch.ones(1000, 1000)], {})[1] < 50


def test_a_call_beyond_the_budget_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "STEPS", 1000)
    with pytest.raises(Stopped) as caught:
        counted(lambda: [i for i in range(10**6)], [], {})  # noqa: C416 - a loop in Python is the point
    assert caught.value.work > 1000


def test_everything_is_put_back() -> None:
    before = (np.dot, np.linalg.norm, torch.Tensor.numpy, torch.Tensor.tolist, torch.Tensor.__array__)
    with pytest.raises(ZeroDivisionError):
        counted(lambda: 1 / 0, [], {})
    assert before == (np.dot, np.linalg.norm, torch.Tensor.numpy, torch.Tensor.tolist, torch.Tensor.__array__)
    assert "numpy" not in torch.Tensor.__dict__


@pytest.mark.parametrize("function", [*LINEAR[:10], *QUADRATIC[:4]], ids=name)
def test_counting_does_not_change_the_values(function: Function) -> None:
    draw = torch.Generator().manual_seed(3)
    q, k, v = (torch.rand(9, columns, generator=draw) for columns in (6, 6, 5))
    value = counted(function, [q.clone(), k.clone(), v.clone()], {})[0]
    np.testing.assert_allclose(np.array(value), np.array(function(q, k, v)), rtol=1e-6)


def test_work_is_a_plain_integer() -> None:
    units = counted(lambda a: np.float32(2) * a.numpy(), [torch.ones(3)], {})[1]
    assert type(units) is int
    assert not math.isnan(units)
