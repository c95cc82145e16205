# ruff: noqa: E501 -- a pattern stays on one line
"""Which exponentials a floating-point format can hold: `exp(900) overflows`, `double precision is wide enough for e^900`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.reading.plain_signs import plain_signs


@dataclass(frozen=True)
class Format:
    """A format by its names, with the logarithms of its largest and its smallest positive number."""

    name: str
    words: str
    largest: float
    smallest: float


FORMATS = (
    Format("half precision", r"half[- ]precision|half|float ?16|fp ?16", math.log(65504), math.log(6e-8)),
    Format("bfloat16", r"bfloat ?16|bf ?16", math.log(3.39e38), math.log(9e-41)),
    Format("single precision", r"single[- ]precision|singles?|float ?32|fp ?32|32[- ]bit floats?", math.log(3.4028e38), math.log(1.4e-45)),
    Format("double precision", r"double[- ]precision|doubles?|float ?64|fp ?64|64[- ]bit floats?", math.log(1.7976e308), math.log(4.9e-324)),
)  # fmt: skip
_NAMES = "|".join(f"(?P<f{place}>{one.words})" for place, one in enumerate(FORMATS))
FORMAT = re.compile(
    rf"(?<![\w-])(?:{_NAMES})(?: (?:floating[- ]point )?(?:numbers?|arithmetic|format|floats?))?(?![\w-])",
    re.I,
)
_NUMBER = r"(?P<{0}>-?\d{{1,5}}(?:\.\d+)?)"
POWER = re.compile(
    rf"(?:exp ?\( ?{_NUMBER.format('exp')} ?\)|(?<![\w)])e ?\^ ?\{{?{_NUMBER.format('power')}\}}?)(?![\w.]*\d)",
    re.I,
)
EXPONENT = re.compile(
    rf"\bexponents?\b[^.;]{{0,60}}?(?:is|=|of|reach(?:es)?|equals?|becomes?) (?:about |around |then |already )*{_NUMBER.format('value')}(?![\d.]*\d)",
    re.I,
)
_NOT = r"(?:not|never|no longer|cannot|can not|n['’]t)"
HOLDS = re.compile(
    r"(?P<holds>(?:is|are) (?:(?:still|just|easily|large|wide|also|well) )*(?:wide|large|big) enough(?: (?:to (?:hold|represent|store|cope with|express)|for))?|(?:can|could|may)(?: still| easily| just)? (?:hold|represent|store|cope with|express)|holds?|represents?|copes? with|(?:still |easily |just |comfortably )*fits?(?: into| in)?|(?:is|are|stays?|remains?|lies?) (?:still |well )*(?:within|inside) (?:the )?range|(?:is|are) (?:still )?(?:representable|finite|harmless|no problem)|does not overflow|doesn['’]t overflow|suffices?|is sufficient)"
    r"|(?P<over>overflows?(?: to (?:infinity|inf|∞))?|(?:is|are) (?:far |much |already )*(?:too (?:large|big)|out of range|beyond (?:the )?range|not representable|infinite|inf)|(?:becomes?|gives?|yields?|evaluates? to|returns?) (?:inf(?:inity)?|∞)|(?:can(?:not| not|['’]t)|does not|doesn['’]t) (?:hold|represent|store|fit|be (?:held|represented|stored))|exceeds? the (?:range|largest)|(?:is|are) not (?:wide|large) enough(?: (?:to (?:hold|represent|store)|for))?)"
    r"|(?P<under>underflows?(?: to (?:zero|0))?|(?:is|are|gets?) rounded to (?:zero|0)|(?:is|becomes?) (?:exactly )?(?:zero|0) in)",
    re.I,
)
LIMIT = re.compile(
    rf"(?:overflows?|(?:gives?|returns?|becomes?) inf(?:inity)?|is (?:no longer )?(?:representable|finite))[^.;\d]{{0,50}}?(?P<rel>above|beyond|at|from|for (?:arguments|exponents|inputs) (?:above|beyond|larger than|over)|past|when[^.;\d]{{1,30}}(?:exceeds?|above|larger than|>)|once[^.;\d]{{1,30}}(?:exceeds?|above|passes|>)) (?P<about>about |around |roughly |approximately |≈ ?|~ ?)*(?:exp ?\( ?|e ?\^ ?\{{?)?{_NUMBER.format('limit')}(?![\d.]*\d)",
    re.I,
)
ELSEWHERE = re.compile(r"\b(?:if|would|could|unless|suppose|says?|claims?|memory|MiB|bytes?|log-?sum|subtract\w*|after|instead|avoid\w*|prevent\w*|without)\b|\?", re.I)  # fmt: skip
SEGMENT = re.compile(r";\s|\.\s|,?\s(?:but|while|whereas|though|although)\s", re.I)
REACH = 200
NEAR = 0.75  # how far a limit may be rounded


def overflow(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of what a sentence says of an exponential in a format.

    >>> told = "Double precision is wide enough to hold e^900."
    >>> [judged.ruling.value for _, _, judged in overflow(told, "")]
    ['refuted']
    """
    plain, places = plain_signs(sentence)
    past = plain_signs(before[-REACH:])[0]
    at = 0
    for cut in (*SEGMENT.finditer(plain), None):
        end = cut.start() if cut is not None else len(plain)
        for start, last, judged in _said(plain[at:end], f"{past} {plain[:at]}"):
            yield places[at + start], places[at + last], judged
        at = cut.end() if cut is not None else end


