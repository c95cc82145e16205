"""Trees that the parser puts together from their parts: products, quotients, differentials, primes, numbers."""

from __future__ import annotations

import re
from fractions import Fraction

from grader.verify.grammar.syntax import (
    Call,
    Derivative,
    Expression,
    Function,
    Number,
    Power,
    Product,
    Quotient,
    Symbol,
    Transpose,
    Unreadable,
)

LONGEST_NUMBER = 40
DIFFERENTIAL = "differential"  # ∂x while it is read; none is left in a tree
SQUARE_NAMES = frozenset({"d"})


def quotient_of(over: Expression, under: Expression) -> Expression:
    """A fraction, or the derivative that ∂y over ∂x is."""
    by = differentials_in(under)
    of = over
    for _ in by:
        if not (isinstance(of, Function) and of.name == DIFFERENTIAL and len(of.arguments) == 1):
            return Quotient(over, under)
        of = of.arguments[0]
    if not by or (isinstance(under, Product) and under.factors[0] == Symbol("d")):
        return Quotient(over, under)
    for one in by:
        of = Derivative(of, one)
    return of


def differentials_in(tree: Expression) -> list[Expression]:
    """What stands below in ∂x, ∂x∂y or dx; an empty list for anything else."""
    match tree:
        case Function(name, (of,)) if name == DIFFERENTIAL:
            return [of]
        case Product((Symbol("d", ()), of), ("",)) if isinstance(of, Symbol):
            return [of]
        case Product(factors, _) if all(isinstance(f, Function) and f.name == DIFFERENTIAL for f in factors):
            return [inner for factor in factors for inner in differentials_in(factor)]
        case _:
            return []


def is_differential(tree: Expression) -> bool:
    """Whether a tree is d, dx, d²y: half of a derivative."""
    match tree:
        case Symbol("d", ()) | Power(Symbol("d", ()), _):
            return True
        case Product((Symbol("d", ()) | Power(Symbol("d", ()), _), *_), _):
            return True
        case _:
            return False


def product_of(factors: list[Expression], joins: list[str]) -> Expression:
    if len(factors) == 1:
        return factors[0]
    match factors[-2:], joins[-1]:
        case [Transpose(), Number(one, "1")], "" if one == 1:
            # φ(K)ᵀ1 ends with the vector of ones: nobody writes a number one behind a matrix
            factors = [*factors[:-1], Symbol("ones")]
    return Product(tuple(factors), tuple(joins))


def with_prime(base: Expression) -> Expression:
    match base:
        case Symbol(name, indices):
            return Symbol(name + "'", indices)
        case Call(Symbol(name, indices), arguments):
            return Call(Symbol(name + "'", indices), arguments)
        case _:
            raise Unreadable("a prime stands on something that is not a name")


def with_label(base: Expression, label: str) -> Expression:
    match base:
        case Symbol(name, indices):
            return Symbol(f"{name}^{label}", indices)
        case _:
            raise Unreadable("a label stands on something that is not a name")


def number(text: str) -> Number:
    """A literal as an exact fraction. Raises `Unreadable` for one of absurd length or exponent."""
    plain = text.replace("{,}", "").replace(",", "")
    exponent = re.search(r"[eE]([+-]?\d+)$", plain)
    if len(plain) > LONGEST_NUMBER or (exponent and abs(int(exponent.group(1))) > 60):
        raise Unreadable("a number of absurd size")
    return Number(Fraction(plain), text)
