"""Quantities in exact normal form with their shapes: sums, products, powers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.verify.exact.normal_form import (
    Node,
    Polynomial,
    Unproved,
    constant,
    frozen,
    index,
    index_value,
    inverse,
    letter,
    plus,
    single,
    summed,
    thawed,
    times,
    to_the,
    transposed,
)

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Value:
    """A quantity `top / under` with the shape rows × columns; `loose` vectors have no orientation."""

    top: Polynomial
    under: Polynomial
    rows: str = "1"
    columns: str = "1"
    loose: bool = False

    @property
    def is_scalar(self) -> bool:
        return self.rows == self.columns == "1"


@dataclass(frozen=True)
class Entry:
    """An index that runs over the entries of vectors of one size."""

    name: str
    size: str


Bound = Mapping[str, "Value | Node | Entry"]
UNIT = constant(1)


def scalar(top: Polynomial, under: Polynomial | None = None) -> Value:
    """A number; a single term below goes above."""
    if under is None or under == UNIT:
        return Value(top, UNIT)
    if not under:
        raise Unproved("a division by zero")
    turned = inverse(under)
    return Value(top, under) if turned is None else Value(times(top, turned), UNIT)


def rational(value: Value) -> Fraction:
    """The number, if it is one. Raises `Unproved`."""
    if value.under == UNIT and set(value.top) <= set(UNIT):
        return sum(value.top.values(), Fraction(0))
    raise Unproved("an exponent that is no number")


def whole_power(value: Value, power: int) -> Value:
    """A scalar to a whole power."""
    if power < 0:
        return whole_power(scalar(value.under, value.top), -power)
    return scalar(to_the(value.top, power), to_the(value.under, power))


def added(left: Value, right: Value) -> Value:
    """The sum of two quantities of one shape."""
    if left.loose != right.loose and not left.is_scalar and not right.is_scalar:
        # a vector without an orientation takes that of the other
        way = right if left.loose else left
        left, right = (_like(one, way) for one in (left, right))
    if (left.rows, left.columns, left.loose) != (right.rows, right.columns, right.loose):
        raise Unproved("a sum of different shapes")
    if left.under == right.under:
        return replace(left, top=plus(left.top, right.top))
    return replace(
        left,
        top=plus(times(left.top, right.under), times(right.top, left.under)),
        under=times(left.under, right.under),
    )


def _like(vector: Value, way: Value) -> Value:
    column = as_column(vector)
    if way.columns == "1":
        return column
    return Value(transposed(column.top), column.under, "1", column.rows)


def multiplied(left: Value, right: Value, join: str) -> Value:
    """The product, by the rules of `worlds.multiplied`."""
    under = times(left.under, right.under)
    if left.is_scalar and right.is_scalar:
        return scalar(times(left.top, right.top), under)
    if left.is_scalar or right.is_scalar:
        shape = right if left.is_scalar else left
        return replace(shape, top=times(left.top, right.top), under=under)
    if left.loose and right.loose:
        if left.rows == right.rows:
            return inner_product(left, right)
        return Value(times(left.top, transposed(right.top)), under, left.rows, right.rows)
    if left.loose or right.loose:
        return _with_loose(left, right, join)
    if left.columns == right.rows and left.columns != "1":
        made = _over_rows(left, right) if left.columns == "N" else times(left.top, right.top)
        if left.rows == right.columns == "1":
            return scalar(made, under)
        return Value(made, under, left.rows, right.columns)
    if left.columns == right.rows:
        return Value(times(left.top, right.top), under, left.rows, right.columns)
    if join == "cdot" and (left.rows, left.columns) == (right.rows, right.columns):
        return inner_product(left, right)
    raise Unproved("a product whose shapes do not fit")


def _with_loose(left: Value, right: Value, join: str) -> Value:
    """A vector without an orientation times one with, or times a matrix: it stands as the product needs it."""
    if "1" in (left.rows, left.columns) and "1" in (right.rows, right.columns):
        if join == "cdot" and right.rows == "1":
            raise Unproved("a product whose shapes do not fit")
        return inner_product(left, right)
    under = times(left.under, right.under)
    if left.loose and left.rows == right.rows:
        return Value(
            transposed(times(transposed(left.top), right.top)), under, right.columns, "1", loose=True
        )
    if right.loose and left.columns == right.rows:
        return Value(times(left.top, right.top), under, left.rows, "1", loose=True)
    raise Unproved("a product whose shapes do not fit")


def _over_rows(left: Value, right: Value) -> Polynomial:
    """AB over the tokens, Σ_n a_n b_nᵀ, where all of A's columns and B's rows are known; else the product as it is."""
    out: Polynomial = {}
    for first, a in left.top.items():
        for second, b in right.top.items():
            one, other = {first: a}, {second: b}
            column = _row(first[4][-1]) if first[4] else None
            row = _row(second[4][0]) if second[4] else None
            if column is None or row is None or first[4][-1][0] != "flipped" or second[4][0][0] != "letter":
                out = plus(out, times(one, other))
                continue
            shortened = [
                {("T", t[1], t[2], t[3], word): value}
                for t, word, value in ((first, first[4][:-1], a), (second, second[4][1:], b))
            ]
            body = times(times(shortened[0], column), times(transposed(row), shortened[1]))
            out = plus(out, summed(body, "row~", index("size:N"), index_value(index("size:N"))))
    return out


def _row(one: Node) -> Polynomial | None:
    """The row `row~` of a matrix of tokens, as a column: v_n of V, φ(k_n) of φ(K)."""
    _, key, rows, columns = one
    size = columns if one[0] == "letter" else rows
    if key[0] == "matrix":
        return letter(("vector", key[1], (index("row~"),)), size, "1")
    if key[0] == "called" and len(key) == 4 and len(key[2]) == 1:
        argument = thawed(key[2][0][0])
        if len(argument) != 1:
            return None
        ((term, value),) = argument.items()
        inside = _row(term[4][0]) if len(term[4]) == 1 and term[4][0][1][0] == "matrix" else None
        if (
            inside is None
            or value != 1
            or term[1]
            or term[2]
            or len(term[3]) > 1
            or term[4][0][0] != "letter"
        ):
            return None
        shape = ("1", term[4][0][3])
        return letter(("called", key[1], ((frozen(inside), frozen(UNIT), *sorted(shape)),)), size, "1")
    return None


def inner_product(left: Value, right: Value) -> Value:
    """uᵀv for two vectors of one size, whatever their orientation."""
    a, b = as_column(left), as_column(right)
    if a.columns != "1" or b.columns != "1" or a.rows != b.rows:
        raise Unproved("an inner product of different sizes")
    return scalar(times(transposed(a.top), b.top), times(a.under, b.under))


def as_column(value: Value) -> Value:
    if value.rows == "1" and value.columns != "1":
        return Value(transposed(value.top), value.under, value.columns, "1")
    return replace(value, loose=False) if value.loose else value


def logarithm_of_product(body: Value) -> Value:
    """The exponent of a body that is one exponential, so that a product becomes a sum."""
    only = single(body.top)
    if only is None or body.under != UNIT or only[1] != 1 or only[0][2]:
        raise Unproved("a product of other things than exponentials")
    return scalar(thawed(only[0][3]))
