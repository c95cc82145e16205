# ruff: noqa: E501 -- a pattern stays on one line
"""Formulas in sizes and whole numbers where a text counts with them: `2NRD + 4NRM`, `n²(d + p)`, `134,217,728`, `2.15e9`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.grammar.notation import LOWERED
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Unreadable, names
from grader.verify.reading.plain_signs import Flat
from grader.verify.scope.growth import Cost, Polynomial, cost_of, plus, times
from grader.verify.shapes.told_sizes import ATOM, letters_for

SIGN = r"(?:\s?[·*]\s?|\s)?"
FACTOR = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9})"
TIMES = rf"\s?[·*]\s?{FACTOR}(?![\w,.²³^])"  # N² · 64
AND = rf"(?:\s?[·*]\s?\d{{1,3}}\s?|{SIGN})"  # N · 2R · M
TERM = rf"(?:{FACTOR}{SIGN})?{ATOM}(?:{AND}{ATOM})*(?:{TIMES})?"
GROUP = rf"\(\s?(?:{TERM}|\d{{1,2}})(?:\s?[+−-]\s?(?:{TERM}|\d{{1,2}}))+\s?\)"
PRODUCT = rf"(?:{FACTOR}{SIGN})?(?:{ATOM}|{GROUP})(?:{AND}(?:{ATOM}|{GROUP}))*(?:{TIMES})?"
FORMULA = re.compile(
    rf"(?<![\w\\^/(·*×.'])(?P<formula>{PRODUCT}(?:\s?\+\s?{PRODUCT})*(?:\s?/\s?2)?)(?![\w\\^(²³⁰-⁹ᵀ'])"
)
RELATED = re.compile(
    r"(?:[<>≤≥+−*·×∈^_]|(?<![a-z]{3})(?<![a-z]{3}\s)=|\b(?:with|where|for|of (?:length|width|size|dimension|shape|order))\s*)$"
)
GROWTH = re.compile(
    r"(?:(?<![A-Za-z])[OΘΩ𝒪]|\\mathcal ?O|\\Theta)\s?\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\bof (?:the )?order (?:of )?\S+"
)
SHAPE = re.compile(r"\s*(?:×|by)\s*(?:\d\s?)?[A-Z1]")
NUMBER = re.compile(
    r"(?<![\w.,/^·*×+−])(?<![·*×+−/]\s)(?P<digits>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?:\s?(?P<unit>million|billion|thousand|trillion|[MBG](?![\w·×]))|\s?(?:[·×]\s?10(?P<raised>[⁰-⁹]{1,2})|e\+?(?P<power>\d{1,2})))?(?![\w%]|[.,]\d|\s?[·*×/+^]|\s?[−-]\s?\d)"
)
POWER_OF_TWO = re.compile(
    r"(?<![\w.,/^·*×+−²³])(?<![·*×+−/]\s)(?:(?P<factor>\d{1,4})\s?[·×]\s?)?2(?:\^(?P<power>\d{1,2})|(?P<raised>[⁰¹²³⁴-⁹]{1,2}))(?![\w%⁰-⁹]|[.,]\d|\s?[·*×/+^(]|\s?[−-]\s?\d)"
)
SIDE_BEFORE = re.compile(r"\(\s*\d?\s?[A-Za-z]\w{0,3}\s*,$")
ALONE = re.compile(r"\s*(?:for\b|(?:scalar )?(?:multiplications?|mults|numbers|entries|floats)\b)")
UNITS = {
    "million": 10**6,
    "M": 10**6,
    "billion": 10**9,
    "B": 10**9,
    "G": 10**9,
    "thousand": 10**3,
    "trillion": 10**12,
}


@dataclass(frozen=True)
class Counted:
    """A formula or a number that may count something; `cost` is the formula in the course's letters."""

    start: int
    end: int
    source: str
    cost: Cost | None
    number: Fraction | None = None
    last: Fraction = Fraction(1)  # the unit of the last digit printed

    def agrees(self, exact: Fraction, *, loose: bool = False) -> bool:
        """Whether a number is the exact value at the digits printed."""
        if self.number is None:
            return False
        slack = self.last / 2
        if loose and self.last == 1:
            zeros = len(str(self.number)) - len(str(self.number).rstrip("0"))
            slack = Fraction(10**zeros, 2)
        return (
            abs(self.number - exact) <= slack
            if slack > Fraction(1, 2) or exact.denominator > 1 or self.last < 1
            else self.number == exact
        )


