# ruff: noqa: E501 -- a pattern stays on one line
"""Formulas about unit vectors in any letters: `d(x,y) = 2 - 2 x^T y = 4 sin²(θ/2)`, tried on unit vectors at several angles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.triplets.chains import Side, chains_in
from grader.verify.triplets.embeddings import (
    Vector,
    angle_of,
    cosine_at,
    dot,
    plain,
    root_of,
    squared_distance,
)
from grader.verify.triplets.example import Example
from grader.verify.triplets.spoken import Spoken
from grader.verify.triplets.terms import Known, key

# angles in degrees of three unit vectors of a plane, and the margin; no sum or product of theirs agrees by accident
DRAWS = (((11, 83, 152), "0.37"), ((205, 141, 19), "0.23"), ((67, 298, 331), "0.71"))
_VECTOR = r"(?:f\(\s?[a-z]\w*(?:[_^][a-z]+)?\s?\)|[a-zA-Z](?:_[a-z1-9]{1,2}|\^[+-])?)"
PRODUCT = re.compile(
    rf"(?<![A-Za-z_^])(?P<x>{_VECTOR})\s?(?:\^\s?T\s?·?\s?|\s?·\s?)(?P<y>{_VECTOR})(?![\w^(])|⟨\s?(?P<x2>{_VECTOR})\s?,\s?(?P<y2>{_VECTOR})\s?⟩|‖\s?(?P<x3>{_VECTOR})\s?-\s?(?P<y3>{_VECTOR})\s?‖"
)
PAIR = re.compile(r"(?<![\w^])[dD]\(\s?(?P<x>[a-zA-Z](?:_\w)?)\s?,\s?(?P<y>[a-zA-Z](?:_\w)?)\s?\)")
COSINE_LETTER = re.compile(r"\bcosines? (?:similarity )?(?P<c>[a-z])\b(?!\w)")
DISTANCE_LETTER = re.compile(r"\bsquared distances? (?P<d>[a-zA-Z])(?=\s?=)")
ANGLE = re.compile(r"\b(?:sin|cos)(?:\s?\^\s?2)?\s?\(?\s?(?:θ|\d)|\bcos\b")
SCALARS = frozenset("tcsλ")


@dataclass(frozen=True)
class _Draw:
    """Unit vectors for the names of a text, the angle of the first two, and the margin."""

    vectors: dict[str, Vector]
    known: Known
    shown: str


def sphere_identities(piece: Spoken, example: Example) -> Iterator[Spanned]:
    """(start, end, ruling) of each equation between distances, products and angles of unit vectors that a text writes."""
    if not example.sphere:
        return
    for start, end in _windows(piece.text):
        part = piece.part(start, end)
        if re.search(r"[dD]\(\s?\d+\s?,", piece.text[start:end]):
            continue  # "d(1, 2) = d(3, 4)" speaks of numbered points, not of any
        for begin, stop, judged in _identities(part, piece.text):
            yield start + begin, start + stop, judged


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """The pieces of a text between which no formula goes on."""
    start = 0
    for cut in re.finditer(r"[,;.]\s", text):
        if text.count("(", start, cut.start()) <= text.count(")", start, cut.start()) and text.count("⟨", start, cut.start()) <= text.count("⟩", start, cut.start()):  # fmt: skip
            yield start, cut.start()
            start = cut.end()
    yield start, len(text)


def _identities(piece: Spoken, around: str) -> Iterator[Spanned]:
    names = _names(piece.text)
    if not 2 <= len(names) <= 3:
        return
    draws = [_draw(names, around, number) for number in range(len(DRAWS))]
    chains = [list(chains_in(piece, draw.known, told=True)) for draw in draws]
    for found in zip(*chains, strict=False):
        if len({tuple((side.start, side.end) for side in sides) for sides in found}) != 1:
            continue
        yield from _steps(found, draws)


def _names(text: str) -> tuple[str, ...]:
    """The vectors of the products and distances of a text, in order."""
    found: dict[str, None] = {}
    for one in PRODUCT.finditer(text):
        for name in one.groupdict().values():
            if name and key(name) not in SCALARS:
                found[key(name)] = None
    pairs = [(one.group("x"), one.group("y")) for one in PAIR.finditer(text)]
    if not found and ANGLE.search(text) and pairs:
        found = dict.fromkeys(map(key, pairs[0]))
    if not found and COSINE_LETTER.search(text):
        return ("x", "y")
    return tuple(found)


def _draw(names: Sequence[str], text: str, number: int) -> _Draw:
    angles, margin = DRAWS[number]
    vectors = {
        name: (cosine_at(Fraction(angle)), cosine_at(Fraction(angle - 90)))
        for name, angle in zip(names, angles, strict=False)
    }
    one, other = (vectors[name] for name in names[:2])
    cosine = dot(one, other)
    by_index = {name[1:]: vector for name, vector in vectors.items() if len(name) > 1 and name[0] in "exfzuv"}
    placed = {**by_index, **vectors}

    def distance(x: str, y: str) -> Fraction | None:
        # d(i, j) is that of e_i and e_j; d(x, y) of other letters that of the two vectors
        first, second = placed.get(x), placed.get(y)
        if first is None or second is None:
            if len(names) != 2 or x == y:
                return None
            first, second = one, other
        return squared_distance(first, second)

    scalars: dict[str, Fraction] = {}
    named = COSINE_LETTER.search(text)
    if named is not None:
        scalars[named.group("c")] = cosine
        told = DISTANCE_LETTER.search(text)
        if told is not None:
            scalars[told.group("d")] = 2 - 2 * cosine
    known = Known(vectors, Fraction(margin), distance, angle=angle_of(cosine), scalars=scalars)
    shown = f"unit vectors at {plain(angle_of(cosine))}°"
    return _Draw(dict(vectors), known, shown)


def _steps(found: Sequence[tuple[Side, ...]], draws: Sequence[_Draw]) -> Iterator[Spanned]:
    """Each step of a chain, tried on every draw."""
    for place in range(len(found[0]) - 1):
        pairs = [(sides[place].term, sides[place + 1].term) for sides in found]
        values = [(one.value, other.value) for one, other in pairs if one is not None and other is not None]
        if len(values) < len(found) or any(isinstance(value, tuple) for pair in values for value in pair):
            continue
        numbers = [(Fraction(one), Fraction(other)) for one, other in values if not isinstance(one, tuple) and not isinstance(other, tuple)]  # fmt: skip
        if not all(
            one is not None and other is not None and one.known and other.known for one, other in pairs
        ):
            continue
        first, last = found[0][place], found[0][place + 1]
        close = [abs(one - other) < Fraction(1, 10**6) for one, other in numbers]
        if all(close):
            yield (
                first.start,
                last.end,
                verified(
                    Kind.IDENTITY, "both sides agree for unit vectors at several angles", Method.NUMERIC
                ),
            )
        else:
            wrong = close.index(False)
            one, other = numbers[wrong]
            if abs(root_of(abs(one)) - other) < Fraction(1, 10**6) or abs(one - root_of(abs(other))) < Fraction(1, 10**6):  # fmt: skip
                continue  # the one is the plain distance, the other its square
            says = f"for {draws[wrong].shown} the sides are {plain(one)} and {plain(other)}"
            witness = {
                name: f"({plain(vector[0])}, {plain(vector[1])})"
                for name, vector in draws[wrong].vectors.items()
            }
            yield (
                first.start,
                last.end,
                refuted(
                    Kind.IDENTITY, says, Method.NUMERIC, {**witness, "sides": [plain(one), plain(other)]}
                ),
            )


__all__ = ["sphere_identities"]
