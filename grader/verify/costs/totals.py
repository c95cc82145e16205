# ruff: noqa: E501 -- a pattern stays on one line
"""Totals of costs: the sum of the steps that a list or a table gives, never less than one of its parts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.costs.complexity import NAMES, best_of, growth_part
from grader.verify.grammar.reader import read_chain
from grader.verify.grammar.syntax import Unreadable
from grader.verify.scope.growth import Cost, Polynomial, Same, Ties, cost_of, plus, same_growth, times_n

IN_ALL = re.compile(r"^\W*(?:(?:so|thus|hence|and|the|this is|that is|makes?|gives?|it takes|which is)\W+)*(?:in all|in total|altogether|overall|all together|everything(?: together)?|together|(?:the )?(?:grand )?total(?: cost| time)?|(?:the )?sum)\b\W*(?:(?:is|it is|this is|costs?|takes?|that makes|we get|we have|of)\W*)?$", re.I)  # fmt: skip
GROWTH = re.compile(r"(?:\\mathcal\s*\{?\s*O\s*\}?|\\Theta|[OΘ𝒪])\s*(?:\\!|\\,)?\s*(?:\\left|\\[bB]igl?)?\s*\((?P<of>(?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")  # fmt: skip
REACH = 400
FEATURES = frozenset({"R", "L"})  # a part with neither belongs to another method


def exceeds(before: str, earlier: str, claimed: Cost, aliases: Mapping[str, str]) -> bool:
    """Whether a cost by features is called the total right where it stands, and leaves out a part listed before it."""
    if not IN_ALL.match(before.strip(" $")) or not FEATURES & set(claimed.variables):
        return False
    for found in GROWTH.finditer(earlier[-REACH:]):
        try:
            tree = read_chain(f"O({found.group('of')})").parts[0]
            body = growth_part(tree)
            part = cost_of(body, "", {**NAMES, **aliases}) if body is not None else None
        except Unreadable:
            continue
        if part is None or not FEATURES & set(part.variables):
            continue
        if same_growth(claimed, part).verdict in {Same.LESS, Same.DIFFERENT}:
            return True
    return False


TOTAL_OF_ALL = re.compile(
    r"^\W*(?:step \d+\W+)?(?:(?:so|thus|hence|therefore|and|adding|summing|everything|putting|taken|all|these|this|the|up|of|steps?|parts?|it|them|that|is|gives?|makes?|for|in|a|we|get|together)\W+)*"
    r"(?:grand |over ?all |combined )?(?:total|sum|altogether|in all|overall|all together|everything(?: together)?|together|adding (?:these|them|everything|all)(?: up)?|summing (?:up|everything|all))\b(?:\W|\b(?:costs?|is|it|this|that|takes?|complexity|time|run|running|work|operations|of|the|we|get|gives?|makes?|have|which|are|for|all|N|tokens|queries|steps|needs?|therefore|thus|then|becomes|algorithm|method|computation|computational|one|in)\b)*$",
    re.I,
)
EACH_TIME = re.compile(
    r"^\W*(?:so\W+)?(?:per|each|for each|one|every)\s+(?:iteration|step|token|position|query|\$?[ijt]\b)[^.;]{0,40}$",
    re.I,
)
FEWEST_PARTS = 2


def judge_sum(
    before: str, parts: Sequence[Cost], claimed: Cost, choices: Sequence[Ties], *, reliable: bool
) -> Judged | None:
    """A total of steps, each of whose costs the text lists: right if it grows like their sum.

    Where the steps are one token's, the total is that, or N times that. A list in which a step is refuted decides
    nothing. A total that is more than the sum may count what is not listed.
    """
    one = bool(EACH_TIME.match(before))
    if len(parts) < FEWEST_PARTS or not reliable or not (one or TOTAL_OF_ALL.match(before)):
        return None
    total: Polynomial = {}
    for part in parts:
        total = plus(total, dict(part.terms))
    sums = [Cost("", total)]
    if "N" not in sums[0].variables and not one:
        sums.append(Cost("", times_n(total)))
    compared = [best_of(claimed, one_sum, choices) for one_sum in sums]
    shown = " + ".join(map(str, parts))
    if any(comparison.verdict is Same.SAME for comparison in compared):
        return verified(Kind.COMPLEXITY, f"the steps sum to {shown}", Method.COUNT)
    if all(comparison.verdict in {Same.LESS, Same.DIFFERENT} for comparison in compared):
        return refuted(
            Kind.COMPLEXITY, f"the steps sum to {shown}; {compared[-1].says}", Method.COUNT,
            dict(compared[-1].path or {}) | {"sum": str(sums[-1])},
        )  # fmt: skip
    return None


def parts_in(texts: Sequence[str], letters: Mapping[str, str]) -> list[Cost] | None:
    """The cost that each of several items ends with; None if one has none, or is a total itself."""
    out: list[Cost] = []
    for text in texts:
        found = list(GROWTH.finditer(text))
        if not found or re.search(r"\b(?:altogether|grand total|overall)\b", text, re.I):
            return None
        try:
            body = growth_part(read_chain(f"O({found[-1].group('of')})").parts[0])
            if body is None:
                return None
            out.append(cost_of(body, "", letters))
        except Unreadable:
            return None
    return out


__all__ = ["exceeds", "judge_sum", "parts_in"]
