# ruff: noqa: E501 -- a pattern stays on one line
"""A total of costs that is smaller than one of the parts that the text lists before it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.verify.complexity import NAMES, growth_part
from grader.verify.grammar import read_chain
from grader.verify.growth import Cost, Same, cost_of, same_growth
from grader.verify.syntax import Unreadable

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


__all__ = ["exceeds"]
