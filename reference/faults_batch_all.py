"""Known faults, conventions and equivalents of the batch-all loss, plain and harmonic."""

# ruff: noqa: ARG005 - a fellow has its reference's whole signature, whether it uses an argument or not

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from reference.fellows import Fellow, Kind
from reference.triplet import (
    HARMONIC_MIXES,
    Mix,
    Version,
    batch_all_triplet_loss,
    batch_all_triplet_loss_by_definition,
    batch_hard_triplet_loss,
    harmonic_triplet_loss,
    semi_hard_triplets,
    squared_distances,
    squared_distances_between,
    valid_triplets,
)
from reference.triplet_pieces import (
    averaged,
    distinct,
    others,
    same_label,
    share,
    sides,
    triples,
    without_order,
)

FAULT, CONVENTION, EQUIVALENT = Kind.FAULT, Kind.CONVENTION, Kind.EQUIVALENT

Pair = tuple[Tensor, Tensor]

_batch_all = partial(Fellow, "triplet.batch_all_triplet_loss")
_harmonic = partial(Fellow, "triplet.harmonic_triplet_loss")


def _losses(E: Tensor, margin: float) -> Tensor:
    p, n = sides(squared_distances(E))
    losses: Tensor = p - n + margin
    return losses


def _all_of(
    losses: Callable[[Tensor, float], Tensor] = _losses,
    valid: Callable[[Tensor], Tensor] = valid_triplets,
) -> Callable[[Tensor, Tensor, float], Pair]:
    """Batch-all with another loss or another idea of what is valid."""

    def loss_and_fraction(E: Tensor, labels: Tensor, margin: float) -> Pair:
        cube, among = losses(E, margin), valid(labels)
        counted = among & (cube > 0)
        return averaged(cube, counted), share(counted, among)

    return loss_and_fraction


def _distances_as(change: Callable[[Tensor], Tensor]) -> Callable[[Tensor, float], Tensor]:
    def losses(E: Tensor, margin: float) -> Tensor:
        p, n = sides(change(E))
        cube: Tensor = p - n + margin
        return cube

    return losses


def _loss_as(
    reduce: Callable[[Tensor, Tensor], Tensor],
) -> Callable[[Tensor, Tensor, float], Pair]:
    """Batch-all whose fraction is right and whose loss is another reduction of the cube and the valid ones."""

    def loss_and_fraction(E: Tensor, labels: Tensor, margin: float) -> Pair:
        fraction = batch_all_triplet_loss(E, labels, margin)[1]
        return reduce(_losses(E, margin), valid_triplets(labels)), fraction

    return loss_and_fraction


def _fraction_as(
    share: Callable[[Tensor, Tensor], Tensor],
) -> Callable[[Tensor, Tensor, float], Pair]:
    """Batch-all whose loss is right and whose fraction is another function of positive and valid triplets."""

    def loss_and_fraction(E: Tensor, labels: Tensor, margin: float) -> Pair:
        valid = valid_triplets(labels)
        positive = valid & (_losses(E, margin) > 0)
        return batch_all_triplet_loss(E, labels, margin)[0], share(positive, valid)

    return loss_and_fraction


def _mean_of_anchor_means(losses: Tensor, valid: Tensor) -> Tensor:
    counted = valid & (losses > 0)
    sums, counts = (losses * counted).sum((1, 2)), counted.sum((1, 2))
    return averaged(sums / counts.clamp(min=1), counts > 0)


def _masked_before_margin(E: Tensor, labels: Tensor, margin: float) -> Pair:
    valid = valid_triplets(labels)
    losses = (_losses(E, 0.0) * valid + margin).relu()
    return averaged(losses, losses > 0), share(losses > 0, valid)


def _hinge_before_margin(E: Tensor, labels: Tensor, margin: float) -> Pair:
    valid = valid_triplets(labels)
    return averaged(_losses(E, 0.0).relu() + margin, valid), share(valid, valid)


def _semi_hard_mean(E: Tensor, labels: Tensor, margin: float) -> Pair:
    chosen = semi_hard_triplets(E, labels, margin)
    return averaged(_losses(E, margin), chosen), share(chosen, valid_triplets(labels))


