# ruff: noqa: E501 -- a pattern stays on one line
"""Gradients of an example as vectors, a step against one of them, and the point scaled back to length one."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, verified
from grader.verify.triplets.embeddings import Triplet, Vector, minus, squared_distance, times, to_length_one
from grader.verify.triplets.example import ROLE_LETTERS, Example
from grader.verify.triplets.givens import NAME, VECTOR
from grader.verify.triplets.phrases import ROLES, Stated, compared_vector, value_at

_ROLE = "|".join(f"(?P<{letter}>{words})" for letter, words in ROLES.items())
SIZE = re.compile(
    r"\b(?:step(?:s)?(?: size| length| width)?|learning rate|rate|lr)\b(?:\s|,|=|:|\b(?:of|size|length|is|with|a|the|gradient|descent|one|single)\b)*(?P<value>\d*\.\d+|\d+(?:\.\d+)?(?:/\d+)?)|(?<![\w^])η\s?=\s?(?P<eta>\d*\.?\d+)|(?:←|=)\s?(?P<name>[A-Za-z](?:_\w)?)\s?-\s?(?P<written>\d*\.\d+)\s?[·*]?\s?[(∂∇2]",
    re.I,
)
MOVES = re.compile(
    rf"\b(?:moves?|takes?|brings?|leads?|puts?|carries|shifts?|sends?|turns?|gives?|makes?|yields?|changes?|updates?|becomes?|lands?|ends? up|goes|new|updated)\b[^.;()]{{0,40}}$|(?<![\w^]){NAME}(?:'|_new|\^\+)?\s?(?:←|=|:=)[^.;]{{0,60}}$",
    re.I,
)
SCALED = re.compile(
    r"\b(?:scaled? (?:back )?to (?:unit )?(?:length|norm)|scal\w+ back|(?:re-?)?normali[sz]\w*|rescal\w+|projected? back|brought back|divid\w+ (?:it )?by its (?:length|norm)|back (?:on|onto|to) the (?:unit )?(?:sphere|circle)|to (?:unit )?length (?:one|1)|of length one)\b",
    re.I,
)
LATER = re.compile(
    r"\b(?:then|now|new|afterwards?|after (?:the|this|that|one) (?:step|update|move)|drops?|falls?|becomes|decreases|shrinks|goes down|has fallen|from there|there)\b",
    re.I,
)
SLOPE = re.compile(
    rf"\bgradients?\b(?:\s|,|\b(?:with respect to|wrt|w\.r\.t\.|for|of|at|in|by|the|is|are|on|its|that|loss|ℓ|L)\b)*?(?:\b(?:{_ROLE})|(?<![\w^])(?P<name>{NAME}))(?:'s)?(?:\s|,|=|:|\b(?:is|equals|has|gradient|then|reads|of|the|loss|therefore)\b)*$",
    re.I,
)
SUM = re.compile(
    r"\b(?:(?:the|all) )?(?:3 |three )?(?:true )?gradients?\b(?: of (?:ℓ|L|the loss)| vectors?)?(?: \w+){0,2}? (?:sum|add)s?(?: up)? to (?:zero|0|the zero vector)\b|\bsum of the (?:3 |three )?gradients (?:is|vanishes|equals)(?: (?:zero|0))?",
    re.I,
)


def gradient_statements(text: str, example: Example, before: str) -> tuple[Example, list[Spanned]]:
    """The example after a sentence about gradients, and (start, end, ruling) of what it states of them."""
    out: list[Spanned] = []
    for found in SUM.finditer(text):
        says = "2(n−p) + 2(p−a) + 2(a−n) = 0: moving all three points together changes no distance"
        out.append((found.start(), found.end(), verified(Kind.IDENTITY, says, Method.SYMBOLIC)))
    sizes = list(SIZE.finditer(f"{before[-300:]} {text}"))
    size = _size(sizes[-1]) if sizes else None
    for entries in VECTOR.finditer(text):
        stated = value_at(text, entries.start())
        if stated is None or stated.vector is None:
            continue
        start = entries.start()
        cut = max((one.end() for one in re.finditer(r"[.;]\s", text[:start])), default=0)
        left = text[cut:start]
        slope = SLOPE.search(left)
        judged: Judged | None = None
        at = start
        if SCALED.search(left) and example.moved:
            name, moved = list(example.moved.items())[-1]
            unit = to_length_one(moved)
            if unit is not None:
                judged = compared_vector(stated, unit, f"{name} scaled to length one")
                example = replace(example, moved={**example.moved, name: unit}, earlier_move=moved)
        elif slope is not None and not MOVES.search(left) and not OF_ANOTHER.search(left):
            exact = _slope(slope, example)
            judged = compared_vector(stated, exact, "the gradient") if exact is not None else None
            at = cut + slope.start()
        elif size is not None and MOVES.search(left):
            example, judged = _step(left, stated, size, example)
        if judged is not None:
            out.append((at, stated.end, judged))
    return example, out


def _size(found: re.Match[str]) -> Fraction:
    return Fraction(found.group("value") or found.group("eta") or found.group("written"))


def _slope(found: re.Match[str], example: Example) -> Vector | None:
    by = found.group("name") or next(letter for letter in ROLE_LETTERS if found.group(letter))
    return example.slope(by)


def _step(left: str, stated: Stated, size: Fraction, example: Example) -> tuple[Example, Judged | None]:
    """`a step of size 0.1 moves a to (0.88, 0.44)`: the point minus the step times its gradient."""
    names = list(re.finditer(rf"(?<![\w^/∂∇_])(?:{NAME})(?![\w(])|\b(?:{_ROLE})\b", left))
    for found in reversed(names):
        letter = next((one for one in ROLE_LETTERS if found.group(one)), "")
        if not letter and found.group() in {"a", "A"} and re.match(r"\s(?!to\b|becomes|moves|goes)[a-z]{2,}", left[found.end() :]):  # fmt: skip
            continue  # the article
        point = example.resolved(letter or found.group().rstrip("'"))
        vector, slope = example.vector(point), example.slope(point)
        if vector is None or slope is None or len(vector) != len(stated.vector or ()):
            continue
        moved = minus(vector, times(size, slope))
        judged = compared_vector(stated, moved, f"{letter or point} minus {float(size):g} times its gradient")
        return replace(example, moved={**example.moved, point: moved}, earlier_move=None), judged
    return example, None


# "for $yzv$ the gradient is": a triplet by its three letters
OF_ANOTHER = re.compile(r"\b[Ff]or (?:the triplet )?\$?[a-z]{3}\$?\s")


def loss_after(example: Example) -> list[Fraction]:
    """The loss of the triplet in view once a point has moved: scaled back to length one, if it was, then as it was before that."""
    names = example.view.names
    if not example.moved or not all(names):
        return []
    last = list(example.moved)[-1]
    out = []
    for place in ([example.moved] if example.earlier_move is None else [example.moved, {**example.moved, last: example.earlier_move}]):  # fmt: skip
        found = [place.get(name, example.vector(name)) for name in names]
        known = [one for one in found if one is not None]
        if len(known) == len(names):
            triplet = Triplet(squared_distance(known[0], known[1]), squared_distance(known[0], known[2]))
            out.append(triplet.loss(example.margin))
    return out


__all__ = ["LATER", "gradient_statements", "loss_after"]
