# ruff: noqa: E501 -- a pattern stays on one line
"""How many numbers the state of causal linear attention has, stated exactly: S is L × M and Z has L entries, L = 2R."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.grammar import read_expression
from grader.verify.lettered import value_at
from grader.verify.syntax import Unreadable, names

FORMULA = r"(?P<formula>(?:\d|[A-Z]|[()+−·* -]|\\cdot|\\,)*[A-Z)](?:\d|[A-Z]|[()+−·* -]|\\cdot|\\,)*)"
NUMBERS = r"(?:numbers|floats|entries|scalars|values|floating[- ]point numbers)"
STATE = re.compile(
    rf"\b(?P<what>(?:running |recurrent |carried |whole )?state|S and Z(?: together)?|(?:both|two|running) sums(?: together)?)\b(?P<between>[^.;:]{{0,70}}?)\b(?:has|have|holds?|takes?|needs?|of|contains?|is|are|consists? of|keeps?|comprises?|stores?|in)\s+(?:(?:exactly|just|only|then|together|altogether|about|in all)\s+)*{FORMULA}\s*(?:{NUMBERS})\b",
)
CAUSAL = re.compile(
    r"causal|prefix sums?|running sums?|recurren|linear attention|kernelized|kernelised|random[- ]feature|\bRFA\b",
    re.I,
)
ELSE = re.compile(
    r"\b(?:heads?|layers?|softmax|cache|keys|batch|LSTM|GRU|RNN|bytes|per|tokens?|projections?|weights|plus|W|max(?:imum)?)\b"
)
# what is kept beside the sums
MORE = re.compile(
    r"\b(?:max(?:imum|ima)?|counter|extra|additional(?:ly)?|plus|besides|offset|norms?|bias)\b", re.I
)
POINTS = ((Fraction(3), Fraction(5)), (Fraction(7), Fraction(2)), (Fraction(11), Fraction(13)))


def state_sizes(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each exact size of the state: 2R(M + 1), not 2R(M + 6) though both grow alike.

    >>> [j.says for *_, j in state_sizes("The state of causal linear attention has 2R(M+6) numbers.", "")]
    ['S is 2R×M and Z has 2R entries: 2R(M + 1) numbers; for R = 3, M = 5 that is 36, not 66']
    """
    for found in STATE.finditer(sentence):
        if (
            not CAUSAL.search(f"{before[-800:]} {sentence}")
            or ELSE.search(found.group())
            or MORE.search(sentence)
        ):
            continue
        try:
            tree = read_expression(found.group("formula").strip())
        except Unreadable:
            continue
        used = names(tree)
        feature = next((letter for letter in ("R", "C", "L") if letter in used), None)
        if feature is None or used != {feature, "M"}:
            continue
        stated = [value_at(tree, {feature: r, "M": m}) for r, m in POINTS]
        if any(one is None for one in stated):
            continue
        each = 2 if feature == "R" else 1
        exact = [each * r * (m + 1) for r, m in POINTS]
        shown = f"{each if each > 1 else ''}{feature}"
        says = f"S is {shown}×M and Z has {shown} entries: {shown}(M + 1) numbers"
        place = (found.start(), found.end())
        if stated == exact:
            yield *place, verified(Kind.DIMENSION, says, Method.COUNT)
            continue
        # S without Z, or features that number R
        others = [[factor * r * (m + more) for r, m in POINTS] for factor in (1, 2) for more in (0, 1)]
        # the state alone is decided here; what grows otherwise is a matter of growth
        grows = value_at(tree, {feature: Fraction(10**6), "M": Fraction(10**6)})
        if (
            stated in others
            or grows is None
            or abs(grows / (each * Fraction(10**12)) - 1) > Fraction(1, 1000)
        ):
            continue
        (r, m), first = POINTS[0], stated[0]
        says += f"; for {feature} = {r}, M = {m} that is {exact[0]}, not {first}"
        yield *place, refuted(Kind.DIMENSION, says, Method.COUNT, {feature: int(r), "M": int(m), "numbers": int(exact[0]), "stated": str(first)})  # fmt: skip


__all__ = ["state_sizes"]
