"""Triplet losses: against their definitions, by their laws, with ties, duplicates and batches without triplets."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from reference import triplet
from reference.triplet import HARMONIC_MIXES, Mix, Version

torch.set_num_threads(1)

SLOWEST = settings(max_examples=40, deadline=None)
OLD, NEW = Version.OLD, Version.NEW


def cloud(seed: int, count: int, width: int, classes: int) -> tuple[Tensor, Tensor]:
    """Normal rows and labels of so many classes, some of which may stand for one row or none."""
    generator = torch.Generator().manual_seed(seed)
    E = torch.randn(count, width, generator=generator, dtype=torch.float64)
    return E, torch.randint(0, classes, (count,), generator=generator)


@st.composite
def batches(draw: st.DrawFn, whole: bool = False) -> tuple[Tensor, Tensor, float]:
    """Rows, labels and a margin. `whole` coordinates bring exact ties, and duplicates."""
    count, width, classes = draw(st.integers(1, 9)), draw(st.integers(1, 4)), draw(st.integers(1, 4))
    E, labels = cloud(draw(st.integers(0, 2**31)), count, width, classes)
    if whole:
        return (2 * E).round(), labels, float(draw(st.integers(0, 4)))
    return E, labels, draw(st.floats(0.05, 2.0))


def gradient(loss: Callable[[Tensor], Tensor], E: Tensor) -> Tensor:
    E = E.clone().requires_grad_()
    (slope,) = torch.autograd.grad(loss(E), E)
    return slope


# ---------------------------------------------------------------- distances


@SLOWEST
@given(batches())
def test_distances_are_those_of_the_definition(batch: tuple[Tensor, Tensor, float]) -> None:
    E, _, _ = batch
    torch.testing.assert_close(triplet.squared_distances(E), triplet.squared_distances_by_definition(E))


@SLOWEST
@given(batches(whole=True))
def test_whole_coordinates_give_exact_distances(batch: tuple[Tensor, Tensor, float]) -> None:
    E = batch[0].float()
    assert torch.equal(triplet.squared_distances(E), triplet.squared_distances_by_definition(E))


@pytest.mark.parametrize("offset", [0.0, 30.0, 1e4], ids=["around zero", "away", "far away"])
@pytest.mark.parametrize("apart", [1e-4, 1e-2], ids=["near duplicates", "neighbours"])
def test_nothing_cancels_between_near_rows_in_float32(offset: float, apart: float) -> None:
    E, _ = cloud(0, 20, 16, 3)
    E[10:] = E[:10] + apart * E[10:]
    E = (E + offset).float()
    distances = triplet.squared_distances(E)
    truth = triplet.squared_distances_by_definition(E.double())
    sizes = E.double().square().sum(1)
    assert ((distances - truth).abs() <= 1e-5 * (sizes.unsqueeze(1) + sizes)).all()
    # More than was asked: relative to the distance itself.
    assert ((distances - truth).abs() <= 1e-5 * truth).all()
    assert (distances >= 0).all()
    assert torch.equal(distances, distances.T)
    assert not distances.diagonal().any()


def test_the_value_is_the_same_with_and_without_a_gradient() -> None:
    E = cloud(1, 12, 5, 3)[0].float() + 100
    with_gradient = triplet.squared_distances(E.clone().requires_grad_())
    assert torch.equal(with_gradient.detach(), triplet.squared_distances(E))


def test_the_gradient_of_distances_is_right_at_duplicates_too() -> None:
    E, _ = cloud(2, 5, 3, 2)
    E[3] = E[1]
    assert torch.autograd.gradcheck(triplet.squared_distances, E.clone().requires_grad_())
    other = cloud(3, 4, 3, 2)[0].requires_grad_()
    assert torch.autograd.gradcheck(triplet.squared_distances_between, (E.clone().requires_grad_(), other))


def test_half_precision_comes_back_in_half_precision() -> None:
    distances = triplet.squared_distances(torch.tensor([[1.0], [3.0]], dtype=torch.float16))
    assert distances.dtype == torch.float16
    assert distances[0, 1] == 4


def test_distances_need_a_matrix() -> None:
    with pytest.raises(ValueError, match=r"must be \(B, d\)"):
        triplet.squared_distances(torch.zeros(3))


# ---------------------------------------------------------------- the loss of given triplets


@SLOWEST
@given(st.integers(0, 2**31), st.integers(1, 8), st.integers(1, 5), st.floats(0, 3))
def test_the_loss_is_that_of_the_definition_and_of_torch(
    seed: int, count: int, width: int, margin: float
) -> None:
    rows = cloud(seed, 3 * count, width, 1)[0].split(count)
    expected = triplet.triplet_loss_by_definition(*rows, margin)
    torch.testing.assert_close(triplet.triplet_loss(*rows, margin), expected)
    if margin > 0:
        oracle = torch.nn.TripletMarginWithDistanceLoss(
            distance_function=lambda a, b: (a - b).square().sum(-1), margin=margin
        )
        torch.testing.assert_close(oracle(*rows), expected)


def test_the_margin_is_a_fifth_unless_given() -> None:
    same = torch.zeros(4, 2)
    assert triplet.triplet_loss(same, same, same).item() == pytest.approx(0.2)
    assert triplet.triplet_loss(same, same, same, margin=0.7).item() == pytest.approx(0.7)


def test_the_loss_has_a_gradient_where_rows_coincide() -> None:
    same = torch.ones(3, 2, dtype=torch.float64)
    assert gradient(lambda a: triplet.triplet_loss(a, same, 2 * same, 3.0), same).isfinite().all()


def test_more_margin_never_costs_less() -> None:
    rows = cloud(4, 30, 3, 1)[0].split(10)
    losses = [triplet.triplet_loss(*rows, margin).item() for margin in (0.0, 0.3, 1.0, 5.0)]
    assert losses == sorted(losses)
    assert losses[0] < losses[-1]


# ---------------------------------------------------------------- validity and semi-hard triplets


@SLOWEST
@given(st.lists(st.integers(0, 3), min_size=1, max_size=8))
def test_valid_triplets_are_those_of_a_literal_loop(listed: list[int]) -> None:
    valid = triplet.valid_triplets(torch.tensor(listed))
    places = range(len(listed))
    expected = {
        (i, j, k)
        for i, j, k in itertools.product(places, repeat=3)
        if i != j and listed[i] == listed[j] != listed[k]
    }
    assert {tuple(place) for place in valid.nonzero().tolist()} == expected
    sizes = [listed.count(label) for label in set(listed)]
    assert valid.sum() == sum(n * (n - 1) * (len(listed) - n) for n in sizes)


@SLOWEST
@given(batches(whole=True))
def test_semi_hard_triplets_are_those_of_a_literal_loop_and_strict(
    batch: tuple[Tensor, Tensor, float],
) -> None:
    E, labels, margin = batch
    chosen = triplet.semi_hard_triplets(E, labels, margin)
    d = triplet.squared_distances_by_definition(E)
    for i, j, k in itertools.product(range(len(E)), repeat=3):
        valid = i != j and labels[i] == labels[j] and labels[i] != labels[k]
        assert chosen[i, j, k] == (valid and d[i, j] < d[i, k] < d[i, j] + margin)


def test_semi_hard_triplets_have_a_loss_below_the_margin() -> None:
    E, labels = cloud(5, 20, 2, 4)
    for i, j, k in triplet.semi_hard_triplets(E, labels, 0.6).nonzero().tolist():
        loss = triplet.triplet_loss(E[i : i + 1], E[j : j + 1], E[k : k + 1], 0.6)
        assert 0 < loss < 0.6


# ---------------------------------------------------------------- batch all


@SLOWEST
@given(batches())
def test_batch_all_is_its_definition_with_its_gradient(batch: tuple[Tensor, Tensor, float]) -> None:
    E, labels, margin = batch
    torch.testing.assert_close(
        triplet.batch_all_triplet_loss(E, labels, margin),
        triplet.batch_all_triplet_loss_by_definition(E, labels, margin),
        rtol=1e-12,
        atol=1e-14,
    )
    torch.testing.assert_close(
        gradient(lambda E: triplet.batch_all_triplet_loss(E, labels, margin)[0], E),
        gradient(lambda E: triplet.batch_all_triplet_loss_by_definition(E, labels, margin)[0], E),
        rtol=1e-8,
        atol=1e-10,
    )


@SLOWEST
@given(batches(whole=True))
def test_batch_all_counts_ties_as_no_loss(batch: tuple[Tensor, Tensor, float]) -> None:
    E, labels, margin = batch
    loss, fraction = triplet.batch_all_triplet_loss(E.float(), labels, margin)
    expected, share = triplet.batch_all_triplet_loss_by_definition(E, labels, margin)
    assert fraction.item() == pytest.approx(share.item(), abs=1e-7)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-6)
    # The definition again, without any tensor.
    d = triplet.squared_distances_by_definition(E).tolist()
    losses = [d[i][j] - d[i][k] + margin for i, j, k in triplet.valid_triplets(labels).nonzero().tolist()]
    positive = [one for one in losses if one > 0]
    assert loss.item() == pytest.approx(sum(positive) / len(positive) if positive else 0, rel=1e-6)
    assert fraction.item() == pytest.approx(len(positive) / len(losses) if losses else 0, abs=1e-7)


NO_TRIPLET = {
    "one row": torch.tensor([0]),
    "one class": torch.tensor([3, 3, 3, 3]),
    "singletons": torch.tensor([0, 1, 2, 3, 4]),
}


@pytest.mark.parametrize("labels", NO_TRIPLET.values(), ids=NO_TRIPLET.keys())
@pytest.mark.parametrize("name", ["all", "hard"])
def test_a_batch_without_triplets_costs_nothing_and_has_a_gradient_of_zero(labels: Tensor, name: str) -> None:
    losses: dict[str, Callable[[Tensor], Tensor]] = {
        "all": lambda E: torch.stack(triplet.batch_all_triplet_loss(E, labels, 0.5)).sum(),
        "hard": lambda E: triplet.batch_hard_triplet_loss(E, labels, 0.5),
    }
    E, _ = cloud(6, len(labels), 3, 1)
    assert losses[name](E) == 0
    assert not gradient(losses[name], E).any()


def test_a_well_separated_batch_costs_nothing() -> None:
    labels = torch.tensor([0, 0, 1, 1, 2])
    E = 100.0 * torch.nn.functional.one_hot(labels, 3) + 0.01 * cloud(7, 5, 3, 1)[0]
    assert triplet.batch_all_triplet_loss(E, labels, 0.2) == (0.0, 0.0)
    assert triplet.batch_hard_triplet_loss(E, labels, 0.2) == 0


def test_the_order_of_rows_and_the_names_of_classes_do_not_matter() -> None:
    E, labels = cloud(8, 25, 3, 4)
    order = torch.randperm(25, generator=torch.Generator().manual_seed(0))
    renamed = torch.tensor([70, -3, 12, 5])[labels]
    for loss in (triplet.batch_all_triplet_loss, triplet.batch_hard_triplet_loss):
        torch.testing.assert_close(loss(E[order], renamed[order], 0.4), loss(E, labels, 0.4))


def test_duplicates_leave_every_gradient_finite() -> None:
    E, labels = cloud(9, 12, 3, 3)
    E[4:8] = E[:4]
    losses: list[Callable[[Tensor], Tensor]] = [
        lambda E: triplet.batch_all_triplet_loss(E, labels, 0.5)[0],
        lambda E: triplet.batch_hard_triplet_loss(E, labels, 0.5),
        lambda E: triplet.harmonic_triplet_loss(E.detach(), E, labels, 0.5)[0],
    ]
    for loss in losses:
        assert gradient(loss, E).isfinite().all()


class Largest(TorchDispatchMode):
    """Records the size of the largest tensor that is made."""

    elements = 0

    def __torch_dispatch__(
        self, operation: Any, types: Any, arguments: Any = (), keywords: Any = None
    ) -> Any:
        result = operation(*arguments, **(keywords or {}))
        for one in result if isinstance(result, (tuple, list)) else (result,):
            if isinstance(one, Tensor):
                self.elements = max(self.elements, one.numel())
        return result


def test_batch_all_makes_nothing_larger_than_b_squared() -> None:
    E, labels = cloud(10, 300, 8, 6)
    E.requires_grad_()
    with Largest() as largest:
        loss, _ = triplet.batch_all_triplet_loss(E, labels, 0.5)
        loss.backward()
    # A column more than B for the negatives beyond all positives.
    assert largest.elements <= 300 * 301


def test_a_batch_of_1800_works_in_float32() -> None:
    E, labels = cloud(11, 1800, 16, 45)
    E = torch.nn.functional.normalize(E.float()).requires_grad_()
    loss, fraction = triplet.batch_all_triplet_loss(E, labels, 0.2)
    loss.backward()
    assert 0 < loss < 4.2
    assert 0 < fraction < 1
    assert E.grad is not None
    assert E.grad.isfinite().all()
    # The same from a tenth of the anchors, one anchor at a time, in float64.
    d = triplet.squared_distances(E.detach().double())
    total, positive, valid = 0.0, 0, 0
    for i in range(0, 1800, 10):
        same = labels == labels[i]
        other = ~same
        same[i] = False
        losses = d[i][same].unsqueeze(1) - d[i][other] + 0.2
        total += losses.clamp(min=0).sum().item()
        positive += int((losses > 0).sum())
        valid += losses.numel()
    assert loss.item() == pytest.approx(total / positive, rel=0.02)
    assert fraction.item() == pytest.approx(positive / valid, rel=0.02)


PEAK = """
import torch
from pathlib import Path
from reference.triplet import batch_all_triplet_loss

