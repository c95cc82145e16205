# ruff: noqa: E501 -- a pattern stays on one line
"""Numbers of the unit sphere in words: gaps of squared distances and of cosines, and whether given vectors lie on it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.reading.plain_signs import plain_signs
from grader.verify.words.ranges import SPHERE, SQUARED_THROUGHOUT, squared_letter

_NUMBER = r"(?P<{0}>\d*\.\d+|\d+)(?![\d.]*\d|\w)"
_GAP = r"(?:margin|gap|difference|step|distance)"
_SQUARED = r"(?:in|of|between) (?:the |two )*(?P<what>squared (?:euclidean )?distances?|(?-i:[dD])(?![\w(])|distances?)"
_COSINES = r"(?:in|of|between) (?:the |two |their )*(?:cosines?(?: similarit(?:y|ies))?|(?:inner|dot|scalar) products?)"
GAP_OF_COSINES = re.compile(
    rf"\b{_GAP} (?:α )?(?:of|=) {_NUMBER.format('distance')} {_SQUARED} (?:is|means|corresponds to|amounts to|equals|becomes|is the same as|translates (?:in)?to)(?: just| only| exactly| then| the same as)* (?:an? |the )?{_GAP} (?:of|=) {_NUMBER.format('cosine')} {_COSINES}"
    rf"|\b{_GAP} (?:of|=) {_NUMBER.format('cosine2')} {_COSINES} (?:is|means|corresponds to|amounts to|equals|becomes|is the same as|translates (?:in)?to)(?: just| only| exactly| then)* (?:an? |the )?{_GAP} (?:of|=) {_NUMBER.format('distance2')} {_SQUARED.replace('?P<what>', '?P<what2>')}",
    re.I,
)
VECTOR = re.compile(r"\((-?\d+(?:\.\d+)?(?:/\d+)?(?: ?, ?-?\d+(?:\.\d+)?(?:/\d+)?){1,3})\)")
ON_SPHERE = re.compile(
    r"(?P<who>(?:all|both|each|every)(?: (?:two|three|four|five|six|of them|of the (?:vectors|points|embeddings)|vectors|points|embeddings|of these))*|they(?: all)?|the (?:(?:two|three|four|five|six) )?(?:vectors|points|embeddings)(?: all)?) (?:(?P<not>do not|are not|don['’]t|aren['’]t) )?(?:(?:lie|lies|are|is|have|has|sit) )?(?:all )?(?:on the unit (?:circle|(?:hyper)?sphere)|(?:unit vectors|of (?:unit )?(?:length|norm)(?: one| 1)?)|(?:unit )?(?:length|norm) (?:one|1)|normali[sz]ed)(?![\w.]*\d)",
    re.I,
)
ELSEWHERE = re.compile(r"\b(?:if|would|suppose|must|should|assum\w+|after|once|instead|let)\b|\?", re.I)
CLOSE = 0.006  # of vectors with two decimals
FEWEST = 2


def sphere_numbers(sentence: str, before: str) -> Iterator[Spanned]:
    """`a margin of 0.2 in the squared distance is a gap of 0.1 between the cosines`, `all three lie on the unit circle`.

    >>> said = "A margin of 0.2 in the squared distance is a gap of 0.2 between the two cosines, for unit vectors."
    >>> [judged.ruling.value for _, _, judged in sphere_numbers(said, "")]
    ['refuted']
    """
    plain, places = plain_signs(sentence)
    past = plain_signs(before[-1500:])[0]
    around = f"{past} {plain}"
    for found in GAP_OF_COSINES.finditer(plain):
        judged = _gap(found, around)
        if judged is not None:
            yield places[found.start()], places[found.end()], judged
    told = ON_SPHERE.search(plain)
    if told is None or ELSEWHERE.search(plain):
        return
    own = VECTOR.findall(plain)
    vectors = [_vector(one) for one in (own or VECTOR.findall(past[-400:]))]
    if len(vectors) < FEWEST or len({len(one) for one in vectors}) != 1:
        return
    lengths = [math.hypot(*one) for one in vectors]
    holds = all(abs(length - 1) <= CLOSE for length in lengths)
    says = f"the vectors have the lengths {', '.join(f'{length:.3g}' for length in lengths)}"
    if holds != bool(told.group("not")):
        yield places[told.start()], places[told.end()], verified(Kind.FACT, says, Method.NUMERIC)
    elif max(abs(length - 1) for length in lengths) > 10 * CLOSE or told.group("not"):
        yield (
            places[told.start()],
            places[told.end()],
            refuted(
                Kind.FACT,
                says,
                Method.NUMERIC,
                {
                    "vectors": [list(one) for one in vectors],
                    "lengths": [round(length, 3) for length in lengths],
                },
            ),
        )


def _vector(text: str) -> tuple[float, ...]:
    return tuple(float(Fraction(one.strip())) for one in text.split(","))


def _gap(found: re.Match[str], around: str) -> Judged | None:
    if not re.search(SPHERE, around, re.I) and "cosine" not in found.group().lower():
        return None
    what = found.group("what") or found.group("what2")
    if (
        not re.match(r"squared", what, re.I)
        and squared_letter(around) is None
        and not SQUARED_THROUGHOUT.search(around)
    ):
        return None
    distance = Fraction(found.group("distance") or found.group("distance2"))
    cosine = Fraction(found.group("cosine") or found.group("cosine2"))
    says = "d = 2 − 2 cos for unit vectors: a gap of the squared distances is twice that of the cosines"
    if distance == 2 * cosine:
        return verified(Kind.FACT, says, Method.SYMBOLIC)
    return refuted(
        Kind.FACT,
        says,
        Method.SYMBOLIC,
        {
            "gap of the squared distances": float(distance),
            "gap of the cosines": float(distance / 2),
            "stated": float(cosine),
        },
    )


__all__ = ["sphere_numbers"]
