"""k-nearest-neighbour votes by blocked matrix products, with every tie accounted for.

Distances by ‖q‖² + ‖t‖² − 2 q·t are fast and rounded. The rounding is bounded, so the rows whose vote it could change
are known: these are looked at again, exactly. That lets the products be as rough as the processor likes best. Where
the vote or the k-th distance truly ties, all labels that can win are reported.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

SPARE = 64
"""How many neighbours more than k are kept, for those that rounding may put before the k-th."""

WIDE = 2048
"""From this width on the products take most of the time, and are rounded to bfloat16 where that is fast."""


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
    ‖q‖² + ‖t‖²/2 + ‖u‖²/2, or by float64 rounding: 0 for exact ties, 1e-6 to allow for another program's
    float32. Distances are blocked matrix products; rows in which their rounding could change the vote are decided
    by differences in float64. No block has more than `block_elements` numbers.
    Raises `ValueError` for features that don't fit, aren't finite, or are fewer than k.

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
    """Features (N, ...) as rows (N, d) in float32 or float64, without a gradient."""
    rows = features.detach()
    rows = rows.flatten(1) if rows.dim() > 1 else rows.unsqueeze(1)
    return rows if rows.dtype in {torch.float32, torch.float64} else rows.float()


def _check_fit(train: Tensor, labels: Tensor, test: Tensor) -> None:
    if train.shape[1] != test.shape[1] or labels.shape != train.shape[:1]:
        raise ValueError(
            f"training features {tuple(train.shape)}, labels {tuple(labels.shape)} and test features "
            f"{tuple(test.shape)} don't fit; give (N, d), (N,) and (M, d)"
        )


def check_neighbours(k: int, examples: int) -> None:
    """Raise `ValueError` unless k neighbours can be found among so many training examples."""
    if not 1 <= k <= examples:
        raise ValueError(f"k is {k}, but there are {examples} training examples; take k from 1 to {examples}")


def _check_finite(values: Tensor) -> None:
    if not values.square().isfinite().all():
        raise ValueError(
            "features are NaN, infinite or too large to be squared, so no distance is defined; look where they "
            "come from"
        )


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
    """The nearest training rows of each query so far, by distances that carry a bounded rounding error.

    Queries and training rows are taken from a common centre c, which keeps what cancels small. `shifted` are the
    q − c, in the precision of the products; `reach` is ‖q − c‖, a column. Of the rows kept, `distances` (rounded),
    `indices` and `spreads`, which are ‖t − c‖. `rough` is the largest relative error made by rounding a row.
    `costly` says that a training row's features have to be computed again when they are asked for.
    """

    queries: Tensor
    k: int
    tie: float
    centre: Tensor
    shifted: Tensor
    reach: Tensor
    rough: float
    distances: Tensor
    indices: Tensor
    spreads: Tensor
    seen: int
    costly: bool

    @staticmethod
    def of(
        queries: Tensor, k: int, tie: float, *, rounded: bool | None = None, costly: bool = False
    ) -> Nearest:
        """No rows yet. `rounded` says whether products are taken in bfloat16; None where that pays.

        It leaves more votes open, so more features are asked for again.
        """
        if rounded is None:
            wide = queries.shape[1] >= WIDE and queries.dtype == torch.float32
            rounded = wide and not costly and _bfloat16_is_fast()
        centre = queries.mean(0) if len(queries) else queries.sum(0)
        shifted, reach, rough = _from_centre(queries, centre, rounded)
        none = queries.new_zeros((len(queries), 0))
        return Nearest(
            queries, k, tie, centre, shifted, reach.unsqueeze(1), rough, none, none.long(), none, 0, costly
        )

    def including(self, rows: Tensor, start: int) -> Nearest:
        """With these training rows, whose first has the number `start`."""
        shifted, spreads, rough = _from_centre(rows, self.centre, self.shifted.dtype == torch.bfloat16)
        distances = (self.shifted @ shifted.mT).to(self.queries.dtype)
        distances = distances.mul_(-2).add_(spreads.square()).add_(self.reach.square())
        near, columns = _smallest(distances, self.k + SPARE)
        merged, chosen = _smallest(torch.cat([self.distances, near], 1), self.k + SPARE)
        return replace(
            self,
            rough=max(self.rough, rough),
            distances=merged,
            indices=torch.cat([self.indices, columns + start], 1).gather(1, chosen),
            spreads=torch.cat([self.spreads, spreads[columns]], 1).gather(1, chosen),
            seen=self.seen + len(rows),
        )

    def elected(self, codes: Tensor, classes: int, features_of: Callable[[Tensor], Tensor]) -> Tensor:
        """The admissible classes of each query: bool (queries, classes).

        `codes` are the labels of all training rows as 0 to classes − 1; `features_of` gives training rows again.
        """
        error = self._error(self.spreads, self.distances) + self._tolerated() / 2
        labels = codes[self.indices]
        none = codes.new_zeros((len(self.queries), classes))
        slots = torch.full((len(self.queries),), self.k)
        first = _election(self.distances - error, self.distances + error, labels, none, slots)
        elected = first.elected.clone()
        kept_too_few = self._may_miss(first.kth_most)
        undecided = first.undecided & ~kept_too_few
        chosen = _counts(labels, first.nearer, classes)
        for exact in (False, True):
            # Only the rows around the k-th are in question; the nearer ones are chosen anyway.
            left = undecided.nonzero()[:, 0]
            for which in (left[start : start + 64] for start in range(0, len(left), 64)):
                among = [self.indices[i, first.near[i]] for i in which.tolist()]
                least, most = self._intervals(which, among, features_of, exact)
                again = _election(
                    least,
                    most,
                    pad_sequence([codes[one] for one in among], batch_first=True),
                    chosen[which],
                    (slots - first.nearer.sum(1))[which],
                )
                elected[which] = again.elected
                undecided[which] = again.undecided
        if kept_too_few.any():
            elected[kept_too_few] = self._again(kept_too_few, codes, classes, features_of)
        return elected

    def _intervals(
        self, which: Tensor, among: Sequence[Tensor], features_of: Callable[[Tensor], Tensor], exact: bool
    ) -> tuple[Tensor, Tensor]:
        """Between what the squared distances of some queries lie from some rows each; infinite where rows are fewer."""
        if self.costly:
            wanted = torch.unique(torch.cat(list(among)))
            again = features_of(wanted)
            rows = [again[torch.searchsorted(wanted, one)] for one in among]
        else:
            rows = [features_of(one) for one in among]
        bounds = [
            self._interval(self.queries[i], one, exact) for i, one in zip(which.tolist(), rows, strict=True)
        ]
        least, most = (pad_sequence(list(side), True, math.inf) for side in zip(*bounds, strict=True))
        return least, most

    def _interval(self, query: Tensor, rows: Tensor, exact: bool) -> tuple[Tensor, Tensor]:
        if exact:
            distances = (rows.double() - query.double()).square().sum(1)
            error = 0.5e-12 * distances
        else:
            # Of rounded differences, added in float64: each is off by half an eps, its square by one.
            lengths = torch.linalg.vector_norm(rows - query, dim=1, dtype=torch.float64)
            distances = lengths.square()
            error = 1.1 * torch.finfo(rows.dtype).eps * distances
        if self.tie:
            error = error + self.tie / 2 * (query.double().square().sum() + rows.double().square().sum(1))
        return distances - error, distances + error

    def _again(
        self, which: Tensor, codes: Tensor, classes: int, features_of: Callable[[Tensor], Tensor]
    ) -> Tensor:
        """The votes of the queries of which too few rows were kept, from all rows, more precisely."""
        parts = torch.split(torch.arange(self.seen, device=codes.device), 1024)
        queries = self.queries[which]
        if self.shifted.dtype == torch.bfloat16:
            finer = Nearest.of(queries, self.k, self.tie, rounded=False, costly=self.costly)
            for part in parts:
                finer = finer.including(features_of(part), int(part[0]))
            return finer.elected(codes, classes, features_of)
        sides = []
        for part in parts:
            rows = features_of(part)
            sides.append(torch.stack([torch.stack(self._interval(query, rows, True)) for query in queries]))
        least, most = torch.cat(sides, 2).unbind(1)
        labels = codes[: self.seen].expand(len(queries), -1)
        none = codes.new_zeros((len(queries), classes))
        return _election(least, most, labels, none, torch.full((len(queries),), self.k)).elected

    def _error(self, spreads: Tensor, distances: Tensor) -> Tensor:
        """By how much rounded distances of rows with these spreads can be off.

        By Cauchy and Schwarz (q + ε)·(t + η) is off by ‖ε‖‖t‖ + ‖q‖‖η‖ + ‖ε‖‖η‖, and storing it costs one rounding.
        The roundings of a sum of d products add up like a random walk of √d steps; four of its deviations are taken.
        """
        unit = torch.finfo(self.queries.dtype).eps / 2
        stored = torch.finfo(self.shifted.dtype).eps / 2
        sums = (8 + 4 * math.sqrt(self.queries.shape[1])) * unit
        squares = spreads.square() + self.reach.square()
        products = spreads * self.reach
        twice_inner = (squares - distances).abs()
        relative = 2 * self.rough + self.rough**2 + sums
        return products * (2 * relative) + squares * (2 * sums) + twice_inner * stored

    def _may_miss(self, kth_most: Tensor) -> Tensor:
        """Whether a row that was not kept may be as near as this."""
        if self.distances.shape[1] == self.seen:
            return torch.zeros(len(self.queries), dtype=torch.bool)
        # Such a row is no farther from the centre than this, and was found no nearer than those kept.
        spread = self.reach + kth_most.clamp(min=0).sqrt()
        farthest = self.distances.amax(1, keepdim=True)
        return (farthest - self._error(spread, farthest) - self._tolerated() / 2 <= kth_most)[:, 0]

    def _tolerated(self) -> Tensor:
        widest = self.spreads.amax(1, keepdim=True) + torch.linalg.vector_norm(self.centre)
        lengths = torch.linalg.vector_norm(self.queries, dim=1, keepdim=True) if self.tie else self.reach
        scale: Tensor = lengths.square() + widest.square()
        return scale * self.tie


@lru_cache(maxsize=1)
def _bfloat16_is_fast() -> bool:
    """Whether this processor multiplies bfloat16 matrices faster than float32 ones."""
    capabilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def _from_centre(rows: Tensor, centre: Tensor, rounded: bool) -> tuple[Tensor, Tensor, float]:
    """The rows less the centre, in bfloat16 if `rounded`; their lengths; the largest relative error of one.

    Raises `ValueError` for what is not finite.
    """
    if not rounded:
        shifted = rows - centre
        lengths = torch.linalg.vector_norm(shifted, dim=1)
        _check_finite(lengths)
        # The subtraction rounds too, relative to what it gives.
        return shifted, lengths, torch.finfo(rows.dtype).eps / 2
    shifted = torch.empty(rows.shape, dtype=torch.bfloat16)
    lengths, errors = rows.new_empty(len(rows)), rows.new_empty(len(rows))
    # A few rows at a time stay in the processor's cache for all the passes over them.
    few = max(1, 2**18 // max(rows.shape[1], 1))
    for start in range(0, len(rows), few):
        part = slice(start, start + few)
        exact = rows[part] - centre
        shifted[part] = exact
        lengths[part] = torch.linalg.vector_norm(exact, dim=1)
        errors[part] = torch.linalg.vector_norm(exact.sub_(shifted[part]), dim=1)
    _check_finite(lengths)
    unit = torch.finfo(rows.dtype).eps
    return shifted, lengths, unit + float((errors / lengths.clamp(min=1e-30)).max()) if len(rows) else unit


@dataclass(frozen=True)
class _Election:
    """What intervals of distances say of a vote: which rows are surely among the k or may be, and who can win."""

    nearer: Tensor
    near: Tensor
    kth_most: Tensor
    elected: Tensor
    undecided: Tensor


def _election(least: Tensor, most: Tensor, labels: Tensor, chosen: Tensor, slots: Tensor) -> _Election:
    """The `slots` (queries,) nearest of the rows (queries, rows) join those `chosen`, (queries, classes) counts.

    A row's squared distance lies between `least` and `most`; rows whose intervals overlap may stand in any order.
    """
    place = slots.unsqueeze(1) - 1
    kth_least = least.sort(1).values.gather(1, place)
    kth_most = most.sort(1).values.gather(1, place)
    nearer = most < kth_least
    near = (least <= kth_most) & ~nearer
    left = slots - nearer.sum(1)
    classes = chosen.shape[1]
    elected = _electable(chosen + _counts(labels, nearer, classes), _counts(labels, near, classes), left)
    return _Election(nearer, near, kth_most, elected, (near.sum(1) > left) & (elected.sum(1) > 1))


def _smallest(distances: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The `count` smallest of each row, in any order, and their columns."""
    if count >= distances.shape[1]:
        return distances, torch.arange(distances.shape[1]).expand_as(distances)
    # numpy's partition is several times faster than torch's topk, which sorts.
    columns = torch.from_numpy(np.argpartition(distances.numpy(), count, axis=1)[:, :count])
    return distances.gather(1, columns), columns


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
