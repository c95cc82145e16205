# ruff: noqa: E501 -- a pattern stays on one line
"""Gradients of the triplet loss as formulas in letters and in words, tried on vectors whose hinge is active.

They are read wherever they stand, several in a row of a display too; what contradicts the loss [d(a,p) − d(a,n) + α]₊
(Schroff et al. 2015, equation 3) is refuted where the text speaks of that loss alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, Spanned, refuted, verified
from grader.verify.triplets.chains import chains_in
from grader.verify.triplets.embeddings import Vector, minus, plain_vector, times
from grader.verify.triplets.phrases import ROLES
from grader.verify.triplets.spoken import Spoken
from grader.verify.triplets.terms import Known

GRADIENT = re.compile(r"∇_|∂\s?(?:ℓ|L|J|loss)")
OTHER_LOSS = re.compile(
    r"\b(?:averag\w+|mean|batch|half|proportional|direction|project\w*|tangent\w*|riemann\w*|up to|per dimension|update|contrastive|plain distance|without the square|not squared|softplus|cosines?|variant|inner products? (?:loss|variant))\b|∝",
    re.I,
)
# the loss written in inner products has other gradients
ON_SPHERE = re.compile(r"\bon the (?:unit )?sphere\b|\^\s?T\s?\(?[a-z]|⟨|\bnormali[sz]ed\b|\bunit\b", re.I)
# letters of a triplet as texts write them: a, p, n; a, a^+, a^-; f(a), f(p), f(n)
SPELLINGS = (
    ("a", "p", "n"),
    ("a", "a+", "a-"),
    ("x", "x+", "x-"),
    ("xa", "xp", "xn"),
    ("fa", "fp", "fn"),
    ("za", "zp", "zn"),
)
POINTS: tuple[tuple[Vector, Vector, Vector], ...] = (
    ((Fraction(1), Fraction(2)), (Fraction(4), Fraction(-1)), (Fraction(2), Fraction(3))),
    ((Fraction(-2), Fraction(1)), (Fraction(3), Fraction(5)), (Fraction(-1), Fraction(3))),
)
_ROLE = "|".join(f"(?P<{{0}}{letter}>{words})" for letter, words in ROLES.items())
_TWICE = r"(?:twice |2 times |two times |2 ?[·×] ?)?"
WORDS = re.compile(
    rf"\bgradient (?:of the loss )?(?:with respect to|for|of|at|in|on) (?:the )?(?:{_ROLE.replace('{0}', 'by_')})(?: embedding)?(?: then| simply| therefore)? (?:is|equals|comes to) (?P<twice>twice |2 times |2 ?[·×] ?)(?P<difference>the difference (?:of|between) )?(?:the )?(?:{_ROLE.replace('{0}', 'one_')})(?: embedding)? (?:minus|and|less) {_TWICE}(?:the )?(?:{_ROLE.replace('{0}', 'two_')})",
    re.I,
)
NORMALISES = re.compile(
    r"normali[sz]|/\s?‖|unit (?:sphere|length)|\bchain rule\b|\bprojector|\bprojection|\bJacobian", re.I
)
_JACOBIAN = r"\(\s?I\s?(?P<sign>[-+])\s?(?P<f>[a-zA-Z](?:_\w)?)\s?(?P=f)\s?\^\s?T\s?\)(?:\s?/\s?‖\s?(?P<x>[a-zA-Z](?:_\w)?)\s?‖(?P<square>(?:_2)?\s?\^\s?2)?)?"
JACOBIAN = re.compile(rf"\b(?:Jacobian|chain rule|factor|derivative|multiplies|matrix|projector)\b[^.;]{{0,60}}?{_JACOBIAN}|{_JACOBIAN.replace('?P<', '?P<q').replace('(?P=f)', '(?P=qf)')}[^.;]{{0,20}}?\b(?:Jacobian|factor)\b", re.I)  # fmt: skip
ORTHOGONAL = re.compile(
    r"\bgradients?\b[^.;]{0,60}?\b(?:is|are|stays?|becomes?|must be) (?:then |always |therefore |hence |thus )?(?P<how>orthogonal|perpendicular|normal|tangent(?:ial)?|parallel|proportional) to (?:the )?(?P<what>[a-z](?:_\w)?(?![\w(])|sphere|embedding|vector itself|anchor)",
    re.I,
)


def gradient_formulas(piece: Spoken, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each equation and statement about the gradients of the triplet loss."""
    text = piece.text
    around = f"{before[-600:]} {text}"
    if GRADIENT.search(text) and not OTHER_LOSS.search(text):
        by_products = ON_SPHERE.search(text) is not None
        for names in SPELLINGS:
            for start, end, judged in _equations(piece, names):
                one_vector = re.search(r"=\s?-?\s?2?\s?a$", text[start:end].strip(" .,;")) is not None
                if not (by_products and one_vector and judged.ruling is Ruling.REFUTED):
                    yield start, end, judged
    if not OTHER_LOSS.search(text):
        for found in WORDS.finditer(text):
            yield found.start(), found.end(), _in_words(found)
    if NORMALISES.search(around):
        yield from _normalised(text)


