"""What a formula costs, counted from the shapes of its parts.

Vectors have a length and no orientation here: `φ(k)ᵀv` and `φ(k)vᵀ` cost the same. Sizes are polynomials in the
course's letters. What is free of an index that runs over the tokens is done once; the rest once for each token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Expression,
    Function,
    Inner,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Series,
    Symbol,
    Transpose,
    Unreadable,
    symbols,
)
from grader.verify.scope.context import Context
from grader.verify.scope.declarations import declared_name
from grader.verify.scope.growth import Cost, Polynomial, plus, polynomial_of, times
from grader.verify.worlds.settings import DIRECTIONS, FEATURE_MAPS, SIZE_NAMES, Definition, family_of

Sides: TypeAlias = tuple[Polynomial, ...]  # none: a number; one: a vector; two: a matrix

ONE: Polynomial = {(): Fraction(1)}
TOKEN_INDICES = frozenset({"i", "j", "t", "s", "n", "l"})
NUMBERS = frozenset(
    {"e", "sigma", "alpha", "beta", "gamma", "lambda", "pi", "c", "a", "d", "s", "tau", "epsilon", "eta"}
)
LENGTHS = frozenset({"L", "R"})  # both give the length of features
DEEPEST = 8


def size(name: str) -> Polynomial:
    """A size by its letter."""
    return {((name, Fraction(1)),): Fraction(1)}


COURSE: Mapping[str, Sides] = {
    **{name: (size("D"),) for name in ("q", "k", "x", "y", "u", "w", "omega")},
    **{name: (size("N"), size("D")) for name in ("Q", "K", "X")},
    **{name: (size("L"), size("M")) for name in ("S",)},
    **{name: (size("L"),) for name in ("Z", "z")},
    "v": (size("M"),), "V": (size("N"), size("M")), "W": (size("R"), size("D")), "ones": (size("N"),),
}  # fmt: skip
UNITS: Mapping[str, str] = {"w": "R", "omega": "R"}


class Unpriced(ValueError):
    """Something whose shape or cost is not known."""


@dataclass(frozen=True)
class Work:
    """Operations to make one value of this shape from parts that are there; for each of so many indices of tokens."""

    operations: Polynomial
    sides: Sides
    tokens: frozenset[str] = frozenset()
    directions: frozenset[str] = frozenset()
    lean: Polynomial | None = (
        None  # the operations without those of functions' arguments, where they are fewer
    )

    @property
    def once(self) -> Cost:
        """The cost of one, for all directions."""
        every = dict(self.operations)
        for _ in self.directions:
            every = times(every, size("R"))
        return Cost("", every)

    @property
    def kept(self) -> Cost:
        """The numbers that one takes."""
        return Cost("", area(self.sides))


@dataclass(frozen=True)
class Shapes:
    """The shapes of symbols: declared, else of what defines them, else the course's own."""

    letters: Mapping[str, str]
    declared: Mapping[str, Sides]
    definitions: Mapping[str, Definition]
    increments: Mapping[str, Expression]
    random: bool = False  # whether the text speaks of random features
    arguments_there: bool = False  # whether sin(wᵀk) counts the sine alone, not wᵀk

    def of_symbol(self, node: Symbol, deep: int) -> Sides:
        name = node.name
        if len(node.indices) >= 2:
            return ()
        sides = self.declared.get(name)
        if sides is None and name in self.definitions:
            return self._of_definition(self.definitions[name], deep)
        if sides is None and name in self.increments:
            return price(self.increments[name], self, deep + 1).sides
        if sides is None:
            sides = COURSE.get(name.rstrip("'"))
        if sides is None and name in self.letters:
            return ()
        if sides is None:
            if name.split("_")[0] in NUMBERS or name in TOKEN_INDICES:
                return ()
            raise Unpriced(f"the shape of {name} is not known")
        if node.indices and len(sides) == 2 and (_runs_over(sides[0], "N") or _runs_over(sides[0], "R")):
            return sides[1:]
        return sides

    def _of_definition(self, definition: Definition, deep: int) -> Sides:
        return price(definition.body, self, deep + 1).sides


