"""Numeric worlds: random sizes and values in which both sides of a formula are evaluated.

Two sides that differ in a world are refuted by it, with numbers that a person can check; two sides that agree in many
worlds of random reals are equal as closed forms. Vectors may be columns, rows, or `loose`: without an orientation, so
that `qᵀk`, `qkᵀ` and `q·k` are all the inner product.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from itertools import product as every
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from grader.verify.cubature import HIGHEST, degree, nodes
from grader.verify.laws import Spread
from grader.verify.syntax import (
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
    symbols,
    walk,
)

Array: TypeAlias = npt.NDArray[np.float64]
Bound: TypeAlias = Mapping[str, "Array | int | Coordinate"]

MOST_STEPS = 60_000
LARGEST = 1e120
TOKENS = frozenset({"i", "j", "n", "m", "l", "t", "s"})  # an index without bounds that runs over the tokens
STEP = 2e-3
SMALLEST_SLOPE = 1e-10
STENCIL = ((-3, -1 / 60), (-2, 3 / 20), (-1, -3 / 4), (1, 3 / 4), (2, -3 / 20), (3, 1 / 60))
ENTRY = "entry"  # (AB)_ij is read as a call of it with the matrix and both indices
OVER_ENTRIES = "@"  # the index of a sum that is read as one over the entries of vectors ends with it
ENDLESS = Fraction(10) ** 100


class Clash(Exception):
    """Shapes that do not fit, in one sentence."""


class Undecidable(Exception):
    """Something that no world gives a value to, in one sentence."""


@dataclass(frozen=True, slots=True)
class Coordinate:
    """An index that runs over the entries of vectors, not over tokens."""

    value: int


@dataclass(frozen=True)
class Definition:
    """`name_indices(parameters) = body`, as the text gives it."""

    name: str
    indices: tuple[str, ...]
    parameters: tuple[str, ...]
    body: Expression
    line: int = 0


@dataclass(frozen=True)
class Setting:
    """What the text says of its symbols."""

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    vectors: Mapping[str, str] = field(default_factory=dict)  # name -> size, besides the course's own names
    scalars: frozenset[str] = frozenset()
    equations: tuple[
        tuple[str, Expression, Expression], ...
    ] = ()  # a scalar's name and the equation that fixes it
    orientations: Mapping[str, str] = field(default_factory=dict)  # family -> "row" or "column"
    loose_indices: bool = False  # free indices on vectors do not matter: q and q_i are one vector
    sizes: Mapping[str, Expression] = field(default_factory=dict)  # ties such as L = 2R
    gaussians: frozenset[str] = frozenset()  # kernels that the text calls Gaussian and does not define
    aliases: Mapping[str, str] | None = None  # names of sizes; None stands for the course's own
    shapes: Mapping[str, tuple[Expression, ...]] = field(default_factory=dict)  # declared: Q in R^(N x D)
    random_features: bool = False  # φ inside an expectation is the map of random Fourier features
    lists: frozenset[str] = frozenset()  # vectors of N numbers whose index names an entry: s in softmax(s)
    normals: frozenset[str] = frozenset()  # numbers that the text draws from N(0, 1)
    units: frozenset[str] = frozenset()  # vectors of length one; "*" for every vector
    spread: Spread = Spread.INVERSE  # how the law of the random directions depends on σ
    law_said: bool = False  # whether the text states that law
    distinct: bool = False  # every size a different prime, so that a shape can be read off its numbers


SIZE_NAMES = {
    "N": "N", "n": "N", "T": "N", "D": "D", "d": "D", "d_k": "D", "M": "M", "d_v": "M", "D_v": "M", "D_k": "D",
    "L": "L", "C": "L", "R": "R", "D_random": "R", "D_rand": "R", "D_R": "R", "D_r": "R", "m": "R", "d_model": "D",
    "D_phi": "L", "d_phi": "L", "D_V": "M", "D_K": "D", "d_random": "R",
}  # fmt: skip
VECTORS = {
    "q": "D", "k": "D", "x": "D", "y": "D", "u": "D", "w": "D", "omega": "D", "v": "M", "delta": "D", "z": "D",
}  # fmt: skip
MATRICES = {
    "Q": ("N", "D"),
    "K": ("N", "D"),
    "V": ("N", "M"),
    "X": ("N", "D"),
    "W": ("R", "D"),
    "Y": ("N", "D"),
}
FEATURE_MAPS = frozenset({"phi", "psi", "Phi", "Psi", "phi_random", "psi_random", "f", "g", "h", "phi_rand"})
POSITIVE_FUNCTIONS = frozenset({"sim", "kappa", "calK", "K", "k", "G", "elu", "s"})
GAUSSIANS = frozenset({
    "K_gauss", "k_gauss", "G_gauss", "K_rbf", "k_rbf", "K_gaussian", "k_gaussian", "calK_gauss", "G", "kappa_gauss",
    "calG", "K_G", "k_G", "K_sigma", "k_sigma", "calK_sigma", "G_sigma", "kappa_sigma", "calK_rbf", "gauss", "Gauss",
    "calK_gaussian", "K_g", "RBF", "gaussian",
})  # fmt: skip


def gaussian(left: Array, right: Array, variance: float) -> Array:
    """The Gaussian kernel exp(-|q-k|²/(2σ²))."""
    return np.asarray(math.exp(-float(np.sum((left - right) ** 2)) / (2 * variance)))


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

    # -- drawing -----------------------------------------------------------------------------------------------

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

    def scalar_from_equation(self, name: str) -> Array | None:
        """The value of a scalar that the text fixes by an equation, solved as a power law."""
        if name in self.free or ("solving", name) in self.values:
            return None
        if ("solved", name) in self.values:
            return self.values["solved", name]
        for unknown, left, right in self.setting.equations:
            if unknown != name:
                continue
            self.values["solving", name] = np.asarray(0.0)
            try:
                ratios = []
                for trial in (1.0, 2.0, 3.0):
                    bound: Bound = {name: np.asarray(trial)}
                    below = self.number(right, bound)
                    if below == 0:
                        raise Undecidable("an equation divides by zero")
                    ratios.append(self.number(left, bound) / below)
                if min(ratios) <= 0:
                    continue
                power = math.log2(ratios[1] / ratios[0])
                if power == 0 or abs(ratios[2] / ratios[0] - 3**power) > 1e-9 * 3 ** abs(power):
                    continue
                value = np.asarray(ratios[0] ** (-1 / power))
                self.values["solved", name] = value
                self.shown[name] = round(float(value), 6)
                return value
            finally:
                del self.values["solving", name]
        return None

    # -- symbols -----------------------------------------------------------------------------------------------

    def symbol(self, node: Symbol, bound: Bound) -> Array:
        return self.shifted(self.unshifted(node, bound), node, bound)

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

    def listed(self, node: Symbol, bound: Bound) -> Array:
        """A vector of N numbers, or one of its entries."""
        name = node.name
        vector = self.draw((name, "alone"), (self.sizes["N"],), name).copy()
        for place in range(len(vector)):
            if (shift := self.shifts.get((name, str(place + 1)))) is not None and not node.indices:
                vector[place] += float(shift[0])
        if not node.indices:
            return vector
        if len(node.indices) != 1:
            raise Undecidable(f"the indices of {name} are not understood")
        return np.asarray(self.row_of(vector, self.index_value(node.indices[0], bound)))

    def unshifted(self, node: Symbol, bound: Bound) -> Array:
        name = node.name
        if name in self.randoms:
            return self.oriented(self.randoms[name], name)
        if not node.indices:
            if name in bound:
                value = bound[name]
                if isinstance(value, Coordinate):
                    return np.asarray(float(value.value))
                return np.asarray(float(value)) if isinstance(value, int) else value
            if name == "e":
                return np.asarray(math.e)
            if name == "pi":
                return np.asarray(math.pi)
            if name == "infinity":
                raise Undecidable("infinity has no value")
            if name == "I" and self.moments and self.setting.law_said:
                return np.eye(self.sizes["D"])
        definition = self.setting.definitions.get(name)
        if (
            definition is not None
            and not definition.parameters
            and len(definition.indices) == len(node.indices)
        ):
            return self.defined(definition, node.indices, (), bound)
        if (
            definition is not None
            and not definition.parameters
            and len(node.indices) == 1
            and not definition.indices
        ):
            whole = self.defined(definition, (), (), bound)
            if 1 in (whole.ndim, *whole.shape) and whole.size > 1 and self.is_list(definition.body):
                return np.asarray(self.row_of(whole.ravel(), self.index_value(node.indices[0], bound)))
        if name in self.setting.lists:
            return self.listed(node, bound)
        if name == "delta" and len(node.indices) == 2:
            first, second = (self.index_value(index, bound) for index in node.indices)
            return np.asarray(float(first == second))
        solved = self.scalar_from_equation(name) if not node.indices else None
        if solved is not None:
            return solved
        declared = self.setting.shapes.get(name)
        if declared is not None and name not in self.setting.definitions:
            made = self.declared_value(node, declared, bound)
            if made is not None:
                return made
        if name == "ones":
            length = self.index_value(node.indices[0], bound) if node.indices else self.sizes["N"]
            return np.ones((length, 1))
        coordinates: list[int] = []
        tokens: list[int] = []
        for index in node.indices:
            if (
                isinstance(index, Symbol)
                and not index.indices
                and isinstance(bound.get(index.name), Coordinate)
            ):
                where = bound[index.name]
                if not (isinstance(where, Coordinate)):
                    raise AssertionError("a node of another kind cannot stand here")
                coordinates.append(where.value)
            elif isinstance(index, Symbol) and self.setting.loose_indices and index.name not in bound:
                continue
            else:
                tokens.append(self.index_value(index, bound))
        shape = self.shape_of(name)
        if shape == () or name in self.setting.scalars:
            if name in self.aliases and not node.indices and name not in self.setting.scalars:
                size = self.aliases[name]
                self.shown[name] = self.sizes[size]
                if self.moments and size == "R":
                    self.opaque.add("the number of random features")
                return np.asarray(float(self.sizes[size]))
            if not node.indices and name in self.indices:
                self.shown[name] = self.indices[name]
                return np.asarray(float(self.indices[name]))
            if name in self.setting.gaussians and len(tokens) + len(node.indices) >= 2:
                return self.kernel_entry(node, bound)
            if not node.indices or not set(self.named_indices(node)) <= set(bound):
                self.opaque.add(name)
            label = name + ("_" + ",".join(map(str, tokens + coordinates)) if node.indices else "")
            return self.draw((name, tuple(tokens), tuple(coordinates)), (), label)
        if name in self.setting.vectors and name not in VECTORS:
            self.opaque.add(name)
        sizes = tuple(self.sizes.get(size, 6) for size in shape)
        if len(shape) == 2:
            matrix = self.draw(name, sizes, name)
            if not tokens and not coordinates and node.indices and self.setting.loose_indices:
                return self.draw((name, "row"), sizes[1:], name)
            if not tokens and not coordinates:
                return matrix
            if len(tokens) == 2 or (len(tokens) == 1 and len(coordinates) == 1):
                row, column = (tokens + coordinates)[:2]
                return self.entry(matrix, row, column)
            if len(tokens) == 1:
                return self.oriented(self.row_of(matrix, tokens[0]), name)
            raise Undecidable(f"the indices of {name} are not understood")
        if not tokens:
            vector = self.draw((name, "alone"), sizes, name)
        else:
            # each family of vectors q_1 ... q_N is the rows of one matrix, the same that Q names
            family = name.upper() if name.upper() in MATRICES else name
            matrix = self.draw(family, (self.sizes["N"], *sizes), family)
            if len(tokens) == 2 and len(coordinates) == 0:
                return self.entry(matrix, tokens[0], tokens[1])
            if len(tokens) != 1:
                raise Undecidable(f"the indices of {name} are not understood")
            vector = self.row_of(matrix, tokens[0])
        if coordinates:
            if len(coordinates) != 1 or not 1 <= coordinates[0] <= len(vector):
                raise Undecidable(f"the indices of {name} are not understood")
            return np.asarray(vector[coordinates[0] - 1])
        return self.oriented(vector, name)

    def number(self, node: Expression, bound: Bound) -> float:
        """The value of a tree that is a number. Raises `Undecidable` where it is a vector or a matrix."""
        value = np.asarray(self.evaluate(node, bound))
        if value.size != 1:
            raise Undecidable("a vector stands where a number is needed")
        return float(value.reshape(()))

    def declared_value(self, node: Symbol, declared: tuple[Expression, ...], bound: Bound) -> Array | None:
        """The value of a symbol whose shape the text declares: matrices, and families of rows or columns."""
        if len(declared) == 1 and node.name in self.setting.scalars:
            return None
        if node.name not in VECTORS and node.name not in MATRICES and node.indices:
            self.opaque.add(node.name)
        if len(declared) == 2 and not any(
            isinstance(self.bound_coordinate(index, bound), int) for index in node.indices
        ):
            shape = tuple(int(self.number(size, {})) for size in declared)
            if any(not 1 <= side <= 400 for side in shape):
                return None
            tokens = tuple(self.index_value(index, bound) for index in node.indices)
            if 1 in shape:
                # a family of vectors, q_i in R^(1 x D), is the rows of one matrix
                long = max(shape)
                family = node.name.upper() if node.name.upper() in MATRICES else node.name
                if len(tokens) == 1:
                    if not 1 <= tokens[0] <= self.sizes["N"]:
                        raise Undecidable("an index runs out of its range")
                    member: Array = self.draw(family, (self.sizes["N"], long), family)[tokens[0] - 1]
                    if member.size != long:
                        raise Undecidable(f"two lengths of {node.name} stand in the text")
                    return member.reshape(shape)
                if tokens:
                    return None
                return self.draw((node.name, "alone"), (long,), node.name).reshape(shape)
            if not tokens:
                return self.draw(node.name, shape, node.name)
            if len(tokens) == 2:
                return self.entry(self.draw(node.name, shape, node.name), tokens[0], tokens[1])
            if len(tokens) == 1 and not self.rows_are_tokens(declared):
                raise Undecidable(f"{node.name} with an index is not defined")
            if len(tokens) == 1 and tokens[0] <= shape[0]:
                return self.oriented(
                    self.row_of(self.draw(node.name, shape, node.name), tokens[0]), node.name
                )
        return None

    def rows_are_tokens(self, declared: tuple[Expression, ...]) -> bool:
        """Whether a declared matrix has one row for each token."""
        first = declared[0]
        return isinstance(first, Symbol) and self.aliases.get(first.name) == "N"

    def bound_coordinate(self, index: Expression, bound: Bound) -> int | None:
        """The entry that an index names where it runs over coordinates."""
        where = bound.get(index.name) if isinstance(index, Symbol) and not index.indices else None
        return where.value if isinstance(where, Coordinate) else None

    def is_list(self, body: Expression) -> bool:
        """Whether a definition's body is a vector of one number for each token."""
        return any(symbol.name in self.setting.lists for symbol in symbols(body))

    def named_indices(self, node: Symbol) -> list[str]:
        return [index.name for index in node.indices if isinstance(index, Symbol)]

    def kernel_entry(self, node: Symbol, bound: Bound) -> Array:
        """G_ij: the Gaussian kernel of q_i and k_j."""
        rows, columns = (Symbol("q", node.indices[:1]), Symbol("k", node.indices[1:2]))
        left, right = self.evaluate(rows, bound), self.evaluate(columns, bound)
        sigma = scalar(self.symbol(Symbol("sigma"), bound))
        if sigma is None:
            raise Undecidable("σ is no scalar")
        return gaussian(left.ravel(), right.ravel(), sigma**2)

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

    # -- expressions -------------------------------------------------------------------------------------------

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
                return self.power(base, exponent, bound)
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
                return self.series(node, bound)
            case Function(name, arguments):
                return self.function(name, [self.evaluate(argument, bound) for argument in arguments])
            case Call(function, arguments):
                if self.is_embedding(node, bound):
                    made = self.draw(
                        repr(node), (self.sizes["L"],), f"{function.name}({names_of(arguments)})"
                    )
                    return self.shifted(made, node, bound)
                return self.shifted(self.call(function, arguments, bound), node, bound)
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
                return self.moment(kind, of, bound)
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

    def moment(self, kind: str, of: Expression, bound: Bound) -> Array:
        """E or Var over projections w ~ N(0, I/σ²), by Gauss-Hermite quadrature in the span of the vectors met."""
        drawn_by_law = {symbol.name for symbol in symbols(of)} & {"w", "omega"}
        if self.setting.law_said and len(drawn_by_law) == 1:
            name = drawn_by_law.pop()
            highest = degree(of, name)
            if highest is not None and highest * (2 if kind == "Var" else 1) <= HIGHEST:
                return self.of_polynomial(kind, of, name, bound)
        normal = sorted({symbol.name for symbol in symbols(of) if symbol.name in self.setting.normals})
        if len(normal) == 1:
            return self.over_normal(kind, of, normal[0], bound)
        waves = any(isinstance(below, Function) and below.name in {"sin", "cos", "exp"} for below in walk(of))
        if not self.setting.random_features and not waves:
            raise Undecidable("the law of what is random is not said")
        sigma = self.spread(bound)
        product = self.feature_product(of, bound)
        if product is not None:
            kernel = float(product)
            if kind == "Var":
                # its letter may be any: no difference is charged to a formula that does not name it
                self.opaque.add("the number of random features")
            value = kernel if kind == "E" else (1 - kernel**2) ** 2 / (2 * self.sizes["R"])
            return np.asarray(value)
        drawn = sorted({symbol.name for symbol in symbols(of) if symbol.name in {"w", "omega"}})
        if len(drawn) != 1:
            raise Undecidable("what the expectation is taken over is not clear")
        met = {
            symbol
            for symbol in symbols(of)
            if self.shape_of(symbol.name) == ("D",) and symbol.name != drawn[0]
        }
        vectors = [self.evaluate(symbol, bound).ravel() for symbol in sorted(met, key=str)]
        if not 1 <= len(vectors) <= 2 or not all(len(vector) == self.sizes["D"] for vector in vectors):
            raise Undecidable("the expectation has too many directions")
        basis, _ = np.linalg.qr(np.array(vectors).T)
        nodes, weights = np.polynomial.hermite_e.hermegauss(28)
        weights = weights / weights.sum()
        first = second = 0.0
        for place in every(range(len(nodes)), repeat=basis.shape[1]):
            weight = float(np.prod([weights[i] for i in place]))
            if weight < 1e-14:
                continue
            self.randoms[drawn[0]] = basis @ np.array([nodes[i] for i in place]) / sigma
            self.steps = min(self.steps, MOST_STEPS // 2)
            sample = scalar(self.evaluate(of, bound))
            if sample is None:
                self.randoms.clear()
                raise Clash("the expectation is of a matrix, not of a scalar")
            first += weight * sample
            second += weight * sample**2
        self.randoms.clear()
        return np.asarray(first if kind == "E" else second - first**2)

    def spread(self, bound: Bound) -> float:
        """The σ for which the random directions are drawn from N(0, I/σ²)."""
        if self.setting.spread is Spread.UNIT:
            return 1.0
        sigma = scalar(self.symbol(Symbol("sigma"), bound))
        if sigma is None or sigma <= 0:
            raise Undecidable("σ is no positive scalar")
        return 1 / sigma if self.setting.spread is Spread.DIRECT else sigma

    def of_polynomial(self, kind: str, of: Expression, name: str, bound: Bound) -> Array:
        """E or Var of a polynomial in the entries of a random direction."""
        sigma = self.spread(bound)
        first: Array | None = None
        second = 0.0
        for weight, point in nodes(self.sizes["D"]):
            self.randoms[name] = point / sigma
            self.steps = min(self.steps, MOST_STEPS // 2)
            try:
                value = self.evaluate(of, bound)
            finally:
                self.randoms.clear()
            first = weight * value if first is None else first + weight * value
            second += weight * float(np.sum(value**2))
        if first is None or (kind == "Var" and first.size != 1):
            raise Undecidable("the variance of a vector or matrix")
        return first if kind == "E" else np.asarray(second - float(first.ravel()[0]) ** 2)

    def over_normal(self, kind: str, of: Expression, name: str, bound: Bound) -> Array:
        """E or Var over a standard normal number, by Gauss-Hermite quadrature."""
        nodes, weights = np.polynomial.hermite_e.hermegauss(60)
        values = []
        for node in nodes:
            self.randoms[name] = np.asarray(float(node))
            value = scalar(self.evaluate(of, bound))
            self.randoms.clear()
            if value is None:
                raise Clash("the expectation is of a matrix, not of a scalar")
            values.append(value)
        sample, weight = np.array(values), weights / weights.sum()
        first = float(weight @ sample)
        return np.asarray(first if kind == "E" else float(weight @ sample**2) - first**2)

    def feature_product(self, of: Expression, bound: Bound) -> float | None:
        """The kernel value behind φ(q)ᵀφ(k), where φ is the map of random Fourier features."""
        if not self.setting.random_features:
            return None
        calls = [below for below in walk(of) if isinstance(below, Call)]
        bare = [
            below for below in walk(of) if not isinstance(below, (Call, Transpose, Product, Symbol, Inner))
        ]
        if len(calls) != 2 or bare or calls[0].function.name != calls[1].function.name:
            return None
        if calls[0].function.name not in {"phi", "phi_random", "phi_rand", "z", "psi"} or not isinstance(
            of, (Product, Inner)
        ):
            return None
        if calls[0].function.name in self.setting.definitions or any(
            len(call.arguments) != 1 for call in calls
        ):
            return None
        if isinstance(of, Product) and len(of.factors) != 2:
            return None
        left, right = (self.evaluate(call.arguments[0], bound).ravel() for call in calls)
        sigma = self.spread(bound)
        if left.shape != right.shape:
            return None
        return float(gaussian(left, right, sigma**2))

    def power(self, base: Expression, exponent: Expression, bound: Bound) -> Array:
        value = self.evaluate(base, bound)
        if value.size > 1:
            # x_a^i: an index that stands above
            if isinstance(exponent, Number) and exponent.value == 2 and value.ndim == 1:
                return np.asarray(float(np.dot(value, value)))
            if isinstance(exponent, Number) and exponent.value > 2:
                # x³ shows that x is a number in this formula
                raise Undecidable("a power of what may be a number or a vector")
            raise Clash("a power of a vector or matrix")
        power = scalar(self.evaluate(exponent, bound))
        number = scalar(value)
        if power is None or number is None:
            raise Clash("an exponent that is no scalar")
        if number < 0 and power != int(power):
            raise Undecidable("a root of a negative number")
        if number == 0 and power < 0:
            raise Undecidable("a division by zero")
        if abs(power) > 300:
            raise Undecidable("an exponent is too large")
        try:
            return np.asarray(float(number) ** float(power))
        except OverflowError as error:
            raise Undecidable("a value is too large") from error

    def series(self, node: Series, bound: Bound) -> Array:
        coordinate = runs_over_coordinates(node, bound) and (
            node.high is not None or self.over_vectors(node) or node.index not in TOKENS
        )
        low = 1 if node.low is None else self.index_value(node.low, bound)
        if node.high is None:
            if coordinate:
                high = self.sizes[self.coordinate_size(node)]
            elif node.index in TOKENS:
                high = self.sizes["N"]
            else:
                raise Undecidable(f"the sum over {node.index} has no bounds")
        else:
            if isinstance(node.high, Symbol) and node.high.name in {*VECTORS, *MATRICES} - {
                *self.aliases,
                *bound,
            }:
                raise Undecidable(f"the sum over {node.index} ends at {node.high.name}")
            high = self.index_value(node.high, bound)
        if high - low > 200:
            raise Undecidable("a sum is too long to evaluate")
        if (
            node.index.endswith(OVER_ENTRIES)
            and isinstance(node.high, Symbol)
            and high != self.sizes[self.coordinate_size(node)]
        ):
            raise Undecidable(f"the length of what is summed over {node.index} is not said")
        total: Array | None = None
        for step in range(low, high + 1):
            inner = {**bound, node.index: Coordinate(step) if coordinate else step}
            part = self.evaluate(node.body, inner)
            if total is None:
                total = part
            else:
                total = added(total, part) if node.kind == "sum" else multiplied(total, part, "cdot")
        if total is None:
            return np.asarray(0.0 if node.kind == "sum" else 1.0)
        return total

    def over_vectors(self, node: Series) -> bool:
        """Whether a vector or matrix stands in the body of a sum."""
        return any(isinstance(below, Symbol) and self.shape_of(below.name) for below in walk(node.body))

    def coordinate_size(self, node: Series) -> str:
        sizes = {
            self.shape_of(below.name)[-1]
            for below in walk(node.body)
            if isinstance(below, Symbol) and self.shape_of(below.name)
        }
        if len(sizes) != 1:
            raise Undecidable(f"the sum over {node.index} has no bounds")
        return sizes.pop()

    def function(self, name: str, values: list[Array]) -> Array:
        first = values[0]
        with np.errstate(all="ignore"):
            if name == "exp" and len(values) == 1:
                if np.any(first > 250):
                    raise Undecidable("a value is too large")
                return np.exp(first)
            if name in {"log", "log2", "log10", "sqrt"} and len(values) == 1:
                if np.any(first < 0) or (name != "sqrt" and np.any(first == 0)):
                    raise Undecidable(f"the {name} of a number that is not positive")
                table = {"log": np.log, "log2": np.log2, "log10": np.log10, "sqrt": np.sqrt}
                return np.asarray(table[name](first))
            if name in {"sin", "cos", "tanh"} and len(values) == 1:
                return np.asarray({"sin": np.sin, "cos": np.cos, "tanh": np.tanh}[name](first))
            if name == "abs" and len(values) == 1:
                return np.abs(first)
            if name == "positive_part" and len(values) == 1:
                return np.maximum(first, 0)
            if name in {"max", "min"} and all(v.size == 1 for v in values) and len(values) > 1:
                numbers = [float(v.ravel()[0]) for v in values]
                return np.asarray(max(numbers) if name == "max" else min(numbers))
            if name == "tr" and first.ndim == 2 and first.shape[0] == first.shape[1]:
                return np.asarray(float(np.trace(first)))
            if name in {"floor", "ceiling"} and first.size == 1:
                return np.asarray(np.floor(first) if name == "floor" else np.ceil(first))
            if name == "factorial" and first.size == 1:
                number = float(first.ravel()[0])
                if number != int(number) or not 0 <= number <= 100:
                    raise Undecidable("the factorial of what is no small whole number")
                return np.asarray(float(math.factorial(int(number))))
            if name == "binomial" and len(values) == 2 and all(v.size == 1 for v in values):
                top, bottom = (float(v.ravel()[0]) for v in values)
                if bottom != int(bottom) or not 0 <= bottom <= 20:
                    raise Undecidable("a binomial coefficient out of range")
                result = 1.0
                for step in range(int(bottom)):
                    result *= (top - step) / (step + 1)
                return np.asarray(result)
        raise Undecidable(f"{name} of these arguments is not evaluated")

    def call(self, function: Symbol, arguments: tuple[Expression, ...], bound: Bound) -> Array:
        definition = self.setting.definitions.get(function.name)
        values = tuple(self.evaluate(argument, bound) for argument in arguments)
        if function.name == "vec" and len(values) == 1:
            if values[0].ndim != 2 or 1 in values[0].shape:
                raise Clash("vec of what is no matrix")
            return values[0].reshape(-1, 1, order="F")
        if function.name == ENTRY and len(values) == 3:
            matrix, row, column = values
            if matrix.ndim != 2 or row.size != 1 or column.size != 1:
                raise Undecidable("an entry of what is no matrix")
            return self.entry(matrix, int(row.ravel()[0]), int(column.ravel()[0]))
        if (
            definition is not None
            and len(definition.parameters) == len(values)
            and len(definition.indices) == len(function.indices)
        ):
            return self.defined(definition, function.indices, values, bound)
        if (
            function.name in GAUSSIANS | self.setting.gaussians
            and len(values) == 2
            and values[0].size == values[1].size
        ):
            sigma = scalar(self.symbol(Symbol("sigma"), bound))
            if sigma is None:
                raise Undecidable("σ is no scalar")
            return gaussian(values[0].ravel(), values[1].ravel(), sigma**2)
        if function.indices and not self.setting.loose_indices:
            raise Undecidable(f"{function.name} with an index is not defined")
        if function.name == "softmax" and len(values) == 1 and values[0].size > 1:
            shifted = np.exp(values[0] - np.max(values[0]))
            whole = 1 in (values[0].ndim, *values[0].shape)
            return np.asarray(shifted / (shifted.sum() if whole else shifted.sum(axis=-1, keepdims=True)))
        if (
            function.name in FEATURE_MAPS
            and len(values) == 1
            and values[0].ndim == 2
            and min(values[0].shape) > 1
        ):
            self.opaque.add(function.name)
            return np.vstack([self.feature(function.name, row) for row in values[0]])
        if function.name in FEATURE_MAPS and len(values) == 1 and values[0].size > 1:
            self.opaque.add(function.name)
            return self.oriented(self.feature(function.name, values[0].ravel()), function.name)
        if function.name in POSITIVE_FUNCTIONS and 1 <= len(values) <= 3:
            self.opaque.add(function.name)
            flat = np.concatenate([value.ravel() for value in values])
            weights = self.draw(
                ("map", function.name, flat.size), (flat.size,), f"weights of {function.name}"
            )
            return np.asarray(float(np.exp(0.5 * np.tanh(weights @ flat))))
        raise Undecidable(f"the function {function.name} is not defined")

    def feature(self, name: str, vector: Array) -> Array:
        """A fixed random feature map with positive entries, so that denominators do not cancel."""
        matrix = self.draw(("map", name, vector.size), (self.sizes["L"], vector.size), f"weights of {name}")
        return np.asarray(np.exp(np.tanh(matrix @ vector) + 0.1))


def runs_over_coordinates(node: Series, bound: Bound) -> bool:
    """Whether a sum runs over the entries of vectors rather than over tokens."""
    if node.index.endswith(OVER_ENTRIES):
        return True
    match node.high:
        case Symbol(name, ()):
            return bool(SIZE_NAMES.get(name) in {"D", "M", "L", "R"} and name not in bound)
        case Number() | Addition() | Quotient() | Product():
            return False
    using = [
        below for below in walk(node.body)
        if isinstance(below, Symbol) and any(index == Symbol(node.index) for index in below.indices)
    ]  # fmt: skip
    if not using:
        return False
    named = {symbol.name for symbol in using}
    if any(len(symbol.indices) == 2 and symbol.indices[1] == Symbol(node.index) for symbol in using):
        return True
    plain_vectors = {name for name in named if name in VECTORS}
    if len(plain_vectors) >= 2 and node.index not in {"i", "n"} and "v" not in plain_vectors:
        inside = any(isinstance(below, (Transpose, Norm, Call, Inner)) for below in walk(node.body))
        return not inside
    return node.index not in {"i", "j", "n", "m", "s", "t", "l"} and bool(plain_vectors)


def names_of(trees: tuple[Expression, ...]) -> str:
    """`a, p`: the names in some arguments, for a person."""
    return ", ".join(sorted(frozenset[str]().union(*(names(tree) for tree in trees))))


def family_of(name: str) -> str:
    """The group of symbols that share one orientation: queries and keys, values, feature maps, projections."""
    plain = name.rstrip("'").split("_")[0].split("~")[0]
    if plain in {"q", "k", "Q", "K"}:
        return "q"
    if plain in {"x", "y", "X", "u"}:
        return "x"
    if plain in {"v", "V"}:
        return "v'" if "'" in name else "v"
    if plain in {"phi", "psi", "Phi", "Psi"}:
        return "phi"
    if plain in {"w", "omega", "W"}:
        return "w"
    return plain


def scalar(value: Array) -> float | None:
    """The number, if the value is one (a 1×1 matrix is)."""
    return float(value.ravel()[0]) if value.size == 1 else None


def shape_text(value: Array) -> str:
    """`4×1`, `a scalar`, `a vector of length 4`."""
    if value.size == 1:
        return "1×1"
    return "×".join(map(str, value.shape)) if value.ndim == 2 else f"a vector of length {value.shape[0]}"


def added(left: Array, right: Array) -> Array:
    """A sum of equal shapes. Raises `Clash` otherwise: no broadcasting."""
    if left.size == 1 and right.size == 1:
        return np.asarray(float(left.ravel()[0]) + float(right.ravel()[0]))
    if left.shape != right.shape:
        if left.size == right.size and 1 in (left.ndim, right.ndim):
            # a vector without an orientation takes that of the other
            return left.reshape(right.shape) + right if left.ndim == 1 else left + right.reshape(left.shape)
        raise Clash(f"{shape_text(left)} and {shape_text(right)} are added")
    return left + right


def multiplied(left: Array, right: Array, join: str) -> Array:
    """A product of scalars, vectors and matrices. Raises `Clash` where the shapes do not fit."""
    if left.size == 1 and (left.ndim == 0 or right.ndim == 0 or right.size == 1 or left.shape != (1, 1)):
        return float(left.ravel()[0]) * (right if right.size > 1 else np.asarray(float(right.ravel()[0])))
    if right.size == 1:
        return left * float(right.ravel()[0])
    if left.size == 1:
        return float(left.ravel()[0]) * right
    if left.ndim == 1 and right.ndim == 1:
        if left.shape == right.shape:
            return np.asarray(float(left @ right))
        return np.outer(left, right)
    if left.ndim == 1 and right.ndim == 2:
        if left.shape[0] == right.shape[0]:
            return np.asarray(left @ right)
        if left.shape[0] == right.shape[1] and join != "cdot":
            return np.asarray(right @ left)
        raise Clash(f"{shape_text(left)} times {shape_text(right)}")
    if left.ndim == 2 and right.ndim == 1:
        if left.shape[1] == right.shape[0]:
            return np.asarray(left @ right)
        if left.shape[0] == right.shape[0]:
            return np.asarray(right @ left)
        raise Clash(f"{shape_text(left)} times {shape_text(right)}")
    if left.shape[1] == right.shape[0]:
        made: Array = left @ right
        return np.asarray(float(made.ravel()[0])) if made.size == 1 else made
    if join == "cdot" and left.shape == right.shape and 1 in left.shape:
        return np.asarray(float(np.dot(left.ravel(), right.ravel())))
    raise Clash(f"{shape_text(left)} times {shape_text(right)}")


@dataclass(frozen=True)
class Compared:
    """Two sides in many worlds. `equal` is None where no world decides; `witness` shows a difference."""

    equal: bool | None
    says: str
    witness: dict[str, object] | None = None
    clash: bool = False
    opaque: frozenset[str] = frozenset()  # undefined names on one side only: such a pair is never refuted


def compare(
    left: Expression,
    right: Expression,
    setting: Setting,
    *,
    worlds: int = 6,
    seed: int = 7,
    only_equality: bool = False,
) -> Compared:
    """Evaluate both sides in random worlds. Numbers in `says` and `witness` come from one world that differs.

    With `only_equality` the first world in which they differ ends it, and `equal` is then None.
    """
    agree = differ = 0
    opaque: set[str] = set()
    first_trouble = first_clash = ""
    clashes = 0
    witness: dict[str, object] | None = None
    kinds = {type(below) for tree in (left, right) for below in walk(tree)}
    rough = Derivative in kinds
    if rough:
        setting = _with_free_variables(setting, left, right)
    signed = bool(kinds & {Cases, Norm}) or any(
        isinstance(below, Function) and below.name in {"max", "min", "abs", "positive_part"}
        for tree in (left, right)
        for below in walk(tree)
    )
    plain = _plain_letters(left, right)
    for number in range(worlds + 2):
        simple = number >= worlds
        world = World(setting, seed + number, simple=simple)
        world.indices |= {
            name: 1 + (value + number) % 4 for name, value in world.indices.items() if name in plain
        }
        world.moments, world.differentiates, world.signed = Moment in kinds, rough, signed
        if rough or Condition in kinds:
            # indices may be equal: δ_ij, and the derivative of p_i by s_i
            world.indices |= ({}, {"j": 3}, {"l": 3}, {"l": 2})[number % 4]
        try:
            a = world.evaluate(left, {})
            here, world.opaque = world.opaque, set()
            b = world.evaluate(right, {})
            opaque |= here ^ world.opaque
        except Clash as error:
            clashes += 1
            first_clash = first_clash or str(error)
            first_trouble = first_trouble or str(error)
            continue
        except Undecidable as error:
            first_trouble = first_trouble or str(error)
            continue
        zero = any(v.size == 1 and float(v.ravel()[0]) == 0 for v in (a, b))
        if not zero and (a.size != b.size or (a.ndim == 2 and b.ndim == 2 and a.shape != b.shape)):
            clashes += 1
            first_clash = first_clash or f"one side is {shape_text(a)}, the other {shape_text(b)}"
            first_trouble = first_trouble or first_clash
            continue
        gap = float(np.max(np.abs(a.ravel() - b.ravel())))
        scale = max(float(np.max(np.abs(a))), float(np.max(np.abs(b))))
        if gap <= (1e-7 if rough else 1e-9) * scale + (1e-9 if rough else 1e-13) * min(
            world.largest, 1e3 * max(scale, 1.0)
        ):
            agree += 1
        elif gap > (1e-3 if rough else 1e-5) * scale and scale > (1e-4 if rough else 1e-12):
            if only_equality:
                return Compared(None, "a random world in which the sides differ was found")
            differ += 1
            if witness is None or simple:
                witness = {
                    **{
                        name: _rounded(value)
                        for name, value in world.shown.items()
                        if not name.startswith("weights")
                    },
                    "left": _rounded(a.tolist()),
                    "right": _rounded(b.tolist()),
                }
    if clashes and not agree and not differ:
        return Compared(False, first_trouble, {"shapes": first_trouble}, clash=True)
    if agree >= worlds // 2 and not differ:
        return Compared(True, f"both sides agree in {agree} random worlds")
    if differ and opaque:
        names_ = ", ".join(sorted(opaque))
        return Compared(None, f"{names_} is not defined in what was read", opaque=frozenset(opaque))
    if clashes and differ and not agree and clashes + differ >= worlds:
        # where sizes happen to be equal the product exists, and differs
        return Compared(False, first_clash, {"shapes": first_clash}, clash=True)
    if differ >= max(2, worlds // 2) and differ > agree and witness is not None:
        return Compared(False, f"left {_brief(witness['left'])}, right {_brief(witness['right'])}", witness)
    return Compared(None, first_trouble or "the random worlds do not decide it")


def _plain_letters(*trees: Expression) -> frozenset[str]:
    """Letters that stand for themselves in a formula, and are nowhere an index or a bound: their value may be any."""
    nodes = [below for tree in trees for below in walk(tree)]
    indices = frozenset[str]().union(
        *(names(index) for node in nodes if isinstance(node, Symbol) for index in node.indices)
    )
    bounds = frozenset[str]().union(
        *(
            names(bound)
            for node in nodes
            if isinstance(node, Series)
            for bound in (node.low, node.high)
            if bound is not None
        )
    )
    own = {node.index for node in nodes if isinstance(node, Series)}
    return frozenset().union(*(names(tree) for tree in trees)) - indices - bounds - own


def _with_free_variables(setting: Setting, *trees: Expression) -> Setting:
    """The setting in which what is differentiated by is a variable, whatever the text defines it to be."""
    variables = {
        symbol.name
        for tree in trees
        for below in walk(tree)
        if isinstance(below, Derivative)
        for symbol in (
            (below.by,)
            if isinstance(below.by, Symbol)
            else (below.by.function,)
            if isinstance(below.by, Call)
            else ()
        )
    }
    return replace(setting, definitions={k: v for k, v in setting.definitions.items() if k not in variables})


def are_equal(left: Expression, right: Expression, setting: Setting) -> bool:
    """Whether `compare` finds both sides equal; quicker where they are not."""
    return bool(compare(left, right, setting, only_equality=True).equal)


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return int(value) if value == int(value) and abs(value) < 1e9 else float(f"{value:.6g}")
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value


def _brief(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def orientations(families: frozenset[str], fixed: Mapping[str, str]) -> list[dict[str, str]]:
    """Every way to make each family rows or columns, the fixed ones kept."""
    open_families = sorted(family for family in families if family not in fixed)[:4]
    return [
        {**fixed, **dict(zip(open_families, choice, strict=True))}
        for choice in every(("column", "row"), repeat=len(open_families))
    ]


def vector_names(*trees: Expression) -> frozenset[str]:
    """Names that a formula uses as vectors: in a norm of a difference, transposed, in an inner product."""
    found: set[str] = set()
    for tree in trees:
        for below in walk(tree):
            match below:
                case Transpose(Symbol(name)):
                    found.add(name)
                case Product(factors):
                    # aᵀb: what stands behind a transposed vector is one too
                    found |= {
                        after.name
                        for before, after in pairwise(factors)
                        if isinstance(before, Transpose)
                        and isinstance(before.of, Symbol)
                        and before.of.name[:1].islower()
                        and isinstance(after, Symbol)
                    }
                case Inner(left, right):
                    found |= names(left) | names(right)
                case Norm(Symbol(name)):
                    found.add(name)
                case Norm(Addition(terms)) if all(isinstance(term, Symbol) for _, term in terms):
                    found |= {term.name for _, term in terms if isinstance(term, Symbol)}
    return frozenset(
        name for name in found if re.fullmatch(r"[a-z](~\w+)?'?|[a-z]+", name) and name not in SIZE_NAMES
    )
