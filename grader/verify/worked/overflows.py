# ruff: noqa: E501 -- a pattern stays on one line
"""Where exp overflows: above about 88.7 in single precision, 709.8 in double, 11.1 in half."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import numpy as np

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.worked.evaluation import exactly
from grader.verify.worked.literals import Match, literal_of

LARGEST = {"half": 65504.0, "bfloat": 3.3895e38, "single": 3.4028235e38, "double": 1.7976931e308}
PRECISIONS = {
    "half": r"\b(?:float16|fp16|half[- ]precision|half precision)\b",
    "bfloat": r"\bb(?:float16|f16)\b",
    "single": r"\b(?:float32|fp32|float-32|32-bit floats?|single[- ]precision|single)\b",
    "double": r"\b(?:float64|fp64|float-64|64-bit floats?|double[- ]precision|doubles?)\b",
}
PRECISION = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in PRECISIONS.items()), re.I)
POWER = r"(?:exp\(\s*(?P<called>\d+(?:\.\d+)?)\s*\)|e\^\{?(?P<raised>\d+(?:\.\d+)?)\}?)"
EXPONENT = re.compile(
    r"\bexponent\b[^.;]{0,60}?(?:is|=|of|equals|becomes)\s+(?P<value>\d+(?:\.\d+)?)(?![\d.]*[A-Za-z/])", re.I
)
TOO_LARGE = r"(?:overflows\b|(?:will|do(?:es)?|must|has to) overflow\b|over-?flowed|is (?:infinite|inf|infinity|too (?:large|big)|out of range|beyond|not representable)|gives? inf(?:inity)?|becomes? inf(?:inity)?|leaves? the (?:\w+ )?range|exceeds? (?:the |its |what )|cannot (?:hold|represent)|can['’]t (?:hold|represent)|does(?:n['’]t| not) fit)"
FITS = r"(?:does(?:n['’]t| not) overflow|never overflows?|still fits?|fits?|is (?:still )?(?:representable|finite|fine|in range|harmless|safe|no problem)|can (?:still )?(?:hold|represent)|(?:is )?(?:wide|large|big) enough|has room for|without overflow|holds? it|survives?|copes? with)"
SAYS = re.compile(rf"(?P<fits>{FITS})|(?P<large>{TOO_LARGE})", re.I)
# "float32 overflows above about 88.7", "the largest exponent that float64 takes is 709"
LIMIT = re.compile(
    r"(?:overflows?|(?:becomes?|is|gives?) inf(?:inity|inite)?|range ends|limit(?: of exp)?|largest (?:\w+ ){0,3}(?:exponent|argument)\w*|exp\(x\) overflows?)[^.;\d]{0,60}?(?:above|beyond|at|from|for (?:exponents|arguments|x)(?: above| beyond| >| larger than| greater than)?|>|is|=|once [a-z ]{0,20}(?:exceeds|passes)|around|about)\s*(?:about |roughly |approximately |around |≈ ?|x ?(?:=|>|≈) ?|some )*(?P<value>\d{1,3}(?:\.\d+)?)(?![\d.]*\s*(?:%|MiB|bits?|bytes?|tokens?))",
    re.I,
)
UNREAL = re.compile(
    r"\bif\b|\bwould\b|\bcould\b|\bmight\b|\bmay\b|\?|\bnot sure\b|\bunless\b|\bsuppose\b|\bfor keys\b|\blonger than\b|\bclaim|\bsays?\b",
    re.I,
)
# "float32 overflows above about exp(88.7)" tells where the range ends, not that this power is too large
RANGE_END = re.compile(
    rf"\b(?:above|beyond|past|from|after|once)\s(?:about |roughly |around |some |≈ ?|x ?[=>≈] ?)*{POWER}",
    re.I,
)
# "subtracting the maximum is harmless": said of the remedy, and not of the number
REMEDY = re.compile(
    r"\b(?:subtract\w*|shift\w*|remov\w+|rescal\w+|divid\w+ by|multiply\w*|factor\w* out|pull\w* out|tak\w+ out)\b[^.;:]*?\b(?:harmless|safe|fine|no problem|without overflow|survives?)\b",
    re.I,
)
NEAR = 0.02
BESIDE = 45


def overflow_claims(plain: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of what a sentence says of overflow; `before` is its block up to it.

    >>> told = "The exponent is 900, so double precision overflows; exp(80) overflows in float32."
    >>> [judged.ruling.value for _, _, judged in overflow_claims(told, "")]
    ['verified', 'refuted']
    """
    if not re.search(
        r"overflow|\binf|float|precision|range|represent|wide enough|\bfits?\b|\bhold\b", plain, re.I
    ):
        return
    yield from _of_lengths(plain)
    for start, piece in _clauses(plain):
        if UNREAL.search(piece) or RANGE_END.search(piece):
            continue
        limit = LIMIT.search(piece)
        named = [
            name for name in PRECISIONS if any(found.lastgroup == name for found in PRECISION.finditer(piece))
        ]
        if limit is not None and len(named) == 1 and not re.search(POWER, piece):
            yield from _of_limit(start, limit, named[0])
            continue
        said = SAYS.search(REMEDY.sub(lambda one: " " * len(one.group()), piece))
        exponent = _exponent(piece, plain[:start], before)
        if said is None or exponent is None:
            continue
        yield from _of_exponent(start, piece, said, exponent, named, _precision(f"{before} {plain}"))


