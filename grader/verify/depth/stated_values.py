# ruff: noqa: E501 -- a pattern stays on one line
"""The number that a sentence states of a quantity: behind its name, after words such as `is then about` and a calculation."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.numbers.arithmetic import Figure
from grader.verify.numbers.reckoning import shown
from grader.verify.reading.numerals import FRACTION, fraction_of

NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,9})?"
WORDS = r"(?:is|was|are|were|be|becomes?|came|comes|come|gets?|has|have|had|been|out|of|to|at|with|equals?|equal|amounts?|then|thus|therefore|hence|so|still|also|again|now|indeed|only|just|exactly|precisely|even|already|the|an?|value|would|will|should|must|turns?|lies|stands|sits|makes?|gives?|yields?|reads?|as|low|high|here|as well|falls?|drops?|rises?|goes|down|up|it|dropped|fallen|risen|grown|become)"
FILL = re.compile(rf"(?:[\s,:=≈~→⇒(\"'*_`—–]|\b{WORDS}\b){{0,24}}", re.I)
NEAR = re.compile(
    r"(?:\b(?:about|around|roughly|approximately|approx\.?|nearly|almost|some|circa|ca\.|close to|just (?:over|under))\s*|[≈~]\s*)+$",
    re.I,
)
NEARLY = re.compile(
    r"(?:about|around|roughly|approximately|approx\.?|nearly|almost|some|circa|ca\.|close to)\s*", re.I
)
WORKED = re.compile(r"[\d(][\d\s.,+·×*/()−⋅-]{0,240}?(?:=|≈|~)\s*")
VALUE = re.compile(
    rf"(?P<a>\d{{1,7}})\s?/\s?(?P<b>\d{{1,7}})(?![\d/.]*\d)|(?P<part>\d{{1,7}}) (?:out )?of (?:the |all |its |these |our )*(?P<whole>\d{{1,7}})(?![\d.,]*\d|\s*%)"
    rf"|(?P<number>{NUMBER})(?:\s?(?P<percent>%))?|(?P<word>{FRACTION}|zero|none)\b",
    re.I,
)
GOES_ON = re.compile(
    r"\s?[·×*^+⋅]\s?[\d(]|\s?,\s?\d+\s?,\s?\d|\s\d{1,3}\s\d|\s?−\s?[\dA-Za-z(]|\d|[.,]\d|\s?/\s?\d|(?<=\d)[A-Za-z_]|-(?:NN|D|dim|fold|nearest)"
)


@dataclass(frozen=True)
class Stated:
    """A number as a text states it, and whether it only says about how much it is."""

    figure: Figure
    near: bool
    start: int
    end: int


def value_after(text: str, at: int) -> Stated | None:
    """The value behind a place where a quantity has been named; of a chain of equations the last one.

    >>> value_after("the mean depth is then 38/8 = 4.75, and", 14).figure.text
    '4.75'
    """
    at = _skip(text, at)
    near = bool(NEAR.search(text[max(0, at - 12) : at]))
    for _ in range(5):
        worked = WORKED.match(text, at)
        if worked is None:
            break
        near = near or bool(re.search(r"[≈~]\s*$", worked.group()))
        at = _skip(text, worked.end())
    found = VALUE.match(text, at)
    if found is None or GOES_ON.match(text, found.end()):
        return None
    made = stated_of(found)
    return None if made is None else replace(made, near=near or made.near)


def _skip(text: str, at: int) -> int:
    for _ in range(4):
        filled = FILL.match(text, at)
        at = filled.end() if filled is not None else at
        nearly = NEARLY.match(text, at)
        if nearly is None:
            break
        at = nearly.end()
    return at


def stated_of(found: re.Match[str]) -> Stated | None:
    """A match of VALUE as a number."""
    told = found.groupdict()
    span = found.start(), found.end()
    if told["a"] or told["part"]:
        above, below = Fraction(told["a"] or told["part"]), Fraction(told["b"] or told["whole"])
        if not below:
            return None
        return Stated(Figure(above / below, Fraction(0), *span, found.group()), False, *span)
    if told["word"]:
        word = told["word"].lower()
        if word in {"zero", "none"}:
            return Stated(Figure(Fraction(0), Fraction(1), *span, found.group()), False, *span)
        return Stated(Figure(fraction_of(word), Fraction(1, 1000), *span, found.group()), True, *span)
    digits = told["number"].replace(",", "")
    last = Fraction(1, 10 ** len(digits.partition(".")[2]))
    scale = Fraction(1, 100) if told["percent"] else Fraction(1)
    return Stated(
        Figure(Fraction(digits) * scale, last * scale, *span, found.group(), bool(told["percent"])),
        False,
        *span,
    )


def holds(stated: Stated, exact: Fraction) -> bool:
    """Whether an exact value rounds to what is stated."""
    return stated.figure.agrees(exact, loose=stated.near)


def far(stated: Stated, exact: Fraction) -> bool:
    """Whether a stated value is wrong under every usual rounding: not cut off, not about right."""
    gap = abs(stated.figure.value - exact)
    if stated.near:
        return gap > max(abs(exact) / 10, stated.figure.last)
    return gap >= stated.figure.last if stated.figure.last < 1 else gap > stated.figure.last / 2


def judged(stated: Stated, exact: Fraction, says: str) -> Judged | None:
    """The ruling on a stated value; None where it is only cut off or about right."""
    like = stated.figure
    told = f"{says} is {shown(exact, like)}"
    if holds(stated, exact):
        if like.value != exact and like.last > abs(like.value) / 20 and not stated.near:
            return None  # "0.6" of 5/8 may be meant to be exact
        return verified(Kind.ARITHMETIC, told, Method.COUNT)
    if not far(stated, exact):
        return None
    witness = {"computed": shown(exact, like), "stated": like.text}
    return refuted(Kind.ARITHMETIC, f"{told}, not {like.text}", Method.COUNT, witness)


__all__ = ["NUMBER", "VALUE", "Stated", "far", "holds", "judged", "stated_of", "value_after"]
