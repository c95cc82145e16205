# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Polynomial feature maps written out entry by entry, and what they make of products of features."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Expression,
    Function,
    Inner,
    Number,
    Power,
    Product,
    Quotient,
    Sequence,
    Symbol,
    Transpose,
    names,
    rewritten,
    walk,
    with_symbols,
)
from grader.verify.worlds.settings import FEATURE_MAPS, Clash, Setting, Undecidable
from grader.verify.worlds.world import World

MOST_ENTRIES = 60
BLOCKS = 3  # how long a vector is taken to be that stands in a list as a whole
KERNELS = ((1, 2), (0, 2), (1, 3), (0, 3))  # (constant, power)


def kernel_of(entries: Sequence, vector: str) -> tuple[int, int, int] | None:
    """(constant c, power p, dimension D) with Σ entries(x)·entries(y) = (x·y + c)^p; None if there is none.

    Entries are read as functions of x_1, ..., x_D, where D is the largest index that occurs.
    """
    dimension = dimension_of(entries, vector)
    if dimension is None:
        return None
    fitting = set(KERNELS)
    for seed in range(4):
        random = np.random.default_rng(seed)
        x, y = random.uniform(0.3, 2, dimension), random.uniform(0.3, 2, dimension)
        left, right = values_of(entries, vector, x), values_of(entries, vector, y)
        if left is None or right is None:
            return None
        total = float(left @ right)
        fitting = {
            (c, p) for c, p in fitting if abs(float(x @ y + c) ** p - total) < 1e-9 * max(1.0, abs(total))
        }
    return (*fitting.pop(), dimension) if len(fitting) == 1 else None


def dimension_of(entries: Sequence, vector: str) -> int | None:
    """The largest index of the vector's coordinates, or a length for it where it stands as a whole, as in vec(x xᵀ).

    None if an entry is more than a polynomial in them.
    """
    if len(entries.items) > MOST_ENTRIES:
        return None
    whole = any(isinstance(below, Symbol) and below == Symbol(vector) for below in walk(entries))
    largest = BLOCKS if whole else 0
    for below in walk(entries):
        match below:
            case Symbol(name, (Number(index, _),)) if (
                name == vector and index.denominator == 1 and 1 <= index <= 9
            ):
                largest = max(largest, int(index))
            case Symbol(name, ()) if name == vector or name == "vec":
                continue
            case Call(Symbol("vec", ()), (_,)) | Transpose():
                continue
            case Number() | Sequence() | Product() | Power() | Quotient() | Addition() | Function("sqrt", _):
                continue
            case _:
                return None
    return largest if largest >= 2 else None


