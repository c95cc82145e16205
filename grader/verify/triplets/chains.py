"""Chains of equal terms in a sentence: `‖a-p‖^2 = 0.36 + 0.04 = 0.4`, `∂ℓ/∂a = 2(n - p) = (-0.8, 1.6)`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged
from grader.verify.triplets.embeddings import root_of
from grader.verify.triplets.example import Example
from grader.verify.triplets.givens import NAME
from grader.verify.triplets.phrases import Stated, compared, compared_vector
from grader.verify.triplets.spoken import Spoken
from grader.verify.triplets.terms import Known, Term, term_at

EQUALS = re.compile(r"\s*(?P<sign>(?<![<>!:])=(?![=>])|≈)\s*")
# where the term to the left of a sign of equality cannot go on
STOP = re.compile(
    r"[;:→⇒•=≈<>≤≥]|[.,!?](?=\s)|\b(?!(?:cos|sin|max|exp|dist|loss|sqdist)\b)[A-Za-z]{2,}\b(?!_)|(?<=[\s(])(?:is|so|at|of)\s|\n"
)
# the formula goes on behind what could be read of it
GOES_ON = re.compile(r"[ ]*(?:[·*×/÷^_]|[-+]\s?[\w(√‖⟨∂∇\\])|[\w(√‖⟨\\]")
LONGEST = 160
MOST_STARTS = 14


@dataclass(frozen=True)
class Side:
    """One side of a chain; its term is None where it cannot be evaluated."""

    start: int
    end: int
    text: str
    term: Term | None
    near: bool  # the sign before it says "about"


# "‖e_i - e_j‖^2 is 2 - 2 e_i·e_j"
TOLD_EQUAL = re.compile(r"\s*(?P<sign>(?<![<>!:])=(?![=>])|≈|\b(?:is|equals|becomes|are)\b)\s*")


def chains_in(
    piece: Spoken, known: Known, *, told: bool = False, since: int = 0
) -> Iterator[tuple[Side, ...]]:
    """The chains of a piece of text, each with the sides that can be read; `told`: also with "is" between them."""
    text = piece.text
    done = since
    equals = TOLD_EQUAL if told else EQUALS
    for sign in equals.finditer(text):
        if sign.start() < done:
            continue
        first = _left(piece, sign.start(), done, known)
        sides = [first] if first is not None else []
        at = sign
        while True:
            tight = not piece.within_formula(at.end())
            term = term_at(text, at.end(), known, tight=tight)
            if term is None or (GOES_ON.match(text, term.end) and not equals.match(text, term.end)):
                done = at.end()
                break
            near = at.group("sign") == "≈"
            sides.append(Side(at.end(), term.end, text[at.end() : term.end], term, near))
            done = term.end
            following = equals.match(text, term.end)
            if following is None:
                break
            at = following
        if len(sides) > 1:
            yield tuple(sides)


def _left(piece: Spoken, end: int, since: int, known: Known) -> Side | None:
    """What stands to the left of a sign of equality: the longest term that ends there, else the text of its formula."""
    text = piece.text
    begin = max(since, end - LONGEST)
    opened = [start for start, stop in piece.formulas if start < end <= stop + 1]
    if opened:
        begin = max(begin, opened[-1])
    for stop in STOP.finditer(text, begin, end):
        if text.count("(", begin, stop.start()) <= text.count(")", begin, stop.start()):
            begin = stop.end()
    starts = [begin, *(one.end() for one in re.finditer(r"[\s(]+|(?<=[,])", text[begin:end]))]
    places = [begin, *(begin + place for place in starts[1:])]
    for place in places[:MOST_STARTS]:
        if not text[place:end].strip():
            break
        term = term_at(text, place, known, tight=not piece.within_formula(place))
        if term is not None and not text[term.end : end].strip():
            lead = len(text[place:end]) - len(text[place:end].lstrip())
            return Side(place + lead, end, text[place + lead : end], term, False)
    left = text[begin:end].strip()
    if not left:
        return None
    start = begin + len(text[begin:end]) - len(text[begin:end].lstrip())
    return Side(start, end, text[start:end], None, False)


def next_chain(piece: Spoken, known: Known, since: int) -> tuple[Side, ...] | None:
    """The first chain behind a place."""
    return next(chains_in(piece, known, since=since), None)


def chain_claims(sides: Sequence[Side], example: Example) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each step of a chain between two sides that are known, one by the example's points."""
    first_text = sides[0].text.strip()
    if re.fullmatch(NAME, first_text) and not (
        sides[0].term is not None and re.fullmatch(r"[dDδ]_\d{2}", first_text)
    ):
        return  # it sets what the name stands for
    known: Side | None = None  # the last side that speaks of the example's points
    for one, other in itertools.pairwise(sides):
        known = one if one.term is not None and one.term.known else known
        first = one if other.term is not None and other.term.known else known
        if first is None or first.term is None or other.term is None:
            continue
        judged = _step(first, other, example)
        if judged is not None:
            yield first.start, other.end, judged


def _step(one: Side, other: Side, example: Example) -> Judged | None:
    if one.term is None or other.term is None:
        return None
    says = one.text.strip()
    slack = _slack(example)
    stated = Stated(other.start, other.end, other.term, other.near)
    exact = one.term
    if exact.printed and not other.term.printed:
        # the number may stand on the left: "0.4 = d(a, p)"
        stated, exact, says = Stated(one.start, one.end, one.term, other.near), other.term, other.text.strip()
    if isinstance(exact.value, tuple) and len(exact.value) == 1 and stated.number is not None:
        return compared(stated, exact.value[0], says, (), slack)  # points on a line
    if isinstance(exact.value, tuple):
        return compared_vector(stated, exact.value, says, slack)
    alternatives: list[Fraction] = []
    if re.match(r"(?:[dDδΔ]|dist)[(_^]", says) and example.squared is None and exact.value >= 0:
        alternatives.append(root_of(exact.value))
    return compared(stated, exact.value, says, alternatives, slack)


def _slack(example: Example) -> Fraction:
    return 8 * example.batch.rounding


__all__ = ["Side", "chain_claims", "chains_in", "next_chain"]
