"""Known faults, conventions and equivalents of valid and of semi-hard triplets."""

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
    semi_hard_triplets,
    squared_distances,
    valid_triplets,
)
from reference.triplet_pieces import (
    distinct,
    others,
    same_label,
    sides,
    triples,
    without_order,
)

FAULT, CONVENTION, EQUIVALENT = Kind.FAULT, Kind.CONVENTION, Kind.EQUIVALENT

_valid = partial(Fellow, "triplet.valid_triplets")
_semi_hard = partial(Fellow, "triplet.semi_hard_triplets")

VALID: tuple[Fellow, ...] = (
    _valid(
        "anchor_is_positive",
        FAULT,
        "you let an anchor be its own positive: i ≠ j is missing",
        lambda labels: triples(same_label(labels), ~same_label(labels)),
    ),
    _valid(
        "negative_of_any_label",
        FAULT,
        "your negatives may have the anchor's label: labels i ≠ k is missing",
        lambda labels: distinct(labels) & same_label(labels).unsqueeze(2),
    ),
    _valid(
        "positive_of_any_label",
        FAULT,
        "your positives may have any label: labels i = j is missing",
        lambda labels: distinct(labels) & ~same_label(labels).unsqueeze(1),
    ),
    _valid(
        "distinct_only",
        FAULT,
        "you ask for three different examples and nothing of their labels",
        distinct,
    ),
    _valid(
        "without_order",
        FAULT,
        "you keep only i < j: (i, j, k) and (j, i, k) are two triplets, for the anchor differs",
        without_order,
    ),
    _valid(
        "negative_second",
        FAULT,
        "your second axis is the negative and the third the positive: the order is anchor, positive, negative",
        lambda labels: valid_triplets(labels).mT,
    ),
    _valid(
        "negative_first",
        FAULT,
        "your first axis is the negative: the order is anchor, positive, negative",
        lambda labels: valid_triplets(labels).permute(2, 0, 1),
    ),
    _valid(
        "all_labels_differ",
        FAULT,
        "you ask for three different labels: the positive shares the anchor's",
        lambda labels: triples(~same_label(labels), ~same_label(labels)) & ~same_label(labels).unsqueeze(0),
    ),
    _valid(
        "all_labels_same",
        FAULT,
        "your negatives share the anchor's label",
        lambda labels: distinct(labels) & triples(same_label(labels), same_label(labels)),
    ),
    _valid(
        "negative_from_the_next_class",
        FAULT,
        "your negatives are of the next label alone: any other label will do",
        lambda labels: triples(same_label(labels) & others(labels), labels.unsqueeze(1) + 1 == labels),
    ),
    _valid(
        "negative_of_larger_label",
        FAULT,
        "your negatives have larger labels only: any other label will do",
        lambda labels: triples(same_label(labels) & others(labels), labels.unsqueeze(1) < labels),
    ),
    _valid(
        "or_for_and",
        FAULT,
        "you join the two conditions by `or`: the positive and the negative must both fit",
        lambda labels: (same_label(labels) & others(labels)).unsqueeze(2) | ~same_label(labels).unsqueeze(1),
    ),
    _valid(
        "invalid_ones",
        FAULT,
        "your output is True for the triplets that are not valid",
        lambda labels: ~valid_triplets(labels),
    ),
    _valid(
        "listed",
        FAULT,
        "your output lists the valid triplets' places: a bool array (B, B, B) was asked for",
        lambda labels: valid_triplets(labels).nonzero(),
    ),
    _valid(
        "pairs_only",
        FAULT,
        "your output is (B, B), the positive pairs: the negatives make a third axis",
        lambda labels: same_label(labels) & others(labels),
    ),
    _valid(
        "three_examples_checked",
        EQUIVALENT,
        "i ≠ j, i ≠ k and j ≠ k besides the labels",
        lambda labels: distinct(labels) & triples(same_label(labels), ~same_label(labels)),
        reason="a negative of another label is another example anyway",
    ),
    _valid(
        "negative_against_the_positive",
        EQUIVALENT,
        "labels j ≠ k in place of labels i ≠ k",
        lambda labels: (same_label(labels) & others(labels)).unsqueeze(2) & ~same_label(labels).unsqueeze(0),
        reason="anchor and positive share their label",
    ),
)


def _banded(
    band: Callable[[Tensor, Tensor, float], Tensor],
    valid: Callable[[Tensor], Tensor] = valid_triplets,
    distances: Callable[[Tensor], Tensor] = squared_distances,
) -> Callable[[Tensor, Tensor, float], Tensor]:
    """The triplets that are valid and in a band of d(a, p), d(a, n) and the margin."""

    def chosen(E: Tensor, labels: Tensor, margin: float) -> Tensor:
        to_positive, to_negative = sides(distances(E))
        return valid(labels) & band(to_positive, to_negative, margin)

    return chosen


def _in_band(p: Tensor, n: Tensor, margin: float) -> Tensor:
    return (p < n) & (n < p + margin)


def _nearest_only(E: Tensor, labels: Tensor, margin: float) -> Tensor:
    chosen = semi_hard_triplets(E, labels, margin)
    to_negative = squared_distances(E).unsqueeze(1).expand_as(chosen).masked_fill(~chosen, math.inf)
    return chosen & (to_negative == to_negative.amin(2, keepdim=True))


