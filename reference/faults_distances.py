"""Known faults, conventions and equivalents of squared distances and of the loss of given triplets."""

# ruff: noqa: ARG005 - a fellow has its reference's whole signature, whether it uses an argument or not

from __future__ import annotations

import math
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from reference.fellows import Fellow, Kind
from reference.triplet import (
    squared_distances,
    squared_distances_by_definition,
    triplet_loss,
    triplet_loss_by_definition,
)
from reference.triplet_pieces import (
    mean_over_positive,
)

FAULT, CONVENTION, EQUIVALENT = Kind.FAULT, Kind.CONVENTION, Kind.EQUIVALENT

_distances = partial(Fellow, "triplet.squared_distances")
_loss = partial(Fellow, "triplet.triplet_loss")


def _norms(E: Tensor) -> Tensor:
    return E.square().sum(1)


def _gram(E: Tensor) -> Tensor:
    return _norms(E).unsqueeze(1) + _norms(E) - 2 * E @ E.mT


def _gram_in_float32(E: Tensor) -> Tensor:
    return _gram(E.float()).to(E.dtype)


def _root_squared(E: Tensor) -> Tensor:
    return (E.unsqueeze(1) - E).square().sum(2).sqrt().square()


DISTANCES: tuple[Fellow, ...] = (
    _distances(
        "plain_distance",
        CONVENTION,
        "your output is the plain distance ‖a − b‖; FaceNet's loss takes it squared",
        lambda E: squared_distances(E).sqrt(),
    ),
    _distances(
        "negative_by_rounding",
        FAULT,
        "your output comes from ‖a‖² + ‖b‖² − 2 a·b, which rounding makes negative for rows that nearly coincide: "
        "clamp it at 0",
        _gram_in_float32,
    ),
    _distances(
        "cross_term_once",
        FAULT,
        "your output equals ‖a‖² + ‖b‖² − a·b: the inner product counts twice",
        lambda E: _norms(E).unsqueeze(1) + _norms(E) - E @ E.mT,
    ),
    _distances(
        "cross_term_added",
        FAULT,
        "your output equals ‖a + b‖²: the inner product is to be subtracted",
        lambda E: _norms(E).unsqueeze(1) + _norms(E) + 2 * E @ E.mT,
    ),
    _distances(
        "no_cross_term",
        FAULT,
        "your output equals ‖a‖² + ‖b‖²: the term −2 a·b is missing",
        lambda E: _norms(E).unsqueeze(1) + _norms(E),
    ),
    _distances(
        "one_norm_missing",
        FAULT,
        "your output equals ‖a‖² − 2 a·b: the other norm ‖b‖² is missing",
        lambda E: _norms(E).unsqueeze(1) - 2 * E @ E.mT,
    ),
    _distances(
        "norms_not_squared",
        FAULT,
        "your output equals ‖a‖ + ‖b‖ − 2 a·b: the norms are to be squared",
        lambda E: _norms(E).sqrt().unsqueeze(1) + _norms(E).sqrt() - 2 * E @ E.mT,
    ),
    _distances(
        "difference_of_norms",
        FAULT,
        "your output equals (‖a‖ − ‖b‖)²: take the norm of the difference, not the difference of the norms",
        lambda E: (_norms(E).sqrt().unsqueeze(1) - _norms(E).sqrt()).square(),
    ),
    _distances(
        "mean_over_features",
        FAULT,
        "your output is ‖a − b‖² divided by d: sum over the features instead of averaging",
        lambda E: squared_distances(E) / E.shape[1],
    ),
    _distances(
        "manhattan",
        FAULT,
        "your output equals Σ|a − b|, the L1 distance",
        lambda E: (E.unsqueeze(1) - E).abs().sum(2),
    ),
    _distances(
        "maximum",
        FAULT,
        "your output is the largest squared difference of a single feature: sum over the features",
        lambda E: (E.unsqueeze(1) - E).square().amax(2),
    ),
    _distances(
        "sum_then_square",
        FAULT,
        "your output equals (Σ(a − b))²: square each difference before you add them",
        lambda E: (E.unsqueeze(1) - E).sum(2).square(),
    ),
    _distances(
        "squared_twice",
        FAULT,
        "your output equals ‖a − b‖⁴: it is squared once too often",
        lambda E: squared_distances(E).square(),
    ),
    _distances(
        "half",
        FAULT,
        "your output is half of ‖a − b‖²",
        lambda E: squared_distances(E) / 2,
    ),
    _distances(
        "cosine",
        FAULT,
        "your output equals 1 − cos(a, b): no angle was asked for, but ‖a − b‖²",
        lambda E: (1 - functional.normalize(E) @ functional.normalize(E).mT).clamp(min=0),
    ),
    _distances(
        "inner_products",
        FAULT,
        "your output is the matrix of inner products a·b, large where the rows are alike",
        lambda E: E @ E.mT,
    ),
    _distances(
        "normalised_rows",
        FAULT,
        "your output belongs to rows scaled to length 1: take the rows as they are given",
        lambda E: squared_distances(functional.normalize(E)),
    ),
    _distances(
        "normalised_columns",
        FAULT,
        "your output belongs to features scaled over the batch: take the rows as they are given",
        lambda E: squared_distances(functional.normalize(E, dim=0)),
    ),
    _distances(
        "upper_triangle",
        FAULT,
        "below the diagonal your output is 0: d(a, b) = d(b, a), so fill both halves",
        lambda E: squared_distances(E).triu(),
    ),
    _distances(
        "between_columns",
        FAULT,
        "your output is d×d, the distances between columns: the rows are the embeddings",
        lambda E: squared_distances(E.mT),
    ),
    _distances(
        "from_the_mean",
        FAULT,
        "your output sums each row's distance from the mean: the distances between rows were asked for",
        lambda E: _norms(E - E.mean(0)).unsqueeze(1) + _norms(E - E.mean(0)),
    ),
    _distances(
        "diagonal_infinite",
        FAULT,
        "your diagonal is infinite: the distance of a row from itself is 0",
        lambda E: squared_distances(E).fill_diagonal_(math.inf),
    ),
    _distances(
        "constant_added",
        FAULT,
        "a constant is added to your distances, on the diagonal too: it keeps a root's gradient finite, but none "
        "is taken here",
        lambda E: squared_distances(E) + 0.1 * E.square().mean(),
    ),
    _distances(
        "clamped_gram",
        EQUIVALENT,
        "‖a‖² + ‖b‖² − 2 a·b, clamped at 0",
        lambda E: _gram(E.double()).clamp(min=0).to(E.dtype),
        reason="clamping removes the negative entries, and the rest is within rounding of ‖a‖² + ‖b‖²",
    ),
    _distances(
        "root_squared",
        EQUIVALENT,
        "the plain distance, squared again",
        _root_squared,
        reason="squaring undoes the root; only the gradient at equal rows is NaN, and none is asked for",
    ),
    _distances(
        "pair_by_pair",
        EQUIVALENT,
        "two loops over the rows",
        squared_distances_by_definition,
        reason="it is the definition",
    ),
)


