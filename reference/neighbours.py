"""k-nearest-neighbour votes by blocked matrix products, with every tie accounted for.

Distances by ‖q‖² + ‖t‖² − 2 q·t are fast and rounded. So rows whose rounding could change the vote are looked at
again, exactly; and where the vote or the k-th distance truly ties, all labels that can win are reported.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

SPARE = 16
"""How many neighbours more than k are kept, for those that may tie with the k-th."""


def knn_predictions_by_definition(
    train_features: Tensor, train_labels: Tensor, test_features: Tensor, k: int = 30
) -> Tensor:
    """The most frequent label of the k nearest, one example at a time; at a tie the smallest such label.

    Of training examples at the same distance the earlier ones count as nearer.
    """
    predictions = []
    for query in test_features:
        distances = [float(((query.double() - row.double()) ** 2).sum()) for row in train_features]
        nearest = sorted(range(len(distances)), key=lambda i: (distances[i], i))[:k]
        votes = [int(train_labels[i]) for i in nearest]
        predictions.append(max(sorted(set(votes)), key=votes.count))
    return torch.tensor(predictions, dtype=train_labels.dtype)


def knn_predictions(
    train_features: Tensor, train_labels: Tensor, test_features: Tensor, k: int = 30
) -> Tensor:
    """The majority label of the k nearest training examples by Euclidean distance: (M,).

    Where the vote or the k-th distance ties, the smallest of the labels that a tie-break can give.
    Features are (N, ...) and (M, ...). Raises `ValueError` as `knn_admissible` does.

    >>> train, labels = torch.tensor([[0.0], [1.0], [5.0]]), torch.tensor([4, 4, 2])
    >>> knn_predictions(train, labels, torch.tensor([[0.4], [9.0]]), k=1)
    tensor([4, 2])
    """
    votes = knn_admissible(train_features, train_labels, test_features, k)
    return votes.predictions


@dataclass(frozen=True)
class Votes:
    """The outcome of a k-nearest-neighbour vote: which classes some way of breaking the ties elects.

    `classes` (C,) are the training labels in rising order, `admissible` (..., M, C) is True for those that can
    win. More than one can where the vote ties, or where the k-th and the next distance do.
    """

    classes: Tensor
    admissible: Tensor

    @property
    def predictions(self) -> Tensor:
        """The smallest admissible label: (..., M)."""
        return self.classes[self.admissible.int().argmax(-1)]

    @property
    def ambiguous(self) -> Tensor:
        """True where more than one label is admissible: bool (..., M)."""
        return self.admissible.sum(-1) > 1

    def admit(self, predictions: Tensor) -> Tensor:
        """True where a prediction (..., M) is one of the admissible labels."""
        return ((predictions.unsqueeze(-1) == self.classes) & self.admissible).any(-1)


def knn_admissible(
    train_features: Tensor,
    train_labels: Tensor,
    test_features: Tensor,
    k: int = 30,
    *,
    tie: float = 0.0,
    block_elements: int = 2**24,
) -> Votes:
    """The labels that a majority vote of the k nearest can give, however ties are broken: admissible (M, C).

    Two training rows t, u tie if their squared distances to the query q differ by at most `tie` times
    ‖q‖² + max(‖t‖², ‖u‖²), or by float64 rounding: 0 for exact ties, 1e-6 to allow for another program's
    float32. Distances are blocked matrix products in the features' own precision; rows in which their rounding
    could change the vote are decided by exact differences in float64. No block has more than `block_elements`
    numbers. Raises `ValueError` for features that don't fit, aren't finite, or are fewer than k.

    >>> train, labels = torch.tensor([[0.0], [2.0], [3.0]]), torch.tensor([4, 2, 2])
    >>> knn_admissible(train, labels, torch.tensor([[1.0]]), k=1).admissible
    tensor([[True, True]])
    """
    train, test = as_rows(train_features), as_rows(test_features)
    _check_fit(train, train_labels, test)
    check_neighbours(k, len(train))
    classes, codes = torch.unique(train_labels, return_inverse=True)
    rows = max(256, block_elements // max(train.shape[1], 1))
    parts = [test.new_zeros((0, len(classes)), dtype=torch.bool)]
    for queries in torch.split(test, rows):
        nearest = Nearest.of(queries, k, tie)
        for start in range(0, len(train), rows):
            nearest = nearest.including(train[start : start + rows], start)
        parts.append(nearest.elected(codes, len(classes), lambda wanted: train[wanted]))
    return Votes(classes, torch.cat(parts))


def as_rows(features: Tensor) -> Tensor:
    rows = features.flatten(1) if features.dim() > 1 else features.unsqueeze(1)
    return rows if rows.dtype in {torch.float32, torch.float64} else rows.float()


def _check_fit(train: Tensor, labels: Tensor, test: Tensor) -> None:
    if train.shape[1] != test.shape[1] or labels.shape != train.shape[:1]:
        raise ValueError(
            f"training features {tuple(train.shape)}, labels {tuple(labels.shape)} and test features "
            f"{tuple(test.shape)} don't fit; give (N, d), (N,) and (M, d)"
        )
    _check_finite(test)


def check_neighbours(k: int, examples: int) -> None:
    """Raise `ValueError` unless k neighbours can be found among so many training examples."""
    if not 1 <= k <= examples:
        raise ValueError(f"k is {k}, but there are {examples} training examples; take k from 1 to {examples}")


def _check_finite(values: Tensor) -> None:
    if not values.isfinite().all():
        raise ValueError("features are NaN or infinite, so no distance is defined; look where they come from")


def admissible_labels(
    train_features: Tensor, train_labels: Tensor, test_features: Tensor, k: int = 30, *, tie: float = 1e-6
) -> tuple[tuple[int, ...], ...]:
    """Per test row the labels that a vote can give, ties broken in any way, distances rounded as float32 does.

    As `knn_admissible` with a wider `tie`. Such a row of several labels is one on which right programs differ.

    >>> train, labels = torch.tensor([[0.0], [2.0], [3.0]]), torch.tensor([4, 2, 2])
    >>> admissible_labels(train, labels, torch.tensor([[1.0], [9.0]]), k=1)
    ((2, 4), (2,))
    """
    votes = knn_admissible(train_features, train_labels, test_features, k, tie=tie)
    return tuple(tuple(votes.classes[row].tolist()) for row in votes.admissible)


@dataclass(frozen=True)
class Nearest:
    """The nearest training rows of each query so far, by distances that carry a rounding error.

    Distances are less a constant per query. A few more rows than k are kept, so that those that tie with the k-th
    within rounding are among them.
    """

    queries: Tensor
    k: int
    tie: float
    centre: Tensor
    distances: Tensor
    indices: Tensor
    spreads: Tensor
    seen: int

    @staticmethod
    def of(queries: Tensor, k: int, tie: float) -> Nearest:
        none = queries.new_zeros((len(queries), 0))
        centre = queries.mean(0) if len(queries) else queries.sum(0)
        return Nearest(queries, k, tie, centre, none, none.long(), none, 0)

    def including(self, rows: Tensor, start: int) -> Nearest:
        # Around a centre c, ‖q − t‖² = ‖t − c‖² − 2 (q − c)·t + (what depends on q alone): of the terms that
        # cancel one factor is small, and no copy of the training rows is made.
        spreads = torch.cdist(rows, self.centre.unsqueeze(0), compute_mode="donot_use_mm_for_euclid_dist")
        _check_finite(spreads)
        distances = torch.addmm(spreads.square().T, self.queries - self.centre, rows.mT, alpha=-2)
        near, columns = _smallest(distances, self.k + SPARE)
        merged, chosen = _smallest(torch.cat([self.distances, near], 1), self.k + SPARE)
        indices = torch.cat([self.indices, columns + start], 1).gather(1, chosen)
        spreads = torch.cat([self.spreads, spreads[columns, 0]], 1).gather(1, chosen)
        return replace(self, distances=merged, indices=indices, spreads=spreads, seen=self.seen + len(rows))

    def elected(self, codes: Tensor, classes: int, features_of: Callable[[Tensor], Tensor]) -> Tensor:
        """The admissible classes of each query: bool (queries, classes)."""
        kth = self.distances[:, self.k - 1 : self.k]
        width = self._rounding() + self._tolerated()
        nearer, near = _around(kth - self.distances, width)
        labels = codes[self.indices]
        slots = self.k - nearer.sum(1)
        elected = _electable(_counts(labels, nearer, classes), _counts(labels, near, classes), slots)
        kept_too_few = (self.distances[:, -1:] <= kth + width)[:, 0] & (self.distances.shape[1] < self.seen)
        matters = (near.sum(1) > slots) & (elected.sum(1) > 1)
        for i in (matters & ~kept_too_few).nonzero()[:, 0].tolist():
            # Only the rows around the k-th are in question; the nearer ones are chosen anyway.
            among = self.indices[i, near[i]]
            distances, norms = _exact(self.queries[i], features_of(among))
            chosen = _counts(labels[i : i + 1], nearer[i : i + 1], classes)
            elected[i] = self._vote(i, distances, norms, codes[among], chosen, int(slots[i]))
        for i in kept_too_few.nonzero()[:, 0].tolist():
            parts = [
                _exact(self.queries[i], features_of(wanted))
                for wanted in torch.split(torch.arange(self.seen, device=codes.device), 4096)
            ]
            distances, norms = (torch.cat(part) for part in zip(*parts, strict=True))
            none = codes.new_zeros((1, classes))
            elected[i] = self._vote(i, distances, norms, codes[: self.seen], none, self.k)
        return elected

    def _vote(
        self, i: int, distances: Tensor, norms: Tensor, labels: Tensor, chosen: Tensor, slots: int
    ) -> Tensor:
        kth = distances.kthvalue(slots).values
        scale = self.queries[i].double().square().sum() + norms
        width = torch.maximum(1e-12 * kth, self.tie * scale)
        nearer, near = _around(kth - distances, width)
        chosen = chosen + _counts(labels.unsqueeze(0), nearer.unsqueeze(0), chosen.shape[1])
        near_counts = _counts(labels.unsqueeze(0), near.unsqueeze(0), chosen.shape[1])
        return _electable(chosen, near_counts, (slots - nearer.sum()).unsqueeze(0))[0]

    def _rounding(self) -> Tensor:
        # The rounding errors of a sum of d products add up like a random walk of √d steps.
        unit = torch.finfo(self.queries.dtype).eps * (4 + math.sqrt(self.queries.shape[1]))
        widest = self.spreads.amax(1, keepdim=True)
        query = (self.queries - self.centre).square().sum(1, keepdim=True).sqrt()
        terms: Tensor = widest.square() + 2 * query * (widest + torch.linalg.vector_norm(self.centre))
        return terms * (2 * unit)

    def _tolerated(self) -> Tensor:
        widest = self.spreads.amax(1, keepdim=True) + torch.linalg.vector_norm(self.centre)
        scale: Tensor = self.queries.square().sum(1, keepdim=True) + widest.square()
        return scale * self.tie


def _around(below: Tensor, width: Tensor) -> tuple[Tensor, Tensor]:
    """Which distances lie below the k-th by more than a width, and which tie with it, given how far below they are."""
    return below > width, below.abs() <= width


def _smallest(distances: Tensor, count: int) -> tuple[Tensor, Tensor]:
    values, columns = distances.topk(min(count, distances.shape[1]), dim=1, largest=False)
    return values, columns


def _exact(query: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
    wide: Tensor = rows.double()
    return (wide - query.double()).square().sum(1), wide.square().sum(1)


def _counts(labels: Tensor, counted: Tensor, classes: int) -> Tensor:
    return labels.new_zeros((len(labels), classes)).scatter_add_(1, labels, counted.to(labels.dtype))


def _electable(chosen: Tensor, near: Tensor, slots: Tensor) -> Tensor:
    """Which classes can win if `slots` more votes are taken from those `near`: bool (rows, classes).

    A class stands best if it takes all the votes that it can. It wins if the rest fit below that number.
    """
    elected = []
    for y in range(chosen.shape[1]):
        taken = torch.minimum(near[:, y], slots)
        most = chosen[:, y] + taken
        room = (most.unsqueeze(1) - chosen).minimum(near)
        fits = room.clamp(min=0).sum(1) - room[:, y].clamp(min=0) >= slots - taken
        elected.append(fits & (chosen <= most.unsqueeze(1)).all(1))
    return torch.stack(elected, 1)
