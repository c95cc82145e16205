"""Nearest-neighbour votes: against a literal loop, scikit-learn, and every way of breaking every tie."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import KNeighborsClassifier
from torch import Tensor

from reference import neighbours
from reference.neighbours import Votes, admissible_labels, knn_admissible, knn_predictions

torch.set_num_threads(1)

Cloud = tuple[Tensor, Tensor, Tensor]


def cloud(
    seed: int, train: int, test: int, width: int, classes: int, dtype: torch.dtype = torch.float32
) -> Cloud:
    """Training rows in overlapping clouds, their labels, and test rows."""
    generator = torch.Generator().manual_seed(seed)
    centres = torch.randn(classes, width, generator=generator, dtype=dtype)
    labels = torch.randint(0, classes, (train,), generator=generator)
    rows = centres[labels] + torch.randn(train, width, generator=generator, dtype=dtype)
    asked = torch.randint(0, classes, (test,), generator=generator)
    return rows, labels, centres[asked] + torch.randn(test, width, generator=generator, dtype=dtype)


def whole(seed: int, train: int, test: int, width: int, classes: int) -> Cloud:
    """Whole coordinates within ±2: equal distances abound, and so do equal rows."""
    rows, labels, asked = cloud(seed, train, test, width, classes)
    return rows.round().clamp(-2, 2), labels, asked.round().clamp(-2, 2)


def electable_by_trial(rows: Tensor, labels: Tensor, query: Tensor, k: int) -> set[int]:
    """The winners over every choice of k nearest rows among those at the k-th distance."""
    distances = (rows.double() - query.double()).square().sum(1)
    kth = distances.sort().values[k - 1]
    nearer = [i for i in range(len(rows)) if distances[i] < kth]
    at_kth = [i for i in range(len(rows)) if distances[i] == kth]
    winners = set()
    for chosen in itertools.combinations(at_kth, k - len(nearer)):
        votes = torch.bincount(labels[[*nearer, *chosen]])
        winners |= set((votes == votes.max()).nonzero()[:, 0].tolist())
    return winners


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 9), st.integers(1, 2), st.integers(1, 4), st.data())
def test_the_electable_are_those_of_every_choice(
    seed: int, train: int, width: int, classes: int, data: st.DataObject
) -> None:
    rows, labels, asked = whole(seed, train, 6, width, classes)
    k = data.draw(st.integers(1, train))
    votes = knn_admissible(rows, labels, asked, k)
    for query, admissible in zip(asked, votes.admissible, strict=True):
        assert set(votes.classes[admissible].tolist()) == electable_by_trial(rows, labels, query, k)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 80), st.integers(1, 5), st.data())
def test_a_vote_without_ties_is_that_of_the_definition(
    seed: int, train: int, width: int, data: st.DataObject
) -> None:
    rows, labels, asked = cloud(seed, train, 7, width, 4, torch.float64)
    k = data.draw(st.integers(1, train))
    expected = neighbours.knn_predictions_by_definition(rows, labels, asked, k)
    assert torch.equal(knn_predictions(rows, labels, asked, k), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("width", [2, 300], ids=["narrow", "wide"])
@pytest.mark.parametrize("k", [1, 5, 30], ids=["k=1", "k=5", "k=30"])
def test_scikit_learn_agrees_up_to_ties(dtype: torch.dtype, width: int, k: int) -> None:
    rows, labels, asked = cloud(3, 700, 200, width, 5, dtype)
    brute = KNeighborsClassifier(k, algorithm="brute").fit(rows.numpy(), labels.numpy())
    theirs = torch.from_numpy(brute.predict(asked.numpy()))
    votes = knn_admissible(rows, labels, asked, k, tie=1e-6)
    assert votes.admit(theirs).all()
    # Where nothing ties there is no choice; and of several labels with as many votes both take the smallest.
    exact = knn_predictions(rows, labels, asked, k)
    assert (exact == theirs).double().mean() > 0.99


@pytest.mark.parametrize("blocks", [1, 2**10, 2**24], ids=["smallest", "small", "whole"])
def test_blocks_do_not_change_the_vote(blocks: int) -> None:
    rows, labels, asked = whole(5, 900, 600, 3, 4)
    one = knn_admissible(rows, labels, asked, 12)
    assert torch.equal(
        knn_admissible(rows, labels, asked, 12, block_elements=blocks).admissible, one.admissible
    )


def test_far_from_the_origin_float32_is_decided_exactly() -> None:
    generator = torch.Generator().manual_seed(7)
    # Offsets that float32 holds exactly, of points whose plain inner products it can't tell apart.
    rows = torch.randint(0, 256, (300, 3), generator=generator) / 256 + 4096
    asked = torch.randint(0, 256, (40, 3), generator=generator) / 256 + 4096
    labels = torch.randint(0, 5, (300,), generator=generator)
    votes = knn_admissible(rows, labels, asked, 7)
    expected = knn_admissible((rows - 4096).double(), labels, (asked - 4096).double(), 7)
    assert torch.equal(votes.admissible, expected.admissible)
    naive = rows.square().sum(1) - 2 * asked @ rows.T
    nearest = labels[naive.topk(7, largest=False).indices].mode(1).values
    assert not expected.admit(nearest).all()


@pytest.mark.parametrize("rounded", [False, True], ids=["float32", "bfloat16"])
@pytest.mark.parametrize("k", [1, 8, 30])
def test_rounded_products_give_the_same_votes(k: int, rounded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # On any processor, and for rows narrower than would pay.
    monkeypatch.setattr(neighbours, "_bfloat16_is_fast", lambda: rounded)
    monkeypatch.setattr(neighbours, "WIDE", 1)
    for rows, labels, asked in (cloud(15, 500, 120, 40, 4), whole(16, 200, 60, 3, 4)):
        votes = knn_admissible(rows, labels, asked, k)
        expected = knn_admissible(rows.double(), labels, asked.double(), k)
        assert torch.equal(votes.admissible, expected.admissible)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 200), st.sampled_from([0.0, 3.0, 300.0]), st.booleans())
def test_no_distance_is_off_by_more_than_the_bound(
    seed: int, width: int, offset: float, rounded: bool
) -> None:
    rows, _, asked = cloud(seed, 70, 20, width, 3)
    rows, asked = rows.abs() ** 3 + offset, asked.abs() ** 3 + offset
    nearest = neighbours.Nearest.of(asked, 5, 0.0, rounded=rounded).including(rows, 0)
    truth = (asked.double().unsqueeze(1) - rows.double()[nearest.indices]).square().sum(2)
    bound = nearest._error(nearest.spreads, nearest.distances)
    assert ((nearest.distances - truth).abs() <= bound).all()
    # Not so wide that it would say nothing.
    if width >= 20 and offset == 0:
        assert (bound / truth).median() < (0.05 if rounded else 1e-4)


def test_one_far_row_does_not_blur_the_others() -> None:
    rows, labels, asked = cloud(8, 200, 30, 4, 3)
    expected = knn_predictions(rows, labels, asked, 5)
    rows[17] = 1e6
    without = knn_predictions(
        torch.cat([rows[:17], rows[18:]]), torch.cat([labels[:17], labels[18:]]), asked, 5
    )
    assert torch.equal(knn_predictions(rows, labels, asked, 5), without)
    assert (expected == without).double().mean() > 0.8


@pytest.mark.parametrize("rounded", [False, True], ids=["float32", "bfloat16"])
def test_equal_rows_beyond_all_spare_ones_are_all_considered(
    rounded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "_bfloat16_is_fast", lambda: rounded)
    monkeypatch.setattr(neighbours, "WIDE", 1)
    # 100 equal rows at the k-th distance, k + SPARE is fewer: every label among them can win.
    rows = torch.zeros(100, 2)
    labels = torch.arange(100) % 5
    votes = knn_admissible(rows, labels, torch.ones(1, 2), k=3)
    assert votes.admissible.all()
    assert 3 + neighbours.SPARE < 100
    # With all the rows of a class nearer, nothing is left to choose.
    rows[labels == 2] = 1.0
    assert admissible_labels(rows, labels, torch.ones(1, 2), k=10) == ((2,),)


def test_labels_keep_their_names_and_type() -> None:
    rows, labels, asked = cloud(9, 40, 8, 2, 3)
    named = torch.tensor([-7, 100, 3], dtype=torch.int32)
    expected = knn_predictions(rows, labels, asked, 9)
    got = knn_predictions(rows, named[labels], asked, 9)
    assert got.dtype == torch.int32
    # The smallest name wins a tied vote, so only clear votes compare.
    clear = ~knn_admissible(rows, labels, asked, 9).ambiguous
    assert clear.any()
    assert torch.equal(got[clear], named[expected][clear])


def test_features_of_any_shape_are_rows() -> None:
    rows, labels, asked = cloud(10, 60, 9, 12, 3)
    assert torch.equal(
        knn_predictions(rows.reshape(60, 3, 2, 2), labels, asked.reshape(9, 3, 2, 2), 5),
        knn_predictions(rows, labels, asked, 5),
    )
    assert torch.equal(
        knn_predictions(rows[:, 0], labels, asked[:, 0], 5),
        knn_predictions(rows[:, :1], labels, asked[:, :1], 5),
    )


def test_features_with_a_gradient_are_read_without_it() -> None:
    rows, labels, asked = cloud(10, 200, 9, 3, 3)
    expected = knn_predictions(rows, labels, asked, 5)
    assert torch.equal(knn_predictions(rows.requires_grad_(), labels, asked.requires_grad_(), 5), expected)


def test_k_is_thirty_unless_given() -> None:
    rows, labels, asked = cloud(11, 100, 50, 2, 6)
    assert torch.equal(knn_predictions(rows, labels, asked), knn_predictions(rows, labels, asked, 30))
    assert not torch.equal(knn_predictions(rows, labels, asked), knn_predictions(rows, labels, asked, 5))


def test_a_wider_tie_admits_more_and_never_less() -> None:
    rows, labels, asked = cloud(12, 300, 100, 3, 4)
    exact, near, far = (
        knn_admissible(rows, labels, asked, 9, tie=tie).admissible for tie in (0.0, 1e-3, 1e-1)
    )
    assert (near | ~exact).all()
    assert (far | ~near).all()
    assert exact.sum() < near.sum() < far.sum()


def test_rounding_to_float32_stays_among_the_admissible() -> None:
    rows, labels, asked = cloud(13, 400, 150, 40, 5, torch.float64)
    # A program that computes in float32 and does not centre: exactly what a student's is.
    single, query = rows.float(), asked.float()
    distances = single.square().sum(1) + query.square().sum(1, keepdim=True) - 2 * query @ single.T
    votes = torch.nn.functional.one_hot(labels[distances.topk(15, largest=False).indices], 5).sum(1)
    allowed = admissible_labels(rows, labels, asked, 15)
    assert all(
        int(label) in labels_of_row for label, labels_of_row in zip(votes.argmax(1), allowed, strict=True)
    )


def test_no_test_rows_give_no_predictions() -> None:
    rows, labels, _ = cloud(14, 20, 1, 3, 2)
    assert knn_predictions(rows, labels, torch.zeros(0, 3), 5).shape == (0,)


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "more neighbours than rows": (
        lambda: knn_predictions(torch.zeros(3, 1), torch.zeros(3), torch.zeros(1, 1), 4),
        "k is 4",
    ),
    "no neighbours": (
        lambda: knn_predictions(torch.zeros(3, 1), torch.zeros(3), torch.zeros(1, 1), 0),
        "k is 0",
    ),
    "widths differ": (
        lambda: knn_predictions(torch.zeros(3, 1), torch.zeros(3), torch.zeros(1, 2), 1),
        "don't fit",
    ),
    "labels are too few": (
        lambda: knn_predictions(torch.zeros(3, 1), torch.zeros(2), torch.zeros(1, 1), 1),
        "don't fit",
    ),
    "NaN in a training row": (
        lambda: knn_predictions(torch.full((3, 1), np.nan), torch.zeros(3), torch.zeros(1, 1), 1),
        "NaN, infinite or too large",
    ),
    "squares beyond float32": (
        lambda: knn_predictions(torch.full((3, 1), 1e25), torch.zeros(3), torch.zeros(1, 1), 1),
        "NaN, infinite or too large",
    ),
    "infinity in a test row": (
        lambda: knn_predictions(torch.zeros(3, 1), torch.zeros(3), torch.full((1, 1), np.inf), 1),
        "NaN, infinite or too large",
    ),
}


@pytest.mark.parametrize(("call", "says"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_voted_on_is_refused(call: Callable[[], Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()


def test_predictions_of_votes_are_their_smallest_labels() -> None:
    votes = Votes(torch.tensor([3, 5, 9]), torch.tensor([[False, True, True], [False, False, True]]))
    assert votes.predictions.tolist() == [5, 9]
    assert votes.ambiguous.tolist() == [True, False]
    assert votes.admit(torch.tensor([9, 5])).tolist() == [True, False]