def _to(a: Tensor, b: Tensor) -> Tensor:
    return (a - b).square().sum(-1)


def _gaps(a: Tensor, p: Tensor, n: Tensor) -> Tensor:
    return _to(a, p) - _to(a, n)


LOSS: tuple[Fellow, ...] = (
    _loss(
        "summed",
        CONVENTION,
        "your loss is summed over the triplets, as in the paper's formula; here it is their mean",
        lambda a, p, n, margin=0.2: (_gaps(a, p, n) + margin).relu().sum(),
    ),
    _loss(
        "plain_distance",
        CONVENTION,
        "your loss takes the plain distances ‖a − p‖ and ‖a − n‖, as torch.nn.TripletMarginLoss does; FaceNet "
        "squares them",
        lambda a, p, n, margin=0.2: (_to(a, p).sqrt() - _to(a, n).sqrt() + margin).relu().mean(),
    ),
    _loss(
        "swapped",
        FAULT,
        "your loss equals [‖a − n‖² − ‖a − p‖² + margin]₊: positive and negative have changed places",
        lambda a, p, n, margin=0.2: (margin - _gaps(a, p, n)).relu().mean(),
    ),
    _loss(
        "margin_subtracted",
        FAULT,
        "your loss equals [‖a − p‖² − ‖a − n‖² − margin]₊: the margin is to be added",
        lambda a, p, n, margin=0.2: (_gaps(a, p, n) - margin).relu().mean(),
    ),
    _loss(
        "no_margin",
        FAULT,
        "your loss equals [‖a − p‖² − ‖a − n‖²]₊: the margin is missing",
        lambda a, p, n, margin=0.2: _gaps(a, p, n).relu().mean(),
    ),
    _loss(
        "margin_always_the_default",
        FAULT,
        "your loss uses the margin 0.2 whatever is passed: use the argument",
        lambda a, p, n, margin=0.2: (_gaps(a, p, n) + 0.2).relu().mean(),
    ),
    _loss(
        "margin_one",
        FAULT,
        "your loss uses the margin 1 where none is passed: the default is 0.2",
        lambda a, p, n, margin=1.0: (_gaps(a, p, n) + margin).relu().mean(),
    ),
    _loss(
        "margin_squared",
        FAULT,
        "your loss adds the square of the margin",
        lambda a, p, n, margin=0.2: (_gaps(a, p, n) + margin**2).relu().mean(),
    ),
    _loss(
        "no_hinge",
        FAULT,
        "your loss has no [·]₊: triplets that keep the margin must count 0, not less",
        lambda a, p, n, margin=0.2: (_gaps(a, p, n) + margin).mean(),
    ),
    _loss(
        "hinge_before_margin",
        FAULT,
        "your loss equals [‖a − p‖² − ‖a − n‖²]₊ + margin, which never falls below the margin: add it inside",
        lambda a, p, n, margin=0.2: (_gaps(a, p, n).relu() + margin).mean(),
    ),
    _loss(
        "hinge_after_mean",
        FAULT,
        "your loss takes [·]₊ of the mean: each triplet has its own, else easy ones pay for hard ones",
        lambda a, p, n, margin=0.2: (_gaps(a, p, n) + margin).mean().relu(),
    ),
    _loss(
        "mean_over_positive",
        FAULT,
        "your mean leaves out the triplets without loss: here it runs over all rows",
        lambda a, p, n, margin=0.2: mean_over_positive((_gaps(a, p, n) + margin).relu()),
    ),
    _loss(
        "mean_over_features",
        FAULT,
        "your distances are averaged over the features: sum the squared differences",
        lambda a, p, n, margin=0.2: (_gaps(a, p, n) / a.shape[-1] + margin).relu().mean(),
    ),
    _loss(
        "hinge_of_each_feature",
        FAULT,
        "your [·]₊ and mean run over single features: sum over the features first",
        lambda a, p, n, margin=0.2: ((a - p).square() - (a - n).square() + margin).relu().mean(),
    ),
    _loss(
        "sum_then_square",
        FAULT,
        "your distance equals (Σ(a − p))²: square each difference before you add them",
        lambda a, p, n, margin=0.2: (
            ((a - p).sum(-1).square() - (a - n).sum(-1).square() + margin).relu().mean()
        ),
    ),
    _loss(
        "manhattan",
        FAULT,
        "your loss takes L1 distances",
        lambda a, p, n, margin=0.2: ((a - p).abs().sum(-1) - (a - n).abs().sum(-1) + margin).relu().mean(),
    ),
    _loss(
        "from_the_positive",
        FAULT,
        "your loss takes the negative's distance from the positive; it is measured from the anchor",
        lambda a, p, n, margin=0.2: (_to(a, p) - _to(p, n) + margin).relu().mean(),
    ),
    _loss(
        "nearer_of_both",
        FAULT,
        "your loss takes the negative's distance from anchor or positive, whichever is less (`swap`): here it is "
        "the anchor's",
        lambda a, p, n, margin=0.2: (_to(a, p) - torch.minimum(_to(a, n), _to(p, n)) + margin).relu().mean(),
    ),
    _loss(
        "normalised_rows",
        FAULT,
        "your loss belongs to rows scaled to length 1: take the rows as they are given",
        lambda a, p, n, margin=0.2: triplet_loss(
            functional.normalize(a), functional.normalize(p), functional.normalize(n), margin
        ),
    ),
    _loss(
        "cosine",
        FAULT,
        "your loss takes 1 − cos for the distance",
        lambda a, p, n, margin=0.2: (
            (functional.cosine_similarity(a, n, -1) - functional.cosine_similarity(a, p, -1) + margin)
            .relu()
            .mean()
        ),
    ),
    _loss(
        "squared_hinge",
        FAULT,
        "your [·]₊ is squared",
        lambda a, p, n, margin=0.2: (_gaps(a, p, n) + margin).relu().square().mean(),
    ),
    _loss(
        "softplus",
        FAULT,
        "your loss equals log(1 + exp(·)), the soft form of [·]₊",
        lambda a, p, n, margin=0.2: functional.softplus(_gaps(a, p, n) + margin).mean(),
    ),
    _loss(
        "largest",
        FAULT,
        "your loss is that of the worst triplet: take the mean",
        lambda a, p, n, margin=0.2: (_gaps(a, p, n) + margin).relu().max(),
    ),
    _loss(
        "not_reduced",
        FAULT,
        "your output has one loss a row: take their mean",
        lambda a, p, n, margin=0.2: (_gaps(a, p, n) + margin).relu(),
    ),
    _loss(
        "whole_batch_as_one",
        FAULT,
        "your distances are summed over the whole batch before [·]₊: sum over the features of each row",
        lambda a, p, n, margin=0.2: (_gaps(a, p, n).sum() + margin).relu(),
    ),
    _loss(
        "row_by_row",
        EQUIVALENT,
        "a loop over the triplets",
        triplet_loss_by_definition,
        reason="it is the definition",
    ),
    _loss(
        "larger_of_zero",
        EQUIVALENT,
        "max(0, ·) with the two distances expanded",
        lambda a, p, n, margin=0.2: torch.maximum(
            ((p - n) * (p + n - 2 * a)).sum(-1) + margin, torch.zeros((), dtype=a.dtype)
        ).mean(),
        reason="‖a − p‖² − ‖a − n‖² = (p − n)·(p + n − 2a)",
    ),
)
