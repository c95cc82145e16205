"""A stated shape, in letters or in numbers, held against that of the one thing that a label names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.costs.amounts import Ground, written
from grader.verify.costs.cost_nouns import Thing, read_things
from grader.verify.costs.count_formulas import count_at
from grader.verify.costs.stated_values import Value
from grader.verify.costs.steps import METHODS, STEPS
from grader.verify.numbers.reckoning import shown
from grader.verify.scope.growth import Cost, Polynomial, polynomial_text

NUMBER: frozenset[tuple[tuple[str, Fraction], ...]] = frozenset({()})
CODE = (
    (re.compile(r"\b(phi|psi)_?([QqKk])\b(?!\()"), r"\1(\2)"),
    (re.compile(r"\b(?:phi|φ)\("), "φ("),
    (re.compile(r"\b(?:psi|ψ)\("), "ψ("),
    (re.compile(r"\.(?:T\b|t\(\)|mT\b|transpose\([^()]*\))"), "ᵀ"),
    (re.compile(r"([φψ]\([Kk]\))\.sum\((?:0|axis=0|dim=0)?\)"), r"\1ᵀ1"),
    (re.compile(r"\s*@\s*"), " "),
    (re.compile(r"^\W*W\W*(?=\s|$)"), " matrix W "),
    (re.compile(r"\bout\b|\boutputs?\b(?= =)"), "outputs"),
)
SEPARATOR = " | "
RANDOM = re.compile(r"random|fourier|\bsin|\bcos|frequenc|\bR\b", re.I)


def shape_ruled(value: Value, things: Sequence[Thing], words: str, ground: Ground) -> Judged | None:
    """A shape, or one length, of what is named; None where the name is not one thing with a shape."""
    named = _named(things, words)
    if named is None or value.growth:
        return None
    stated = list(value.sides or ([dict(value.cost.terms)] if value.cost is not None else _length(value)))
    if not stated:
        return None
    step = STEPS[named]
    of_features = {"L", "R"} & set(step.shape)
    if of_features and ground.odd_map:
        return None
    numbers = all(set(side) <= NUMBER for side in stated)
    sides = _sides(step.shape, value, stated, words, ground)
    says = f"{step.kept or step.says}: its shape is {' × '.join(polynomial_text(side) for side in sides)}"
    if numbers:
        known = [count_at(Cost("", side), ground.sizes) for side in sides]
        if any(one is None for one in known):
            return None
        says += f", here {' × '.join(shown(one) for one in known if one is not None)}"
        sides = [{(): one} for one in known if one is not None]
    if stated == sides or (step.turns and stated == sides[::-1]):
        return verified(Kind.DIMENSION, says, Method.COUNT)
    used = {name for side in stated for monomial in side for name, _ in monomial}
    if not used <= set("NDMRL") or len(stated) != len(sides) or (of_features and not ground.stacked):
        return None
    turned = sorted(map(str, stated)) == sorted(map(str, sides))
    if turned and (step.turns or not numbers):
        return None  # vectors may be columns
    witness = {
        "shape": " × ".join(map(polynomial_text, sides)),
        "stated": " × ".join(map(polynomial_text, stated)),
    }
    return refuted(Kind.DIMENSION, says, Method.COUNT, witness)


def _length(value: Value) -> list[Polynomial]:
    return [{(): value.number.number}] if value.number is not None and value.number.number is not None else []


def _named(things: Sequence[Thing], words: str) -> Thing | None:
    """The one thing with a shape that a label names, be it code."""
    plain = words.split(SEPARATOR)[0]
    for pattern, written_so in CODE:
        plain = pattern.sub(written_so, plain)
    told = [
        thing
        for thing in dict.fromkeys((*things, *read_things(plain).things))
        if thing in STEPS and STEPS[thing].shape and thing not in METHODS
    ]
    if {Thing.S, Thing.NUMERATORS} == set(told) or {Thing.Z, Thing.DENOMINATORS} == set(told):
        told = [one for one in told if one in {Thing.NUMERATORS, Thing.DENOMINATORS}]
    return told[0] if len(told) == 1 else None


def _sides(
    shape: Sequence[str], value: Value, stated: Sequence[Polynomial], words: str, ground: Ground
) -> list[Polynomial]:
    """A shape's sides in the letters of the claim: where it counts all features by L, the directions are half of it."""
    used = {name for side in stated for monomial in side for name, _ in monomial}
    if "L" in used and "R" not in used:
        claimed: Cost | None = Cost("", {(("L", Fraction(1)),): Fraction(1)})
    else:
        claimed = value.cost
    way = Thing.RANDOM if ground.stacked or ground.random or RANDOM.search(words) else Thing.LINEAR
    return [dict(written(side, way, claimed, ground).terms) for side in shape]


__all__ = ["shape_ruled"]
