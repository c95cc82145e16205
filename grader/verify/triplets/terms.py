# ruff: noqa: E501 -- a pattern stays on one line
"""Terms over the embeddings of an example, read from plain signs and evaluated: `2(n - p)`, `2 - 2·0.8`, `‖a-p‖^2`, `(2,1)/√5`.

A term is read as far as it goes from a place; what is no term there reads as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from grader.verify.numbers.arithmetic import figure_at
from grader.verify.triplets.embeddings import Vector, cosine_at, dot, root_of, times

Value = Fraction | Vector
DIGITS = re.compile(r"\d|\.\d")
POWER_OF_TEN = re.compile(r"10\s?\^\s?\(?(-?\d{1,2})\)?(?!\d)")
SPACE = re.compile(r"[ \n]*")
SQUARE = re.compile(r"(?:_2)?\s?\^\s?2(?![\d.])(?:_2)?|_2(?!\d)")
NAME = re.compile(
    r"[A-Za-z]{2,9}_?\d{1,2}(?!\w)|f\(\s?([A-Za-z]\w*(?:[_^][\w+-]+)*)\s?\)|([A-Za-z](?:_(?:\w{1,4}|[+-])|\^(?!T(?![a-z]))(?:[a-z]{1,3}|\d(?=[a-z])|[+-]))*\d{0,2}'?)"
)
FUNCTION = re.compile(r"(cos|sin|max|exp)(?![a-z])\s?")
DISTANCE = re.compile(r"(?:[dDδΔ]|dist|sqdist)(?P<squared>\s?\^\s?2)?(?:\(\s?(?P<x>[\w()^_+']{1,9})\s?,\s?(?P<y>[\w()^_+']{1,9})\s?\)|_\(?(?P<pair>[\w+,-]{1,5})\)?(?!\w))(?P<late>\s?\^\s?2(?!\d))?")  # fmt: skip
LOSS = re.compile(r"(?:ℓ|L|loss)(?:_\w{1,3})?(?:\(\s?(?P<three>[\w'^+-]{1,8}\s?,\s?[\w'^+-]{1,8}\s?,\s?[\w'^+-]{1,8})\s?\))?(?![\w(])")  # fmt: skip
_OF_LOSS = r"(?:ℓ|L|J|loss)(?:_\w+)?(?:\(\s?[\w, ]{1,8}\s?\))?"
GRADIENT = re.compile(rf"(?:∂\s?{_OF_LOSS}\s?/\s?\(?\s?∂\s?(?P<by>f\(\w+\)|[a-zA-Z](?:_\w+|\d)?)\)?|∇_\(?(?P<at>f\(\w+\)|[a-zA-Z](?:_\w+|\d)?)\)?\s?{_OF_LOSS}?)(?![\w(])")  # fmt: skip
TRANSPOSED = re.compile(r"\s?\^\s?T(?![a-z])")
PRODUCT_BEGINS = re.compile(r"[A-Za-z](?:_\w{1,2})?(?:\s?·\s?[A-Za-z]|\s?\^\s?T\b)|‖")
MOST_DEPTH = 12


def key(name: str) -> str:
    """A point's name, however it is written.

    >>> [key(name) for name in ("e_1", "e1", "f(x_a)", "x^+", "A", "anna_1")]
    ['e1', 'e1', 'xa', 'x+', 'A', 'anna1']
    """
    inside = re.fullmatch(r"f\((.+)\)", name.strip())
    return re.sub(r"[_^\s(){}]", "", inside.group(1) if inside else name)


@dataclass(frozen=True)
class Known:
    """What the letters of a term stand for: points by their keys, the margin, distances and the triplet's loss and gradients."""

    points: Mapping[str, Vector] = field(default_factory=dict)
    margin: Fraction | None = None
    distance: Callable[[str, str], Fraction | None] = lambda _, __: None
    angle: Fraction | None = None  # θ, in degrees
    scalars: Mapping[str, Fraction] = field(default_factory=dict)
    plain_distances: bool = False  # d(x, y) is not squared
    loss: Callable[[str], Fraction | None] = lambda _: None
    gradient: Callable[[str], Vector | None] = lambda _: None


@dataclass(frozen=True)
class Term:
    """A term that has been read: its value, where it ends, and how it was printed if it is a single number."""

    value: Value
    end: int
    last: Fraction = Fraction(0)  # the weight of its last digit
    printed: bool = False  # a number or a vector of numbers, nothing computed
    percent: bool = False
    known: bool = False  # it speaks of what the example gives


