"""Expectations and variances in a world, by quadrature over what is random."""

from __future__ import annotations

from fractions import Fraction
from itertools import product as every
from typing import TYPE_CHECKING

import numpy as np

from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Expression,
    Function,
    Inner,
    Number,
    Power,
    Product,
    Series,
    Symbol,
    Transpose,
    children,
    names,
    rewritten,
    symbols,
    walk,
    with_symbols,
)
from grader.verify.worlds.cubature import HIGHEST, degree, nodes, of_one_number
from grader.verify.worlds.laws import Spread
from grader.verify.worlds.oriented_arrays import MOST_STEPS, gaussian, scalar
from grader.verify.worlds.settings import DIRECTIONS, Array, Bound, Clash, Undecidable

if TYPE_CHECKING:
    from grader.verify.worlds.world import World


def moment_value(world: World, kind: str, of: Expression, bound: Bound) -> Array:
    """E or Var over projections w ~ N(0, I/σ²), by Gauss-Hermite quadrature in the span of the vectors met."""
    of = _real_part(_written_out(world, of))
    drawn_by_law = {symbol.name for symbol in symbols(of)} & DIRECTIONS
    if world.setting.law_said and len(drawn_by_law) == 1:
        name = drawn_by_law.pop()
        highest = degree(of, name)
        if highest is not None and highest * (2 if kind == "Var" else 1) <= HIGHEST:
            return polynomial_moment(world, kind, of, name, bound)
    normal = sorted({symbol.name for symbol in symbols(of) if symbol.name in world.setting.normals})
    if len(normal) == 1:
        return normal_moment(world, kind, of, normal[0], bound)
    waves = any(isinstance(below, Function) and below.name in {"sin", "cos", "exp"} for below in walk(of))
    if not world.setting.random_features and not waves:
        raise Undecidable("the law of what is random is not said")
    sigma = spread_at(world, bound)
    product = feature_kernel(world, of, bound)
    if product is not None:
        kernel = float(product)
        if kind == "Var":
            # its letter may be any: no difference is charged to a formula that does not name it
            world.opaque.add("the number of random features")
        value = kernel if kind == "E" else (1 - kernel**2) ** 2 / (2 * world.sizes["R"])
        return np.asarray(value)
    drawn = sorted({symbol.name for symbol in symbols(of) if symbol.name in {"w", "omega"}})
    if len(drawn) != 1:
        raise Undecidable("what the expectation is taken over is not clear")
    of = _with_one_cosine(_of_one_direction(kind, of, drawn[0]))
    projected = _projected(of, drawn[0])
    met: set[Expression] = (
        projected
        if projected is not None
        else {
            symbol
            for symbol in symbols(of)
            if world.shape_of(symbol.name) == ("D",) and symbol.name != drawn[0]
        }
    )
    vectors = [world.evaluate(vector, bound).ravel() for vector in sorted(met, key=str)]
    if not vectors or not all(len(vector) == world.sizes["D"] for vector in vectors):
        raise Undecidable("the expectation has too many directions")
    left, lengths, _ = np.linalg.svd(np.array(vectors).T)
    basis = left[:, : max(1, int(np.sum(lengths > 1e-9 * lengths.max())))]
    if basis.shape[1] > 2:
        raise Undecidable("the expectation has too many directions")
    nodes, weights = of_one_number(28 if basis.shape[1] > 1 else 90)
    first = second = 0.0
    for place in every(range(len(nodes)), repeat=basis.shape[1]):
        weight = float(np.prod([weights[i] for i in place]))
        if weight < 1e-14:
            continue
        world.randoms[drawn[0]] = basis @ np.array([nodes[i] for i in place]) / sigma
        world.steps = min(world.steps, MOST_STEPS // 2)
        sample = scalar(world.evaluate(of, bound))
        if sample is None:
            world.randoms.clear()
            raise Clash("the expectation is of a matrix, not of a scalar")
        first += weight * sample
        second += weight * sample**2
    world.randoms.clear()
    return np.asarray(first if kind == "E" else second - first**2)


def _of_one_direction(kind: str, of: Expression, drawn: str) -> Expression:
    """The tree with R f(w) for Σ_r f(w_r) over the directions: each term is looked at for the same draw."""

    def changed(node: object) -> Expression | None:
        match node:
            case Series("sum", index, low, Symbol() as high, body) if low is None or low == Number(
                Fraction(1), getattr(low, "printed", "")
            ):
                indexed = {s.name for s in symbols(body) if Symbol(index) in s.indices}
                if indexed == {drawn} and kind == "Var":
                    raise Undecidable("the variance of a sum over several directions")
                return Product((high, body), ("",)) if indexed == {drawn} else None
            case _:
                return None

    return rewritten(of, changed)


def _with_one_cosine(of: Expression) -> Expression:
    """The tree with cos wᵀ(x − y) for cos wᵀx cos wᵀy + sin wᵀx sin wᵀy, so that one direction matters and not two."""

    def changed(node: object) -> Expression | None:
        match node:
            case Addition(
                (
                    (1, Product((Function(f, (a,)), Function(g, (b,))), _)),
                    (sign, Product((Function(h, (c,)), Function(k, (d,))), _)),
                )
            ) if (a, b) in {(c, d), (d, c)}:
                pass
            case _:
                return None
        if {(f, g), (h, k)} != {("sin", "sin"), ("cos", "cos")} or (sign == -1 and f == "sin"):
            return None
        match a, b:
            case Product((one, x), joins), Product((other, y), _) if one == other:
                return Function("cos", (Product((one, Addition(((1, x), (-sign, y)))), joins),))
            case Inner(one, x), Inner(other, y) if one == other:
                return Function("cos", (Inner(one, Addition(((1, x), (-sign, y)))),))
            case _:
                return None

    return rewritten(of, changed)


def _projected(of: Expression, drawn: str) -> set[Expression] | None:
    """What the direction is multiplied with: x − y in wᵀ(x − y); None where it stands in another way too."""
    found: set[Expression] = set()

    def visit(node: Expression) -> bool:
        if isinstance(node, Symbol) and node.name == drawn:
            return False
        sides: list[Expression] = []
        if isinstance(node, Inner):
            sides = [node.left, node.right]
        elif isinstance(node, Product):
            sides = list(node.factors)
        bare = [side.of if isinstance(side, Transpose) else side for side in sides]
        places = [
            number for number, side in enumerate(bare) if isinstance(side, Symbol) and side.name == drawn
        ]
        if len(places) == 1 and len(bare) == 2:
            other = bare[1 - places[0]]
            if drawn in names(other):
                return False
            found.add(other)
            return True
        return all(map(visit, children(node)))

    return found if visit(of) and found else None


def _written_out(world: World, of: Expression) -> Expression:
    """E[c] with the text's c = cos(wᵀδ) written out, so that what is random in it can be seen."""

    def meant(symbol: Symbol) -> Expression:
        definition = world.setting.definitions.get(symbol.name)
        if definition is None or symbol.indices or definition.indices or definition.parameters:
            return symbol
        return definition.body if names(definition.body) & DIRECTIONS else symbol

    return with_symbols(of, meant)


def _real_part(of: Expression) -> Expression:
    """cos(t) for e^{it} where t is linear in what is random: its law is symmetric, and the mean of sin(t) is 0."""

    def changed(node: object) -> Expression | None:
        match node:
            case Function("exp", (Product((Symbol("i", ()), *factors), (_, *joins)),)) | Power(
                Symbol("e", ()), Product((Symbol("i", ()), *factors), (_, *joins))
            ):
                phase = Product(tuple(factors), tuple(joins)) if len(factors) > 1 else factors[0]
                linear = any(
                    degree(phase, name) == 1 for name in {s.name for s in symbols(phase)} & DIRECTIONS
                )
                if not linear:
                    raise Undecidable("a complex exponential of something else than a direction")
                return Function("cos", (phase,))
            case _:
                return None

    return rewritten(of, changed)


def spread_at(world: World, bound: Bound) -> float:
    """The σ for which the random directions are drawn from N(0, I/σ²)."""
    if world.setting.spread is Spread.UNIT:
        return 1.0
    sigma = scalar(world.symbol(Symbol("sigma"), bound))
    if sigma is None or sigma <= 0:
        raise Undecidable("σ is no positive scalar")
    return 1 / sigma if world.setting.spread is Spread.DIRECT else sigma


def polynomial_moment(world: World, kind: str, of: Expression, name: str, bound: Bound) -> Array:
    """E or Var of a polynomial in the entries of a random direction."""
    sigma = spread_at(world, bound)
    first: Array | None = None
    second = 0.0
    for weight, point in nodes(world.sizes["D"]):
        world.randoms[name] = point / sigma
        world.steps = min(world.steps, MOST_STEPS // 2)
        try:
            value = world.evaluate(of, bound)
        finally:
            world.randoms.clear()
        first = weight * value if first is None else first + weight * value
        second += weight * float(np.sum(value**2))
    if first is None or (kind == "Var" and first.size != 1):
        raise Undecidable("the variance of a vector or matrix")
    return first if kind == "E" else np.asarray(second - float(first.ravel()[0]) ** 2)


def normal_moment(world: World, kind: str, of: Expression, name: str, bound: Bound) -> Array:
    """E or Var over a standard normal number, by Gauss-Hermite quadrature."""
    nodes, weights = of_one_number(60)
    values = []
    for node in nodes:
        world.randoms[name] = np.asarray(float(node))
        value = scalar(world.evaluate(of, bound))
        world.randoms.clear()
        if value is None:
            raise Clash("the expectation is of a matrix, not of a scalar")
        values.append(value)
    sample = np.array(values)
    first = float(weights @ sample)
    return np.asarray(first if kind == "E" else float(weights @ sample**2) - first**2)


def feature_kernel(world: World, of: Expression, bound: Bound) -> float | None:
    """The kernel value behind φ(q)ᵀφ(k), where φ is the map of random Fourier features."""
    if not world.setting.random_features:
        return None
    calls = [below for below in walk(of) if isinstance(below, Call)]
    bare = [below for below in walk(of) if not isinstance(below, (Call, Transpose, Product, Symbol, Inner))]
    if len(calls) != 2 or bare or calls[0].function.name != calls[1].function.name:
        return None
    if calls[0].function.name not in {"phi", "phi_random", "phi_rand", "z", "psi"} or not isinstance(
        of, (Product, Inner)
    ):
        return None
    if calls[0].function.name in world.setting.definitions or any(len(call.arguments) != 1 for call in calls):
        return None
    if isinstance(of, Product) and len(of.factors) != 2:
        return None
    left, right = (world.evaluate(call.arguments[0], bound).ravel() for call in calls)
    sigma = spread_at(world, bound)
    if left.shape != right.shape:
        return None
    return float(gaussian(left, right, sigma**2))
