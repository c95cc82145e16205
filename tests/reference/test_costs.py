"""The cost formulas against the running code, whose multiplications are counted."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable
from typing import Any

import pytest
import sympy
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from reference import costs as reference_costs
from reference.attention import (
    causal_linear_attention_by_recursion,
    causal_softmax_attention,
    kernelized_attention,
    random_feature_attention,
    softmax_attention,
)
from reference.costs import D, M, N, R, costs, growth, kernelized_multiplications, multiplications
from reference.faults import fellows_of
from reference.features import polynomial_features, random_features
from reference.fellows import Fellow, Kind

torch.set_num_threads(1)

SIZES = (
    {"N": 7, "D": 3, "M": 2, "R": 5},
    {"N": 12, "D": 4, "M": 6, "R": 3},
    {"N": 20, "D": 1, "M": 9, "R": 8},
)


class Multiplications(TorchDispatchMode):
    """Counts scalar multiplications: entries of an entrywise product, and all of a product of matrices."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(
        self, operation: Any, types: Any, arguments: Any = (), keywords: Any = None
    ) -> Any:
        result = operation(*arguments, **(keywords or {}))
        match operation.__name__.split(".")[0]:
            case "mul":
                self.count += result.numel()
            case "mm" | "bmm":
                self.count += result.numel() * arguments[0].shape[-1]
            case "mv" | "dot" | "addmm" | "baddbmm" | "einsum" | "matmul":
                raise AssertionError(f"{operation.__name__} is not counted")
        return result


def counted(function: Callable[..., Any], *arguments: Any) -> int:
    with Multiplications() as mode:
        function(*arguments)
    return mode.count


def inputs(N: int, D: int, M: int, R: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(N)
    return tuple(  # type: ignore[return-value]
        torch.rand(*shape, generator=generator) for shape in ((N, D), (N, D), (N, M), (R, D))
    )


def polynomial_attention(Q: Tensor, K: Tensor, V: Tensor, W: Tensor) -> Tensor:
    return kernelized_attention(polynomial_features(Q), polynomial_features(K), V)


def causal_random_feature_recursion(Q: Tensor, K: Tensor, V: Tensor, W: Tensor) -> Tensor:
    weights = (K.square().sum(-1, keepdim=True) / (2 * math.sqrt(K.shape[-1]))).exp()
    return causal_linear_attention_by_recursion(random_features(Q, W), weights * random_features(K, W), V)


METHODS: dict[str, Callable[..., Tensor]] = {
    "softmax": lambda Q, K, V, W: softmax_attention(Q, K, V),
    "polynomial": polynomial_attention,
    "random_features": random_feature_attention,
    "causal_random_features": causal_random_feature_recursion,
    "random_features_exact": random_feature_attention,
}


@pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: "-".join(map(str, sizes.values())))
@pytest.mark.parametrize("method", METHODS)
def test_the_running_code_multiplies_as_often_as_the_formula_says(method: str, sizes: dict[str, int]) -> None:
    at = {symbol: sizes[str(symbol)] for symbol in (N, D, M, R)}
    assert counted(METHODS[method], *inputs(**sizes)) == multiplications()[method].subs(at)


@pytest.mark.parametrize("C", [1, 4, 9])
def test_kernelized_attention_multiplies_as_its_formula_says(C: int) -> None:
    phi, V = torch.rand(6, C), torch.rand(6, 3)
    assert counted(kernelized_attention, phi, phi, V) == kernelized_multiplications(C).subs({N: 6, M: 3})


def test_causal_softmax_multiplies_like_softmax() -> None:
    Q, K, V, _ = inputs(9, 4, 3, 1)
    assert counted(causal_softmax_attention, Q, K, V) == counted(softmax_attention, Q, K, V) == 81 * 7


def test_the_exact_count_is_the_recipe_of_the_assignment() -> None:
    recipe = 2 * N * R * D + 4 * N * R * M + 4 * N * R
    assert sympy.expand(multiplications()["random_features_exact"] - recipe) == 0
    assert sympy.expand(read(costs()["random_features_exact"]) - recipe) == 0


GRID = [
    dict(zip((N, D, M, R), (2**k for k in powers), strict=True))
    for powers in itertools.product((0, 4, 9, 14), repeat=4)
]


def spread(one: Any, other: Any) -> float:
    """By which factor the ratio of two costs varies when every size runs from 1 to 2¹⁴."""
    ratios = [float(one.subs(sizes) / other.subs(sizes)) for sizes in GRID]
    return max(ratios) / min(ratios)


BOUNDED = 30  # constants and lower-order terms of the formulas here stay below this factor


def read(text: str) -> Any:
    """One of our own formulas as an expression; the texts come from this project."""
    inner = (
        re.sub(r"^[OΘ]\((.*)\)$", r"\1", text).replace("D_random", "R").replace("²", "^2").replace("^", "**")
    )
    inner = re.sub(r"(?<=[0-9NDMR)])\s*(?=[NDMR(])", "*", inner.replace("max(", "Max(").replace(" ", " "))
    inner = re.sub(r"(?<=Max)\*", "", inner)
    return sympy.sympify(inner, locals={"N": N, "D": D, "M": M, "R": R})


@pytest.mark.parametrize("method", growth())
def test_the_growth_class_is_that_of_the_exact_count(method: str) -> None:
    assert spread(multiplications()[method], growth()[method]) < BOUNDED


@pytest.mark.parametrize("method", growth())
def test_the_strings_say_the_growth_classes(method: str) -> None:
    assert sympy.expand(read(costs()[method]) - growth()[method]) == 0


def test_growth_and_strings_name_the_same_methods() -> None:
    assert set(costs()) == set(multiplications()) == {*growth(), "random_features_exact"}


def right(key: str, text: str) -> bool:
    if key == "random_features_exact":
        return sympy.expand(read(text) - multiplications()[key]) == 0
    return spread(read(text), growth()[key]) < BOUNDED


FAULTS = [fellow for fellow in fellows_of("costs.costs") if fellow.kind is Kind.FAULT]
EQUIVALENTS = [fellow for fellow in fellows_of("costs.costs") if fellow.kind is Kind.EQUIVALENT]


@pytest.mark.parametrize("fellow", FAULTS, ids=lambda fellow: fellow.name)
def test_a_fault_spoils_exactly_one_cost(fellow: Fellow) -> None:
    faulty = fellow.function()
    wrong = [key for key in costs() if key not in faulty or not right(key, faulty[key])]
    assert len(wrong) == 1
    assert f"`{wrong[0]}`" in fellow.says


@pytest.mark.parametrize("fellow", EQUIVALENTS, ids=lambda fellow: fellow.name)
def test_an_equivalent_is_right_in_every_cost(fellow: Fellow) -> None:
    given = fellow.function()
    assert given != costs()
    assert all(right(key, given[key]) for key in costs())


def test_no_two_faults_write_the_same_cost() -> None:
    written = [
        tuple(sorted((key, str(sympy.expand(read(text)))) for key, text in f.function().items()))
        for f in FAULTS
    ]
    assert len(set(written)) == len(FAULTS)


def test_each_call_gives_a_fresh_dictionary() -> None:
    costs()["softmax"] = "1"
    assert reference_costs.costs()["softmax"] == "N^2*(D + M)"