class _NoTerm(Exception):
    """There is no term at this place."""


@dataclass
class _Reader:
    text: str
    known: Known
    tight: bool  # in running text "2 a" is no product
    depth: int = 0

    def space(self, at: int) -> int:
        found = SPACE.match(self.text, at)
        return found.end() if found else at

    def sum(self, at: int) -> Term:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise _NoTerm
        left = self.product(at)
        while True:
            place = self.space(left.end)
            sign = self.text[place : place + 1]
            if sign not in {"+", "-"} or self.text[place : place + 2] in {"->", "+)"}:
                break
            try:
                right = self.product(place + 1)
                left = _added(left, right, 1 if sign == "+" else -1)
            except _NoTerm:
                break
        self.depth -= 1
        return left

    def product(self, at: int) -> Term:
        left = self.factor(at)
        while True:
            place = self.space(left.end)
            sign = self.text[place : place + 1]
            try:
                if sign in {"·", "*", "×", "/", "÷"} and sign:
                    right = self.factor(place + 1)
                    left = _divided(left, right) if sign in "/÷" else _multiplied(left, right)
                elif self.juxtaposed(left, place):
                    left = _multiplied(left, self.factor(place))
                else:
                    return left
            except _NoTerm:
                return left

    def juxtaposed(self, left: Term, place: int) -> bool:
        """Whether what stands at a place is multiplied with the term before it: `2(n - p)`, `2a^T n`, `a^T p`."""
        sign = self.text[place : place + 1]
        if not sign or place > left.end + 1 or "\n" in self.text[left.end : place]:
            return False
        if place > left.end and self.tight and sign not in "⟨√":
            # "2 x·y" in running text
            return PRODUCT_BEGINS.match(self.text, place) is not None and left.printed
        return sign in "(⟨√‖∂∇" or sign.isalpha()

    def factor(self, at: int) -> Term:
        place = self.space(at)
        if self.text[place : place + 1] == "-":
            inner = self.factor(place + 1)
            return _scaled(inner, Fraction(-1))
        base = self.base(place)
        transposed = TRANSPOSED.match(self.text, base.end)
        if transposed is not None and isinstance(base.value, tuple):
            # a^T p: a product, if another vector follows
            after = self.space(transposed.end())
            if self.text[after : after + 1] in {"·", "*"}:
                after += 1
            try:
                other = self.factor(after)
            except _NoTerm:
                return Term(base.value, transposed.end(), base.last, base.printed, known=base.known)
            return _multiplied(base, other)
        power = re.compile(r"\s?\^\s?\(?(-?\d)\)?(?![\d.])").match(self.text, base.end)
        if power is not None:
            exponent = int(power.group(1))
            if isinstance(base.value, tuple) or (not base.value and exponent < 0):
                raise _NoTerm
            return Term(base.value**exponent, power.end(), known=base.known)
        return base

    def base(self, place: int) -> Term:
        text = self.text
        sign = text[place : place + 1]
        ten = POWER_OF_TEN.match(text, place)
        if ten is not None:
            return Term(Fraction(10) ** int(ten.group(1)), ten.end())
        if DIGITS.match(text, place):
            return _number(text, place)
        if sign == "½":
            return Term(Fraction(1, 2), place + 1)
        if sign in {"(", "["}:
            return self.bracket(place)
        if sign == "√":
            inner = self.factor(place + 1)
            if isinstance(inner.value, tuple) or inner.value < 0:
                raise _NoTerm
            return Term(root_of(inner.value), inner.end, known=inner.known)
        if sign == "‖":
            return self.norm(place)
        if sign == "⟨":
            one = self.sum(place + 1)
            comma = self.space(one.end)
            other = self.sum(comma + 1) if text[comma : comma + 1] in {",", "|"} else None
            end = self.space(other.end) if other is not None else 0
            if other is None or text[end : end + 1] != "⟩":
                raise _NoTerm
            return _at(_multiplied(one, other), end + 1)
        function = FUNCTION.match(text, place)
        if function is not None:
            return self.function(function.group(1), function.end())
        return self.named(place)

    def bracket(self, place: int) -> Term:
        closing = ")" if self.text[place] == "(" else "]"
        inside = [self.sum(place + 1)]
        at = self.space(inside[0].end)
        while self.text[at : at + 1] in {",", ";"}:
            inside.append(self.sum(at + 1))
            at = self.space(inside[-1].end)
        if self.text[at : at + 1] != closing:
            raise _NoTerm
        known = any(one.known for one in inside)
        if len(inside) > 1:
            entries = [one.value for one in inside]
            if any(isinstance(one, tuple) for one in entries):
                raise _NoTerm
            vector = tuple(one for one in entries if isinstance(one, Fraction))
            after = TRANSPOSED.match(self.text, at + 1)
            end = after.end() if after is not None else at + 1
            return Term(vector, end, max(one.last for one in inside), all(one.printed for one in inside), known=known)  # fmt: skip
        clipped = re.compile(r"\s?(?:_\s?\+|\+(?=\s*(?:[=≈.,;:)]|$))|₊)").match(self.text, at + 1)
        value = inside[0].value
        if clipped is not None and isinstance(value, Fraction):
            return Term(max(value, Fraction(0)), clipped.end(), known=known)
        return Term(value, at + 1, known=known)

    def norm(self, place: int) -> Term:
        inner = self.sum(place + 1)
        end = self.space(inner.end)
        if self.text[end : end + 1] != "‖" or not isinstance(inner.value, tuple):
            raise _NoTerm
        square = SQUARE.match(self.text, end + 1)
        length = dot(inner.value, inner.value)
        after = square.end() if square is not None else end + 1
        if square is None or "^" not in square.group():
            return Term(root_of(length), after, known=inner.known)
        return Term(length, after, known=inner.known)

    def function(self, name: str, at: int) -> Term:
        if name == "max":
            found = re.compile(r"[({]").match(self.text, at)
            if found is None:
                raise _NoTerm
            one = self.sum(found.end())
            comma = self.space(one.end)
            if self.text[comma : comma + 1] != ",":
                raise _NoTerm
            other = self.sum(comma + 1)
            end = self.space(other.end)
            if (
                self.text[end : end + 1] not in {")", "}"}
                or isinstance(one.value, tuple)
                or isinstance(other.value, tuple)
            ):
                raise _NoTerm
            return Term(max(one.value, other.value), end + 1, known=one.known or other.known)
        if name == "exp":
            raise _NoTerm
        between = re.compile(r"\(\s?([\w()^+']{1,9})\s?,\s?([\w()^+']{1,9})\s?\)").match(self.text, at)
        if between is not None and name == "cos":
            value = self.cosine(key(between.group(1)), key(between.group(2)))
            return Term(value, between.end(), known=True)
        degrees = re.compile(
            r"(?P<square>\^\s?2\s?)?(?P<open>\()?\s?(?:(?P<degrees>\d{1,3}(?:\.\d+)?)\s?°|θ)(?:\s?(?P<half>/\s?2))?(?(open)\s?\))"
        ).match(self.text, at)
        if degrees is None:
            raise _NoTerm
        given = Fraction(degrees.group("degrees")) if degrees.group("degrees") else self.known.angle
        if given is None:
            raise _NoTerm
        angle = given / (2 if degrees.group("half") else 1)
        value = cosine_at(angle if name == "cos" else angle - 90)
        known = degrees.group("degrees") is None
        return Term(value**2 if degrees.group("square") else value, degrees.end(), known=known)

    def cosine(self, one: str, other: str) -> Fraction:
        first, second = self.known.points.get(one), self.known.points.get(other)
        if first is not None and second is not None and len(first) == len(second):
            lengths = root_of(dot(first, first) * dot(second, second))
            if lengths:
                return dot(first, second) / lengths
        far = self.known.distance(one, other)
        if far is None:
            raise _NoTerm
        return 1 - far / 2

    def named(self, place: int) -> Term:
        text = self.text
        found = GRADIENT.match(text, place)
        if found is not None:
            vector = self.known.gradient(key(found.group("by") or found.group("at")))
            if vector is None:
                raise _NoTerm
            return Term(vector, found.end(), known=True)
        found = DISTANCE.match(text, place)
        if found is not None:
            pair = _pair(found)
            far = self.known.distance(*pair) if pair is not None else None
            if far is not None:
                squared = found.group("squared") or found.group("late") or not self.known.plain_distances
                return Term(far if squared else root_of(far), found.end(), known=True)
        found = NAME.match(text, place)
        if found is not None:
            vector = self.known.points.get(key(found.group()))
            if vector is not None and (not re.match(r"[A-Za-z]{2}", text[place : place + 2]) or found.group()[-1].isdigit()):  # fmt: skip
                return Term(vector, found.end(), known=True)
        scalar = self.known.scalars.get(text[place : place + 1])
        if scalar is not None and not re.match(r"\w[\w(]", text[place : place + 2]):
            return Term(scalar, place + 1, known=True)
        if text[place : place + 1] == "α" and self.known.margin is not None:
            return Term(self.known.margin, place + 1)
        found = LOSS.match(text, place)
        loss = self.known.loss(found.group("three") or "") if found is not None else None
        if found is None or loss is None:
            raise _NoTerm
        return Term(loss, found.end(), known=True)


