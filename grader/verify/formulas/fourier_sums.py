# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Sums of sines and cosines over the random directions, and the inner product of two feature vectors that they are.

With φ(x) = c [sin w_1ᵀx, ..., sin w_Rᵀx, cos w_1ᵀx, ..., cos w_Rᵀx] the inner product φ(x)ᵀφ(y) is
c² Σ_r cos(w_rᵀ(x − y)) (Rahimi and Recht 2007; Peng et al. 2021, equation 4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
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
    Growth,
    Inner,
    Moment,
    Norm,
    Number,
    Power,
    Product,
    Series,
    Symbol,
    Transpose,
    names,
    rewritten,
    symbols,
    walk,
    with_symbols,
)
from grader.verify.grammar.syntax import Sequence as Listed
from grader.verify.scope.context import Context
from grader.verify.worlds.settings import Array, Clash, Definition, Setting, Undecidable
from grader.verify.worlds.world import World

DIRECTIONS = 3
MAPS = frozenset({"phi", "psi", "phi_random", "phi_rand", "psi_random", "z", "varphi"})
VECTORS = ("q", "k", "x", "y", "u", "v")
PHASES = re.compile(r"[xyqkuv)}]\s*\+\s*b(?![A-Za-z])")


def judge(
    chain: Chain | None, previous: Expression | None, aligned: bool, about: str, context: Context, line: int
) -> Judged | None:
    """A ruling on a chain of sums over random directions; None for anything else."""
    if chain is None or any(relation not in {"=", ":="} for relation in chain.relations):
        return None
    parts = [*([previous] if chain.open_left and previous is not None else []), *chain.parts]
    if len(parts) < 2 or (chain.open_left and previous is None):
        return None
    parts = [_written_out(part, context.setting_at(line).definitions) for part in parts]
    letter = _direction(parts) or ("w" if any(map(_of_itself, parts)) and all(map(_fixed, parts)) else "")
    if not letter:
        return None
    scale = context.scale_at(line)
    mapped = any(isinstance(below, Call) for part in parts for below in walk(part))
    if mapped and (scale is None or PHASES.search(about)):
        return None
    seeds = range(4)
    try:
        values = [_values(parts, letter, scale or Fraction(1), context, seed) for seed in seeds]
    except (Clash, Undecidable):
        return None
    kind = Kind.STEP if aligned or chain.open_left else Kind.IDENTITY
    agree = [all(np.isclose(a, b, rtol=1e-9, atol=1e-12) for a, b in pairwise(found)) for found in values]
    if all(agree):
        says = "both sides agree for 4 random draws of the directions"
        return verified(kind, says, Method.NUMERIC)
    if any(agree):
        return None
    if mapped and scale != 1 and _agree_with_right_scale(parts, letter, context):
        # the factor is charged where the map is defined
        return unchecked(
            kind, "it holds for the factor √(1/R), and not for the one that the text gives its map"
        )
    rounded = [round(float(value), 6) for value in values[0]]
    vectors = _vectors(parts, letter)
    shown = {**dict(zip(vectors, (1.0, 0.25, 2.0), strict=False)), f"{letter}_1, {letter}_2, {letter}_3": [1, 2, 3]}  # fmt: skip
    told = ", ".join(f"{name} = {value}" for name, value in shown.items())
    says = f"the sides differ: in one dimension with {told} they are {', '.join(map(str, rounded))}"
    return refuted(kind, says, Method.NUMERIC, {**shown, "values": rounded})


def _agree_with_right_scale(parts: Sequence[Expression], letter: str, context: Context) -> bool:
    found = [_values(parts, letter, Fraction(1), context, seed) for seed in range(4)]
    return all(np.isclose(a, b, rtol=1e-9, atol=1e-12) for values in found for a, b in pairwise(values))


def _written_out(part: Expression, definitions: Mapping[str, Definition]) -> Expression:
    """A part with the text's δ = x − y written out."""

    def meant(symbol: Symbol) -> Expression:
        known = None if symbol.indices else definitions.get(symbol.name)
        if known is None or known.indices or known.parameters or not names(known.body) <= set(VECTORS):
            return symbol
        return known.body

    return with_symbols(part, meant)


def _fixed(part: Expression) -> bool:
    """Whether a part is the same for every draw: a number, or a feature vector times itself."""
    return not names(part) or _of_itself(part)


def _of_itself(part: Expression) -> bool:
    """Whether a part is φ(x)ᵀφ(x) or ‖φ(x)‖²."""
    match part:
        case Power(Norm(Call(Symbol(name, ()), (Symbol(),))), Number(two)):
            return name in MAPS and two == 2
        case Inner(left, right) | Product((left, right), _):
            one, other = (side.of if isinstance(side, Transpose) else side for side in (left, right))
            return isinstance(one, Call) and one == other and one.function.name in MAPS
        case _:
            return False