SEMI_HARD: tuple[Fellow, ...] = (
    _semi_hard(
        "plain_distance",
        CONVENTION,
        "your band compares plain distances; FaceNet's has them squared",
        _banded(_in_band, distances=lambda E: squared_distances(E).sqrt()),
    ),
    _semi_hard(
        "no_upper_bound",
        FAULT,
        "your negatives may lie any distance beyond the positive: d(a,n) < d(a,p) + margin is missing",
        _banded(lambda p, n, margin: p < n),
    ),
    _semi_hard(
        "no_lower_bound",
        FAULT,
        "your negatives may lie nearer than the positive, which makes them hard: d(a,p) < d(a,n) is missing",
        _banded(lambda p, n, margin: n < p + margin),
    ),
    _semi_hard(
        "hard",
        FAULT,
        "your negatives are the hard ones, nearer than the positive: semi-hard ones lie beyond it",
        _banded(lambda p, n, margin: n < p),
    ),
    _semi_hard(
        "nearer_within_margin",
        FAULT,
        "your band is d(a,n) < d(a,p) < d(a,n) + margin, below the positive: semi-hard negatives lie beyond it",
        _banded(lambda p, n, margin: (p - margin < n) & (n < p)),
    ),
    _semi_hard(
        "margin_alone",
        FAULT,
        "your upper bound is the margin alone: it is d(a,p) + margin",
        _banded(lambda p, n, margin: (p < n) & (n < margin)),
    ),
    _semi_hard(
        "margin_below",
        FAULT,
        "your negatives lie beyond d(a,p) + margin: these are easy, they have no loss",
        _banded(lambda p, n, margin: p + margin < n),
    ),
    _semi_hard(
        "around_the_positive",
        FAULT,
        "your band is |d(a,n) − d(a,p)| < margin: the lower half of it is hard",
        _banded(lambda p, n, margin: (n - p).abs() < margin),
    ),
    _semi_hard(
        "closed",
        FAULT,
        "your bounds are ≤ on both sides: they are strict",
        _banded(lambda p, n, margin: (p <= n) & (n <= p + margin)),
    ),
    _semi_hard(
        "closed_below",
        FAULT,
        "your lower bound is ≤: a negative as near as the positive is not beyond it",
        _banded(lambda p, n, margin: (p <= n) & (n < p + margin)),
    ),
    _semi_hard(
        "closed_above",
        FAULT,
        "your upper bound is ≤: at d(a,p) + margin the loss is 0",
        _banded(lambda p, n, margin: (p < n) & (n <= p + margin)),
    ),
    _semi_hard(
        "margin_doubled",
        FAULT,
        "your band is twice the margin wide",
        _banded(lambda p, n, margin: (p < n) & (n < p + 2 * margin)),
    ),
    _semi_hard(
        "margin_squared",
        FAULT,
        "your band is the square of the margin wide",
        _banded(lambda p, n, margin: (p < n) & (n < p + margin**2)),
    ),
    _semi_hard(
        "margin_always_the_default",
        FAULT,
        "your band uses the margin 0.2 whatever is passed: use the argument",
        _banded(lambda p, n, margin: (p < n) & (n < p + 0.2)),
    ),
    _semi_hard(
        "negative_second",
        FAULT,
        "your second axis is the negative and the third the positive: the order is anchor, positive, negative",
        lambda E, labels, margin: semi_hard_triplets(E, labels, margin).mT,
    ),
    _semi_hard(
        "validity_ignored",
        FAULT,
        "your triplets need not be valid: labels play no part in them",
        _banded(_in_band, valid=lambda labels: torch.ones((len(labels),) * 3, dtype=torch.bool)),
    ),
    _semi_hard(
        "anchor_is_positive",
        FAULT,
        "you let an anchor be its own positive, at distance 0",
        _banded(_in_band, valid=lambda labels: triples(same_label(labels), ~same_label(labels))),
    ),
    _semi_hard(
        "negative_of_any_label",
        FAULT,
        "your negatives may have the anchor's label",
        _banded(_in_band, valid=lambda labels: distinct(labels) & same_label(labels).unsqueeze(2)),
    ),
    _semi_hard(
        "without_order",
        FAULT,
        "you keep only i < j: (i, j, k) and (j, i, k) are two triplets, for the anchor differs",
        _banded(_in_band, valid=without_order),
    ),
    _semi_hard(
        "from_the_positive",
        FAULT,
        "your band measures the negative from the positive: it is measured from the anchor",
        lambda E, labels, margin: (
            valid_triplets(labels)
            & _in_band(squared_distances(E).unsqueeze(2), squared_distances(E).unsqueeze(0), margin)
        ),
    ),
    _semi_hard(
        "nearest_only",
        FAULT,
        "you keep the nearest semi-hard negative of each pair: all of them were asked for",
        _nearest_only,
    ),
    _semi_hard(
        "mean_over_features",
        FAULT,
        "your distances are averaged over the features: sum the squared differences",
        _banded(_in_band, distances=lambda E: squared_distances(E) / E.shape[1]),
    ),
    _semi_hard(
        "normalised_rows",
        FAULT,
        "your distances belong to rows scaled to length 1: take the rows as they are given",
        _banded(_in_band, distances=lambda E: squared_distances(functional.normalize(E))),
    ),
    _semi_hard(
        "by_the_loss",
        EQUIVALENT,
        "0 < d(a,p) − d(a,n) + margin < margin",
        _banded(lambda p, n, margin: (p - n + margin > 0) & (p - n + margin < margin)),
        reason="the same two inequalities, moved to the other side",
    ),
)
