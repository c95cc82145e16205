"""One example with all its numbers fixed and one way to read its words: what attention makes of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from grader.verify.grammar.syntax import Call, Expression, Symbol
from grader.verify.worked.evaluation import Array, Bound, Unknown, constants, evaluate
from grader.verify.worked.example import FEATURES, KEYS, MATRICES, POINTS, SIZES, Example, Name, Quantity
from grader.verify.worked.readings import KERNELS, NORMALISERS, SUMS, Kernel, Letters, Reading


@dataclass(frozen=True)
class Attention:
    """The quantities of one example. Each raises `Unknown` where the example does not give what it needs."""

    example: Example
    points: Mapping[Name, Array]
    reading: Reading
    letters: Letters
    pair_of: tuple[Name, Name] | None = None

    # -- given vectors -------------------------------------------------------------------------------------------------

    def point(self, family: str, index: int | None) -> Array:
        """The vector of a name."""
        found = self.points.get((family, index))
        if found is None and "(" in family:
            return self.features(family, index)
        mine = [vector for (own, _), vector in self.points.items() if own == family]
        if found is None and index is None and len(mine) == 1:
            return mine[0]
        if found is None and index is not None and (family, None) in self.points and family in {"q", "x"}:
            if any(own == family and at is not None for own, at in self.points):
                raise Unknown(f"{family}_{index} is not given")
            raise Unknown(f"{family}_{index} may be an entry")
        if found is None:
            raise Unknown(f"{family} is not given")
        return found

    def features(self, family: str, index: int | None) -> Array:
        """φ(k_j): given, the same for all, or by the map's formula."""
        everywhere = self.points.get((family, None))
        if everywhere is not None and not any(own == family and at is not None for own, at in self.points):
            return everywhere
        name, inner = family.rstrip(")").split("(")
        if name not in self.example.maps:
            raise Unknown(f"{family} is not given")
        return self.mapped(name, self.point(inner, index))

    def mapped(self, name: str, vector: Array) -> Array:
        """The feature map of a vector."""
        letter, body = self.example.maps[name]
        value = evaluate(body, self.look, {letter: vector})
        return value.ravel()

    def rows(self, family: str) -> list[Array]:
        """The vectors of all positions."""
        indices = self.indices(family)
        if not indices:
            raise Unknown(f"there are no {family}_j")
        return [self.point(family, index) for index in indices]

    def indices(self, family: str) -> list[int]:
        """The positions of a family, by features also those of what they are features of."""
        own = sorted(index for name, index in self.points if name == family and index is not None)
        if own or "(" not in family:
            return own
        return self.indices(family[family.index("(") + 1 : -1])

    @cached_property
    def key_features(self) -> list[Array]:
        """ψ(k_j), else φ(k_j), of all positions."""
        for name in ("psi", "phi"):
            for inner in ("k", "y"):
                family = f"{name}({inner})"
                if self.indices(family) and (self.example.has(family) or name in self.example.maps):
                    return self.rows(family)
        raise Unknown("the features of the keys are not given")

    def query_features(self, index: int | None) -> Array:
        """φ(q_i)."""
        for name in ("phi", "psi"):
            for inner in ("q", "x"):
                family = f"{name}({inner})"
                if self.example.has(family) or (name in self.example.maps and self.example.has(inner)):
                    return (
                        self.point(family, index)
                        if index is not None or not self.indices(family)
                        else self.lone(family)
                    )
        if all(key.size == 1 for key in self.key_features):
            # with one feature that of the query cancels
            return np.ones(1)
        raise Unknown("the features of the query are not given")

    def lone(self, family: str) -> Array:
        """The one vector of a family that has one."""
        rows = self.rows(family)
        if len(rows) != 1:
            raise Unknown(f"which of the {family} is meant")
        return rows[0]

    @property
    def values(self) -> list[Array]:
        """v_1, v_2, ..."""
        return [np.atleast_1d(row) for row in self.rows("v")]

    # -- pairs ---------------------------------------------------------------------------------------------------------

    def key_of_pair(self) -> Array:
        """The key alone, where no query is given."""
        if self.pair_of is not None:
            return self.point(*self.pair_of[1])
        for family in KEYS.values():
            mine = [vector for (own, _), vector in self.points.items() if own == family]
            if len(mine) == 1:
                return mine[0]
        raise Unknown("which key is meant")

    @cached_property
    def pair(self) -> tuple[Array, Array]:
        """The query and the key of which the text speaks."""
        if self.pair_of is not None:
            return self.point(*self.pair_of[0]), self.point(*self.pair_of[1])
        for left, right in KEYS.items():
            mine = [
                [vector for (own, _), vector in self.points.items() if own == family]
                for family in (left, right)
            ]
            if len(mine[0]) == 1 and len(mine[1]) == 1:
                return mine[0][0], mine[1][0]
        raise Unknown("which pair is meant")

    @property
    def divisor(self) -> float:
        """What q·k is divided by."""
        if self.reading.divisor is None:
            raise Unknown("the divisor is not given")
        return self.reading.divisor

    @property
    def variance(self) -> float:
        """σ²."""
        if self.reading.variance is None:
            raise Unknown("σ² is not given")
        return self.reading.variance

    @staticmethod
    def inner(a: Array, b: Array) -> float:
        """q·k."""
        if a.size != b.size:
            raise Unknown("vectors of different lengths")
        return float(np.dot(a.ravel(), b.ravel()))

    @staticmethod
    def squared(a: Array, b: Array) -> float:
        """‖q − k‖²."""
        if a.size != b.size:
            raise Unknown("vectors of different lengths")
        return float(np.sum((a.ravel() - b.ravel()) ** 2))

    def gaussian(self, a: Array, b: Array) -> float:
        """exp(−‖q − k‖²/(2σ²))."""
        return math.exp(-self.squared(a, b) / (2 * self.variance))

    def kernel(self, a: Array, b: Array) -> float:
        """What weighs one key for one query, by its vectors."""
        match self.reading.kernel:
            case Kernel.SOFTMAX:
                return math.exp(self.inner(a, b) / self.divisor)
            case Kernel.GAUSSIAN:
                return self.gaussian(a, b)
            case Kernel.SQUARED:
                return (self.inner(a, b) + 1) ** 2
            case Kernel.FEATURES:
                raise Unknown("a kernel of features")

    # -- one query -----------------------------------------------------------------------------------------------------

    @cached_property
    def queries(self) -> list[int | None]:
        """The queries that there are: their indices, or the one without an index."""
        families = ("phi(q)", "q", "x", "phi(x)") if self.reading.kernel is Kernel.FEATURES else ("q", "x")
        for family in families:
            own = self.indices(family)
            if own:
                return list(own)
            if (family, None) in self.points:
                return [None]
        return [None]

    def products(self, query: int | None) -> list[float]:
        """q·k_j for all j."""
        for left, right in KEYS.items():
            if self.example.has(right) or self.indices(right):
                vector = self.point(left, query)
                return [self.inner(vector, key) for key in self.rows(right)]
        raise Unknown("the keys are not given")

    def scores(self, query: int | None) -> list[float]:
        """What the softmax is taken of."""
        given = self._listed(Quantity.SCORES, query)
        if given is not None:
            return [one / self.divisor for one in given]
        return [one / self.divisor for one in self.products(query)]

    def unnormalised(self, query: int | None) -> list[float]:
        """The kernel's values of one query with all keys that it sees."""
        given = self._listed(Quantity.KERNEL, query)
        if given is not None:
            return given if query is None else self._seen_by(query, given)
        match self.reading.kernel:
            case Kernel.SOFTMAX:
                found = [math.exp(score) for score in self.scores(query)]
            case Kernel.FEATURES:
                vector = self.query_features(query)
                found = [self.inner(vector, key) for key in self.key_features]
            case _:
                vector = self.point("q" if self.example.has("q") or self.indices("q") else "x", query)
                keys = self.rows("k") if self.indices("k") else self.rows("y")
                found = [self.kernel(vector, key) for key in keys]
        return self._seen_by(query, found)

    def _seen_by(self, query: int | None, found: list[float]) -> list[float]:
        """The values of the keys that a query sees, and 0 for those behind a mask."""
        if not self.reading.causal:
            return found
        if query is None:
            raise Unknown("which position is meant")
        return [value if place <= query else 0.0 for place, value in enumerate(found, self.example.first)]

    def _listed(self, quantity: Quantity, query: int | None) -> list[float] | None:
        """The numbers that the text gives outright, if it gives them for no other query."""
        given, mine = self.example.lists.get(quantity), self.example.listed_for
        if given is None or (None not in (query, mine) and query != mine):
            return None
        return [float(one) for one in given.ravel()]

    def weights(self, query: int | None) -> list[float]:
        """The weights of one query: they add up to 1."""
        given = self._listed(Quantity.WEIGHTS, query)
        if given is not None:
            if query is not None and self._seen_by(query, given) != given:
                raise Unknown("the weights that are given are those without the mask")
            return given
        raw = self.unnormalised(query)
        total = sum(raw)
        if abs(total) < 1e-12:
            raise Unknown("the weights add up to 0")
        return [one / total for one in raw]

    def output(self, query: int | None) -> Array:
        """The mean of the values with those weights."""
        weights, values = self.weights(query), self.values
        if len(weights) != len(values):
            raise Unknown("as many values as keys are needed")
        return np.asarray(sum(weight * value for weight, value in zip(weights, values, strict=True)))

    def all_outputs(self) -> Array:
        """The outputs of all positions."""
        indices = self.queries
        alone = (
            any(name in {"phi(q)", "phi(x)", "psi(q)", "q", "x"} for name, _ in self.points)
            and not self.example.everywhere
        )
        if indices == [None] and self.reading.kernel is Kernel.FEATURES and not alone:
            # the query's features are the same for all positions
            indices = list(range(self.example.first, len(self.values) + self.example.first))
        return np.asarray([self.output(index) for index in indices])

    # -- sums ----------------------------------------------------------------------------------------------------------

    def sum_of_values(self, until: int | None) -> Array:
        """S_i = Σ φ(k_j) v_jᵀ over the first positions, or over all."""
        keys, values = self.key_features, self.values
        if len(keys) != len(values):
            raise Unknown("as many values as keys are needed")
        last = len(keys) if until is None else self._seen(until, len(keys))
        total = np.zeros((keys[0].size, values[0].size))
        for key, value in list(zip(keys, values, strict=True))[:last]:
            total = total + np.outer(key, value)
        return total

    def _seen(self, index: int, length: int) -> int:
        """How many positions a sum with this index is over."""
        if self.letters.exclusive:
            raise Unknown("the sums leave out their own position")
        last = index - self.example.first + 1
        if not 0 <= last <= length:
            raise Unknown("there is no such position")
        return last

    def sum_of_keys(self, until: int | None) -> Array:
        """Z_i = Σ φ(k_j) over the first positions, or over all."""
        keys = self.key_features
        last = len(keys) if until is None else self._seen(until, len(keys))
        return np.asarray(sum(keys[:last], np.zeros(keys[0].size)))

    def denominator(self, query: int | None) -> float:
        """What a query's weights are divided by."""
        return sum(self.unnormalised(query))

    def numerator(self, query: int | None) -> Array:
        """The sum of the values before that division."""
        weights, values = self.unnormalised(query), self.values
        if len(weights) != len(values):
            raise Unknown("as many values as keys are needed")
        return np.asarray(sum(weight * value for weight, value in zip(weights, values, strict=True)))

    # -- random features -----------------------------------------------------------------------------------------------

    @property
    def directions(self) -> list[Array]:
        """The random directions that were drawn."""
        own = [
            self.points[name]
            for name in sorted((n for n in self.points if n[0] == "w"), key=lambda n: n[1] or 0)
        ]
        if not own:
            raise Unknown("no directions are given")
        return own

    def cosines(self) -> list[float]:
        """cos(w_r·(q − k)) for each direction."""
        if self.example.phases:
            return [math.cos(phase) for phase in self.example.phases]
        a, b = self.pair
        return [math.cos(self.inner(np.atleast_1d(w), np.atleast_1d(a - b))) for w in self.directions]

    def estimate(self) -> float:
        """The mean of the cosines."""
        found = self.cosines()
        return sum(found) / len(found)

    # -- names ---------------------------------------------------------------------------------------------------------

    def look(self, node: Symbol | Call, bound: Bound) -> Array:
        """The value of a name in a formula. Raises `Unknown`."""
        if isinstance(node, Call):
            return self._called(node, bound)
        name, indices = node.name, node.indices
        if name in bound and len(indices) == 1:
            # the entries of what a map is applied to
            vector, place = np.atleast_1d(np.asarray(bound[name])), self._index(indices[0], bound)
            if not 1 <= place <= vector.size:
                raise Unknown("there is no such entry")
            return np.asarray(vector.ravel()[place - 1])
        places = [self._index(index, bound) for index in indices]
        stated = self.example.wrong.get("_".join([name, *map(str, places)]))
        if stated is not None:
            return stated
        if not indices:
            return self._bare(name)
        return self._indexed(name, places)

    def _index(self, index: Expression, bound: Bound) -> int:
        value = evaluate(index, lambda node, _: self._size_index(node), bound)
        if value.size != 1 or float(value.ravel()[0]) != int(float(value.ravel()[0])):
            raise Unknown("an index that is no number")
        return int(float(value.ravel()[0]))

    def _size_index(self, node: Symbol | Call) -> Array:
        if isinstance(node, Symbol) and node.name == "N" and not node.indices:
            return np.asarray(float(len(self.rows("k") if self.indices("k") else self.key_features)))
        raise Unknown("an index that is a letter")

    def _bare(self, name: str) -> Array:
        if name in SIZES:
            return self._size(name)
        if name == "sigma":
            return np.asarray(math.sqrt(self.variance))
        if name == "delta" and self.letters.delta:
            a, b = self.pair
            return a - b
        if name in POINTS or name in {"q", "k"}:
            if name in {"v"} and self.indices("v"):
                raise Unknown("all the values")
            return self.point(name.replace("omega", "w"), None)
        if name in MATRICES:
            return np.asarray(self.rows(MATRICES[name]))
        if name in SUMS:
            return self.sum_of_values(None)
        if name in NORMALISERS:
            return self._normaliser()
        if name in self.letters.outputs:
            return self.output(None) if name.islower() else self.all_outputs()
        if name in self.letters.gaussians:
            return np.asarray(self.gaussian(*self.pair))
        if name in self.letters.weights and name.isupper() and self.queries != [None]:
            return np.asarray([self.weights(query) for query in self.queries])
        return constants(Symbol(name), {})

    def _normaliser(self) -> Array:
        """Z: the sum of the keys' features, or for softmax that of the weights."""
        try:
            return self.sum_of_keys(None)
        except Unknown:
            if len(self.queries) != 1:
                raise
            return np.asarray(self.denominator(self.queries[0]))

    def _size(self, name: str) -> Array:
        if name in self.example.sizes and name != "D":
            return np.asarray(self.example.sizes[name])
        if name == "D":
            lengths = {vector.size for (own, _), vector in self.points.items() if own in {"q", "k", "x", "y"}}
            if name in self.example.sizes:
                return np.asarray(self.example.sizes[name])
            if len(lengths) == 1 and self.example.vectors:
                return np.asarray(float(lengths.pop()))
        if name == "R" and any(own == "w" for own, _ in self.points):
            return np.asarray(float(len(self.directions)))
        raise Unknown(f"{name} is not given")

    def _indexed(self, name: str, places: list[int]) -> Array:
        first = places[0]
        if len(places) == 1:
            if name in self.letters.outputs:
                return self.output(first)
            if name in POINTS:
                return self.point(name.replace("omega", "w"), first)
            if name in SUMS:
                return self.sum_of_values(first)
            if name in NORMALISERS:
                return self.sum_of_keys(first)
            if name in self.letters.weights and len(self.queries) == 1:
                return np.asarray(self._one(self.weights(self.queries[0]), first))
            if name in self.letters.scores and len(self.queries) == 1:
                return np.asarray(self._one(self.scores(self.queries[0]), first))
        if len(places) == 2 or (
            len(places) == 1
            and first > 10
            and name in self.letters.weights | self.letters.scores | self.letters.gaussians
        ):
            i, j = (first, places[1]) if len(places) == 2 else divmod(first, 10)
            if name in self.letters.weights:
                return np.asarray(self._one(self.weights(i), j))
            if name in self.letters.scores:
                return np.asarray(self._one(self.scores(i), j))
            if name in self.letters.gaussians:
                return np.asarray(self.gaussian(self.point("q", i), self.point("k", j)))
        raise Unknown(f"{name} with these indices")

    def _one(self, values: list[float], place: int) -> float:
        at = place - self.example.first
        if not 0 <= at < len(values):
            raise Unknown("there is no such position")
        return values[at]

    def _called(self, node: Call, bound: Bound) -> Array:
        name, arguments = node.function.name, node.arguments
        if name in FEATURES and len(arguments) == 1 and not node.function.indices:
            return self._featured(name.lower(), arguments[0], bound)
        if len(arguments) == 2 and not node.function.indices:
            a, b = (evaluate(argument, self.look, bound) for argument in arguments)
            if name in self.letters.gaussians:
                return np.asarray(self.gaussian(a, b))
            if name in KERNELS or name == "k":
                return np.asarray(self.kernel(a, b))
        if name in {"elu", "relu", "ReLU"} and len(arguments) == 1:
            value = evaluate(arguments[0], self.look, bound)
            negative = np.expm1(np.minimum(value, 0)) if name == "elu" else np.zeros_like(value)
            return np.asarray(np.where(value > 0, value, negative))
        raise Unknown(f"the function {name}")

    def _featured(self, name: str, argument: Expression, bound: Bound) -> Array:
        match argument:
            case Symbol(letter, indices) if letter in POINTS and letter not in bound:
                places = [self._index(index, bound) for index in indices]
                if len(places) > 1:
                    raise Unknown("features of an entry")
                family = f"{name}({letter})"
                if not places and self.indices(family) and (family, None) not in self.points:
                    return self.lone(family)
                return self.point(family, places[0] if places else None)
            case Symbol(letter, ()) if letter in MATRICES and letter not in bound:
                return np.asarray(self.rows(f"{name}({MATRICES[letter]})"))
        if name not in self.example.maps:
            raise Unknown("the features are not given")
        return self.mapped(name, evaluate(argument, self.look, bound).ravel())


__all__ = ["Attention"]
