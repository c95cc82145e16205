# ruff: noqa: E501 -- a pattern stays on one line
"""Distances, cosines, angles and lengths of an example's points, stated in words: `the squared distance from a to c is 0.586`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.triplets.embeddings import angle_of, dot, plain, root_of
from grader.verify.triplets.example import Example
from grader.verify.triplets.givens import NAME
from grader.verify.triplets.phrases import Stated, compared, numbers_at, value_after, value_at

_POINT = rf"(?:(?:the )?(?:anchor|positive|negative|image|point|embedding) )?(?:{NAME}|\d{{1,2}})(?![\w(])"
_WHAT = r"(?P<squared>squared )?(?:euclidean )?(?P<what>distance|cosine(?: similarity)?|inner product|dot product|scalar product|angle)"
OF_TWO = re.compile(
    rf"\b{_WHAT}s? (?:(?:from|of|between) (?P<x>{_POINT}) (?:to|and|from|with) (?P<y>{_POINT})|(?:from|of) (?P<y2>{_POINT}) to (?P<x2>{_POINT}))"
)
APART = re.compile(
    rf"(?<![\w^])(?P<x>{NAME}) and (?P<y>{NAME}) (?:are|lie|sit|have) (?:at )?(?:a |an )?(?:{_WHAT}(?: of)? )?(?=[\d.√])"
)
TO_EACH = re.compile(rf"(?<![\w^])(?P<x>{NAME}|[A-Z]\d) (?:to|→|->) (?P<y>{NAME}|[A-Z]\d)\s?(?::|=|is)\s?(?:(?P<squared>squared )?(?:distance )?)?(?=[\d.√])")  # fmt: skip
THEIR = re.compile(rf"\b(?:[Tt]heir|[Tt]he) {_WHAT}(?: (?:of|between) (?:the|these) (?:two|2)(?: \w+)?)?(?=\s(?:is|comes|equals|=|then))")  # fmt: skip
FROM_ONE = re.compile(rf"\b{_WHAT}s (?:from|of) (?P<x>{_POINT})(?: to (?:the (?:other|remaining)s?(?: \d| three| four)?(?: points| embeddings)?|(?P<to>{NAME}(?:\s?,\s?{NAME}|\s+and\s+{NAME})+)))? (?:are|is|:|=)\s*")  # fmt: skip
UNIT = re.compile(
    r"\b(?:all|both|these|they|each)(?: of (?:them|these|the \w+))?(?: (?:\d|two|three|four|five))?(?: (?:vectors|points|embeddings))? (?:of them )?(?:are (?:all )?(?:unit vectors|of (?:unit )?(?:length|norm)(?: one| 1)?|normali[sz]ed)|lie on the unit (?:circle|sphere)|(?:has|have) (?:unit |the )?(?:length|norm)(?: one| 1)?(?![\d.]))",
    re.I,
)


def distance_words(text: str, example: Example) -> Iterator[Spanned]:
    """(start, end, ruling) of each statement in words about how the points of an example lie."""
    for found in (*OF_TWO.finditer(text), *APART.finditer(text)):
        groups = found.groupdict()
        x, y = groups.get("x") or groups.get("x2") or "", groups.get("y") or groups.get("y2") or ""
        what = groups.get("what") or "distance"
        stated = value_after(text, found.end()) or _degrees(text, found.end())
        if stated is not None and found.re is APART and not (groups.get("what") or re.match(r"\s?apart\b", text[stated.end :])):  # fmt: skip
            continue
        if stated is not None:
            judged = _of_pair(_last(x), _last(y), what, bool(groups.get("squared")), stated, text, example)
            if judged is not None:
                yield found.start(), stated.end, judged
    for found in TO_EACH.finditer(text) if re.search(r"\bdistances?\b", text) else ():
        stated = value_after(text, found.end())
        squared = re.search(r"\bsquared\b", text) is not None
        judged = _of_pair(found.group("x"), found.group("y"), "distance", squared, stated, text, example) if stated is not None else None  # fmt: skip
        if judged is not None and stated is not None:
            yield found.start(), stated.end, judged
    points = [point for point in example.batch.points if point.vector is not None]
    for found in THEIR.finditer(text):
        stated = value_after(text, found.end())
        named = [name for one in re.finditer(rf"(?<![\w^])(?:{NAME})(?![\w(])", text[: found.start()]) if example.vector(name := example.resolved(one.group())) is not None and one.group() not in {"a", "A", "I"}]  # fmt: skip
        pair = list(dict.fromkeys(named))[-2:] if len(set(named)) > 1 else [point.name for point in points]
        if stated is None or len(pair) != 2:
            continue
        judged = _of_pair(pair[0], pair[1], found.group("what"), bool(found.group("squared")), stated, text, example)  # fmt: skip
        if judged is not None:
            yield found.start(), stated.end, judged
    yield from _from_one(text, example)
    for found in UNIT.finditer(text):
        if len(points) > 1:
            yield found.start(), found.end(), _unit(example)


def _degrees(text: str, place: int) -> Stated | None:
    found = re.compile(
        r"(?:\s|=|≈|\b(?:is|of|about|roughly|equals)\b)*(?P<value>\d{1,3}(?:\.\d+)?)\s?°"
    ).match(text, place)
    if found is None:
        return None
    value = value_at(found.group("value"), 0)
    return Stated(found.start("value"), found.end(), value.term) if value is not None else None


def _last(name: str) -> str:
    return name.split()[-1] if name else ""


def _of_pair(
    x: str, y: str, what: str, squared: bool, stated: Stated, text: str, example: Example
) -> Judged | None:
    one, other = example.resolved(x), example.resolved(y)
    first, second = example.vector(one), example.vector(other)
    if stated.number is None:
        return None
    names = f"{one} and {other}"
    slack = example.batch.slack(one, other)
    if what.startswith("distance"):
        far = example.distance(one, other)
        if far is None or (one == other):
            return None
        length = root_of(far)
        if re.search(r"\bplain\b|\bunsquared\b", text, re.I):
            return compared(stated, length, f"the plain distance of {names}", (), slack)
        others = () if squared or example.squared else (length,)
        return compared(stated, far, f"the squared distance of {names}", others, slack)
    if first is None or second is None or len(first) != len(second):
        return None
    product = dot(first, second)
    lengths = root_of(dot(first, first) * dot(second, second))
    if not lengths:
        return None
    if what == "angle":
        angle = angle_of(product / lengths)
        off = abs(stated.number - angle)
        says = f"the angle of {names} is {plain(angle)}°"
        if off <= Fraction(1, 2):
            return verified(Kind.ARITHMETIC, says, Method.COUNT)
        return refuted(Kind.ARITHMETIC, says, Method.COUNT, {"angle": plain(angle), "stated": plain(stated.number)}) if off > 2 else None  # fmt: skip
    if what.startswith("cosine"):
        return compared(stated, product / lengths, f"the cosine of {names}", (), slack)
    return compared(stated, product, f"the {what} of {names}", (), slack)


def _from_one(text: str, example: Example) -> Iterator[Spanned]:
    """`the squared distances from e_1 are 0.4, 0.8 and 2`: to the others in their order."""
    for found in FROM_ONE.finditer(text):
        one = example.resolved(_last(found.group("x")))
        listed = numbers_at(text, found.end())
        if found.group("to"):
            others = [example.resolved(name) for name in re.findall(NAME, found.group("to"))]
        else:
            others = [point.name for point in example.batch.points if point.name != one]
        exact = [example.distance(one, other) for other in others]
        if not found.group("what").startswith("distance") or len(listed) != len(exact) or None in exact or len(listed) < 2:  # fmt: skip
            continue
        pairs = [(said, true, text[a:b]) for (said, a, b), true in zip(listed, exact, strict=True) if true is not None]  # fmt: skip
        wrong = [(said, true) for said, true, printed in pairs if abs(said - true) > _half(printed)]
        says = f"the squared distances are {', '.join(plain(true) for _, true, _ in pairs)}"
        if not wrong:
            yield found.start(), listed[-1][2], verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif len(wrong) * 2 <= len(pairs):
            said, true = wrong[0]
            witness = {"computed": plain(true), "stated": plain(said)}
            yield found.start(), listed[-1][2], refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def _half(printed: str) -> Fraction:
    decimals = len(printed.partition(".")[2])
    return Fraction(1, 2 * 10**decimals) if decimals else Fraction(0)


def _unit(example: Example) -> Judged:
    lengths = {
        point.name: dot(point.vector, point.vector)
        for point in example.batch.points
        if point.vector is not None
    }
    if example.batch.unit:
        return verified(Kind.ARITHMETIC, "the squares of the entries add up to 1", Method.COUNT)
    name, length = max(lengths.items(), key=lambda one: abs(one[1] - 1))
    says = f"the squares of the entries of {name} add up to {plain(length)}"
    return refuted(Kind.ARITHMETIC, says, Method.COUNT, {name: plain(length)})


__all__ = ["distance_words"]
