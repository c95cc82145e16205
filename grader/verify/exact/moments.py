"""Expectations over normal projections in exact normal form, by their characteristic function."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.verify.exact.functions import gaussian_form
from grader.verify.exact.normal_form import (
    Polynomial,
    Unproved,
    atom,
    constant,
    exponential,
    letter,
    plus,
    scaled,
    thawed,
    times,
    transposed,
)
from grader.verify.exact.values import HALF, UNIT, Bound, Value, added, multiplied, scalar, whole_power
from grader.verify.grammar.syntax import Call, Expression, Inner, Product, Symbol, Transpose, symbols
from grader.verify.worlds.laws import Spread

if TYPE_CHECKING:
    from grader.verify.exact.reader import Reader


RANDOM_MAPS = frozenset({"phi", "phi_random", "phi_rand", "z", "psi"})  # as in `World.feature_product`


def moment_form(reader: Reader, kind: str, of: Expression, bound: Bound) -> Value:
    """E or Var over one projection w ~ N(0, I/σ²), by E[exp(wᵀu)] = exp(uᵀu/(2σ²)), for complex u too."""
    if any(symbol.name in reader.setting.normals for symbol in symbols(of)):
        raise Unproved("an expectation over a number")
    if reader.setting.spread is not Spread.INVERSE:
        raise Unproved("another law than N(0, I/σ²)")
    drawn = {symbol.name for symbol in symbols(of) if symbol.name in {"w", "omega"}}
    if not drawn and reader.setting.random_features:
        return feature_moment_form(reader, kind, of, bound)
    if len(drawn) != 1 or reader.drawn:
        raise Unproved("what the expectation is taken over is not clear")
    sigma = reader.symbol(Symbol("sigma"), bound)
    reader.drawn = drawn.pop()
    try:
        value = reader.value(of, bound)
    finally:
        reader.drawn = ""
    if not value.is_scalar or value.under != UNIT:
        raise Unproved("the expectation of a quotient")
    variance = multiplied(sigma, sigma, "")
    half = multiplied(scalar(constant(HALF)), scalar(variance.under, variance.top), "")
    if half.under != UNIT:
        raise Unproved("a variance with several terms")
    reader.used.add("moment")
    first = expected(value.top, half.top)
    if kind == "E":
        return scalar(first)
    second = expected(times(value.top, value.top), half.top)
    return scalar(plus(second, times(first, first), -1))


def feature_moment_form(reader: Reader, kind: str, of: Expression, bound: Bound) -> Value:
    """E or Var of φ(q)ᵀφ(k) for R random Fourier features (Rahimi and Recht 2007)."""
    match of:
        case Inner(Call() as left, Call() as right):
            pass
        case Product(
            (
                Transpose(Call() as left) | (Call() as left),
                Transpose(Call() as right) | (Call() as right),
            ),
            _,
        ):
            pass
        case _:
            raise Unproved("what the expectation is taken over is not clear")
    same = left.function.name == right.function.name and left.function.name in RANDOM_MAPS
    if not same or left.function.name in reader.setting.definitions:
        raise Unproved("what the expectation is taken over is not clear")
    if len(left.arguments) != 1 or len(right.arguments) != 1:
        raise Unproved("a feature map of several arguments")
    kernel = gaussian_form(
        reader, reader.value(left.arguments[0], bound), reader.value(right.arguments[0], bound), bound
    )
    reader.used.add("theorem")
    if kind == "E":
        return kernel
    rest = added(scalar(UNIT), replace(whole_power(kernel, 2), top=scaled(whole_power(kernel, 2).top, -1)))
    count_ = scalar(scaled(atom(("size", "R"), -1), HALF))
    return multiplied(whole_power(rest, 2), count_, "")


def expected(one: Polynomial, half_variance: Polynomial) -> Polynomial:
    """The expectation of a sum of exponentials that are linear in the drawn vector."""
    out: Polynomial = {}
    for term, value in one.items():
        _, sums, atoms, exponent, word = term
        if _has_drawn(atoms) or _has_drawn(word) or sums:
            raise Unproved("an expectation of something else than exponentials")
        rest: Polynomial = {}
        linear: list[tuple[Polynomial, Polynomial]] = []  # coefficient, vector
        for inside, c in thawed(exponent).items():
            if not _has_drawn(inside):
                rest = plus(rest, {inside: c})
                continue
            _, inner_sums, inner_atoms, inner_exponent, inner_word = inside
            mine = [(key, power) for key, power in inner_atoms if _has_drawn(key)]
            if inner_sums or inner_word or len(inner_exponent) > 1 or len(mine) != 1 or mine[0][1] != 1:
                raise Unproved("an expectation of something else than exponentials")
            ((key, _),) = mine
            if key[0] != "word" or len(key[1]) != 2:
                raise Unproved("an expectation of something else than exponentials")
            others = [one for one in key[1] if one[1][0] != "drawn"]
            if len(others) != 1:
                raise Unproved("an expectation of a square")
            others_atoms = tuple(pair for pair in inner_atoms if pair not in mine)
            (_, name, rows, columns) = others[0]
            size = rows if columns == "1" else columns
            linear.append(({("T", (), others_atoms, ("P",), ()): c}, letter(name, size, "1")))
        square: Polynomial = {}
        for a, u in linear:
            for b, v in linear:
                square = plus(square, times(times(a, b), times(transposed(u), v)))
        power = plus(rest, times(square, half_variance))
        out = plus(out, times({("T", sums, atoms, ("P",), word): value}, exponential(power)))
    return out


def _has_drawn(node: object) -> bool:
    return isinstance(node, tuple) and ((bool(node) and node[0] == "drawn") or any(map(_has_drawn, node)))