def _known(names: tuple[str, str, str], place: int) -> Known:
    a, p, n = POINTS[place]
    two = Fraction(2)
    slopes = (times(two, minus(n, p)), times(two, minus(p, a)), times(two, minus(a, n)))
    return Known(dict(zip(names, (a, p, n), strict=True)), gradient=dict(zip(names, slopes, strict=True)).get)


def _equations(piece: Spoken, names: tuple[str, str, str]) -> Iterator[Spanned]:
    chains = [list(chains_in(piece, _known(names, place))) for place in range(len(POINTS))]
    for found in zip(*chains, strict=False):
        first = found[0]
        if any(len(sides) != len(first) for sides in found) or not GRADIENT.search(first[0].text):
            continue
        for place in range(1, len(first)):
            values = [(sides[0].term, sides[place].term) for sides in found]
            pairs = [
                (one.value, other.value) for one, other in values if one is not None and other is not None
            ]
            if len(pairs) < len(found) or not all(isinstance(other, tuple) and isinstance(one, tuple) for one, other in pairs):  # fmt: skip
                continue
            used = re.sub(r"∇_\w+|∂\s?\w+\s?/\s?∂\s?\w+", " ", first[place].text)
            if not any(name[0] in used for name in names):
                continue
            yield first[0].start, first[place].end, _equal(pairs, names)


def _equal(pairs: list[tuple[object, object]], names: tuple[str, str, str]) -> Judged:
    says = f"the gradients of ‖a−p‖² − ‖a−n‖² + α are 2(n−p), 2(p−a) and 2(a−n) for {', '.join(names)} as anchor, positive and negative"
    wrong = [place for place, (one, other) in enumerate(pairs) if one != other]
    if not wrong:
        return verified(Kind.IDENTITY, says, Method.SYMBOLIC)
    one, other = pairs[wrong[0]]
    shown = dict(zip(names, map(plain_vector, POINTS[wrong[0]]), strict=True))
    sides = [plain_vector(side) for side in (one, other) if isinstance(side, tuple)]
    return refuted(Kind.IDENTITY, says, Method.NUMERIC, {**shown, "sides": sides})


def _in_words(found: re.Match[str]) -> Judged:
    """`the gradient with respect to the anchor is twice the negative minus twice the positive`."""
    by, one, two = (
        next(letter for letter in ROLES if found.group(f"{name}_{letter}")) for name in ("by", "one", "two")
    )
    true = {"a": ("n", "p"), "p": ("p", "a"), "n": ("a", "n")}[by]
    says = "the gradients are 2(n−p) for the anchor, 2(p−a) for the positive and 2(a−n) for the negative"
    if (one, two) == true:
        return verified(Kind.IDENTITY, says, Method.SYMBOLIC)
    witness = {
        "a": 1,
        "p": 4,
        "n": 2,
        "gradient": {"a": -4, "p": 6, "n": -2}[by],
        "stated": f"2({one} − {two})",
    }
    return refuted(Kind.IDENTITY, says, Method.SYMBOLIC, witness)


def _normalised(text: str) -> Iterator[Spanned]:
    """The derivative of x/‖x‖ is (I − ffᵀ)/‖x‖ with f = x/‖x‖, which takes away what points along x."""
    for found in JACOBIAN.finditer(text):
        groups = found.groupdict()
        name = "f" if groups.get("f") else "qf"
        sign, of = groups.get("sign") or groups.get("qsign"), groups.get("x") or groups.get("qx")
        square = groups.get("square") or groups.get("qsquare")
        start = text.rfind("(", 0, found.start(name))
        end = found.end() if name == "f" else found.end("qx") + 1 if groups.get("qx") else found.end(name)
        says = "the derivative of f = x/‖x‖ is (I − ffᵀ)/‖x‖"
        if sign == "-" and of and not square and of != groups[name]:
            yield start, end, verified(Kind.IDENTITY, says, Method.SYMBOLIC)
        elif sign == "+" or (square and of):
            witness = {
                "x": "(2, 0)",
                "derivative along x": 0,
                "stated": 1 if sign == "+" else "another length",
            }
            yield start, end, refuted(Kind.IDENTITY, says, Method.SYMBOLIC, witness)
    for found in ORTHOGONAL.finditer(text):
        how, what = found.group("how").lower(), found.group("what").lower()
        sphere = what == "sphere"
        along = how in {"parallel", "proportional"} or (how == "normal" and sphere)
        tangent = how.startswith("tangent")
        if tangent != sphere and not along and how != "orthogonal" and how != "perpendicular":
            continue
        if sphere and how in {"orthogonal", "perpendicular"}:
            along = True
        says = "I − ffᵀ takes away what points along f, so the gradient that reaches x is orthogonal to x and tangent to the sphere"
        if not along:
            yield found.start("how"), found.end(), verified(Kind.IDENTITY, says, Method.SYMBOLIC)
        else:
            witness = {
                "f": "(1, 0)",
                "gradient in f": "(3, 4)",
                "gradient in x": "(0, 4)",
                "stated": found.group("how"),
            }
            yield found.start("how"), found.end(), refuted(Kind.IDENTITY, says, Method.SYMBOLIC, witness)


__all__ = ["gradient_formulas"]