def _unguarded(E: Tensor, labels: Tensor, margin: float) -> Pair:
    valid = valid_triplets(labels)
    positive = valid & (_losses(E, margin) > 0)
    return _losses(E, margin)[positive].mean(), positive.sum() / valid.sum()


def _with_epsilon(E: Tensor, labels: Tensor, margin: float) -> Pair:
    valid = valid_triplets(labels)
    losses = (_losses(E, margin) * valid).relu()
    positive = (losses > 0).sum()
    return losses.sum() / (positive.double() + 1e-16), positive / (valid.sum().double() + 1e-16)


BATCH_ALL: tuple[Fellow, ...] = (
    _batch_all(
        "mean_over_valid",
        CONVENTION,
        "your loss is the mean over all valid triplets; here it is the mean over those with a positive loss",
        _loss_as(lambda losses, valid: averaged(losses.relu(), valid)),
    ),
    _batch_all(
        "summed",
        FAULT,
        "your loss is the sum over the triplets; here it is the mean over those with a positive loss",
        _loss_as(lambda losses, valid: losses[valid].relu().sum()),
    ),
    _batch_all(
        "plain_distance",
        CONVENTION,
        "your loss takes plain distances; FaceNet squares them",
        _all_of(_distances_as(lambda E: squared_distances(E).sqrt())),
    ),
    _batch_all(
        "mean_over_cube",
        FAULT,
        "your loss is divided by B³: most of these are no triplets",
        _loss_as(lambda losses, valid: (losses.relu() * valid).mean()),
    ),
    _batch_all(
        "mean_over_anchors",
        FAULT,
        "your loss is divided by the number of examples B: divide by the triplets with a positive loss",
        _loss_as(lambda losses, valid: losses[valid].relu().sum() / len(losses)),
    ),
    _batch_all(
        "mean_of_anchor_means",
        FAULT,
        "your loss averages over each anchor first: every triplet counts the same",
        _loss_as(_mean_of_anchor_means),
    ),
    _batch_all(
        "no_hinge",
        FAULT,
        "your loss averages all valid triplets without [·]₊: those that keep the margin pull it down",
        _loss_as(averaged),
    ),
    _batch_all(
        "violators_only",
        FAULT,
        "you count only triplets whose loss exceeds the margin, that is d(a,p) > d(a,n)",
        lambda E, labels, margin: (
            averaged(_losses(E, margin), valid_triplets(labels) & (_losses(E, 0.0) > 0)),
            share(valid_triplets(labels) & (_losses(E, 0.0) > 0), valid_triplets(labels)),
        ),
    ),
    _batch_all(
        "anchor_is_positive",
        FAULT,
        "you let an anchor be its own positive, at distance 0",
        _all_of(valid=lambda labels: triples(same_label(labels), ~same_label(labels))),
    ),
    _batch_all(
        "negative_of_any_label",
        FAULT,
        "your negatives may have the anchor's label",
        _all_of(valid=lambda labels: distinct(labels) & same_label(labels).unsqueeze(2)),
    ),
    _batch_all(
        "positive_of_any_label",
        FAULT,
        "your positives may have any label",
        _all_of(valid=lambda labels: distinct(labels) & ~same_label(labels).unsqueeze(1)),
    ),
    _batch_all(
        "validity_ignored",
        FAULT,
        "you take all triplets, valid or not: labels play no part in your loss",
        _all_of(valid=lambda labels: torch.ones((len(labels),) * 3, dtype=torch.bool)),
    ),
    _batch_all(
        "without_order",
        FAULT,
        "you keep only i < j: (i, j, k) and (j, i, k) are two triplets, for the anchor differs",
        _all_of(valid=without_order),
    ),
    _batch_all(
        "masked_before_margin",
        FAULT,
        "you mask before you add the margin: every invalid triplet then costs the margin",
        _masked_before_margin,
    ),
    _batch_all(
        "swapped",
        FAULT,
        "your loss equals [d(a,n) − d(a,p) + margin]₊: positive and negative have changed places",
        _all_of(lambda E, margin: margin - _losses(E, 0.0)),
    ),
    _batch_all(
        "margin_subtracted",
        FAULT,
        "your loss subtracts the margin: it is to be added",
        _all_of(lambda E, margin: _losses(E, -margin)),
    ),
    _batch_all(
        "no_margin",
        FAULT,
        "the margin is missing in your loss",
        _all_of(lambda E, margin: _losses(E, 0.0)),
    ),
    _batch_all(
        "margin_always_the_default",
        FAULT,
        "your loss uses the margin 0.2 whatever is passed: use the argument",
        _all_of(lambda E, margin: _losses(E, 0.2)),
    ),
    _batch_all(
        "hinge_before_margin",
        FAULT,
        "your loss equals [d(a,p) − d(a,n)]₊ + margin, positive for every triplet: add the margin inside",
        _hinge_before_margin,
    ),
    _batch_all(
        "squared_hinge",
        FAULT,
        "your [·]₊ is squared",
        _loss_as(lambda losses, valid: averaged(losses.square(), valid & (losses > 0))),
    ),
    _batch_all(
        "semi_hard_only",
        FAULT,
        "your loss averages the semi-hard triplets only: batch-all takes the hard ones too",
        _semi_hard_mean,
    ),
    _batch_all(
        "hardest_only",
        FAULT,
        "your loss is the batch-hard one: batch-all takes all triplets with a positive loss",
        lambda E, labels, margin: (
            batch_hard_triplet_loss(E, labels, margin),
            batch_all_triplet_loss(E, labels, margin)[1],
        ),
    ),
    _batch_all(
        "mean_over_features",
        FAULT,
        "your distances are averaged over the features: sum the squared differences",
        _all_of(_distances_as(lambda E: squared_distances(E) / E.shape[1])),
    ),
    _batch_all(
        "squared_twice",
        FAULT,
        "your distances are squared once too often",
        _all_of(_distances_as(lambda E: squared_distances(E).square())),
    ),
    _batch_all(
        "normalised_rows",
        FAULT,
        "your distances belong to rows scaled to length 1: take the rows as they are given",
        _all_of(_distances_as(lambda E: squared_distances(functional.normalize(E)))),
    ),
    _batch_all(
        "fraction_of_cube",
        FAULT,
        "your fraction is of B³: divide by the number of valid triplets",
        _fraction_as(lambda positive, valid: share(positive, float(valid.numel()))),
    ),
    _batch_all(
        "fraction_of_distinct",
        FAULT,
        "your fraction is of all B(B−1)(B−2) triples of examples: divide by the number of valid triplets",
        _fraction_as(
            lambda positive, valid: share(positive, float(len(valid) * (len(valid) - 1) * (len(valid) - 2)))
        ),
    ),
    _batch_all(
        "fraction_without_loss",
        FAULT,
        "your fraction is that of the triplets without loss: it is one minus the right one",
        _fraction_as(lambda positive, valid: share(valid & ~positive, valid)),
    ),
    _batch_all(
        "fraction_inverted",
        FAULT,
        "your fraction is valid / positive: it is the other way round",
        _fraction_as(lambda positive, valid: share(valid, positive)),
    ),
    _batch_all(
        "fraction_counted",
        FAULT,
        "your second value is the number of triplets with a positive loss: divide by the valid ones",
        _fraction_as(lambda positive, valid: positive.sum()),
    ),
    _batch_all(
        "fraction_in_percent",
        FAULT,
        "your fraction is a percentage: a share between 0 and 1 was asked for",
        _fraction_as(lambda positive, valid: 100 * share(positive, valid)),
    ),
    _batch_all(
        "fraction_first",
        FAULT,
        "your loss and your fraction have changed places",
        lambda E, labels, margin: batch_all_triplet_loss(E, labels, margin)[::-1],
    ),
    _batch_all(
        "loss_alone",
        FAULT,
        "you return the loss alone: the fraction of triplets with a positive loss is missing",
        lambda E, labels, margin: batch_all_triplet_loss(E, labels, margin)[0],
    ),
    _batch_all(
        "not_a_number_without_triplets",
        FAULT,
        "your loss is 0/0 in a batch without a triplet of positive loss: both values are 0 there",
        _unguarded,
    ),
    _batch_all(
        "whole_cube",
        EQUIVALENT,
        "all B³ losses, masked",
        batch_all_triplet_loss_by_definition,
        reason="it is the definition",
    ),
    _batch_all(
        "epsilon_in_denominators",
        EQUIVALENT,
        "1e-16 in the denominators",
        _with_epsilon,
        reason="1e-16 beside a count changes nothing, and makes 0 of 0/0",
    ),
)

