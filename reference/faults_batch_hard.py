"""Known faults, conventions and equivalents of the batch-hard loss."""

# ruff: noqa: ARG005 - a fellow has its reference's whole signature, whether it uses an argument or not

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from reference.fellows import Fellow, Kind
from reference.triplet import (
    batch_all_triplet_loss,
    batch_hard_triplet_loss,
    batch_hard_triplet_loss_by_definition,
    squared_distances,
)
from reference.triplet_pieces import (
    mean_over_positive,
    others,
    same_label,
)

FAULT, CONVENTION, EQUIVALENT = Kind.FAULT, Kind.CONVENTION, Kind.EQUIVALENT

Pair = tuple[Tensor, Tensor]

_batch_hard = partial(Fellow, "triplet.batch_hard_triplet_loss")


def _masks(labels: Tensor) -> Pair:
    return same_label(labels) & others(labels), ~same_label(labels)


def _farthest(distances: Tensor, among: Tensor) -> Tensor:
    return distances.masked_fill(~among, -math.inf).amax(1)


def _nearest(distances: Tensor, among: Tensor) -> Tensor:
    return distances.masked_fill(~among, math.inf).amin(1)


def _mean_among(distances: Tensor, among: Tensor) -> Tensor:
    return (distances * among).sum(1) / among.sum(1)


def _first(distances: Tensor, among: Tensor) -> Tensor:
    return distances.gather(1, among.int().argmax(1, keepdim=True))[:, 0]


def _hardest(
    positive: Callable[[Tensor, Tensor], Tensor] = _farthest,
    negative: Callable[[Tensor, Tensor], Tensor] = _nearest,
    loss: Callable[[Tensor, float], Tensor] = lambda gaps, margin: (gaps + margin).relu(),
    mean: Callable[[Tensor], Tensor] = lambda losses: losses.mean(),
    distances: Callable[[Tensor], Tensor] = squared_distances,
) -> Callable[[Tensor, Tensor, float], Tensor]:
    """Batch-hard with another positive, negative, hinge, mean or distance, over the anchors that have both."""

    def reduced(E: Tensor, labels: Tensor, margin: float) -> Tensor:
        positives, negatives = _masks(labels)
        counted = positives.any(1) & negatives.any(1)
        if not counted.any():
            return E.new_zeros(())
        among = distances(E)[counted]
        gaps = positive(among, positives[counted]) - negative(among, negatives[counted])
        return mean(loss(gaps, margin))

    return reduced


def _over_all_anchors(E: Tensor, labels: Tensor, margin: float) -> Tensor:
    positives, negatives = _masks(labels)
    counted = positives.any(1) & negatives.any(1)
    return batch_hard_triplet_loss(E, labels, margin) * counted.double().mean().to(E.dtype)


def _missing_positive_as_zero(E: Tensor, labels: Tensor, margin: float) -> Tensor:
    positives, negatives = _masks(labels)
    distances = squared_distances(E)
    farthest = (distances * positives).amax(1)
    # In place of what is no negative, the row's largest distance: always finite.
    nearest = (distances + distances.amax(1, keepdim=True) * ~negatives).amin(1)
    return (farthest - nearest + margin).relu().mean()


def _whole_batch(E: Tensor, labels: Tensor, margin: float) -> Tensor:
    positives, negatives = _masks(labels)
    if not (positives.any() and negatives.any()):
        return E.new_zeros(())
    distances = squared_distances(E)
    return (distances[positives].max() - distances[negatives].min() + margin).relu()


def _nearest_of_any_label(E: Tensor, labels: Tensor, margin: float) -> Tensor:
    positives, negatives = _masks(labels)
    counted = positives.any(1) & negatives.any(1)
    if not counted.any():
        return E.new_zeros(())
    distances = squared_distances(E)
    nearest = _nearest(distances, others(labels))
    return (_farthest(distances, positives) - nearest + margin).relu()[counted].mean()


