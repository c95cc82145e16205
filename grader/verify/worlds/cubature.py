"""Means over N(0, I): a cubature that is exact for polynomials up to the fifth degree, and the rule for one number."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from itertools import combinations, product

import numpy as np
import numpy.typing as npt

from grader.verify.grammar.syntax import (
    Addition,
    Expression,
    Inner,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Series,
    Symbol,
    Transpose,
    names,
)

HIGHEST = 5


def nodes(dimension: int) -> Iterator[tuple[float, npt.NDArray[np.float64]]]:
    """Weights and points of the rule of the fifth degree for N(0, I) (Stroud and Secrest 1963).

    >>> round(float(sum(weight * point[0] ** 2 * point[1] ** 2 for weight, point in nodes(3))), 9)
    1.0
    """
    yield 2 / (dimension + 2), np.zeros(dimension)
    axis = (4 - dimension) / (2 * (dimension + 2) ** 2)
    for place, sign in product(range(dimension), (1, -1)):
        point = np.zeros(dimension)
        point[place] = sign * math.sqrt(dimension + 2)
        yield axis, point
    for (one, other), signs in product(combinations(range(dimension), 2), product((1, -1), repeat=2)):
        point = np.zeros(dimension)
        point[[one, other]] = np.array(signs) * math.sqrt((dimension + 2) / 2)
        yield 1 / (dimension + 2) ** 2, point


@cache
def of_one_number(count: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Points and weights of the Gauss-Hermite rule for N(0, 1)."""
    points, weights = np.polynomial.hermite_e.hermegauss(count)
    return points, weights / weights.sum()


def degree(tree: Expression, name: str) -> int | None:
    """The degree of a polynomial in the entries of a vector; None if a tree is none.

    >>> from grader.verify.grammar.reader import read_expression
    >>> degree(read_expression(r"(w^\\top x)^2 + \\|w\\|^2"), "w"), degree(read_expression(r"\\cos(w^\\top x)"), "w")
    (2, None)
    """
    if name not in names(tree):
        return 0
    match tree:
        case Symbol():
            return 1 if not any(name in names(index) for index in tree.indices) else None
        case Addition(terms):
            found = [degree(term, name) for _, term in terms]
            return None if None in found else max(one for one in found if one is not None)
        case Product(factors):
            parts = [degree(factor, name) for factor in factors]
            return None if None in parts else sum(one for one in parts if one is not None)
        case Inner(left, right):
            return degree(Product((left, right), ("",)), name)
        case Quotient(over, under):
            return degree(over, name) if name not in names(under) else None
        case Power(Norm(of), Number(value)) if value in {2, 4}:
            inner = degree(of, name)
            return None if inner is None else inner * int(value)
        case Power(base, Number(value)) if value.denominator == 1 and 0 < value <= HIGHEST:
            inner = degree(base, name)
            return None if inner is None else inner * int(value)
        case Transpose(of):
            return degree(of, name)
        case Series("sum", _, _, _, body):
            return degree(body, name)
        case _:
            return None


__all__ = ["HIGHEST", "degree", "nodes", "of_one_number"]