def _runs_over(side: Polynomial, name: str) -> bool:
    return set(side) == set(size(name))


def shapes_at(context: Context, letters: Mapping[str, str], line: int) -> Shapes:
    """The shapes that hold on a line: the latest declaration before it, else the first after."""
    declared: dict[str, Sides] = {}
    for one in context.declared:
        name = declared_name(one.what)
        if not name or (one.line > line and name in declared):
            continue
        try:
            sides = tuple(polynomial_of(side, letters) for side in one.sizes)
        except Unreadable:
            continue
        sides = tuple(side for side in sides if set(side) != {()})
        if isinstance(one.what, Transpose):
            sides = sides[::-1]
        if isinstance(one.what, Call) and len(sides) == 2:
            sides = sides[1:]
        declared[name] = sides
    setting = context.setting_at(line)
    increments = {name: term for where, name, term in context.increments if where <= line}
    random = (
        context.random_features
        or bool(context.scales)
        or any(size == "R" and name not in SIZE_NAMES for name, size in context.aliases.items())
    )
    return Shapes(letters, declared, setting.definitions, increments, random=random)


def area(sides: Sides) -> Polynomial:
    """How many numbers there are."""
    total = ONE
    for side in sides:
        total = times(total, side)
    return total


def fits(left: Polynomial, right: Polynomial) -> bool:
    """Whether two sides may be the same size: L and 2R both are the length of features."""
    named = [frozenset(name for monomial in side for name, _ in monomial) for side in (left, right)]
    return named[0] == named[1] or all(names <= LENGTHS and names for names in named)


def work_of(tree: Expression, shapes: Shapes) -> Work | None:
    """What a formula costs; None where something in it is not known, or where it only names what is there."""
    try:
        made = price(tree, shapes, 0)
    except (Unpriced, Unreadable):
        return None
    if not made.operations:
        return None
    free = indices_of(tree)
    lean = price(tree, replace(shapes, arguments_there=True), 0).operations
    return Work(
        made.operations,
        made.sides,
        frozenset(name for name, over in free.items() if over == "N"),
        frozenset(name for name, over in free.items() if over == "R"),
        lean if lean != made.operations else None,
    )


def sides_of(tree: Expression, shapes: Shapes) -> Sides | None:
    """The shape of a formula, if it is known."""
    try:
        return price(tree, shapes, 0).sides
    except (Unpriced, Unreadable):
        return None


def indices_of(tree: Expression) -> dict[str, str]:
    """The free indices of a formula, each with the size that it runs over."""
    found: dict[str, str] = {}

    def go(node: Expression, bound: frozenset[str]) -> None:
        if isinstance(node, Series):
            for part in (node.low, node.high):
                if part is not None:
                    go(part, bound)
            go(node.body, bound | {node.index})
            return
        if isinstance(node, Symbol):
            over = "R" if family_of(node.name) in DIRECTIONS else "N"
            for index in node.indices:
                for below in symbols(index):
                    if below.name not in bound and len(below.name) == 1 and below.name.islower():
                        found[below.name] = "N" if found.get(below.name) == "N" else over
            return
        for below_node in _below(node):
            go(below_node, bound)

    go(tree, frozenset())
    return found


def _below(node: Expression) -> tuple[Expression, ...]:
    match node:
        case Addition(terms):
            return tuple(term for _, term in terms)
        case Product(factors) | Function(_, factors) | Call(_, factors):
            return factors
        case Quotient(left, right) | Power(left, right) | Inner(left, right):
            return left, right
        case Transpose(of) | Norm(of):
            return (of,)
        case _:
            return ()


