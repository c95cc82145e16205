# ruff: noqa: E501 -- a pattern stays on one line
"""How far apart two points of the unit sphere can be, and what a cosine says of their distance: ‖u − v‖² = 2 − 2 u·v."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.triplets.triplet_values import SPHERE

VALUE = r"(?P<root>√|\\sqrt\s?\{?)?(?P<value>\d+(?:\.\d+)?)(?![\d.]*\d|\s*[·*/+×^%°−])"
LINK = r"(?:\s*(?:=|≈|:|,)\s*|\s+(?:(?:is|are|was|equals?|of|be|becomes|comes to|then|therefore|thus|just|only|exactly|about|at most)\s+)+)"
# which two points are meant: any of the sphere, not those of a batch
ANY_TWO = r"(?:\s+(?:that\s+)?(?:between|of|for)\s+(?:any\s+)?(?:two|unit|such|normali[sz]ed|points|embeddings)(?:\s+(?:unit|points|embeddings|normali[sz]ed|vectors|of|on|the|length|them|sphere|hypersphere|norm|one|1))*|\s+(?:that\s+)?(?:two\s+\w+\s+|they\s+|it\s+)?can\s+(?:have|be|reach|take|occur))"
LARGEST = re.compile(
    rf"\b(?P<how>largest|greatest|maximum|maximal|biggest|highest|smallest|least|minimum|minimal)\s+(?P<possible>possible\s+|conceivable\s+)?(?:value of the\s+)?(?P<squared>squared\s+)?(?:euclidean\s+)?(?P<late>squared\s+)?distance(?P<possible_late>\s+possible)?(?P<two>{ANY_TWO})?{LINK}(?P<number>{VALUE})",
    re.I,
)
REACHES = re.compile(
    rf"\b(?P<squared>squared\s+)(?:euclidean\s+)?distances?\b(?:[^.;:\d]|\b2\s(?=[a-z])){{0,40}}?\b(?:can\s+(?:be as large as|grow to|reach|get as large as|go up to)|never exceeds?|is bounded by|cannot exceed|(?:can\s+)?never\s+(?:be\s+|get\s+)?(?:larger|more|greater|bigger)\s+than|cannot\s+be\s+(?:larger|more|greater|bigger)\s+than|(?:is|are)\s+(?:always\s+)?at\s+most|(?:lies?|lie|are|range|ranges|run|runs|go|goes|takes? values)\s+(?:always\s+)?(?:in|over|from|between|within)\s*(?:the\s+interval\s*)?[(\[]?\s*0\s*(?:,|to|and|–|-|up to))\s*(?P<number>{VALUE})",
    re.I,
)
SQUARED_THROUGHOUT = re.compile(
    r"\bdistances?\b[^.;]{0,50}\b(?:squared|squares)\b|\bsquared\b[^.;]{0,20}\bdistances?\b[^.;]{0,30}\b(?:throughout|everywhere|always)\b",
    re.I,
)
# "for normalised vectors with non-negative entries the largest is 2": another question
RESTRICTED = re.compile(
    r"\b(?:batch|data|sample|our|observed|measured|seen|run|orthogonal|non-?negative|positives?|relu|perpendicular|half|hemisphere|orthant|anchor|negatives?|still|loss|margin|same|class(?:es)?|identit\w+|threshold|not)\b",
    re.I,
)


def _number(found: re.Match[str]) -> tuple[Fraction, Fraction]:
    """The square of what is stated, where the stated number is a root, else the number; and its last digit."""
    text = found.group("value")
    return Fraction(text), Fraction(1, 10 ** len(text.partition(".")[2]))


def _of_unit_vectors(sentence: str, before: str) -> bool:
    return bool(
        SPHERE.search(f"{before[-600:]} {sentence}")
        or re.search(r"\bon the (?:hyper)?sphere\b", sentence, re.I)
    )


def extreme_distances(sentence: str, before: str) -> Iterator[Spanned]:
    """`the largest possible squared distance is 4`: between opposite points.

    >>> [j.ruling.value for *_, j in extreme_distances("For unit vectors the largest possible squared distance is 2.", "")]
    ['refuted']
    """
    if not _of_unit_vectors(sentence, before):
        return
    for found in (*LARGEST.finditer(sentence), *REACHES.finditer(sentence)):
        groups = found.groupdict()
        own = groups.get("possible") or groups.get("possible_late") or groups.get("two")
        if (found.re is LARGEST and not own) or RESTRICTED.search(sentence[: found.end()]):
            continue
        least = re.match(r"smallest|least|minim", groups.get("how") or "", re.I) is not None
        squared = bool(groups.get("squared") or groups.get("late"))
        exact = Fraction(0) if least else Fraction(4)
        value, last = _number(found)
        square = value if found.group("root") else value * value
        as_length = square == exact
        as_square = not found.group("root") and value == exact
        if found.group("root"):
            as_square = value == exact * exact
        says = f"‖u − v‖² = 2 − 2 u·v lies between 0 and 4 on the unit sphere, so the {'smallest' if least else 'largest'} squared distance is {exact}"
        if (as_square and squared) or (as_length and not squared and not SQUARED_THROUGHOUT.search(before)):
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.SYMBOLIC)
        elif squared or not (as_length or as_square):
            other = [1, 0] if least else [-1, 0]
            witness = {
                "u": [1, 0],
                "v": other,
                "squared distance": int(exact),
                "stated": found.group("number"),
            }
            if last < 1 and abs(square - exact) <= 4 * last and not squared:
                continue
            yield found.start(), found.end(), refuted(Kind.FACT, says, Method.SYMBOLIC, witness)


NUMBER = r"[-−]?\d(?:\.\d+)?(?![\d.]*\d|\s*[·*/+×^%°−])"
COSINE = r"(?:cosine(?: similarity)?|inner product|dot product)"
MEANS = r"(?:\s*(?:=|→|⇒|,)\s*|\s+(?:(?:means?|gives?|corresponds? to|is the same as|is|are|have|has|makes|yields?|implies|amounts to|belongs to|the|an?|of|at|so|then)\s+)+)"
COSINE_DISTANCE = re.compile(
    rf"\b{COSINE}\s+(?:(?:of|is|=|equal to)\s+)?(?P<cosine>{NUMBER}){MEANS}squared (?:euclidean )?distance\s*(?:of|is|=|equals)?\s*(?P<distance>{NUMBER})"
    rf"|\bsquared (?:euclidean )?distance\s+(?:(?:of|is|=|equal to)\s+)?(?P<distance2>{NUMBER}){MEANS}{COSINE}\s*(?:of|is|=|equals)?\s*(?P<cosine2>{NUMBER})",
    re.I,
)


def cosines(sentence: str, before: str) -> Iterator[Spanned]:
    """`a cosine of 0.5 means a squared distance of 1`, for unit vectors."""
    if not _of_unit_vectors(sentence, before):
        return
    for found in COSINE_DISTANCE.finditer(sentence):
        first = found.group("cosine") is not None
        cosine, distance = (
            found.group("cosine" if first else "cosine2"),
            found.group("distance" if first else "distance2"),
        )
        c, d = (Fraction(text.replace("−", "-")) for text in (cosine, distance))
        if abs(c) > 1:
            continue
        told = distance if first else cosine
        last = Fraction(1, 10 ** len(told.partition(".")[2]))
        exact, stated = (2 - 2 * c, d) if first else (1 - d / 2, c)
        says = f"‖u − v‖² = 2 − 2 cos for unit vectors: {float(exact):.4g}"
        if abs(exact - stated) <= last / 2:
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.SYMBOLIC)
        else:
            witness = {
                "cosine" if first else "squared distance": float(c if first else d),
                "squared distance" if first else "cosine": float(exact),
                "stated": told,
            }
            yield found.start(), found.end(), refuted(Kind.FACT, says, Method.SYMBOLIC, witness)


PLACES = {"orthogonal": 2, "perpendicular": 2, "opposite": 4, "antipodal": 4, "identical": 0, "equal": 0}
OF_PAIR = re.compile(
    rf"\bsquared (?:euclidean )?distance (?:of|between) (?:two |any two )?(?P<where>{'|'.join(PLACES)}) (?:unit )?(?:embeddings?|vectors?|ones|points?){LINK}(?P<number>{VALUE})",
    re.I,
)


def pairs(sentence: str, before: str) -> Iterator[Spanned]:
    """`the squared distance of orthogonal unit vectors is 2`."""
    if not _of_unit_vectors(sentence, before):
        return
    for found in OF_PAIR.finditer(sentence):
        exact = PLACES[found.group("where").lower()]
        says = f"the squared distance of {found.group('where').lower()} unit vectors is {exact}"
        if Fraction(found.group("value")) == exact and not found.group("root"):
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.SYMBOLIC)
        else:
            witness = {"squared distance": exact, "stated": found.group("number")}
            yield found.start(), found.end(), refuted(Kind.FACT, says, Method.SYMBOLIC, witness)


def sphere_distances(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each statement about distances on the unit sphere; `before` is the text so far."""
    yield from extreme_distances(sentence, before)
    yield from cosines(sentence, before)
    yield from pairs(sentence, before)


__all__ = ["sphere_distances"]