def largest():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

torch.set_num_threads(1)
E = torch.nn.functional.normalize(torch.randn(1800, 128, generator=torch.Generator().manual_seed(0)))
before = largest()
batch_all_triplet_loss(E.requires_grad_(), torch.arange(1800) % 45, 0.2)[0].backward()
print(largest() - before)
"""


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="memory is read from /proc, as Linux has it"
)
def test_a_batch_of_1800_takes_far_less_than_a_gibibyte() -> None:
    run = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 512 * 1024


# ---------------------------------------------------------------- batch hard


@SLOWEST
@given(st.one_of(batches(), batches(whole=True)))
def test_batch_hard_is_its_definition(batch: tuple[Tensor, Tensor, float]) -> None:
    torch.testing.assert_close(
        triplet.batch_hard_triplet_loss(*batch), triplet.batch_hard_triplet_loss_by_definition(*batch)
    )


@SLOWEST
@given(batches())
def test_batch_hard_has_the_gradient_of_its_definition(batch: tuple[Tensor, Tensor, float]) -> None:
    E, labels, margin = batch
    expected = triplet.batch_hard_triplet_loss_by_definition(E.clone().requires_grad_(), labels, margin)
    assume(expected.requires_grad)
    torch.testing.assert_close(
        gradient(lambda E: triplet.batch_hard_triplet_loss(E, labels, margin), E),
        gradient(lambda E: triplet.batch_hard_triplet_loss_by_definition(E, labels, margin), E),
        rtol=1e-8,
        atol=1e-10,
    )


def test_a_singleton_is_no_anchor_but_a_negative() -> None:
    E = torch.tensor([[0.0], [2.0], [3.0]])
    labels = torch.tensor([0, 0, 1])
    # Anchor 0: 4 − 9 + 1 < 0; anchor 1: 4 − 1 + 1 = 4; the singleton has no positive.
    assert triplet.batch_hard_triplet_loss(E, labels, 1.0) == 2.0


# ---------------------------------------------------------------- harmonic triplets


@SLOWEST
@given(batches(), st.integers(0, 2**31), st.lists(st.sampled_from(HARMONIC_MIXES), min_size=1, unique=True))
def test_harmonic_is_its_definition(batch: tuple[Tensor, Tensor, float], seed: int, mixes: list[Mix]) -> None:
    E_new, labels, margin = batch
    E_old = cloud(seed, *E_new.shape, 1)[0]
    torch.testing.assert_close(
        triplet.harmonic_triplet_loss(E_old, E_new, labels, margin, mixes),
        triplet.harmonic_triplet_loss_by_definition(E_old, E_new, labels, margin, mixes),
    )


def test_triplets_of_the_new_model_alone_are_those_of_batch_all() -> None:
    E, labels = cloud(12, 15, 3, 3)
    torch.testing.assert_close(
        triplet.harmonic_triplet_loss(-E, E, labels, 0.3, (Mix(NEW, NEW, NEW),)),
        triplet.batch_all_triplet_loss(E, labels, 0.3),
    )


def test_no_mix_is_of_the_old_model_alone() -> None:
    assert len(HARMONIC_MIXES) == 7
    assert Mix(OLD, OLD, OLD) not in HARMONIC_MIXES


def test_an_image_is_its_own_positive_across_models_only() -> None:
    labels = torch.tensor([0, 1])
    for mix in HARMONIC_MIXES:
        triplets = triplet.harmonic_triplets(labels, mix)
        assert triplets[0, 0, 1] == (mix.anchor is not mix.positive)
        assert not triplets[0, 1].any()


def test_the_old_embeddings_are_frozen() -> None:
    E_new, labels = cloud(13, 10, 3, 3)
    E_old = cloud(14, 10, 3, 3)[0].requires_grad_()
    E_new.requires_grad_()
    loss, _ = triplet.harmonic_triplet_loss(E_old, E_new, labels)
    loss.backward()
    assert E_old.grad is None
    assert E_new.grad is not None
    assert E_new.grad.abs().max() > 0


def test_descent_on_the_harmonic_loss_brings_the_models_together() -> None:
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(20) % 4
    E_old = torch.nn.functional.normalize(torch.randn(4, 6, generator=generator)[labels])
    E_new = torch.randn(20, 6, generator=generator).requires_grad_()
    before = after = math.inf
    for step in range(40):
        loss, _ = triplet.harmonic_triplet_loss(E_old, torch.nn.functional.normalize(E_new), labels)
        before, after = (loss.item() if step == 0 else before), loss.item()
        (slope,) = torch.autograd.grad(loss, E_new)
        E_new = (E_new - slope).detach().requires_grad_()
    # Not only less loss: each new embedding now is nearest to the old ones of its class.
    nearest = triplet.squared_distances_between(E_new.detach(), E_old).argmin(1)
    assert after < before
    assert torch.equal(labels[nearest], labels)


WRONG_SHAPES: dict[str, Callable[[], Any]] = {
    "rows and labels differ": lambda: triplet.batch_all_triplet_loss(torch.zeros(3, 2), torch.zeros(2), 0.2),
    "labels in a column": lambda: triplet.batch_hard_triplet_loss(torch.zeros(3, 2), torch.zeros(3, 1), 0.2),
    "no rows": lambda: triplet.batch_all_triplet_loss(torch.zeros(0, 2), torch.zeros(0), 0.2),
    "old and new differ": lambda: triplet.harmonic_triplet_loss(
        torch.zeros(3, 2), torch.zeros(3, 4), torch.zeros(3)
    ),
}


@pytest.mark.parametrize("call", WRONG_SHAPES.values(), ids=WRONG_SHAPES.keys())
def test_shapes_that_do_not_fit_are_refused(call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match="embeddings"):
        call()