def _semi_hard_negative(E: Tensor, labels: Tensor, margin: float) -> Tensor:
    positives, negatives = _masks(labels)
    counted = positives.any(1) & negatives.any(1)
    if not counted.any():
        return E.new_zeros(())
    distances = squared_distances(E)[counted]
    farthest = _farthest(distances, positives[counted])
    beyond = negatives[counted] & (distances > farthest.unsqueeze(1))
    fallback = _farthest(distances, negatives[counted])
    nearest = torch.where(beyond.any(1), _nearest(distances, beyond), fallback)
    return (farthest - nearest + margin).relu().mean()


def _unguarded_hard(E: Tensor, labels: Tensor, margin: float) -> Tensor:
    positives, negatives = _masks(labels)
    counted = positives.any(1) & negatives.any(1)
    distances = squared_distances(E)[counted]
    gaps = _farthest(distances, positives[counted]) - _nearest(distances, negatives[counted])
    return (gaps + margin).relu().mean()


BATCH_HARD: tuple[Fellow, ...] = (
    _batch_hard(
        "summed",
        FAULT,
        "your loss is the sum over the anchors; here it is their mean",
        _hardest(mean=lambda losses: losses.sum()),
    ),
    _batch_hard(
        "plain_distance",
        CONVENTION,
        "your loss takes plain distances, as the batch-hard paper does; here they are squared",
        _hardest(distances=lambda E: squared_distances(E).sqrt()),
    ),
    _batch_hard(
        "mean_over_all_anchors",
        FAULT,
        "your sum is divided by B: divide by the anchors that have a positive and a negative",
        _over_all_anchors,
    ),
    _batch_hard(
        "missing_positive_as_zero",
        FAULT,
        "an anchor without a positive counts in your mean, with distance 0: leave it out",
        _missing_positive_as_zero,
    ),
    _batch_hard(
        "mean_over_positive",
        FAULT,
        "your mean leaves out the anchors without loss: here it runs over all that have a positive and a negative",
        _hardest(mean=mean_over_positive),
    ),
    _batch_hard(
        "nearest_positive",
        FAULT,
        "you take the nearest positive, the easiest one: the hardest is the farthest",
        _hardest(positive=_nearest),
    ),
    _batch_hard(
        "farthest_negative",
        FAULT,
        "you take the farthest negative, the easiest one: the hardest is the nearest",
        _hardest(negative=_farthest),
    ),
    _batch_hard(
        "easiest_of_both",
        FAULT,
        "you take the nearest positive and the farthest negative, the easiest triplet of each anchor",
        _hardest(positive=_nearest, negative=_farthest),
    ),
    _batch_hard(
        "average_positive",
        FAULT,
        "you take the average distance of the positives: the hardest is the farthest",
        _hardest(positive=_mean_among),
    ),
    _batch_hard(
        "average_negative",
        FAULT,
        "you take the average distance of the negatives: the hardest is the nearest",
        _hardest(negative=_mean_among),
    ),
    _batch_hard(
        "first_positive",
        FAULT,
        "you take each anchor's first positive: the hardest is the farthest",
        _hardest(positive=_first),
    ),
    _batch_hard(
        "first_negative",
        FAULT,
        "you take each anchor's first negative: the hardest is the nearest",
        _hardest(negative=_first),
    ),
    _batch_hard(
        "negative_masked_to_zero",
        FAULT,
        "your nearest negative is at distance 0: what is no negative was set to 0 before the minimum; set it to "
        "infinity",
        _hardest(negative=lambda distances, among: (distances * among).amin(1)),
    ),
    _batch_hard(
        "nearest_of_any_label",
        FAULT,
        "your nearest negative may have the anchor's label",
        _nearest_of_any_label,
    ),
    _batch_hard(
        "farthest_of_any_label",
        FAULT,
        "your farthest positive may have any label",
        _hardest(positive=lambda distances, among: distances.amax(1)),
    ),
    _batch_hard(
        "hardest_of_the_batch",
        FAULT,
        "you take one farthest positive and one nearest negative in the whole batch: each anchor has its own",
        _whole_batch,
    ),
    _batch_hard(
        "semi_hard_negative",
        FAULT,
        "you take the nearest negative beyond the positive: the hardest is the nearest of all",
        _semi_hard_negative,
    ),
    _batch_hard(
        "batch_all",
        FAULT,
        "your loss is the batch-all one: batch-hard takes one triplet an anchor",
        lambda E, labels, margin: batch_all_triplet_loss(E, labels, margin)[0],
    ),
    _batch_hard(
        "swapped",
        FAULT,
        "your loss equals [d(a, n) − d(a, p) + margin]₊: positive and negative have changed places",
        _hardest(loss=lambda gaps, margin: (margin - gaps).relu()),
    ),
    _batch_hard(
        "margin_subtracted",
        FAULT,
        "your loss subtracts the margin: it is to be added",
        _hardest(loss=lambda gaps, margin: (gaps - margin).relu()),
    ),
    _batch_hard(
        "no_margin",
        FAULT,
        "the margin is missing in your loss",
        _hardest(loss=lambda gaps, margin: gaps.relu()),
    ),
    _batch_hard(
        "margin_always_the_default",
        FAULT,
        "your loss uses the margin 0.2 whatever is passed: use the argument",
        _hardest(loss=lambda gaps, margin: (gaps + 0.2).relu()),
    ),
    _batch_hard(
        "hinge_before_margin",
        FAULT,
        "your loss equals [d(a, p) − d(a, n)]₊ + margin, which never falls below the margin: add it inside",
        _hardest(loss=lambda gaps, margin: gaps.relu() + margin),
    ),
    _batch_hard(
        "no_hinge",
        FAULT,
        "your loss has no [·]₊: anchors that keep the margin must count 0, not less",
        _hardest(loss=lambda gaps, margin: gaps + margin),
    ),
    _batch_hard(
        "hinge_after_mean",
        FAULT,
        "your loss takes [·]₊ of the mean: each anchor has its own, else easy ones pay for hard ones",
        _hardest(loss=lambda gaps, margin: gaps + margin, mean=lambda losses: losses.mean().relu()),
    ),
    _batch_hard(
        "soft_margin",
        FAULT,
        "your loss equals log(1 + exp(d(a, p) − d(a, n))), the soft margin: here it is [·]₊ with the margin",
        _hardest(loss=lambda gaps, margin: functional.softplus(gaps)),
    ),
    _batch_hard(
        "squared_hinge",
        FAULT,
        "your [·]₊ is squared",
        _hardest(loss=lambda gaps, margin: (gaps + margin).relu().square()),
    ),
    _batch_hard(
        "largest",
        FAULT,
        "your loss is that of the worst anchor: take the mean",
        _hardest(mean=lambda losses: losses.max()),
    ),
    _batch_hard(
        "mean_over_features",
        FAULT,
        "your distances are averaged over the features: sum the squared differences",
        _hardest(distances=lambda E: squared_distances(E) / E.shape[1]),
    ),
    _batch_hard(
        "squared_twice",
        FAULT,
        "your distances are squared once too often",
        _hardest(distances=lambda E: squared_distances(E).square()),
    ),
    _batch_hard(
        "normalised_rows",
        FAULT,
        "your distances belong to rows scaled to length 1: take the rows as they are given",
        _hardest(distances=lambda E: squared_distances(functional.normalize(E))),
    ),
    _batch_hard(
        "not_a_number_without_triplets",
        FAULT,
        "your loss is NaN in a batch in which no anchor has a positive and a negative: it is 0 there",
        _unguarded_hard,
    ),
    _batch_hard(
        "itself_as_positive",
        EQUIVALENT,
        "the anchor counts among its own positives",
        _hardest(positive=lambda distances, among: (distances * among).amax(1)),
        reason="its distance of 0 never is the farthest, unless all are 0",
    ),
    _batch_hard(
        "anchor_by_anchor",
        EQUIVALENT,
        "a loop over the anchors",
        batch_hard_triplet_loss_by_definition,
        reason="it is the definition",
    ),
    _batch_hard(
        "largest_distance_for_infinity",
        EQUIVALENT,
        "what is no negative gets the row's largest distance added instead of infinity",
        _hardest(
            negative=lambda distances, among: (distances + distances.amax(1, keepdim=True) * ~among).amin(1)
        ),
        reason="no sum with the largest distance is below a negative's own distance",
    ),
)
