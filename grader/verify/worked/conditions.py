"""Whether a value is set and not claimed: `for ‖k‖ = 60`, `δ = 2 ↦ 6`, `‖q‖ = 3` for a length that was given as 2."""

from __future__ import annotations

import re

from grader.verify.formulas.placed import LEADS_ON, WIDTH
from grader.verify.worked.example import Example, difference_of, length_of, point_name, product_of
from grader.verify.worked.statements import Statement

# "for D = 4 and ‖k‖ = 60": a condition, not a claim
CONDITION = re.compile(
    r"(?:^|[.;:(]|\b)\W*(?:for|with|at|if|when|let|take|suppose|assume|given|say|consider|once)\b(?:(?!\b(?:then|we|is|are|gives?|get|have|has|so|thus|hence|makes?)\b)[^.;:]){0,80}$",
    re.I,
)
FOLLOWS = re.compile(
    r"\b(?:so|thus|hence|then|therefore|consequently|gives?|yields?|get|obtain)\b|[→⇒⟹]", re.I
)
PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:/\d+)?")


def sets_a_value(statement: Statement, clause: str, behind: str, example: Example) -> bool:
    """Whether the value of a statement may be set for what follows, whatever the example has given before."""
    if CONDITION.search(clause) or _of_another_width(clause, example):
        return True
    if not _is_bare(statement):
        return False
    return bool(LEADS_ON.match(behind)) or (
        is_given_outright(statement, example) and not FOLLOWS.search(clause)
    )


def _of_another_width(clause: str, example: Example) -> bool:
    """Whether a clause has given a D before that is not the length of the example's vectors: it begins another."""
    widths = {float(found.group(1)) for found in WIDTH.finditer(clause)}
    lengths = {float(vector.size) for (family, _), vector in example.vectors.items() if family in {"q", "k"}}
    return bool(widths) and len(lengths) == 1 and not widths & lengths and not FOLLOWS.search(clause)


def _is_bare(statement: Statement) -> bool:
    """Whether one number alone is told of one name, without a computation."""
    told = statement.told[0]
    values = [side for items in told.sides for side in items]
    return (
        len(statement.subjects) == 1
        and not statement.phrase
        and len(values) == 1
        and PLAIN_NUMBER.fullmatch(values[0].text.strip()) is not None
    )


def is_given_outright(statement: Statement, example: Example) -> bool:
    """Whether the name has the value that the text gave it, and none that is computed: it may be given anew."""
    for tree in (tree for subject in statement.subjects for tree in subject.trees):
        length, difference, product = length_of(tree), difference_of(tree), product_of(tree)
        if length is not None and length[0] in example.lengths:
            return True
        if difference is not None and difference[:2] in example.differences:
            return True
        if product is not None and tuple(map(point_name, product)) in example.products:
            return True
    return False


__all__ = ["sets_a_value"]
