"""Costs: polynomials in the sizes, compared exactly and by growth class.

f = O(g) for polynomials with positive coefficients, every variable free to grow on its own, holds if and only if every
exponent vector of f lies in conv(exponents of g) - R>=0^n (the Newton polyhedron of g). A linear programme over exact
fractions decides it: its optimum is 0 with a certificate, or positive with a direction of growth along which f/g is
unbounded, and that direction is the counterexample.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

from grader.verify.grammar.notation import GREEK_NAMES
from grader.verify.grammar.reader import read_chain
from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Expression,
    Function,
    Growth,
    Number,
    Power,
    Product,
    Quotient,
    Symbol,
    Unreadable,
)
from grader.verify.grammar.vocabulary import Reading

Monomial: TypeAlias = tuple[tuple[str, Fraction], ...]
Polynomial: TypeAlias = dict[Monomial, Fraction]

HIGHEST_POWER = 12
MOST_TERMS = 200
MOST_BITS = (
    512  # of a coefficient: far beyond any count, and a tower of powers would never be computed to its end
)
LOG_SLOPE = Fraction(1, 1000)  # a logarithm grows slower than this power of its argument
HOMEWORK_NAMES: Mapping[str, str] = {
    "D_random": "R", "D_rand": "R", "d_random": "R", "d_rand": "R", "D_R": "R", "D_r": "R", "R_random": "R",
    "n": "N", "d": "D", "m": "M", "r": "R", "d_k": "D", "d_v": "M", "D_v": "M", "D_k": "D", "D_V": "M", "D_K": "D",
    "T": "N",
}  # fmt: skip


class Same(Enum):
    """How two costs compare."""

    SAME = "same"
    LESS = "less"
    MORE = "more"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Cost:
    """A cost as a polynomial: monomials (sorted names with exponents) and their coefficients."""

    text: str
    terms: Mapping[Monomial, Fraction]

    @property
    def variables(self) -> tuple[str, ...]:
        """The sizes that the cost depends on, sorted."""
        return tuple(sorted({name for monomial in self.terms for name, _ in monomial}))

    def __str__(self) -> str:
        return polynomial_text(self.terms)


@dataclass(frozen=True)
class Ties:
    """What a text says about its sizes: equal growth (`L = 2R`, `M ~ D`) and upper bounds (`M <= D`)."""

    equal: Mapping[str, Polynomial] = field(default_factory=dict)
    below: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Comparison:
    """The verdict on two costs; `path` gives the powers of n along which they part, `ratio` what grows there."""

    verdict: Same
    says: str
    path: Mapping[str, str] | None = None


def read_cost(text: str, rename: Mapping[str, str] = HOMEWORK_NAMES) -> Cost:
    """A cost written in any usual way, `2NRD`, `O(N² D)`, `N*D**2`, `Θ(N·R·(D+M))`, `$N^2 \\max(D, M)$`.

    max(a, b) is read as a + b, which has the same growth. Raises `Unreadable` with a sentence for the reader.

    >>> str(read_cost("O(N^2 (D + M))"))
    'N²D + N²M'
    """
    if not isinstance(text, str):
        raise Unreadable(f"a cost is a text such as 'N^2 D', not {type(text).__name__}")
    plain = text.strip().strip("`").strip()
    plain = re.sub(r"^\$+|\$+$", "", plain).strip()
    plain = re.sub(r"^\\[(\[]|\\[)\]]$", "", plain).replace("**", "^")
    plain = re.sub(r"(?<=[A-Za-z0-9)])\s+[x×]\s+(?=[A-Za-z0-9(])", r" * ", plain)
    if not plain:
        raise Unreadable("the cost is an empty text")
    chain = read_chain(plain, Reading(wide_slash=False))
    if chain.relations and any(relation not in {"=", "~"} for relation in chain.relations):
        raise Unreadable("a cost is one formula, without < or >")
    return cost_of(chain.parts[-1], text, rename)


def cost_of(tree: Expression, text: str = "", rename: Mapping[str, str] | None = None) -> Cost:
    """The polynomial of a tree that has been read. Raises `Unreadable`."""
    terms = {key: value for key, value in polynomial_of(tree, rename or {}).items() if value != 0}
    if not terms:
        raise Unreadable("the cost is zero")
    return Cost(text, terms)


def polynomial_of(tree: Expression, rename: Mapping[str, str]) -> Polynomial:
    """Expand a tree into monomials. Raises `Unreadable` for what is no polynomial in named sizes."""
    match tree:
        case Number(value):
            return {(): value}
        case Symbol("infinity"):
            raise Unreadable("infinity is no cost")
        case Symbol(name, indices):
            if indices:
                name = name + "_" + "".join(i.name if isinstance(i, Symbol) else "?" for i in indices)
                if "?" in name:
                    raise Unreadable("a size with an index is not read")
            if len(name) > 1 and "_" not in name and name not in GREEK_NAMES | {"ell"}:
                raise Unreadable(f"{name!r} is not the name of a size")
            return {((rename.get(name, name), Fraction(1)),): Fraction(1)}
        case Growth(_, of):
            return polynomial_of(of, rename)
        case Addition(terms):
            total: Polynomial = {}
            for sign, term in terms:
                for monomial, coefficient in polynomial_of(term, rename).items():
                    total[monomial] = total.get(monomial, Fraction(0)) + sign * coefficient
            return total
        case Product(factors):
            product: Polynomial = {(): Fraction(1)}
            for factor in factors:
                product = times(product, polynomial_of(factor, rename))
            return product
        case Quotient(over, under):
            below = {key: value for key, value in polynomial_of(under, rename).items() if value != 0}
            if len(below) != 1:
                raise Unreadable("a cost divided by a sum is not read")
            ((monomial, coefficient),) = below.items()
            inverse = {tuple((name, -power) for name, power in monomial): 1 / coefficient}
            return times(polynomial_of(over, rename), inverse)
        case Power(base, exponent):
            power = polynomial_of(exponent, {})
            if set(power) - {()}:
                raise Unreadable("a size in an exponent is not read")
            return raised(polynomial_of(base, rename), power.get((), Fraction(0)))
        case Call(Symbol() as size, (factor,)):
            # n(d + m): no cost has functions of its sizes
            return times(polynomial_of(size, rename), polynomial_of(factor, rename))
        case Function("sqrt", (of,)):
            return raised(polynomial_of(of, rename), Fraction(1, 2))
        case Function("max", arguments):
            largest: Polynomial = {}
            for argument in arguments:
                for monomial, coefficient in polynomial_of(argument, rename).items():
                    largest[monomial] = max(largest.get(monomial, Fraction(0)), coefficient)
            return largest
        case Function("log" | "log2" | "log10", (Symbol(name, ()),)):
            return {((f"log {rename.get(name, name)}", Fraction(1)),): Fraction(1)}
        case Function("binomial", (top, Number(value))) if value in (1, 2, 3):
            n = polynomial_of(top, rename)
            product = {(): Fraction(1)}
            for step in range(int(value)):
                product = times(product, plus(n, {(): Fraction(-step)}))
                product = times(product, {(): Fraction(1, step + 1)})
            return product
        case _:
            raise Unreadable(f"{type(tree).__name__.lower()} is no part of a cost formula that is read")


def plus(left: Polynomial, right: Polynomial) -> Polynomial:
    """The sum of two polynomials."""
    total = dict(left)
    for monomial, coefficient in right.items():
        total[monomial] = total.get(monomial, Fraction(0)) + coefficient
    return {key: value for key, value in total.items() if value != 0}


def times(left: Polynomial, right: Polynomial) -> Polynomial:
    """The product of two polynomials. Raises `Unreadable` where it grows out of bounds."""
    if len(left) * len(right) > 4 * MOST_TERMS:
        raise Unreadable("the cost has too many terms")
    product: Polynomial = {}
    for one, a in left.items():
        for other, b in right.items():
            powers = dict(one)
            for name, power in other:
                powers[name] = powers.get(name, Fraction(0)) + power
            if any(abs(power) > HIGHEST_POWER for power in powers.values()):
                raise Unreadable(f"a power above {HIGHEST_POWER} is not read")
            key = tuple(sorted((name, power) for name, power in powers.items() if power != 0))
            product[key] = product.get(key, Fraction(0)) + a * b
    if len(product) > MOST_TERMS:
        raise Unreadable("the cost has too many terms")
    if any(_bits(coefficient) > MOST_BITS for coefficient in product.values()):
        raise Unreadable("a number of absurd size")
    return {key: value for key, value in product.items() if value != 0}


def times_n(terms: Mapping[Monomial, Fraction]) -> Polynomial:
    """A cost N times over."""
    return times(dict(terms), {(("N", Fraction(1)),): Fraction(1)})


def raised(base: Polynomial, power: Fraction) -> Polynomial:
    """A polynomial to a power: any for a single monomial, small whole ones for a sum."""
    if abs(power) > HIGHEST_POWER:
        raise Unreadable(f"a power above {HIGHEST_POWER} is not read")
    if len(base) == 1:
        ((monomial, coefficient),) = base.items()
        if power.denominator != 1 and coefficient not in (1,):
            coefficient = Fraction(1)  # a constant's root is a constant: growth does not see it
        if coefficient == 0 and power < 0:
            raise Unreadable("a division by zero is no cost")
        # Before it is computed: a power of a power of a power would take all time and memory there is.
        if _bits(coefficient) * abs(power) > MOST_BITS:
            raise Unreadable("a number of absurd size")
        value = coefficient ** int(power) if power.denominator == 1 else coefficient
        return {tuple((name, exponent * power) for name, exponent in monomial if power != 0): Fraction(value)}
    if power.denominator != 1 or power < 0:
        raise Unreadable("a root or a negative power of a sum is not read")
    product: Polynomial = {(): Fraction(1)}
    for _ in range(int(power)):
        product = times(product, base)
    return product


def _bits(value: Fraction) -> int:
    return value.numerator.bit_length() + value.denominator.bit_length() - 1


def exactly(left: Cost, right: Cost) -> bool:
    """Whether two costs are the same polynomial, constants and lower-order terms included."""
    return dict(left.terms) == dict(right.terms)


def value_at(cost: Cost, sizes: Mapping[str, int]) -> Fraction:
    """The cost at these whole sizes; names that have none count as 1.

    >>> value_at(read_cost("2NRD + 4NR"), {"N": 5, "D": 2, "R": 4})
    Fraction(160, 1)
    """
    total = Fraction(0)
    for monomial, coefficient in cost.terms.items():
        term = coefficient
        for name, power in monomial:
            term *= Fraction(float(sizes.get(name, 1)) ** float(power)).limit_denominator(10**6)
        total += term
    return total


def same_growth(claimed: Cost, true: Cost, ties: Ties = Ties()) -> Comparison:
    """Compare growth classes: is the claimed cost Θ of the true one?

    >>> same_growth(read_cost("N R D"), read_cost("2NRD + 4NRM")).path
    {'M': 'n'}
    """
    a = leading(substituted(claimed.terms, ties.equal))
    b = leading(substituted(true.terms, ties.equal))
    if a is None or b is None:
        return Comparison(Same.UNDECIDED, "a negative term is not dominated by a positive one")
    a, b = without_negative_powers(a, b)
    missing = outside(b, a, ties.below)
    extra = outside(a, b, ties.below)
    if missing is None and extra is None:
        return Comparison(Same.SAME, f"{claimed} and {true} have the same growth")
    if missing is not None:
        term, path = missing
        verdict = Same.LESS if extra is None else Same.DIFFERENT
        says = (
            f"the term {monomial_text(term)} is missing: with {path_text(path)} and all else constant, "
            f"{polynomial_text(true.terms)} outgrows {polynomial_text(claimed.terms)}"
        )
        return Comparison(verdict, says, {k: power_text(v) for k, v in path.items()})
    if extra is None:
        raise AssertionError("neither term missing nor extra")
    term, path = extra
    says = (
        f"the term {monomial_text(term)} is too much: with {path_text(path)} and all else constant, "
        f"{polynomial_text(claimed.terms)} outgrows {polynomial_text(true.terms)}"
    )
    return Comparison(Same.MORE, says, {k: power_text(v) for k, v in path.items()})


def substituted(terms: Mapping[Monomial, Fraction], equal: Mapping[str, Polynomial]) -> Polynomial:
    """Replace tied sizes by what they equal, at most as many rounds as there are ties."""
    current = dict(terms)
    for _ in range(len(equal)):
        changed: Polynomial = {}
        for monomial, coefficient in current.items():
            product: Polynomial = {(): coefficient}
            for name, power in monomial:
                factor = equal.get(name)
                if factor is None or ((power.denominator != 1 or power < 0) and len(factor) > 1):
                    product = times(product, {((name, power),): Fraction(1)})
                else:
                    product = times(product, raised(dict(factor), power))
            changed = plus(changed, product)
        if changed == current:
            break
        current = changed
    return current


def leading(terms: Polynomial) -> Polynomial | None:
    """The positive part, if every negative term is dominated by a positive one; else None."""
    positive = {key: value for key, value in terms.items() if value > 0}
    for key, value in terms.items():
        if value < 0 and not any(_dominates(other, key) for other in positive):
            return None
    return positive or None


def _dominates(larger: Monomial, smaller: Monomial) -> bool:
    powers = dict(larger)
    return larger != smaller and all(powers.get(name, Fraction(0)) >= power for name, power in smaller)


def without_negative_powers(*polynomials: Polynomial) -> tuple[Polynomial, ...]:
    """All multiplied by the smallest monomial that clears every negative exponent."""
    lowest: dict[str, Fraction] = {}
    for polynomial in polynomials:
        for monomial in polynomial:
            for name, power in monomial:
                lowest[name] = min(lowest.get(name, Fraction(0)), power)
    factor = {tuple((name, -power) for name, power in sorted(lowest.items()) if power < 0): Fraction(1)}
    return tuple(times(polynomial, factor) for polynomial in polynomials)


def outside(
    inner: Polynomial, outer: Polynomial, below: Iterable[tuple[str, str]]
) -> tuple[Monomial, dict[str, Fraction]] | None:
    """A monomial of `inner` that `outer` does not bound, with a direction that shows it; None if all are bounded."""
    order = sorted({name for polynomial in (inner, outer) for monomial in polynomial for name, _ in monomial})
    order = sorted(set(order) | {name for pair in below for name in pair})
    logs = [(name, name.removeprefix("log ")) for name in order if name.startswith("log ")]
    order = sorted(set(order) | {argument for _, argument in logs})
    place = {name: index for index, name in enumerate(order)}
    for monomial in sorted(inner, key=lambda m: (len(m), m)):
        if monomial in outer:
            continue
        rows: list[list[Fraction]] = []
        bounds: list[Fraction] = []
        for other in outer:
            row = [Fraction(0)] * (len(order) + 1)
            for name, power in other:
                row[place[name]] = power
            row[-1] = Fraction(-1)
            rows.append(row)
            bounds.append(Fraction(0))
        for smaller, larger in [*below, *logs]:
            row = [Fraction(0)] * (len(order) + 1)
            row[place[smaller]] = Fraction(1)
            row[place[larger]] = -(LOG_SLOPE if smaller.startswith("log ") else Fraction(1))
            rows.append(row)
            bounds.append(Fraction(0))
        for index in range(len(order)):
            row = [Fraction(0)] * (len(order) + 1)
            row[index] = Fraction(1)
            rows.append(row)
            bounds.append(Fraction(1))
        goal = [Fraction(0)] * (len(order) + 1)
        for name, power in monomial:
            goal[place[name]] = power
        goal[-1] = Fraction(-1)
        best, point = maximum(goal, rows, bounds)
        if best > 0:
            return monomial, {name: point[i] for name, i in place.items() if point[i] != 0}
    return None


def maximum(
    goal: list[Fraction], rows: list[list[Fraction]], bounds: list[Fraction]
) -> tuple[Fraction, list[Fraction]]:
    """max goal·x with rows·x <= bounds, x >= 0, bounds >= 0: the simplex method in exact fractions, Bland's rule."""
    n, m = len(goal), len(rows)
    table = [
        [*row, *(Fraction(int(i == j)) for j in range(m)), bound]
        for i, (row, bound) in enumerate(zip(rows, bounds, strict=True))
    ]
    cost = [-value for value in goal] + [Fraction(0)] * (m + 1)
    basis = list(range(n, n + m))
    while True:
        entering = next((j for j in range(n + m) if cost[j] < 0), None)
        if entering is None:
            break
        ratios = [
            (table[i][-1] / table[i][entering], basis[i], i) for i in range(m) if table[i][entering] > 0
        ]
        if not ratios:
            raise ArithmeticError("the linear programme has no bound, though every direction is bounded by 1")
        _, _, pivot = min(ratios)
        scale = table[pivot][entering]
        table[pivot] = [value / scale for value in table[pivot]]
        for i in range(m):
            if i != pivot and table[i][entering] != 0:
                factor = table[i][entering]
                table[i] = [a - factor * b for a, b in zip(table[i], table[pivot], strict=True)]
        factor = cost[entering]
        cost = [a - factor * b for a, b in zip(cost, table[pivot], strict=True)]
        basis[pivot] = entering
    point = [Fraction(0)] * n
    for i, variable in enumerate(basis):
        if variable < n:
            point[variable] = table[i][-1]
    return cost[-1], point