def _pair(found: re.Match[str]) -> tuple[str, str] | None:
    """The two points of `d(a, p)`, `d_ap`, `d_12`."""
    if found.group("x"):
        return key(found.group("x")), key(found.group("y"))
    letters = re.fullmatch(r"([A-Za-z]\d?|\d),?([A-Za-z]\d?|\d|[+-])", found.group("pair"))
    return (letters.group(1), letters.group(2)) if letters else None


def _number(text: str, place: int) -> Term:
    figure = figure_at(text, place)
    if figure is None:
        raise _NoTerm
    end = place + len(text[place : figure.end].rstrip())
    # the letters that the reading of figures takes for units are names here
    if re.search(r"\d\s?[MBGKkT]$", text[place:end]):
        bare = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+").match(text, place)
        if bare is None:
            raise _NoTerm
        digits = bare.group().replace(",", "")
        return Term(Fraction(digits), bare.end(), Fraction(1, 10 ** len(digits.partition(".")[2])), printed=True)  # fmt: skip
    return Term(figure.value, end, figure.last, printed=True, percent=figure.percent)


def _at(term: Term, end: int) -> Term:
    return Term(term.value, end, known=term.known)


def _scaled(term: Term, factor: Fraction) -> Term:
    value = times(factor, term.value) if isinstance(term.value, tuple) else factor * term.value
    return Term(value, term.end, term.last, term.printed, term.percent, term.known)


