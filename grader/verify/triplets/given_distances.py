# ruff: noqa: E501 -- a pattern stays on one line
"""Distances that a sentence gives: of points without entries, and of another triplet than that of the points before it.

`d(a, p) = 0.3` may follow from the points that the text has given, or set the distance of a new triplet. It is held
against the points only where it cannot be a new setting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from grader.verify.triplets.chains import Side
from grader.verify.triplets.embeddings import root_of
from grader.verify.triplets.example import Example, View, role_of
from grader.verify.triplets.phrases import NUMBER
from grader.verify.triplets.terms import DISTANCE, key

_POINT = r"[\w()^+']{1,9}?"
NORM = re.compile(rf"‖\s?(?P<x>{_POINT})\s?-\s?(?P<y>{_POINT})\s?‖(?:_2)?\s?\^\s?2")
COSINE = re.compile(
    rf"(?:cos|sim|s)\(\s?(?P<x>{_POINT})\s?,\s?(?P<y>{_POINT})\s?\)|⟨\s?(?P<x2>{_POINT})\s?,\s?(?P<y2>{_POINT})\s?⟩|(?P<x3>[\w()]{{1,6}}?)\s?(?:\^\s?T\s?·?|·)\s?(?P<y3>[\w()]{{1,6}})"
)
# words that set what follows, also behind another distance that they set
SETS = re.compile(
    rf"(?:^|[.;:,(—–]|\b(?:and|or|so|but|now|then|e\.g\.))\s*(?:now |then )?(?:let|suppose|take|takes|with|for|given|say|assum\w+|if|when|whenever|consider|imagine|set|setting|put|at|had|were|where)\s+(?:that |we |had |have |now |instead |an? |the |another |triplet |distances? |squared |of |:)*(?:[^.;:=]{{1,14}}=\s*(?:{NUMBER})\s*(?:,\s*(?:and\s+)?|\s+and\s+))*\W*$",
    re.I,
)
DISTANCE_SET = re.compile(
    rf"(?P<of>{DISTANCE.pattern.replace('(?P<', '(?P<d_')})\s*=\s*(?P<value>{NUMBER})(?!\s?[·*×/^+-]|\.?\d)"
)


def pair_of(text: str) -> tuple[str, str] | None:
    """The two points of `d(a, p)`, `‖a - p‖^2`, `d_ap`, `cos(a, p)`, `a^T p`.

    >>> pair_of("d(a, n_1)")
    ('a', 'n1')
    """
    found = DISTANCE.fullmatch(text) or NORM.fullmatch(text) or COSINE.fullmatch(text)
    if found is None:
        return None
    groups = found.groupdict()
    for one, other in (("x", "y"), ("x2", "y2"), ("x3", "y3")):
        if groups.get(one):
            return key(groups[one]), key(groups[other])
    pair = groups.get("pair")
    return ("a", pair[-1]) if pair in {"ap", "an", "a,p", "a,n"} else None


def set_anew(sides: Sequence[Side], example: Example, text: str, block: int) -> tuple[tuple[str, str], Fraction] | None:  # fmt: skip
    """The pair of points and the distance that a chain sets although other points or numbers stood for it before."""
    pair = pair_of(sides[0].text.strip())
    last = sides[-1].term
    if pair is None or last is None or not isinstance(last.value, Fraction) or last.percent:
        return None
    if COSINE.fullmatch(sides[0].text.strip()) or any(
        one.term is None or not one.term.printed for one in sides[1:]
    ):
        return None
    known = example.distance(*pair)
    if known is None or _agrees(last.value, last.last, known):
        return None
    if not _follows(pair, example):
        return pair, last.value
    generic = all(role_of(key(name)) for name in pair)
    if (
        SETS.search(text[: sides[0].start])
        or (example.apart and generic)
        or (block != example.since and _all_differ(text, example))
    ):
        return pair, last.value
    return None


def with_anew(example: Example, pair: tuple[str, str], far: Fraction) -> Example:
    """The example once a sentence has set the distance of a pair anew; that of the positive begins another triplet."""
    which = role_of(pair[1])
    if not _has_entries(pair, example):
        if which == "p":
            first = example.resolved(pair[0])
            told = {two: one for two, one in example.batch.told.items() if first not in two}
            example = replace(example, batch=replace(example.batch, told=told), view=View())
        return example.with_told(*pair, far)
    view = View(p=far) if which == "p" else View(p=example.view.p, n=far) if which == "n" else View()
    return replace(example, view=replace(view, passing=True))


def _agrees(stated: Fraction, last: Fraction, known: Fraction) -> bool:
    half = last / 2 if last < 1 else Fraction(0)
    return abs(stated - known) <= half + Fraction(1, 10**9)


def _has_entries(pair: tuple[str, str], example: Example) -> bool:
    return all(example.vector(name) is not None for name in pair)


def _follows(pair: tuple[str, str], example: Example) -> bool:
    """Whether a distance follows from what has been given: the points' entries, or their cosine."""
    return _has_entries(pair, example) or frozenset(map(example.resolved, pair)) in example.by_cosine


def _all_differ(text: str, example: Example) -> bool:
    """Whether a sentence gives several distances and none of them is that of the points: it speaks of other points."""
    given = 0
    for found in DISTANCE_SET.finditer(text):
        pair = pair_of(found.group("of"))
        known = example.distance(*pair) if pair is not None else None
        if known is None:
            continue
        value = Fraction(found.group("value"))
        last = Fraction(1, 10 ** len(found.group("value").partition(".")[2]))
        if _agrees(value, last, known) or _agrees(value, last, root_of(known)):
            return False
        given += 1
    return given > 1


def told_by(sides: Sequence[Side], example: Example) -> Example:
    """The example with the distances that a chain gives of points whose entries it has not, by themselves or by a cosine."""
    last = sides[-1].term
    if last is None or not isinstance(last.value, Fraction) or last.percent:
        return example
    for side in sides:
        text = side.text.strip()
        pair = pair_of(text) if side.term is None else None
        if pair is None or _has_entries(pair, example):
            continue
        cosine = COSINE.fullmatch(text) is not None
        if cosine and (not example.sphere or abs(last.value) > 1):
            continue
        example = example.with_told(*pair, 2 - 2 * last.value if cosine else last.value)
        if cosine:
            example = replace(example, by_cosine=example.by_cosine | {frozenset(map(example.resolved, pair))})
    return example


__all__ = ["pair_of", "set_anew", "told_by", "with_anew"]
