"""Functions in exact normal form: exponentials, logarithms, sines, maps that a text defines."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.verify.exact.normal_form import (
    IMAGINARY,
    Node,
    Polynomial,
    Unproved,
    atom,
    constant,
    exponential,
    frozen,
    letter,
    plus,
    scaled,
    single,
    thawed,
    times,
)
from grader.verify.exact.values import (
    HALF,
    UNIT,
    Bound,
    Value,
    added,
    as_column,
    inner_product,
    multiplied,
    scalar,
)
from grader.verify.grammar.syntax import Expression, Symbol
from grader.verify.worlds.settings import FEATURE_MAPS, GAUSSIANS, POSITIVE_FUNCTIONS

if TYPE_CHECKING:
    from grader.verify.exact.reader import Reader


def function_form(reader: Reader, name: str, values: list[Value]) -> Value:
    if any(not value.is_scalar for value in values):
        raise Unproved(f"{name} of a vector")
    first = values[0]
    if name == "exp" and first.under == UNIT:
        return scalar(exponential(first.top))
    if name == "sqrt":
        return reader.root(first, HALF)
    if name == "log":
        return logarithm_form(reader, first)
    if name in {"sin", "cos"} and first.under == UNIT:
        reader.used.add("complex")
        forward = exponential(times(atom(IMAGINARY, HALF), first.top))
        backward = exponential(scaled(times(atom(IMAGINARY, HALF), first.top), -1))
        if name == "cos":
            return scalar(scaled(plus(forward, backward), HALF))
        return scalar(scaled(times(atom(IMAGINARY, HALF), plus(forward, backward, -1)), -HALF))
    if name == "positive_part" and len(values) == 1:
        name, values = "max", [first, scalar({})]
    keys = tuple((frozen(value.top), frozen(value.under)) for value in values)
    if name in {"max", "min"}:
        keys = tuple(sorted(keys, key=repr))
    return scalar(atom(("function", name, keys)))


def logarithm_form(reader: Reader, value: Value) -> Value:
    if value.under != UNIT:
        over, under = logarithm_form(reader, scalar(value.top)), logarithm_form(reader, scalar(value.under))
        return added(over, replace(under, top=scaled(under.top, -1)))
    only = single(value.top)
    if only is None:
        if not all_positive(reader, value.top):
            raise Unproved("the logarithm of a difference")
        return scalar(atom(("function", "log", frozen(value.top))))
    (_, _, atoms, exponent, _), coefficient = only
    if coefficient <= 0 or not all(reader.is_positive(key) for key, _ in atoms):
        raise Unproved("the logarithm of what may be negative")
    out = thawed(exponent)
    for key, power in (*number_atoms(coefficient), *atoms):
        out = plus(out, scaled(atom(("function", "log", key)), power))
    return scalar(out)


def all_positive(reader: Reader, one: Polynomial) -> bool:
    return all(
        value > 0 and not term[4] and all(reader.is_positive(key) for key, _ in term[2])
        for term, value in one.items()
    )


def call_form(reader: Reader, function: Symbol, arguments: tuple[Expression, ...], bound: Bound) -> Value:
    definition = reader.setting.definitions.get(function.name)
    values = tuple(reader.value(argument, bound) for argument in arguments)
    if (
        definition is not None
        and len(definition.parameters) == len(values)
        and len(definition.indices) == len(function.indices)
    ):
        return reader.defined(definition, function.indices, values, bound)
    name = function.name
    if name in GAUSSIANS | reader.setting.gaussians and len(values) == 2:
        return gaussian_form(reader, *values, bound)
    if function.indices and not reader.setting.loose_indices:
        raise Unproved(f"{name} with an index")
    keys = tuple(
        (frozen(as_column(value).top), frozen(value.under), *sorted((value.rows, value.columns)))
        for value in values
    )
    if name in FEATURE_MAPS and len(values) == 1 and not values[0].is_scalar:
        key: Node = ("called", name, keys)
        if "1" in (values[0].rows, values[0].columns):
            return reader.oriented(letter(key, "L", "1"), "L", name)
        key = (*key, values[0].rows)
        return Value(letter(key, values[0].rows, "L"), UNIT, values[0].rows, "L")
    if name in POSITIVE_FUNCTIONS and 1 <= len(values) <= 3:
        return scalar(atom(("called", name, keys)))
    raise Unproved(f"the function {name} is not defined")


def gaussian_form(reader: Reader, left: Value, right: Value, bound: Bound) -> Value:
    difference = added(as_column(left), replace(as_column(right), top=scaled(as_column(right).top, -1)))
    sigma = reader.symbol(Symbol("sigma"), bound)
    squared = multiplied(inner_product(difference, difference), scalar(constant(-HALF)), "")
    variance = multiplied(sigma, sigma, "")
    return function_form(reader, "exp", [multiplied(squared, scalar(variance.under, variance.top), "")])


def number_atoms(value: Fraction) -> list[tuple[Node, Fraction]]:
    """A positive rational's prime factors with their powers."""
    out: list[tuple[Node, Fraction]] = []
    for whole, sign in ((value.numerator, 1), (value.denominator, -1)):
        divisor, rest = 2, whole
        if rest > 10**9:
            raise Unproved("the logarithm of a large number")
        while rest > 1:
            if divisor * divisor > rest:
                divisor = rest
            if rest % divisor == 0:
                out.append((("number", divisor), Fraction(sign)))
                rest //= divisor
            else:
                divisor += 1
    return out
