"""What a text gives of one small example: vectors, sizes, lengths and inner products, features, in the text's names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np

from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Expression,
    Inner,
    Norm,
    Number,
    Power,
    Product,
    Symbol,
    Transpose,
)
from grader.verify.worked.evaluation import Array

Index = int | None
Name = tuple[str, Index]  # ("q", None), ("k", 2), ("phi(k)", 3)
POINTS = frozenset({"q", "k", "v", "x", "y", "u", "w", "omega"})
KEYS = {"q": "k", "x": "y"}  # what stands on the other side of an inner product
FEATURES = frozenset({"phi", "psi", "Phi", "Psi"})
MATRICES = {"Q": "q", "K": "k", "V": "v", "W": "w", "X": "x"}
SIZES = frozenset({"D", "M", "N", "R", "C", "L"})
DIFFERENCE = "difference"


class Quantity(Enum):
    """What else than vectors an example may begin with."""

    SCORES = "scores"  # what the softmax is taken of
    KERNEL = "kernel values"  # weights before they are normalised
    WEIGHTS = "weights"


@dataclass(frozen=True)
class Example:
    """The given numbers of one example, and the names that an earlier example gave."""

    vectors: Mapping[Name, Array] = field(default_factory=dict)
    sizes: Mapping[str, float] = field(default_factory=dict)
    variance: float | None = None  # σ²
    lengths: Mapping[Name, float] = field(default_factory=dict)  # of vectors without entries
    products: Mapping[tuple[Name, Name], float] = field(default_factory=dict)
    differences: Mapping[tuple[Name, Name], Array | float] = field(
        default_factory=dict
    )  # q − k, or its length
    maps: Mapping[str, tuple[str, Expression]] = field(default_factory=dict)  # φ: (its letter, its formula)
    lists: Mapping[Quantity, Array] = field(default_factory=dict)
    listed_for: int | None = (
        None  # the query whose scores, kernel values or weights those lists are, if it is said
    )
    phases: tuple[float, ...] = ()  # w_r·(q − k), where these are given outright
    first: int = 1  # the number of the first position
    section: int = -1
    directions_from: int = -1  # the section that gives the random directions
    earlier: frozenset[str] = (
        frozenset()
    )  # families of names that stand from before another one was given anew
    everywhere: frozenset[str] = frozenset()  # families with one vector for all positions
    wrong: Mapping[str, Array] = field(default_factory=dict)  # what the text wrongly says of S_3 and the like

    def family(self, name: str) -> list[Array]:
        """The vectors of one family with indices, in their order."""
        indexed = sorted(
            (index, vector)
            for (own, index), vector in self.vectors.items()
            if own == name and index is not None
        )
        return [vector for _, vector in indexed]

    def indices(self, name: str) -> list[int]:
        """The indices of one family, in their order."""
        return sorted(index for own, index in self.vectors if own == name and index is not None)

    def has(self, family: str) -> bool:
        """Whether any vector of a family is given."""
        return any(own == family for own, _ in self.vectors)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is given that could be computed with."""
        return not (
            self.vectors or self.lengths or self.products or self.lists or self.differences or self.phases
        )

    def with_vector(self, name: Name, value: Array, section: int) -> Example:
        """The example with one more vector; where its name has another value already, a new example begins."""
        family, index = name
        fresh = self._in_section(section) if family != "w" else self._without_old_directions(section)
        if index is None and any(own == family and at is not None for own, at in fresh.vectors):
            fresh = replace(fresh, vectors={key: v for key, v in fresh.vectors.items() if key[0] != family})
            return fresh._renewed(name, value)
        known = fresh.vectors.get(name)
        if known is not None and (known.shape != value.shape or not np.allclose(known, value)):
            return fresh._renewed(name, value)
        if family in fresh.earlier:
            # the second of a family that is being given anew
            fresh = replace(fresh, vectors={key: v for key, v in fresh.vectors.items() if key[0] != family})
            fresh = replace(fresh, earlier=fresh.earlier - {family})
        return replace(fresh, vectors={**fresh.vectors, name: value})

    def _without_old_directions(self, section: int) -> Example:
        """The example without directions that an earlier section drew: they are drawn anew for the same points."""
        if self.is_empty:
            return replace(self, section=section)
        if self.directions_from in {-1, section}:
            return replace(self, directions_from=section)
        kept = {key: vector for key, vector in self.vectors.items() if key[0] != "w"}
        return replace(self, vectors=kept, directions_from=section)

    def _renewed(self, name: Name, value: Array) -> Example:
        others = {own for own, _ in self.vectors} | {own for own, _ in self.lengths}
        kept = {key: vector for key, vector in self.vectors.items() if key[0] != name[0]}
        return replace(
            self,
            vectors={**kept, name: value},
            lists={},
            products={},
            lengths={key: length for key, length in self.lengths.items() if key[0] != name[0]},
            differences={},
            wrong={},
            phases=(),
            earlier=self.earlier | frozenset(others - {name[0]}) - {name[0]},
        )

    def _in_section(self, section: int) -> Example:
        """Itself, or in a new section an empty example."""
        if self.section in {-1, section} or self.is_empty:
            return replace(self, section=section)
        return Example(sizes=self.sizes, section=section, first=self.first)

    def with_family(self, family: str, values: list[Array], section: int) -> Example:
        """The example with the vectors 1, 2, ... of a family."""
        fresh = self._in_section(section)
        if family == "w":
            fresh = self._without_old_directions(section)
        known = fresh.family(family)
        same = len(known) == len(values) and all(
            a.shape == b.shape and np.allclose(a, b) for a, b in zip(known, values, strict=True)
        )
        if same:
            return fresh
        if fresh.has(family):
            fresh = fresh._renewed((family, self.first), values[0])
        others = {key: vector for key, vector in fresh.vectors.items() if key[0] != family}
        numbered: dict[Name, Array] = {
            (family, place): value for place, value in enumerate(values, self.first)
        }
        return replace(fresh, vectors={**others, **numbered})

    def for_all(self, family: str, value: Array, section: int) -> Example:
        """The example with one vector for all positions of a family."""
        made = self.with_vector((family, None), value, section)
        return replace(made, everywhere=made.everywhere | {family})

    def with_size(self, letter: str, value: float) -> Example:
        """The example with a size; σ² that hung on the old one is left to the text's tie."""
        return replace(self, sizes={**self.sizes, letter: value})

    def with_variance(self, value: float, section: int) -> Example:
        """The example with σ²."""
        return replace(self._in_section(section), variance=value)

    def with_length(self, name: Name, value: float, section: int) -> Example:
        """The example with the length of a vector whose entries are not given."""
        fresh = self._in_section(section)
        if name in fresh.vectors:
            fresh = Example(sizes=self.sizes, section=section, first=self.first)
        known = fresh.lengths.get(name)
        if known is not None and abs(known - value) > 1e-12:
            fresh = replace(fresh, lengths={}, products={}, differences={}, wrong={})
        return replace(fresh, lengths={**fresh.lengths, name: value})

    def with_product(self, pair: tuple[Name, Name], value: float, section: int) -> Example:
        """The example with the inner product of two vectors whose entries are not given."""
        fresh = self._in_section(section)
        known = fresh.products.get(pair)
        if known is not None and abs(known - value) > 1e-12:
            fresh = replace(fresh, products={}, differences={}, wrong={})
        return replace(fresh, products={**fresh.products, pair: value})

    def with_difference(self, pair: tuple[Name, Name], value: Array | float, section: int) -> Example:
        """The example with q − k, or with its length."""
        fresh = self._in_section(section)
        return replace(fresh, differences={**fresh.differences, pair: value})

    def with_phase(self, value: float, section: int) -> Example:
        """The example with w·(q − k) for one more direction."""
        fresh = self._in_section(section)
        return replace(fresh, phases=(*fresh.phases, value))

    def with_map(self, name: str, letter: str, body: Expression, section: int) -> Example:
        """The example with a feature map's formula."""
        fresh = self._in_section(section)
        return replace(fresh, maps={**fresh.maps, name: (letter, body)})

    def with_list(self, quantity: Quantity, values: Array, section: int, query: int | None = None) -> Example:
        """The example with scores, kernel values or weights of one query that are given outright."""
        fresh = self._in_section(section)
        others = fresh.lists if fresh.listed_for == query else {}
        return replace(fresh, lists={**others, quantity: values}, listed_for=query)


