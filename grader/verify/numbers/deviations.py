# ruff: noqa: E501 -- a pattern stays on one line
"""A variance and its standard deviation in numbers: `variance 1/8, i.e. std 0.354`, `σ² = 8 and therefore σ = 2.83`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.verify.claim import Judged, Kind, Method, Ruling, Spanned, refuted, verified
from grader.verify.numbers.lettered import known_values
from grader.verify.reading.plain_signs import plain_signs

_PLAIN = r"\d+(?:\.\d+)?"
_ROOT = rf"√\s?[({{]?{_PLAIN}[)}}]?"
_VALUE = rf"(?:(?:{_PLAIN}|{_ROOT})\s?/\s?(?:{_PLAIN}|{_ROOT})|{_ROOT}|{_PLAIN})(?![\w.]*\d|\s?(?:[·*/×^%]|[-+]\s?\d|[A-Za-zσ]\s?[=/]))"
_CHAIN = r"(?:[^=≈,;.:]{1,24}[=≈]\s?)?"  # the middle of σ² = √64 = 8
VARIANCE = re.compile(
    rf"\bvariances?(?: (?:is|are|of|becomes?|then|equals|equal to|only|just|about))*\s?(?:=|≈|:)?\s?(?P<told>{_VALUE})"
    rf"|(?<![\w/(·])σ\^2\s?[=≈]\s?{_CHAIN}(?P<square>{_VALUE})"
    r"|\bvariance (?P<letter>[A-Z])(?![\w])",
    re.I,
)
DEVIATION = re.compile(
    rf"\b(?:standard deviation|std(?:\.? ?dev)?\.?)(?: (?:is|of|becomes?|then|thus|equals|therefore))*\s?(?:=|≈|:)?\s?(?P<near>about |around |roughly |≈\s?|~\s?)?(?P<told>{_VALUE})"
    rf"|(?<![\w/(·^])σ\s?(?P<sign>[=≈])\s?{_CHAIN}(?P<root>{_VALUE})",
    re.I,
)
# "at R = 64 this makes 0.0031, i.e. a standard deviation of": the number is the variance that was spoken of
BEFORE_IT = re.compile(
    r"(?<![\w.^])(?P<told>0?\.\d+),?\s?(?:\(|→|i\.e\.,?|that is,?|so|or|hence|thus|which is|meaning|corresponding to|a)?\s?(?:a |the )?$"
)
LINK = re.compile(
    r"^[\s,;(–—→⇒)]*(?:(?:i\.e\.|that is|or|so|hence|thus|and|therefore|which|means?|meaning|gives?|makes?|giving|we (?:get|have)|in other words|the|its|their|an?|with|then|has|is|also|equally|→|⇒)[\s,:]*)*$",
    re.I,
)
# "variance 1/2 and standard deviation 1/2": the one is not said to follow from the other
BESIDE = re.compile(r"[\s,(]*(?:and|with|or)?\s*(?:an?|the|its|their)?\s*", re.I)
TIED = re.compile(r"σ\^2 ?= ?√ ?[({]?(?P<letter>[A-Za-z](?:_\w)?)\b")
OF_SIZE = re.compile(r"(?<![\w\\^])(?P<letter>[A-Za-z](?:_\w)?) ?= ?(?P<value>\d+)(?![\w.]*\d)")
OTHER = re.compile(r"\b(?:would|had|were|instead|wrong\w*|not|if)\b|n['’]t\b", re.I)
# a width that somebody chose, as in: 1.5 worked best with 81 dimensions
CHOSEN = re.compile(
    r"\b(?:chos\w+|choos\w+|us(?:e|es|ed|ing)|try|tried|tries|set(?:ting)?|tak(?:e|ing)|took|pick\w*|work\w*|best|tun\w+|larger|smaller|wider|narrower)\b",
    re.I,
)
CONDITION = re.compile(r"\W*if\b", re.I)
REACH = 1500


@dataclass(frozen=True)
class _Range:
    """A number as printed, and between which it may lie."""

    value: float
    low: float
    high: float
    text: str


def deviations(sentence: str, before: str) -> Iterator[Spanned]:
    """Each standard deviation after its variance, and σ of a dimension where the text ties σ² to its root.

    >>> [judged.says for _, _, judged in deviations("each has variance 1/8, i.e. std 0.125", "")]
    ['the root of the variance 1/8 is 0.3536, not 0.125']
    """
    plain, places = plain_signs(sentence)
    marks = list(DEVIATION.finditer(plain))
    if not marks:
        return
    past, _ = plain_signs(before[-REACH:])
    variances = list(VARIANCE.finditer(plain))
    for found in marks:
        stated = _range(found.group("told") or found.group("root"))
        if stated is None:
            continue
        near = bool(found.group("near")) or found.group("sign") == "≈"
        earlier = [one for one in variances if one.end() <= found.start()]
        judged = None
        if earlier and LINK.match(plain[earlier[-1].end() : found.start()]):
            variance = _variance(earlier[-1], plain, past)
            symbols = earlier[-1].group("square") is not None, found.group("root") is not None
            if variance is not None and symbols[0] == symbols[1]:
                judged = _judged(variance, stated, near=near)
                beside = BESIDE.fullmatch(plain[earlier[-1].end() : found.start()])
                if (
                    beside
                    and not symbols[0]
                    and judged is not None
                    and judged.ruling is Ruling.REFUTED
                    and OF_SIZE.search(plain[: found.start()])
                ):
                    judged = None  # both may be said of the size, and the variance be the wrong one
                if (
                    symbols[0]
                    and judged is not None
                    and judged.ruling is Ruling.VERIFIED
                    and _untrue(variance, plain, past)
                ):
                    judged = None  # the root of a wrong σ² is neither right nor wrong
        elif found.group("told"):
            number = BEFORE_IT.search(plain[: found.start()])
            spoken = re.search(r"\bvariance\b", plain[: found.start()] or past) or re.search(
                r"\bvariance\b[^.]*\.\s*$", past
            )
            variance = _range(number.group("told")) if number is not None and spoken else None
            if variance is not None:
                judged = _judged(variance, stated, near=near)
        else:
            judged = _of_size(found, stated, plain, past, near=near)
        clause = re.split(r"[;:→]\s", plain[: found.start()])[-1]
        if judged is not None and not OTHER.search(clause):
            # what follows from a condition belongs to it
            start = 0 if CONDITION.match(plain) else found.start()
            yield places[start], places[found.end()], judged


def _range(text: str) -> _Range | None:
    """The value of `0.0031`, `1/8`, `√8`, `1/√16`; a decimal may have been rounded."""
    pieces = re.split(r"\s?/\s?", text.strip())
    values = [math.sqrt(float(re.sub(r"[√(){}\s]", "", one))) if "√" in one else float(one) for one in pieces]
    if len(values) == 2 and not values[1]:
        return None
    value = values[0] / values[1] if len(values) == 2 else values[0]
    decimals = len(pieces[0].partition(".")[2]) if len(pieces) == 1 and "√" not in text else 0
    half = 0.5 * 10**-decimals if decimals else 0.0
    return _Range(value, value - half, value + half, text.strip())


def _variance(found: re.Match[str], plain: str, past: str) -> _Range | None:
    if found.group("letter") is None:
        return _range(found.group("told") or found.group("square"))
    letter = found.group("letter")
    values = known_values(frozenset({letter}), plain, past)
    if values is None:
        return None
    value = float(values[letter])
    return _Range(value, value, value, f"{letter} = {value:g}")


def _untrue(variance: _Range, plain: str, past: str) -> bool:
    """Whether a σ² is not √D for the D that the text sets, where it ties the two."""
    for one in TIED.finditer(f"{past} {plain}"):
        known = known_values(frozenset({one.group("letter")}), plain, past[-200:])
        root = math.sqrt(float(known[one.group("letter")])) if known else variance.value
        if not variance.low * 0.99 <= root <= variance.high * 1.01:
            return True
    return False


def _of_size(found: re.Match[str], stated: _Range, plain: str, past: str, *, near: bool) -> Judged | None:
    """`for D = 64, σ = 8` where σ² = √D."""
    tied = [one.group("letter") for one in TIED.finditer(f"{past} {plain}")]
    clause = re.split(r"[;.]\s", plain[: found.start()])[-1]
    if CHOSEN.search(plain) or not re.match(r"\s*(?:[.,;)]|$|and\b|as well\b)", plain[found.end() :]):
        return None
    sizes = [one for one in OF_SIZE.finditer(clause) if tied and one.group("letter") in tied]
    if not sizes or len({one.group("value") for one in sizes}) != 1:
        return None
    root = math.sqrt(float(sizes[0].group("value")))
    return _judged(_Range(root, root, root, f"√{sizes[0].group('value')}"), stated, near=near)


def _judged(variance: _Range, stated: _Range, *, near: bool) -> Judged | None:
    exact = math.sqrt(variance.value)
    low, high = math.sqrt(max(variance.low, 0.0)), math.sqrt(variance.high)
    says = f"the root of the variance {variance.text} is {exact:.4g}"
    tiny = 1e-9 * max(exact, 1.0)
    if stated.low - tiny <= high and low <= stated.high + tiny:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if near and abs(stated.value - exact) <= exact / 10:
        return None
    witness = {"variance": variance.text, "standard deviation": f"{exact:.4g}", "stated": stated.text}
    return refuted(Kind.ARITHMETIC, f"{says}, not {stated.text}", Method.COUNT, witness)


__all__ = ["deviations"]
