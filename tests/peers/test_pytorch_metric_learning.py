"""Our triplet losses beside pytorch-metric-learning's, with its conventions set to ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor

from reference import triplet
from reference.faults import fellows_of
from reference.triplet import Mix, Version

pml = pytest.importorskip(
    "pytorch_metric_learning", reason="pytorch-metric-learning is not installed; the dev extra brings it"
)

from pytorch_metric_learning import distances, losses, miners, reducers  # noqa: E402 - after the skip
from pytorch_metric_learning.utils import loss_and_miner_utils  # noqa: E402

torch.set_num_threads(1)

MARGIN = 0.4
CASES = range(8)


def batch(case: int) -> tuple[Tensor, Tensor]:
    """Rows in overlapping classes; among the labels are singletons."""
    generator = torch.Generator().manual_seed(case)
    labels = torch.randint(0, 4 + case % 8, (24,), generator=generator)
    centres = 0.5 * torch.randn(12, 5, generator=generator, dtype=torch.float64)
    return centres[labels] + 0.4 * torch.randn(24, 5, generator=generator, dtype=torch.float64), labels


def squared() -> Any:
    # Their default is the plain distance of rows scaled to length 1.
    return distances.LpDistance(normalize_embeddings=False, power=2)


def convention(of: str, name: str) -> Any:
    return next(fellow.function for fellow in fellows_of(of) if fellow.name == name)


def with_gradient(loss: Any, E: Tensor) -> Iterator[Tensor]:
    E = E.clone().requires_grad_()
    value = loss(E)
    yield value.detach()
    yield torch.autograd.grad(value, E)[0]


def agree(ours: Any, theirs: Any, E: Tensor) -> None:
    for mine, other in zip(with_gradient(ours, E), with_gradient(theirs, E), strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_distances(case: int) -> None:
    E, _ = batch(case)
    torch.testing.assert_close(triplet.squared_distances(E), squared()(E), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_valid_triplets(case: int) -> None:
    _, labels = batch(case)
    theirs = torch.zeros((len(labels),) * 3, dtype=torch.bool)
    theirs[loss_and_miner_utils.get_all_triplets_indices(labels)] = True
    assert torch.equal(triplet.valid_triplets(labels), theirs)


@pytest.mark.parametrize("case", CASES)
def test_batch_all_is_their_loss_averaged_over_what_is_not_zero(case: int) -> None:
    E, labels = batch(case)
    theirs = losses.TripletMarginLoss(MARGIN, distance=squared(), reducer=reducers.AvgNonZeroReducer())
    agree(lambda E: triplet.batch_all_triplet_loss(E, labels, MARGIN)[0], lambda E: theirs(E, labels), E)


@pytest.mark.parametrize("case", CASES)
def test_our_conventions_are_theirs(case: int) -> None:
    E, labels = batch(case)
    of = "triplet.batch_all_triplet_loss"
    mean = losses.TripletMarginLoss(MARGIN, distance=squared(), reducer=reducers.MeanReducer())
    plain = losses.TripletMarginLoss(MARGIN, distance=distances.LpDistance(normalize_embeddings=False))
    for name, theirs in (("mean_over_valid", mean), ("plain_distance", plain)):
        ours = convention(of, name)(E, labels, MARGIN)[0]
        torch.testing.assert_close(ours, theirs(E, labels), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_batch_hard_is_their_loss_of_their_hardest_triplets(case: int) -> None:
    E, labels = batch(case)
    miner = miners.BatchHardMiner(distance=squared())
    loss = losses.TripletMarginLoss(MARGIN, distance=squared(), reducer=reducers.MeanReducer())
    agree(
        lambda E: triplet.batch_hard_triplet_loss(E, labels, MARGIN),
        lambda E: loss(E, labels, miner(E, labels)),
        E,
    )


@pytest.mark.parametrize("case", CASES)
def test_semi_hard_triplets_are_those_that_they_mine(case: int) -> None:
    E, labels = batch(case)
    miner = miners.TripletMarginMiner(MARGIN, type_of_triplets="semihard", distance=squared())
    theirs = torch.zeros((len(labels),) * 3, dtype=torch.bool)
    theirs[miner(E, labels)] = True
    ours = triplet.semi_hard_triplets(E, labels, MARGIN)
    assert ours.any()
    assert torch.equal(ours, theirs)


@pytest.mark.parametrize("case", CASES)
def test_the_fraction_is_the_share_of_triplets_that_they_mine(case: int) -> None:
    E, labels = batch(case)
    miner = miners.TripletMarginMiner(MARGIN, type_of_triplets="all", distance=squared())
    mined = len(miner(E, labels)[0])
    valid = len(loss_and_miner_utils.get_all_triplets_indices(labels)[0])
    assert triplet.batch_all_triplet_loss(E, labels, MARGIN)[1].item() == pytest.approx(mined / valid)


@pytest.mark.parametrize("case", CASES)
def test_harmonic_triplets_are_theirs_with_reference_embeddings(case: int) -> None:
    E, labels = batch(case)
    E_old, _ = batch(case + 100)
    old, new = Version.OLD, Version.NEW
    theirs = losses.TripletMarginLoss(MARGIN, distance=squared(), reducer=reducers.AvgNonZeroReducer())
    agree(
        lambda E: triplet.harmonic_triplet_loss(E_old, E, labels, MARGIN, (Mix(new, old, old),))[0],
        # Positives and negatives come from the reference embeddings; other labels make them others.
        lambda E: theirs(E, labels, ref_emb=E_old, ref_labels=labels.clone()),
        E,
    )