# -- names -------------------------------------------------------------------------------------------------------------


def point_name(tree: Expression) -> Name | None:
    """The name of a vector: `q`, `k_2`, `φ(k_2)`; None for anything else, and for an index that is a letter."""
    match tree:
        case Symbol(name, ()) if name in POINTS:
            return name.replace("omega", "w"), None
        case Symbol(name, (Number(value),)) if name in POINTS and value.denominator == 1:
            return name.replace("omega", "w"), int(value)
        case Call(Symbol(name, ()), (argument,)) if name in FEATURES:
            inner = point_name(argument)
            return None if inner is None else (f"{name.lower()}({inner[0]})", inner[1])
        case _:
            return None


def family_name(tree: Expression) -> str | None:
    """The family of `k_j`, `φ(k_j)`, `K`, `φ(K)`: the vectors of all positions; None for anything else."""
    match tree:
        case Symbol(name, (Symbol(),)) if name in POINTS:
            return name.replace("omega", "w")
        case Symbol(name, ()) if name in MATRICES:
            return MATRICES[name]
        case Call(Symbol(name, ()), (argument,)) if name in FEATURES:
            inner = family_name(argument)
            return None if inner is None else f"{name.lower()}({inner})"
        case _:
            return None


def length_of(tree: Expression) -> tuple[Name, bool] | None:
    """`‖q‖` and `‖q‖²`: the vector, and whether its length is squared."""
    match tree:
        case Norm(of):
            name = point_name(of)
            return None if name is None else (name, False)
        case Power(Norm(of), Number(two)) if two == 2:
            name = point_name(of)
            return None if name is None else (name, True)
        case _:
            return None


def product_of(tree: Expression) -> tuple[Expression, Expression] | None:
    """The two vectors of an inner product in any of its writings."""
    match tree:
        case Inner(left, right):
            return left, right
        case Product((left, right), _):
            return _plain(left), _plain(right)
        case _:
            return None


def _plain(tree: Expression) -> Expression:
    return tree.of if isinstance(tree, Transpose) else tree


def difference_of(tree: Expression) -> tuple[Name, Name, bool, bool] | None:
    """`q − k`, `‖q − k‖` and `‖q − k‖²`: the two points, whether its length is meant, and whether that is squared."""
    match tree:
        case Addition(((1, left), (-1, right))):
            a, b = point_name(left), point_name(right)
            return None if a is None or b is None else (a, b, False, False)
        case Norm(Addition() as inside):
            found = difference_of(inside)
            return None if found is None else (found[0], found[1], True, False)
        case Power(Norm(Addition() as inside), Number(two)) if two == 2:
            found = difference_of(inside)
            return None if found is None else (found[0], found[1], True, True)
        case _:
            return None


__all__ = [
    "FEATURES",
    "KEYS",
    "MATRICES",
    "POINTS",
    "SIZES",
    "Example",
    "Index",
    "Name",
    "Quantity",
    "difference_of",
    "family_name",
    "length_of",
    "point_name",
    "product_of",
]