def _added(left: Term, right: Term, sign: int) -> Term:
    known = left.known or right.known
    if isinstance(left.value, tuple) and isinstance(right.value, tuple):
        if len(left.value) != len(right.value):
            raise _NoTerm
        added = tuple(x + sign * y for x, y in zip(left.value, right.value, strict=True))
        return Term(added, right.end, known=known)
    if isinstance(left.value, tuple) or isinstance(right.value, tuple):
        raise _NoTerm
    return Term(left.value + sign * right.value, right.end, known=known)


def _multiplied(left: Term, right: Term) -> Term:
    known = left.known or right.known
    one, other = left.value, right.value
    if isinstance(one, tuple) and isinstance(other, tuple):
        if len(one) != len(other):
            raise _NoTerm
        return Term(dot(one, other), right.end, known=known)
    if isinstance(one, tuple):
        return Term(times(other, one), right.end, known=known) if isinstance(other, Fraction) else right
    if isinstance(other, tuple):
        return Term(times(one, other), right.end, known=known)
    return Term(one * other, right.end, known=known)


def _divided(left: Term, right: Term) -> Term:
    if isinstance(right.value, tuple) or not right.value:
        raise _NoTerm
    known = left.known or right.known
    if isinstance(left.value, tuple):
        return Term(times(1 / right.value, left.value), right.end, known=known)
    return Term(left.value / right.value, right.end, known=known)


NOTHING = Known()


def term_at(text: str, place: int, known: Known = NOTHING, *, tight: bool = True) -> Term | None:
    """The longest term that begins at a place; None if there is none.

    >>> from grader.verify.triplets.embeddings import plain_vector
    >>> points = {"n": (Fraction(3, 5), Fraction(4, 5)), "p": (Fraction(1), Fraction(0))}
    >>> plain_vector(term_at("2(n - p) is", 0, Known(points)).value)
    '(-0.8, 1.6)'
    >>> term_at("√5/2 and more", 0).end, term_at("nothing", 0)
    (4, None)
    """
    try:
        return _Reader(text, known, tight).sum(place)
    except (_NoTerm, ArithmeticError, RecursionError):
        return None


__all__ = ["NOTHING", "Known", "Term", "Value", "key", "term_at"]