def _direction(parts: Sequence[Expression]) -> str:
    """The letter of the random directions: the one that a sum's index stands on, inside sines and cosines only."""
    found: set[str] = set()
    waves = False
    for part in parts:
        for below in walk(part):
            if isinstance(below, (Moment, Derivative, Growth, Listed)):
                return ""
            waves = waves or (isinstance(below, Function) and below.name in {"sin", "cos"})
            if isinstance(below, Series):
                indexed = {s.name for s in symbols(below.body) if s.indices == (Symbol(below.index),)}
                found |= indexed
    if not waves or len(found) != 1:
        return ""
    letter = found.pop()
    return letter if letter in {"w", "omega", "W", "u", "v"} else ""


def _vectors(parts: Sequence[Expression], letter: str) -> list[str]:
    used = {symbol.name for part in parts for symbol in symbols(part)}
    return [name for name in VECTORS if name in used and name != letter]


def _values(
    parts: Sequence[Expression], letter: str, scale: Fraction, context: Context, seed: int
) -> list[float]:
    """The parts' values for one draw. Raises `Undecidable` where a part has other symbols."""
    random = np.random.default_rng(seed)
    dimension = 1 if seed == 0 else 3
    vectors = _vectors(parts, letter)
    bound: dict[str, Array] = {}
    for place, name in enumerate(vectors):
        bound[name] = (
            np.full(1, (1.0, 0.25, 2.0, 0.5, 3.0, 1.5)[place]) if seed == 0 else random.normal(size=dimension)
        )
    directions = np.array([[1.0], [2.0], [3.0]]) if seed == 0 else random.normal(size=(DIRECTIONS, dimension))
    for number, direction in enumerate(directions, 1):
        bound[f"{letter} {number}"] = direction
    sizes = {name for name, size in context.aliases.items() if size == "R"}
    for part in parts:
        for name in names(part) & sizes:
            bound[name] = np.asarray(float(DIRECTIONS))
    return [_value(_plain(part, letter, scale, bound, directions), bound) for part in parts]


def _plain(
    tree: Expression, letter: str, scale: Fraction, bound: Mapping[str, Array], directions: Array
) -> Expression:
    """The tree with sums written out, and with a number for each product of feature vectors."""

    def features(call: Call) -> Array:
        point = World(Setting(), 1).evaluate(call.arguments[0], dict(bound)).ravel()
        if point.size == 1 and not point.any():
            point = np.zeros(directions.shape[1])  # φ(0)
        if point.size != directions.shape[1]:
            raise Undecidable("features of something else than a vector")
        waves = directions @ point
        factor = float(scale) / len(directions)
        return np.asarray(np.sqrt(factor) * np.concatenate([np.sin(waves), np.cos(waves)]))

    def product(left: Expression, right: Expression) -> Expression | None:
        calls = [side.of if isinstance(side, Transpose) else side for side in (left, right)]
        one, other = calls
        if not isinstance(one, Call) or not isinstance(other, Call) or one.function != other.function:
            return None
        if one.function.name not in MAPS or len(one.arguments) != 1 or len(other.arguments) != 1:
            return None
        return Number(Fraction(float(features(one) @ features(other))))

    def changed(node: object) -> Expression | None:
        match node:
            case Inner(left, right):
                return product(left, right)
            case Product((left, right), _):
                return product(left, right)
            case Power(Norm(Call() as call), Number(two)) if two == 2:
                return product(call, call)
            case Series("sum", index, low, high, body):
                if low is not None and not (isinstance(low, Number) and low.value == 1):
                    raise Undecidable("a sum from another start")
                if high is not None and not (isinstance(high, Symbol) and high.name in bound):
                    raise Undecidable("a sum over something else")
                terms: list[tuple[int, Expression]] = []
                own = Symbol(letter, (Symbol(index),))
                for number in range(1, len(directions) + 1):
                    one = Symbol(f"{letter} {number}")
                    terms.append((1, _replaced(body, own, one)))
                return Addition(tuple((sign, rewritten(term, changed)) for sign, term in terms))
            case _:
                return None

    return rewritten(tree, changed)


def _replaced(tree: Expression, old: Symbol, new: Symbol) -> Expression:
    return with_symbols(tree, lambda symbol: new if symbol == old else symbol)


def _value(tree: Expression, bound: Mapping[str, Array]) -> float:
    known = set(bound) | {"e", "pi"}
    if not {symbol.name for symbol in symbols(tree)} <= known or any(isinstance(below, Call) for below in walk(tree)):  # fmt: skip
        raise Undecidable("other symbols than vectors and directions")
    return World(Setting(), 1).number(tree, dict(bound))


__all__ = ["judge"]
