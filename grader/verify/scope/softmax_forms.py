# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Equations about the softmax of a vector: shifts, scales, and the Jacobian diag(p) − p pᵀ under any letters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Chain,
    Derivative,
    Expression,
    Function,
    Number,
    Power,
    Product,
    Quotient,
    Series,
    Symbol,
    names,
    rewritten,
    symbols,
    walk,
)
from grader.verify.scope.context import Context
from grader.verify.worlds.settings import Array, Clash, Setting, Undecidable
from grader.verify.worlds.world import World

LENGTH = 3
VECTORS = frozenset({"z", "s", "x", "u", "v", "o", "h", "y", "l", "r"})
SCALARS = frozenset(
    {"c", "C", "alpha", "beta", "lambda", "tau", "t", "T", "b", "m", "mu", "eta", "gamma", "kappa", "a"}
)
# `with c = 1` gives the letter a value
VALUE_GIVEN = re.compile(r"(?<![A-Za-z\\_^{])\$?(?:\\?(?:c|C|alpha|beta|lambda|tau|t|T|b|m|mu|eta|gamma|kappa|a)|[αβλτμηγκ])\s*(?:=|\\to|→|\\rightarrow)\s*[-\d\\]", re.ASCII)  # fmt: skip
ABOUT_JACOBIAN = re.compile(r"jacobi|derivative|differentia", re.IGNORECASE)
SPECIAL = re.compile(r"\b(?:if|when|whenever|unless|provided|suppose|uniform|one-hot)\b", re.IGNORECASE)
CONSTANT = frozenset({"e", "pi"})


def judge(chain: Chain | None, sentence: str, context: Context, line: int) -> Judged | None:
    """A ruling on a chain of equations about a softmax; None for anything else."""
    if chain is None or chain.open_left or len(chain.parts) < 2:
        return None
    return _of_vectors(chain, sentence) or _jacobian(chain, sentence, context, line)


# -- softmax(z + c1) = softmax(z) ----------------------------------------------------------------------------------


def _of_vectors(chain: Chain, sentence: str) -> Judged | None:
    """Equations in which vectors stand inside softmax only: both sides are evaluated."""
    if len(chain.parts) != 2 or chain.relations[0] not in {"=", "!="}:
        return None
    if not all(any(is_softmax(below) for below in walk(part)) for part in chain.parts):
        return None
    inside = frozenset[str]().union(
        *(names(below) for part in chain.parts for below in walk(part) if is_softmax(below))
    )
    used = frozenset[str]().union(*(names(part) for part in chain.parts)) - CONSTANT - {"ones", "softmax"}
    vectors = used & VECTORS & inside
    if (
        not vectors
        or not used - vectors <= SCALARS
        or any(s.indices for part in chain.parts for s in symbols(part))
    ):
        return None
    outcomes: list[bool] = []
    shown: dict[str, object] = {}
    for seed in range(5):
        bound = _drawn(sorted(vectors), sorted(used - vectors), seed)
        try:
            a, b = (_value(_broadcast(part, vectors), bound) for part in chain.parts)
        except (Clash, Undecidable):
            return None
        if a.size != b.size:
            return None
        same = bool(np.allclose(a.ravel(), b.ravel(), rtol=1e-9))
        outcomes.append(same)
        if seed == 0:
            shown = {name: np.round(value, 4).tolist() for name, value in bound.items() if name != "ones"}
            shown |= {"left": np.round(a.ravel(), 4).tolist(), "right": np.round(b.ravel(), 4).tolist()}
    if chain.relations[0] == "!=":
        return (
            verified(Kind.IDENTITY, "the two sides differ in general", Method.NUMERIC)
            if not any(outcomes)
            else None
        )
    if all(outcomes):
        return verified(Kind.IDENTITY, "both sides agree for 5 random vectors", Method.NUMERIC)
    if any(outcomes) or VALUE_GIVEN.search(sentence) or SPECIAL.search(sentence):
        return unchecked(Kind.IDENTITY, "the sentence speaks of a special case")
    values = ", ".join(f"{name} = {value}" for name, value in shown.items() if name not in {"left", "right"})
    says = f"the two sides differ: with {values} the left is {shown['left']}, the right {shown['right']}"
    return refuted(Kind.IDENTITY, says, Method.NUMERIC, shown)


def is_softmax(node: Expression) -> bool:
    """Whether a node is softmax of one thing."""
    match node:
        case Call(Symbol("softmax", ()), (_,)) | Function("softmax", (_,)):
            return True
        case _:
            return False


def softmax_argument(body: Expression) -> Symbol | None:
    """z where a definition is p = softmax(z) or p_i = exp(z_i)/Σ_j exp(z_j); None for anything else."""
    match body:
        case Call(Symbol("softmax", ()), (Symbol(_, ()) as argument,)) | Function(
            "softmax", (Symbol(_, ()) as argument,)
        ):
            return argument
        case Quotient(over, Series("sum", index, _, _, under)):
            one, other = exponent_of(over), exponent_of(under)
            match one, other:
                case Symbol(name, (_,)), Symbol(same, (Symbol(bound),)) if name == same and bound == index:
                    return Symbol(name)
                case _:
                    return None
        case _:
            return None


def exponent_of(tree: Expression) -> Expression | None:
    """x where a tree is exp(x) or e^x."""
    match tree:
        case Function("exp", (inside,)) | Power(Symbol("e", ()), inside):
            return inside
        case _:
            return None