def _clauses(plain: str) -> Iterator[tuple[int, str]]:
    at = 0
    for cut in re.finditer(
        r"[;.!?](?=\s|$)|,\s+(?:but|while|whereas|and)\s+(?=\w+ )|\bbut\b|,\s+so\s+", plain
    ):
        yield at, plain[at : cut.start()]
        at = cut.end()
    yield at, plain[at:]


def _exponent(piece: str, earlier: str, before: str) -> float | None:
    """The exponent that is meant: that of the clause, else the last one before it."""
    powers = list(re.finditer(POWER, piece))
    if powers:
        return (
            float(powers[-1].group("called") or powers[-1].group("raised"))
            if len({one.group() for one in powers}) == 1
            else None
        )
    for text in (piece, earlier, before[-200:]):
        found = [*re.finditer(POWER, text)]
        told = [*EXPONENT.finditer(text)]
        if told and (not found or told[-1].start() > found[-1].start()):
            return float(told[-1].group("value"))
        if found:
            return float(found[-1].group("called") or found[-1].group("raised"))
    return None


def _precision(around: str) -> str | None:
    """The one precision that the text around speaks of."""
    named = {found.lastgroup for found in PRECISION.finditer(around)}
    return named.pop() if len(named) == 1 else None


def _of_exponent(
    start: int, piece: str, said: re.Match[str], exponent: float, named: list[str], around: str | None
) -> Iterator[Spanned]:
    if len(named) > 1:
        return
    name = named[0] if named else around
    names = [name] if name is not None else ["single", "double"]
    overflows = {exponent > math.log(LARGEST[one]) for one in names}
    if len(overflows) > 1:
        return
    too_large = overflows.pop()
    claims_large = said.group("large") is not None
    limit = math.log(LARGEST[names[-1]])
    says = f"exp overflows above {exactly(round(limit, 2))} in {names[-1]} precision, and the exponent is {exactly(exponent)}"
    lead, end = (start + place for place in _span(piece, said))
    if claims_large == too_large:
        yield lead, end, verified(Kind.FACT, says, Method.COUNT)
    else:
        witness = {
            "exponent": exactly(exponent),
            "largest exponent": exactly(round(limit, 2)),
            "precision": names[-1],
        }
        yield lead, end, refuted(Kind.FACT, says, Method.COUNT, witness)


def _span(piece: str, said: re.Match[str]) -> tuple[int, int]:
    """From the number or the precision beside what is said to the one behind it."""
    parts = [*re.finditer(POWER, piece), *PRECISION.finditer(piece)]
    first = min(
        [said.start(), *(one.start() for one in parts if said.start() - BESIDE < one.start() < said.start())]
    )
    return first, max(
        [said.end(), *(one.end() for one in parts if said.end() <= one.start() < said.end() + BESIDE)]
    )


# exp(‖k‖²/16) leaves the range for keys longer than 37.7
LENGTHS = re.compile(
    r"exp\(\s*(?:‖\w(?:_\w)?‖|\|\w(?:_\w)?\|)\^2\s*/\s*\(?(?P<under>\d+(?:\.\d+)?)\)?\s*\)(?P<between>[^.;]{0,80}?\b(?:longer|larger|norms? (?:above|over|beyond)|lengths? (?:above|over|beyond))[^.;\d]{0,20})(?P<value>\d+(?:\.\d+)?)"
)


def _of_lengths(plain: str) -> Iterator[Spanned]:
    for found in LENGTHS.finditer(plain):
        named = [
            name
            for name in PRECISIONS
            if any(one.lastgroup == name for one in PRECISION.finditer(found.group("between")))
        ]
        literal = literal_of(found.group("value"), near=True)
        if len(named) != 1 or literal is None:
            continue
        exact = math.sqrt(math.log(LARGEST[named[0]]) * float(found.group("under")))
        match = literal.against(np.asarray(exact))
        says = f"the exponent is {exactly(round(math.log(LARGEST[named[0]]), 2))}, the largest in {named[0]} precision, at length {exactly(exact)}"
        if match is Match.AGREES:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif match is Match.CLASHES and abs(exact - float(literal.value)) > NEAR * exact:
            yield (
                found.start(),
                found.end(),
                refuted(
                    Kind.ARITHMETIC,
                    says,
                    Method.COUNT,
                    {"computed": exactly(exact), "stated": found.group("value")},
                ),
            )


def _of_limit(start: int, limit: re.Match[str], name: str) -> Iterator[Spanned]:
    literal = literal_of(limit.group("value"), near=True)
    if literal is None:
        return
    exact, stated = math.log(LARGEST[name]), float(literal.value)
    says = f"exp overflows above {exactly(round(exact, 2))} in {name} precision"
    first, last = start + limit.start(), start + limit.end()
    if abs(stated - exact) <= max(NEAR * exact, 0.6):
        yield first, last, verified(Kind.FACT, says, Method.COUNT)
    elif not 0.8 < stated / exact < 1.25:
        yield (
            first,
            last,
            refuted(
                Kind.FACT,
                says,
                Method.COUNT,
                {"largest exponent": exactly(round(exact, 2)), "stated": limit.group("value")},
            ),
        )


__all__ = ["overflow_claims"]
