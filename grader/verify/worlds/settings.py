# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""What a text says of its symbols, as the worlds and the proofs read it; the names that the course gives to its symbols."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from itertools import product as every
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Expression,
    Inner,
    Norm,
    Number,
    Product,
    Quotient,
    Series,
    Symbol,
    Transpose,
    names,
    walk,
)
from grader.verify.worlds.laws import Spread

Array: TypeAlias = npt.NDArray[np.float64]
Bound: TypeAlias = Mapping[str, "Array | int | Coordinate"]
TOKENS = frozenset({"i", "j", "n", "m", "l", "t", "s"})  # an index without bounds that runs over the tokens
OVER_ENTRIES = "@"  # the index of a sum that is read as one over the entries of vectors ends with it


class Clash(Exception):
    """Shapes that do not fit, in one sentence."""


class Undecidable(Exception):
    """Something that no world gives a value to, in one sentence."""


class Contradiction(Undecidable):
    """A reading that takes one index for two things, in one sentence."""


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

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Its indices that its body uses as numbers, and nowhere as an index: the σ of κ_σ(x, y)."""
        nodes = tuple(walk(self.body))
        counting = {
            name
            for node in nodes
            for one in (
                node.indices
                if isinstance(node, Symbol)
                else tuple(end for end in (node.low, node.high) if end is not None)
                if isinstance(node, Series)
                else ()
            )
            for name in names(one)
        }
        return frozenset(self.indices) & names(self.body) - counting


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
    running: Mapping[str, Definition] = field(
        default_factory=dict
    )  # sums that the text builds step by step: S_i = S_{i-1} + X
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
DIRECTIONS = frozenset({"w", "omega"})  # letters of the random directions
FEATURE_MAPS = frozenset({"phi", "psi", "Phi", "Psi", "phi_random", "psi_random", "f", "g", "h", "phi_rand"})
POSITIVE_FUNCTIONS = frozenset({"sim", "kappa", "calK", "K", "k", "G", "s"})
GAUSSIANS = frozenset({
    "K_gauss", "k_gauss", "G_gauss", "K_rbf", "k_rbf", "K_gaussian", "k_gaussian", "calK_gauss", "G", "kappa_gauss",
    "calG", "K_G", "k_G", "K_sigma", "k_sigma", "calK_sigma", "G_sigma", "kappa_sigma", "calK_rbf", "gauss", "Gauss",
    "calK_gaussian", "K_g", "RBF", "gaussian",
})  # fmt: skip


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


def orientations(families: frozenset[str], fixed: Mapping[str, str]) -> list[dict[str, str]]:
    """Every way to make each family rows or columns, the fixed ones kept."""
    open_families = sorted(family for family in families if family not in fixed)[:4]
    return [
        {**fixed, **dict(zip(open_families, choice, strict=True))}
        for choice in every(("column", "row"), repeat=len(open_families))
    ]


def measured_names(*trees: Expression) -> frozenset[str]:
    """Names whose length is taken, alone or in a difference: in ‖a − n‖, n is an embedding and no size."""
    found: set[str] = set()
    for tree in trees:
        for below in walk(tree):
            match below:
                case Norm(Symbol(name, ())):
                    found.add(name)
                case Norm(Addition(terms)):
                    found |= {term.name for _, term in terms if isinstance(term, Symbol) and not term.indices}
    return frozenset(name for name in found if name.islower())


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