def _drawn(vectors: list[str], scalars: list[str], seed: int) -> dict[str, Array]:
    """Values for the letters; those of the first seed are small whole numbers."""
    random = np.random.default_rng(seed)
    bound: dict[str, Array] = {"ones": np.ones(LENGTH)}
    for place, name in enumerate(vectors):
        bound[name] = np.roll(np.array([0.0, 1.0, 2.0]), place) if seed == 0 else random.normal(size=LENGTH)
    for name in scalars:
        bound[name] = np.asarray(2.0 if seed == 0 else random.uniform(1.2, 3.0))
    return bound


def _broadcast(tree: Expression, vectors: frozenset[str]) -> Expression:
    """The tree with a number that is added to a vector added to each of its entries."""

    def changed(node: object) -> Expression | None:
        if not isinstance(node, Addition):
            return None
        longs = [bool(names(term) & (vectors | {"ones"})) and not is_softmax(term) for _, term in node.terms]
        if all(longs) or not any(longs):
            return None
        one = Symbol("ones")
        return Addition(
            tuple(
                (sign, term if long else Product((term, one), ("",)))
                for (sign, term), long in zip(node.terms, longs, strict=True)
            )
        )

    return rewritten(tree, changed)


# -- the Jacobian --------------------------------------------------------------------------------------------------


def _jacobian(chain: Chain, sentence: str, context: Context, line: int) -> Judged | None:
    """`J = diag(p) − p pᵀ`, `∂p/∂z = ...`, `J 1 = 0` for p = softmax(z)."""
    if any(relation not in {"=", ":="} for relation in chain.relations):
        return None
    definitions = context.setting_at(line).definitions
    weights = {
        name: argument
        for name, definition in definitions.items()
        if not definition.parameters and (argument := softmax_argument(definition.body)) is not None
    }
    if len(weights) != 1:
        return None
    name, argument = next(iter(weights.items()))
    parts: list[Expression] = []
    for place, part in enumerate(chain.parts):
        made = _with_jacobian(
            part, name, argument, place == 0 and bool(ABOUT_JACOBIAN.search(sentence)), definitions
        )
        parts.append(made)
    first = chain.parts[0]
    bare = isinstance(first, Symbol)
    if parts[0] == first and not any(symbol == JACOBIAN for symbol in symbols(parts[0])):
        return None
    used = frozenset[str]().union(*(names(part) for part in parts))
    if not used <= {name, "I", "ones", JACOBIAN.name, *DIAGONALS} | CONSTANT:
        return None
    results = [_compared(parts, name, way) for way in ("column", "row")]
    if "agree" in results:
        return verified(
            Kind.IDENTITY, f"the Jacobian of the softmax is diag({name}) − {name}{name}ᵀ", Method.SYMBOLIC
        )
    if "differ" not in results or SPECIAL.search(sentence) or (bare and not ABOUT_JACOBIAN.search(sentence)):
        return None
    witness: dict[str, object] = {
        name: [0.5, 0.25, 0.25],
        "diag(p) - p p^T": [[0.25, -0.125, -0.125], [-0.125, 0.1875, -0.0625], [-0.125, -0.0625, 0.1875]],
    }
    says = f"the Jacobian of the softmax is diag({name}) − {name}{name}ᵀ, whose rows sum to 0: for {name} = (1/2, 1/4, 1/4) its first row is (1/4, −1/8, −1/8)"
    return refuted(Kind.IDENTITY, says, Method.NUMERIC, witness)


JACOBIAN = Symbol("Jacobian")
DIAGONALS = frozenset({"diagonal"})
DIAGONAL_NAMES = frozenset({"diag", "Diag"})


def _with_jacobian(
    tree: Expression, name: str, argument: Symbol, defines: bool, definitions: Mapping[str, object]
) -> Expression:
    """The tree with one symbol for the Jacobian and one for diag(p)."""

    def changed(node: object) -> Expression | None:
        match node:
            case Derivative(Symbol(of, ()), by) if of == name and by == argument:
                return JACOBIAN
            case Derivative(Call(Symbol("softmax", ()), (inner,)), by) if inner == argument == by:
                return JACOBIAN
            case Call(Symbol(function, ()), (Symbol(inner, ()),)) | Function(
                function, (Symbol(inner, ()),)
            ) if function in DIAGONAL_NAMES and inner == name:
                return Symbol("diagonal")
            case Symbol("J" | "Jac", ()) if defines or "J" in definitions:
                return JACOBIAN
            case _:
                return None

    return rewritten(tree, changed)


def _compared(parts: list[Expression], name: str, way: str) -> str:
    """ "agree", "differ", or "" where the parts have no value with p as a column or as a row."""
    outcomes: list[bool] = []
    for seed in range(3):
        weights = (
            np.array([0.5, 0.25, 0.25])
            if seed == 0
            else np.random.default_rng(seed).dirichlet(np.ones(LENGTH))
        )
        column = weights.reshape(-1, 1)
        bound: dict[str, Array] = {
            name: column if way == "column" else column.T,
            "I": np.eye(LENGTH),
            "ones": np.ones((LENGTH, 1)),
            "diagonal": np.diag(weights),
            JACOBIAN.name: np.diag(weights) - column @ column.T,
        }
        try:
            values = [_value(part, bound) for part in parts]
        except (Clash, Undecidable):
            return ""
        shapes = {
            value.shape for value, part in zip(values, parts, strict=True) if not isinstance(part, Number)
        }
        if len(shapes) != 1:
            return ""
        outcomes.append(all(np.allclose(one, other) for one, other in pairwise(values)))
    return "agree" if all(outcomes) else "differ" if not any(outcomes) else ""


def _value(tree: Expression, bound: Mapping[str, Array]) -> Array:
    return World(Setting(), 1).evaluate(tree, dict(bound))


__all__ = ["is_softmax", "judge"]
