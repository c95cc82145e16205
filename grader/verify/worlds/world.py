"""Numeric worlds: random sizes and values in which both sides of a formula are evaluated.

Two sides that differ in a world are refuted by it, with numbers that a person can check; two sides that agree in many
worlds of random reals are equal as closed forms. Vectors may be columns, rows, or `loose`: without an orientation, so
that `qᵀk`, `qkᵀ` and `q·k` are all the inner product.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

import numpy as np

from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Cases,
    Condition,
    Derivative,
    Expression,
    Function,
    Growth,
    Inner,
    Moment,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Sequence,
    Series,
    Symbol,
    Transpose,
    names,
)
from grader.verify.worlds.calls import call_value, function_value, power_value, series_value
from grader.verify.worlds.laws import Spread
from grader.verify.worlds.moments import moment_value
from grader.verify.worlds.oriented_arrays import MOST_STEPS, added, multiplied, scalar
from grader.verify.worlds.settings import (
    MATRICES,
    SIZE_NAMES,
    VECTORS,
    Array,
    Bound,
    Clash,
    Coordinate,
    Definition,
    Setting,
    Undecidable,
    family_of,
    names_of,
)
from grader.verify.worlds.symbols import columns_are_tokens, symbol_value

LARGEST = 1e120
STEP = 2e-3
SMALLEST_SLOPE = 1e-10
STENCIL = ((-3, -1 / 60), (-2, 3 / 20), (-1, -3 / 4), (1, 3 / 4), (2, -3 / 20), (3, 1 / 60))
ENDLESS = Fraction(10) ** 100


class World:
    """One assignment of sizes and values; `seed` decides all of it. `simple` draws small whole numbers."""

    def __init__(
        self, setting: Setting, seed: int, *, simple: bool = False, free: frozenset[str] = frozenset()
    ) -> None:
        self.setting = setting
        self.random = np.random.default_rng(seed)
        self.simple = simple
        self.free = free  # scalars whose equation is ignored
        self.values: dict[object, Array] = {}
        self.shown: dict[str, object] = {}
        self.steps = 0
        self.deep = 0
        self.largest = 0.0
        self.randoms: dict[
            str, Array
        ] = {}  # what is random inside an expectation, at one node of its quadrature
        self.differentiates = False  # whether a derivative stands in what is compared
        self.signed = (
            False  # whether plain numbers may be negative: where max, bars or cases tell signs apart
        )
        self.moments = False  # whether an expectation stands in what is compared
        self.shifts: dict[object, Array] = {}  # what is added to values while a derivative is taken
        self.meant: dict[str, str] = {}  # whether the indices of a name are "entries" or "tokens"
        self.opaque: set[str] = set()  # names that no text, table or convention gives a meaning
        pools = [2, 3, 4, 5, 6, 7]
        order = self.random.permutation(pools)
        self.sizes = {"D": int(order[0]), "N": 4, "M": int(order[1]), "R": int(order[2]), "L": int(order[3])}
        if simple:
            self.sizes = {"D": 4, "N": 3, "M": 2, "R": 3, "L": 5}
        self.indices = {
            "i": 3,
            "j": 2,
            "l": 1,
            "t": 3,
            "s": 2,
            "n": 2,
            "m": 1,
            "p": 1,
            "r": 2,
            "c": 2,
            "a": 1,
        }
        self.aliases = SIZE_NAMES if setting.aliases is None else setting.aliases
        if setting.distinct:
            self.sizes = {"D": 7, "N": 5, "M": 3, "R": 11, "L": 13}
        primes = iter((17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67))
        for name in sorted(set(self.aliases.values()) - set(self.sizes)):
            self.sizes[name] = next(primes, 71)
        for name in ("L", "M", "R", "D"):
            tie = setting.sizes.get(name)
            if tie is not None:
                try:
                    value = self.number(tie, {})
                except (Clash, Undecidable):
                    continue
                if value == int(value) and 1 <= value <= 150:
                    self.sizes[name] = int(value)

    @property
    def tokens_are_columns(self) -> bool:
        """Whether the text declares its queries, keys or inputs with the tokens as columns."""
        shapes = (self.setting.shapes.get(name) for name in ("Q", "K", "X"))
        return any(shape is not None and columns_are_tokens(self, shape) for shape in shapes)

    def draw(self, key: object, shape: tuple[int, ...], shown: str) -> Array:
        if key not in self.values:
            if self.simple:
                value = self.random.integers(-1, 3, size=shape).astype(float)
                if shape == ():
                    value = np.asarray(float(self.random.integers(2, 5)))
                elif not np.any(value):
                    value = np.ones(shape)
            elif shape == ():
                value = np.asarray(float(self.random.uniform(0.6, 2.4)))
            else:
                value = self.random.normal(size=shape) * 0.9
            if (
                self.signed
                and shape == ()
                and re.fullmatch(r"[a-z](?:_.*)?", shown)
                and self.random.random() < 0.5
            ):
                value = -value
            if shown == "sigma" and self.setting.spread is Spread.DIRECT:
                # so that what is random stays within the reach of the quadrature
                value = value / 4
            if value.ndim and {"*", shown, shown.lower()} & self.setting.units:
                value = value / np.linalg.norm(value, axis=-1, keepdims=True)
            self.values[key] = value
        value = self.values[key]
        self.shown[shown] = value.tolist()
        return value

    def symbol(self, node: Symbol, bound: Bound) -> Array:
        value = symbol_value(self, node, bound)
        # what a definition calls x has been moved where it was handed over
        return value if not node.indices and node.name in bound else self.shifted(value, node, bound)

    def shifted(self, value: Array, node: Symbol | Call, bound: Bound) -> Array:
        """The value, moved if a derivative by this very quantity is being taken."""
        shift = self.shifts.get(self.identity(node, bound)) if self.shifts else None
        if shift is not None and shift.size != value.size:
            raise Undecidable("a derivative by something whose shape is not clear")
        return value if shift is None else value + shift.reshape(value.shape)

    def identity(self, node: Symbol | Call, bound: Bound) -> object:
        """What tells one quantity from another: its name and the values of its indices or arguments."""
        if isinstance(node, Call):
            if self.is_embedding(node, bound):
                return repr(node)
            arguments = (self.evaluate(argument, bound).tobytes() for argument in node.arguments)
            return (node.function.name, *arguments)
        return node.name, *(str(self.index_value(index, bound)) for index in node.indices)

    def number(self, node: Expression, bound: Bound) -> float:
        """The value of a tree that is a number. Raises `Undecidable` where it is a vector or a matrix."""
        value = np.asarray(self.evaluate(node, bound))
        if value.size != 1:
            raise Undecidable("a vector stands where a number is needed")
        return float(value.reshape(()))

    def index_value(self, index: Expression, bound: Bound) -> int:
        if isinstance(index, Symbol) and not index.indices and index.name not in bound:
            if index.name == "infinity":
                raise Undecidable("a sum without end is not evaluated")
            if index.name in self.indices and index.name not in {"n", "m"}:
                return self.indices[index.name]
            if index.name in self.aliases:
                return self.sizes[self.aliases[index.name]]
            # an unknown label (x_a, x_p): one of its own
            return 1 + sum(map(ord, index.name)) % self.sizes["N"]
        value = self.number(index, bound)
        if value != int(value) or abs(value) > 1000:
            raise Undecidable("an index is no whole number")
        return int(value)

    def row_of(self, matrix: Array, token: int) -> Array:
        if not 1 <= token <= matrix.shape[0]:
            raise Undecidable("an index runs out of its range")
        row: Array = matrix[token - 1]
        return row

    def entry(self, matrix: Array, row: int, column: int) -> Array:
        if not (1 <= row <= matrix.shape[0] and 1 <= column <= matrix.shape[1]):
            raise Undecidable("an index runs out of its range")
        return np.asarray(matrix[row - 1, column - 1])

    def shape_of(self, name: str) -> tuple[str, ...]:
        if name in self.setting.scalars:
            return ()
        if name in self.setting.vectors:
            return (self.setting.vectors[name],)
        plain = name.rstrip("'")
        if plain in VECTORS:
            return (VECTORS[plain],)
        if plain in MATRICES:
            return MATRICES[plain]
        return ()

    def oriented(self, vector: Array, name: str) -> Array:
        orientation = self.setting.orientations.get(family_of(name), "loose")
        if orientation == "row":
            return vector.reshape(1, -1)
        if orientation == "column":
            return vector.reshape(-1, 1)
        return vector

    def defined(
        self,
        definition: Definition,
        indices: tuple[Expression, ...],
        arguments: tuple[Array, ...],
        bound: Bound,
    ) -> Array:
        inner: dict[str, Array | int | Coordinate] = {}
        for formal, index in zip(definition.indices, indices, strict=True):
            if formal in definition.numbers:
                inner[formal] = self.evaluate(index, bound)
                continue
            value = self.index_value(index, bound)
            if formal.isdigit():
                if value != int(formal):
                    raise Undecidable(f"{definition.name} is defined at {formal} only")
            elif not self.setting.loose_indices:
                inner[formal] = value
                if value < 0:
                    raise Undecidable("an index runs out of its range")
        inner |= dict(zip(definition.parameters, arguments, strict=True))
        # what else is bound outside stays bound: sums run inside definitions too
        visible = {
            **{key: value for key, value in bound.items() if key not in definition.parameters},
            **inner,
        }
        self.deep += 1
        if self.deep > 12:
            raise Undecidable(f"the definition of {definition.name} leads back to itself")
        try:
            return self.evaluate(definition.body, visible)
        finally:
            self.deep -= 1

    def evaluate(self, node: Expression, bound: Bound) -> Array:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise Undecidable("the formula takes too many steps to evaluate")
        value = self.value(node, bound)
        # Most values are scalars, for which numpy's reductions take longer than all the rest.
        size = abs(float(value)) if value.ndim == 0 else float(np.abs(value).max(initial=0.0))
        if not math.isfinite(size):
            raise Undecidable("a value is not finite")
        if size > LARGEST:
            raise Undecidable("a value is too large")
        self.largest = max(self.largest, size)
        return value

    def value(self, node: Expression, bound: Bound) -> Array:
        match node:
            case Number(value):
                return np.asarray(float(value)) if abs(value) < ENDLESS else np.asarray(math.inf)
            case Symbol():
                return self.symbol(node, bound)
            case Addition(terms):
                total: Array | None = None
                for sign, term in terms:
                    part = sign * self.evaluate(term, bound)
                    try:
                        total = part if total is None else added(total, part)
                    except Clash as clash:
                        if any(
                            isinstance(one, Symbol) and one.name.split("^")[0] in {"b", "bias"}
                            for _, one in terms
                        ):
                            raise Undecidable("a bias may be added to every row") from clash
                        raise
                if total is None:
                    raise AssertionError("total cannot be missing here")
                return total
            case Product(factors, joins):
                result = self.evaluate(factors[0], bound)
                for factor, join in zip(factors[1:], joins, strict=True):
                    result = multiplied(result, self.evaluate(factor, bound), join)
                return result
            case Quotient(over, under):
                below = scalar(self.evaluate(under, bound))
                if below is None:
                    raise Clash("something is divided by a vector or matrix")
                if below == 0:
                    raise Undecidable("a division by zero")
                return self.evaluate(over, bound) / below
            case Power(base, exponent):
                return power_value(self, base, exponent, bound)
            case Transpose(of):
                return self.evaluate(of, bound).T
            case Norm(of):
                return np.asarray(float(np.sqrt(np.sum(self.evaluate(of, bound) ** 2))))
            case Inner(left, right):
                a, b = self.evaluate(left, bound), self.evaluate(right, bound)
                if a.size != b.size:
                    raise Clash(f"an inner product of lengths {a.size} and {b.size}")
                return np.asarray(float(np.dot(a.ravel(), b.ravel())))
            case Series():
                return series_value(self, node, bound)
            case Function(name, arguments):
                return function_value(name, [self.evaluate(argument, bound) for argument in arguments])
            case Call(function, arguments):
                if self.is_embedding(node, bound):
                    made = self.draw(
                        repr(node), (self.sizes["L"],), f"{function.name}({names_of(arguments)})"
                    )
                    return self.shifted(made, node, bound)
                return self.shifted(call_value(self, function, arguments, bound), node, bound)
            case Derivative(of, by):
                return self.derivative(of, by, bound)
            case Condition(left, relation, right):
                return self.condition(left, relation, right, bound)
            case Cases(values, conditions):
                for one, when in zip(values, conditions, strict=True):
                    if self.number(when, bound):
                        return self.evaluate(one, bound)
                raise Undecidable("none of the cases holds")
            case Sequence(rows, "matrix"):
                return self.matrix(rows, bound)
            case Sequence():
                raise Undecidable("a list of several expressions has no single value")
            case Moment(kind, of):
                return moment_value(self, kind, of, bound)
            case Growth():
                raise Undecidable("a growth class has no value")

    def condition(self, left: Expression, relation: str, right: Expression, bound: Bound) -> Array:
        """1 or 0. Two numbers that nearly agree decide no inequality."""
        a, b = scalar(self.evaluate(left, bound)), scalar(self.evaluate(right, bound))
        if a is None or b is None:
            raise Undecidable("a condition on vectors")
        near = abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1.0)
        if relation in {"=", "!="}:
            return np.asarray(float(near == (relation == "=")))
        if near and (a != int(a) or b != int(b)):
            raise Undecidable("a condition on its border")
        holds = {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}
        return np.asarray(float(holds[relation]))

    def matrix(self, rows: tuple[Expression, ...], bound: Bound) -> Array:
        """A matrix of numbers that the text writes out."""
        out: list[list[float]] = []
        for row in rows:
            entries = (
                [scalar(self.evaluate(one, bound)) for one in row.items] if isinstance(row, Sequence) else []
            )
            if not entries or any(one is None for one in entries):
                raise Undecidable("a matrix of other things than numbers")
            out.append([float(one) for one in entries if one is not None])
        return np.asarray(out)

    def is_embedding(self, node: Call, bound: Bound) -> bool:
        """Whether a call is f(a) of a triplet in a formula with derivatives: a vector, and nothing else is known."""
        match node.arguments:
            case (Symbol(name, ()),):
                plain = name in {"a", "p", "n"} and name not in bound and name not in self.setting.lists
            case _:
                return False
        return (
            self.differentiates
            and plain
            and node.function.name in {"f", "g", "h"} - set(self.setting.definitions)
        )

    def derivative(self, of: Expression, by: Expression, bound: Bound) -> Array:
        """The derivative or gradient by central differences of the sixth order."""
        if not isinstance(by, (Symbol, Call)):
            raise Undecidable("a derivative by something else than a quantity")
        name = by.name if isinstance(by, Symbol) else by.function.name
        indexed = isinstance(by, Symbol) and len(by.indices) > 0
        if name in self.setting.definitions or (
            indexed and name.upper() in names(of) and name not in names(of)
        ):
            raise Undecidable(f"a derivative by {name}, which is defined by others")
        known = set(self.opaque)
        point = self.evaluate(by, bound)
        self.opaque = known  # a variable is no name without a meaning
        key = self.identity(by, bound)
        before = self.shifts.get(key)
        out = np.zeros(point.size)
        for place in range(point.size):
            for step, weight in STENCIL:
                shift = np.zeros(point.size)
                shift[place] = step * STEP
                self.shifts[key] = shift if before is None else shift + before
                value = scalar(self.evaluate(of, bound))
                if value is None:
                    # qᵀk is a matrix if vectors are rows: a clash there, and no number under any reading otherwise
                    kind = Clash if self.setting.orientations else Undecidable
                    raise kind("the derivative of a vector or matrix")
                out[place] += weight * value / STEP
        del self.shifts[key]
        if before is not None:
            self.shifts[key] = before
        elif not np.any(np.abs(out) > SMALLEST_SLOPE):
            raise Undecidable(f"what is differentiated does not change with {name}, as it is read")
        if not self.shifts:
            out[np.abs(out) <= SMALLEST_SLOPE] = 0
        return out.reshape(point.shape)