def _said(text: str, past: str) -> Iterator[Spanned]:
    limit = LIMIT.search(text)
    if limit is not None:
        yield from _limit(limit, text)
        return
    found = list(HOLDS.finditer(text))
    if len(found) != 1:
        return
    powers = list(POWER.finditer(text))
    told = next(EXPONENT.finditer(text), None)
    names = list(FORMAT.finditer(text))
    if len(powers) > 1 or len(names) > 1 or ELSEWHERE.search(text[found[0].start() :]):
        return
    overflows = found[0].group("over") is not None
    if not powers and told is None:
        # the exponent stands in the sentence before: only what overflows is said so
        earlier = list(EXPONENT.finditer(past)) or list(POWER.finditer(past))
        if not earlier or not names or not overflows:
            return
        exponent = float(next(filter(None, earlier[-1].groups())))
        spans = [names[0].span(), found[0].span()]
    elif powers:
        exponent = float(next(filter(None, powers[0].groups())))
        spans = [powers[0].span(), found[0].span(), *(one.span() for one in names)]
    elif told is not None:
        exponent = float(told.group("value"))
        spans = [found[0].span(), *(one.span() for one in names)]
        if not names:
            return
    else:
        return
    kinds = [_format(names[0])] if names else list(FORMATS[2:])
    says = ", ".join(f"{one.name} reaches e^{one.largest:.1f}" for one in kinds)
    if found[0].group("under"):
        verdicts = {exponent < one.smallest for one in kinds}
    else:
        verdicts = {(exponent > one.largest) == overflows for one in kinds}
    if len(verdicts) != 1:
        return
    start, end = min(one[0] for one in spans), max(one[1] for one in spans)
    if verdicts.pop():
        yield start, end, verified(Kind.FACT, says, Method.NUMERIC)
    elif found[0].group("under") or all(abs(exponent - one.largest) >= NEAR for one in kinds):
        # nearer than that it may be the limit itself, rounded
        yield (
            start,
            end,
            refuted(
                Kind.FACT,
                says,
                Method.NUMERIC,
                {
                    "exponent": exponent,
                    **{f"largest exponent in {one.name}": round(one.largest, 1) for one in kinds},
                },
            ),
        )


def _format(found: re.Match[str]) -> Format:
    return next(one for place, one in enumerate(FORMATS) if found.group(f"f{place}") is not None)


def _limit(found: re.Match[str], text: str) -> Iterator[Spanned]:
    """`exp overflows above about 88 in single precision`."""
    names = list(FORMAT.finditer(text))
    if len(names) != 1 or not re.search(r"\bexp|exponent|e ?\^", text, re.I):
        return
    one = _format(names[0])
    stated = float(found.group("limit"))
    start, end = min(found.start(), names[0].start()), max(found.end(), names[0].end())
    says = f"{one.name} reaches e^{one.largest:.2f}"
    if abs(stated - one.largest) <= max(1.0, 0.02 * one.largest):
        yield start, end, verified(Kind.FACT, says, Method.NUMERIC)
    elif abs(stated - one.largest) > 0.1 * one.largest:
        yield (
            start,
            end,
            refuted(
                Kind.FACT, says, Method.NUMERIC, {"largest exponent": round(one.largest, 2), "stated": stated}
            ),
        )


__all__ = ["overflow"]
