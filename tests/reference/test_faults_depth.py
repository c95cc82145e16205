"""Every fault of the difficulty part differs from its reference and from every other; every equivalent agrees."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from reference import depth
from reference.faults_depth import DEPTH
from reference.faults_example import EXAMPLE
from reference.faults_probes import DEPTHS, HISTOGRAM, KNN
from reference.fellows import Fellow, Kind
from reference.neighbours import knn_admissible

torch.set_num_threads(1)

SEEDS = (0, 1, 2)


def name(fellow: Fellow) -> str:
    return f"{fellow.of.split('.')[1]}-{fellow.name}"


def clouds(seed: int, k: int = 6) -> tuple[Any, ...]:
    """Overlapping clouds of different spread along each axis, far from the origin, labels neither few nor in order."""
    generator = torch.Generator().manual_seed(seed)
    names = torch.tensor([2, 0, 5, 3])
    of_train = torch.randint(0, 4, (60,), generator=generator)
    of_test = torch.randint(0, 4, (50,), generator=generator)
    centres = 1.5 * torch.randn(4, 5, generator=generator, dtype=torch.float64)
    spread = torch.tensor([0.4, 0.8, 1.2, 2.0, 3.0], dtype=torch.float64)
    noise = torch.randn(110, 5, generator=generator, dtype=torch.float64) * spread
    train, test = centres[of_train] + noise[:60] + 2, centres[of_test] + noise[60:] + 1.5
    return train, names[of_train], test, k


def clouds_alone(seed: int) -> tuple[Any, ...]:
    return clouds(seed)[:3]


def predictions(seed: int) -> tuple[Any, ...]:
    """Columns that settle at every layer, some of them after having agreed before, some never having changed."""
    generator = torch.Generator().manual_seed(seed)
    table = torch.randint(0, 3, (6, 80), generator=generator)
    settled = torch.randint(0, 6, (80,), generator=generator)
    return (torch.where(torch.arange(6).unsqueeze(1) >= settled, table[-1], table),)


def depths(seed: int) -> tuple[Any, ...]:
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randint(0, 11, (40,), generator=generator)
    drawn[drawn == 4] = 5
    drawn[:2] = torch.tensor([0, 10])
    return drawn, 11


def depths_that_end_early(seed: int) -> tuple[Any, ...]:
    return depths(seed)[0].clamp(min=1, max=7), 11


INPUTS: dict[str, tuple[Callable[[int], tuple[Any, ...]], ...]] = {
    "depth.knn_predictions": (clouds, clouds_alone),
    "depth.prediction_depth": (predictions,),
    "depth.depth_histogram": (depths, depths_that_end_early),
}
FUNCTIONS = [fellow for fellow in DEPTH if fellow.of in INPUTS]


def reference(of: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(depth, of.split(".")[1])
    return function


def observed(of: str, function: Callable[..., Any]) -> list[Tensor]:
    return [
        function(*(one.clone() if isinstance(one, Tensor) else one for one in inputs(seed))).double()
        for inputs in INPUTS[of]
        for seed in SEEDS
    ]


def same(left: list[Tensor], right: list[Tensor]) -> bool:
    return all(
        one.shape == other.shape and torch.allclose(one, other, rtol=0, atol=1e-9)
        for one, other in zip(left, right, strict=True)
    )


@pytest.mark.parametrize("fellow", [f for f in FUNCTIONS if f.kind is not Kind.EQUIVALENT], ids=name)
def test_a_fault_or_convention_differs_from_its_reference(fellow: Fellow) -> None:
    assert not same(observed(fellow.of, fellow.function), observed(fellow.of, reference(fellow.of)))


@pytest.mark.parametrize("fellow", [f for f in (*DEPTHS, *HISTOGRAM) if f.kind is Kind.EQUIVALENT], ids=name)
def test_an_equivalent_agrees_with_its_reference(fellow: Fellow) -> None:
    assert same(observed(fellow.of, fellow.function), observed(fellow.of, reference(fellow.of)))


@pytest.mark.parametrize("of", sorted(INPUTS))
def test_no_two_faults_give_the_same(of: str) -> None:
    outputs = {
        f.name: observed(of, f.function) for f in FUNCTIONS if f.of == of and f.kind is not Kind.EQUIVALENT
    }
    assert [pair for pair in combinations(outputs, 2) if same(outputs[pair[0]], outputs[pair[1]])] == []


def tied(seed: int) -> tuple[Any, ...]:
    generator = torch.Generator().manual_seed(seed)
    train = torch.randint(-2, 3, (30, 2), generator=generator).double()
    labels = torch.randint(0, 3, (30,), generator=generator)
    return train, labels, torch.randint(-2, 3, (15, 2), generator=generator).double(), 4


@pytest.mark.parametrize("fellow", [f for f in KNN if f.kind is Kind.EQUIVALENT], ids=name)
def test_an_equivalent_vote_is_admissible_among_ties(fellow: Fellow) -> None:
    for seed in SEEDS:
        for inputs in (clouds(seed), tied(seed)):
            votes = knn_admissible(*inputs, tie=1e-9)
            assert votes.admit(fellow.function(*inputs)).all()


@pytest.mark.parametrize("fellow", [f for f in KNN if f.kind is Kind.FAULT], ids=name)
def test_no_way_of_breaking_ties_excuses_a_faulty_vote(fellow: Fellow) -> None:
    shapes_and_votes = []
    for inputs in (clouds, clouds_alone):
        for seed in SEEDS:
            given = inputs(seed)
            votes, got = knn_admissible(*given), fellow.function(*given)
            right = got.shape == votes.predictions.shape and bool(votes.admit(got).all())
            shapes_and_votes.append(right)
    assert not all(shapes_and_votes)


def test_ways_of_breaking_ties_do_differ_on_the_tied_inputs() -> None:
    # Otherwise the test of equivalents among ties would say nothing.
    first, largest = (
        torch.stack([f.function(*tied(seed)) for seed in SEEDS])
        for f in KNN
        if f.name in {"first_seen_wins", "largest_label_wins"}
    )
    smallest = torch.stack([depth.knn_predictions(*tied(seed)) for seed in SEEDS])
    assert not torch.equal(first, largest)
    assert not torch.equal(largest, smallest)


# ---------------------------------------------------------------- variables


@pytest.fixture(scope="module")
def worked() -> dict[str, Any]:
    # The same arguments as in the tests of `reference.depth`, which keeps its last example.
    return depth.worked_example(images=120, test_images=60, epochs=1)


VARIABLES = {
    "features": ("test_activations",),
    "depths": ("layer_predictions", "depths"),
    "histogram": ("histogram",),
    "accuracy": ("accuracy_by_depth",),
}


def equal(left: Any, right: Any) -> bool:
    if isinstance(left, tuple):
        return len(left) == len(right) and all(map(equal, left, right))
    return left.shape == right.shape and np.array_equal(left, right, equal_nan=left.dtype.kind == "f")


@pytest.mark.parametrize("fellow", EXAMPLE, ids=name)
def test_a_variant_changes_its_own_variables_and_no_other(fellow: Fellow, worked: dict[str, Any]) -> None:
    before = {key: np.copy(value) for key, value in worked.items() if isinstance(value, np.ndarray)}
    weights = {key: value.clone() for key, value in worked["resnet"].state_dict().items()}
    changed = fellow.function(worked)
    assert set(changed) == set(worked)
    mine = VARIABLES[fellow.aspect]
    different = [key for key in worked if key != "resnet" and not equal(worked[key], changed[key])]
    assert different
    assert set(different) <= set(mine)
    # The example itself is as it was: another fault will start from it.
    assert all(equal(value, worked[key]) for key, value in before.items())
    assert all(torch.equal(value, weights[key]) for key, value in worked["resnet"].state_dict().items())


@pytest.mark.parametrize("aspect", sorted(VARIABLES))
def test_no_two_variants_leave_the_same_variables(aspect: str, worked: dict[str, Any]) -> None:
    left = {f.name: f.function(worked) for f in EXAMPLE if f.aspect == aspect}
    pairs = [
        (one, other)
        for one, other in combinations(left, 2)
        if all(equal(left[one][key], left[other][key]) for key in VARIABLES[aspect])
    ]
    assert pairs == []


@pytest.mark.parametrize(
    "fellow", [f for f in EXAMPLE if f.aspect == "features" and f.kind is Kind.EQUIVALENT], ids=name
)
def test_equivalent_features_hold_the_same_numbers(fellow: Fellow, worked: dict[str, Any]) -> None:
    for place, (got, truth) in enumerate(
        zip(fellow.function(worked)["test_activations"], worked["test_activations"], strict=True)
    ):
        rows, expected = got.reshape(len(got), -1), truth.reshape(len(truth), -1)
        assert np.array_equal(rows, expected[:, : rows.shape[1]])
        assert rows.shape[1] == expected.shape[1] or place == 0


def test_features_of_train_mode_depend_on_the_batch(worked: dict[str, Any]) -> None:
    (fellow,) = (f for f in EXAMPLE if f.name == "recorded_in_train_mode")
    whole = fellow.function(worked)["test_activations"][10]
    half = fellow.function({**worked, "test_images": worked["test_images"][:30]})["test_activations"][10]
    assert not np.allclose(whole[:30], half, atol=1e-3)
    assert not np.allclose(whole, worked["test_activations"][10], atol=1e-3)


def test_an_overwritten_bn1_is_what_an_in_place_relu_leaves(worked: dict[str, Any]) -> None:
    (fellow,) = (f for f in EXAMPLE if f.name == "overwritten_by_relu")
    kept: list[Tensor] = []
    network = worked["resnet"]
    hook = network.bn1.register_forward_hook(lambda _, __, output: kept.append(output.detach()))
    with torch.no_grad():
        network(depth.network_images(worked["test_images"]))
    hook.remove()
    assert np.allclose(fellow.function(worked)["test_activations"][2], kept[0].numpy(), atol=1e-5)


def test_a_variant_makes_the_usual_example_if_none_is_given(
    worked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reference.faults_example.worked_example", lambda: worked)
    (fellow,) = (f for f in EXAMPLE if f.name == "zero_for_empty")
    assert equal(fellow.function()["accuracy_by_depth"], fellow.function(worked)["accuracy_by_depth"])


# ---------------------------------------------------------------- the list


def test_names_are_unique_slugs() -> None:
    assert len({(f.of, f.name) for f in DEPTH}) == len(DEPTH)
    assert all(re.fullmatch(r"[a-z0-9][a-zA-Z0-9_]*", f.name) for f in DEPTH)


def test_every_aspect_of_the_example_has_faults() -> None:
    for aspect in VARIABLES:
        assert sum(f.aspect == aspect and f.kind is Kind.FAULT for f in EXAMPLE) >= 10


def test_the_convention_of_the_handout_is_one_in_function_and_variable() -> None:
    conventions = {(f.of, f.name) for f in DEPTH if f.kind is Kind.CONVENTION}
    assert conventions == {
        ("depth.prediction_depth", "m_greater_than_L"),
        ("depth.worked_example", "m_greater_than_L"),
    }