_OLD_ALONE = Mix(Version.OLD, Version.OLD, Version.OLD)


def _not_detached(
    E_old: Tensor, E_new: Tensor, labels: Tensor, margin: float = 0.2, mixes: tuple[Mix, ...] = HARMONIC_MIXES
) -> Pair:
    embeddings = {Version.OLD: E_old, Version.NEW: E_new}
    losses, valid = [], []
    for mix in mixes:
        to_positive = squared_distances_between(embeddings[mix.anchor], embeddings[mix.positive])
        to_negative = squared_distances_between(embeddings[mix.anchor], embeddings[mix.negative])
        across = mix.anchor is not mix.positive
        positives = same_label(labels) if across else same_label(labels) & others(labels)
        losses.append(to_positive.unsqueeze(2) - to_negative.unsqueeze(1) + margin)
        valid.append(triples(positives, ~same_label(labels)))
    cube, among = torch.stack(losses), torch.stack(valid)
    counted = among & (cube > 0)
    return averaged(cube, counted), share(counted, among)


def _mixed(mixes: tuple[Mix, ...]) -> Callable[..., Pair]:
    def loss_and_fraction(
        E_old: Tensor, E_new: Tensor, labels: Tensor, margin: float = 0.2, mixes: tuple[Mix, ...] = mixes
    ) -> Pair:
        return harmonic_triplet_loss(E_old, E_new, labels, margin, mixes)

    return loss_and_fraction


