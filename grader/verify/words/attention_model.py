"""A few queries, keys and values, or the embeddings of a triplet, what may be done to them, and what comes of it.

It answers what a text says of such an experiment: adding one vector to all keys leaves the outputs as they are, adding
one to all queries does not. What is done is done with numbers that are on no border, so that what stays the same in
several worlds stays the same in general.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

Vector = tuple[float, ...]
Matrix = tuple[Vector, ...]
CLOSE = 1e-7


class Target(Enum):
    """What something is done to."""

    QUERIES = "queries"
    KEYS = "keys"
    BOTH = "queries and keys"
    VALUES = "values"
    PAIRS = "keys together with values"
    TOKENS = "queries, keys and values"
    SCORES = "scores"
    KEY_EXPONENTS = "exponents of the keys"
    FEATURES = "features"
    KEY_FEATURES = "features of the keys"
    EMBEDDINGS = "embeddings"


class Act(Enum):
    """What is done: the same vector or number for all, another for each key, another for each query."""

    ADD = "add the same to all"
    ADD_EACH = "add another to each"
    ADD_ROW = "add a number for each query"
    SCALE = "multiply all by one number"
    SCALE_EACH = "multiply each by another number"
    PERMUTE = "permute"
    ROTATE = "rotate"


class Observed(Enum):
    """What is looked at."""

    OUTPUT = "outputs"
    WEIGHTS = "weights"
    SCORES = "inner products q·k"
    GAUSSIAN = "Gaussian kernel"
    EXPONENTIAL = "exp(q·k/√D)"
    POLYNOMIAL = "(q·k + 1)²"
    DISTANCE = "distances ‖q − k‖"
    SQUARED = "squared distances of the embeddings"
    PLAIN = "distances of the embeddings"
    LOSS = "triplet losses"
    COSINES = "cosines of the embeddings"
    PRODUCTS = "inner products of the embeddings"


class Kernel(Enum):
    """How a query and a key are compared."""

    SOFTMAX = "softmax"
    GAUSSIAN = "gaussian"
    POLYNOMIAL = "polynomial"
    FEATURES = "features"


@dataclass(frozen=True)
class Done:
    """One experiment: what is done to what, and by which number, if that matters."""

    act: Act
    target: Target
    number: float = 3.0


@dataclass(frozen=True)
class World:
    """Queries, keys and values with what is added to their scores and to the exponents of the keys."""

    queries: Matrix
    keys: Matrix
    values: Matrix
    added: Matrix
    score_factor: float = 1.0
    key_added: Vector = ()
    feature_factor: Vector = ()  # one for the queries, one for the keys


@dataclass(frozen=True)
class Outcome:
    """What comes of it: whether it stays, and else by which factor or by which vector it moves, if by one."""

    stays: bool
    factor: float | None
    moves_along: bool
    permuted: bool
    before: Matrix
    after: Matrix


def outcome(done: Done, observed: Observed, kernel: Kernel) -> Outcome | None:
    """What is observed before and after, in a world of three tokens; None where the experiment makes no sense."""
    results = [_outcome(done, observed, kernel, seed) for seed in (1, 2)]
    first, second = results
    if first is None or second is None:
        return None
    if first.factor is not None and second.factor is not None and abs(first.factor - second.factor) > CLOSE:
        first = replace(first, factor=None)
    return replace(
        first,
        stays=first.stays and second.stays,
        moves_along=first.moves_along and second.moves_along,
        permuted=first.permuted and second.permuted,
    )


@cache
def small_outcome(done: Done, observed: Observed, kernel: Kernel) -> Mapping[str, object]:
    """The same in a world of two keys that fits on a line, for a person to check."""
    if done.target is Target.EMBEDDINGS:
        triplet = ((1.0, 0.0), (0.8, 0.6), (0.6, 0.8))
        change = _change(done)
        if change is None:
            return {}
        return {
            "anchor, positive, negative": [list(row) for row in triplet],
            "done": f"{done.act.value}, {done.target.value}",
            f"{observed.value} before": _rounded((_of_triplet(triplet, observed),)),
            f"{observed.value} after": _rounded((_of_triplet(change(triplet), observed),)),
        }
    world = World(((1.0,), (2.0,)), ((0.0,), (1.0,)), ((0.0,), (1.0,)), ((0.0, 0.0), (0.0, 0.0)))
    after = _changed(world, done)
    if after is None:
        return {}
    numbers = {
        "queries": [row[0] for row in world.queries],
        "keys": [row[0] for row in world.keys],
        "values": [row[0] for row in world.values],
        "done": f"{done.act.value}, {done.target.value}",
    }
    before_and_after = {
        f"{observed.value} before": _rounded(_observed(world, observed, kernel)),
        f"{observed.value} after": _rounded(_observed(after, observed, kernel)),
    }
    return numbers | before_and_after


def _rounded(matrix: Matrix) -> list[list[float]]:
    return [[round(entry, 3) + 0.0 for entry in row] for row in matrix]


def _outcome(done: Done, observed: Observed, kernel: Kernel, seed: int) -> Outcome | None:
    world = _world(seed)
    if done.target is Target.EMBEDDINGS:
        change = _change(done)
        if change is None or observed not in OF_EMBEDDINGS:
            return None
        return _compared(
            (_of_triplet(world.keys, observed),), (_of_triplet(change(world.keys), observed),), observed
        )
    changed = _changed(world, done)
    if changed is None or observed in OF_EMBEDDINGS:
        return None
    before, after = (_observed(one, observed, kernel) for one in (world, changed))
    return _compared(before, after, observed)


def _compared(before: Matrix, after: Matrix, observed: Observed) -> Outcome:
    pairs = [
        (a, b) for row, other in zip(before, after, strict=True) for a, b in zip(row, other, strict=True)
    ]
    stays = all(_same(a, b) for a, b in pairs)
    factors = [b / a for a, b in pairs if abs(a) > CLOSE]
    factor = factors[0] if factors and all(_same(one, factors[0]) for one in factors) else None
    along = observed is Observed.OUTPUT and all(
        _same(b - a, shift)
        for row, other in zip(before, after, strict=True)
        for a, b, shift in zip(row, other, _SHIFT, strict=False)
    )
    turned = sorted(map(_key, after)) == sorted(map(_key, before))
    return Outcome(stays, factor, along, turned, before, after)


def _key(row: Vector) -> Vector:
    return tuple(round(entry, 7) for entry in row)


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= CLOSE * max(1.0, abs(one), abs(other))


_SHIFT: Vector = (0.7, -0.4, 0.9)
_SHIFTS: Matrix = ((0.7, -0.4, 0.9), (-0.3, 0.8, 0.2), (0.5, 0.6, -1.1))
_NUMBERS: Vector = (0.6, -0.5, 1.2)
_FACTORS: Vector = (1.5, 0.4, 2.2)


def _world(seed: int) -> World:
    def rows(start: int, width: int) -> Matrix:
        return tuple(
            tuple(math.sin(7.3 * (start + 5 * i + j) * seed + start) for j in range(width)) for i in range(3)
        )

    zero = ((0.0,) * 3,) * 3
    return World(rows(1, 3), rows(20, 3), rows(40, 2), zero)


def _changed(world: World, done: Done) -> World | None:
    """The world after what is done; None if that cannot be done to this target."""
    match done.target:
        case Target.QUERIES | Target.KEYS | Target.BOTH | Target.VALUES | Target.PAIRS | Target.TOKENS:
            return _vectors_changed(world, done)
        case Target.SCORES:
            return _scores_changed(world, done)
        case Target.KEY_EXPONENTS:
            count = len(world.keys)
            if done.act in {Act.ADD, Act.ADD_ROW}:
                return replace(world, key_added=(0.8,) * count)
            return replace(world, key_added=_NUMBERS[:count]) if done.act is Act.ADD_EACH else None
        case Target.EMBEDDINGS:
            return None
        case Target.FEATURES | Target.KEY_FEATURES:
            own = 1.0 if done.target is Target.KEY_FEATURES else done.number
            return replace(world, feature_factor=(own, done.number)) if done.act is Act.SCALE else None


def _vectors_changed(world: World, done: Done) -> World | None:
    change = _change(done)
    if change is None:
        return None
    wanted = {
        Target.QUERIES: ("queries",), Target.KEYS: ("keys",), Target.BOTH: ("queries", "keys"),
        Target.VALUES: ("values",), Target.PAIRS: ("keys", "values"), Target.TOKENS: ("queries", "keys", "values"),
    }[done.target]  # fmt: skip
    return replace(
        world,
        queries=change(world.queries) if "queries" in wanted else world.queries,
        keys=change(world.keys) if "keys" in wanted else world.keys,
        values=change(world.values) if "values" in wanted else world.values,
    )


def _change(done: Done) -> Callable[[Matrix], Matrix] | None:
    def add(rows: Matrix) -> Matrix:
        return tuple(tuple(a + b for a, b in zip(row, _SHIFT, strict=False)) for row in rows)

    def add_each(rows: Matrix) -> Matrix:
        return tuple(
            tuple(a + b for a, b in zip(row, shift, strict=False))
            for row, shift in zip(rows, _SHIFTS, strict=False)
        )

    def scale(rows: Matrix) -> Matrix:
        return tuple(tuple(done.number * entry for entry in row) for row in rows)

    def scale_each(rows: Matrix) -> Matrix:
        return tuple(
            tuple(factor * entry for entry in row) for row, factor in zip(rows, _FACTORS, strict=False)
        )

    def permute(rows: Matrix) -> Matrix:
        return (*rows[1:], rows[0])

    def rotate(rows: Matrix) -> Matrix:
        c, s = math.cos(0.7), math.sin(0.7)
        return tuple(
            (c * row[0] - s * row[1], s * row[0] + c * row[1], *row[2:]) if len(row) > 1 else (-row[0],)
            for row in rows
        )

    return {
        Act.ADD: add, Act.ADD_EACH: add_each, Act.SCALE: scale, Act.SCALE_EACH: scale_each,
        Act.PERMUTE: permute, Act.ROTATE: rotate,
    }.get(done.act)  # fmt: skip


def _scores_changed(world: World, done: Done) -> World | None:
    rows, columns = len(world.queries), len(world.keys)
    match done.act:
        case Act.ADD:
            return replace(world, added=((0.8,) * columns,) * rows)
        case Act.ADD_ROW:
            return replace(world, added=tuple((number,) * columns for number in _NUMBERS[:rows]))
        case Act.ADD_EACH:
            return replace(world, added=(_NUMBERS[:columns],) * rows)
        case Act.SCALE:
            return replace(world, score_factor=done.number)
        case _:
            return None


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _distance(one: Vector, other: Vector) -> float:
    return math.dist(one, other)


def _similarity(kernel: Kernel, world: World) -> Matrix:
    """How much each key weighs for each query before the weights are divided by their sum."""
    root = math.sqrt(len(world.keys[0]))
    key_added = world.key_added or (0.0,) * len(world.keys)

    def one(i: int, j: int) -> float:
        q, k = world.queries[i], world.keys[j]
        match kernel:
            case Kernel.SOFTMAX:
                # the exponents ‖k‖²/(2√D) are part of q·k/√D
                return math.exp(world.score_factor * _dot(q, k) / root + world.added[i][j] + key_added[j])
            case Kernel.GAUSSIAN:
                return math.exp(-(_distance(q, k) ** 2) / (2 * root) + key_added[j])
            case Kernel.POLYNOMIAL:
                return (_dot(q, k) + 1) ** 2
            case Kernel.FEATURES:
                factor = math.prod(world.feature_factor or (1.0,))
                return factor * _dot([math.exp(x) for x in q], [math.exp(y) for y in k])

    return tuple(tuple(one(i, j) for j in range(len(world.keys))) for i in range(len(world.queries)))


def _observed(world: World, observed: Observed, kernel: Kernel) -> Matrix:
    match observed:
        case Observed.OUTPUT | Observed.WEIGHTS:
            similarities = _similarity(kernel, world)
            weights = tuple(tuple(entry / sum(row) for entry in row) for row in similarities)
            if observed is Observed.WEIGHTS:
                return weights
            columns = list(zip(*world.values, strict=True))
            return tuple(tuple(_dot(row, column) for column in columns) for row in weights)
        case _:
            return tuple(tuple(_kernel(observed, q, k) for k in world.keys) for q in world.queries)


OF_EMBEDDINGS = frozenset(
    {Observed.SQUARED, Observed.PLAIN, Observed.LOSS, Observed.COSINES, Observed.PRODUCTS}
)
MARGIN = 2.5  # so large that no loss of these worlds is zero


def _of_triplet(rows: Matrix, observed: Observed) -> Vector:
    """What is observed of an anchor, a positive and a negative."""
    a, p, n = rows
    match observed:
        case Observed.SQUARED:
            return (_distance(a, p) ** 2, _distance(a, n) ** 2)
        case Observed.PLAIN:
            return (_distance(a, p), _distance(a, n))
        case Observed.LOSS:
            return (max(0.0, _distance(a, p) ** 2 - _distance(a, n) ** 2 + MARGIN),)
        case Observed.PRODUCTS:
            return (_dot(a, p), _dot(a, n))
        case _:
            return tuple(_dot(a, b) / math.hypot(*a) / math.hypot(*b) for b in (p, n))


def _kernel(observed: Observed, q: Vector, k: Vector) -> float:
    root = math.sqrt(len(q))
    match observed:
        case Observed.GAUSSIAN:
            return math.exp(-(_distance(q, k) ** 2) / (2 * root))
        case Observed.EXPONENTIAL:
            return math.exp(_dot(q, k) / root)
        case Observed.POLYNOMIAL:
            return (_dot(q, k) + 1) ** 2
        case Observed.DISTANCE:
            return _distance(q, k)
        case _:
            return _dot(q, k)


__all__ = [
    "OF_EMBEDDINGS",
    "Act",
    "Done",
    "Kernel",
    "Observed",
    "Outcome",
    "Target",
    "outcome",
    "small_outcome",
]
