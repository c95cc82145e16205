# ruff: noqa: E501 -- a pattern stays on one line
"""Formulas in letters that the text sets to numbers, whatever the letters are: "N(N+1)/2, with N = 9, is 45"."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, refuted, verified
from grader.verify.grammar.syntax import (
    Addition,
    Chain,
    Expression,
    Function,
    Number,
    Power,
    Product,
    Quotient,
    Symbol,
    names,
)
from grader.verify.numbers.arithmetic import judge_numbers, printed_last
from grader.verify.numbers.reckoning import shown

NAME = r"(?:(?:\\?(?:sigma|alpha)|[A-Za-zσα])(?![A-Za-z])(?:_(?:\{(?:\\text\{)?\w+\}?\}|\w+))?)"
WHOLE = r"(?:\d{1,3}(?:(?:,|\{,\})\d{3})+|\d+)(?:\.\d+)?"
GIVEN = re.compile(
    rf"(?<![\w^_\\/{{·*×+−-])(?<![_^]\()(?P<names>{NAME}(?:\s*=\s*{NAME})*)\s*=\s*(?P<value>{WHOLE})(?!\w|[.,]\d|\s*(?:[·*/+^−×%!(]|-\s*[\d(A-Z]|\\))"
)
# What stands before a letter and makes it a part of something longer.
PART_OF_MORE = re.compile(
    r"(?:[\d)\]}²³ᵀ=/·*×+−√-]|(?<![A-Za-z])[A-Z]|\\(?:sqrt|cdot|times|log|ln)\s*\{?)\s*$"
)
MOST_BITS = 400


def letters_given(text: str) -> dict[str, tuple[Fraction, ...]]:
    """Each single letter that a text sets to numbers, with its values in order.

    >>> letters_given("With C = F = 4 and N/R = 32")
    {'C': (Fraction(4, 1),), 'F': (Fraction(4, 1),)}
    """
    out: dict[str, tuple[Fraction, ...]] = {}
    for found in GIVEN.finditer(re.sub(r"\$|\\,|\\\(|\\\)", " ", text)):
        if PART_OF_MORE.search(found.string[: found.start()]):
            continue
        value = Fraction(re.sub(r"[,{}]", "", found.group("value")))
        for name in map(plain_name, re.split(r"\s*=\s*", found.group("names"))):
            if value not in out.get(name, ()):
                out[name] = (*out.get(name, ()), value)
    return out


def plain_name(written: str) -> str:
    """A letter's name as formulas are read.

    >>> plain_name(r"D_{\\text{random}}"), plain_name("σ")
    ('D_random', 'sigma')
    """
    plain = re.sub(r"\\text|[{}\\]", "", written.strip())
    return {"σ": "sigma", "α": "alpha"}.get(plain, plain)


def known_values(letters: frozenset[str], nearest: str, around: str) -> dict[str, Fraction] | None:
    """The value of each letter: its last one in the nearest text, else its only one around; None if one is open."""
    here, there = letters_given(nearest), letters_given(around)
    out: dict[str, Fraction] = {}
    for letter in letters:
        if letter in here:
            out[letter] = here[letter][-1]
        elif len(there.get(letter, ())) == 1:
            out[letter] = there[letter][0]
        else:
            return None
    return out


def value_at(tree: Expression, values: Mapping[str, Fraction]) -> Fraction | None:
    """The value of a formula in letters; None if it has other parts than numbers, sums, products, powers and roots.

    >>> from grader.verify.grammar.reader import read_expression
    >>> value_at(read_expression("N(N+1)/2"), {"N": Fraction(9)})
    Fraction(45, 1)
    """
    match tree:
        case Number(value):
            return value
        case Symbol(name, ()):
            return values.get(name, Fraction(math.pi) if name == "pi" else None)
        case Addition(terms):
            added = [value_at(term, values) for _, term in terms]
            if any(one is None for one in added):
                return None
            return sum(
                (sign * one for (sign, _), one in zip(terms, added, strict=True) if one is not None),
                Fraction(0),
            )
        case Product(factors):
            product = Fraction(1)
            for factor in factors:
                one = value_at(factor, values)
                if one is None:
                    return None
                product *= one
            return product
        case Quotient(over, under):
            above, below = value_at(over, values), value_at(under, values)
            return None if above is None or not below else above / below
        case Power(base, exponent):
            return _power(value_at(base, values), value_at(exponent, values))
        case Function("sqrt", (of,)):
            inside = value_at(of, values)
            return None if inside is None else _power(inside, Fraction(1, 2))
        case Function("binomial", (above_, below_)):
            many, few = value_at(above_, values), value_at(below_, values)
            if many is None or few is None or many.denominator != 1 or few.denominator != 1:
                return None
            return (
                Fraction(math.comb(int(many), int(few))) if 0 <= few <= many <= 10**6 and few <= 20 else None
            )
        case Function(("exp" | "log") as how, (of,)):
            inside = value_at(of, values)
            if inside is None or abs(inside) > 600 or (how == "log" and inside <= 0):
                return None
            return Fraction(math.exp(inside) if how == "exp" else math.log(inside))
        case Function(("floor" | "ceiling") as how, (of,)):
            inside = value_at(of, values)
            if inside is None:
                return None
            return Fraction(math.floor(inside) if how == "floor" else math.ceil(inside))
        case _:
            return None


def _power(base: Fraction | None, exponent: Fraction | None) -> Fraction | None:
    if base is None or exponent is None or (base == 0 and exponent < 0) or abs(exponent) > 64:
        return None
    if exponent.denominator == 1:
        bits = max(abs(base.numerator), base.denominator).bit_length()
        return base ** int(exponent) if bits * abs(int(exponent)) <= MOST_BITS else None
    if base < 0 or base > 10**30:
        return None
    return Fraction(float(base) ** float(exponent))


def is_computed(tree: Expression) -> bool:
    """Whether a formula computes something from letters."""
    return isinstance(tree, (Addition, Product, Quotient, Power, Function)) and bool(names(tree))


def shown_values(values: Mapping[str, Fraction]) -> str:
    """`M = 64, N = 9`, for a person."""
    return ", ".join(f"{name} = {shown(value)}" for name, value in sorted(values.items()))


BYTES = re.compile(r"\s*bytes?\b")
SIZES_OF_NUMBERS = (2, 4, 8)


def judge_equation(chain: Chain, before: str, around: str, after: str) -> Judged | None:
    """Rule on `2PM = 131,072` where the text sets P and M; None for anything else.

    `before` is the sentence up to the equation, `around` the text of its section so far, `after` what follows.
    """
    if len(chain.parts) != 2 or chain.open_left or chain.relations[0] not in {"=", "~"}:
        return None
    left, right = chain.parts
    if "sigma" in names(left):
        return None  # σ goes with the size of the embeddings
    if names(right) or printed_last(right) is None or not is_computed(left):
        return None
    values = known_values(names(left), before, around)
    exact = value_at(left, values) if values is not None else None
    if exact is None or values is None:
        return None
    ruling = judge_numbers(Number(exact, ""), right, chain.relations[0])
    says = f"with {shown_values(values)} it is {shown(exact)}"
    if ruling.ruling is Ruling.VERIFIED:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if ruling.ruling is not Ruling.REFUTED:
        return None
    if BYTES.match(after) and any(
        judge_numbers(Number(exact * size, ""), right, chain.relations[0]).ruling is Ruling.VERIFIED
        for size in SIZES_OF_NUMBERS
    ):
        return None  # so many numbers of so many bytes each
    stated = right.printed if isinstance(right, Number) else "the right side"
    return refuted(Kind.ARITHMETIC, says, Method.COUNT, {"letters": shown_values(values), "computed": shown(exact), "stated": stated})  # fmt: skip


__all__ = [
    "NAME",
    "WHOLE",
    "is_computed",
    "judge_equation",
    "known_values",
    "letters_given",
    "shown_values",
    "value_at",
]