def formulas_in(flat: Flat, named: Mapping[str, str]) -> list[Counted]:
    """The formulas in sizes of a text that stand for a count and for no growth class, size or shape.

    One in letters that are not known has no cost: what is named before it is not counted by the next.
    """
    text = flat.text
    classes = [found.span() for found in GROWTH.finditer(text)]
    out: list[Counted] = []
    for found in FORMULA.finditer(text):
        start, end, source = found.start(), found.end(), found.group("formula").strip()
        related = RELATED.search(text[:start].rstrip(" ("))
        # "with R = 64" sets a size, "with 2NRD + 4NRM" names a count
        if any(a < end and start < b for a, b in classes) or (
            related and not (related.group().strip() == "with" and "+" in source)
        ):
            continue
        if _in_tuple(text, start, end):
            continue
        if SHAPE.match(text, end) or re.match(r"\s*[≤≥<>]|\s*[·×*/]|\s?[−+-]\s?\w", text[end:]):
            continue
        if not (
            flat.in_formula(start, end)
            or re.search(r"\d|[²³+(·]", source)
            or _counts(source, text, start, end)
        ):
            continue  # letters of a word
        if not flat.in_formula(start, end) and " " in source and not re.search(r"[+·*(]", source):
            continue
        if len(source) == 1 and not (
            _in_cell(text, start, end) or (source not in "NnTD" and ALONE.match(text, end))
        ):
            continue  # a letter is named and counts nothing
        out.append(Counted(start, end, source, cost_read(source, named)))
    return out


def _in_tuple(text: str, start: int, end: int) -> bool:
    """Whether a formula is one side of a shape in brackets: the 2R of (2R, M) or of (N, 2R)."""
    opens, closes = text[:start].rstrip(), text[end:].lstrip()
    if opens.endswith("(") and closes.startswith(","):
        return True
    return SIDE_BEFORE.search(opens) is not None and closes.startswith((",", ")"))


def _counts(source: str, text: str, start: int, end: int) -> bool:
    """Whether letters in prose are a product of sizes."""
    distinct = len(set(source)) == len(source)
    return distinct and bool(
        (len(source) > 1 and re.search(r"[NTn]", source))
        or ALONE.match(text, end)
        or _in_cell(text, start, end)
    )


def _in_cell(text: str, start: int, end: int) -> bool:
    """Whether a piece fills a cell of a row."""
    return text[:start].rstrip().endswith("|") and not text[end:].lstrip(" |").strip()


def cost_read(source: str, named: Mapping[str, str]) -> Cost | None:
    """A formula in the course's letters."""
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", source)
    try:
        tree = read_expression(
            re.sub(r"(?<=[\w)])([²³])", lambda one: "^" + one.group().translate(LOWERED), plain)
            .replace("×", "·")
            .replace("−", "-")
        )
        letters = letters_for(names(tree), named)
        return cost_of(tree, source, letters) if letters and names(tree) else None
    except Unreadable:
        return None


def numbers_in(flat: Flat) -> list[Counted]:
    """The whole numbers and rounded large numbers of a text."""
    out = []
    for found in NUMBER.finditer(flat.text):
        digits = found.group("digits").replace(",", "")
        raised = found.group("raised") or ""
        power = int(raised.translate(LOWERED) or found.group("power") or 0)
        scale = Fraction(UNITS.get(found.group("unit") or "", 1)) * 10**power
        last = scale / 10 ** len(digits.partition(".")[2])
        out.append(
            Counted(found.start(), found.end(), found.group().strip(), None, Fraction(digits) * scale, last)
        )
    for found in POWER_OF_TWO.finditer(flat.text):
        height = int(found.group("power") or found.group("raised").translate(LOWERED))
        value = Fraction(int(found.group("factor") or 1)) * Fraction(2) ** height
        out.append(Counted(found.start(), found.end(), found.group().strip(), None, value, Fraction(1)))
    return sorted(out, key=lambda one: one.start)


def added(*parts: Cost) -> Cost:
    """The sum of several counts."""
    total: Polynomial = {}
    for part in parts:
        total = plus(total, dict(part.terms))
    return Cost("", total)


def many_times(cost: Cost, factor: int | Fraction) -> Cost:
    """A count so many times over."""
    return Cost("", times(dict(cost.terms), {(): Fraction(factor)}))


def count_at(cost: Cost, sizes: Mapping[str, Fraction]) -> Fraction | None:
    """The exact value of a count; None if one of its sizes is not known."""
    total = Fraction(0)
    for monomial, coefficient in cost.terms.items():
        term = coefficient
        for name, power in monomial:
            if name not in sizes or power.denominator != 1:
                return None
            term *= sizes[name] ** int(power)
        total += term
    return total


__all__ = [
    "Counted",
    "added",
    "cost_read",
    "count_at",
    "formulas_in",
    "many_times",
    "numbers_in",
]
