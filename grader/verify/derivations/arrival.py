"""Whether a derivation's end reaches what it was to show."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from grader.verify.grammar.syntax import (
    Addition,
    Expression,
    Function,
    Inner,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Symbol,
    names,
    symbols,
    walk,
)
from grader.verify.scope.derivation_setting import environments
from grader.verify.worlds.comparison import are_equal
from grader.verify.worlds.settings import Setting

SIZES = frozenset({"D", "d", "d_k"})


def _factors(tree: Expression) -> list[Expression]:
    match tree:
        case Product(factors):
            return [inner for factor in factors for inner in _factors(factor)]
        case Quotient(over, under):
            inverse = [Power(factor, Number(-Fraction(2) / 2)) for factor in _factors(under)]
            return _factors(over) + list(inverse)
        case Addition(((1, only),)):
            return _factors(only)
        case _:
            return [tree]


def reaches(classes: list[list[Expression]], setting: Setting) -> bool:
    """Whether some class holds exp(q·k/√D) on its own and as a product with the Gaussian kernel as a factor."""
    pairs = vector_pairs(classes)
    set_ = bool(setting.equations)
    settings = environments(setting)
    for world in settings:
        for q, k in pairs:
            start, kernel = targets(q, k)
            for group in classes:
                has_start = any(
                    plain_start(item) and (set_ or names(item) & SIZES) and are_equal(item, start, world)
                    for item in group
                )
                if not has_start:
                    # the reverse way, G = a'(q) exp(q·k/√D) b'(k), says the same with the factors moved
                    if any(are_equal(item, kernel, world) for item in group) and any(
                        isolates(item, start, world) and _names_root(item) for item in group
                    ):
                        return True
                    continue
                if any(isolates(item, kernel, world) and are_equal(item, start, world) for item in group):
                    return True
    return False


def plain_start(tree: Expression) -> bool:
    """Whether a tree is one exponential."""
    return isinstance(tree, Function) and tree.name == "exp"


def _names_root(tree: Expression) -> bool:
    return any(isinstance(below, Function) and below.name == "sqrt" for below in walk(tree))


def isolates(tree: Expression, target: Expression, setting: Setting) -> bool:
    """Whether the tree is a product in which one factor equals the target and others remain."""
    factors = _factors(tree)
    if len(factors) < 2:
        return False
    if any(are_equal(factor, target, setting) for factor in factors):
        return True
    return len(factors) <= 6 and any(
        are_equal(Product(pair, ("cdot",)), target, setting) and len(factors) > 2
        for pair in combinations(factors, 2)
        if any(isinstance(factor, (Number, Power)) for factor in pair)
    )


def vector_pairs(classes: list[list[Expression]]) -> list[tuple[Symbol, Symbol]]:
    """The query and the key, under whatever names."""
    used = {symbol for group in classes for item in group for symbol in symbols(item)}
    pairs = []
    for first, second in (("q", "k"), ("x", "y"), ("Q", "K"), ("q", "K"), ("x_i", "x_j")):
        a = [symbol for symbol in used if symbol.name == first]
        b = [symbol for symbol in used if symbol.name == second]
        pairs += [(one, other) for one in a[:3] for other in b[:3]]
    return pairs


def targets(q: Symbol, k: Symbol) -> tuple[Expression, Expression]:
    """exp(q·k/√D), and the Gaussian kernel with σ² = √D."""
    root = Function("sqrt", (Symbol("D"),))
    start = Function("exp", (Quotient(Inner(q, k), root),))
    distance = Power(Norm(Addition(((1, q), (-1, k)))), Number(Fraction(2)))
    kernel = Function(
        "exp", (Addition(((-1, Quotient(distance, Product((Number(Fraction(2)), root), ("",)))),)),)
    )
    return start, kernel
