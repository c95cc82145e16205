"""Every fault of the triplet part differs from its reference and from every other; every equivalent agrees."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from reference import triplet
from reference.facts import facts
from reference.faults_triplet import FACTS, HARMONIC, TRIPLET
from reference.fellows import Fellow, Kind

torch.set_num_threads(1)

VISIBLE = 1e-3
DISTINCT = 1e-4
EQUAL = 1e-9
SEEDS = (0, 1, 2)

# Singletons, pairs and larger classes, and labels that leave gaps.
LABELS = torch.tensor([0, 3, 1, 1, 0, 2, 1, 0, 3, 1, 5])


def normal(seed: int, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def embeddings(seed: int) -> tuple[Any, ...]:
    """Rows of different lengths, two of them near each other; far enough out for float32 to show its rounding."""
    E = normal(seed, 9, 5) * torch.linspace(0.4, 1.6, 9, dtype=torch.float64).unsqueeze(1) + 0.5
    E[3] = E[2] + 1e-5
    return (E,)


def triplets(seed: int) -> tuple[Any, ...]:
    anchor, positive, negative = normal(seed, 3, 12, 4)
    return anchor, anchor + 0.5 * positive, anchor + 0.6 * negative, 0.7


def triplets_alone(seed: int) -> tuple[Any, ...]:
    return triplets(seed)[:3]


def labels_alone(seed: int) -> tuple[Any, ...]:
    order = torch.randperm(len(LABELS), generator=torch.Generator().manual_seed(seed))
    return (LABELS[order],)


def batch(seed: int) -> tuple[Any, ...]:
    """Losses of every kind."""
    return 0.5 * normal(seed, len(LABELS), 3), *labels_alone(seed), 0.45


def batch_with_a_far_class(seed: int) -> tuple[Any, ...]:
    """A class far from the others, whose anchors lose nothing."""
    E, labels, margin = batch(seed)
    E[labels == 3] = 0.1 * E[labels == 3] + 4
    return E, labels, margin


def whole_batch(seed: int) -> tuple[Any, ...]:
    """Whole coordinates, so that distances tie with each other and with the margin."""
    E, labels, _ = batch(seed)
    return (2 * E).round(), labels, 2.0


def batch_without_triplets(seed: int) -> tuple[Any, ...]:
    return normal(seed, 4, 3), torch.tensor([0, 1, 2, 3]), 0.5


def models(seed: int) -> tuple[Any, ...]:
    E, labels, margin = batch(seed)
    return 0.7 * normal(seed + 50, *E.shape), E, labels, margin


INPUTS: dict[str, tuple[Callable[[int], tuple[Any, ...]], ...]] = {
    "triplet.squared_distances": (embeddings,),
    "triplet.triplet_loss": (triplets, triplets_alone),
    "triplet.valid_triplets": (labels_alone,),
    "triplet.semi_hard_triplets": (batch, whole_batch),
    "triplet.batch_all_triplet_loss": (batch, batch_with_a_far_class, whole_batch, batch_without_triplets),
    "triplet.batch_hard_triplet_loss": (batch, batch_with_a_far_class, whole_batch, batch_without_triplets),
    "triplet.harmonic_triplet_loss": (models,),
}

FUNCTIONS = [fellow for fellow in TRIPLET if fellow.of in INPUTS and fellow.aspect == "values"]


def name(fellow: Fellow) -> str:
    return f"{fellow.of.split('.')[1]}-{fellow.name}"


def reference(of: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(triplet, of.split(".")[1])
    return function


def observed(of: str, function: Callable[..., Any]) -> list[list[Tensor]]:
    """What a function gives on every input; for distances also whether any is negative."""
    results = []
    for inputs in INPUTS[of]:
        for seed in SEEDS:
            given = (one.clone() if isinstance(one, Tensor) else one for one in inputs(seed))
            value = function(*given)
            outputs = [one.double() for one in (value if isinstance(value, tuple) else (value,))]
            if of == "triplet.squared_distances":
                outputs.append((value < 0).any().double())
            results.append(outputs)
    return results


def gap(left: list[list[Tensor]], right: list[list[Tensor]]) -> float:
    """The largest difference relative to the largest entry; infinite where shapes, counts or NaNs differ."""
    worst = 0.0
    for ones, others in zip(left, right, strict=True):
        if len(ones) != len(others):
            return np.inf
        for one, other in zip(ones, others, strict=True):
            if one.shape != other.shape or not torch.equal(one.isfinite(), other.isfinite()):
                return np.inf
            finite = one.isfinite()
            if finite.any():
                size = max(float(other[finite].abs().max()), float(one[finite].abs().max()), 1e-300)
                worst = max(worst, float((one[finite] - other[finite]).abs().max()) / size)
    return worst


@pytest.mark.parametrize("fellow", [f for f in FUNCTIONS if f.kind is not Kind.EQUIVALENT], ids=name)
def test_a_fault_or_convention_differs_visibly_from_its_reference(fellow: Fellow) -> None:
    difference = gap(observed(fellow.of, fellow.function), observed(fellow.of, reference(fellow.of)))
    assert difference > VISIBLE


@pytest.mark.parametrize("fellow", [f for f in FUNCTIONS if f.kind is Kind.EQUIVALENT], ids=name)
def test_an_equivalent_agrees_with_its_reference(fellow: Fellow) -> None:
    difference = gap(observed(fellow.of, fellow.function), observed(fellow.of, reference(fellow.of)))
    assert difference < EQUAL


@pytest.mark.parametrize("of", sorted(INPUTS))
def test_no_two_faults_give_the_same_numbers(of: str) -> None:
    outputs = {
        f.name: observed(of, f.function) for f in FUNCTIONS if f.of == of and f.kind is not Kind.EQUIVALENT
    }
    same = [pair for pair in combinations(outputs, 2) if gap(outputs[pair[0]], outputs[pair[1]]) < DISTINCT]
    assert same == []


def test_the_references_agree_with_themselves_on_these_inputs() -> None:
    # Otherwise every fault would differ from them.
    for of in INPUTS:
        assert gap(observed(of, reference(of)), observed(of, reference(of))) == 0


def test_only_the_undetached_fault_gives_the_old_embeddings_a_gradient() -> None:
    E_old, E_new, labels, margin = models(0)
    for fellow in HARMONIC:
        old = E_old.clone().requires_grad_()
        new = E_new.clone().requires_grad_()
        loss, _ = fellow.function(old, new, labels, margin)
        slopes = torch.autograd.grad(loss, [old, new], allow_unused=True)
        if fellow.aspect == "gradient":
            assert slopes[0] is not None
            assert slopes[0].abs().max() > 0.01
            expected = triplet.harmonic_triplet_loss(E_old, E_new, labels, margin)
            torch.testing.assert_close((loss, fellow.function(old, new, labels, margin)[1]), expected)


def test_the_undetached_fault_is_the_only_one_of_its_aspect() -> None:
    assert [f.name for f in TRIPLET if f.aspect == "gradient"] == ["old_not_detached"]


# ---------------------------------------------------------------- facts

ONE_AWAY = [f for f in FACTS if f.kind is Kind.FAULT and f.name != "networks_exchanged"]


@pytest.mark.parametrize("fellow", ONE_AWAY, ids=name)
def test_a_wrong_fact_is_wrong_in_one_entry_and_says_which(fellow: Fellow) -> None:
    from reference.facts import fact

    given, truth = fellow.function(), facts()
    assert set(given) <= set(truth)
    wrong = [key for key in truth if key not in given or not fact(key).accepts(given[key])]
    assert len(wrong) == 1
    assert fellow.says.startswith(f"`{wrong[0]}`")


@pytest.mark.parametrize("fellow", [f for f in FACTS if f.kind is Kind.EQUIVALENT], ids=name)
def test_an_equivalent_fact_is_another_number_and_right(fellow: Fellow) -> None:
    from reference.facts import fact

    given = fellow.function()
    assert given != facts()
    assert all(fact(key).accepts(value) for key, value in given.items())


def test_every_fact_asked_for_has_faults() -> None:
    for key in facts():
        assert sum(f.says.startswith(f"`{key}`") for f in ONE_AWAY) >= 2


# ---------------------------------------------------------------- the list


def test_names_are_unique_slugs() -> None:
    assert len({(f.of, f.name) for f in TRIPLET}) == len(TRIPLET)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_]*", f.name) for f in TRIPLET)


def test_a_sentence_speaks_to_the_student() -> None:
    for fellow in TRIPLET:
        assert not fellow.says.endswith(".")
        if fellow.kind is not Kind.EQUIVALENT:
            assert len(fellow.says) > 15


def test_the_conventions_are_those_that_a_rubric_can_name() -> None:
    assert {(f.of.split(".")[1], f.name) for f in TRIPLET if f.kind is Kind.CONVENTION} == {
        ("squared_distances", "plain_distance"),
        ("triplet_loss", "plain_distance"),
        ("triplet_loss", "summed"),
        ("semi_hard_triplets", "plain_distance"),
        ("batch_all_triplet_loss", "plain_distance"),
        ("batch_all_triplet_loss", "mean_over_valid"),
        ("batch_hard_triplet_loss", "plain_distance"),
    }
