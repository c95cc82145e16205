"""Every fault differs from its reference and from every other fault; every equivalent agrees."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from reference import attention, faults, features
from reference.faults import FELLOWS, fellows_of
from reference.fellows import Fellow, Kind

torch.set_num_threads(1)

# Differences of this size, relative to the output, are far above any allowance for float32.
VISIBLE = 5e-4
DISTINCT = 1e-4
EQUAL = 1e-8
SEEDS = (0, 1, 2)


def rows(generator: torch.Generator, count: int, width: int) -> Tensor:
    """Rows whose norms differ, so that a missing or doubled factor of a norm shows."""
    return torch.randn(count, width, generator=generator, dtype=torch.float64) * torch.linspace(
        0.4, 1.6, count, dtype=torch.float64
    ).unsqueeze(-1)


def queries_keys_values(generator: torch.Generator) -> tuple[Any, ...]:
    return rows(generator, 7, 5), rows(generator, 7, 5).flip(0), 0.3 + 2 * rows(generator, 7, 3)


def signed_features_and_values(generator: torch.Generator) -> tuple[Any, ...]:
    phi_Q = torch.rand(5, 4, generator=generator, dtype=torch.float64) + 0.2
    phi_K = torch.rand(8, 4, generator=generator, dtype=torch.float64) + 0.2
    # A negative feature here and there, and one negative similarity; the denominators stay away from 0.
    phi_Q[0, 0], phi_K[1, 0], phi_K[2, 2] = 2.0, -1.5, -0.3
    return phi_Q, phi_K, 0.3 + 2 * rows(generator, 8, 3)


def causal_features_and_values(generator: torch.Generator) -> tuple[Any, ...]:
    phi_Q = torch.rand(7, 4, generator=generator, dtype=torch.float64) + 0.1
    phi_K = torch.rand(7, 4, generator=generator, dtype=torch.float64) + 0.1
    return phi_Q, phi_K, 0.3 + 2 * rows(generator, 7, 3)


def queries_keys_variance(generator: torch.Generator) -> tuple[Any, ...]:
    return (*queries_keys_values(generator)[:2], 1.7)


def queries_keys(generator: torch.Generator) -> tuple[Any, ...]:
    return queries_keys_values(generator)[:2]


def queries_keys_values_projections(generator: torch.Generator) -> tuple[Any, ...]:
    Q, K, V = queries_keys_values(generator)
    W = torch.randn(6, 5, generator=generator, dtype=torch.float64) / 5**0.25
    return Q, K, V, W


def inputs_and_projections(generator: torch.Generator) -> tuple[Any, ...]:
    return rows(generator, 7, 5), torch.randn(6, 5, generator=generator, dtype=torch.float64) / 5**0.25


def one_input(generator: torch.Generator) -> tuple[Any, ...]:
    return (0.5 * rows(generator, 7, 4),)


INPUTS: dict[str, Callable[[torch.Generator], tuple[Any, ...]]] = {
    "attention.softmax_attention": queries_keys_values,
    "attention.causal_softmax_attention": queries_keys_values,
    "attention.kernelized_attention": signed_features_and_values,
    "attention.causal_linear_attention": causal_features_and_values,
    "attention.gaussian_kernel": queries_keys_variance,
    "attention.gaussian_factors": queries_keys,
    "attention.random_feature_attention": queries_keys_values_projections,
    "features.polynomial_features": one_input,
    "features.elu_features": one_input,
    "features.random_features": inputs_and_projections,
    "features.positive_features": inputs_and_projections,
}
# Maps that are right in any basis are told apart by their inner products alone.
BY_INNER_PRODUCTS = {"features.polynomial_features", "features.positive_features"}

DETERMINISTIC = [fellow for fellow in FELLOWS if fellow.of in INPUTS]
PROJECTIONS = fellows_of("features.sample_projections")


def name(fellow: Fellow) -> str:
    return f"{fellow.of.split('.')[1]}-{fellow.name}"


def reference(of: str) -> Callable[..., Any]:
    module, function = of.split(".")
    return getattr({"attention": attention, "features": features}[module], function)


def observed(of: str, function: Callable[..., Any], seed: int) -> list[Tensor]:
    arguments = INPUTS[of](torch.Generator().manual_seed(seed))
    value = function(*(one.clone() if isinstance(one, Tensor) else one for one in arguments))
    outputs = list(value) if isinstance(value, tuple) else [value]
    if of in BY_INNER_PRODUCTS and outputs[0].shape[0] == arguments[0].shape[0]:
        too_wide = outputs[0].shape[1] > (arguments[0].shape[1] + 1) ** 2
        outputs = [outputs[0] @ outputs[0].mT, torch.tensor([1.0 + too_wide])]
    return outputs


def gap(left: list[Tensor], right: list[Tensor]) -> float:
    """The largest difference relative to the largest entry; infinite where shapes, counts or NaNs differ."""
    if len(left) != len(right):
        return np.inf
    worst = 0.0
    for one, other in zip(left, right, strict=True):
        if one.shape != other.shape or not torch.equal(one.isfinite(), other.isfinite()):
            return np.inf
        finite = one.isfinite()
        size = max(float(other[finite].abs().max()), 1e-300)
        worst = max(worst, float((one[finite] - other[finite]).abs().max()) / size)
    return worst


@pytest.mark.parametrize(
    "fellow", [f for f in DETERMINISTIC if f.kind is Kind.FAULT and f.aspect == "values"], ids=name
)
def test_a_fault_differs_visibly_from_its_reference(fellow: Fellow) -> None:
    for seed in SEEDS:
        difference = gap(
            observed(fellow.of, fellow.function, seed), observed(fellow.of, reference(fellow.of), seed)
        )
        assert difference > VISIBLE


@pytest.mark.parametrize("fellow", [f for f in DETERMINISTIC if f.kind is Kind.EQUIVALENT], ids=name)
def test_an_equivalent_agrees_with_its_reference(fellow: Fellow) -> None:
    for seed in SEEDS:
        got, expected = (
            observed(fellow.of, fellow.function, seed),
            observed(fellow.of, reference(fellow.of), seed),
        )
        assert gap(got, expected) < EQUAL


@pytest.mark.parametrize("fellow", [f for f in DETERMINISTIC if f.aspect != "values"], ids=name)
def test_values_are_right_where_another_aspect_is_wrong(fellow: Fellow) -> None:
    for seed in SEEDS:
        got, expected = (
            observed(fellow.of, fellow.function, seed),
            observed(fellow.of, reference(fellow.of), seed),
        )
        assert gap(got, expected) < 1e-6


@pytest.mark.parametrize("of", sorted(INPUTS))
def test_no_two_faults_give_the_same_numbers(of: str) -> None:
    fellows = [f for f in fellows_of(of, aspect="values") if f.kind is not Kind.EQUIVALENT]
    outputs = {f.name: [observed(of, f.function, seed) for seed in SEEDS] for f in fellows}
    same = [
        pair
        for pair in combinations(outputs, 2)
        if max(map(gap, outputs[pair[0]], outputs[pair[1]])) < DISTINCT
    ]
    assert same == []


LAW = (16, 4, 2.5)
CALLS = 60


def drawn(function: Callable[..., Any], calls: int = CALLS) -> np.ndarray:
    torch.manual_seed(5)
    return np.stack([function(*LAW).numpy() for _ in range(calls)]).astype(np.float64)


def probability(samples: np.ndarray) -> float:
    """The least of the p-values of tests that the samples (calls, rows, D) are independent draws from N(0, I/σ²)."""
    rows, width, sigma2 = LAW
    if samples.shape[1:] != (rows, width):
        return 0.0
    x = samples * np.sqrt(sigma2)
    lengths = (x**2).sum(-1).reshape(-1)
    n = x.size
    products = [
        (x[:, :8] * x[:, 8:]).reshape(-1),  # a row and the one half the matrix further
        (x[:, ::2] * x[:, 1::2]).reshape(-1),  # neighbouring rows
        (x[:, :, ::2] * x[:, :, 1::2]).reshape(-1),  # neighbouring coordinates
        (x[::2] * x[1::2]).reshape(-1),  # neighbouring calls
    ]
    p_values = [
        2 * stats.norm.sf(abs(x.mean()) * np.sqrt(n)),
        2 * min(stats.chi2(n).sf((x**2).sum()), stats.chi2(n).cdf((x**2).sum())),
        stats.kstest(x.reshape(-1), "norm").pvalue,
        stats.kstest(lengths, stats.chi2(width).cdf).pvalue,
        *(2 * stats.norm.sf(abs(one.mean()) * np.sqrt(one.size)) for one in products),
    ]
    return float(min(p_values))


def test_the_reference_draws_from_its_law() -> None:
    assert probability(drawn(features.sample_projections)) > 1e-4


@pytest.mark.parametrize("fellow", [f for f in PROJECTIONS if f.kind is Kind.EQUIVALENT], ids=name)
def test_an_equivalent_draws_from_the_same_law(fellow: Fellow) -> None:
    assert probability(drawn(fellow.function)) > 1e-4


@pytest.mark.parametrize("fellow", [f for f in PROJECTIONS if f.kind is Kind.FAULT], ids=name)
def test_a_faulty_draw_is_improbable(fellow: Fellow) -> None:
    assert probability(drawn(fellow.function)) < 1e-9


def test_no_two_faulty_draws_are_the_same() -> None:
    outputs = {f.name: [torch.from_numpy(drawn(f.function, calls=2))] for f in PROJECTIONS}
    assert [
        pair for pair in combinations(outputs, 2) if gap(outputs[pair[0]], outputs[pair[1]]) < DISTINCT
    ] == []


COST = fellows_of("attention.kernelized_attention", aspect="cost")


def elements_made(function: Callable[..., Any], count: int) -> int:
    """How many numbers the running code writes, views left out, for this many queries and keys."""

    class Written(TorchDispatchMode):
        total = 0

        def __torch_dispatch__(
            self, operation: Any, types: Any, arguments: Any = (), keywords: Any = None
        ) -> Any:
            result = operation(*arguments, **(keywords or {}))
            if isinstance(result, Tensor) and not operation.is_view:
                shared = [one for one in arguments if isinstance(one, Tensor)]
                # A product of matrices works through the shared axis for each entry of its result.
                depth = shared[0].shape[-1] if operation.__name__.split(".")[0] in {"mm", "bmm", "mv"} else 1
                self.total += result.numel() * depth
            return result

    phi, V = torch.rand(count, 3) + 0.1, torch.rand(count, 2)
    with Written() as written:
        function(phi, phi, V)
    return written.total


@pytest.mark.parametrize("fellow", [f for f in COST if f.name != "numpy_pairs"], ids=name)
def test_the_work_of_a_cost_fault_grows_with_the_square_of_n(fellow: Fellow) -> None:
    small, large = (elements_made(fellow.function, count) for count in (64, 256))
    assert large > 10 * small


def lines_run(function: Callable[..., Any], count: int) -> int:
    lines = 0

    def follow(frame: Any, event: str, argument: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return follow

    phi, V = torch.rand(count, 3) + 0.1, torch.rand(count, 2)
    before = sys.gettrace()
    sys.settrace(follow)
    try:
        function(phi, phi, V)
    finally:
        sys.settrace(before)
    return lines


def test_the_loop_over_pairs_runs_n_squared_lines() -> None:
    function = next(f.function for f in COST if f.name == "numpy_pairs")
    assert lines_run(function, 40) > 3.5 * lines_run(function, 20)


def test_the_work_of_the_reference_grows_with_n() -> None:
    small, large = (elements_made(attention.kernelized_attention, count) for count in (64, 256))
    assert 3.5 * small < large < 4.5 * small


STABILITY = fellows_of("attention.random_feature_attention", aspect="stability")


def large_keys() -> tuple[Tensor, ...]:
    """float32, key norms from 55 to 60, D = 1: the exponents spread over 288, and e^88 is infinite."""
    K = torch.linspace(55, 60, 8).unsqueeze(-1)
    Q, V = torch.linspace(59.9, 60.1, 8).unsqueeze(-1), torch.linspace(-1, 2, 8).unsqueeze(-1)
    return Q, K, V, torch.tensor([[0.3], [-0.2], [0.5], [0.1]])


@pytest.mark.parametrize("fellow", STABILITY, ids=name)
def test_a_stability_fault_fails_for_large_keys(fellow: Fellow) -> None:
    Q, K, V, W = large_keys()
    expected = attention.random_feature_attention(Q.double(), K.double(), V.double(), W.double())
    assert gap([fellow.function(Q, K, V, W).double()], [expected]) > 0.01


def test_the_reference_is_right_for_large_keys() -> None:
    Q, K, V, W = large_keys()
    expected = attention.random_feature_attention(Q.double(), K.double(), V.double(), W.double())
    assert gap([attention.random_feature_attention(Q, K, V, W).double()], [expected]) < 1e-3


def test_every_list_of_fellows_is_joined() -> None:
    """A list that stands in a module of faults and is not joined would be known to nobody."""
    modules = [path.stem for path in Path(faults.__file__).parent.glob("faults_*.py")]
    assert "faults_attention" in modules
    for module in modules:
        listed = vars(importlib.import_module(f"reference.{module}")).values()
        joined = [
            fellow for one in listed if isinstance(one, tuple) for fellow in one if isinstance(fellow, Fellow)
        ]
        assert joined
        assert set(joined) <= set(FELLOWS)


def test_names_are_unique_slugs_and_references_exist() -> None:
    ours = [f for f in FELLOWS if f.of.split(".")[0] in {"attention", "features", "costs"}]
    assert len({(f.of, f.name) for f in ours}) == len(ours)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_.+-]*", f.name) for f in ours)
    assert all(callable(reference(f.of)) for f in ours if not f.of.startswith("costs."))
    assert sum(f.kind is Kind.FAULT for f in ours) >= 55
    assert sum(f.kind is not Kind.FAULT for f in ours) >= 10


def test_sentences_are_short_and_tell_fellows_apart() -> None:
    ours = [f for f in FELLOWS if f.of.split(".")[0] in {"attention", "features", "costs"}]
    assert len({(f.of, f.says) for f in ours}) == len(ours)
    assert [f.name for f in ours if not 20 < len(f.says) < 160 or f.says.endswith(".")] == []


def test_an_equivalent_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="no output tells it apart"):
        Fellow(
            "attention.softmax_attention", "same", Kind.EQUIVALENT, "the same", attention.softmax_attention
        )


def test_fellows_of_an_aspect_are_among_those_of_all() -> None:
    everything = fellows_of("attention.kernelized_attention")
    assert set(COST) < set(everything)
    assert {f.aspect for f in everything} == {"values", "cost"}