def _same_image_left_out(
    E_old: Tensor, E_new: Tensor, labels: Tensor, margin: float = 0.2, mixes: tuple[Mix, ...] = HARMONIC_MIXES
) -> Pair:
    embeddings = {Version.OLD: E_old, Version.NEW: E_new}
    losses = []
    for mix in mixes:
        to_positive = squared_distances_between(embeddings[mix.anchor], embeddings[mix.positive])
        to_negative = squared_distances_between(embeddings[mix.anchor], embeddings[mix.negative])
        losses.append(to_positive.unsqueeze(2) - to_negative.unsqueeze(1) + margin)
    cube = torch.stack(losses)
    valid = valid_triplets(labels).expand_as(cube)
    return averaged(cube, valid & (cube > 0)), share(valid & (cube > 0), valid)


HARMONIC: tuple[Fellow, ...] = (
    _harmonic(
        "new_alone",
        FAULT,
        "your triplets are of the new model alone: nothing ties its embeddings to the old ones",
        _mixed((Mix(Version.NEW, Version.NEW, Version.NEW),)),
    ),
    _harmonic(
        "old_alone_counted",
        FAULT,
        "triplets of the old model alone count in your mean: they have no gradient",
        _mixed((*HARMONIC_MIXES, _OLD_ALONE)),
    ),
    _harmonic(
        "negative_of_the_anchors_model",
        FAULT,
        "your negatives are always of the anchor's model: they are taken from both",
        _mixed(tuple(mix for mix in HARMONIC_MIXES if mix.negative is mix.anchor)),
    ),
    _harmonic(
        "models_exchanged",
        FAULT,
        "old and new embeddings have changed places",
        lambda E_old, E_new, labels, margin=0.2, mixes=HARMONIC_MIXES: harmonic_triplet_loss(
            E_new, E_old, labels, margin, mixes
        ),
    ),
    _harmonic(
        "same_image_left_out",
        FAULT,
        "you leave out an image's own embedding by the other model: it is a positive, and the one that ties the "
        "models together",
        _same_image_left_out,
    ),
    _harmonic(
        "old_not_detached",
        FAULT,
        "the old embeddings receive a gradient: they are frozen, detach them",
        _not_detached,
        aspect="gradient",
    ),
)
