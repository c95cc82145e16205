# ruff: noqa: E501 -- a pattern stays on one line
"""The value that a table's cell or a list's entry states: a growth class, a formula in sizes, a shape, or a number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.costs.count_formulas import Counted, numbers_in
from grader.verify.grammar.reader import read_chain
from grader.verify.grammar.syntax import Chain, Expression, Growth, Unreadable, names
from grader.verify.reading.plain_signs import flattened
from grader.verify.scope.declarations import read_sizes
from grader.verify.scope.growth import Cost, Polynomial, cost_of, polynomial_of
from grader.verify.shapes.shape_phrases import FACTORS

LONGEST = 160
MOST_CUTS = 7
LEAD = re.compile(
    r"^\s*(?:\*\*)?(?:(?:(?:about|roughly|only|just|exactly|still|at most|order|of order|i\.e\.|keeps?|takes?|needs?|≈|~|\\approx)\s*)*)",
    re.I,
)
_SIDE = (
    r"(?:(?:\d\s?(?:\\cdot|·)?\s?)?[A-Za-z](?:_\{?\w+\}?)?(?![A-Za-z(])|\d{1,3}(?:,\d{3})+|\d+(?![\d.]*\d))"
)
SHAPE = re.compile(
    rf"\$?\s*\(\s*(?P<pair>{_SIDE}\s*,\s*{_SIDE}(?:\s*,\s*{_SIDE})?)\s*\)\s*\$?|\$?\s*\(\s*(?P<one>{_SIDE})\s*,\s*\)\s*\$?"
    rf"|\$?\s*\\?\(?\s*(?P<sides>{_SIDE}(?:\s*(?:×|\\times|\bx\b|\bby\b)\s*{_SIDE})+)\s*\)?\s*\$?"
)
INDICES = ("i", "t", "j")
SIZES = frozenset({*"NDMRLBHm", "log N"})


@dataclass(frozen=True)
class Value:
    """What a cell states, with its place there and the words around it."""

    start: int
    end: int
    source: str
    rest: str
    cost: Cost | None = None
    growth: bool = False
    sides: tuple[Polynomial, ...] | None = None
    number: Counted | None = None
    indexed: bool = False  # whether it has the position's own letter: i(D + M)
    raw: frozenset[str] = frozenset()  # the letters as the text has them

    @property
    def coefficients(self) -> frozenset[Fraction]:
        """The factors of a formula's terms."""
        return frozenset(self.cost.terms.values()) if self.cost is not None else frozenset()


def value_of_cell(cell: str, letters: Mapping[str, str]) -> Value | None:
    """The value that a cell begins with; None where it begins with words.

    >>> told = value_of_cell("$i(D+M)$, all keys so far", {})
    >>> str(told.cost), told.indexed, told.rest
    ('ND + NM', True, 'all keys so far')
    >>> value_of_cell("$2R \\\\times M$ each", {}).sides is not None
    True
    """
    text = cell[:LONGEST]
    lead = LEAD.match(text)
    start = lead.end() if lead else 0
    indices = dict.fromkeys(INDICES, "N")
    shape = SHAPE.match(text, start)
    if shape is not None and FACTORS.match(text, shape.end()):
        return None  # the shapes of two factors, and not that of their product
    if shape is not None:
        told = next(group for group in shape.groups() if group)
        sides = _sides(re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", told), {**indices, **letters})
        if sides is not None:
            end = shape.end()
            return Value(start, end, text[start:end].strip("$ "), _rest(text, end), sides=sides)
    flat = flattened(text)
    numbers = numbers_in(flat)
    if numbers and flat.places[numbers[0].start] <= start + 1:
        one = numbers[0]
        begin, end = flat.places[one.start], flat.places[one.end]
        return Value(begin, end, text[begin:end], _rest(text, end), number=one)
    return _formula(text, start, letters)


def _rest(text: str, end: int) -> str:
    return text[end:].strip(" ,;:.$()")


def _sides(source: str, letters: Mapping[str, str]) -> tuple[Polynomial, ...] | None:
    try:
        sizes = read_sizes(re.sub(r"\\cdot|·", "", source))
        made = tuple(polynomial_of(size, letters) for size in sizes)
    except Unreadable:
        return None
    return made if all(len(name) == 1 for side in made for monomial in side for name, _ in monomial) else None


def _formula(text: str, start: int, letters: Mapping[str, str]) -> Value | None:
    """The longest beginning that is a growth class or a formula in sizes."""
    marked = re.match(r"\s*\$([^$]+)\$|\s*\\\((.+?)\\\)|\s*`([^`]+)`", text[start:])
    if marked is not None:
        inside = next(group for group in marked.groups() if group)
        ends = [(start + marked.end(), inside)]
    else:
        ends = []
        stop = re.search(r"[;|]|,\s|\s[—–-]\s|\.\s|$", text[start:])
        until = start + (stop.start() if stop else len(text))
        for _ in range(MOST_CUTS):
            piece = text[start:until].rstrip(" ,(.*`")
            if not piece:
                break
            ends.append((start + len(piece), piece))
            cut = piece.rfind(" ")
            if cut < 0:
                break
            until = start + cut
    for end, piece in ends:
        value = _read(piece.strip(), start, end, text, letters)
        if value is not None:
            return value
    return None


def _read(piece: str, start: int, end: int, text: str, letters: Mapping[str, str]) -> Value | None:
    try:
        chain = read_chain(piece)
    except Unreadable:
        return None
    part = _last_part(chain)
    if part is None:
        return None
    growth = isinstance(part, Growth)
    body = part.of if isinstance(part, Growth) else part
    used = names(body)
    if not used and not growth:
        return None
    indexed = bool(used & set(INDICES) - set(letters))
    try:
        cost = cost_of(body, piece, {**dict.fromkeys(INDICES, "N"), **letters})
    except Unreadable:
        return None
    if not set(cost.variables) <= SIZES:
        return None
    if text[start : start + 1].isalpha() and re.fullmatch(r"[a-z]{2,}", piece) and not used <= set(letters):
        return None  # a word
    source = text[start:end].strip().strip("$`")
    return Value(start, end, source, _rest(text, end), cost, growth, indexed=indexed, raw=frozenset(used))


def _last_part(chain: Chain) -> Expression | None:
    if chain.open_left or any(relation not in {"=", "~", ":="} for relation in chain.relations):
        return None
    return chain.parts[-1]


__all__ = ["Value", "value_of_cell"]