SUPERSCRIPT = str.maketrans("0123456789-/", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᐟ")


def monomial_text(monomial: Monomial) -> str:
    """`N²D` for a person."""
    if not monomial:
        return "1"
    parts = [
        name if power == 1 else name + str(power).translate(SUPERSCRIPT)
        for name, power in sorted(monomial, key=_order)
    ]
    glue = "" if all(len(name) == 1 for name, _ in monomial) else "·"
    return glue.join(parts)


def _order(item: tuple[str, Fraction]) -> tuple[int, str]:
    name = item[0]
    preferred = "NCRLDM"
    return (preferred.index(name) if len(name) == 1 and name in preferred else len(preferred), name)


def polynomial_text(terms: Mapping[Monomial, Fraction]) -> str:
    """`2NRD + 4NR` for a person."""
    parts = []
    for monomial, coefficient in terms.items():
        body = monomial_text(monomial)
        if body == "1":
            parts.append(str(coefficient))
        elif coefficient == 1:
            parts.append(body)
        elif coefficient.denominator == 1:
            parts.append(f"{coefficient}{body}")
        elif coefficient.numerator == 1:
            parts.append(f"{body}/{coefficient.denominator}")
        else:
            parts.append(f"({coefficient}){body}")
    return " + ".join(parts).replace("+ -", "- ")


def power_text(power: Fraction) -> str:
    """`n`, `n²`: how fast a size grows along a path."""
    return "n" if power == 1 else f"n^({power})" if power.denominator != 1 else f"n^{power}"


def path_text(path: Mapping[str, Fraction]) -> str:
    """`N = n, M = n²` for a person."""
    return ", ".join(f"{name} = {power_text(power)}" for name, power in sorted(path.items()))