def price(node: Expression, shapes: Shapes, deep: int) -> Work:
    """The operations and the shape of a tree. Raises `Unpriced`."""
    if deep > DEEPEST:
        raise Unpriced("a definition leads back to itself")
    match node:
        case Number():
            return Work({}, ())
        case Symbol():
            return Work({}, shapes.of_symbol(node, deep))
        case Transpose(of):
            made = price(of, shapes, deep)
            return Work(made.operations, made.sides[::-1])
        case Call(Symbol(name), (argument,)) if name in FEATURE_MAPS or name in shapes.declared:
            inside = price(argument, shapes, deep)
            length = shapes.declared.get(name, (size("L"),))
            return Work(inside.operations, (*inside.sides[:-1], *length))
        case Product(factors):
            made = price(factors[0], shapes, deep)
            matrices = len(made.sides) == 2
            for factor in factors[1:]:
                other = price(factor, shapes, deep)
                if matrices and made.sides and other.sides and len(factors) > 2:
                    raise Unpriced("which product comes first is not said")
                matrices = matrices or len(other.sides) == 2
                made = multiplied(made, other)
            return made
        case Inner(left, right):
            return multiplied(price(left, shapes, deep), price(right, shapes, deep))
        case Addition(terms):
            parts = [price(term, shapes, deep) for _, term in terms]
            total = _together(*parts)
            widest = max(parts, key=lambda part: len(part.sides)).sides
            for _ in parts[1:]:
                total = plus(total, area(widest))
            return Work(total, widest)
        case Quotient(over, under):
            above, below = price(over, shapes, deep), price(under, shapes, deep)
            return Work(plus(_together(above, below), area(above.sides)), above.sides)
        case Norm(of) | Power(of, _):
            made = price(of, shapes, deep)
            return Work(
                plus(dict(made.operations), area(made.sides)), () if isinstance(node, Norm) else made.sides
            )
        case Function(_, (of,)):
            made = price(of, shapes, deep)
            inner: Polynomial = {} if shapes.arguments_there else dict(made.operations)
            return Work(plus(inner, area(made.sides)), made.sides)
        case Series("sum", _, _, high, body):
            made = price(body, shapes, deep)
            each = plus(dict(made.operations), area(made.sides))
            return Work(times(each, _range(node, high, shapes)), made.sides)
        case _:
            raise Unpriced(f"a {type(node).__name__.lower()} is not counted")


def _range(node: Series, high: Expression | None, shapes: Shapes) -> Polynomial:
    if high is None:
        runs = indices_of(node.body).get(node.index)
        if runs is None:
            raise Unpriced("what the sum runs over is not known")
        return size(runs)
    if isinstance(high, Symbol) and not high.indices and high.name in TOKEN_INDICES - set(shapes.letters):
        raise Unpriced("how many terms the sum has depends on the token")
    return polynomial_of(high, shapes.letters)


def _together(*parts: Work) -> Polynomial:
    total: Polynomial = {}
    for part in parts:
        total = plus(total, dict(part.operations))
    return total


def multiplied(left: Work, right: Work) -> Work:
    """The product of two things that are there. Raises `Unpriced` where their shapes don't fit."""
    before = _together(left, right)
    a, b = left.sides, right.sides
    if not a or not b:
        return Work(plus(before, area(a or b)), a or b)
    if len(a) == 1 and len(b) == 1:
        made: Sides = () if fits(a[0], b[0]) else (a[0], b[0])
        return Work(plus(before, a[0] if not made else area(made)), made)
    if not fits(a[-1], b[0]):
        if len(a) == 1 and fits(a[0], b[1]):
            b = b[::-1]
        elif len(b) == 1 and fits(a[0], b[0]):
            a = a[::-1]
        else:
            raise Unpriced("the shapes do not fit")
    made = (*a[:-1], *b[1:])
    return Work(plus(before, times(area(a), area(b[1:]))), made)


__all__ = ["Shapes", "Sides", "Unpriced", "Work", "area", "indices_of", "shapes_at", "sides_of", "work_of"]
