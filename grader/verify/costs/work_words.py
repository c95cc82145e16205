# ruff: noqa: E501 -- a pattern stays on one line
"""What a text says is multiplied, added or gone through by its shape: "an N×L matrix times an L×M matrix"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.verify.costs.works import Sides, Work, area, fits, size
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Unreadable, names
from grader.verify.scope.growth import Polynomial, polynomial_of, times

_SIZE = r"(?:\d?\s?(?:[A-Z](?:_\{?(?:\\text\{)?\w+\}*)?|[a-z](?:_\{?\w+\}?)?|\\ell|ℓ)(?![A-Za-z'(]))"
_SIDE = rf"(?:{_SIZE}|1)"
_ARRAY = rf"(?<![\w×^_\\])\(?\s?(?P<rows%s>{_SIDE})\s?(?:×|\\times|\s?-?by-?\s?)\s?(?P<columns%s>{_SIDE})\s?\)?(?!\s?(?:×|\\times))"
_NOUN = r"(?:[\s-](?:row|column|dense|full)?\s?(?:matri(?:x|ces)|vectors?|rows?|columns?|arrays?))?"
_BETWEEN = r"\s*(?:[*·×]|\\cdot|\\times|times|multiplied (?:by|with)|by|with|and|onto|to|,)?\s*(?:(?:an?|the|its|another|each)\s)?\s*"
PRODUCT = re.compile(_ARRAY % (1, 1) + _NOUN + rf"(?P<join>{_BETWEEN})" + _ARRAY % (2, 2))
ARRAY = re.compile(_ARRAY % (1, 1))
WEAK_JOIN = re.compile(r"^\s*(?:by|with|and|onto|to|,)\b", re.I)
MULTIPLIES = re.compile(r"\b(?:product|multipl\w+|matmul|outer|contract\w+)\b", re.I)
APPLIES = re.compile(r"\bappl(?:y|ying|ied)\b", re.I)
ADDS = re.compile(r"\b(?:add(?:ing|s|ed|ition)?|summing|subtract\w*|sum of two|accumulat\w+)\b", re.I)
GOES_THROUGH = re.compile(
    r"\b(?:divi(?:de|des|ded|ding|sions?)|scal(?:e|es|ed|ing)|exponentiat\w+|exponentials?|exp|initiali[sz]\w+|soft-?max|normali[sz]\w+|elementwise|entry-?wise|zero(?:s|ing)?|copy\w*|mask\w*|sines?|cosines?|sin|cos)\b",
    re.I,
)
INNER = re.compile(
    rf"\b(?:inner|dot|scalar) products?\b[^.;,]{{0,50}}?(?:\b(?:length|dimension|size|width)s?\s+|\bin\s+(?:\\mathbb\s*\{{?\s*R\s*\}}?|ℝ|R)\s*\^\s*\{{?\s*)(?P<length>{_SIZE})"
    rf"|\b(?:inner|dot|scalar) products?\b[^.;,]{{0,30}}?\b(?P<dimensional>{_SIZE})\s?-(?:dimensional|dim|vectors?|entry)",
    re.I,
)
LONG = re.compile(
    rf"\bvectors?\s+(?:of|with)\s+(?:length|dimension|size)\s+(?P<length>{_SIZE})|(?<![A-Za-z\\])(?P<dimensional>{_SIZE})-(?:dimensional|dim)\s+vectors?",
    re.I,
)
ENTRIES = re.compile(
    rf"(?<![A-Za-z\\])(?P<count>{_SIZE}(?:\s?\^\s?\{{?2\}}?|²)?)\s+(?:entries|elements|values|numbers|weights|scores|components|coordinates)\b"
)
ACCUMULATES = re.compile(r"\baccumulat\w+|\bsum(?:ming)? up\b|\bsum of (?:\w+ )?(?:outer )?products\b", re.I)
OUTER = re.compile(
    rf"\bouter products?\b[^.;]{{0,40}}?\b(?:length|dimension|size)s?\s+(?P<first>{_SIZE})[^.;]{{1,40}}?(?P<second>{_SIZE})(?=\W|$)"
)


def work_said(words: str, letters: Mapping[str, str]) -> Work | None:
    """The work that words tell by shapes; None where they tell none, or several."""
    plain = words.replace("$", " ").replace("**", " ")
    plain = re.sub(r"\\mathbb\s*\{?\s*R\s*\}?\s*\^", " R^", plain)
    plain = re.sub(r"\s+", " ", plain)
    try:
        return _product(plain, letters) or _inner(plain, letters) or _gone_through(plain, letters)
    except Unreadable:
        return None


def _size(text: str, letters: Mapping[str, str]) -> Polynomial:
    tree = read_expression(text.strip())
    if not names(tree) <= {*letters, *"NDMLR"}:
        raise Unreadable(f"{text} is no size")
    return polynomial_of(tree, letters)


def _sides(found: re.Match[str], tail: int, letters: Mapping[str, str]) -> tuple[Polynomial, Polynomial]:
    return _size(found.group(f"rows{tail}"), letters), _size(found.group(f"columns{tail}"), letters)


def _product(plain: str, letters: Mapping[str, str]) -> Work | None:
    works = []
    for found in PRODUCT.finditer(plain):
        join = found.group("join")
        if (not join.strip() or WEAK_JOIN.match(join)) and not (
            MULTIPLIES.search(plain[: found.start()])
            or APPLIES.search(plain[: found.start()])
            or found.group().startswith("(")
        ):
            continue
        (rows, inner), (other, columns) = _sides(found, 1, letters), _sides(found, 2, letters)
        if not fits(inner, other):
            return None
        sides = tuple(side for side in (rows, columns) if set(side) != {()})
        works.append(Work(times(times(rows, inner), columns), sides))
    return works[0] if len(works) == 1 else None


def _inner(plain: str, letters: Mapping[str, str]) -> Work | None:
    outer = OUTER.search(plain)
    if outer:
        made = times(_size(outer.group("first"), letters), _size(outer.group("second"), letters))
        return Work(made, (made,))
    found = list(INNER.finditer(plain))
    if len(found) != 1:
        return None
    return Work(_size(found[0].group("length") or found[0].group("dimensional"), letters), ())


def _gone_through(plain: str, letters: Mapping[str, str]) -> Work | None:
    """One operation for each entry."""
    if not (ADDS.search(plain) or GOES_THROUGH.search(plain)) or MULTIPLIES.search(plain):
        return None
    areas: list[Sides] = [
        tuple(side for side in _sides(found, 1, letters) if set(side) != {()})
        for found in ARRAY.finditer(plain)
    ]
    areas += [
        (_size(found.group("length") or found.group("dimensional"), letters),)
        for found in LONG.finditer(plain)
    ]
    areas += [(_size(found.group("count"), letters),) for found in ENTRIES.finditer(plain)]
    distinct = [one for place, one in enumerate(areas) if one not in areas[:place]]
    if len(distinct) != 1:
        return None
    of_all = times(area(distinct[0]), size("N")) if ACCUMULATES.search(plain) else area(distinct[0])
    return Work(of_all, distinct[0])


def kept_said(words: str, letters: Mapping[str, str]) -> Sides | None:
    """The only shape that words name: "an N×N matrix"."""
    plain = words.replace("$", " ").replace("**", " ")
    try:
        found = [_sides(one, 1, letters) for one in ARRAY.finditer(plain)]
    except Unreadable:
        return None
    distinct = [one for place, one in enumerate(found) if one not in found[:place]]
    if len(distinct) != 1:
        return None
    return tuple(side for side in distinct[0] if set(side) != {()})


__all__ = ["kept_said", "work_said"]
