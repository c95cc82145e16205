"""Quantities of a query and a key: inner products, distances, exponents and the factors that they give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from grader.verify.worked.attention import Attention
from grader.verify.worked.evaluation import Array, Unknown

OfPair: TypeAlias = Callable[[Attention, Array, Array], float]


@dataclass(frozen=True)
class Meaning:
    """A quantity in words for a person, and how it is computed."""

    says: str
    of: Callable[[Attention], Array]
    unordered: bool = False  # its numbers may be told in any order


def of_pair(says: str, of: OfPair) -> Meaning:
    """A quantity of the pair that is meant."""
    return Meaning(says, lambda attention: np.asarray(of(attention, *attention.pair)))


def inner(_: Attention, a: Array, b: Array) -> float:
    """q·k."""
    return Attention.inner(a, b)


def squared(_: Attention, a: Array, b: Array) -> float:
    """‖q − k‖²."""
    return Attention.squared(a, b)


def distance(_: Attention, a: Array, b: Array) -> float:
    """‖q − k‖."""
    return float(np.sqrt(Attention.squared(a, b)))


def gaussian(attention: Attention, a: Array, b: Array) -> float:
    """exp(−‖q − k‖²/(2σ²))."""
    return attention.gaussian(a, b)


def scaled(attention: Attention, a: Array, b: Array) -> float:
    """q·k/√D."""
    return Attention.inner(a, b) / attention.divisor


def by_variance(attention: Attention, a: Array, b: Array) -> float:
    """q·k/σ²."""
    return Attention.inner(a, b) / attention.variance


def raised(of: OfPair) -> OfPair:
    """e to the power of a quantity."""
    return lambda attention, a, b: float(np.exp(of(attention, a, b)))


def exponent_of_query(attention: Attention, a: Array, _: Array) -> float:
    """‖q‖²/(2σ²)."""
    return float(np.sum(a**2)) / (2 * attention.variance)


def exponent_of_key(attention: Attention, _: Array, b: Array) -> float:
    """‖k‖²/(2σ²)."""
    return float(np.sum(b**2)) / (2 * attention.variance)


def exponent_between(attention: Attention, a: Array, b: Array) -> float:
    """−‖q − k‖²/(2σ²)."""
    return -Attention.squared(a, b) / (2 * attention.variance)


def lone_weight(attention: Attention, a: Array, b: Array) -> float:
    """What weighs a key where there is no other one."""
    if len(attention.indices("k")) > 1:
        raise Unknown("one key of several")
    return attention.kernel(a, b)


def key_exponent() -> Meaning:
    """‖k‖²/(2σ²) of the one key, whether or not a query is given."""
    return Meaning(
        "‖k‖²/(2σ²)",
        lambda attention: np.asarray(exponent_of_key(attention, np.zeros(1), attention.key_of_pair())),
    )


def three_of(*of: OfPair) -> Callable[[Attention], Array]:
    """Several quantities of the pair."""
    return lambda attention: np.asarray([one(attention, *attention.pair) for one in of])


def three_parts(*, factors: bool) -> tuple[Meaning, ...]:
    """The three exponents or factors: of softmax with the Gaussian inside, or of the Gaussian with softmax inside."""
    wrap = raised if factors else (lambda of: of)
    first, between, second = (wrap(of) for of in (exponent_of_query, exponent_between, exponent_of_key))
    minus_first = wrap(lambda attention, a, b: -exponent_of_query(attention, a, b))
    minus_second = wrap(lambda attention, a, b: -exponent_of_key(attention, a, b))
    what = "factors" if factors else "exponents"
    return (
        Meaning(f"the {what} of query, Gaussian and key", three_of(first, between, second)),
        Meaning(f"the {what} of query, key and Gaussian", three_of(first, second, between)),
        Meaning(f"the {what} of the Gaussian, query and key", three_of(between, first, second)),
        Meaning(
            f"the {what} of the Gaussian kernel's factorisation",
            three_of(minus_first, wrap(by_variance), minus_second),
        ),
    )


def terms(attention: Attention) -> Array:
    """The products of equal features of (q·k + 1)²: 1, linear ones, squares, mixed ones."""
    a, b = (one.ravel() for one in attention.pair)
    if a.size != b.size or a.size < 2:
        raise Unknown("no vectors of one length")
    mixed = [2 * a[i] * a[j] * b[i] * b[j] for i in range(a.size) for j in range(i + 1, a.size)]
    return np.asarray([1.0, *(2 * a * b), *(a**2 * b**2), *mixed])


def error(attention: Attention) -> Array:
    """How far the estimate lies from the kernel."""
    a, b = attention.pair
    return np.asarray(abs(attention.estimate() - attention.gaussian(a, b)))