def values_of(
    entries: Sequence, vector: str, at: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """The entries at one point, blocks of several one after the other; None if one of them has no value."""
    scalars = frozenset(f"{vector}#{place + 1}" for place in range(len(at)))
    world = World(Setting(scalars=scalars), 0)
    for place, value in enumerate(at):
        world.values[f"{vector}#{place + 1}", (), ()] = np.asarray(float(value))
    bound = {vector: np.asarray(at, dtype=float).reshape(-1, 1)}
    try:
        found = [world.evaluate(_scalars(item, vector), bound).ravel() for item in entries.items]
    except (Clash, Undecidable, TypeError):
        return None
    return np.concatenate(found)


def _scalars(tree: Expression, vector: str) -> Expression:
    def entry(symbol: Symbol) -> Expression:
        match symbol:
            case Symbol(name, (Number(index, _),)) if name == vector:
                return Symbol(f"{vector}#{int(index)}")
            case _:
                return symbol

    return with_symbols(tree, entry)


def entries_of(tree: Expression) -> Sequence | None:
    """The entries of a list, of its transpose, or of one row or column that is written out; None for anything else."""
    match tree:
        case Transpose(of):
            return entries_of(of)
        case Sequence(rows, "matrix"):
            lists = [row.items for row in rows if isinstance(row, Sequence)]
            one = len(lists) == 1 or all(len(row) == 1 for row in lists)
            return Sequence(tuple(entry for row in lists for entry in row), "[") if one else None
        case Sequence():
            return tree
        case _:
            return None


def listed_map(left: Expression, right: Expression) -> tuple[int, int, int] | None:
    """`φ(x) = [1, √2 x_1, ...]` as the kernel that it belongs to."""
    entries = entries_of(right)
    match left:
        case Call(Symbol(name, ()), (Symbol(vector, ()),)) if name in FEATURE_MAPS and entries is not None:
            return kernel_of(entries, vector)
        case _:
            return None


def judge_list(left: Expression, right: Expression, wanted: tuple[int, int] | None) -> Judged | None:
    """A ruling on a feature map that is written out; `wanted` is the kernel (constant, power) that the text asks for."""
    found = listed_map(left, right)
    if found is not None:
        constant, power, dimension = found
        kernel = f"(x·y + {constant})^{power}" if constant else f"(x·y)^{power}"
        if wanted is None or wanted == (constant, power):
            says = f"the products of its entries add up to {kernel} for D = {dimension}"
            return verified(Kind.DEFINITION, says, Method.NUMERIC)
        return None
    listed = entries_of(right)
    if wanted is None or not isinstance(left, Call) or listed is None:
        return None
    vector = left.arguments[0].name if isinstance(left.arguments[0], Symbol) else ""
    dimension = dimension_of(listed, vector) or 0
    if not dimension:
        return None
    ones = np.ones(dimension)
    entries = values_of(listed, vector, ones)
    if entries is None:
        return None
    constant, power = wanted
    truth, stated = float(dimension + constant) ** power, float(entries @ entries)
    if abs(truth - stated) < 1e-9:
        return None
    return refuted(
        Kind.DEFINITION,
        f"at x = y = (1, ..., 1) the products of its entries add up to {stated:g}, and the kernel is {truth:g}",
        Method.NUMERIC,
        {"x": [1] * dimension, "y": [1] * dimension, "features": stated, "kernel": truth},
    )


def with_products(tree: Expression, constant: int, power: int) -> Expression:
    """The tree with φ(a)ᵀφ(b), in either order of the transposes, as (a·b + c)^p."""

    def kernel(a: Expression, b: Expression) -> Expression:
        inner: Expression = Inner(a, b)
        base = Addition(((1, inner), (1, Number(Fraction(constant), str(constant))))) if constant else inner
        return Power(base, Number(Fraction(power), str(power)))

    def features(one: Expression, other: Expression) -> tuple[Expression, Expression] | None:
        match one, other:
            case (Transpose(Call(Symbol(f), (a,))), Call(Symbol(g), (b,))) | (
                Call(Symbol(f), (a,)),
                Transpose(Call(Symbol(g), (b,))),
            ) if f == g and f in FEATURE_MAPS:
                return a, b
            case _:
                return None

    def product(node: object) -> Expression | None:
        pair = features(*node.factors) if isinstance(node, Product) and len(node.factors) == 2 else None
        return None if pair is None else kernel(*pair)

    return rewritten(tree, product)


Listed = tuple[str, str, Sequence]  # the map's name, its vector's letter, its entries


def map_written_out(left: Expression, right: Expression) -> Listed | None:
    """`φ(x) = (1, x, vec(x xᵀ))` with its entries, whatever kernel they make."""
    entries = entries_of(right)
    match left:
        case Call(Symbol(name, ()), (Symbol(vector, ()),)) if name in FEATURE_MAPS and entries is not None:
            return (name, vector, entries) if dimension_of(entries, vector) else None
        case _:
            return None


def judge_products(parts: tuple[Expression, ...], known: Listed | None) -> Judged | None:
    """`φ(x)ᵀφ(y) = 1 + xᵀy + (xᵀy)²` by the entries of the text's φ; None for anything else."""
    if known is None or len(parts) != 2:
        return None
    name, vector, entries = known
    dimension = dimension_of(entries, vector) or 0
    if any(_products(part, name) for part in parts):
        outcomes: list[tuple[float, float]] = []
        shown: dict[str, object] = {}
        for seed in range(4):
            random = np.random.default_rng(seed)
            letters = sorted(frozenset[str]().union(*(names(part) for part in parts)) - {name})
            if not letters or not set(letters) <= POINTS:
                return None
            at = {
                letter: np.ones(dimension) if seed == 0 else random.normal(size=dimension)
                for letter in letters
            }

            def product(
                node: object, at: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = at
            ) -> Expression | None:
                match _product(node, name):
                    case (Symbol(one, ()), Symbol(other, ())):
                        sides = [values_of(entries, vector, at[letter]) for letter in (one, other)]
                        if sides[0] is None or sides[1] is None:
                            return None
                        return Number(Fraction(float(sides[0] @ sides[1])))
                    case _:
                        return None

            world = World(Setting(), 0)
            try:
                left, right = (world.number(rewritten(part, product), dict(at)) for part in parts)
            except (Clash, Undecidable, TypeError):
                return None
            outcomes.append((left, right))
            if seed == 0:
                shown = {**{letter: [1] * dimension for letter in letters}, "left": left, "right": right}
        same = [abs(a - b) < 1e-9 * max(1.0, abs(a)) for a, b in outcomes]
        if all(same):
            return verified(
                Kind.IDENTITY, f"by the entries of {name} in {dimension} dimensions", Method.NUMERIC
            )
        if not any(same) and not _squares(entries, vector):
            # (1, √2 x, x²) may be of one number x
            says = f"by the entries of {name} the sides differ: with all entries 1 in {dimension} dimensions they are {shown['left']:g} and {shown['right']:g}"
            return refuted(Kind.IDENTITY, says, Method.NUMERIC, shown)
    return None


POINTS = frozenset({"q", "k", "x", "y", "z", "u", "v"})


def _squares(entries: Expression, vector: str) -> bool:
    """Whether the entries have a power of the point itself, as a number has: x², not x_1²."""
    return any(
        isinstance(below, Power) and isinstance(below.base, Symbol) and below.base == Symbol(vector)
        for below in walk(entries)
    )


def _products(tree: Expression, name: str) -> bool:
    return any(_product(below, name) is not None for below in walk(tree))


def _product(node: object, name: str) -> tuple[Expression, Expression] | None:
    """The two vectors whose features are multiplied in φ(a)ᵀφ(b), φ(a)φ(b)ᵀ or ⟨φ(a), φ(b)⟩."""
    match node:
        case Product((left, right), _) | Inner(left, right):
            one, other = (side.of if isinstance(side, Transpose) else side for side in (left, right))
            match one, other:
                case Call(Symbol(f, ()), (a,)), Call(Symbol(g, ()), (b,)) if f == g == name:
                    return a, b
                case _:
                    return None
        case _:
            return None
